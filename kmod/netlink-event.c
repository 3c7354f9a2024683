// SPDX-License-Identifier: GPL-2.0
/* Netlink: events are told to whoever listens. */
#include <linux/ktime.h>

#include "compat.h"
#include "dest.h"
#include "event.h"
#include "flow.h"
#include "main.h"
#include "netlink-gen.h"
#include "netlink.h"

static int put_flow(struct sk_buff *msg, const struct flow *flow)
{
	struct nlattr *nest = nla_nest_start(msg, SYNCOPATE_A_EVENT_FLOW);

	if (!nest || netlink_put_flow(msg, flow))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_learned(struct sk_buff *msg, const struct dest *dest)
{
	struct nlattr *nest = nla_nest_start(msg, SYNCOPATE_A_EVENT_LEARNED);

	if (!nest || netlink_put_learned(msg, dest))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_dest(struct sk_buff *msg, const struct profile *dest)
{
	struct nlattr *nest = nla_nest_start(msg, SYNCOPATE_A_EVENT_DEST);

	if (!nest || netlink_put_dest(msg, dest))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/*
 * Every event has a number, whether it can be told or not: a listener that finds
 * one missing knows that he missed it.
 */
static void tell(struct syncopate_net *sn, u32 kind, const struct flow *flow,
		 const struct dest *learned, const char *policy,
		 const struct profile *dest)
{
	struct sk_buff *msg;
	void *hdr;
	u64 seq;

	if (!genl_has_listeners(&netlink_family, sn->net,
				SYNCOPATE_NLGRP_EVENTS))
		return;
	seq = atomic64_inc_return(&sn->events);
	msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_ATOMIC | __GFP_NOWARN);
	if (!msg)
		goto lost;
	hdr = genlmsg_put(msg, 0, 0, &netlink_family, 0, SYNCOPATE_CMD_EVENT);
	if (!hdr ||
	    nla_put_u32(msg, SYNCOPATE_A_EVENT_KIND, kind) ||
	    netlink_put_u64(msg, SYNCOPATE_A_EVENT_SEQ, seq) ||
	    netlink_put_u64(msg, SYNCOPATE_A_EVENT_TIME, ktime_get_real_ns()) ||
	    (flow && put_flow(msg, flow)) ||
	    (learned && put_learned(msg, learned)) ||
	    (policy && nla_put_string(msg, SYNCOPATE_A_EVENT_POLICY, policy)) ||
	    (dest && put_dest(msg, dest)))
		goto lost;
	genlmsg_end(msg, hdr);
	genlmsg_multicast_netns(&netlink_family, sn->net, msg, 0,
				SYNCOPATE_NLGRP_EVENTS, GFP_ATOMIC);
	return;

lost:
	nlmsg_free(msg);
	stats_inc_bh(sn, SYNCOPATE_A_STATS_EVENTS_LOST);
}

/**
 * event_flow - something happened to an attempt
 * @flow: the attempt, its lock held
 * @kind: SYNCOPATE_EVENT_KIND_*
 *
 * Costs next to nothing while nobody listens.
 */
void event_flow(struct flow *flow, u32 kind)
{
	tell(flow->sn, kind, flow, NULL, NULL, NULL);
}

/**
 * event_dest - something happened to a destination
 * @dest: the destination, its lock held, its namespace there
 * @kind: SYNCOPATE_EVENT_KIND_*
 */
void event_dest(struct dest *dest, u32 kind)
{
	tell(dest->sn, kind, NULL, dest, NULL, NULL);
}

/**
 * event_config - something was set
 * @sn: namespace, its lock held: events come in the order of the changes
 * @kind: SYNCOPATE_EVENT_KIND_*
 * @policy: name of the policy that was changed, or NULL
 * @dest: the profile that was set or deleted, or NULL
 */
void event_config(struct syncopate_net *sn, u32 kind, const char *policy,
		  const struct profile *dest)
{
	lockdep_assert_held(&sn->lock);

	tell(sn, kind, NULL, NULL, policy, dest);
}
