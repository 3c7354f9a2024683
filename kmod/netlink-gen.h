/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/syncopate.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_SYNCOPATE_GEN_H
#define _LINUX_SYNCOPATE_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/syncopate.h>

/* Common nested types */
extern const struct nla_policy syncopate_dest_entry_nl_policy[SYNCOPATE_A_DEST_PAD + 1];
extern const struct nla_policy syncopate_policy_entry_nl_policy[SYNCOPATE_A_POLICY_DETACHED + 1];

/* Ops table for syncopate */
extern const struct genl_split_ops syncopate_nl_ops[18];

int syncopate_nl_flow_get_start(struct netlink_callback *cb);
int syncopate_nl_learned_get_start(struct netlink_callback *cb);
int syncopate_nl_flow_get_done(struct netlink_callback *cb);
int syncopate_nl_learned_get_done(struct netlink_callback *cb);

int syncopate_nl_policy_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb);
int syncopate_nl_policy_add_doit(struct sk_buff *skb, struct genl_info *info);
int syncopate_nl_policy_del_doit(struct sk_buff *skb, struct genl_info *info);
int syncopate_nl_policy_flush_doit(struct sk_buff *skb, struct genl_info *info);
int syncopate_nl_flow_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int syncopate_nl_status_get_doit(struct sk_buff *skb, struct genl_info *info);
int syncopate_nl_limit_set_doit(struct sk_buff *skb, struct genl_info *info);
int syncopate_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int syncopate_nl_stats_reset_doit(struct sk_buff *skb, struct genl_info *info);
int syncopate_nl_policy_replace_doit(struct sk_buff *skb,
				     struct genl_info *info);
int syncopate_nl_dest_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int syncopate_nl_dest_set_doit(struct sk_buff *skb, struct genl_info *info);
int syncopate_nl_dest_del_doit(struct sk_buff *skb, struct genl_info *info);
int syncopate_nl_dest_flush_doit(struct sk_buff *skb, struct genl_info *info);
int syncopate_nl_dest_down_doit(struct sk_buff *skb, struct genl_info *info);
int syncopate_nl_dest_up_doit(struct sk_buff *skb, struct genl_info *info);
int syncopate_nl_learned_get_dumpit(struct sk_buff *skb,
				    struct netlink_callback *cb);
int syncopate_nl_config_set_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	SYNCOPATE_NLGRP_EVENTS,
};

#endif /* _LINUX_SYNCOPATE_GEN_H */
