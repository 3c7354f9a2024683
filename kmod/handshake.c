// SPDX-License-Identifier: GPL-2.0
/*
 * What a segment means for an attempt, and what becomes of the segment.
 *
 *			pending				gave up
 * SYN, same ISN	the client's own repeat:	the RST was lost: dropped,
 *			dropped, the schedule		the timer repeats the RST
 *			replaces it; its bytes are
 *			sent from now on (*)
 * SYN, same ISN,	a flooded or looping copy:	the same
 *  another way		forwarded
 * SYN, another ISN	the ports were reused: the	the same
 *			old attempt is forgotten,
 *			a new one begins
 * SYN, other way	simultaneous open: over		over
 * SYN-ACK, fits	answered: over			the client is gone: dropped,
 *							the server gets a RST
 * RST, fits		refused, or withdrawn by the	over
 *			client: over
 * ACK of the client	established, the answer came	the same: the RST did no
 *			another way: over		harm, SEQ 0 sees to it
 * ICMP error, fits	unreachable: over		nothing
 * anything that does	nothing: whoever forges it knows the ports at most
 *  not fit
 *
 * But for the three "dropped" every segment is forwarded, and with an observing
 * policy those are as well.
 *
 * (*) It is forwarded, though, where the schedule does not replace it: when the
 * last SYN of the schedule is long out and the deadline still far; when one that
 * was due was held back; when conntrack has lost the connection and is to learn
 * it anew; and when the client has just reset what a server remembered of an
 * older connection (RFC 9293, 3.5.1) and repeats its SYN at once because that
 * will now be heard.
 *
 * "Over" is decided under the flow's lock, so that of an answer and an expiry
 * that race one comes first and the other finds the flow dead.
 */
#include <linux/netfilter.h>
#include <net/tcp.h>

#include "compat.h"
#include "config.h"
#include "dest.h"
#include "event.h"
#include "handshake.h"
#include "main.h"
#include "timer.h"
#include "trace.h"

/* How far behind the SYN a client's first data may be: an initial window. */
#define CLIENT_WINDOW 65535

static u64 elapsed_ns(const struct flow *flow)
{
	return ktime_to_ns(ktime_sub(ktime_get(), flow->start));
}

/*
 * RFC 9293, 3.10.7.3: acceptable in SYN-SENT is what acknowledges the SYN and,
 * perhaps, data sent with it (Fast Open). What comes by the bridge port where
 * the SYN came in is no server's: a client makes up his own answers. Unless the
 * SYN went out there as well (hairpin mode).
 */
static bool answer_fits(const struct flow *flow, const struct segment *seg)
{
	const struct packet *pkt = &seg->pkt;

	if (flow->path.bridge && flow->path.iif == seg->path.iif &&
	    flow->path.iif != flow->path.oif)
		return false;
	return pkt->ack && pkt->ack_seq - flow->isn - 1 <= flow->payload;
}

/* The client's third segment of the handshake, or its first data. */
static bool client_is_established(const struct flow *flow,
				  const struct packet *pkt)
{
	return pkt->seq - flow->isn - 1 <= flow->payload + CLIENT_WINDOW;
}

/*
 * Did the SYN pass where the first did? If not it is no repeat but a copy: a
 * bridge floods, a route leads by here twice. On a router its way out may have
 * changed.
 */
static bool same_path(const struct flow *flow, const struct segment *seg)
{
	return flow->path.iif == seg->path.iif &&
	       flow->path.hops == seg->path.hops &&
	       (!flow->path.bridge || flow->path.oif == seg->path.oif);
}

/* Does the client's own repeat go on, although we keep the beat? */
static bool passes(const struct flow *flow, const struct segment *seg)
{
	return flow->pass_next || flow->lacking || emit_is_first(seg->skb) ||
	       (flow->state == FLOW_PENDING &&
		!pace_replaces(&flow->pace, elapsed_ns(flow)));
}

/* An end that is not worth a word: that of a flow that was given up before. */
#define QUIET -1

/* The counters of the ends that are. */
static const unsigned int end_counter[] = {
	[SYNCOPATE_EVENT_KIND_ANSWERED] = SYNCOPATE_A_STATS_ANSWERED,
	[SYNCOPATE_EVENT_KIND_REFUSED] = SYNCOPATE_A_STATS_REFUSED,
	[SYNCOPATE_EVENT_KIND_UNREACHABLE] = SYNCOPATE_A_STATS_UNREACHABLE,
	[SYNCOPATE_EVENT_KIND_SIMULTANEOUS] = SYNCOPATE_A_STATS_SIMULTANEOUS,
	[SYNCOPATE_EVENT_KIND_ELSEWHERE] = SYNCOPATE_A_STATS_ELSEWHERE,
	[SYNCOPATE_EVENT_KIND_ABANDONED] = SYNCOPATE_A_STATS_ABANDONED,
	[SYNCOPATE_EVENT_KIND_RESTARTED] = SYNCOPATE_A_STATS_RESTARTED,
	[SYNCOPATE_EVENT_KIND_LATE] = SYNCOPATE_A_STATS_LATE,
};

/*
 * The flow is over: counted and told as @kind, SYNCOPATE_EVENT_KIND_* or QUIET.
 * Drops the lock. Return: a verdict.
 */
static unsigned int over(struct syncopate_net *sn, struct flow *flow, int kind)
	__releases(&flow->lock)
{
	flow->state = FLOW_DEAD;
	if (kind != QUIET)
		event_flow(flow, kind);
	spin_unlock_bh(&flow->lock);
	if (kind != QUIET)
		stats_inc(sn, end_counter[kind]);
	flow_remove(flow);
	return NF_ACCEPT;
}

/* The same for an answer to a pending flow. */
static unsigned int answered(struct syncopate_net *sn, struct flow *flow,
			     int kind)
	__releases(&flow->lock)
{
	if (trace_syncopate_answered_enabled())
		trace_syncopate_answered(flow, elapsed_ns(flow));
	policy_count(flow->use, POLICY_ANSWERED);
	return over(sn, flow, kind);
}

/*
 * The round-trip time that an echoed timestamp tells, or 0. It is that of the SYN
 * that the server knows the attempt by, whichever it answers now: it tells
 * something only of one that was sent once, and last.
 */
static u64 echoed_rtt(const struct flow *flow, const struct packet *pkt,
		      ktime_t now)
{
	const struct stamp *last = &flow->stamp[flow->fresh];

	if (!last->sent)
		last = &flow->stamp[0];
	if (!flow->has_stamps || !pkt->has_stamps || last->sent != 1 ||
	    last->value != pkt->echo)
		return 0;
	return ktime_to_ns(ktime_sub(now, last->at));
}

/* Nothing happens. Drops the lock. Return: a verdict. */
static unsigned int nothing(struct syncopate_net *sn, struct flow *flow,
			    unsigned int counter)
	__releases(&flow->lock)
{
	spin_unlock_bh(&flow->lock);
	if (counter)
		stats_inc(sn, counter);
	return NF_ACCEPT;
}

/* Is the destination of a first SYN down, by its silence or the operator's word? */
static bool is_down(const struct config *config, const struct policy *policy,
		    struct dest *dest, const struct packet *pkt)
{
	return profile_set_down(config->dests, &pkt->daddr, ntohs(pkt->dport)) ||
	       (dest && !dest_passes(dest, policy));
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

/* Why there is no room. */
static unsigned int alloc_counter(long err)
{
	switch (err) {
	case -ENOSPC:
		return SYNCOPATE_A_STATS_TABLE_FULL;
	case -EDQUOT:
		return SYNCOPATE_A_STATS_SHARE_FULL;
	default:
		return SYNCOPATE_A_STATS_NO_MEMORY;
	}
}

/* An attempt: takes care of a first SYN. Return: as begin(). */
static int attempt(struct syncopate_net *sn, struct segment *seg,
		   const struct config *config, const struct policy *policy,
		   struct dest *dest)
{
	const struct packet *pkt = &seg->pkt;
	struct flow *flow;
	int err;

	flow = flow_alloc(sn, &seg->key, seg->from, policy, dest);
	if (IS_ERR(flow)) {
		stats_inc(sn, alloc_counter(PTR_ERR(flow)));
		return NF_ACCEPT;
	}
	dest_pace(dest, policy, profile_set_find(config->dests, &pkt->daddr,
						 ntohs(pkt->dport)),
		  &flow->pace);
	timer_init(flow);
	flow->start = ktime_get();
	flow->isn = pkt->seq;
	flow->payload = pkt->payload;
	flow->has_stamps = pkt->has_stamps;
	flow->stamp[0].value = pkt->stamp;
	flow->stamp[0].sent = 1;
	flow->stamp[0].at = flow->start;
	if (!policy->observe) {
		flow->kept = emit_keep(seg->skb, seg->out, &seg->path.conn);
		if (!flow->kept) {
			flow_free(flow);
			stats_inc(sn, SYNCOPATE_A_STATS_NO_MEMORY);
			return NF_ACCEPT;
		}
	}
	flow->path = seg->path;

	/* Nobody who finds it may act on it before its timer is armed. */
	spin_lock_bh(&flow->lock);
	err = flow_insert(flow);
	if (err) {
		spin_unlock_bh(&flow->lock);
		flow_free(flow);
		if (err == -EEXIST)
			return err;
		stats_inc(sn, SYNCOPATE_A_STATS_NOT_INSERTED);
		return NF_ACCEPT;
	}
	timer_start(flow);
	trace_syncopate_created(flow, 0);
	event_flow(flow, SYNCOPATE_EVENT_KIND_STARTED);
	spin_unlock_bh(&flow->lock);
	policy_count(policy->use, POLICY_MATCHED);
	stats_inc(sn, SYNCOPATE_A_STATS_STARTED);
	return NF_ACCEPT;
}

/*
 * A first SYN: is it ours, may it pass, and is there room?
 * Return: a verdict, or -EEXIST if another CPU has put a flow there since.
 */
static int begin(struct syncopate_net *sn, struct segment *seg)
{
	const struct config *config = rcu_dereference(sn->config);
	const struct policy *policy = NULL;
	struct dest *dest;
	int verdict = NF_DROP;

	if (config->policies)
		policy = policy_find(config->policies, &seg->pkt, seg->in,
				     seg->skb->mark);
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
	if (!is_down(config, policy, dest, &seg->pkt) ||
	    !shut(sn, policy, seg))
		verdict = attempt(sn, seg, config, policy, dest);
	if (dest)
		dest_put(dest);
	return verdict;
}

/* The client's own repeat. Under the lock, drops it. Return: a verdict. */
static unsigned int repeat(struct syncopate_net *sn, struct flow *flow,
			   struct segment *seg)
	__releases(&flow->lock)
{
	struct sk_buff *newer, *older = NULL;
	bool pending = flow->state == FLOW_PENDING;
	bool pass;

	if (!same_path(flow, seg))
		return nothing(sn, flow, SYNCOPATE_A_STATS_OTHER_PATH);
	pass = passes(flow, seg);
	if (pass || flow->observe)
		flow->unclear = true;
	if (flow->observe)
		return nothing(sn, flow, pending && !pass ?
			       SYNCOPATE_A_STATS_WOULD_DROP : 0);
	if (!pending && pass)
		return nothing(sn, flow, 0);

	newer = emit_keep(seg->skb, seg->out, &seg->path.conn);
	if (!pending && !newer)
		return nothing(sn, flow, SYNCOPATE_A_STATS_NO_MEMORY);

	/*
	 * A repeat may carry a newer timestamp, without which the server would
	 * take ours for an old duplicate (PAWS), and less than before (ECN,
	 * Fast Open): a richer SYN must not follow a poorer one.
	 */
	if (newer) {
		if (flow->stamp[flow->fresh].value != seg->pkt.stamp) {
			/* What was sent last is looked for in an answer. */
			if (flow->fresh && flow->stamp[1].sent)
				flow->stamp[0] = flow->stamp[1];
			flow->fresh = 1;
			flow->stamp[1].value = seg->pkt.stamp;
			flow->stamp[1].sent = 0;
		}
		older = flow->kept;
		flow->kept = newer;
		flow->payload = max(flow->payload, seg->pkt.payload);
		flow->path = seg->path;
	}
	flow->pass_next = false;
	if (!pending)
		timer_hurry(flow);
	spin_unlock_bh(&flow->lock);

	consume_skb(older);
	if (pass)
		return NF_ACCEPT;
	if (pending)
		stats_inc(sn, SYNCOPATE_A_STATS_REPEAT_DROPPED);
	return NF_DROP;
}

static int on_syn(struct syncopate_net *sn, struct flow *flow,
		  struct segment *seg)
	__releases(&flow->lock)
{
	bool pending = flow->state == FLOW_PENDING;

	/* That has no number to compare: it does not count as a sign of life. */
	if (seg->from != flow->client)
		return over(sn, flow, SYNCOPATE_EVENT_KIND_SIMULTANEOUS);
	/* It would be repeated, and its RST not be believed: see begin(). */
	if (seg->pkt.seq == flow->isn && seg->pkt.is_signed)
		return nothing(sn, flow, SYNCOPATE_A_STATS_SIGNED);
	if (seg->pkt.seq == flow->isn)
		return repeat(sn, flow, seg);

	over(sn, flow, pending ? SYNCOPATE_EVENT_KIND_RESTARTED : QUIET);
	return begin(sn, seg);
}

static unsigned int on_synack(struct syncopate_net *sn, struct flow *flow,
			      struct segment *seg)
	__releases(&flow->lock)
{
	enum emit_result result;
	bool repaired;
	ktime_t now;

	/* The client's answer to a SYN of the server's has its own number. */
	if (seg->from == flow->client && seg->pkt.seq == flow->isn)
		return over(sn, flow, SYNCOPATE_EVENT_KIND_SIMULTANEOUS);
	if (seg->from == flow->client || !answer_fits(flow, seg))
		return nothing(sn, flow, SYNCOPATE_A_STATS_UNFIT);

	if (flow->state == FLOW_PENDING) {
		repaired = flow->retransmitted && !flow->observe;
		/* Reading the clock is not for free: once. */
		now = ktime_get();
		dest_answered(flow, now, echoed_rtt(flow, &seg->pkt, now));
		answered(sn, flow, SYNCOPATE_EVENT_KIND_ANSWERED);
		if (repaired)
			stats_inc(sn, SYNCOPATE_A_STATS_REPAIRED);
		return NF_ACCEPT;
	}

	dest_late(flow);
	if (flow->observe)
		return over(sn, flow, SYNCOPATE_EVENT_KIND_LATE);

	/* The flow stays: the server may have another one under way. */
	event_flow(flow, SYNCOPATE_EVENT_KIND_LATE);
	spin_unlock_bh(&flow->lock);
	result = emit_reset(sn->net, seg->skb, &seg->path);
	stats_inc(sn, result == EMIT_SENT ? SYNCOPATE_A_STATS_LATE :
					    SYNCOPATE_A_STATS_NOT_SENT);
	return NF_DROP;
}

static unsigned int on_rst(struct syncopate_net *sn, struct flow *flow,
			   struct segment *seg)
	__releases(&flow->lock)
{
	bool pending = flow->state == FLOW_PENDING;

	/*
	 * The client withdraws its SYN. Or it resets an older connection that
	 * the server has challenged it about, and sends the SYN again at once.
	 */
	if (seg->from == flow->client) {
		if (seg->pkt.seq - flow->isn > flow->payload + 1) {
			flow->pass_next = pending;
			return nothing(sn, flow, SYNCOPATE_A_STATS_UNFIT);
		}
		return over(sn, flow, pending ?
			    SYNCOPATE_EVENT_KIND_ABANDONED : QUIET);
	}

	if (!answer_fits(flow, seg))
		return nothing(sn, flow, SYNCOPATE_A_STATS_UNFIT);
	dest_heard(flow);
	if (!pending)
		return over(sn, flow, QUIET);
	return answered(sn, flow, SYNCOPATE_EVENT_KIND_REFUSED);
}

static unsigned int on_ack(struct syncopate_net *sn, struct flow *flow,
			   struct segment *seg)
	__releases(&flow->lock)
{
	/* What a server acknowledges without a SYN (a challenge) is no answer. */
	if (seg->from != flow->client ||
	    !client_is_established(flow, &seg->pkt))
		return nothing(sn, flow, 0);
	dest_heard(flow);
	return over(sn, flow, SYNCOPATE_EVENT_KIND_ELSEWHERE);
}

static unsigned int on_icmp_error(struct syncopate_net *sn, struct flow *flow,
				  struct segment *seg)
	__releases(&flow->lock)
{
	if (flow->state != FLOW_PENDING)
		return nothing(sn, flow, 0);
	if (seg->from != flow->client || seg->pkt.seq != flow->isn)
		return nothing(sn, flow, SYNCOPATE_A_STATS_UNFIT);
	return answered(sn, flow, SYNCOPATE_EVENT_KIND_UNREACHABLE);
}

static int no_flow(struct syncopate_net *sn, struct segment *seg)
{
	return seg->pkt.kind == PACKET_SYN ? begin(sn, seg) : NF_ACCEPT;
}

/* Return: a verdict, or -EEXIST as begin() does. */
static int event(struct syncopate_net *sn, struct segment *seg)
{
	struct flow *flow = flow_find(sn, &seg->key);

	if (!flow)
		return no_flow(sn, seg);
	spin_lock_bh(&flow->lock);
	if (flow->state == FLOW_DEAD) {
		spin_unlock_bh(&flow->lock);
		return no_flow(sn, seg);
	}

	switch (seg->pkt.kind) {
	case PACKET_SYN:
		return on_syn(sn, flow, seg);
	case PACKET_SYNACK:
		return on_synack(sn, flow, seg);
	case PACKET_RST:
		return on_rst(sn, flow, seg);
	case PACKET_ACK:
		return on_ack(sn, flow, seg);
	default:
		return on_icmp_error(sn, flow, seg);
	}
}

/**
 * handshake_event - a handshake segment passes
 * @sn: namespace
 * @seg: the segment
 *
 * Under RCU, from a forward hook.
 *
 * Two SYNs of one attempt (a simultaneous open, a copy) may both find no flow
 * on two CPUs. The second to be inserted learns of the first and is looked at
 * again. Once more is enough, unless that flow is over by then and a third SYN
 * comes: then the packet passes unpaced.
 *
 * Return: %NF_ACCEPT or %NF_DROP.
 */
unsigned int handshake_event(struct syncopate_net *sn, struct segment *seg)
{
	int verdict = event(sn, seg);

	if (verdict == -EEXIST)
		verdict = event(sn, seg);
	if (verdict == -EEXIST) {
		stats_inc(sn, SYNCOPATE_A_STATS_NOT_INSERTED);
		verdict = NF_ACCEPT;
	}
	return verdict;
}
