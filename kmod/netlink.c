// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family, its status, limits and statistics.  The interface
 * is specified in uapi/syncopate.yaml, from which the tables in netlink-gen.c
 * are made; they check the form of a request, and here and in the other netlink
 * files is checked what it says.
 */
#include <linux/capability.h>
#include <linux/module.h>

#include "compat.h"
#include "config.h"
#include "dest.h"
#include "event.h"
#include "flow.h"
#include "main.h"
#include "netlink-gen.h"
#include "netlink.h"

/**
 * netlink_refuse - say why a request is refused
 * @extack: for the reason, may be NULL
 * @attr: the attribute that is wrong, NULL if one is missing
 * @text: the reason, a constant
 * @err: negative error
 *
 * Return: @err.
 */
int netlink_refuse(struct netlink_ext_ack *extack, const struct nlattr *attr,
		   const char *text, int err)
{
	if (extack) {
		extack->bad_attr = attr;
		extack->_msg = text;
	}
	return err;
}

/**
 * netlink_put_u64 - put a number of 64 bits
 * @msg: message
 * @attr: attribute
 * @value: the number
 *
 * Not aligned to more than 4 bytes: that would take padding, which the kernel's
 * own client does not read.
 * Return: 0 or -EMSGSIZE.
 */
int netlink_put_u64(struct sk_buff *msg, int attr, u64 value)
{
	return nla_put(msg, attr, sizeof(value), &value);
}

/**
 * netlink_dump_begin - begin one entry of a dump
 * @msg: message
 * @cb: the dump; its sequence number tells whether what it shows has changed
 * @cmd: SYNCOPATE_CMD_*
 *
 * Return: what genlmsg_end() or genlmsg_cancel() take, NULL if @msg is full.
 */
void *netlink_dump_begin(struct sk_buff *msg, struct netlink_callback *cb,
			 u8 cmd)
{
	void *hdr = genlmsg_put(msg, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, &netlink_family,
				NLM_F_MULTI, cmd);

	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

static int put_status(struct sk_buff *msg, struct syncopate_net *sn)
{
	const struct config *config;
	u32 policies, dests, generation;

	mutex_lock(&sn->lock);
	config = config_of(sn);
	policies = config->policies ? config->policies->num : 0;
	dests = config->dests ? config->dests->num : 0;
	generation = sn->generation;
	mutex_unlock(&sn->lock);

	return nla_put_string(msg, SYNCOPATE_A_STATUS_VERSION,
			      SYNCOPATE_VERSION) ?:
	       nla_put_u32(msg, SYNCOPATE_A_STATUS_POLICIES, policies) ?:
	       nla_put_u32(msg, SYNCOPATE_A_STATUS_DESTS, dests) ?:
	       nla_put_u32(msg, SYNCOPATE_A_STATUS_FLOWS,
			   atomic_read(&sn->flow_count)) ?:
	       nla_put_u32(msg, SYNCOPATE_A_STATUS_FLOWS_LIMIT,
			   READ_ONCE(sn->flow_limit)) ?:
	       nla_put_u32(msg, SYNCOPATE_A_STATUS_FLOWS_LIMIT_DEFAULT,
			   flow_limit_default()) ?:
	       nla_put_u32(msg, SYNCOPATE_A_STATUS_LEARNED,
			   READ_ONCE(sn->dest_count)) ?:
	       nla_put_u32(msg, SYNCOPATE_A_STATUS_LEARNED_LIMIT,
			   READ_ONCE(sn->dest_limit)) ?:
	       nla_put_u32(msg, SYNCOPATE_A_STATUS_LEARNED_LIMIT_DEFAULT,
			   dest_limit_default()) ?:
	       nla_put_u32(msg, SYNCOPATE_A_STATUS_REPEATS_LIMIT,
			   READ_ONCE(sn->repeat_limit)) ?:
	       nla_put_u32(msg, SYNCOPATE_A_STATUS_REPEATS_LIMIT_DEFAULT,
			   SYNCOPATE_REPEATS_DEFAULT) ?:
	       nla_put_u32(msg, SYNCOPATE_A_STATUS_GENERATION, generation);
}

/* Addresses are not for everyone to see. */
static int put_stray(struct sk_buff *msg, struct syncopate_net *sn)
{
	struct stray stray;

	if (!oneway_stray(sn, &stray))
		return 0;
	return netlink_put_addr(msg, SYNCOPATE_A_STATUS_STRAY_ADDR,
				&stray.addr) ?:
	       nla_put_u16(msg, SYNCOPATE_A_STATUS_STRAY_PORT,
			   ntohs(stray.port)) ?:
	       nla_put_u8(msg, SYNCOPATE_A_STATUS_STRAY_PROTO, stray.proto) ?:
	       nla_put_u32(msg, SYNCOPATE_A_STATUS_STRAY_IIF, stray.iif) ?:
	       netlink_put_u64(msg, SYNCOPATE_A_STATUS_STRAY_AGE,
			       jiffies_to_nsecs(jiffies - stray.at));
}

int syncopate_nl_status_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));
	struct sk_buff *msg;
	void *hdr;

	msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &netlink_family, 0,
				SYNCOPATE_CMD_STATUS_GET);
	if (!hdr || put_status(msg, sn) ||
	    (netlink_ns_capable(skb, sn->net->user_ns, CAP_NET_ADMIN) &&
	     put_stray(msg, sn))) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

/**
 * netlink_read_flow_limit - read how many attempts there may be
 * @skb: the request: who asks
 * @attr: the number
 * @extack: for the reason of a refusal
 * @limit: the result
 *
 * Return: 0, -ERANGE or -EPERM.
 */
int netlink_read_flow_limit(struct sk_buff *skb, const struct nlattr *attr,
			    struct netlink_ext_ack *extack, unsigned int *limit)
{
	*limit = nla_get_u32(attr);
	if (*limit < SYNCOPATE_FLOWS_MIN || *limit > SYNCOPATE_FLOWS_MAX)
		return netlink_refuse(extack, attr,
				      "flows must be 1 to 16777216", -ERANGE);
	/* The memory is the machine's: a container may take its share of it. */
	if (*limit > flow_limit_default() &&
	    !netlink_capable(skb, CAP_NET_ADMIN))
		return netlink_refuse(extack, attr,
				      "only the machine's administrator may set flows above the default",
				      -EPERM);
	return 0;
}

/**
 * netlink_read_learned_limit - read of how many destinations to learn
 * @skb: the request: who asks
 * @attr: the number
 * @extack: for the reason of a refusal
 * @limit: the result
 *
 * Return: 0, -ERANGE or -EPERM.
 */
int netlink_read_learned_limit(struct sk_buff *skb, const struct nlattr *attr,
			       struct netlink_ext_ack *extack,
			       unsigned int *limit)
{
	*limit = nla_get_u32(attr);
	if (*limit < SYNCOPATE_LEARNED_MIN || *limit > SYNCOPATE_LEARNED_MAX)
		return netlink_refuse(extack, attr,
				      "learned must be 1 to 1048576", -ERANGE);
	if (*limit > dest_limit_default() &&
	    !netlink_capable(skb, CAP_NET_ADMIN))
		return netlink_refuse(extack, attr,
				      "only the machine's administrator may set learned above the default",
				      -EPERM);
	return 0;
}

/**
 * netlink_read_repeat_limit - read how many SYNs may be repeated in a second
 * @attr: the number
 * @extack: for the reason of a refusal
 * @limit: the result
 *
 * Return: 0 or -ERANGE.
 */
int netlink_read_repeat_limit(const struct nlattr *attr,
			      struct netlink_ext_ack *extack,
			      unsigned int *limit)
{
	*limit = nla_get_u32(attr);
	if (*limit < SYNCOPATE_REPEATS_MIN || *limit > SYNCOPATE_REPEATS_MAX)
		return netlink_refuse(extack, attr,
				      "repeats must be 10 to 16777216",
				      -ERANGE);
	return 0;
}

int syncopate_nl_limit_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));
	const struct nlattr *flows =
		info->attrs[SYNCOPATE_A_STATUS_FLOWS_LIMIT];
	const struct nlattr *learned =
		info->attrs[SYNCOPATE_A_STATUS_LEARNED_LIMIT];
	const struct nlattr *repeats =
		info->attrs[SYNCOPATE_A_STATUS_REPEATS_LIMIT];
	struct limits limits;
	int err = 0;

	if (!flows && !learned && !repeats) {
		GENL_SET_ERR_MSG(info, "the limit is missing");
		return -EINVAL;
	}
	mutex_lock(&sn->lock);
	limits = (struct limits) {
		.flows = sn->flow_limit,
		.dests = sn->dest_limit,
		.repeats = sn->repeat_limit,
	};
	if (flows)
		err = netlink_read_flow_limit(skb, flows, info->extack,
					      &limits.flows);
	if (!err && learned)
		err = netlink_read_learned_limit(skb, learned, info->extack,
						 &limits.dests);
	if (!err && repeats)
		err = netlink_read_repeat_limit(repeats, info->extack,
						&limits.repeats);
	if (err)
		goto unlock;
	config_limit_set(sn, &limits);
	event_config(sn, SYNCOPATE_EVENT_KIND_LIMIT_SET, NULL, NULL);
unlock:
	mutex_unlock(&sn->lock);
	return err;
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
		if (netlink_put_u64(msg, i, sum[i]))
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
	event_config(sn, SYNCOPATE_EVENT_KIND_STATS_RESET, NULL, NULL);
	mutex_unlock(&sn->lock);
	return 0;
}

/* The generated ones, with flags that the generator does not know. */
static struct genl_multicast_group groups[] __ro_after_init = {
	[SYNCOPATE_NLGRP_EVENTS] = {
		.name = SYNCOPATE_MCGRP_EVENTS,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
};

struct genl_family netlink_family __ro_after_init = {
	.name = SYNCOPATE_FAMILY_NAME,
	.version = SYNCOPATE_FAMILY_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
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
