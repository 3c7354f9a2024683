// SPDX-License-Identifier: GPL-2.0
/*
 * The hooks for connections that this machine itself opens.
 *
 * What a socket sends is seen last of all output hooks, translated as far as it
 * will be before it is routed.  An answer is seen before the input hooks translate
 * it back, so that both have the same addresses, but after the filters: what these
 * drop is no answer.
 *
 * connect() comes here with its socket locked, and with bottom halves on, while
 * a repeat of TCP's comes from a timer.  All that is called takes its locks with
 * bottom halves off, and no lock of ours is held where a socket's is taken.
 */
#include <linux/netdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/sock.h>

#include "compat.h"
#include "handshake.h"
#include "hook.h"
#include "host.h"
#include "main.h"
#include "segment.h"

/* Before IPVS and NAT. */
#define PRIORITY_IN	(NF_IP_PRI_NAT_SRC - 3)

/* Neither an ACK nor data is asked for here: a socket tells by its state. */
static bool is_nothing(const struct sk_buff *skb, unsigned int off)
{
	struct packet_ends ends __uninitialized;
	enum packet_glance glance;

	if (skb_headlen(skb) < off)
		return false;
	glance = packet_glance(&ends, skb->protocol, skb->data + off,
			       skb_headlen(skb) - off);
	return glance == PACKET_NOTHING || glance == PACKET_DATA;
}

static unsigned int segment_host(struct syncopate_net *sn, struct segment *seg,
				 const struct nf_hook_state *state)
{
	const struct net_device *dev = seg->in ?: seg->out;
	static const u16 vlan[FLOW_VLANS];

	seg->key.domain = hook_domain(dev, dev, 0);
	seg->path.okfn = state->okfn;
	seg->path.hops = seg->pkt.hops;
	seg->path.hook = state->hook;
	seg->from = flow_key_make(&seg->key, &seg->pkt, &seg->path, vlan);
	return handshake_event(sn, seg);
}

/*
 * The RST by which a client gets rid of what the server remembers of an older
 * connection; and the COOKIE ECHO, for an association has no state that tells.
 */
static bool ends_attempt(const struct packet *pkt)
{
	return pkt->kind == PACKET_RST ||
	       (pkt->kind == PACKET_ACK && pkt->proto == IPPROTO_SCTP);
}

/* A SYN, or what ends an attempt: all else sent here is a server's, or ours. */
static noinline unsigned int
segment_out(struct syncopate_net *sn, struct sk_buff *skb,
	    const struct nf_hook_state *state)
{
	struct segment seg = {
		.skb = skb,
		.out = state->out,
		.path.oif = state->out->ifindex,
		.path.pf = state->pf,
	};

	/*
	 * What a VRF routes passes twice: by the VRF and then by the interface,
	 * which is where it is translated.
	 */
	if (netif_is_l3_master(state->out))
		return NF_ACCEPT;
	if (!hook_read(sn, skb, skb_network_offset(skb),
		       skb->len - skb_network_offset(skb), skb->protocol,
		       &seg.pkt))
		return NF_ACCEPT;
	if (seg.pkt.kind == PACKET_SYN ? !host_path(state->net, skb, &seg.path) :
	    !ends_attempt(&seg.pkt) || !atomic_read(&sn->flow_count))
		return NF_ACCEPT;
	seg.path.cookie = hook_cookie(skb, state->pf);
	return segment_host(sn, &seg, state);
}

static unsigned int hook_out(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	struct syncopate_net *sn = syncopate_net(state->net);

	if (is_nothing(skb, skb_network_offset(skb)))
		return NF_ACCEPT;
	return segment_out(sn, skb, state);
}

static noinline unsigned int
segment_in(struct syncopate_net *sn, struct sk_buff *skb,
	   const struct nf_hook_state *state)
{
	struct segment seg = {
		.skb = skb,
		.in = state->in,
		.path.iif = state->in->ifindex,
		.path.pf = state->pf,
	};

	/* A RST of ours, see host_reset(), is no server's. */
	if (host_is_own(skb))
		return NF_ACCEPT;
	if (!hook_read(sn, skb, skb_network_offset(skb),
		       skb->len - skb_network_offset(skb), skb->protocol,
		       &seg.pkt) ||
	    seg.pkt.kind == PACKET_ACK)
		return NF_ACCEPT;
	return segment_host(sn, &seg, state);
}

static unsigned int hook_in(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	struct syncopate_net *sn = syncopate_net(state->net);

	/* Nothing begins here. */
	if (!atomic_read(&sn->flow_count) ||
	    is_nothing(skb, skb_network_offset(skb)))
		return NF_ACCEPT;
	return segment_in(sn, skb, state);
}

const struct nf_hook_ops hook_host[HOOK_HOST_NUM] = {
	{
		.hook = hook_out,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = NF_IP_PRI_LAST,
	},
	{
		.hook = hook_out,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = NF_IP6_PRI_LAST,
	},
	{
		.hook = hook_in,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = PRIORITY_IN,
	},
	{
		.hook = hook_in,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = PRIORITY_IN,
	},
};
