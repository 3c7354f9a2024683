/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_NETLINK_H
#define SYNCOPATE_NETLINK_H

#include <linux/types.h>

struct dest;
struct flow;
struct genl_family;
struct in6_addr;
struct netlink_callback;
struct netlink_ext_ack;
struct nlattr;
struct policy_request;
struct prefix;
struct profile;
struct sk_buff;

extern struct genl_family netlink_family;

/* netlink.c */
int netlink_register(void);
void netlink_unregister(void);
int netlink_refuse(struct netlink_ext_ack *extack, const struct nlattr *attr,
		   const char *text, int err);
int netlink_read_flow_limit(struct sk_buff *skb, const struct nlattr *attr,
			    struct netlink_ext_ack *extack,
			    unsigned int *limit);
int netlink_read_repeat_limit(const struct nlattr *attr,
			      struct netlink_ext_ack *extack,
			      unsigned int *limit);
int netlink_read_learned_limit(struct sk_buff *skb, const struct nlattr *attr,
			       struct netlink_ext_ack *extack,
			       unsigned int *limit);
int netlink_put_u64(struct sk_buff *msg, int attr, u64 value);
void *netlink_dump_begin(struct sk_buff *msg, struct netlink_callback *cb,
			 u8 cmd);

/* netlink-prefix.c */
int netlink_put_addr(struct sk_buff *msg, int attr,
		     const struct in6_addr *addr);
int netlink_put_prefix(struct sk_buff *msg, int addr, int len,
		       const struct prefix *prefix);
int netlink_read_prefix(const struct nlattr *addr, const struct nlattr *len,
			struct netlink_ext_ack *extack, struct prefix *prefix);

/* netlink-policy-read.c */
int netlink_read_policy(struct nlattr **attrs, struct netlink_ext_ack *extack,
			struct policy_request *req);
int netlink_read_comment(const struct nlattr *attr,
			 struct netlink_ext_ack *extack, char **comment);

/* netlink-dest.c, netlink-flow.c, netlink-learned.c */
int netlink_read_dest(struct nlattr **attrs, struct netlink_ext_ack *extack,
		      struct profile *profile);
int netlink_put_dest(struct sk_buff *msg, const struct profile *profile);
int netlink_put_learned(struct sk_buff *msg, const struct dest *dest);
int netlink_put_flow(struct sk_buff *msg, const struct flow *flow);

#endif /* SYNCOPATE_NETLINK_H */
