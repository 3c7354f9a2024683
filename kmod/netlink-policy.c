// SPDX-License-Identifier: GPL-2.0
/* Netlink: policies are added, replaced, deleted and shown. */
#include <linux/ktime.h>
#include <net/sock.h>

#include "compat.h"
#include "config.h"
#include "event.h"
#include "main.h"
#include "netlink-gen.h"
#include "netlink.h"

/* Where the policy is to stand, 0 if that is not said. */
static int read_position(struct genl_info *info, unsigned int *position)
{
	const struct nlattr *attr = info->attrs[SYNCOPATE_A_POLICY_POSITION];

	*position = 0;
	if (!attr)
		return 0;
	*position = nla_get_u32(attr);
	if (*position)
		return 0;
	return netlink_refuse(info->extack, attr, "positions begin with 1",
			      -ERANGE);
}

static int reply_name(struct genl_info *info, const char *name)
{
	struct sk_buff *msg;
	void *hdr;

	msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &netlink_family, 0,
				SYNCOPATE_CMD_POLICY_ADD);
	if (!hdr || nla_put_string(msg, SYNCOPATE_A_POLICY_NAME, name)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

int syncopate_nl_policy_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));
	struct policy_request req = {};
	unsigned int position;
	int err;

	err = netlink_read_policy(info->attrs, info->extack, &req) ?:
	      read_position(info, &position);
	if (!err) {
		mutex_lock(&sn->lock);
		err = config_policy_add(sn, &req, position, info->extack);
		if (!err)
			event_config(sn, SYNCOPATE_EVENT_KIND_POLICY_ADDED,
				     req.name, NULL);
		mutex_unlock(&sn->lock);
	}
	if (err)
		policy_free(req.policy);
	else
		/* It is in force, whether the name arrives or not. */
		reply_name(info, req.name);
	return err;
}

int syncopate_nl_policy_replace_doit(struct sk_buff *skb,
				     struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));
	struct policy_request req = {};
	unsigned int position;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, SYNCOPATE_A_POLICY_NAME)) {
		GENL_SET_ERR_MSG(info, "the name of a policy is missing");
		return -EINVAL;
	}
	err = netlink_read_policy(info->attrs, info->extack, &req) ?:
	      read_position(info, &position);
	if (!err) {
		mutex_lock(&sn->lock);
		err = config_policy_replace(sn, &req, position, info->extack);
		if (!err)
			event_config(sn, SYNCOPATE_EVENT_KIND_POLICY_REPLACED,
				     req.name, NULL);
		mutex_unlock(&sn->lock);
	}
	if (err)
		policy_free(req.policy);
	return err;
}

int syncopate_nl_policy_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));
	char name[SYNCOPATE_NAME_LEN];
	int err;

	if (GENL_REQ_ATTR_CHECK(info, SYNCOPATE_A_POLICY_NAME)) {
		GENL_SET_ERR_MSG(info, "the name of a policy is missing");
		return -EINVAL;
	}
	nla_strscpy(name, info->attrs[SYNCOPATE_A_POLICY_NAME], sizeof(name));

	mutex_lock(&sn->lock);
	err = config_policy_del(sn, name, info->extack);
	if (!err)
		event_config(sn, SYNCOPATE_EVENT_KIND_POLICY_DELETED, name,
			     NULL);
	mutex_unlock(&sn->lock);
	return err;
}

int syncopate_nl_policy_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));
	int err;

	mutex_lock(&sn->lock);
	err = config_policy_flush(sn);
	if (!err)
		event_config(sn, SYNCOPATE_EVENT_KIND_POLICIES_FLUSHED, NULL,
			     NULL);
	mutex_unlock(&sn->lock);
	return err;
}

static int put_ports(struct sk_buff *msg, const struct policy *policy)
{
	if (!policy->dport_min)
		return 0;
	return nla_put_u16(msg, SYNCOPATE_A_POLICY_DPORT_MIN,
			   policy->dport_min) ?:
	       nla_put_u16(msg, SYNCOPATE_A_POLICY_DPORT_MAX,
			   policy->dport_max);
}

static int put_selectors(struct sk_buff *msg, const struct policy *policy)
{
	if (policy->iif[0] &&
	    nla_put_string(msg, SYNCOPATE_A_POLICY_IIF, policy->iif))
		return -EMSGSIZE;
	if (policy->has_mark &&
	    (nla_put_u32(msg, SYNCOPATE_A_POLICY_MARK, policy->mark) ||
	     nla_put_u32(msg, SYNCOPATE_A_POLICY_MARK_MASK, policy->mark_mask)))
		return -EMSGSIZE;
	if (policy->proto &&
	    nla_put_u8(msg, SYNCOPATE_A_POLICY_PROTO, policy->proto))
		return -EMSGSIZE;
	if (nla_put_u32(msg, SYNCOPATE_A_POLICY_ON, policy->on))
		return -EMSGSIZE;
	return netlink_put_prefix(msg, SYNCOPATE_A_POLICY_DST,
				  SYNCOPATE_A_POLICY_DST_LEN, &policy->dst) ?:
	       netlink_put_prefix(msg, SYNCOPATE_A_POLICY_SRC,
				  SYNCOPATE_A_POLICY_SRC_LEN, &policy->src) ?:
	       put_ports(msg, policy);
}

static int put_pace(struct sk_buff *msg, const struct policy *policy)
{
	const struct pace *pace = &policy->pace;
	bool fixed = policy->timing == SYNCOPATE_TIMING_FIXED;
	bool rtt = policy->timing == SYNCOPATE_TIMING_RTT;
	bool adaptive = policy->timing == SYNCOPATE_TIMING_ADAPTIVE;

	if (!fixed &&
	    (netlink_put_u64(msg, SYNCOPATE_A_POLICY_FLOOR, policy->floor) ||
	     netlink_put_u64(msg, SYNCOPATE_A_POLICY_CEILING, policy->ceiling)))
		return -EMSGSIZE;
	if (adaptive && nla_put_u32(msg, SYNCOPATE_A_POLICY_CONFIDENCE,
				    policy->confidence))
		return -EMSGSIZE;
	/* What follows from the destination is not shown. */
	if ((!rtt || policy->has_deadline) &&
	    netlink_put_u64(msg, SYNCOPATE_A_POLICY_DEADLINE, pace->deadline))
		return -EMSGSIZE;
	if ((!adaptive || policy->has_retries) &&
	    nla_put_u32(msg, SYNCOPATE_A_POLICY_RETRIES, pace->retries))
		return -EMSGSIZE;
	return netlink_put_u64(msg, SYNCOPATE_A_POLICY_INTERVAL, pace->interval) ?:
	       netlink_put_u64(msg, SYNCOPATE_A_POLICY_LINGER, pace->linger) ?:
	       nla_put_u32(msg, SYNCOPATE_A_POLICY_TIMING, policy->timing);
}

static int put_breaker(struct sk_buff *msg, const struct policy *policy)
{
	if (!policy->breaker)
		return 0;
	return nla_put_u32(msg, SYNCOPATE_A_POLICY_BREAKER, policy->breaker) ?:
	       netlink_put_u64(msg, SYNCOPATE_A_POLICY_PROBE, policy->probe);
}

static int put_boxes(struct sk_buff *msg, const struct policy *policy)
{
	if (policy->shards &&
	    (nla_put_u32(msg, SYNCOPATE_A_POLICY_SHARD, policy->shard) ||
	     nla_put_u32(msg, SYNCOPATE_A_POLICY_SHARDS, policy->shards)))
		return -EMSGSIZE;
	if (policy->offset &&
	    netlink_put_u64(msg, SYNCOPATE_A_POLICY_OFFSET, policy->offset))
		return -EMSGSIZE;
	return policy->detached ?
	       nla_put_flag(msg, SYNCOPATE_A_POLICY_DETACHED) : 0;
}

static int put_counts(struct sk_buff *msg, const struct policy_use *use)
{
	u64 sum[POLICY_COUNTERS], last_used, now = ktime_get_coarse_ns();

	policy_counts_read(use, sum, &last_used);
	if (last_used &&
	    netlink_put_u64(msg, SYNCOPATE_A_POLICY_LAST_USED,
			    now > last_used ? now - last_used : 0))
		return -EMSGSIZE;
	return netlink_put_u64(msg, SYNCOPATE_A_POLICY_MATCHED,
			       sum[POLICY_MATCHED]) ?:
	       netlink_put_u64(msg, SYNCOPATE_A_POLICY_ANSWERED,
			       sum[POLICY_ANSWERED]) ?:
	       netlink_put_u64(msg, SYNCOPATE_A_POLICY_RETRANSMITTED,
			       sum[POLICY_RETRANSMITTED]) ?:
	       netlink_put_u64(msg, SYNCOPATE_A_POLICY_GAVE_UP,
			       sum[POLICY_GAVE_UP]) ?:
	       netlink_put_u64(msg, SYNCOPATE_A_POLICY_SHUT, sum[POLICY_SHUT]);
}

static int put_policy(struct sk_buff *msg, const struct policy *policy,
		      unsigned int position)
{
	return nla_put_string(msg, SYNCOPATE_A_POLICY_NAME,
			      policy->use->name) ?:
	       nla_put_u32(msg, SYNCOPATE_A_POLICY_POSITION, position) ?:
	       put_selectors(msg, policy) ?:
	       put_pace(msg, policy) ?:
	       put_breaker(msg, policy) ?:
	       put_boxes(msg, policy) ?:
	       (policy->observe ?
		nla_put_flag(msg, SYNCOPATE_A_POLICY_OBSERVE) : 0) ?:
	       (policy->comment ?
		nla_put_string(msg, SYNCOPATE_A_POLICY_COMMENT,
			       policy->comment) : 0) ?:
	       (policy->require ?
		nla_put_u32(msg, SYNCOPATE_A_POLICY_REQUIRE_ANSWERS,
			    policy->require) : 0) ?:
	       put_counts(msg, policy->use);
}

/*
 * cb->args[0]: the index of the next policy. If the set is replaced between two
 * messages the reader is told that what he gets is of two times.
 */
int syncopate_nl_policy_get_dumpit(struct sk_buff *msg,
				   struct netlink_callback *cb)
{
	struct syncopate_net *sn = syncopate_net(sock_net(msg->sk));
	const struct policy_set *set;
	unsigned int i;
	void *hdr;

	mutex_lock(&sn->lock);
	cb->seq = sn->generation;
	set = config_of(sn)->policies;
	for (; set && cb->args[0] < set->num; cb->args[0]++) {
		i = cb->args[0];
		hdr = netlink_dump_begin(msg, cb, SYNCOPATE_CMD_POLICY_GET);
		if (!hdr)
			break;
		if (put_policy(msg, set->list[i], i + 1)) {
			genlmsg_cancel(msg, hdr);
			break;
		}
		genlmsg_end(msg, hdr);
	}
	mutex_unlock(&sn->lock);
	return msg->len;
}
