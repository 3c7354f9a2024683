// SPDX-License-Identifier: GPL-2.0
/*
 * How an attempt begins: a first SYN is of no policy, is refused because its
 * destination is down, or is taken into care.
 */
#include <linux/netfilter.h>

#include "attempt.h"
#include "config.h"
#include "dest.h"
#include "emit.h"
#include "event.h"
#include "main.h"
#include "oneway.h"
#include "perturb.h"
#include "segment.h"
#include "shed.h"
#include "tag.h"
#include "timer.h"
#include "trace.h"

/**
 * attempt_absorb - a SYN is not to go on
 * @seg: it
 *
 * TCP itself sent that of a socket of this machine,
 * which is told that it is on its way, as is true of the attempt: it takes an error
 * for a want of memory or buffers, counts TCPRetransFail, and after Fast Open's data
 * would send another SYN without them at once. So TCPSynRetrans and ss count what
 * TCP did for its part, and not what is on the wire.
 *
 * Return: a verdict.
 */
unsigned int attempt_absorb(const struct segment *seg)
{
	if (seg->path.hook == NF_INET_FORWARD)
		return NF_DROP;
	consume_skb(seg->skb);
	return NF_STOLEN;
}

/* Is the destination of a first SYN down, by its silence or the operator's word? */
static bool is_down(const struct config *config, const struct policy *policy,
		    struct dest *dest, const struct segment *seg)
{
	const struct packet *pkt = &seg->pkt;
	const struct profile *profile;

	if (profile_set_down(config->dests, &pkt->daddr, ntohs(pkt->dport)))
		return true;
	if (!dest || dest_passes(dest, policy))
		return false;
	profile = profile_set_find(config->dests, &pkt->daddr,
				   ntohs(pkt->dport));
	return !oneway_holds(dest, oneway_requires(policy, profile,
						   seg->path.bridge));
}

/* Refuses a first SYN. Return: false if that could not be done. */
static bool shut(struct syncopate_net *sn, const struct policy *policy,
		 struct segment *seg)
{
	if (policy->observe) {
		stats_inc(sn, SYNCOPATE_A_STATS_WOULD_SHUT);
		return false;
	}
	if (emit_reset(sn->net, seg->skb, &seg->path) != EMIT_SENT) {
		stats_inc(sn, SYNCOPATE_A_STATS_NOT_SENT);
		return false;
	}
	stats_inc(sn, SYNCOPATE_A_STATS_SHUT);
	policy_count(policy->use, POLICY_SHUT);
	return true;
}

/**
 * attempt_keep - take a SYN, to be sent again
 * @flow: its attempt, its lock held or not known to others yet
 * @seg: the SYN
 *
 * Return: false if there is no memory; then what was kept before is kept on.
 */
bool attempt_keep(struct flow *flow, struct segment *seg)
{
	bool kept = kept_take(&flow->kept, seg->skb, seg->out, &seg->path.conn,
			      &flow->sn->long_syns);

	/* Where none of a connection goes on, conntrack never confirms it. */
	if (seg->copy)
		seg->path.conn.known = false;
	return kept;
}

/* A first SYN goes on without care: why is counted, and it was no probe. */
static void let_go_on(struct syncopate_net *sn, const struct policy *policy,
		      struct dest *dest, unsigned int counter)
{
	dest_not_begun(dest, policy);
	stats_inc(sn, counter);
}

/*
 * An attempt: takes care of a first SYN. The reference on @dest is its own then.
 * Return: as attempt_begin().
 */
static int start(struct syncopate_net *sn, struct segment *seg,
		 const struct config *config, const struct policy *policy,
		 struct dest *dest)
{
	const struct packet *pkt = &seg->pkt;
	const struct profile *profile;
	struct flow *flow;
	int err;

	flow = flow_alloc(sn, &seg->key, seg->from, policy, dest);
	if (IS_ERR(flow)) {
		let_go_on(sn, policy, dest, shed_begin(sn, PTR_ERR(flow)));
		if (dest)
			dest_put(dest);
		return NF_ACCEPT;
	}
	profile = profile_set_find(config->dests, &pkt->daddr,
				   ntohs(pkt->dport));
	dest_pace(dest, policy, profile, &flow->pace);
	flow->require = oneway_requires(policy, profile, seg->path.bridge);
	timer_init(flow);
	flow->start = ktime_get();
	flow->isn = pkt->seq;
	flow->payload = pkt->payload;
	flow->has_stamps = pkt->has_stamps;
	flow->stamp[0] = (struct stamp) {
		.value = pkt->stamp,
		.sent = 1,
		.at = flow->start,
	};
	if (!policy->observe && !attempt_keep(flow, seg)) {
		let_go_on(sn, policy, dest, SYNCOPATE_A_STATS_NO_MEMORY);
		flow_free(flow);
		return NF_ACCEPT;
	}
	flow->path = seg->path;

	perturb();
	/* Nobody who finds it may act on it before its timer is armed. */
	spin_lock(&flow->lock);
	err = flow_insert(flow);
	if (err) {
		spin_unlock(&flow->lock);
		/* The one that is there cares for this SYN: nothing to give back. */
		if (err != -EEXIST)
			let_go_on(sn, policy, dest, SYNCOPATE_A_STATS_NOT_INSERTED);
		flow_free(flow);
		return err == -EEXIST ? err : NF_ACCEPT;
	}
	if (pkt->proto == IPPROTO_SCTP && tag_insert(flow)) {
		flow->state = FLOW_DEAD;
		spin_unlock(&flow->lock);
		let_go_on(sn, policy, dest, SYNCOPATE_A_STATS_NOT_INSERTED);
		flow_remove(flow);
		return NF_ACCEPT;
	}
	timer_start(flow);
	trace_syncopate_created(flow, 0);
	event_flow(flow, SYNCOPATE_EVENT_KIND_STARTED);
	spin_unlock(&flow->lock);
	policy_count(policy->use, POLICY_MATCHED);
	stats_inc(sn, SYNCOPATE_A_STATS_STARTED);
	return NF_ACCEPT;
}

/**
 * attempt_begin - a first SYN passes: is it ours, may it pass, is there room?
 * @sn: namespace
 * @seg: the SYN
 *
 * Under RCU, bottom halves off.
 * Return: a verdict, or -EEXIST if another CPU has put a flow there since.
 */
int attempt_begin(struct syncopate_net *sn, struct segment *seg)
{
	const struct config *config = rcu_dereference(sn->config);
	const struct policy *policy = NULL;
	bool other_shard = false;
	struct dest *dest;

	if (config->policies)
		policy = policy_find(config->policies,
				     seg->path.hook == NF_INET_FORWARD ?
				     SYNCOPATE_ON_FORWARD : SYNCOPATE_ON_HOST,
				     &seg->pkt, seg->in, seg->skb->mark,
				     &other_shard);
	if (other_shard)
		stats_inc(sn, SYNCOPATE_A_STATS_OTHER_SHARD);
	if (!policy)
		return NF_ACCEPT;

	/* An unsigned RST would not be believed (RFC 2385, RFC 5925). */
	if (seg->pkt.is_signed) {
		stats_inc(sn, SYNCOPATE_A_STATS_SIGNED);
		return NF_ACCEPT;
	}

	dest = dest_get(sn, &seg->key, !seg->from);
	if (!dest)
		stats_inc(sn, SYNCOPATE_A_STATS_NOT_LEARNED);
	if (!is_down(config, policy, dest, seg) ||
	    !shut(sn, policy, seg))
		return start(sn, seg, config, policy, dest);
	if (dest)
		dest_put(dest);
	return attempt_absorb(seg);
}
