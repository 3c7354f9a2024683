// SPDX-License-Identifier: GPL-2.0
/*
 * Shares of the table of attempts: nobody takes it whole.
 *
 * A flood of SYNs fills any table.  So that other servers are still cared for,
 * and other clients, a destination has no more attempts there than there is room
 * left, and neither has a source, a /24 or a /64.  This threshold moves by
 * itself (Choudhury and Hahne, "Dynamic queue length thresholds", 1998): one
 * who takes all he can get comes to half of the table, two to a third each, and
 * room for the next is always left.  Nobody needs to be evicted, and on a quiet
 * day nobody notices.
 *
 * The last eighth is for destinations that have answered before: a flood to
 * many addresses that are made up does not take that.
 */
#include <linux/in6.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "dest.h"
#include "main.h"
#include "share.h"

/*
 * Sources are counted without being told apart for certain: who shares a place
 * with a flood has its share, one in so many.
 */
#define SHARE_SOURCES	4096

/* So many are nobody's flood. */
#define SHARE_MIN	16

static hsiphash_key_t share_secret __read_mostly;

/**
 * share_init - set up a namespace's counts, once
 * @sn: namespace
 *
 * Return: 0 or -ENOMEM.
 */
int share_init(struct syncopate_net *sn)
{
	get_random_once(&share_secret, sizeof(share_secret));
	sn->sources = kvcalloc(SHARE_SOURCES, sizeof(*sn->sources),
			       GFP_KERNEL_ACCOUNT);
	return sn->sources ? 0 : -ENOMEM;
}

/**
 * share_exit - undo share_init()
 * @sn: namespace, without attempts
 */
void share_exit(struct syncopate_net *sn)
{
	kvfree(sn->sources);
}

static u16 share_source(const struct in6_addr *client)
{
	u32 high = (__force u32)client->s6_addr32[0];
	u32 low = (__force u32)client->s6_addr32[1];

	if (ipv6_addr_v4mapped(client))
		low = (__force u32)(client->s6_addr32[3] & htonl(0xffffff00));
	return hsiphash_2u32(high, low, &share_secret) % SHARE_SOURCES;
}

/*
 * How many a client or a destination may have. Return: 0 if there is no room for this
 * one at all.
 */
static int share_most(const struct syncopate_net *sn, bool known, unsigned int held)
{
	int limit = READ_ONCE(sn->flow_limit);
	/* The limit may have been lowered since. */
	int left = max(limit - (int)held, 0);

	/* Small tables have no last eighth. */
	if (!known && left < limit / 64 * 8)
		return 0;
	return max(left, SHARE_MIN);
}

/**
 * share_is_left - would share_take() find room, and the table as well?
 * @sn: namespace
 * @client: address of the client
 * @dest: where it goes, or NULL for a destination that is not known
 *
 * Return: 0, -ENOSPC if the table is full, or -EDQUOT if a share is.
 */
int share_is_left(const struct syncopate_net *sn, const struct in6_addr *client,
		  const struct dest *dest)
{
	unsigned int held = atomic_read(&sn->flow_count) + 1;
	int most;

	if (held > READ_ONCE(sn->flow_limit))
		return -ENOSPC;
	most = share_most(sn, dest && READ_ONCE(dest->known), held);
	if ((dest ? atomic_read(&dest->flows) : 0) >= most ||
	    atomic_read(&sn->sources[share_source(client)]) >= most)
		return -EDQUOT;
	return 0;
}

/**
 * share_take - is there room for one more of these?
 * @sn: namespace
 * @client: address of the client
 * @dest: where it goes, or NULL if that is not known
 * @held: attempts in the table and this one, not above the limit
 * @source: what to give back, see share_give()
 *
 * Return: 0, or -EDQUOT if client or destination have their share.
 */
int share_take(struct syncopate_net *sn, const struct in6_addr *client,
	       struct dest *dest, unsigned int held, u16 *source)
{
	int most = share_most(sn, !dest || READ_ONCE(dest->known), held);

	if (!most)
		return -EDQUOT;
	*source = share_source(client);
	if (atomic_inc_return(&sn->sources[*source]) > most)
		goto source_full;
	if (dest && atomic_inc_return(&dest->flows) > most)
		goto dest_full;
	return 0;

dest_full:
	atomic_dec(&dest->flows);
source_full:
	atomic_dec(&sn->sources[*source]);
	return -EDQUOT;
}

/**
 * share_give - undo share_take()
 * @sn: namespace
 * @dest: as it was
 * @source: likewise
 */
void share_give(struct syncopate_net *sn, struct dest *dest, u16 source)
{
	atomic_dec(&sn->sources[source]);
	if (dest)
		atomic_dec(&dest->flows);
}
