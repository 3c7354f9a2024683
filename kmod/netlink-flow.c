// SPDX-License-Identifier: GPL-2.0
/* Netlink: attempts in care are shown. */
#include <net/l3mdev.h>
#include <net/sock.h>

#include "compat.h"
#include "flow.h"
#include "main.h"
#include "netlink-gen.h"
#include "netlink.h"
#include "netlink-walk.h"
#include "policy.h"
#include "prefix.h"

/**
 * struct flow_filter - which attempts a dump is asked for
 * @sn: their namespace
 * @server: prefix of their servers
 * @port: of their servers, host order, 0 for any
 * @state: SYNCOPATE_FLOW_STATE_*, -1 for any
 */
struct flow_filter {
	const struct syncopate_net *sn;
	struct prefix server;
	u16 port;
	int state;
};

/**
 * struct flow_dump - a dump under way
 * @walk: of the table
 * @filter: what it is asked for
 */
struct flow_dump {
	struct netlink_walk walk;
	struct flow_filter filter;
};

static int flow_state(const struct flow *flow)
{
	return flow->state == FLOW_PENDING ? SYNCOPATE_FLOW_STATE_PENDING :
					     SYNCOPATE_FLOW_STATE_GAVE_UP;
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

/* What tells it from one of the same addresses, of a router: others have neither. */
static int put_domain(struct sk_buff *msg, const struct flow *flow)
{
	const struct emit_path *path = &flow->path;
	bool forwarded = flow_on(flow) == SYNCOPATE_ON_FORWARD;
	struct net *net = flow->sn->net;
	u32 in, out;

	if (!(flow->key.domain & FLOW_DOMAIN_ROUTED))
		return 0;
	in = l3mdev_master_ifindex_by_index(net, forwarded ? path->iif :
							     path->oif);
	out = l3mdev_master_ifindex_by_index(net, path->oif);
	return (in ? nla_put_u32(msg, SYNCOPATE_A_FLOW_VRF_IN, in) : 0) ?:
	       (out ? nla_put_u32(msg, SYNCOPATE_A_FLOW_VRF_OUT, out) : 0) ?:
	       (forwarded && path->conn.zone.id ?
		nla_put_u16(msg, SYNCOPATE_A_FLOW_ZONE,
			    path->conn.zone.id) : 0);
}

static int put_tuple(struct sk_buff *msg, const struct flow *flow)
{
	const struct flow_key *key = &flow->key;
	u32 bridge = flow_domain_bridge(key->domain);
	unsigned int client = flow->client;

	return netlink_put_addr(msg, SYNCOPATE_A_FLOW_CLIENT, &key->addr[client]) ?:
	       netlink_put_addr(msg, SYNCOPATE_A_FLOW_SERVER, &key->addr[!client]) ?:
	       nla_put_u16(msg, SYNCOPATE_A_FLOW_CLIENT_PORT,
			   ntohs(key->port[client])) ?:
	       nla_put_u16(msg, SYNCOPATE_A_FLOW_SERVER_PORT,
			   ntohs(key->port[!client])) ?:
	       nla_put_u8(msg, SYNCOPATE_A_FLOW_PROTO, key->proto) ?:
	       (bridge ? nla_put_u32(msg, SYNCOPATE_A_FLOW_BRIDGE,
				     bridge) : 0) ?:
	       put_vlans(msg, flow) ?:
	       (flow->path.pppoe ? nla_put_u16(msg, SYNCOPATE_A_FLOW_PPPOE,
					       flow->path.session) : 0) ?:
	       put_domain(msg, flow);
}

/* Under the flow's lock: what the timer does next, if the flow is not over. */
static int put_next(struct sk_buff *msg, const struct flow *flow)
{
	s64 next = ktime_to_ns(ktime_sub(flow->due, ktime_get()));
	s64 since = ktime_to_ns(ktime_sub(flow->due, flow->start));
	u32 action = SYNCOPATE_FLOW_ACTION_FORGET;

	if (flow->state == FLOW_DEAD)
		return 0;
	if (flow->state == FLOW_PENDING)
		action = since >= flow->pace.deadline ?
			 SYNCOPATE_FLOW_ACTION_RESET :
			 SYNCOPATE_FLOW_ACTION_RETRANSMIT;
	return netlink_put_u64(msg, SYNCOPATE_A_FLOW_NEXT, max(next, 0LL)) ?:
	       nla_put_u32(msg, SYNCOPATE_A_FLOW_ACTION, action);
}

/* Under the flow's lock. */
static int put_progress(struct sk_buff *msg, const struct flow *flow)
{
	ktime_t now = ktime_get();
	u32 on = flow_on(flow);

	return (on == SYNCOPATE_ON_FORWARD ?
		nla_put_u32(msg, SYNCOPATE_A_FLOW_IIF, flow->path.iif) : 0) ?:
	       nla_put_u32(msg, SYNCOPATE_A_FLOW_OIF, flow->path.oif) ?:
	       nla_put_u32(msg, SYNCOPATE_A_FLOW_ISN, flow->isn) ?:
	       nla_put_u32(msg, SYNCOPATE_A_FLOW_STATE, flow_state(flow)) ?:
	       nla_put_u32(msg, SYNCOPATE_A_FLOW_RETRANSMITTED,
			   flow->retransmitted) ?:
	       netlink_put_u64(msg, SYNCOPATE_A_FLOW_AGE,
			       ktime_to_ns(ktime_sub(now, flow->start))) ?:
	       netlink_put_u64(msg, SYNCOPATE_A_FLOW_INTERVAL,
			       flow->pace.interval) ?:
	       (flow->observe ?
		nla_put_flag(msg, SYNCOPATE_A_FLOW_OBSERVE) : 0) ?:
	       nla_put_u32(msg, SYNCOPATE_A_FLOW_ON, on);
}

/**
 * netlink_put_flow - put an attempt
 * @msg: message
 * @flow: it, its lock held
 *
 * Return: 0 or -EMSGSIZE.
 */
int netlink_put_flow(struct sk_buff *msg, const struct flow *flow)
{
	return put_tuple(msg, flow) ?:
	       put_progress(msg, flow) ?:
	       put_next(msg, flow) ?:
	       nla_put_string(msg, SYNCOPATE_A_FLOW_POLICY, flow->use->name);
}

/* Under the flow's lock. */
static bool is_asked_for(const struct flow_filter *filter,
			 const struct flow *flow)
{
	const struct flow_key *key = &flow->key;
	unsigned int server = !flow->client;

	return flow_lives(flow, filter->sn) &&
	       (filter->state < 0 || filter->state == flow_state(flow)) &&
	       (!filter->port || filter->port == ntohs(key->port[server])) &&
	       prefix_matches(&filter->server, &key->addr[server]);
}

static int dump_flow(struct sk_buff *msg, struct netlink_callback *cb,
		     struct netlink_walk *walk, void *entry)
{
	const struct flow_dump *dump =
		container_of(walk, struct flow_dump, walk);
	struct flow *flow = entry;
	int err = 0;
	void *hdr;

	hdr = netlink_dump_begin(msg, cb, SYNCOPATE_CMD_FLOW_GET);
	if (!hdr)
		return -EMSGSIZE;

	spin_lock_bh(&flow->lock);
	if (!is_asked_for(&dump->filter, flow)) {
		spin_unlock_bh(&flow->lock);
		genlmsg_cancel(msg, hdr);
		return 0;
	}
	err = netlink_put_flow(msg, flow);
	spin_unlock_bh(&flow->lock);
	if (err) {
		genlmsg_cancel(msg, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return 0;
}

static bool hold_flow(void *entry)
{
	struct flow *flow = entry;

	return refcount_inc_not_zero(&flow->refs);
}

static void let_go_of_flow(void *entry)
{
	flow_put(entry);
}

static const struct netlink_walk_ops walk_ops = {
	.dump = dump_flow,
	.get = hold_flow,
	.put = let_go_of_flow,
};

static int read_filter(struct netlink_callback *cb, struct flow_filter *filter)
{
	struct nlattr **attrs = genl_dump_attrs(cb);
	const struct nlattr *port = attrs[SYNCOPATE_A_FLOW_SERVER_PORT];
	const struct nlattr *state = attrs[SYNCOPATE_A_FLOW_STATE];

	filter->port = port ? nla_get_u16(port) : 0;
	filter->state = state ? nla_get_u32(state) : -1;
	if (port && !filter->port)
		return netlink_refuse(cb->extack, port, "a port is 1 to 65535",
				      -EINVAL);
	return netlink_read_prefix(attrs[SYNCOPATE_A_FLOW_SERVER],
				   attrs[SYNCOPATE_A_FLOW_SERVER_LEN],
				   cb->extack, &filter->server);
}

/* cb->args[0]: the dump. */
int syncopate_nl_flow_get_start(struct netlink_callback *cb)
{
	struct syncopate_net *sn = syncopate_net(sock_net(cb->skb->sk));
	struct flow_filter filter;
	struct flow_dump *dump;
	int err;

	err = read_filter(cb, &filter);
	if (err)
		return err;
	/* Pairs with the release in flow_table_init(). */
	if (!smp_load_acquire(&sn->flows_ready))
		return 0;

	dump = kmalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;
	dump->filter = filter;
	dump->filter.sn = sn;
	netlink_walk_begin(cb, &dump->walk, &walk_ops, &sn->flows);
	cb->args[0] = (long)dump;
	return 0;
}

int syncopate_nl_flow_get_done(struct netlink_callback *cb)
{
	struct flow_dump *dump = (void *)cb->args[0];

	if (dump)
		netlink_walk_end(&dump->walk);
	kfree(dump);
	return 0;
}

int syncopate_nl_flow_get_dumpit(struct sk_buff *msg,
				 struct netlink_callback *cb)
{
	struct flow_dump *dump = (void *)cb->args[0];

	return dump ? netlink_walk_dump(&dump->walk, msg, cb) : 0;
}
