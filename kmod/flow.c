// SPDX-License-Identifier: GPL-2.0
/*
 * The table of attempts, an attempt's life and the table's limit.
 *
 * A flow is made by the first SYN (attempt.c) and dies when an answer comes,
 * when its linger time is over (timer.c), or when its policy, interface or
 * namespace goes away (flow_flush()).  Whoever sets it to FLOW_DEAD, under its
 * lock, and only he, then removes it from the table.
 *
 * These may still know a dead flow:
 *   - packets and dumps that found it before: they are RCU readers, take its
 *     lock, find it dead and leave it alone; dumps also count a reference;
 *   - its timer, armed or running: it counts a reference and lets go of it when
 *     it is cancelled, or when its callback finds the flow dead.
 *
 * With the last reference the memory is another flow's, of any namespace, while
 * it still lies warm in the cache, and a reader may know it by its old name:
 * memory that was a flow once stays one for a grace period
 * (SLAB_TYPESAFE_BY_RCU), its lock is never made anew, and it is dead until
 * flow_insert() under the lock.  So who has found a flow asks again, under the
 * lock, whether it is the one: flow_is(), flow_lives(), tag_is().
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "compat.h"
#include "dest.h"
#include "event.h"
#include "flow.h"
#include "flow-bloom.h"
#include "key.h"
#include "main.h"
#include "perturb.h"
#include "policy.h"
#include "share.h"
#include "shed.h"
#include "tag.h"
#include "walk.h"

static struct kmem_cache *flow_cache __read_mostly;

static u32 flow_hash(const void *data, u32 len, u32 seed)
{
	return *(const u32 *)data;
}

static int flow_compare(struct rhashtable_compare_arg *arg, const void *ptr)
{
	const struct flow_key *key = arg->key;
	const struct flow *flow = ptr;

	return key_differs(&flow->key, key, sizeof(*key));
}

/* A key, or its hash alone. */
#define FLOW_PARAMS					\
	.head_offset = offsetof(struct flow, node),	\
	.key_offset = offsetof(struct flow, key),	\
	.hashfn = flow_hash,				\
	.min_size = 1024,				\
	.automatic_shrinking = true

static const struct rhashtable_params flow_params = {
	FLOW_PARAMS,
	.key_len = sizeof(struct flow_key),
	.obj_cmpfn = flow_compare,
};

static int flow_compare_hash(struct rhashtable_compare_arg *arg,
			     const void *ptr)
{
	return ((const struct flow *)ptr)->key.hash != *(const u32 *)arg->key;
}

/*
 * To look up by the hash alone, which others may have as well. What is hashed is the
 * same as above: where the compiler does not put a lookup in its place, that is done as
 * the table was told to.
 */
static const struct rhashtable_params flow_hash_params = {
	FLOW_PARAMS,
	.key_len = sizeof(u32),
	.obj_cmpfn = flow_compare_hash,
};

/*
 * Once for each piece of memory, and not for each flow that lives there. It also
 * spares us what clears all that is allocated, on kernels that do so.
 */
static void flow_construct(void *ptr)
{
	struct flow *flow = ptr;

	spin_lock_init(&flow->lock);
	refcount_set(&flow->refs, 0);
	flow->state = FLOW_DEAD;
}

/**
 * flow_init - set up what all namespaces share
 *
 * Return: 0 or -ENOMEM.
 */
int flow_init(void)
{
	flow_key_init();
	flow_cache = kmem_cache_create("syncopate_flow", sizeof(struct flow), 0,
				       SLAB_HWCACHE_ALIGN | SLAB_TYPESAFE_BY_RCU,
				       flow_construct);
	return flow_cache ? 0 : -ENOMEM;
}

/**
 * flow_exit - undo flow_init()
 *
 * When no hook and no reader of ours is left but RCU callbacks: those of
 * flow_reap(), timers that these could not stop because they were running, and
 * what both of them set off in flow_put().
 */
void flow_exit(void)
{
	rcu_barrier();
	synchronize_rcu();
	rcu_barrier();
	kmem_cache_destroy(flow_cache);
}

/**
 * flow_limit_default - how many attempts a namespace may hold by default
 *
 * At about a KiB each, a thirty-second of the memory; that includes the room for SYNs
 * that are long, see &struct kept_room.
 */
unsigned int flow_limit_default(void)
{
	unsigned long kib = totalram_pages() << (PAGE_SHIFT - 10);

	return clamp(kib / 32, 4096UL, 1UL << 20);
}

/**
 * flow_table_init - set up a namespace's table, once
 * @sn: namespace, its lock held
 *
 * Return: 0 or -ENOMEM.
 */
int flow_table_init(struct syncopate_net *sn)
{
	int err;

	lockdep_assert_held(&sn->lock);

	if (sn->flows_ready)
		return 0;
	err = share_init(sn);
	if (err)
		return err;
	err = tag_table_init(sn);
	if (err)
		goto no_tags;
	err = rhashtable_init(&sn->flows, &flow_params);
	if (err)
		goto no_flows;
	/* Who finds it ready without the lock finds the table as well. */
	smp_store_release(&sn->flows_ready, true);
	return 0;

no_flows:
	tag_table_destroy(sn);
no_tags:
	share_exit(sn);
	return err;
}

/**
 * flow_table_destroy - undo flow_table_init()
 * @sn: namespace, without hooks and flushed
 */
void flow_table_destroy(struct syncopate_net *sn)
{
	if (!sn->flows_ready)
		return;
	WARN_ON_ONCE(atomic_read(&sn->flow_count));
	WARN_ON_ONCE(atomic_read(&sn->long_syns.used));
	/* It walks over the table. */
	shed_exit(sn);
	rhashtable_destroy(&sn->flows);
	tag_table_destroy(sn);
	share_exit(sn);
	sn->flows_ready = false;
}

/**
 * flow_may_be - may there be an attempt between the ends of a packet?
 * @sn: namespace
 * @ends: of the packet, which has no tags around it
 * @domain: what its addresses belong to, see &struct flow_key
 *
 * Under RCU. Return: false if there is surely none.
 */
bool flow_may_be(struct syncopate_net *sn, const struct packet_ends *ends,
		 u32 domain)
{
	u32 hash = flow_key_hash_ends(ends, domain);

	return !flow_bloom_lacks(sn, hash) &&
	       rhashtable_lookup(&sn->flows, &hash, flow_hash_params);
}

/**
 * flow_find - look an attempt up
 * @sn: namespace
 * @key: its key
 *
 * Under RCU. Return: the flow, for flow_is() to be asked about; or NULL.
 */
struct flow *flow_find(struct syncopate_net *sn, const struct flow_key *key)
{
	/* The usual case on a healthy network, and cheap to tell. */
	if (!atomic_read(&sn->flow_count) ||
	    flow_bloom_lacks(sn, key->hash))
		return NULL;
	return rhashtable_lookup(&sn->flows, key, flow_params);
}

/**
 * flow_is - is a flow that was found still the one that was looked for?
 * @flow: found under RCU, its lock held since
 * @sn: namespace
 * @key: its key
 *
 * Return: false if it is dead or its memory that of another one.
 */
bool flow_is(const struct flow *flow, const struct syncopate_net *sn,
	     const struct flow_key *key)
{
	return flow_lives(flow, sn) &&
	       !key_differs(&flow->key, key, sizeof(*key));
}

/**
 * flow_alloc - make an attempt
 * @sn: namespace
 * @key: its key
 * @client: which end of it sent the SYN
 * @policy: what selected it, found in the same RCU section
 * @dest: where it goes, or NULL; the caller's reference passes on to the flow
 *
 * The caller sets start, isn, payload, has_stamps, pace, timer, path and the first
 * stamp.
 *
 * Counts against the namespace's limit, and its client's and destination's share
 * of it. From then on either flow_insert() succeeds or flow_free() is called.
 *
 * Return: the flow, not in the table, one reference; or -ENOSPC if the table is
 * full, -EDQUOT if a share is, or -ENOMEM.
 */
struct flow *flow_alloc(struct syncopate_net *sn, const struct flow_key *key,
			unsigned int client, const struct policy *policy,
			struct dest *dest)
{
	unsigned int held = atomic_inc_return(&sn->flow_count);
	struct flow *flow;
	int err = -ENOSPC;
	u16 source;

	if (held > READ_ONCE(sn->flow_limit))
		goto full;
	err = share_take(sn, &key->addr[client], dest, held, &source);
	if (err)
		goto full;
	err = -ENOMEM;
	flow = kmem_cache_alloc(flow_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!flow)
		goto no_memory;
	/* What the caller sets in any case is most of it, and not cleared. */
	flow->key = *key;
	flow->client = client;
	flow->source = source;
	flow->sn = sn;
	refcount_inc(&policy->use->refs);
	flow->use = policy->use;
	flow->dest = dest;
	flow->observe = policy->observe;
	/* Who only observes does not take anyone down. */
	flow->breaker = policy->observe ? 0 : policy->breaker;
	flow->probe = policy->probe;
	flow->has_tag = false;
	flow->bloom = 0;
	flow->fresh = 0;
	flow->pass_next = false;
	flow->unclear = false;
	flow->lacking = false;
	flow->retransmitted = 0;
	flow->linger_end = 0;
	flow->stamp[1] = (struct stamp) {};
	kept_init(&flow->kept);
	refcount_set(&flow->refs, 1);
	return flow;

no_memory:
	share_give(sn, dest, source);
full:
	atomic_dec(&sn->flow_count);
	return ERR_PTR(err);
}

/* Makes room for another. */
static void flow_give_back(struct flow *flow)
{
	share_give(flow->sn, flow->dest, flow->source);
	atomic_dec(&flow->sn->flow_count);
}

/**
 * flow_insert - make a flow known
 * @flow: complete; its lock is held so that no one acts on it yet
 *
 * Return: 0, -EEXIST if another CPU was quicker, or what else the table says
 * (-EBUSY, -E2BIG and -ENOMEM while it grows): that happens in normal life, and the
 * SYN passes unpaced.
 */
int flow_insert(struct flow *flow)
{
	int err;

	lockdep_assert_held(&flow->lock);
	if (unlikely(rcu_access_pointer(flow->sn->bloom)))
		flow_bloom_add(flow);
	err = rhashtable_lookup_insert_fast(&flow->sn->flows, &flow->node,
					    flow_params);
	if (!err)
		flow->state = FLOW_PENDING;
	else if (flow->bloom)
		flow_bloom_remove(flow);
	return err;
}

/**
 * flow_put - let go of a reference
 * @flow: not to be used any more
 */
void flow_put(struct flow *flow)
{
	if (!refcount_dec_and_test(&flow->refs))
		return;
	perturb();
	/* Whoever still finds the flow finds it dead, and asks no further. */
	if (flow->dest)
		dest_put(flow->dest);
	policy_use_put(flow->use);
	kmem_cache_free(flow_cache, flow);
}

/**
 * flow_free - undo flow_alloc()
 * @flow: never in the table, its timer never armed
 */
void flow_free(struct flow *flow)
{
	kept_drop(&flow->kept);
	flow_give_back(flow);
	flow_put(flow);
}

/*
 * The callback that ran when flow_remove() came has returned since. It may have
 * armed its timer once more without knowing that the flow was dead.
 */
static void flow_reap(struct rcu_head *rcu)
{
	struct flow *flow = container_of(rcu, struct flow, rcu);

	perturb();
	if (hrtimer_try_to_cancel(&flow->timer) == 1)
		flow_put(flow);
	flow_put(flow);
}

/* Out of the table, and rid of the SYN, which nobody else touches any more. */
static void flow_unlink(struct flow *flow)
{
	struct syncopate_net *sn = flow->sn;

	rhashtable_remove_fast(&sn->flows, &flow->node, flow_params);
	if (unlikely(flow->bloom))
		flow_bloom_remove(flow);
	if (flow->has_tag)
		tag_remove(flow);
	kept_drop(&flow->kept);
	/* The last of these lets the namespace go, in which all of it is counted. */
	flow_give_back(flow);
}

/**
 * flow_remove - forget a flow
 * @flow: dead, by the caller's hand; not to be used after
 *
 * From a packet or from the flow's own timer. Must not wait for the timer: it
 * may be the caller. If it runs on another CPU it finds the flow dead, now or,
 * if it was past that check and arms itself again, when it fires next. To spare
 * the memory that wait, and the module's unloading a timer that no one knows
 * of, it is cancelled once more after a grace period, which timer callbacks,
 * being soft interrupts, do not outlive.
 */
void flow_remove(struct flow *flow)
{
	WARN_ON_ONCE(flow->state != FLOW_DEAD);
	flow_unlink(flow);
	perturb();

	switch (hrtimer_try_to_cancel(&flow->timer)) {
	case 1:
		flow_put(flow);
		break;
	case -1:
		call_rcu(&flow->rcu, flow_reap);
		return;
	}
	flow_put(flow);
}

/* Like flow_remove(), but waits for the timer. */
static void flow_remove_sync(struct flow *flow)
{
	flow_unlink(flow);
	perturb();
	if (hrtimer_cancel(&flow->timer))
		flow_put(flow);
	flow_put(flow);
}

static bool flow_kill(struct syncopate_net *sn, struct flow *flow,
		      unsigned int on, int ifindex, int bridge)
{
	bool kill;

	spin_lock_bh(&flow->lock);
	kill = flow_lives(flow, sn) && on & BIT(flow_on(flow));
	if (ifindex && flow->path.iif != ifindex &&
	    flow->path.oif != ifindex && flow->path.bridge != ifindex)
		kill = false;
	if (bridge && flow->path.bridge != bridge)
		kill = false;
	/* One that was given up has had its end. */
	if (kill && flow->state == FLOW_PENDING) {
		event_flow(flow, SYNCOPATE_EVENT_KIND_FORGOTTEN);
		stats_inc(sn, SYNCOPATE_A_STATS_FORGOTTEN);
	}
	if (kill)
		flow->state = FLOW_DEAD;
	spin_unlock_bh(&flow->lock);
	return kill;
}

static unsigned int flow_flush_pass(struct syncopate_net *sn, unsigned int on,
				    int ifindex, int bridge)
{
	unsigned int killed = 0, n = 0;
	struct rhashtable_iter iter;
	struct flow *flow;

	rhashtable_walk_enter(&sn->flows, &iter);
	rhashtable_walk_start(&iter);
	while ((flow = rhashtable_walk_next(&iter))) {
		/* Else it was resized, the walk begins anew. */
		if (!IS_ERR(flow) && flow_kill(sn, flow, on, ifindex, bridge)) {
			perturb();
			flow_remove_sync(flow);
			killed++;
		}
		/* It may be none that is killed. */
		walk_pause(&iter, &n);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return killed;
}

/* So often in a row nothing is to be found while others come and go. */
#define FLUSH_EMPTY	2

/**
 * flow_flush - forget attempts at once, without a word to anyone
 * @sn: namespace
 * @on: bits (1 << SYNCOPATE_ON_...), only those
 * @ifindex: only those that came in, went out or were bridged by this
 *	interface; 0 for any, with the namespace's lock held
 * @bridge: only those that this bridge forwarded; 0 for any
 *
 * May sleep. When it returns, no timer of these attempts runs or will. The
 * caller has seen to it that no packet makes new ones.
 *
 * A walk may skip entries: when the one on which it pauses goes meanwhile, and
 * when the memory of the one on which it stands is at once another's, in another
 * chain, at whose end it goes on. So where no hook is left it is repeated until
 * none is left in the table, be it that others have yet to remove what they have
 * ended; and otherwise until nothing is found twice in a row. One that is missed
 * even so, by two accidents, can do no harm: whatever it sends, its devices are
 * looked up first, and one that is unregistered is announced again, each second,
 * as long as a kept SYN references it.
 */
void flow_flush(struct syncopate_net *sn, unsigned int on, int ifindex,
		int bridge)
{
	bool all = !ifindex && !bridge && !sn->hooked;
	unsigned int empty = 0;

	/* Pairs with the release in flow_table_init(). */
	if (!smp_load_acquire(&sn->flows_ready))
		return;
	while (atomic_read(&sn->flow_count) && (all || empty < FLUSH_EMPTY)) {
		if (flow_flush_pass(sn, on, ifindex, bridge))
			empty = 0;
		else
			empty++;
		cond_resched();
		/* On PREEMPT_RT those others may be threads that wait for us. */
		if (all && empty)
			schedule_timeout_uninterruptible(1);
	}
}
