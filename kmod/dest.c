// SPDX-License-Identifier: GPL-2.0
/*
 * Destinations, as their answers show them: the table, and what an attempt's
 * course teaches.
 *
 * A destination is made by the first SYN to it that a policy selects.  There is
 * room for a limited number.  The next one takes the place of one that has never
 * answered, the oldest of them, and only if there is none that of the one not
 * asked for longest (nearly: who was asked for since its turn came last is spared
 * once).  So a scan of addresses, or a flood with made-up ones, does not wipe out
 * what real servers have taught.
 *
 * One not asked for in DEST_AGE is as good as gone: it begins anew when it is
 * asked for again, and is not shown.
 *
 * Only answers that fit an attempt in care get as far as here (handshake.c), so
 * that nobody off the path can teach anything.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/rhashtable.h>
#include <linux/siphash.h>
#include <linux/slab.h>

#include "adapt.h"
#include "compat.h"
#include "dest.h"
#include "event.h"
#include "key.h"
#include "main.h"
#include "policy.h"
#include "prefix.h"
#include "profile.h"

#define DEST_AGE	(3600 * HZ)

/* How many may be spared before one goes nevertheless. */
#define SPARED_MAX	16

static hsiphash_key_t dest_secret __read_mostly;

/* Addresses and ports are the attacker's choice: hash them with a secret. */
static u32 dest_hash(const void *data, u32 len, u32 seed)
{
	net_get_random_once(&dest_secret, sizeof(dest_secret));
	return hsiphash(data, sizeof(struct dest_key), &dest_secret);
}

static int dest_compare(struct rhashtable_compare_arg *arg, const void *ptr)
{
	const struct dest *dest = ptr;

	return key_differs(&dest->key, arg->key, sizeof(struct dest_key));
}

static const struct rhashtable_params dest_params = {
	.key_len = sizeof(struct dest_key),
	.key_offset = offsetof(struct dest, key),
	.head_offset = offsetof(struct dest, node),
	.hashfn = dest_hash,
	.obj_cmpfn = dest_compare,
	.automatic_shrinking = true,
};

/*
 * SYNs repeated for attempts that may all be forged must not become many times
 * the forger's own.  A tenth of the namespace's limit is for one destination,
 * and one more for so many attempts at it, so that there are enough for what a
 * busy one loses.  Those that do not answer have one such budget together as
 * well: repeats are of little use there, and one who makes up addresses comes by
 * as many destinations as he likes.  What is not spent is saved for so long.
 */
#define REPEATS_DESTS	10
#define REPEATS_EARNED	16
#define REPEATS_SAVED	(10 * NSEC_PER_SEC)

/* So many silent attempts in a row are no accident. */
#define REPEATS_SILENT	8

/* It is told no more often than this. */
#define REPEATS_TOLD	(10 * NSEC_PER_SEC)

/* --- the table ----------------------------------------------------------- */

/**
 * dest_limit_default - how many destinations a namespace may hold by default
 *
 * At about half a KiB each, a 256th of the memory.
 */
unsigned int dest_limit_default(void)
{
	unsigned long kib = totalram_pages() << (PAGE_SHIFT - 10);

	return clamp(kib / 128, 1024UL, 1UL << 16);
}

/**
 * dest_table_init - set up a namespace's table, once
 * @sn: namespace, its lock held
 *
 * Return: 0 or -ENOMEM.
 */
int dest_table_init(struct syncopate_net *sn)
{
	int err;

	/* A hole in the key would be hashed and compared. */
	BUILD_BUG_ON(sizeof(struct dest_key) != 32);
	lockdep_assert_held(&sn->lock);

	if (sn->dests_ready)
		return 0;
	err = rhashtable_init(&sn->dests, &dest_params);
	if (err)
		return err;
	/* Who finds it ready without the lock finds the table as well. */
	smp_store_release(&sn->dests_ready, true);
	return 0;
}

static void dest_free_rcu(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct dest, rcu));
}

/**
 * dest_put - let go of a reference
 * @dest: not to be used any more
 */
void dest_put(struct dest *dest)
{
	if (refcount_dec_and_test(&dest->refs))
		call_rcu(&dest->rcu, dest_free_rcu);
}

static void dest_drop(void *ptr, void *arg)
{
	dest_put(ptr);
}

/**
 * dest_table_destroy - undo dest_table_init()
 * @sn: namespace, without hooks and attempts
 */
void dest_table_destroy(struct syncopate_net *sn)
{
	if (!sn->dests_ready)
		return;
	rhashtable_free_and_destroy(&sn->dests, dest_drop, NULL);
	sn->dests_ready = false;
}

/* Under dest_lock. Return: the one that is to go, or NULL if there is none. */
static struct dest *dest_oldest(struct syncopate_net *sn)
{
	struct dest *dest;
	unsigned int n;

	dest = list_first_entry_or_null(&sn->dests_strange, struct dest, order);
	for (n = 0; !dest && n < SPARED_MAX; n++) {
		dest = list_first_entry_or_null(&sn->dests_known, struct dest,
						order);
		if (!dest || !READ_ONCE(dest->spared))
			return dest;
		WRITE_ONCE(dest->spared, false);
		list_move_tail(&dest->order, &sn->dests_known);
		dest = NULL;
	}
	return dest ?: list_first_entry_or_null(&sn->dests_known, struct dest,
						order);
}

/* Under dest_lock, on the list of its kind. */
static void dest_remove(struct dest *dest)
{
	list_del_init(&dest->order);
	rhashtable_remove_fast(&dest->sn->dests, &dest->node, dest_params);
	dest->sn->dest_count--;
	dest_put(dest);
}

/* Return: a destination that was not there, or that another CPU has made. */
static struct dest *dest_make(struct syncopate_net *sn,
			      const struct dest_key *key)
{
	struct dest *dest, *other;

	dest = kzalloc(sizeof(*dest), GFP_ATOMIC | __GFP_NOWARN);
	if (!dest)
		return NULL;
	dest->key = *key;
	dest->sn = sn;
	dest->used = jiffies;
	spin_lock_init(&dest->lock);
	budget_fill(&dest->repeats, REPEATS_SAVED, ktime_get_ns());
	/* Of the table and of the caller. */
	refcount_set(&dest->refs, 2);

	spin_lock_bh(&sn->dest_lock);
	other = rhashtable_lookup_get_insert_fast(&sn->dests, &dest->node,
						  dest_params);
	if (other) {
		if (IS_ERR(other) || !refcount_inc_not_zero(&other->refs))
			other = NULL;
		spin_unlock_bh(&sn->dest_lock);
		kfree(dest);
		return other;
	}
	/* Not on a list yet, or it would make room for itself. */
	while (sn->dest_count && sn->dest_count >= READ_ONCE(sn->dest_limit)) {
		dest_remove(dest_oldest(sn));
		stats_inc(sn, SYNCOPATE_A_STATS_LEARNED_EVICTED);
	}
	list_add_tail(&dest->order, &sn->dests_strange);
	sn->dest_count++;
	spin_unlock_bh(&sn->dest_lock);
	return dest;
}

/**
 * dest_get - find or make a destination
 * @sn: namespace
 * @flow: key of an attempt
 * @server: which end of it is the destination
 *
 * Under RCU, from a hook.
 * Return: the destination, with a reference; or NULL if there is no memory.
 */
struct dest *dest_get(struct syncopate_net *sn, const struct flow_key *flow,
		      unsigned int server)
{
	struct dest_key key = {
		.addr = flow->addr[server],
		.port = flow->port[server],
		.bridge = flow->bridge,
		.proto = flow->proto,
	};
	struct dest *dest;

	memcpy(key.vlan, flow->vlan, sizeof(key.vlan));
	dest = rhashtable_lookup(&sn->dests, &key, dest_params);
	if (!dest || !refcount_inc_not_zero(&dest->refs))
		return dest_make(sn, &key);
	if (!READ_ONCE(dest->spared))
		WRITE_ONCE(dest->spared, true);
	return dest;
}

/**
 * dest_is_old - is it as good as gone, as nobody has asked for it so long?
 * @dest: the destination
 */
bool dest_is_old(const struct dest *dest)
{
	return time_after(jiffies, READ_ONCE(dest->used) + DEST_AGE);
}

/* --- many at once -------------------------------------------------------- */

/*
 * A server that falls silent is dead. When many do at the same time it is more
 * likely the way to them that is overloaded, and whoever repeats quickly then
 * keeps it so (RFC 8961, 4 (4) and RFC 2914, 3). Seconds are counted, in each of
 * them every destination once.
 */
#define MANY_SILENT	8

static u32 window_now(void)
{
	return jiffies / HZ;
}

/* Counts a destination, once in a second. */
static void window_count(struct dest *dest, u32 *in, unsigned int *count)
{
	struct syncopate_net *sn = dest->sn;
	u32 now = window_now();

	if (READ_ONCE(*in) == now)
		return;
	spin_lock_bh(&sn->dest_lock);
	if (sn->window != now) {
		sn->asked[1] = sn->window + 1 == now ? sn->asked[0] : 0;
		sn->silent[1] = sn->window + 1 == now ? sn->silent[0] : 0;
		sn->asked[0] = 0;
		sn->silent[0] = 0;
		sn->window = now;
	}
	if (*in != now)
		WRITE_ONCE(count[0], count[0] + 1);
	WRITE_ONCE(*in, now);
	spin_unlock_bh(&sn->dest_lock);
}

/* Are most of the destinations silent, and many? */
static bool many_are_silent(const struct syncopate_net *sn)
{
	unsigned int silent = READ_ONCE(sn->silent[0]) + READ_ONCE(sn->silent[1]);
	unsigned int asked = READ_ONCE(sn->asked[0]) + READ_ONCE(sn->asked[1]);

	return silent >= MANY_SILENT && 2 * silent > asked &&
	       window_now() - READ_ONCE(sn->window) <= 1;
}

/**
 * dest_waits - an attempt has waited in vain for so long that its SYN is repeated
 * @flow: the attempt, its lock held
 */
void dest_waits(struct flow *flow)
{
	if (flow->dest)
		window_count(flow->dest, &flow->dest->silent_in,
			     flow->dest->sn->silent);
}

/* --- how many are repeated ---------------------------------------------- */

/* The time in which the namespace saves for a SYN, ns. */
static u64 repeat_price(const struct syncopate_net *sn)
{
	return NSEC_PER_SEC / READ_ONCE(sn->repeat_limit);
}

/**
 * dest_repeats_init - let a namespace begin with all that can be saved
 * @sn: namespace
 */
void dest_repeats_init(struct syncopate_net *sn)
{
	sn->repeat_limit = SYNCOPATE_REPEATS_DEFAULT;
	spin_lock_init(&sn->repeat_lock);
	budget_fill(&sn->repeats, REPEATS_SAVED, ktime_get_ns());
}

/* The budget of all that do not answer. */
static bool silent_repeats(struct syncopate_net *sn, u64 now)
{
	bool may;

	spin_lock(&sn->repeat_lock);
	may = budget_take(&sn->repeats, repeat_price(sn), REPEATS_SAVED, now);
	spin_unlock(&sn->repeat_lock);
	return may;
}

/**
 * dest_repeats - may the SYN of an attempt be repeated?
 * @flow: the attempt, its lock held
 *
 * Return: true, and it counts as done; or false if that would be too many.
 */
bool dest_repeats(struct flow *flow)
{
	struct dest *dest = flow->dest;
	u64 now = ktime_get_ns();
	bool may;

	if (!dest)
		return silent_repeats(flow->sn, now);
	spin_lock(&dest->lock);
	may = budget_take(&dest->repeats,
			  repeat_price(flow->sn) * REPEATS_DESTS,
			  REPEATS_SAVED, now);
	if (may && (!READ_ONCE(dest->known) ||
		    dest->breaker.silent >= REPEATS_SILENT))
		may = silent_repeats(flow->sn, now);
	if (!may && (!dest->told || now >= dest->told + REPEATS_TOLD)) {
		dest->told = now;
		event_dest(dest, SYNCOPATE_EVENT_KIND_DEST_FLOODED);
	}
	spin_unlock(&dest->lock);
	return may;
}

/**
 * dest_lives_since - has its destination answered anyone since an attempt began?
 * @flow: the attempt, its lock held
 */
bool dest_lives_since(const struct flow *flow)
{
	struct dest *dest = flow->dest;
	bool lives;

	if (!dest)
		return false;
	spin_lock(&dest->lock);
	lives = ktime_compare(dest->answer, flow->start) >= 0;
	spin_unlock(&dest->lock);
	return lives;
}

/* --- an attempt begins --------------------------------------------------- */

/* Under the lock: what is known follows the profile as long as that is new. */
static void dest_seed(struct dest *dest, const struct profile *profile)
{
	u64 rtt = profile ? profile->rtt : 0;
	u32 loss = profile ? profile->loss : 0;

	if (dest_is_old(dest)) {
		memset(&dest->breaker, 0, sizeof(dest->breaker));
		dest->attempts = 0;
		dest->answered = 0;
		dest->answer = 0;
	} else if (dest->attempts && dest->seed_rtt == rtt &&
		   dest->seed_loss == loss) {
		return;
	}
	dest->seed_rtt = rtt;
	dest->seed_loss = loss;
	learn_seed(&dest->learn, rtt, loss);
}

/**
 * dest_pace - the schedule for an attempt
 * @dest: where it goes, or NULL if that is not known
 * @policy: what selected it
 * @profile: what the operator says of the destination, or NULL
 * @pace: the result
 */
void dest_pace(struct dest *dest, const struct policy *policy,
	       const struct profile *profile, struct pace *pace)
{
	unsigned int slower;

	*pace = policy->pace;
	if (!dest)
		return;
	window_count(dest, &dest->asked_in, dest->sn->asked);
	slower = policy->timing == SYNCOPATE_TIMING_ADAPTIVE &&
		 many_are_silent(dest->sn);
	if (slower)
		stats_inc(dest->sn, SYNCOPATE_A_STATS_BACKED_OFF);

	spin_lock_bh(&dest->lock);
	dest_seed(dest, profile);
	WRITE_ONCE(dest->used, jiffies);
	dest->attempts++;
	budget_earn(&dest->repeats,
		    repeat_price(dest->sn) * REPEATS_DESTS / REPEATS_EARNED,
		    REPEATS_SAVED);
	dest->learn.backoff += slower;
	policy_pace(policy, &dest->learn, pace);
	dest->learn.backoff -= slower;
	spin_unlock_bh(&dest->lock);
}

/**
 * dest_passes - may an attempt begin, or is its destination down?
 * @dest: where it goes
 * @policy: what selected it; for one that observes, would it be down?
 */
bool dest_passes(struct dest *dest, const struct policy *policy)
{
	bool passes;

	if (policy->observe && policy->breaker)
		return READ_ONCE(dest->breaker.silent) < policy->breaker;
	if (!policy->breaker || !READ_ONCE(dest->breaker.down))
		return true;
	spin_lock_bh(&dest->lock);
	passes = dest_is_old(dest) ||
		 breaker_passes(&dest->breaker, policy->probe, ktime_get_ns());
	/*
	 * Those that are refused keep the memory of it alive. One that passes
	 * does so in dest_pace(), which must still see how old it is.
	 */
	if (!passes)
		WRITE_ONCE(dest->used, jiffies);
	spin_unlock_bh(&dest->lock);
	return passes;
}

/* --- and ends ------------------------------------------------------------ */

/* What has answered is not among the first to be evicted. */
static void dest_is_known(struct dest *dest)
{
	struct syncopate_net *sn = dest->sn;

	spin_lock_bh(&sn->dest_lock);
	/* It may have been evicted, and is on no list then. */
	if (!dest->known && !list_empty(&dest->order))
		list_move_tail(&dest->order, &sn->dests_known);
	dest->known = true;
	spin_unlock_bh(&sn->dest_lock);
}

/* A sign of life. Under the lock, which it drops. */
static void dest_lives(struct dest *dest, ktime_t now)
	__releases(&dest->lock)
{
	dest->answered++;
	dest->answer = now;
	if (breaker_answered(&dest->breaker))
		event_dest(dest, SYNCOPATE_EVENT_KIND_DEST_UP);
	spin_unlock(&dest->lock);
	if (!READ_ONCE(dest->known))
		dest_is_known(dest);
}

/**
 * dest_answered - an attempt was accepted
 * @flow: the attempt, pending, its lock held
 * @now: the time, CLOCK_MONOTONIC
 * @rtt: the round-trip time if a timestamp tells it, ns; else 0
 */
void dest_answered(struct flow *flow, ktime_t now, u64 rtt)
{
	struct learn_answer answer = {
		.start = ktime_to_ns(flow->start),
		.elapsed = ktime_to_ns(ktime_sub(now, flow->start)),
		/* An observing policy has sent none of them. */
		.retransmitted = flow->observe ? 0 : flow->retransmitted,
		.rtt = rtt,
	};
	struct dest *dest = flow->dest;

	if (!dest)
		return;
	spin_lock(&dest->lock);
	/*
	 * Where the client's own repeats went on as well, it is not known how
	 * many SYNs there were, and when.
	 */
	if (!flow->unclear)
		learn_answer(&dest->learn, &flow->pace, &answer);
	learn_setup(&dest->learn, answer.elapsed);
	dest_lives(dest, now);
}

/**
 * dest_heard - an attempt showed that its destination lives, and nothing more
 * @flow: the attempt, its lock held
 */
void dest_heard(struct flow *flow)
{
	struct dest *dest = flow->dest;

	if (!dest)
		return;
	spin_lock(&dest->lock);
	dest_lives(dest, ktime_get());
}

/**
 * dest_late - an attempt was accepted after it was given up
 * @flow: the attempt, its lock held
 */
void dest_late(struct flow *flow)
{
	ktime_t now = ktime_get();
	const struct learn_answer answer = {
		.start = ktime_to_ns(flow->start),
		.elapsed = ktime_to_ns(ktime_sub(now, flow->start)),
	};
	struct dest *dest = flow->dest;

	if (!dest)
		return;
	spin_lock(&dest->lock);
	learn_late(&dest->learn, &answer);
	dest_lives(dest, now);
}

/**
 * dest_silent - an attempt had no answer
 * @flow: the attempt, just given up, its lock held
 */
void dest_silent(struct flow *flow)
{
	struct dest *dest = flow->dest;

	if (!dest)
		return;
	spin_lock(&dest->lock);
	/* As dest_lives_since(): who has answered another is not silent. */
	if (ktime_compare(dest->answer, flow->start) < 0 &&
	    breaker_silent(&dest->breaker, flow->breaker, flow->probe,
			   ktime_get_ns()))
		event_dest(dest, SYNCOPATE_EVENT_KIND_DEST_DOWN);
	spin_unlock(&dest->lock);
}

/**
 * dest_up - take destinations for living
 * @sn: namespace, its lock held
 * @prefix: those in it
 * @port: and of this port, host order; 0 for any
 *
 * May sleep.
 * Return: how many of them were down.
 */
unsigned int dest_up(struct syncopate_net *sn, const struct prefix *prefix,
		     u16 port)
{
	struct rhashtable_iter iter;
	unsigned int were_down = 0;
	struct dest *dest;

	if (!sn->dests_ready)
		return 0;
	rhashtable_walk_enter(&sn->dests, &iter);
	rhashtable_walk_start(&iter);
	while ((dest = rhashtable_walk_next(&iter))) {
		if (IS_ERR(dest) || (port && port != ntohs(dest->key.port)) ||
		    !prefix_matches(prefix, &dest->key.addr))
			continue;
		spin_lock_bh(&dest->lock);
		if (breaker_answered(&dest->breaker)) {
			event_dest(dest, SYNCOPATE_EVENT_KIND_DEST_UP);
			were_down++;
		}
		spin_unlock_bh(&dest->lock);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return were_down;
}
