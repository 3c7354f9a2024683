// SPDX-License-Identifier: GPL-2.0
/* Destinations: the profiles that the operator gives them. */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "compat.h"
#include "dest.h"

#include <uapi/linux/syncopate.h>

static_assert(SYNCOPATE_DESTS_MAX <= PROFILES_MAX);

/**
 * dest_set_alloc - make a set
 * @num: how many profiles it will have
 *
 * Return: the set, its list to be filled in, or NULL.
 */
struct dest_set *dest_set_alloc(unsigned int num)
{
	struct dest_set *set;

	set = kvzalloc(struct_size(set, list, num), GFP_KERNEL_ACCOUNT);
	if (set)
		set->num = num;
	return set;
}

/**
 * dest_set_complete - make a filled set ready to be asked
 * @set: all of its list filled in and sorted
 *
 * May sleep.
 * Return: 0 or -ENOMEM.
 */
int dest_set_complete(struct dest_set *set)
{
	set->index = profile_index_build(set->list, set->num);
	return set->index ? 0 : -ENOMEM;
}

/**
 * dest_set_free - undo dest_set_alloc() and dest_set_complete()
 * @set: not read by anyone, may be NULL; the comments stay
 */
void dest_set_free(struct dest_set *set)
{
	if (!set)
		return;
	profile_index_free(set->index);
	kvfree(set);
}

static void dest_set_free_rcu(struct rcu_head *rcu)
{
	dest_set_free(container_of(rcu, struct dest_set, rcu));
}

/**
 * dest_set_free_later - the same after a grace period
 * @set: not to be found any more, may be NULL
 */
void dest_set_free_later(struct dest_set *set)
{
	if (set)
		call_rcu(&set->rcu, dest_set_free_rcu);
}

/**
 * dest_find - what is said of a destination
 * @set: where to look, may be NULL
 * @addr: its address, IPv4 is mapped
 * @port: its port, host order
 *
 * Under RCU.
 * Return: the profile of the longest prefix, or NULL.
 */
const struct profile *dest_find(const struct dest_set *set,
				const struct in6_addr *addr, u16 port)
{
	return set ? profile_find(set->index, addr, port) : NULL;
}

/**
 * dest_position - where a profile stands
 * @set: the set, may be NULL
 * @profile: its prefix and port are looked for
 * @at: the result: its index, or that of the first behind its place
 *
 * Return: whether it is there.
 */
bool dest_position(const struct dest_set *set, const struct profile *profile,
		   unsigned int *at)
{
	unsigned int low = 0, high = set ? set->num : 0, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = profile_compare(&set->list[middle], profile);
		if (!order) {
			*at = middle;
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*at = low;
	return false;
}
