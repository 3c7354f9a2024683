/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_PROFILE_SET_H
#define SYNCOPATE_PROFILE_SET_H

#include <linux/rcupdate.h>

#include "profile.h"

/**
 * struct profile_set - what the operator says of destinations
 * @rcu: freed after a grace period
 * @index: finds the profile of an address and port, of those that have a
 *	round-trip time
 * @down: finds one of those that are down, NULL if there is none
 * @num: how many there are
 * @list: the profiles, sorted by profile_compare()
 *
 * A set is built aside, published whole and never changed after. It does not
 * own the comments: those that stay pass on to the set that replaces it.
 * Packets do not read them; who does holds the namespace's lock.
 */
struct profile_set {
	struct rcu_head rcu;
	struct profile_index *index;
	struct profile_index *down;
	unsigned int num;
	struct profile list[] __counted_by(num);
};

struct profile_set *profile_set_alloc(unsigned int num);
int profile_set_complete(struct profile_set *set);
void profile_set_free(struct profile_set *set);
void profile_set_free_later(struct profile_set *set);
const struct profile *profile_set_find(const struct profile_set *set,
				       const struct in6_addr *addr, u16 port);
bool profile_set_down(const struct profile_set *set,
		      const struct in6_addr *addr, u16 port);
bool profile_set_position(const struct profile_set *set,
			  const struct profile *profile, unsigned int *at);

#endif /* SYNCOPATE_PROFILE_SET_H */
