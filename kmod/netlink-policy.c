// SPDX-License-Identifier: GPL-2.0
/* Netlink: policies are added, deleted and shown. */
#include <linux/ctype.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "compat.h"
#include "flow.h"
#include "hook.h"
#include "main.h"
#include "netlink-gen.h"
#include "netlink.h"
#include "policy.h"

static int read_prefix(struct genl_info *info, int addr, int len,
		       struct prefix *prefix)
{
	const struct nlattr *attr = info->attrs[addr];
	unsigned int bytes, bits, offset = 0;
	struct in6_addr masked;

	if (!attr) {
		if (!info->attrs[len])
			return 0;
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[len],
				    "a prefix length needs an address");
		return -EINVAL;
	}
	bytes = nla_len(attr);
	if (bytes != 4 && bytes != 16) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "an address has 4 or 16 bytes");
		return -EINVAL;
	}
	bits = info->attrs[len] ? nla_get_u8(info->attrs[len]) : bytes * 8;
	if (bits > bytes * 8) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[len],
				    "a prefix has at most 32 bits in IPv4 and 128 in IPv6");
		return -EINVAL;
	}
	if (bytes == 4) {
		offset = 96;
		ipv6_addr_set_v4mapped(nla_get_in_addr(attr), &prefix->addr);
	} else {
		prefix->addr = nla_get_in6_addr(attr);
		if (ipv6_addr_v4mapped(&prefix->addr)) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr,
					    "a mapped address is given as IPv4");
			return -EINVAL;
		}
	}
	prefix->family = bytes == 4 ? AF_INET : AF_INET6;
	prefix->len = offset + bits;
	ipv6_addr_prefix(&masked, &prefix->addr, prefix->len);
	if (!ipv6_addr_equal(&masked, &prefix->addr)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the address has bits set beyond its prefix length");
		return -EINVAL;
	}
	return 0;
}

static int read_ports(struct genl_info *info, struct policy *policy)
{
	struct nlattr *first = info->attrs[SYNCOPATE_A_POLICY_DPORT_MIN];
	struct nlattr *last = info->attrs[SYNCOPATE_A_POLICY_DPORT_MAX];

	policy->dport_max = U16_MAX;
	if (!first && !last)
		return 0;
	if (!first) {
		NL_SET_ERR_MSG_ATTR(info->extack, last,
				    "a last port needs a first one");
		return -EINVAL;
	}
	policy->dport_min = nla_get_u16(first);
	policy->dport_max = last ? nla_get_u16(last) : policy->dport_min;
	if (!policy->dport_min) {
		NL_SET_ERR_MSG_ATTR(info->extack, first,
				    "a port is 1 to 65535");
		return -EINVAL;
	}
	if (policy->dport_max < policy->dport_min) {
		NL_SET_ERR_MSG_ATTR(info->extack, last,
				    "the last port is lower than the first");
		return -EINVAL;
	}
	return 0;
}

/* A time in ns within limits in ms, named by @text if it is not. */
static int read_time(struct genl_info *info, int which, u64 min_ms, u64 max_ms,
		     const char *text, u64 *time)
{
	const struct nlattr *attr = info->attrs[which];

	if (!attr)
		return 0;
	*time = nla_get_u64(attr);
	if (*time >= min_ms * NSEC_PER_MSEC && *time <= max_ms * NSEC_PER_MSEC)
		return 0;
	NL_SET_BAD_ATTR(info->extack, attr);
	if (info->extack)
		info->extack->_msg = text;
	return -ERANGE;
}

static int read_pace(struct genl_info *info, struct pace *pace)
{
	const struct nlattr *retries = info->attrs[SYNCOPATE_A_POLICY_RETRIES];
	int err;

	pace->retries = SYNCOPATE_RETRIES_DEFAULT;
	pace->interval = (u64)SYNCOPATE_INTERVAL_DEFAULT_MS * NSEC_PER_MSEC;
	pace->linger = (u64)SYNCOPATE_LINGER_DEFAULT_MS * NSEC_PER_MSEC;

	if (retries)
		pace->retries = nla_get_u32(retries);
	if (pace->retries > SYNCOPATE_RETRIES_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, retries,
				    "retries must be 0 to " __stringify(SYNCOPATE_RETRIES_MAX));
		return -ERANGE;
	}
	err = read_time(info, SYNCOPATE_A_POLICY_INTERVAL,
			SYNCOPATE_INTERVAL_MIN_MS, SYNCOPATE_INTERVAL_MAX_MS,
			"interval must be 10ms to 60s", &pace->interval);
	if (err)
		return err;
	pace->deadline = pace_deadline(pace->retries, pace->interval);
	err = read_time(info, SYNCOPATE_A_POLICY_DEADLINE,
			SYNCOPATE_DEADLINE_MIN_MS, SYNCOPATE_DEADLINE_MAX_MS,
			"deadline must be 10ms to 1020s", &pace->deadline);
	if (err)
		return err;
	return read_time(info, SYNCOPATE_A_POLICY_LINGER,
			 0, SYNCOPATE_LINGER_MAX_MS,
			 "linger must be 0s to 60s", &pace->linger);
}

/* What a shell, a file and a log can carry without quotes. */
static bool name_is_good(const char *name)
{
	const char *c;

	/* A dash would be taken for an option. */
	if (!*name || *name == '-')
		return false;
	for (c = name; *c; c++)
		if (!isascii(*c) || (!isalnum(*c) && !strchr("_.-", *c)))
			return false;
	return true;
}

static int read_name(struct genl_info *info, struct policy *policy)
{
	const struct nlattr *attr = info->attrs[SYNCOPATE_A_POLICY_NAME];

	if (!attr)
		return 0;
	nla_strscpy(policy->name, attr, sizeof(policy->name));
	if (name_is_good(policy->name))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "a name is 1 to 31 letters, digits, dots, dashes and underscores, the first no dash");
	return -EINVAL;
}

static int read_policy(struct genl_info *info, struct policy *policy)
{
	int err;

	err = read_name(info, policy);
	if (err)
		return err;
	err = read_prefix(info, SYNCOPATE_A_POLICY_DST,
			  SYNCOPATE_A_POLICY_DST_LEN, &policy->dst);
	if (err)
		return err;
	err = read_prefix(info, SYNCOPATE_A_POLICY_SRC,
			  SYNCOPATE_A_POLICY_SRC_LEN, &policy->src);
	if (err)
		return err;
	if (policy->src.family && policy->dst.family &&
	    policy->src.family != policy->dst.family) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[SYNCOPATE_A_POLICY_SRC],
				    "source and destination are of different families");
		return -EINVAL;
	}
	err = read_ports(info, policy);
	if (err)
		return err;
	policy->observe = info->attrs[SYNCOPATE_A_POLICY_OBSERVE];
	return read_pace(info, &policy->pace);
}

static struct policy_set *policies_of(struct syncopate_net *sn)
{
	return rcu_dereference_protected(sn->policies,
					 lockdep_is_held(&sn->lock));
}

/* Publishes @set, NULL for no policy, and has the hooks follow. */
static int policies_replace(struct syncopate_net *sn, struct policy_set *set)
{
	struct policy_set *old = policies_of(sn);
	int err;

	if (set) {
		err = flow_table_init(sn);
		if (err)
			return err;
		err = hook_register(sn);
		if (err)
			return err;
	}
	rcu_assign_pointer(sn->policies, set);
	if (!set)
		hook_unregister(sn);
	if (old)
		kvfree_rcu(old, rcu);
	return 0;
}

static int reply_name(struct genl_info *info, const struct policy *policy)
{
	struct sk_buff *msg;
	void *hdr;

	msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &netlink_family, 0,
				SYNCOPATE_CMD_POLICY_ADD);
	if (!hdr || nla_put_string(msg, SYNCOPATE_A_POLICY_NAME, policy->name)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

int syncopate_nl_policy_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));
	struct policy policy = {};
	struct policy_set *set;
	int err;

	err = read_policy(info, &policy);
	if (err)
		return err;

	mutex_lock(&sn->lock);
	set = policy_set_add(policies_of(sn), &policy, info->extack);
	err = PTR_ERR_OR_ZERO(set);
	if (!err) {
		err = policies_replace(sn, set);
		if (err)
			kvfree(set);
	}
	mutex_unlock(&sn->lock);

	/* The policy is in force, whether the name arrives or not. */
	if (!err)
		reply_name(info, &policy);
	return err;
}

int syncopate_nl_policy_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));
	struct policy_set *set;
	struct policy gone = {};
	int err;

	if (GENL_REQ_ATTR_CHECK(info, SYNCOPATE_A_POLICY_NAME)) {
		GENL_SET_ERR_MSG(info, "the name of a policy is missing");
		return -EINVAL;
	}
	nla_strscpy(gone.name, info->attrs[SYNCOPATE_A_POLICY_NAME],
		    sizeof(gone.name));

	mutex_lock(&sn->lock);
	set = policy_set_del(policies_of(sn), gone.name, info->extack);
	err = PTR_ERR_OR_ZERO(set);
	if (!err) {
		err = policies_replace(sn, set);
		if (err)
			kvfree(set);
	}
	mutex_unlock(&sn->lock);
	return err;
}

int syncopate_nl_policy_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));

	mutex_lock(&sn->lock);
	policies_replace(sn, NULL);
	mutex_unlock(&sn->lock);
	return 0;
}

static int put_prefix(struct sk_buff *msg, int addr, int len,
		      const struct prefix *prefix)
{
	u8 bits = prefix->family == AF_INET ? prefix->len - 96 : prefix->len;

	if (!prefix->family)
		return 0;
	/* ::ffff:0:0 of length 96 is 0.0.0.0/0, so the address tells families. */
	return netlink_put_addr(msg, addr, &prefix->addr) ?: nla_put_u8(msg, len, bits);
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

static int put_pace(struct sk_buff *msg, const struct pace *pace)
{
	return nla_put_u32(msg, SYNCOPATE_A_POLICY_RETRIES, pace->retries) ?:
	       nla_put_u64_64bit(msg, SYNCOPATE_A_POLICY_INTERVAL,
				 pace->interval, SYNCOPATE_A_POLICY_PAD) ?:
	       nla_put_u64_64bit(msg, SYNCOPATE_A_POLICY_DEADLINE,
				 pace->deadline, SYNCOPATE_A_POLICY_PAD) ?:
	       nla_put_u64_64bit(msg, SYNCOPATE_A_POLICY_LINGER,
				 pace->linger, SYNCOPATE_A_POLICY_PAD);
}

static int put_policy(struct sk_buff *msg, const struct policy *policy)
{
	return nla_put_string(msg, SYNCOPATE_A_POLICY_NAME, policy->name) ?:
	       put_prefix(msg, SYNCOPATE_A_POLICY_DST,
			  SYNCOPATE_A_POLICY_DST_LEN, &policy->dst) ?:
	       put_prefix(msg, SYNCOPATE_A_POLICY_SRC,
			  SYNCOPATE_A_POLICY_SRC_LEN, &policy->src) ?:
	       put_ports(msg, policy) ?:
	       put_pace(msg, &policy->pace) ?:
	       (policy->observe ?
		nla_put_flag(msg, SYNCOPATE_A_POLICY_OBSERVE) : 0);
}

/*
 * cb->args[0]: the id of the policy before the next. A set that was replaced
 * between two messages goes on behind that policy: ids grow along the list.
 */
int syncopate_nl_policy_get_dumpit(struct sk_buff *msg,
				   struct netlink_callback *cb)
{
	struct syncopate_net *sn = syncopate_net(sock_net(msg->sk));
	const struct policy_set *set;
	unsigned int i;
	void *hdr;

	rcu_read_lock();
	set = rcu_dereference(sn->policies);
	for (i = 0; set && i < set->num; i++) {
		if (set->list[i].id <= cb->args[0])
			continue;
		hdr = netlink_dump_begin(msg, cb, SYNCOPATE_CMD_POLICY_GET);
		if (!hdr)
			break;
		if (put_policy(msg, &set->list[i])) {
			genlmsg_cancel(msg, hdr);
			break;
		}
		genlmsg_end(msg, hdr);
		cb->args[0] = set->list[i].id;
	}
	rcu_read_unlock();
	return msg->len;
}
