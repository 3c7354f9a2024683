/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_DEST_H
#define SYNCOPATE_DEST_H

#include <linux/rcupdate.h>

#include "profile.h"

/**
 * struct dest_set - what the operator says of destinations
 * @rcu: freed after a grace period
 * @index: finds the profile of an address and port
 * @num: how many there are
 * @list: the profiles, sorted by profile_compare()
 *
 * A set is built aside, published whole and never changed after. It does not
 * own the comments: those that stay pass on to the set that replaces it.
 * Packets do not read them; who does holds the namespace's lock.
 */
struct dest_set {
	struct rcu_head rcu;
	struct profile_index *index;
	unsigned int num;
	struct profile list[] __counted_by(num);
};

struct dest_set *dest_set_alloc(unsigned int num);
int dest_set_complete(struct dest_set *set);
void dest_set_free(struct dest_set *set);
void dest_set_free_later(struct dest_set *set);
const struct profile *dest_find(const struct dest_set *set,
				const struct in6_addr *addr, u16 port);
bool dest_position(const struct dest_set *set, const struct profile *profile,
		   unsigned int *at);

#endif /* SYNCOPATE_DEST_H */
