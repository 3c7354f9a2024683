// SPDX-License-Identifier: GPL-2.0
/*
 * A Bloom filter beside the table of attempts: what is surely not there need not be
 * looked up.
 *
 * That takes a line of the table's buckets and one of whatever attempt is in that
 * bucket, both far away in a large table, and of the SYNs of a flood next to none is
 * there. It is kept only as long as SYNs find no room (shed.c): at other times it
 * would cost more than it saves.
 *
 * An attempt is counted from before it can be found in the table until it no longer can,
 * and knows in which filter. Those that are there already when one is made are counted
 * by a walk. One that this missed, several times in a row (see walk_pause()), is found no
 * more as long as there is a filter: its answer is not noticed, and it is given up in the
 * end, as if that had taken another way.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "flow.h"
#include "flow-bloom.h"
#include "main.h"
#include "perturb.h"
#include "walk.h"

/*
 * Two words at least for each attempt that there may be, up to two million: of a full
 * table one SYN in forty is looked up in vain.
 */
#define BLOOM_WORDS_MIN	512UL
#define BLOOM_WORDS_MAX	4194304UL

/* So often in a row none is found that is not counted. */
#define COUNT_EMPTY	2

static unsigned int bloom_bits(const struct syncopate_net *sn)
{
	unsigned long words = READ_ONCE(sn->flow_limit);

	/* The limit may have been lowered: then it shrinks with them. */
	words = max(words, atomic_read(&sn->flow_count) / 2UL);
	return ilog2(clamp(roundup_pow_of_two(2 * words), BLOOM_WORDS_MIN, BLOOM_WORDS_MAX));
}

static __always_inline void
bloom_count(struct flow_bloom *bloom, u32 hash, u32 (*change)(u32 word, u32 hash))
{
	u32 i = hash >> bloom->shift;
	spinlock_t *lock = &bloom->lock[i % BLOOM_LOCKS];

	/* Who asks takes none: a mark is never missing of what is in the table. */
	spin_lock_bh(lock);
	bloom->word[i] = change(bloom->word[i], hash);
	WRITE_ONCE(bloom->marks[i], bloom_marks(bloom->word[i]));
	spin_unlock_bh(lock);
}

/* Counts an attempt that was there before. Return: false if it need not. */
static bool count_one(struct syncopate_net *sn, struct flow *flow,
		      struct flow_bloom *bloom)
{
	bool counts;

	spin_lock_bh(&flow->lock);
	counts = flow_lives(flow, sn) && flow->bloom != bloom->number;
	if (counts) {
		bloom_count(bloom, flow->key.hash, bloom_add);
		flow->bloom = bloom->number;
	}
	spin_unlock_bh(&flow->lock);
	return counts;
}

static unsigned int count_pass(struct syncopate_net *sn, struct flow_bloom *bloom)
{
	unsigned int counted = 0, n = 0;
	struct rhashtable_iter iter;
	struct flow *flow;

	rhashtable_walk_enter(&sn->flows, &iter);
	rhashtable_walk_start(&iter);
	while ((flow = rhashtable_walk_next(&iter))) {
		if (!IS_ERR(flow))
			counted += count_one(sn, flow, bloom);
		walk_pause(&iter, &n);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return counted;
}

/* Return: an empty one, or NULL. May sleep. */
static struct flow_bloom *bloom_make(unsigned int bits)
{
	size_t words = 1UL << bits;
	struct flow_bloom *bloom;
	unsigned int i;

	/* It may do without: nobody else is to lose memory by it. */
	bloom = kvzalloc(struct_size(bloom, marks, words) + words * sizeof(*bloom->word),
			 GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
	if (!bloom)
		return NULL;
	/* There are so many marks that they end where a word may begin. */
	bloom->word = (u32 *)(bloom->marks + words);
	bloom->shift = 32 - bits;
	for (i = 0; i < BLOOM_LOCKS; i++)
		spin_lock_init(&bloom->lock[i]);
	return bloom;
}

/**
 * flow_bloom_fits - is there a filter, of the size that the table's limit asks for?
 * @sn: namespace, whose filter nobody else changes
 */
bool flow_bloom_fits(const struct syncopate_net *sn)
{
	const struct flow_bloom *bloom = rcu_dereference_protected(sn->bloom, true);

	return bloom && bloom->shift == 32 - bloom_bits(sn);
}

/**
 * flow_bloom_build - make a filter, if there is memory
 * @sn: namespace with a table and without a filter, which nobody else changes
 *
 * May sleep.
 */
void flow_bloom_build(struct syncopate_net *sn)
{
	struct flow_bloom *bloom = bloom_make(bloom_bits(sn));
	unsigned int empty = 0;

	if (!bloom)
		return;
	/* Attempts that are in none have number 0. */
	sn->bloom_number = sn->bloom_number % U16_MAX + 1;
	bloom->number = sn->bloom_number;
	rcu_assign_pointer(sn->bloom, bloom);
	/* Whoever has not found it has his attempt in the table then. */
	synchronize_rcu();
	while (empty < COUNT_EMPTY) {
		empty = count_pass(sn, bloom) ? 0 : empty + 1;
		cond_resched();
	}
	perturb();
	/* Who finds it whole finds all that is counted. */
	smp_store_release(&bloom->whole, true);
}

/**
 * flow_bloom_drop - let go of the filter, if there is one
 * @sn: namespace, whose filter nobody else changes
 */
void flow_bloom_drop(struct syncopate_net *sn)
{
	struct flow_bloom *bloom = rcu_dereference_protected(sn->bloom, true);

	if (!bloom)
		return;
	rcu_assign_pointer(sn->bloom, NULL);
	perturb();
	kvfree_rcu(bloom, rcu);
}

/**
 * flow_bloom_add - an attempt is about to be in the table
 * @flow: it, its lock held; under RCU
 */
void flow_bloom_add(struct flow *flow)
{
	struct flow_bloom *bloom = rcu_dereference(flow->sn->bloom);

	if (!bloom)
		return;
	bloom_count(bloom, flow->key.hash, bloom_add);
	flow->bloom = bloom->number;
}

/**
 * flow_bloom_remove - undo flow_bloom_add()
 * @flow: dead, counted, no longer in the table or never in it
 */
void flow_bloom_remove(struct flow *flow)
{
	struct flow_bloom *bloom;

	rcu_read_lock();
	bloom = rcu_dereference(flow->sn->bloom);
	if (bloom && bloom->number == flow->bloom)
		bloom_count(bloom, flow->key.hash, bloom_remove);
	rcu_read_unlock();
}
