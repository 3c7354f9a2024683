/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The code reads as if only the newest kernel existed; what older ones lack is
 * made up for here.  What a kernel has is found out by compiling a few lines
 * against its headers (scripts/probe), not from its version: stable kernels and
 * distributions backport.
 */
#ifndef SYNCOPATE_COMPAT_H
#define SYNCOPATE_COMPAT_H

#include <linux/version.h>

#include "features.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "syncopate needs Linux 6.1 or later"
#endif

#if !IS_ENABLED(CONFIG_NETFILTER_FAMILY_BRIDGE) || !IS_ENABLED(CONFIG_BRIDGE)
#error "syncopate needs a kernel with CONFIG_BRIDGE and its netfilter hooks"
#endif

#if !IS_ENABLED(CONFIG_IPV6) || !IS_ENABLED(CONFIG_NF_CONNTRACK)
#error "syncopate needs a kernel with CONFIG_IPV6 and CONFIG_NF_CONNTRACK"
#endif

#include <linux/hrtimer.h>
#include <net/genetlink.h>

#ifndef HAVE_HRTIMER_SETUP
static inline void
hrtimer_setup(struct hrtimer *timer,
	      enum hrtimer_restart (*function)(struct hrtimer *),
	      clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

#ifndef HAVE_GENL_SPLIT_OPS
/* What the generator emits, to be turned into struct genl_ops. */
struct genl_split_ops {
	int (*doit)(struct sk_buff *skb, struct genl_info *info);
	int (*start)(struct netlink_callback *cb);
	int (*dumpit)(struct sk_buff *skb, struct netlink_callback *cb);
	int (*done)(struct netlink_callback *cb);
	const struct nla_policy *policy;
	unsigned int maxattr;
	u8 cmd;
	u8 flags;
	u8 validate;
};

static inline void genl_ops_from_split(struct genl_ops *ops,
				       const struct genl_split_ops *split,
				       unsigned int n)
{
	for (; n; n--, ops++, split++) {
		ops->doit = split->doit;
		ops->start = split->start;
		ops->dumpit = split->dumpit;
		ops->done = split->done;
		ops->policy = split->policy;
		ops->maxattr = split->maxattr;
		ops->cmd = split->cmd;
		ops->flags = split->flags;
		ops->validate = split->validate;
	}
}
#endif

#ifndef GENL_MCAST_CAP_NET_ADMIN
#define GENL_MCAST_CAP_NET_ADMIN GENL_UNS_ADMIN_PERM
#endif

/* The attributes of a request for a dump. */
static inline struct nlattr **genl_dump_attrs(struct netlink_callback *cb)
{
#ifdef HAVE_GENL_INFO_DUMP
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif /* SYNCOPATE_COMPAT_H */
