// SPDX-License-Identifier: GPL-2.0
/* Netlink: policies are added, replaced, deleted and shown. */
#include <linux/ctype.h>
#include <linux/slab.h>
#include <linux/ktime.h>
#include <net/sock.h>

#include "compat.h"
#include "config.h"
#include "event.h"
#include "main.h"
#include "netlink-gen.h"
#include "netlink.h"

static int read_ports(struct nlattr **attrs, struct netlink_ext_ack *extack,
		      struct policy *policy)
{
	const struct nlattr *first = attrs[SYNCOPATE_A_POLICY_DPORT_MIN];
	const struct nlattr *last = attrs[SYNCOPATE_A_POLICY_DPORT_MAX];

	policy->dport_max = U16_MAX;
	if (!first && !last)
		return 0;
	if (!first)
		return netlink_refuse(extack, last,
				      "a last port needs a first one", -EINVAL);
	policy->dport_min = nla_get_u16(first);
	policy->dport_max = last ? nla_get_u16(last) : policy->dport_min;
	if (!policy->dport_min)
		return netlink_refuse(extack, first, "a port is 1 to 65535",
				      -EINVAL);
	if (policy->dport_max < policy->dport_min)
		return netlink_refuse(extack, last,
				      "the last port is lower than the first",
				      -EINVAL);
	return 0;
}

/* The other things that select. */
static int read_selectors(struct nlattr **attrs, struct netlink_ext_ack *extack,
			  struct policy *policy)
{
	const struct nlattr *iif = attrs[SYNCOPATE_A_POLICY_IIF];
	const struct nlattr *mark = attrs[SYNCOPATE_A_POLICY_MARK];
	const struct nlattr *mask = attrs[SYNCOPATE_A_POLICY_MARK_MASK];
	const struct nlattr *proto = attrs[SYNCOPATE_A_POLICY_PROTO];

	if (iif) {
		nla_strscpy(policy->iif, iif, sizeof(policy->iif));
		if (!dev_valid_name(policy->iif))
			return netlink_refuse(extack, iif,
					      "this is no name of an interface",
					      -EINVAL);
	}
	if (mask && !mark)
		return netlink_refuse(extack, mask, "a mask needs a mark",
				      -EINVAL);
	if (mark) {
		policy->has_mark = true;
		policy->mark = nla_get_u32(mark);
		policy->mark_mask = mask ? nla_get_u32(mask) : U32_MAX;
		if (policy->mark & ~policy->mark_mask)
			return netlink_refuse(extack, mark,
					      "the mark has bits set beyond its mask",
					      -EINVAL);
	}
	if (proto) {
		policy->proto = nla_get_u8(proto);
		if (policy->proto != IPPROTO_TCP)
			return netlink_refuse(extack, proto,
					      "only TCP (6) is paced",
					      -EOPNOTSUPP);
	}
	return 0;
}

/* A time in ns within limits in ms, named by @text if it is not. */
static int read_time(const struct nlattr *attr, struct netlink_ext_ack *extack,
		     u64 min_ms, u64 max_ms, const char *text, u64 *time)
{
	if (!attr)
		return 0;
	*time = nla_get_u64(attr);
	if (*time >= min_ms * NSEC_PER_MSEC && *time <= max_ms * NSEC_PER_MSEC)
		return 0;
	return netlink_refuse(extack, attr, text, -ERANGE);
}

static int read_pace(struct nlattr **attrs, struct netlink_ext_ack *extack,
		     struct policy *policy)
{
	const struct nlattr *retries = attrs[SYNCOPATE_A_POLICY_RETRIES];
	struct pace *pace = &policy->pace;
	int err;

	pace->retries = SYNCOPATE_RETRIES_DEFAULT;
	pace->interval = (u64)SYNCOPATE_INTERVAL_DEFAULT_MS * NSEC_PER_MSEC;
	pace->linger = (u64)SYNCOPATE_LINGER_DEFAULT_MS * NSEC_PER_MSEC;

	policy->has_retries = retries;
	if (retries)
		pace->retries = nla_get_u32(retries);
	if (pace->retries > SYNCOPATE_RETRIES_MAX)
		return netlink_refuse(extack, retries,
				      "retries must be 0 to " __stringify(SYNCOPATE_RETRIES_MAX),
				      -ERANGE);
	err = read_time(attrs[SYNCOPATE_A_POLICY_INTERVAL], extack,
			SYNCOPATE_INTERVAL_MIN_MS, SYNCOPATE_INTERVAL_MAX_MS,
			"interval must be 10ms to 60s", &pace->interval);
	if (err)
		return err;
	pace->deadline = pace_deadline(pace->retries, pace->interval);
	policy->has_deadline = attrs[SYNCOPATE_A_POLICY_DEADLINE];
	err = read_time(attrs[SYNCOPATE_A_POLICY_DEADLINE], extack,
			SYNCOPATE_DEADLINE_MIN_MS, SYNCOPATE_DEADLINE_MAX_MS,
			"deadline must be 10ms to 1020s", &pace->deadline);
	if (err)
		return err;
	return read_time(attrs[SYNCOPATE_A_POLICY_LINGER], extack,
			 0, SYNCOPATE_LINGER_MAX_MS,
			 "linger must be 0s to 60s", &pace->linger);
}

static int read_timing(struct nlattr **attrs, struct netlink_ext_ack *extack,
		       struct policy *policy)
{
	const struct nlattr *timing = attrs[SYNCOPATE_A_POLICY_TIMING];
	const struct nlattr *floor = attrs[SYNCOPATE_A_POLICY_FLOOR];
	const struct nlattr *ceiling = attrs[SYNCOPATE_A_POLICY_CEILING];
	const struct nlattr *confidence = attrs[SYNCOPATE_A_POLICY_CONFIDENCE];
	int err;

	if (timing)
		policy->timing = nla_get_u32(timing);
	if (confidence && policy->timing != SYNCOPATE_TIMING_ADAPTIVE)
		return netlink_refuse(extack, confidence,
				      "confidence needs timing adaptive",
				      -EINVAL);
	if (policy->timing == SYNCOPATE_TIMING_FIXED) {
		if (!floor && !ceiling)
			return 0;
		return netlink_refuse(extack, floor ?: ceiling,
				      "floor and ceiling need timing rtt or adaptive",
				      -EINVAL);
	}
	policy->floor = (u64)SYNCOPATE_FLOOR_DEFAULT_MS * NSEC_PER_MSEC;
	policy->ceiling = (u64)SYNCOPATE_CEILING_DEFAULT_MS * NSEC_PER_MSEC;
	err = read_time(floor, extack,
			SYNCOPATE_INTERVAL_MIN_MS, SYNCOPATE_INTERVAL_MAX_MS,
			"floor must be 10ms to 60s", &policy->floor);
	if (err)
		return err;
	err = read_time(ceiling, extack,
			SYNCOPATE_INTERVAL_MIN_MS, SYNCOPATE_INTERVAL_MAX_MS,
			"ceiling must be 10ms to 60s", &policy->ceiling);
	if (err)
		return err;
	if (policy->floor > policy->ceiling)
		return netlink_refuse(extack, floor ?: ceiling,
				      "floor is above ceiling", -EINVAL);
	if (policy->timing != SYNCOPATE_TIMING_ADAPTIVE)
		return 0;

	policy->confidence = confidence ? nla_get_u32(confidence) :
					  SYNCOPATE_CONFIDENCE_DEFAULT;
	if (policy->confidence < SYNCOPATE_CONFIDENCE_MIN ||
	    policy->confidence > SYNCOPATE_CONFIDENCE_MAX)
		return netlink_refuse(extack, confidence,
				      "confidence must be 90% to 99.9999%",
				      -ERANGE);
	/* A limit of its own: it does not grow with the number of retries. */
	if (!policy->has_deadline)
		policy->pace.deadline = pace_deadline(SYNCOPATE_RETRIES_DEFAULT,
						      policy->pace.interval);
	return 0;
}

static int read_breaker(struct nlattr **attrs, struct netlink_ext_ack *extack,
			struct policy *policy)
{
	const struct nlattr *breaker = attrs[SYNCOPATE_A_POLICY_BREAKER];
	const struct nlattr *probe = attrs[SYNCOPATE_A_POLICY_PROBE];

	if (!breaker)
		return probe ? netlink_refuse(extack, probe,
					      "a probe needs a breaker",
					      -EINVAL) : 0;
	policy->breaker = nla_get_u32(breaker);
	if (!policy->breaker || policy->breaker > SYNCOPATE_BREAKER_MAX)
		return netlink_refuse(extack, breaker,
				      "breaker must be 1 to " __stringify(SYNCOPATE_BREAKER_MAX),
				      -ERANGE);
	policy->probe = (u64)SYNCOPATE_PROBE_DEFAULT_MS * NSEC_PER_MSEC;
	return read_time(probe, extack,
			 SYNCOPATE_PROBE_MIN_MS, SYNCOPATE_PROBE_MAX_MS,
			 "probe must be 100ms to 60m", &policy->probe);
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

static int read_name(const struct nlattr *attr, struct netlink_ext_ack *extack,
		     char *name)
{
	if (!attr)
		return 0;
	nla_strscpy(name, attr, SYNCOPATE_NAME_LEN);
	if (name_is_good(name))
		return 0;
	return netlink_refuse(extack, attr,
			      "a name is 1 to 31 letters, digits, dots, dashes and underscores, the first no dash",
			      -EINVAL);
}

/**
 * netlink_read_comment - read a comment
 * @attr: it, NULL for none
 * @extack: for the reason of a refusal
 * @comment: the result, to be freed, or NULL for none or an empty one
 *
 * A line of a file must hold it, so it has no control characters.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int netlink_read_comment(const struct nlattr *attr,
			 struct netlink_ext_ack *extack, char **comment)
{
	const char *c;

	*comment = NULL;
	if (!attr || !*(const char *)nla_data(attr))
		return 0;
	for (c = nla_data(attr); *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return netlink_refuse(extack, attr,
					      "a comment has no control characters",
					      -EINVAL);
	*comment = nla_strdup(attr, GFP_KERNEL_ACCOUNT);
	return *comment ? 0 : -ENOMEM;
}

static int read_policy(struct nlattr **attrs, struct netlink_ext_ack *extack,
		       struct policy *policy)
{
	int err;

	err = netlink_read_prefix(attrs[SYNCOPATE_A_POLICY_DST],
				  attrs[SYNCOPATE_A_POLICY_DST_LEN], extack,
				  &policy->dst) ?:
	      netlink_read_prefix(attrs[SYNCOPATE_A_POLICY_SRC],
				  attrs[SYNCOPATE_A_POLICY_SRC_LEN], extack,
				  &policy->src);
	if (err)
		return err;
	if (policy->src.family && policy->dst.family &&
	    policy->src.family != policy->dst.family)
		return netlink_refuse(extack, attrs[SYNCOPATE_A_POLICY_SRC],
				      "source and destination are of different families",
				      -EINVAL);
	policy->observe = attrs[SYNCOPATE_A_POLICY_OBSERVE];
	return read_ports(attrs, extack, policy) ?:
	       read_selectors(attrs, extack, policy) ?:
	       read_pace(attrs, extack, policy) ?:
	       read_timing(attrs, extack, policy) ?:
	       read_breaker(attrs, extack, policy) ?:
	       netlink_read_comment(attrs[SYNCOPATE_A_POLICY_COMMENT], extack,
				    &policy->comment);
}

/**
 * netlink_read_policy - read a policy
 * @attrs: of a request or nest, up to %SYNCOPATE_A_POLICY_COMMENT
 * @extack: for the reason of a refusal
 * @req: the result; its policy is the caller's to free, also after an error
 *
 * Return: 0, -EINVAL, -ERANGE, -EOPNOTSUPP or -ENOMEM.
 */
int netlink_read_policy(struct nlattr **attrs, struct netlink_ext_ack *extack,
			struct policy_request *req)
{
	req->policy = policy_alloc();
	if (!req->policy)
		return -ENOMEM;
	return read_name(attrs[SYNCOPATE_A_POLICY_NAME], extack, req->name) ?:
	       read_policy(attrs, extack, req->policy);
}

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
	       (policy->observe ?
		nla_put_flag(msg, SYNCOPATE_A_POLICY_OBSERVE) : 0) ?:
	       (policy->comment ?
		nla_put_string(msg, SYNCOPATE_A_POLICY_COMMENT,
			       policy->comment) : 0) ?:
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
