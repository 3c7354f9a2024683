/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_PROFILE_H
#define SYNCOPATE_PROFILE_H

#include "pure.h"

#define PROFILES_MAX	65536

/**
 * struct profile - what the operator says of a destination
 * @addr: IPv4 is mapped (::ffff:a.b.c.d); bits beyond @len are 0
 * @len: in bits of the 128, so 96 and more for IPv4
 * @family: %AF_INET or %AF_INET6; ::/0 holds no IPv4
 * @port: host order, 0 for any
 * @loss: how many of a million segments are lost on the way there or back
 * @down: nobody is to get there
 * @rtt: in ns, 0 if it is not said
 * @comment: may be NULL; is the caller's
 */
struct profile {
	struct in6_addr addr;
	u8 len;
	u8 family;
	u16 port;
	bool down;
	u32 loss;
	u64 rtt;
	const char *comment;
};

/**
 * enum profile_kind - which profiles an index has
 * @PROFILE_RTT: those that say a round-trip time
 * @PROFILE_DOWN: those that are down
 */
enum profile_kind {
	PROFILE_RTT,
	PROFILE_DOWN,
};

struct profile_index;

int profile_compare(const void *a, const void *b);
struct profile_index *profile_index_build(const struct profile *profiles,
					  unsigned int num,
					  enum profile_kind kind);
void profile_index_free(struct profile_index *index);
const struct profile *profile_find(const struct profile_index *index,
				   const struct in6_addr *addr, u16 port);

#endif /* SYNCOPATE_PROFILE_H */
