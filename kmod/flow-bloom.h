/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_FLOW_BLOOM_H
#define SYNCOPATE_FLOW_BLOOM_H

#include <linux/cache.h>
#include <linux/prefetch.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

#include "bloom.h"
#include "main.h"

struct flow;

/* So many locks; two attempts have the same one by chance. */
#define BLOOM_LOCKS	64

/**
 * struct flow_bloom - what is in the table of attempts, roughly
 * @rcu: freed after a grace period
 * @number: which one it is of those that there were
 * @shift: what is left of a hash beyond this many bits is the word in which it counts.
 *	The table goes by the low bits, and so does bloom.h
 * @whole: all attempts are counted; before that it tells nothing
 * @word: counters, see bloom.h; they are behind the marks
 * @lock: of words, and their marks, so far apart; taken with bottom halves off, maybe
 *	within a flow's
 * @marks: of each word
 */
struct flow_bloom {
	struct rcu_head rcu;
	u16 number;
	u8 shift;
	bool whole;
	u32 *word;
	spinlock_t lock[BLOOM_LOCKS] ____cacheline_aligned_in_smp;
	u8 marks[];
};

bool flow_bloom_fits(const struct syncopate_net *sn);
void flow_bloom_build(struct syncopate_net *sn);
void flow_bloom_drop(struct syncopate_net *sn);
void flow_bloom_add(struct flow *flow);
void flow_bloom_remove(struct flow *flow);

/**
 * flow_bloom_prefetch - it will soon be asked for a hash
 * @bloom: of a namespace
 * @hash: the hash
 */
static inline void flow_bloom_prefetch(const struct flow_bloom *bloom, u32 hash)
{
	prefetch(&bloom->marks[hash >> bloom->shift]);
}

/**
 * flow_bloom_has_not - is there surely no attempt of this hash in the table?
 * @bloom: of its namespace, under RCU
 * @hash: the hash
 */
static inline bool flow_bloom_has_not(const struct flow_bloom *bloom, u32 hash)
{
	/* Pairs with the release in flow_bloom_build(). */
	return smp_load_acquire(&bloom->whole) &&
	       !bloom_may_have(READ_ONCE(bloom->marks[hash >> bloom->shift]), hash);
}

/**
 * flow_bloom_lacks - the same, where there may be no filter
 * @sn: namespace
 * @hash: the hash
 *
 * Under RCU.
 */
static inline bool flow_bloom_lacks(const struct syncopate_net *sn, u32 hash)
{
	const struct flow_bloom *bloom = rcu_dereference(sn->bloom);

	return unlikely(bloom) && flow_bloom_has_not(bloom, hash);
}

#endif /* SYNCOPATE_FLOW_BLOOM_H */
