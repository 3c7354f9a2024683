// SPDX-License-Identifier: GPL-2.0
/*
 * The table of destinations.
 *
 * A destination is made by the first SYN to it that a policy selects, but not by
 * those of a flood which find no room (shed.c).  There is room for a limited
 * number.  The next one takes the place of one that has never answered, the oldest
 * of them, and only if there is none that of the one not asked for longest (nearly:
 * who was asked for since its turn came last is spared once).  So a scan of
 * addresses, or a flood with made-up ones, does not wipe out what real servers have
 * taught.
 *
 * One not asked for in DEST_AGE is as good as gone: it begins anew when it is
 * asked for again, and is not shown.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "dest.h"
#include "key.h"
#include "main.h"
#include "packet.h"
#include "perturb.h"
#include "repeats.h"

#define DEST_AGE	(3600 * HZ)

/* How many may be spared before one goes nevertheless. */
#define SPARED_MAX	16

/* How many go at once when the limit is lowered. */
#define EVICT_AT_ONCE	16

static hsiphash_key_t dest_secret __read_mostly;

/* Addresses and ports are the attacker's choice: hash them with a secret. */
static u32 dest_hash(const void *data, u32 len, u32 seed)
{
	const struct dest_key *key = data;
	u32 hash;

	net_get_random_once(&dest_secret, sizeof(dest_secret));
	if (!ipv6_addr_v4mapped(&key->addr))
		return hsiphash(key, sizeof(*key), &dest_secret);
	hash = hsiphash_3u32((__force u32)key->addr.s6_addr32[3],
			     (__force u16)key->port, key->domain, &dest_secret);
	if (key->vlan[0] | key->vlan[1] | key->vlan[2])
		hash ^= hsiphash(key->vlan, sizeof(key->vlan), &dest_secret);
	return hash;
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

/* Under dest_lock, of one at least. */
static void dest_evict(struct syncopate_net *sn)
{
	dest_remove(dest_oldest(sn));
	stats_inc(sn, SYNCOPATE_A_STATS_LEARNED_EVICTED);
}

/**
 * dest_table_fit - forget those that are beyond a limit that was lowered
 * @sn: namespace, its lock held
 *
 * May sleep: it is done here, a few at a time, and not all at once by the next SYN.
 */
void dest_table_fit(struct syncopate_net *sn)
{
	unsigned int n;

	lockdep_assert_held(&sn->lock);

	do {
		spin_lock_bh(&sn->dest_lock);
		for (n = 0; n < EVICT_AT_ONCE &&
		     sn->dest_count > sn->dest_limit; n++)
			dest_evict(sn);
		spin_unlock_bh(&sn->dest_lock);
		cond_resched();
	} while (n == EVICT_AT_ONCE);
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
	repeats_begin(dest);
	/* Of the table and of the caller. */
	refcount_set(&dest->refs, 2);
	perturb();

	spin_lock_bh(&sn->dest_lock);
	other = rhashtable_lookup_get_insert_fast(&sn->dests, &dest->node,
						  dest_params);
	if (other) {
		/* The table may be busy or without memory while it grows. */
		if (IS_ERR(other) || !refcount_inc_not_zero(&other->refs))
			other = NULL;
		spin_unlock_bh(&sn->dest_lock);
		kfree(dest);
		return other;
	}
	/*
	 * Not on a list yet, or it would make room for itself. One goes for one that
	 * comes: if there are more beyond the limit, dest_table_fit() is at work.
	 */
	if (sn->dest_count && sn->dest_count >= READ_ONCE(sn->dest_limit))
		dest_evict(sn);
	list_add_tail(&dest->order, &sn->dests_strange);
	sn->dest_count++;
	spin_unlock_bh(&sn->dest_lock);
	return dest;
}

static void dest_key_make(struct dest_key *key, const struct flow_key *flow,
			  unsigned int server)
{
	unsigned int i;

	*key = (struct dest_key) {
		.addr = flow->addr[server],
		.port = flow->port[server],
		.domain = flow->domain,
		.proto = flow->proto,
	};
	for (i = 0; i < FLOW_VLANS; i++)
		key->vlan[i] = flow->vlan[i];
}

/**
 * dest_was_asked - is it known that a SYN to a destination came by here?
 * @sn: namespace
 * @flow: key of an attempt
 * @server: which end of it is the destination
 *
 * Under RCU, from a hook.
 */
bool dest_was_asked(struct syncopate_net *sn, const struct flow_key *flow,
		    unsigned int server)
{
	struct dest_key key;

	dest_key_make(&key, flow, server);
	return rhashtable_lookup(&sn->dests, &key, dest_params);
}

/**
 * dest_find - find a destination outside of VLANs
 * @sn: namespace
 * @pkt: a SYN to it
 * @domain: what its addresses belong to, see &struct flow_key
 *
 * Return: the destination, as long as the caller is under RCU; or NULL.
 */
struct dest *dest_find(struct syncopate_net *sn, const struct packet *pkt, u32 domain)
{
	const struct dest_key key = {
		.addr = pkt->daddr,
		.port = pkt->dport,
		.domain = domain,
		.proto = pkt->proto,
	};

	return rhashtable_lookup(&sn->dests, &key, dest_params);
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
	struct dest_key key;
	struct dest *dest;

	dest_key_make(&key, flow, server);
	dest = rhashtable_lookup(&sn->dests, &key, dest_params);
	perturb();
	if (!dest || !refcount_inc_not_zero(&dest->refs))
		return dest_make(sn, &key);
	dest_spare(dest);
	return dest;
}

/**
 * dest_spare - a destination is asked for: it is not the next to go
 * @dest: the destination
 */
void dest_spare(struct dest *dest)
{
	/* Many processors may ask for the same one. */
	if (!READ_ONCE(dest->spared))
		WRITE_ONCE(dest->spared, true);
}

/**
 * dest_is_old - is it as good as gone, as nobody has asked for it so long?
 * @dest: the destination
 */
bool dest_is_old(const struct dest *dest)
{
	return time_after(jiffies, READ_ONCE(dest->used) + DEST_AGE);
}

/**
 * dest_is_known - a destination has answered: it is not among the first to go
 * @dest: the destination
 */
void dest_is_known(struct dest *dest)
{
	struct syncopate_net *sn = dest->sn;

	spin_lock_bh(&sn->dest_lock);
	/* It may have been evicted, and is on no list then. */
	if (!dest->known && !list_empty(&dest->order))
		list_move_tail(&dest->order, &sn->dests_known);
	dest->known = true;
	spin_unlock_bh(&sn->dest_lock);
}
