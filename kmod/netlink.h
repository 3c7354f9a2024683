/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_NETLINK_H
#define SYNCOPATE_NETLINK_H

#include <linux/types.h>

struct genl_family;
struct in6_addr;
struct netlink_callback;
struct sk_buff;

extern struct genl_family netlink_family;

int netlink_register(void);
void netlink_unregister(void);
int netlink_put_addr(struct sk_buff *msg, int attr,
		     const struct in6_addr *addr);
void *netlink_dump_begin(struct sk_buff *msg, struct netlink_callback *cb,
			 u8 cmd);

#endif /* SYNCOPATE_NETLINK_H */
