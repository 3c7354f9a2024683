// SPDX-License-Identifier: GPL-2.0
/* Netlink: what answers have taught of destinations is shown. */
#include <linux/jiffies.h>
#include <net/l3mdev.h>
#include <net/sock.h>

#include "compat.h"
#include "dest.h"
#include "main.h"
#include "netlink-gen.h"
#include "netlink.h"
#include "netlink-walk.h"
#include "prefix.h"

/**
 * struct learned_dump - a dump under way
 * @walk: of the table
 * @prefix: of what it is asked for
 * @port: and their port, host order, 0 for any
 */
struct learned_dump {
	struct netlink_walk walk;
	struct prefix prefix;
	u16 port;
};

static int put_place(struct sk_buff *msg, const struct dest_key *key)
{
	u32 bridge = flow_domain_bridge(key->domain);
	unsigned int i;

	for (i = 0; i < FLOW_VLANS; i++)
		if (key->vlan[i] & FLOW_VLAN_TAG &&
		    nla_put_u16(msg, SYNCOPATE_A_LEARNED_VLAN,
				key->vlan[i] & 0xfff))
			return -EMSGSIZE;
	return netlink_put_addr(msg, SYNCOPATE_A_LEARNED_ADDR, &key->addr) ?:
	       nla_put_u16(msg, SYNCOPATE_A_LEARNED_PORT, ntohs(key->port)) ?:
	       nla_put_u8(msg, SYNCOPATE_A_LEARNED_PROTO, key->proto) ?:
	       (bridge ? nla_put_u32(msg, SYNCOPATE_A_LEARNED_BRIDGE,
				     bridge) : 0);
}

/* Under the lock: where it is, of a router. */
static int put_domain(struct sk_buff *msg, const struct dest *dest)
{
	struct net *net = dest->sn->net;
	u32 in, out;

	if (!(dest->key.domain & FLOW_DOMAIN_ROUTED))
		return 0;
	in = l3mdev_master_ifindex_by_index(net, dest->iif ?: dest->oif);
	out = l3mdev_master_ifindex_by_index(net, dest->oif);
	return (in ? nla_put_u32(msg, SYNCOPATE_A_LEARNED_VRF_IN, in) : 0) ?:
	       (out ? nla_put_u32(msg, SYNCOPATE_A_LEARNED_VRF_OUT, out) : 0) ?:
	       (dest->zone ? nla_put_u16(msg, SYNCOPATE_A_LEARNED_ZONE,
					 dest->zone) : 0);
}

/* Under the lock. */
static int put_setups(struct sk_buff *msg, const struct learn *learn)
{
	u64 p50 = learn_percentile(learn, 500);

	if (!p50)
		return 0;
	return netlink_put_u64(msg, SYNCOPATE_A_LEARNED_P50, p50) ?:
	       netlink_put_u64(msg, SYNCOPATE_A_LEARNED_P90,
			       learn_percentile(learn, 900)) ?:
	       netlink_put_u64(msg, SYNCOPATE_A_LEARNED_P99,
			       learn_percentile(learn, 990));
}

/* Under the lock. */
static int put_learn(struct sk_buff *msg, const struct learn *learn)
{
	if (learn->srtt &&
	    (netlink_put_u64(msg, SYNCOPATE_A_LEARNED_SRTT, learn->srtt) ||
	     netlink_put_u64(msg, SYNCOPATE_A_LEARNED_RTTVAR, learn->rttvar)))
		return -EMSGSIZE;
	return nla_put_u32(msg, SYNCOPATE_A_LEARNED_LOSS, learn_loss(learn)) ?:
	       put_setups(msg, learn);
}

/* Under the lock. */
static int put_health(struct sk_buff *msg, const struct dest *dest)
{
	const struct breaker *breaker = &dest->breaker;
	u64 now = ktime_get_ns();

	if (breaker->down &&
	    (netlink_put_u64(msg, SYNCOPATE_A_LEARNED_DOWN,
			     now - breaker->since) ||
	     netlink_put_u64(msg, SYNCOPATE_A_LEARNED_PROBE,
			     now < breaker->probe ? breaker->probe - now : 0)))
		return -EMSGSIZE;
	if (dest->answer &&
	    netlink_put_u64(msg, SYNCOPATE_A_LEARNED_LAST_ANSWER,
			    now - ktime_to_ns(dest->answer)))
		return -EMSGSIZE;
	if ((dest->oif &&
	     nla_put_u32(msg, SYNCOPATE_A_LEARNED_OIF, dest->oif)) ||
	    (dest->seen && nla_put_flag(msg, SYNCOPATE_A_LEARNED_SEEN)) ||
	    (dest->elsewhere &&
	     nla_put_u32(msg, SYNCOPATE_A_LEARNED_ELSEWHERE, dest->elsewhere)))
		return -EMSGSIZE;
	return netlink_put_u64(msg, SYNCOPATE_A_LEARNED_ATTEMPTS,
			       dest->attempts) ?:
	       netlink_put_u64(msg, SYNCOPATE_A_LEARNED_ANSWERED,
			       dest->answered) ?:
	       nla_put_u32(msg, SYNCOPATE_A_LEARNED_SILENT, breaker->silent) ?:
	       netlink_put_u64(msg, SYNCOPATE_A_LEARNED_LAST_USED,
			       jiffies_to_nsecs(jiffies - dest->used));
}

/**
 * netlink_put_learned - put a destination
 * @msg: message
 * @dest: it, its lock held
 *
 * Return: 0 or -EMSGSIZE.
 */
int netlink_put_learned(struct sk_buff *msg, const struct dest *dest)
{
	return put_place(msg, &dest->key) ?:
	       put_domain(msg, dest) ?:
	       put_learn(msg, &dest->learn) ?:
	       put_health(msg, dest);
}

static bool is_asked_for(const struct learned_dump *dump,
			 const struct dest *dest)
{
	return !dest_is_old(dest) &&
	       (!dump->port || dump->port == ntohs(dest->key.port)) &&
	       prefix_matches(&dump->prefix, &dest->key.addr);
}

static int dump_dest(struct sk_buff *msg, struct netlink_callback *cb,
		     struct netlink_walk *walk, void *entry)
{
	const struct learned_dump *dump =
		container_of(walk, struct learned_dump, walk);
	struct dest *dest = entry;
	void *hdr;
	int err;

	if (!is_asked_for(dump, dest))
		return 0;
	hdr = netlink_dump_begin(msg, cb, SYNCOPATE_CMD_LEARNED_GET);
	if (!hdr)
		return -EMSGSIZE;
	spin_lock_bh(&dest->lock);
	err = netlink_put_learned(msg, dest);
	spin_unlock_bh(&dest->lock);
	if (err) {
		genlmsg_cancel(msg, hdr);
		return err;
	}
	genlmsg_end(msg, hdr);
	return 0;
}

static bool hold_dest(void *entry)
{
	struct dest *dest = entry;

	return refcount_inc_not_zero(&dest->refs);
}

static void let_go_of_dest(void *entry)
{
	dest_put(entry);
}

static const struct netlink_walk_ops walk_ops = {
	.dump = dump_dest,
	.get = hold_dest,
	.put = let_go_of_dest,
};

/* cb->args[0]: the dump. */
int syncopate_nl_learned_get_start(struct netlink_callback *cb)
{
	struct syncopate_net *sn = syncopate_net(sock_net(cb->skb->sk));
	struct nlattr **attrs = genl_dump_attrs(cb);
	const struct nlattr *port = attrs[SYNCOPATE_A_LEARNED_PORT];
	struct learned_dump *dump;
	struct prefix prefix;
	int err;

	err = netlink_read_prefix(attrs[SYNCOPATE_A_LEARNED_ADDR],
				  attrs[SYNCOPATE_A_LEARNED_LEN], cb->extack,
				  &prefix);
	if (err)
		return err;
	if (port && !nla_get_u16(port))
		return netlink_refuse(cb->extack, port, "a port is 1 to 65535",
				      -EINVAL);
	/* Pairs with the release in dest_table_init(). */
	if (!smp_load_acquire(&sn->dests_ready))
		return 0;

	dump = kmalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;
	dump->prefix = prefix;
	dump->port = port ? nla_get_u16(port) : 0;
	netlink_walk_begin(cb, &dump->walk, &walk_ops, &sn->dests);
	cb->args[0] = (long)dump;
	return 0;
}

int syncopate_nl_learned_get_done(struct netlink_callback *cb)
{
	struct learned_dump *dump = (void *)cb->args[0];

	if (dump)
		netlink_walk_end(&dump->walk);
	kfree(dump);
	return 0;
}

int syncopate_nl_learned_get_dumpit(struct sk_buff *msg,
				    struct netlink_callback *cb)
{
	struct learned_dump *dump = (void *)cb->args[0];

	return dump ? netlink_walk_dump(&dump->walk, msg, cb) : 0;
}
