// SPDX-License-Identifier: GPL-2.0
/* Netlink: what a request says of a policy, and whether it can be. */
#include <linux/ctype.h>
#include <linux/slab.h>

#include "compat.h"
#include "config.h"
#include "netlink.h"
#include "policy.h"
#include "text.h"

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
	const struct nlattr *on = attrs[SYNCOPATE_A_POLICY_ON];

	if (on)
		policy->on = nla_get_u32(on);
	if (iif && policy->on == SYNCOPATE_ON_HOST)
		return netlink_refuse(extack, iif,
				      "iif needs on forward: the host's own come in nowhere",
				      -EINVAL);
	if (iif) {
		nla_strscpy(policy->iif, iif, sizeof(policy->iif));
		if (!dev_valid_name(policy->iif))
			return netlink_refuse(extack, iif,
					      "this is no name of an interface",
					      -EINVAL);
		/* There may be such an interface, but no line of a file can hold it. */
		if (!text_is_plain(policy->iif))
			return netlink_refuse(extack, iif,
					      "an interface is named by UTF-8 without control characters",
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
		if (policy->proto != IPPROTO_TCP &&
		    policy->proto != IPPROTO_SCTP)
			return netlink_refuse(extack, proto,
					      "only TCP (6) and SCTP (132) are paced",
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

/* What several boxes share. */
static int read_boxes(struct nlattr **attrs, struct netlink_ext_ack *extack,
		      struct policy *policy)
{
	const struct nlattr *shard = attrs[SYNCOPATE_A_POLICY_SHARD];
	const struct nlattr *shards = attrs[SYNCOPATE_A_POLICY_SHARDS];
	const struct nlattr *detached = attrs[SYNCOPATE_A_POLICY_DETACHED];

	if (shard && !shards)
		return netlink_refuse(extack, shard,
				      "a shard is one of so many shards",
				      -EINVAL);
	if (shards) {
		policy->shards = nla_get_u32(shards);
		policy->shard = shard ? nla_get_u32(shard) : 1;
		if (!policy->shards || policy->shards > SYNCOPATE_SHARDS_MAX)
			return netlink_refuse(extack, shards,
					      "there are 1 to " __stringify(SYNCOPATE_SHARDS_MAX)
					      " shards", -ERANGE);
		if (!policy->shard || policy->shard > policy->shards)
			return netlink_refuse(extack, shard,
					      "the shard is none of the shards",
					      -ERANGE);
	}
	policy->detached = detached;
	if (detached && !policy->iif[0])
		return netlink_refuse(extack, detached,
				      "detached needs an iif, where the copies come in",
				      -EINVAL);
	return read_time(attrs[SYNCOPATE_A_POLICY_OFFSET], extack,
			 0, SYNCOPATE_OFFSET_MAX_MS,
			 "offset must be 0s to 60s", &policy->offset);
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
 * A line of a file must hold it.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int netlink_read_comment(const struct nlattr *attr,
			 struct netlink_ext_ack *extack, char **comment)
{
	*comment = NULL;
	if (!attr || !*(const char *)nla_data(attr))
		return 0;
	if (!text_is_plain(nla_data(attr)))
		return netlink_refuse(extack, attr,
				      "a comment is UTF-8 without control characters",
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
	if (attrs[SYNCOPATE_A_POLICY_REQUIRE_ANSWERS])
		policy->require =
			nla_get_u32(attrs[SYNCOPATE_A_POLICY_REQUIRE_ANSWERS]);
	return read_ports(attrs, extack, policy) ?:
	       read_selectors(attrs, extack, policy) ?:
	       read_pace(attrs, extack, policy) ?:
	       read_timing(attrs, extack, policy) ?:
	       read_breaker(attrs, extack, policy) ?:
	       read_boxes(attrs, extack, policy) ?:
	       netlink_read_comment(attrs[SYNCOPATE_A_POLICY_COMMENT], extack,
				    &policy->comment);
}

/**
 * netlink_read_policy - read a policy
 * @attrs: of a request or nest, as far as a policy can be given
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
