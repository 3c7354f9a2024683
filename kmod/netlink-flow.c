// SPDX-License-Identifier: GPL-2.0
/* Netlink: attempts in care are shown. */
#include <linux/rhashtable.h>
#include <net/sock.h>

#include "compat.h"
#include "flow.h"
#include "main.h"
#include "netlink-gen.h"
#include "netlink.h"
#include "policy.h"

/* cb->args[0]: the walk, [1]: the flow that did not fit, with a reference. */
int syncopate_nl_flow_get_start(struct netlink_callback *cb)
{
	struct syncopate_net *sn = syncopate_net(sock_net(cb->skb->sk));
	struct rhashtable_iter *iter;

	/* Pairs with the release in flow_table_init(). */
	if (!smp_load_acquire(&sn->flows_ready))
		return 0;

	iter = kmalloc(sizeof(*iter), GFP_KERNEL);
	if (!iter)
		return -ENOMEM;
	rhashtable_walk_enter(&sn->flows, iter);
	cb->args[0] = (long)iter;
	cb->seq = 1;
	return 0;
}

int syncopate_nl_flow_get_done(struct netlink_callback *cb)
{
	struct rhashtable_iter *iter = (void *)cb->args[0];

	if (cb->args[1])
		flow_put((struct flow *)cb->args[1]);
	if (iter)
		rhashtable_walk_exit(iter);
	kfree(iter);
	return 0;
}

static int put_vlans(struct sk_buff *msg, const struct flow *flow)
{
	unsigned int i;

	for (i = 0; i < FLOW_VLANS; i++)
		if (flow->key.vlan[i] & FLOW_VLAN_TAG &&
		    nla_put_u16(msg, SYNCOPATE_A_FLOW_VLAN,
				flow->key.vlan[i] & 0xfff))
			return -EMSGSIZE;
	return 0;
}

static int put_tuple(struct sk_buff *msg, const struct flow *flow)
{
	const struct flow_key *key = &flow->key;
	unsigned int client = flow->client;

	return netlink_put_addr(msg, SYNCOPATE_A_FLOW_CLIENT, &key->addr[client]) ?:
	       netlink_put_addr(msg, SYNCOPATE_A_FLOW_SERVER, &key->addr[!client]) ?:
	       nla_put_u16(msg, SYNCOPATE_A_FLOW_CLIENT_PORT,
			   ntohs(key->port[client])) ?:
	       nla_put_u16(msg, SYNCOPATE_A_FLOW_SERVER_PORT,
			   ntohs(key->port[!client])) ?:
	       (key->bridge ? nla_put_u32(msg, SYNCOPATE_A_FLOW_BRIDGE,
					  key->bridge) : 0) ?:
	       put_vlans(msg, flow);
}

/* Under the flow's lock. */
static int put_progress(struct sk_buff *msg, const struct flow *flow)
{
	ktime_t now = ktime_get();
	s64 next = ktime_to_ns(ktime_sub(flow->due, now));
	u32 state = flow->state == FLOW_PENDING ?
		    SYNCOPATE_FLOW_STATE_PENDING : SYNCOPATE_FLOW_STATE_GAVE_UP;

	return nla_put_u32(msg, SYNCOPATE_A_FLOW_IIF, flow->path.iif) ?:
	       nla_put_u32(msg, SYNCOPATE_A_FLOW_OIF, flow->path.oif) ?:
	       nla_put_u32(msg, SYNCOPATE_A_FLOW_ISN, flow->isn) ?:
	       nla_put_u32(msg, SYNCOPATE_A_FLOW_STATE, state) ?:
	       nla_put_u32(msg, SYNCOPATE_A_FLOW_RETRANSMITTED,
			   flow->retransmitted) ?:
	       nla_put_u64_64bit(msg, SYNCOPATE_A_FLOW_AGE,
				 ktime_to_ns(ktime_sub(now, flow->start)),
				 SYNCOPATE_A_FLOW_PAD) ?:
	       nla_put_u64_64bit(msg, SYNCOPATE_A_FLOW_NEXT, max(next, 0LL),
				 SYNCOPATE_A_FLOW_PAD) ?:
	       (flow->observe ?
		nla_put_flag(msg, SYNCOPATE_A_FLOW_OBSERVE) : 0);
}

/* Under RCU. Return: 0, also for a dead flow, or -EMSGSIZE. */
static int dump_flow(struct sk_buff *msg, struct netlink_callback *cb,
		     struct flow *flow)
{
	const struct policy *policy;
	int err = 0;
	void *hdr;

	hdr = netlink_dump_begin(msg, cb, SYNCOPATE_CMD_FLOW_GET);
	if (!hdr)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, hdr);

	policy = policy_by_id(rcu_dereference(flow->sn->policies),
			      flow->policy);
	spin_lock_bh(&flow->lock);
	if (flow->state == FLOW_DEAD) {
		spin_unlock_bh(&flow->lock);
		genlmsg_cancel(msg, hdr);
		return 0;
	}
	err = put_tuple(msg, flow) ?: put_progress(msg, flow);
	spin_unlock_bh(&flow->lock);
	if (!err && policy)
		err = nla_put_string(msg, SYNCOPATE_A_FLOW_POLICY,
				     policy->name);
	if (err) {
		genlmsg_cancel(msg, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return 0;
}

int syncopate_nl_flow_get_dumpit(struct sk_buff *msg,
				 struct netlink_callback *cb)
{
	struct rhashtable_iter *iter = (void *)cb->args[0];
	struct flow *flow = (void *)cb->args[1];

	if (!iter)
		return 0;

	if (rhashtable_walk_start_check(iter) == -EAGAIN)
		cb->seq++;
	if (flow) {
		/* It begins an empty message: it fits, or nothing does. */
		dump_flow(msg, cb, flow);
		cb->args[1] = 0;
		flow_put(flow);
	}
	while ((flow = rhashtable_walk_next(iter))) {
		if (IS_ERR(flow)) {
			/* Resized: entries may come again, the reader is told. */
			cb->seq++;
			continue;
		}
		if (!dump_flow(msg, cb, flow))
			continue;
		if (refcount_inc_not_zero(&flow->refs))
			cb->args[1] = (long)flow;
		break;
	}
	rhashtable_walk_stop(iter);
	return msg->len;
}
