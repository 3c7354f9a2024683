// SPDX-License-Identifier: GPL-2.0
/*
 * Load is shed: a first SYN for which there is no room passes at little cost.
 *
 * In a flood that is nearly each SYN. What handshake.c and attempt.c would do with it,
 * to let it pass in the end, is asked here without describing it, and without looking
 * it up in the table of attempts: a filter says that it is surely not there. As long as
 * not all of that can be told it goes the usual way. So it is a short cut to what would
 * become of it anyway, but for one thing: a destination that is not known is not made
 * for it, as that, and to evict another one for it, is what costs most. That is noted, as
 * nobody can tell then who is asked by here, shed_forgot().
 *
 * It begins, and the filter is made, when a SYN finds no room, and ends when for some
 * seconds none has.
 */
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/workqueue.h>

#include "config.h"
#include "dest.h"
#include "flow-bloom.h"
#include "flow-key.h"
#include "packet.h"
#include "policy.h"
#include "profile-set.h"
#include "share.h"
#include "shed.h"

/* It ends so long after the last SYN without room; and is seen to so often. */
#define SHED_LINGER	(5 * HZ)
#define SHED_PERIOD	HZ

/*
 * So long after a SYN its answers come: Linux repeats them after 1, 3, 7, 15 and 31 s, and
 * gives up another 32 s later.
 */
#define ANSWERS_COME	(64 * HZ)

static void shed_work(struct work_struct *work)
{
	struct syncopate_net *sn = container_of(to_delayed_work(work),
						struct syncopate_net, shed);
	bool over = time_after(jiffies, READ_ONCE(sn->no_room) + SHED_LINGER);

	if (over || !flow_bloom_fits(sn))
		flow_bloom_drop(sn);
	if (over)
		return;
	if (!flow_bloom_fits(sn))
		flow_bloom_build(sn);
	/* Without memory SYNs have asked for it again since, at once: not before that. */
	mod_delayed_work(system_unbound_wq, &sn->shed, SHED_PERIOD);
}

/**
 * shed_init - set up a namespace
 * @sn: namespace
 */
void shed_init(struct syncopate_net *sn)
{
	INIT_DELAYED_WORK(&sn->shed, shed_work);
}

/**
 * shed_exit - undo shed_init(), and what was begun since
 * @sn: namespace without attempts and hooks; its table is still there
 *
 * May sleep.
 */
void shed_exit(struct syncopate_net *sn)
{
	cancel_delayed_work_sync(&sn->shed);
	flow_bloom_drop(sn);
}

/**
 * shed_begin - no attempt could be made
 * @sn: namespace
 * @err: what flow_alloc() or share_is_left() said
 *
 * Under RCU. Return: the counter of SYNs that pass for this reason.
 */
unsigned int shed_begin(struct syncopate_net *sn, long err)
{
	unsigned long now = jiffies;

	if (err == -ENOMEM)
		return SYNCOPATE_A_STATS_NO_MEMORY;
	/* All processors read it. */
	if (READ_ONCE(sn->no_room) != now)
		WRITE_ONCE(sn->no_room, now);
	if (unlikely(!shed_is_on(sn)) && !delayed_work_pending(&sn->shed))
		queue_delayed_work(system_unbound_wq, &sn->shed, 0);
	return err == -ENOSPC ? SYNCOPATE_A_STATS_TABLE_FULL :
				SYNCOPATE_A_STATS_SHARE_FULL;
}

/* A destination is not made. */
static void forget(struct syncopate_net *sn)
{
	unsigned long now = jiffies ?: 1;

	if (READ_ONCE(sn->forgot) != now)
		WRITE_ONCE(sn->forgot, now);
}

/**
 * shed_forgot - may it be that a SYN came by here whose destination is not known?
 * @sn: namespace
 *
 * Return: true as long as that may still be answered.
 */
bool shed_forgot(const struct syncopate_net *sn)
{
	unsigned long at = READ_ONCE(sn->forgot);

	return at && jiffies - at < ANSWERS_COME;
}

/*
 * May it be that its destination is down, or would be? Who is refused is told so, and
 * probes are counted.
 */
static bool may_be_down(const struct config *config, const struct policy *policy,
			const struct dest *dest, const struct packet *pkt)
{
	if (dest && policy->breaker &&
	    (policy->observe || READ_ONCE(dest->breaker.down)))
		return true;
	return profile_set_down(config->dests, &pkt->daddr, ntohs(pkt->dport));
}

/**
 * shed_syn - is it a first SYN without room?
 * @sn: namespace
 * @skb: a packet that is forwarded, outside of VLANs
 * @off: where its network header is
 * @ends: its ends, as packet_glance() told them
 * @in: the device that it came in by
 * @domain: what its addresses belong to, see &struct flow_key
 *
 * Under RCU. Return: true if it passes unpaced, and has been counted.
 */
bool shed_syn(struct syncopate_net *sn, const struct sk_buff *skb,
	      unsigned int off, const struct packet_ends *ends,
	      const struct net_device *in, u32 domain)
{
	const struct config *config = rcu_dereference(sn->config);
	const struct flow_bloom *bloom = rcu_dereference(sn->bloom);
	struct packet pkt __uninitialized;
	const struct policy *policy;
	bool other_shard = false;
	struct dest *dest;
	u32 hash;
	int err;

	if (!bloom)
		return false;
	hash = flow_key_hash_ends(ends, domain);
	/* It is far away, most likely, and needed last. */
	flow_bloom_prefetch(bloom, hash);

	if (!config->policies || config->policies->num_copies ||
	    skb_is_gso(skb) ||
	    !packet_plain_syn(&pkt, skb->protocol, skb->data + off,
			      skb_headlen(skb) - off, skb->len - off))
		return false;
	policy = policy_find(config->policies, SYNCOPATE_ON_FORWARD, &pkt, in,
			     skb->mark, &other_shard);
	if (!policy)
		return false;
	dest = dest_find(sn, &pkt, domain);
	err = share_is_left(sn, &pkt.saddr, dest);
	if (!err || may_be_down(config, policy, dest, &pkt) ||
	    !flow_bloom_has_not(bloom, hash))
		return false;
	if (dest)
		dest_spare(dest);
	else
		forget(sn);
	stats_inc_bh(sn, shed_begin(sn, err));
	return true;
}
