// SPDX-License-Identifier: GPL-2.0
/*
 * Sends the SYN onward and the RST back, on the bridge and on the routed path.
 *
 * Neither passes our own hooks: a SYN continues behind the forward hook, where
 * the first one left it, and a RST leaves by the output hooks.
 */
#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/if_pppox.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>
#include <net/netfilter/nf_conntrack_core.h>

#include "abort.h"
#include "compat.h"
#include "emit.h"
#include "host.h"
#include "route.h"

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

/**
 * emit_attach - give a packet its conntrack entry back
 * @net: namespace
 * @skb: the packet
 * @conn: the entry's name
 *
 * Return: false if there is none, as where a rule behind the hook dropped the
 * first SYN, where that still waits in a queue, or where the entry was deleted.
 *
 * One that was made since, of the same name and in the same direction, will do: it
 * is the client who made it, and its own next SYN would go by it as well. Of one
 * that the other end made, the name is that of the answers, and they would be
 * translated as what they answer.
 */
bool emit_attach(struct net *net, struct sk_buff *skb,
		 const struct emit_conn *conn)
{
	struct nf_conntrack_tuple_hash *hash;
	struct nf_conn *ct;

	if (!conn->known)
		return true;
	hash = nf_conntrack_find_get(net, &conn->zone, &conn->tuple);
	if (!hash)
		return false;
	ct = nf_ct_tuplehash_to_ctrack(hash);
	if (NF_CT_DIRECTION(hash) != CTINFO2DIR(conn->ctinfo)) {
		nf_ct_put(ct);
		return false;
	}
	nf_ct_set(skb, ct, conn->ctinfo);
	return true;
}

static enum emit_result emit_syn_routed(struct net *net, struct sk_buff *skb,
					const struct emit_path *path)
{
	struct net_device *in = dev_get_by_index_rcu(net, path->iif);

	if (!in || !skb_dst(skb))
		return EMIT_GONE;

	if (!dst_check(skb_dst(skb), path->cookie) &&
	    !route_packet(net, skb, in, path->pf))
		return EMIT_GONE;
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
 * @skb: the kept SYN; consumed
 * @path: how the first SYN went
 *
 * The SYN continues behind the forward hook, so that it is translated and
 * filtered on its way out like the first. Under RCU, bottom halves off.
 */
enum emit_result emit_syn(struct net *net, struct sk_buff *skb,
			  const struct emit_path *path)
{
	enum emit_result result;

	if (path->hook != NF_INET_FORWARD)
		return host_syn(net, skb, path);
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
static struct sk_buff *emit_trimmed(const struct sk_buff *old, u8 inner)
{
	struct sk_buff *skb = skb_clone((struct sk_buff *)old,
					GFP_ATOMIC | __GFP_NOWARN);
	unsigned int len;

	if (!skb)
		return NULL;

	skb_pull_rcsum(skb, inner);
	skb_reset_network_header(skb);
	/* The packet was read before: it is what its version says. */
	if (ip_hdr(skb)->version == 4) {
		skb->protocol = htons(ETH_P_IP);
		len = ntohs(ip_hdr(skb)->tot_len);
	} else {
		skb->protocol = htons(ETH_P_IPV6);
		len = sizeof(struct ipv6hdr) + ntohs(ipv6_hdr(skb)->payload_len);
	}
	if (pskb_trim_rcsum(skb, len)) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

/* The RST, or what SCTP has instead, without a link-layer header or a route. */
static struct sk_buff *emit_build(struct net *net, struct sk_buff *syn)
{
	if (abort_is_for(syn))
		return abort_make(net, syn);
	if (syn->protocol == htons(ETH_P_IP))
		return nf_reject_skb_v4_tcp_reset(net, syn, NULL,
						  NF_INET_FORWARD);
	return nf_reject_skb_v6_tcp_reset(net, syn, NULL, NF_INET_FORWARD);
}

/* The bridge's port structure is what its receive handler carries. */
static const struct net_bridge_port *emit_bridge_port(struct net_device *dev)
{
	return rcu_dereference(dev->rx_handler_data);
}

/*
 * What br_forward() does with it, it tells nobody: a port that is not forwarding just
 * then or does not let the VLAN out, or a rule of the bridge's output hook, drops the
 * RST, and it counts as sent. The client's next repeat is answered by another one.
 */
static enum emit_result emit_reset_bridged(struct net *net,
					   const struct sk_buff *old,
					   const struct emit_path *path)
{
	struct net_device *in = emit_port(net, path->iif, path->bridge);
	struct sk_buff *trimmed, *skb;
	struct pppoe_hdr *pppoe;
	unsigned int len;
	struct ethhdr *eth;

	if (!in)
		return EMIT_GONE;

	trimmed = emit_trimmed(old, path->inner);
	if (!trimmed)
		return EMIT_FAILED;
	if (!emit_attach(net, trimmed, &path->conn)) {
		kfree_skb(trimmed);
		return EMIT_UNKNOWN;
	}
	skb = emit_build(net, trimmed);
	kfree_skb(trimmed);
	if (!skb)
		return EMIT_FAILED;

	/* The same tags inside, the addresses swapped, the outer tag beside. */
	len = skb->len;
	memcpy(skb_push(skb, path->inner), old->data, path->inner);
	if (path->pppoe) {
		/* From its header on, PPP's protocol included. */
		pppoe = (void *)(skb->data + path->inner - PPPOE_SES_HLEN);
		pppoe->length = htons(len + PPPOE_SES_HLEN - sizeof(*pppoe));
	}
	eth = skb_push(skb, ETH_HLEN);
	skb_reset_mac_header(skb);
	ether_addr_copy(eth->h_source, eth_hdr(old)->h_dest);
	ether_addr_copy(eth->h_dest, eth_hdr(old)->h_source);
	eth->h_proto = old->protocol;
	skb->protocol = old->protocol;
	skb_pull(skb, ETH_HLEN);
	if (path->vlan_proto)
		__vlan_hwaccel_put_tag(skb, path->vlan_proto, path->vlan_tci);

	br_forward(emit_bridge_port(in), skb, false, true);
	return EMIT_SENT;
}

/*
 * A RST is routed as if it came from the server, by the interface that the SYN
 * went out by: as the server's own would be. Where the server's answers would not
 * be let in there (a strict rp_filter), as one of the router's own.
 */
static bool emit_route_back(struct net *net, struct sk_buff *skb,
			    const struct sk_buff *old,
			    const struct emit_path *path)
{
	struct net_device *out = dev_get_by_index_rcu(net, path->oif);

	if (out && route_packet(net, skb, out, path->pf))
		return true;
	skb_dst_drop(skb);
	/* That of a packet at a hook may have no reference of its own. */
	skb_dst_copy(skb, old);
	if (path->pf == NFPROTO_IPV4)
		return !ip_route_me_harder(net, NULL, skb, RTN_UNSPEC);
	return !ip6_route_me_harder(net, NULL, skb);
}

static enum emit_result emit_reset_routed(struct net *net,
					  const struct sk_buff *old,
					  const struct emit_path *path)
{
	struct sk_buff *trimmed, *skb;
	int err;

	if (!skb_dst(old) || !dev_get_by_index_rcu(net, path->iif))
		return EMIT_GONE;
	trimmed = emit_trimmed(old, 0);
	if (!trimmed)
		return EMIT_FAILED;
	if (!emit_attach(net, trimmed, &path->conn)) {
		kfree_skb(trimmed);
		return EMIT_UNKNOWN;
	}
	skb = emit_build(net, trimmed);
	if (!skb) {
		kfree_skb(trimmed);
		return EMIT_FAILED;
	}
	skb->mark = path->pf == NFPROTO_IPV4 ?
		    IP4_REPLY_MARK(net, trimmed->mark) :
		    IP6_REPLY_MARK(net, trimmed->mark);
	nf_ct_attach(skb, trimmed);
	nf_ct_set_closing(skb_nfct(trimmed));
	kfree_skb(trimmed);
	if (!emit_route_back(net, skb, old, path)) {
		kfree_skb(skb);
		return EMIT_GONE;
	}
	if (path->pf == NFPROTO_IPV4)
		err = ip_local_out(net, NULL, skb);
	else
		err = ip6_local_out(net, NULL, skb);
	/* A rule may drop it on its way out, a device may not take it. */
	return net_xmit_eval(err) ? EMIT_FAILED : EMIT_SENT;
}

/**
 * emit_reset - answer a segment with a RST
 * @net: namespace
 * @skb: the segment, at the network header or, on a bridge, at the first of its
 *	inner VLAN tags or of PPPoE; stays the caller's
 * @path: how the segment came
 *
 * RFC 9293, 3.10.7.1: a SYN is answered by RST|ACK with SEQ 0 and ACK = ISN + 1
 * + data, a segment with ACK by a RST with SEQ = its ACK. SEQ 0 is outside the
 * window of any connection that got established behind our back, only a socket
 * in SYN-SENT takes it. An INIT is answered by an ABORT. Under RCU.
 *
 * A RST is a weapon. It is the answer to one segment that came by here, bears that
 * one's own numbers and goes back to where that came in, and it has three causes: the
 * timer's, for a SYN that is kept; and from a hook a first SYN to a destination that
 * is down (attempt.c), and a SYN-ACK that fits an attempt given up (handshake.c),
 * neither of which goes on then. One segment, one RST at most.
 */
enum emit_result emit_reset(struct net *net, const struct sk_buff *skb,
			    const struct emit_path *path)
{
	if (path->hook != NF_INET_FORWARD)
		return host_reset(net, skb, path);
	if (path->bridge)
		return emit_reset_bridged(net, skb, path);
	return emit_reset_routed(net, skb, path);
}
