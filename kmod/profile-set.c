// SPDX-License-Identifier: GPL-2.0
/* Destinations: the profiles that the operator gives them. */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "compat.h"
#include "profile-set.h"

#include <uapi/linux/syncopate.h>

static_assert(SYNCOPATE_DESTS_MAX <= PROFILES_MAX);

/**
 * profile_set_alloc - make a set
 * @num: how many profiles it will have
 *
 * Return: the set, its list to be filled in, or NULL.
 */
struct profile_set *profile_set_alloc(unsigned int num)
{
	struct profile_set *set;

	set = kvzalloc(struct_size(set, list, num), GFP_KERNEL_ACCOUNT);
	if (set)
		set->num = num;
	return set;
}

/**
 * profile_set_complete - make a filled set ready to be asked
 * @set: all of its list filled in and sorted
 *
 * May sleep.
 * Return: 0 or -ENOMEM.
 */
int profile_set_complete(struct profile_set *set)
{
	unsigned int i;

	set->index = profile_index_build(set->list, set->num, PROFILE_RTT);
	if (!set->index)
		return -ENOMEM;
	for (i = 0; i < set->num && !set->list[i].down; i++)
		;
	if (i == set->num)
		return 0;
	set->down = profile_index_build(set->list, set->num, PROFILE_DOWN);
	return set->down ? 0 : -ENOMEM;
}

/**
 * profile_set_free - undo profile_set_alloc() and profile_set_complete()
 * @set: not read by anyone, may be NULL; the comments stay
 */
void profile_set_free(struct profile_set *set)
{
	if (!set)
		return;
	profile_index_free(set->index);
	profile_index_free(set->down);
	kvfree(set);
}

static void profile_set_free_rcu(struct rcu_head *rcu)
{
	profile_set_free(container_of(rcu, struct profile_set, rcu));
}

/**
 * profile_set_free_later - the same after a grace period
 * @set: not to be found any more, may be NULL
 */
void profile_set_free_later(struct profile_set *set)
{
	if (set)
		call_rcu(&set->rcu, profile_set_free_rcu);
}

/**
 * profile_set_find - what is said of a destination
 * @set: where to look, may be NULL
 * @addr: its address, IPv4 is mapped
 * @port: its port, host order
 *
 * Under RCU.
 * Return: of the profiles that say a round-trip time that of the longest prefix,
 * or NULL.
 */
const struct profile *profile_set_find(const struct profile_set *set,
				       const struct in6_addr *addr, u16 port)
{
	return set ? profile_find(set->index, addr, port) : NULL;
}

/**
 * profile_set_down - is nobody to get to a destination?
 * @set: where to look, may be NULL
 * @addr: its address, IPv4 is mapped
 * @port: its port, host order
 *
 * Under RCU.
 * Return: whether a profile that is down covers it, be it the longest or not.
 */
bool profile_set_down(const struct profile_set *set,
		      const struct in6_addr *addr, u16 port)
{
	return set && set->down && profile_find(set->down, addr, port);
}

/**
 * profile_set_position - where a profile stands
 * @set: the set, may be NULL
 * @profile: its prefix and port are looked for
 * @at: the result: its index, or that of the first behind its place
 *
 * Return: whether it is there.
 */
bool profile_set_position(const struct profile_set *set,
			  const struct profile *profile, unsigned int *at)
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
