// SPDX-License-Identifier: GPL-2.0
/*
 * Sends the SYN onward and the RST back, on the bridge and on the routed path.
 *
 * Neither passes our own hooks: a SYN continues behind the forward hook, where
 * the first one left it, and a RST leaves by the output hooks.
 */
#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>
#include <net/netfilter/nf_conntrack_core.h>

#include "compat.h"
#include "emit.h"

/**
 * emit_keep - a private copy to send again
 * @skb: a packet at the forward hook
 * @out: where it goes
 * @conn: where to put the name of its conntrack entry
 *
 * The copy has the size of the packet, not of the driver's buffer, room for
 * @out's header and for the one that it came with, and a reference on its
 * route.
 *
 * Return: the copy, or NULL if there is no memory or the route is going away.
 */
struct sk_buff *emit_keep(struct sk_buff *skb, const struct net_device *out,
			  struct emit_conn *conn)
{
	unsigned int headroom = LL_RESERVED_SPACE(out);
	enum ip_conntrack_info ctinfo;
	struct sk_buff *copy;
	struct nf_conn *ct;

	if (skb_mac_header_was_set(skb))
		headroom = max_t(unsigned int, headroom,
				 skb->data - skb_mac_header(skb));
	copy = skb_copy_expand(skb, headroom, 0, GFP_ATOMIC | __GFP_NOWARN);
	if (!copy)
		return NULL;
	if (skb_dst(copy) && !skb_dst_force(copy)) {
		kfree_skb(copy);
		return NULL;
	}
	copy->dev = NULL;

	conn->known = false;
	ct = nf_ct_get(copy, &ctinfo);
	if (!ct)
		return copy;
	if (!nf_ct_is_template(ct)) {
		conn->known = true;
		conn->ctinfo = ctinfo;
		conn->zone = *nf_ct_zone(ct);
		conn->tuple = ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	}
	nf_reset_ct(copy);
	return copy;
}

/**
 * emit_is_first - is a packet the first that conntrack sees of a connection?
 * @skb: a packet at the forward hook
 *
 * Its entry is confirmed only as it leaves: it must not be dropped if others
 * are to be sent in its name.
 */
bool emit_is_first(const struct sk_buff *skb)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	return ct && !nf_ct_is_template(ct) && !nf_ct_is_confirmed(ct);
}

/*
 * Gives a packet its conntrack entry back. Return: false if there is none, as
 * where a rule behind the forward hook dropped the first SYN, where that still
 * waits in a queue, or where the entry was deleted.
 */
static bool emit_attach(struct net *net, struct sk_buff *skb,
			const struct emit_conn *conn)
{
	struct nf_conntrack_tuple_hash *hash;

	if (!conn->known)
		return true;
	hash = nf_conntrack_find_get(net, &conn->zone, &conn->tuple);
	if (!hash)
		return false;
	nf_ct_set(skb, nf_ct_tuplehash_to_ctrack(hash), conn->ctinfo);
	return true;
}

/*
 * Looks a route up that has changed since. As netfilter does after it mangled a
 * packet: by addresses and mark, not by the interface of arrival. It asks IPsec
 * policies as well.
 */
static enum emit_result emit_reroute(struct net *net, struct sk_buff *skb,
				     const struct emit_path *path)
{
	int err;

	if (path->pf == NFPROTO_IPV4)
		err = ip_route_me_harder(net, NULL, skb, RTN_UNSPEC);
	else
		err = ip6_route_me_harder(net, NULL, skb);
	if (err || skb_dst(skb)->dev->flags & IFF_LOOPBACK)
		return EMIT_GONE;
	return EMIT_SENT;
}

static enum emit_result emit_syn_routed(struct net *net, struct sk_buff *skb,
					const struct emit_path *path)
{
	struct net_device *in = dev_get_by_index_rcu(net, path->iif);
	enum emit_result result;

	if (!in || !skb_dst(skb))
		return EMIT_GONE;

	if (!dst_check(skb_dst(skb), path->cookie)) {
		result = emit_reroute(net, skb, path);
		if (result != EMIT_SENT)
			return result;
	}
	skb->dev = in;
	return EMIT_SENT;
}

/* The port @ifindex of the bridge @bridge, forwarding; NULL if it is not. */
static struct net_device *emit_port(struct net *net, int ifindex, int bridge)
{
	struct net_device *dev = dev_get_by_index_rcu(net, ifindex), *master;

	if (!dev || !netif_is_bridge_port(dev))
		return NULL;
	master = netdev_master_upper_dev_get_rcu(dev);
	return master && master->ifindex == bridge ? dev : NULL;
}

static enum emit_result emit_syn_bridged(struct net *net, struct sk_buff *skb,
					 const struct emit_path *path)
{
	struct net_device *out = emit_port(net, path->oif, path->bridge);

	/*
	 * The port's spanning tree state is the bridge's own affair. Where it
	 * has been blocked since the first SYN, less than a deadline ago, a
	 * repeat still goes out: one frame by one port, which makes no loop.
	 */
	if (!out)
		return EMIT_GONE;
	skb->dev = out;
	return EMIT_SENT;
}

/**
 * emit_syn - send a SYN onward
 * @net: namespace
 * @skb: a clone of the kept SYN; consumed
 * @path: how the first SYN went
 *
 * The SYN continues behind the forward hook, so that it is translated and
 * filtered on its way out like the first. Under RCU, bottom halves off.
 */
enum emit_result emit_syn(struct net *net, struct sk_buff *skb,
			  const struct emit_path *path)
{
	enum emit_result result;

	if (path->bridge)
		result = emit_syn_bridged(net, skb, path);
	else
		result = emit_syn_routed(net, skb, path);

	if (result == EMIT_SENT && !emit_attach(net, skb, &path->conn))
		result = EMIT_UNKNOWN;
	if (result == EMIT_SENT)
		path->okfn(net, NULL, skb);
	else
		kfree_skb(skb);
	return result;
}

/*
 * A clone with the network header at its front and nothing behind the packet:
 * nf_reject takes all that follows the TCP header for data, Ethernet's padding
 * included, and would acknowledge it.
 */
static struct sk_buff *emit_trimmed(const struct sk_buff *old, u8 inner,
				    __be16 *inner_proto)
{
	struct sk_buff *skb = skb_clone((struct sk_buff *)old,
					GFP_ATOMIC | __GFP_NOWARN);
	unsigned int len;
	__be16 proto;

	if (!skb)
		return NULL;

	*inner_proto = skb->protocol;
	proto = skb->protocol;
	if (inner) {
		/* The last tag ends with the protocol of what follows. */
		proto = *(__be16 *)(skb->data + inner - sizeof(proto));
		skb_pull_rcsum(skb, inner);
		skb->protocol = proto;
	}
	skb_reset_network_header(skb);
	if (proto == htons(ETH_P_IP))
		len = ntohs(ip_hdr(skb)->tot_len);
	else
		len = sizeof(struct ipv6hdr) + ntohs(ipv6_hdr(skb)->payload_len);
	if (pskb_trim_rcsum(skb, len)) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

/* The bridge's port structure is what its receive handler carries. */
static const struct net_bridge_port *emit_bridge_port(struct net_device *dev)
{
	return rcu_dereference(dev->rx_handler_data);
}

static enum emit_result emit_reset_bridged(struct net *net,
					   const struct sk_buff *old,
					   const struct emit_path *path)
{
	struct net_device *in = emit_port(net, path->iif, path->bridge);
	struct sk_buff *trimmed, *skb;
	__be16 inner_proto;
	struct ethhdr *eth;

	if (!in)
		return EMIT_GONE;

	trimmed = emit_trimmed(old, path->inner, &inner_proto);
	if (!trimmed)
		return EMIT_FAILED;
	if (!emit_attach(net, trimmed, &path->conn)) {
		kfree_skb(trimmed);
		return EMIT_UNKNOWN;
	}
	if (trimmed->protocol == htons(ETH_P_IP))
		skb = nf_reject_skb_v4_tcp_reset(net, trimmed, NULL,
						 NF_INET_FORWARD);
	else
		skb = nf_reject_skb_v6_tcp_reset(net, trimmed, NULL,
						 NF_INET_FORWARD);
	kfree_skb(trimmed);
	if (!skb)
		return EMIT_FAILED;

	/* The same tags inside, the addresses swapped, the outer tag beside. */
	memcpy(skb_push(skb, path->inner), old->data, path->inner);
	eth = skb_push(skb, ETH_HLEN);
	skb_reset_mac_header(skb);
	ether_addr_copy(eth->h_source, eth_hdr(old)->h_dest);
	ether_addr_copy(eth->h_dest, eth_hdr(old)->h_source);
	eth->h_proto = inner_proto;
	skb->protocol = inner_proto;
	skb_pull(skb, ETH_HLEN);
	if (path->vlan_proto)
		__vlan_hwaccel_put_tag(skb, path->vlan_proto, path->vlan_tci);

	br_forward(emit_bridge_port(in), skb, false, true);
	return EMIT_SENT;
}

static enum emit_result emit_reset_routed(struct net *net,
					  const struct sk_buff *old,
					  const struct emit_path *path)
{
	struct sk_buff *trimmed;
	__be16 proto;

	if (!skb_dst(old))
		return EMIT_GONE;
	trimmed = emit_trimmed(old, 0, &proto);
	if (!trimmed)
		return EMIT_FAILED;
	trimmed->dev = dev_get_by_index_rcu(net, path->iif);
	if (!trimmed->dev) {
		kfree_skb(trimmed);
		return EMIT_GONE;
	}
	if (!emit_attach(net, trimmed, &path->conn)) {
		kfree_skb(trimmed);
		return EMIT_UNKNOWN;
	}
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	/*
	 * It may have come in by a port of a bridge that is our interface. What
	 * follows would answer there by itself, past the hooks that translate
	 * addresses, with a MAC header that is not in the copy any more.
	 */
	skb_ext_del(trimmed, SKB_EXT_BRIDGE_NF);
#endif

	/* Both say nothing of success. */
	if (path->pf == NFPROTO_IPV4)
		nf_send_reset(net, NULL, trimmed, NF_INET_FORWARD);
	else
		nf_send_reset6(net, NULL, trimmed, NF_INET_FORWARD);
	kfree_skb(trimmed);
	return EMIT_SENT;
}

/**
 * emit_reset - answer a segment with a RST
 * @net: namespace
 * @skb: the segment, at the network header or, on a bridge, at the first of its
 *	inner VLAN tags; stays the caller's
 * @path: how the segment came
 *
 * RFC 9293, 3.10.7.1: a SYN is answered by RST|ACK with SEQ 0 and ACK = ISN + 1
 * + data, a segment with ACK by a RST with SEQ = its ACK. SEQ 0 is outside the
 * window of any connection that got established behind our back, only a socket
 * in SYN-SENT takes it. Under RCU.
 */
enum emit_result emit_reset(struct net *net, const struct sk_buff *skb,
			    const struct emit_path *path)
{
	if (path->bridge)
		return emit_reset_bridged(net, skb, path);
	return emit_reset_routed(net, skb, path);
}
