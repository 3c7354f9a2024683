// SPDX-License-Identifier: GPL-2.0
/*
 * Policies: which SYNs are paced, and how; and sets of them, in which the first
 * that selects a SYN is found without asking each.
 */
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "compat.h"
#include "adapt.h"
#include "classify.h"
#include "learn.h"
#include "packet.h"
#include "policy.h"
#include "shard.h"

/*
 * So few are asked one by one: that takes some 50 instructions each, to ask an
 * index some 350.
 */
#define POLICY_FEW 4

/* --- one policy ---------------------------------------------------------- */

/** policy_alloc - make a policy. Return: it, without a name; or NULL. */
struct policy *policy_alloc(void)
{
	return kzalloc(sizeof(struct policy), GFP_KERNEL_ACCOUNT);
}

/**
 * policy_free - undo policy_alloc() and policy_name()
 * @policy: in no set that anyone reads
 */
void policy_free(struct policy *policy)
{
	if (!policy)
		return;
	if (policy->use)
		policy_use_put(policy->use);
	kfree(policy->comment);
	kfree(policy);
}

static void policy_free_rcu(struct rcu_head *rcu)
{
	policy_free(container_of(rcu, struct policy, rcu));
}

/**
 * policy_free_later - the same after a grace period
 * @policy: in no set that anyone will find
 *
 * Whoever found the policy under RCU may so take a reference of its use.
 */
void policy_free_later(struct policy *policy)
{
	call_rcu(&policy->rcu, policy_free_rcu);
}

/**
 * policy_name - give a policy its name and counters
 * @policy: without a name
 * @name: the name
 * @use: of the policy that has this name now and that it replaces, or NULL
 *
 * May sleep.
 * Return: 0 or -ENOMEM.
 */
int policy_name(struct policy *policy, const char *name, struct policy_use *use)
{
	int cpu;

	if (use) {
		refcount_inc(&use->refs);
		policy->use = use;
		return 0;
	}
	use = kzalloc(sizeof(*use), GFP_KERNEL_ACCOUNT);
	if (!use)
		return -ENOMEM;
	use->counts = alloc_percpu_gfp(struct policy_counts, GFP_KERNEL_ACCOUNT);
	if (!use->counts) {
		kfree(use);
		return -ENOMEM;
	}
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(use->counts, cpu)->syncp);
	refcount_set(&use->refs, 1);
	strscpy(use->name, name, sizeof(use->name));
	policy->use = use;
	return 0;
}

/* The schedule of a policy that has it to itself. */
static void plan(const struct policy *policy, const struct learn *learn,
		 struct pace *pace)
{
	const struct adapt adapt = {
		.floor = policy->floor,
		.ceiling = policy->ceiling,
		.deadline = policy->pace.deadline,
		.retries = policy->has_retries ? policy->pace.retries :
						 SYNCOPATE_RETRIES_MAX,
		.confidence = policy->confidence,
	};

	*pace = policy->pace;
	if (policy->timing == SYNCOPATE_TIMING_FIXED || !learn)
		return;
	if (!learn->srtt) {
		/* Too quick to learn from, perhaps (Karn's rule). */
		pace->interval <<= learn->backoff;
		return;
	}
	if (policy->timing == SYNCOPATE_TIMING_ADAPTIVE) {
		adapt_plan(learn, &adapt, pace);
		return;
	}
	adapt_rtt(learn, &adapt, pace);
	if (!policy->has_deadline)
		pace->deadline = pace_deadline(pace->retries, pace->interval);
}

/**
 * policy_pace - the schedule for an attempt
 * @policy: what selected it
 * @learn: what is known of its destination, or NULL
 * @pace: the result
 */
void policy_pace(const struct policy *policy, const struct learn *learn,
		 struct pace *pace)
{
	plan(policy, learn, pace);
	pace_put_off(pace, policy->offset);
}

/* --- what it was good for ------------------------------------------------ */

/**
 * policy_use_put - let go of a reference
 * @use: not to be used any more
 */
void policy_use_put(struct policy_use *use)
{
	if (!refcount_dec_and_test(&use->refs))
		return;
	free_percpu(use->counts);
	kfree(use);
}

/**
 * policy_count - count one
 * @use: of a policy
 * @counter: what
 *
 * Bottom halves off, but no hard interrupt.
 */
void policy_count(struct policy_use *use, enum policy_counter counter)
{
	struct policy_counts *counts = this_cpu_ptr(use->counts);

	lockdep_assert_in_softirq();

	u64_stats_update_begin(&counts->syncp);
	u64_stats_inc(&counts->counter[counter]);
	if (counter == POLICY_MATCHED)
		u64_stats_set(&counts->last_used, ktime_get_coarse_ns());
	u64_stats_update_end(&counts->syncp);
}

/**
 * policy_counts_read - read the counters of all CPUs
 * @use: of a policy
 * @sum: room for %POLICY_COUNTERS counters
 * @last_used: when it last selected a SYN, as in &struct policy_counts
 */
void policy_counts_read(const struct policy_use *use, u64 *sum, u64 *last_used)
{
	const struct policy_counts *counts;
	u64 copy[POLICY_COUNTERS], used;
	unsigned int start, i;
	int cpu;

	memset(sum, 0, POLICY_COUNTERS * sizeof(*sum));
	*last_used = 0;
	for_each_possible_cpu(cpu) {
		counts = per_cpu_ptr(use->counts, cpu);
		do {
			start = u64_stats_fetch_begin(&counts->syncp);
			for (i = 0; i < POLICY_COUNTERS; i++)
				copy[i] = u64_stats_read(&counts->counter[i]);
			used = u64_stats_read(&counts->last_used);
		} while (u64_stats_fetch_retry(&counts->syncp, start));
		for (i = 0; i < POLICY_COUNTERS; i++)
			sum[i] += copy[i];
		*last_used = max(*last_used, used);
	}
}

/* --- sets ---------------------------------------------------------------- */

/**
 * policy_set_alloc - make a set
 * @num: how many policies it will have
 *
 * Return: the set, its list to be filled in, or NULL.
 */
struct policy_set *policy_set_alloc(unsigned int num)
{
	struct policy_set *set;

	set = kvzalloc(struct_size(set, list, num), GFP_KERNEL_ACCOUNT);
	if (set)
		set->num = num;
	return set;
}

static struct classify_value number_value(u64 number)
{
	return (struct classify_value){ .lo = number };
}

static struct classify_value iif_value(const char *name)
{
	char padded[IFNAMSIZ];

	strscpy_pad(padded, name, sizeof(padded));
	return classify_bytes(padded);
}

static void give(struct classify_rule *rule, enum classify_field field,
		 struct classify_value first, struct classify_value last)
{
	rule->given |= BIT(field);
	rule->range[field].first = first;
	rule->range[field].last = last;
}

static void give_prefix(struct classify_rule *rule, enum classify_field field,
			const struct prefix *prefix)
{
	struct classify_value first, last;

	if (!prefix->family)
		return;
	first = classify_bytes(&prefix->addr);
	last = first;
	if (prefix->len < 64)
		last.hi |= U64_MAX >> prefix->len;
	if (prefix->len <= 64)
		last.lo = U64_MAX;
	else if (prefix->len < 128)
		last.lo |= U64_MAX >> (prefix->len - 64);
	give(rule, field, first, last);
}

/*
 * What an index can hold of a policy; policy_matches() sees to the rest. Where a
 * set is @mixed none of the policies for one kind of connections costs a SYN of
 * the other anything.
 */
static void policy_rule(const struct policy *policy, bool mixed,
			struct classify_rule *rule)
{
	if (mixed)
		give(rule, CLASSIFY_ON, number_value(policy->on),
		     number_value(policy->on));
	give_prefix(rule, CLASSIFY_DST, &policy->dst);
	give_prefix(rule, CLASSIFY_SRC, &policy->src);
	if (policy->dport_min)
		give(rule, CLASSIFY_DPORT, number_value(policy->dport_min),
		     number_value(policy->dport_max));
	if (policy->iif[0])
		give(rule, CLASSIFY_IIF, iif_value(policy->iif),
		     iif_value(policy->iif));
	if (policy->has_mark && policy->mark_mask == U32_MAX)
		give(rule, CLASSIFY_MARK, number_value(policy->mark),
		     number_value(policy->mark));
}

static_assert(SYNCOPATE_POLICIES_MAX <= CLASSIFY_RULES_MAX);
static_assert(IFNAMSIZ == 16);

static int compare_names(const void *a, const void *b)
{
	return strncmp(a, b, IFNAMSIZ);
}

/* Notes the interfaces that copies come in by, each once, sorted. */
static int note_copies(struct policy_set *set)
{
	unsigned int i, max = 0, num = 0;

	for (i = 0; i < set->num; i++)
		max += set->list[i]->detached;
	if (!max)
		return 0;
	set->copies = kvcalloc(max, sizeof(*set->copies), GFP_KERNEL_ACCOUNT);
	if (!set->copies)
		return -ENOMEM;
	for (i = 0; i < set->num; i++)
		if (set->list[i]->detached)
			memcpy(set->copies[num++], set->list[i]->iif, IFNAMSIZ);
	sort(set->copies, num, IFNAMSIZ, compare_names, NULL);

	for (i = 1, num = 1; i < max; i++)
		if (strcmp(set->copies[i], set->copies[num - 1]))
			memmove(set->copies[num++], set->copies[i], IFNAMSIZ);
	set->num_copies = num;
	return 0;
}

static int build_index(struct policy_set *set)
{
	struct classify_rule *rules;
	unsigned int i;

	rules = kvcalloc(set->num, sizeof(*rules), GFP_KERNEL_ACCOUNT);
	if (!rules)
		return -ENOMEM;
	for (i = 0; i < set->num; i++)
		policy_rule(set->list[i], hweight32(set->on) > 1, &rules[i]);
	set->classify = classify_build(rules, set->num);
	kvfree(rules);
	return set->classify ? 0 : -ENOMEM;
}

/**
 * policy_set_complete - make a filled set ready to be asked
 * @set: all of its list filled in
 *
 * May sleep.
 * Return: 0 or -ENOMEM.
 */
int policy_set_complete(struct policy_set *set)
{
	unsigned int i;
	int err;

	for (i = 0; i < set->num; i++)
		set->on |= BIT(set->list[i]->on);
	err = set->num > POLICY_FEW ? build_index(set) : 0;
	return err ?: note_copies(set);
}

/**
 * policy_set_free - undo policy_set_alloc() and policy_set_complete()
 * @set: not read by anyone, may be NULL; its policies stay
 */
void policy_set_free(struct policy_set *set)
{
	if (!set)
		return;
	classify_free(set->classify);
	kvfree(set->copies);
	kvfree(set);
}

static void policy_set_free_rcu(struct rcu_head *rcu)
{
	policy_set_free(container_of(rcu, struct policy_set, rcu));
}

/**
 * policy_set_free_later - the same after a grace period
 * @set: not to be found any more, may be NULL
 */
void policy_set_free_later(struct policy_set *set)
{
	if (set)
		call_rcu(&set->rcu, policy_set_free_rcu);
}

static bool policy_matches(const struct policy *policy, u32 on,
			   const struct packet *pkt,
			   const struct net_device *in, u32 mark)
{
	u16 dport = ntohs(pkt->dport);

	return policy->on == on &&
	       dport >= policy->dport_min && dport <= policy->dport_max &&
	       prefix_matches(&policy->dst, &pkt->daddr) &&
	       prefix_matches(&policy->src, &pkt->saddr) &&
	       (mark & policy->mark_mask) == policy->mark &&
	       (policy->proto ?: IPPROTO_TCP) == pkt->proto &&
	       (!policy->iif[0] || !strcmp(policy->iif, in->name));
}

/* Asks the index. */
static void search_begin(const struct policy_set *set, u32 on,
			 const struct packet *pkt, const struct net_device *in,
			 u32 mark, struct classify_cursor *cursor)
{
	struct classify_value value[CLASSIFY_FIELDS];

	value[CLASSIFY_DST] = classify_bytes(&pkt->daddr);
	value[CLASSIFY_SRC] = classify_bytes(&pkt->saddr);
	value[CLASSIFY_DPORT] = number_value(ntohs(pkt->dport));
	value[CLASSIFY_MARK] = number_value(mark);
	if (classify_uses(set->classify, CLASSIFY_IIF))
		value[CLASSIFY_IIF] = iif_value(in ? in->name : "");
	if (classify_uses(set->classify, CLASSIFY_ON))
		value[CLASSIFY_ON] = number_value(on);
	classify_begin(set->classify, value, cursor);
}

/* The hash of an attempt, computed when it is asked for. */
struct search_hash {
	u64 hash;
	bool known;
};

/* Does a policy that matches care for the attempt, and not another box? */
static bool policy_has_shard(const struct policy *policy,
			     const struct packet *pkt, struct search_hash *hash)
{
	if (!policy->shards)
		return true;
	if (!hash->known)
		hash->hash = shard_hash(pkt, pkt->proto);
	hash->known = true;
	return shard_of(hash->hash, policy->shards) == policy->shard;
}

/* By the index. Apart, as its cursor costs something even where it is not used. */
static noinline const struct policy *
search_index(const struct policy_set *set, u32 on, const struct packet *pkt,
	     const struct net_device *in, u32 mark, struct search_hash *hash)
{
	struct classify_cursor cursor;
	const struct policy *policy;
	int i;

	search_begin(set, on, pkt, in, mark, &cursor);
	while ((i = classify_next(&cursor)) >= 0) {
		policy = set->list[i];
		if (policy_matches(policy, on, pkt, in, mark) &&
		    policy_has_shard(policy, pkt, hash))
			return policy;
	}
	return NULL;
}

/* Without one, see POLICY_FEW. */
static const struct policy *
search_list(const struct policy_set *set, u32 on, const struct packet *pkt,
	    const struct net_device *in, u32 mark, struct search_hash *hash)
{
	const struct policy *policy;
	unsigned int i;

	for (i = 0; i < set->num; i++) {
		policy = set->list[i];
		if (policy_matches(policy, on, pkt, in, mark) &&
		    policy_has_shard(policy, pkt, hash))
			return policy;
	}
	return NULL;
}

/**
 * policy_find - the policy that selects a SYN
 * @set: where to look
 * @on: SYNCOPATE_ON_*, who opens the connection
 * @pkt: the SYN
 * @in: the device that it came in by, NULL for the host's own
 * @mark: its packet mark
 * @other_shard: is there one that its hash alone keeps from being selected?
 *	Only set if so, and if there is none that selects it
 *
 * Under RCU.
 * Return: the first policy that matches, or NULL.
 */
const struct policy *policy_find(const struct policy_set *set, u32 on,
				 const struct packet *pkt,
				 const struct net_device *in, u32 mark,
				 bool *other_shard)
{
	struct search_hash hash = { .known = false };
	const struct policy *policy;

	policy = set->classify ?
		 search_index(set, on, pkt, in, mark, &hash) :
		 search_list(set, on, pkt, in, mark, &hash);
	if (!policy)
		*other_shard = hash.known;
	return policy;
}

/**
 * policy_takes_copies - is what comes in by an interface a copy?
 * @set: the policies
 * @in: the interface
 *
 * Under RCU.
 */
bool policy_takes_copies(const struct policy_set *set,
			 const struct net_device *in)
{
	unsigned int low = 0, high = set->num_copies, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = strcmp(set->copies[middle], in->name);
		if (!order)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/**
 * policy_position - where a policy stands
 * @set: the set, may be NULL
 * @name: of the policy
 *
 * Return: its index, or -ENOENT.
 */
int policy_position(const struct policy_set *set, const char *name)
{
	unsigned int i;

	for (i = 0; set && i < set->num; i++)
		if (!strcmp(set->list[i]->use->name, name))
			return i;
	return -ENOENT;
}
