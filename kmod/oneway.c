// SPDX-License-Identifier: GPL-2.0
/*
 * Where only one direction comes by.
 *
 * A server whose answers take another way looks dead from here.  Where it is
 * known to live, because a client got connected with it all the same, its
 * silence is no reason to speak in its name: oneway_holds().  What is known of
 * that is in struct dest; who reads it there tells of it.
 *
 * A server whose SYNs take another way shows by SYN-ACKs that nobody asked for
 * here.  They are counted, and the last one is noted.  Nothing else is kept of
 * them: anybody can send them.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <net/netfilter/nf_conntrack.h>

#include "config.h"
#include "dest.h"
#include "main.h"
#include "oneway.h"
#include "segment.h"
#include "shed.h"

/*
 * How long it is believed that a server lives because one of its clients got
 * connected.  Longer, and one that died would not be given up for long; besides,
 * a client who makes it up has to do it so often.
 */
#define ELSEWHERE_AGE	(60LL * NSEC_PER_SEC)

/**
 * oneway_requires - of which destinations must answers have come by here?
 * @policy: what selected the SYN
 * @profile: of the destination, or NULL
 * @bridged: does it pass a bridge?
 *
 * Who gives a destination a profile vouches for it.
 * Return: SYNCOPATE_REQUIRE_*, auto for a bridge only.
 */
u32 oneway_requires(const struct policy *policy, const struct profile *profile,
		    bool bridged)
{
	if (profile || (policy->require == SYNCOPATE_REQUIRE_AUTO && !bridged))
		return SYNCOPATE_REQUIRE_NEVER;
	return policy->require;
}

/**
 * oneway_holds - is a RST in a destination's name to be held back?
 * @dest: the destination, NULL if nothing is known of it
 * @require: what oneway_requires() said
 */
bool oneway_holds(struct dest *dest, u32 require)
{
	bool holds;

	if (require == SYNCOPATE_REQUIRE_NEVER)
		return false;
	if (!dest)
		return require == SYNCOPATE_REQUIRE_ALWAYS;
	spin_lock_bh(&dest->lock);
	holds = !dest->seen &&
		(require == SYNCOPATE_REQUIRE_ALWAYS ||
		 (dest->elsewhere &&
		  ktime_to_ns(ktime_sub(ktime_get(), dest->elsewhere_at)) <
		  ELSEWHERE_AGE));
	spin_unlock_bh(&dest->lock);
	return holds;
}

/* Would a policy have selected the SYN? Its mark is not known, but this one's. */
static bool is_ours(const struct config *config, const struct segment *seg)
{
	struct packet syn = seg->pkt;
	bool other_shard;

	syn.saddr = seg->pkt.daddr;
	syn.daddr = seg->pkt.saddr;
	syn.sport = seg->pkt.dport;
	syn.dport = seg->pkt.sport;
	return policy_find(config->policies, SYNCOPATE_ON_FORWARD, &syn,
			   seg->out, seg->skb->mark, &other_shard);
}

/*
 * Has the SYN been here all the same? Who sends it himself, in the name of the
 * client that he has answered (synproxy) or to a server that he has chosen (IPVS),
 * does not forward it. Conntrack knows of the one, IPVS marks what it translates.
 */
static bool was_sent_here(const struct sk_buff *skb)
{
	enum ip_conntrack_info ctinfo;

	if (nf_ct_get(skb, &ctinfo) && CTINFO2DIR(ctinfo) == IP_CT_DIR_REPLY)
		return true;
#if IS_ENABLED(CONFIG_IP_VS)
	return skb->ipvs_property;
#else
	return false;
#endif
}

/**
 * oneway_synack - a SYN-ACK fits no attempt
 * @sn: namespace
 * @seg: the SYN-ACK
 *
 * Under RCU, from a hook. That of a server which was asked by here, at whatever
 * time, is a repeated or late one. Who is asked is not always remembered while SYNs
 * find no room, see shed.c: then nothing can be told.
 */
void oneway_synack(struct syncopate_net *sn, const struct segment *seg)
{
	const struct config *config = rcu_dereference(sn->config);
	struct stray *stray = &sn->stray;

	/* The SYN of a signed one may have come by here, see begin(). */
	if (!config->policies || seg->pkt.is_signed || shed_forgot(sn) ||
	    dest_was_asked(sn, &seg->key, seg->from) || was_sent_here(seg->skb) ||
	    !is_ours(config, seg))
		return;
	stats_inc(sn, SYNCOPATE_A_STATS_STRAY);

	/* One in a second will do, whatever their number. */
	if (READ_ONCE(stray->at) && jiffies - READ_ONCE(stray->at) < HZ)
		return;
	spin_lock_bh(&sn->dest_lock);
	stray->addr = seg->pkt.saddr;
	stray->port = seg->pkt.sport;
	stray->proto = seg->pkt.proto;
	stray->iif = seg->path.iif;
	WRITE_ONCE(stray->at, jiffies ?: 1);
	spin_unlock_bh(&sn->dest_lock);
}

/**
 * oneway_stray - the last SYN-ACK to which no SYN came by
 * @sn: namespace
 * @stray: the result
 *
 * Return: false if there was none.
 */
bool oneway_stray(struct syncopate_net *sn, struct stray *stray)
{
	spin_lock_bh(&sn->dest_lock);
	*stray = sn->stray;
	spin_unlock_bh(&sn->dest_lock);
	return stray->at;
}
