/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_POLICY_H
#define SYNCOPATE_POLICY_H

#include <linux/in6.h>
#include <linux/rcupdate.h>

#include <uapi/linux/syncopate.h>

#include "pace.h"

struct netlink_ext_ack;
struct packet;

/**
 * struct prefix - a range of addresses
 * @addr: IPv4 is mapped (::ffff:a.b.c.d); bits beyond @len are 0
 * @len: in bits of the 128, so 96 and more for IPv4
 * @family: %AF_INET or %AF_INET6, 0 for all addresses of both
 */
struct prefix {
	struct in6_addr addr;
	u8 len;
	u8 family;
};

/**
 * struct policy - which attempts are paced, and how; never changed once set
 * @name: unique in its set
 * @id: unique in the kernel's life, never 0
 * @dst: destinations
 * @src: sources
 * @dport_min: first destination port, host order
 * @dport_max: last destination port
 * @pace: the schedule
 * @observe: change nothing on the wire
 */
struct policy {
	char name[SYNCOPATE_NAME_LEN];
	u64 id;
	struct prefix dst;
	struct prefix src;
	u16 dport_min;
	u16 dport_max;
	struct pace pace;
	bool observe;
};

/**
 * struct policy_set - the policies of a namespace, in the order of asking
 * @rcu: freed after a grace period
 * @num: how many
 * @list: the policies
 *
 * A set is built aside, published whole and never changed after.
 */
struct policy_set {
	struct rcu_head rcu;
	unsigned int num;
	struct policy list[] __counted_by(num);
};

const struct policy *policy_find(const struct policy_set *set,
				 const struct packet *pkt);
const struct policy *policy_by_id(const struct policy_set *set, u64 id);
struct policy_set *policy_set_add(const struct policy_set *old,
				  struct policy *policy,
				  struct netlink_ext_ack *extack);
struct policy_set *policy_set_del(const struct policy_set *old,
				  const char *name,
				  struct netlink_ext_ack *extack);

#endif /* SYNCOPATE_POLICY_H */
