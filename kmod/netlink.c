// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family, its status, limits and statistics.  The interface
 * is specified in uapi/syncopate.yaml, from which the tables in netlink-gen.c
 * are made; they check the form of a request, and here and in netlink-policy.c
 * is checked what it says.
 */
#include <linux/capability.h>
#include <linux/module.h>
#include <net/ipv6.h>

#include "compat.h"
#include "flow.h"
#include "main.h"
#include "netlink-gen.h"
#include "netlink.h"
#include "policy.h"

/**
 * netlink_put_addr - put an address
 * @msg: message
 * @attr: attribute
 * @addr: address; a mapped one is put as IPv4
 *
 * Return: 0 or -EMSGSIZE.
 */
int netlink_put_addr(struct sk_buff *msg, int attr, const struct in6_addr *addr)
{
	if (ipv6_addr_v4mapped(addr))
		return nla_put_in_addr(msg, attr, addr->s6_addr32[3]);
	return nla_put_in6_addr(msg, attr, addr);
}

/**
 * netlink_dump_begin - begin one entry of a dump
 * @msg: message
 * @cb: the dump
 * @cmd: SYNCOPATE_CMD_*
 *
 * Return: what genlmsg_end() or genlmsg_cancel() take, NULL if @msg is full.
 */
void *netlink_dump_begin(struct sk_buff *msg, struct netlink_callback *cb,
			 u8 cmd)
{
	return genlmsg_put(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &netlink_family, NLM_F_MULTI, cmd);
}

int syncopate_nl_status_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));
	const struct policy_set *set;
	struct sk_buff *msg;
	unsigned int num;
	void *hdr;

	rcu_read_lock();
	set = rcu_dereference(sn->policies);
	num = set ? set->num : 0;
	rcu_read_unlock();

	msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &netlink_family, 0,
				SYNCOPATE_CMD_STATUS_GET);
	if (!hdr ||
	    nla_put_string(msg, SYNCOPATE_A_STATUS_VERSION,
			   SYNCOPATE_VERSION) ||
	    nla_put_u32(msg, SYNCOPATE_A_STATUS_POLICIES, num) ||
	    nla_put_u32(msg, SYNCOPATE_A_STATUS_FLOWS,
			atomic_read(&sn->flow_count)) ||
	    nla_put_u32(msg, SYNCOPATE_A_STATUS_FLOWS_LIMIT,
			READ_ONCE(sn->flow_limit))) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

int syncopate_nl_limit_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));
	const struct nlattr *attr =
		info->attrs[SYNCOPATE_A_STATUS_FLOWS_LIMIT];
	u32 limit;

	if (!attr) {
		GENL_SET_ERR_MSG(info, "the limit is missing");
		return -EINVAL;
	}
	limit = nla_get_u32(attr);
	if (limit < SYNCOPATE_FLOWS_MIN || limit > SYNCOPATE_FLOWS_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "flows must be 1 to 16777216");
		return -ERANGE;
	}
	/* The memory is the machine's: a container may take its share of it. */
	if (limit > flow_limit_default() && !netlink_capable(skb, CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "only the machine's administrator may set flows above the default");
		return -EPERM;
	}
	WRITE_ONCE(sn->flow_limit, limit);
	return 0;
}

int syncopate_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));
	u64 sum[STATS_NUM];
	struct sk_buff *msg;
	unsigned int i;
	void *hdr;

	mutex_lock(&sn->lock);
	stats_read(sn, sum);
	mutex_unlock(&sn->lock);

	msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &netlink_family, 0,
				SYNCOPATE_CMD_STATS_GET);
	if (!hdr)
		goto full;
	for (i = SYNCOPATE_A_STATS_PAD + 1; i < STATS_NUM; i++)
		if (nla_put_u64_64bit(msg, i, sum[i], SYNCOPATE_A_STATS_PAD))
			goto full;
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);

full:
	nlmsg_free(msg);
	return -EMSGSIZE;
}

int syncopate_nl_stats_reset_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));

	mutex_lock(&sn->lock);
	stats_reset(sn);
	mutex_unlock(&sn->lock);
	return 0;
}

struct genl_family netlink_family __ro_after_init = {
	.name = SYNCOPATE_FAMILY_NAME,
	.version = SYNCOPATE_FAMILY_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
#ifdef HAVE_GENL_SPLIT_OPS
	.split_ops = syncopate_nl_ops,
	.n_split_ops = ARRAY_SIZE(syncopate_nl_ops),
#endif
};

/**
 * netlink_register - make the family known
 *
 * Return: 0 or a negative error.
 */
int __init netlink_register(void)
{
#ifndef HAVE_GENL_SPLIT_OPS
	static struct genl_ops ops[ARRAY_SIZE(syncopate_nl_ops)];

	genl_ops_from_split(ops, syncopate_nl_ops, ARRAY_SIZE(ops));
	netlink_family.ops = ops;
	netlink_family.n_ops = ARRAY_SIZE(ops);
#endif
	return genl_register_family(&netlink_family);
}

/** netlink_unregister - undo netlink_register(); waits for requests */
void netlink_unregister(void)
{
	genl_unregister_family(&netlink_family);
}
