// SPDX-License-Identifier: GPL-2.0
/*
 * The Netfilter hooks: turn a packet into a segment of an attempt.
 *
 * They come last of all forward hooks.  What a firewall drops is never seen
 * here, and what is sent again from behind these hooks misses no one's.
 */
#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/ip6_fib.h>

#include "compat.h"
#include "handshake.h"
#include "hook.h"
#include "main.h"

/*
 * Reads the packet at @off, pulling into the linear part what it takes.
 * Return: false if it is not for us.
 */
static bool read_packet(struct sk_buff *skb, unsigned int off, __be16 proto,
			struct packet *pkt)
{
	unsigned int need;

	/*
	 * A SYN is never aggregated from several. One that claims to be (by a
	 * virtual machine's word) could not be copied as it is.
	 */
	if (skb->len < off)
		return false;
	while ((need = packet_parse(pkt, proto, skb->data + off,
				    skb_headlen(skb) < off ? 0 :
				    skb_headlen(skb) - off, skb->len - off)))
		if (!pskb_may_pull(skb, off + need))
			return false;

	if (pkt->kind == PACKET_SYN && skb_is_gso(skb))
		return false;
	return pkt->kind != PACKET_OTHER;
}

/* VID 0 is no VLAN: such a tag gives a priority only (802.1Q, 9.6). */
static u16 vlan_code(__be16 proto, u16 tci)
{
	if (!(tci & VLAN_VID_MASK))
		return 0;
	return FLOW_VLAN_TAG | (tci & VLAN_VID_MASK) |
	       (proto == htons(ETH_P_8021AD) ? FLOW_VLAN_AD : 0);
}

static bool untagged_on(const struct net_device *port, u16 vid)
{
	struct bridge_vlan_info info;

	return !br_vlan_get_info_rcu(port, vid, &info) &&
	       info.flags & BRIDGE_VLAN_INFO_UNTAGGED;
}

static bool member(const struct net_device *port, u16 vid)
{
	struct bridge_vlan_info info;

	return !br_vlan_get_info_rcu(port, vid, &info);
}

/*
 * The VLAN of a frame that a filtering bridge sends untagged. The tag that it
 * had inside the bridge is gone before the forward hook, but a VLAN that leaves
 * @out untagged and that @in is a member of must have been it; there is one but
 * on a port with several untagged VLANs, of which we know only the PVIDs.
 */
static bool stripped_vid(const struct net_device *in,
			 const struct net_device *out, u16 *vid)
{
	if (!br_vlan_get_pvid_rcu(out, vid) && untagged_on(out, *vid) &&
	    member(in, *vid))
		return true;
	return !br_vlan_get_pvid_rcu(in, vid) && untagged_on(out, *vid);
}

/*
 * Fills in the outer VLAN tag, in @vlan as part of the attempt's key and in
 * @path as a frame back to @in has it. With VLAN filtering the key has the
 * bridge's VLAN, which is the same for both directions, whatever the ports do.
 * Return: false if it can not be told.
 */
static bool outer_vlan(const struct sk_buff *skb, const struct net_device *br,
		       const struct net_device *in,
		       const struct net_device *out,
		       struct emit_path *path, u16 *vlan)
{
	bool tagged = skb_vlan_tag_present(skb);
	u16 proto, vid;

	if (!br_vlan_enabled(br)) {
		path->vlan_proto = tagged ? skb->vlan_proto : 0;
		path->vlan_tci = tagged ? skb_vlan_tag_get(skb) : 0;
		*vlan = tagged ? vlan_code(skb->vlan_proto,
					   skb_vlan_tag_get(skb)) : 0;
		return true;
	}

	if (br_vlan_get_proto(br, &proto))
		return false;
	if (tagged)
		vid = skb_vlan_tag_get_id(skb);
	else if (!stripped_vid(in, out, &vid))
		return false;

	path->vlan_proto = untagged_on(in, vid) ? 0 : htons(proto);
	path->vlan_tci = vid;
	if (tagged)
		path->vlan_tci |= skb_vlan_tag_get(skb) & VLAN_PRIO_MASK;
	*vlan = vlan_code(htons(proto), vid);
	return true;
}

/*
 * Walks the VLAN tags inside the frame.
 * Return: the bytes that they take, or -1 if there are too many.
 */
static int inner_vlans(struct sk_buff *skb, __be16 *proto, u16 *vlan)
{
	const struct vlan_hdr *tag;
	unsigned int n, off = 0;

	for (n = 0; eth_type_vlan(*proto); n++, off += VLAN_HLEN) {
		if (n == FLOW_VLANS - 1 || !pskb_may_pull(skb, off + VLAN_HLEN))
			return -1;
		tag = (const struct vlan_hdr *)(skb->data + off);
		vlan[n] = vlan_code(*proto, ntohs(tag->h_vlan_TCI));
		*proto = tag->h_vlan_encapsulated_proto;
	}
	return off;
}

/* The usual packet: no handshake, and none that it could end. */
static bool is_nothing(const struct syncopate_net *sn,
		       const struct sk_buff *skb, unsigned int off)
{
	return skb_headlen(skb) >= off &&
	       packet_is_nothing(skb->protocol, skb->data + off,
				 skb_headlen(skb) - off,
				 atomic_read(&sn->flow_count));
}

/*
 * Apart from the hook, so that a packet that is nothing to us does not pay for
 * what it takes to describe one.
 */
static noinline unsigned int
segment_bridge(struct syncopate_net *sn, struct sk_buff *skb,
	       const struct nf_hook_state *state)
{
	struct segment seg = { .skb = skb, .in = state->in, .out = state->out };
	u16 vlan[FLOW_VLANS] = {};
	const struct net_device *br;
	__be16 proto = skb->protocol;
	int inner;

	inner = inner_vlans(skb, &proto, vlan + 1);
	if (inner < 0 || !read_packet(skb, inner, proto, &seg.pkt))
		return NF_ACCEPT;
	/* The usual packet is not of a handshake, and there is none. */
	if (seg.pkt.kind == PACKET_ACK && !atomic_read(&sn->flow_count))
		return NF_ACCEPT;

	br = netdev_master_upper_dev_get_rcu(state->in);
	if (!br || is_multicast_ether_addr(eth_hdr(skb)->h_dest))
		return NF_ACCEPT;
	if (!outer_vlan(skb, br, state->in, state->out, &seg.path, vlan)) {
		if (seg.pkt.kind == PACKET_SYN)
			stats_inc(sn, SYNCOPATE_A_STATS_NO_VLAN);
		return NF_ACCEPT;
	}

	seg.path.okfn = state->okfn;
	seg.path.hops = seg.pkt.hops;
	seg.path.iif = state->in->ifindex;
	seg.path.oif = state->out->ifindex;
	seg.path.bridge = br->ifindex;
	seg.path.inner = inner;
	seg.path.pf = NFPROTO_BRIDGE;
	seg.from = flow_key_make(&seg.key, &seg.pkt, &seg.path, vlan);
	return handshake_event(sn, &seg);
}

static unsigned int hook_bridge(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	struct syncopate_net *sn = syncopate_net(state->net);

	if (is_nothing(sn, skb, 0))
		return NF_ACCEPT;
	return segment_bridge(sn, skb, state);
}

/* Validates a cached IPv6 route later, see dst_check(). */
static u32 route_cookie(const struct sk_buff *skb, u8 pf)
{
	const struct dst_entry *dst = skb_dst(skb);

	if (pf != NFPROTO_IPV6 || !dst)
		return 0;
	return rt6_get_cookie(container_of(dst, struct rt6_info, dst));
}

static noinline unsigned int
segment_inet(struct syncopate_net *sn, struct sk_buff *skb,
	     const struct nf_hook_state *state)
{
	struct segment seg = { .skb = skb, .in = state->in, .out = state->out };
	static const u16 vlan[FLOW_VLANS];

#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	/* A bridged packet on br_netfilter's detour: the bridge hook sees it. */
	if (nf_bridge_info_exists(skb) && nf_bridge_get_physoutdev(skb))
		return NF_ACCEPT;
#endif
	if (!read_packet(skb, skb_network_offset(skb), skb->protocol,
			 &seg.pkt))
		return NF_ACCEPT;
	if (seg.pkt.kind == PACKET_ACK && !atomic_read(&sn->flow_count))
		return NF_ACCEPT;

	seg.path.okfn = state->okfn;
	seg.path.hops = seg.pkt.hops;
	seg.path.iif = state->in->ifindex;
	seg.path.oif = state->out->ifindex;
	seg.path.cookie = route_cookie(skb, state->pf);
	seg.path.pf = state->pf;
	seg.from = flow_key_make(&seg.key, &seg.pkt, &seg.path, vlan);
	return handshake_event(sn, &seg);
}

static unsigned int hook_inet(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	struct syncopate_net *sn = syncopate_net(state->net);

	if (is_nothing(sn, skb, skb_network_offset(skb)))
		return NF_ACCEPT;
	return segment_inet(sn, skb, state);
}

static const struct nf_hook_ops hooks[] = {
	{
		.hook = hook_bridge,
		.pf = NFPROTO_BRIDGE,
		.hooknum = NF_BR_FORWARD,
		.priority = NF_BR_PRI_LAST,
	},
	{
		.hook = hook_inet,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_FORWARD,
		.priority = NF_IP_PRI_LAST,
	},
	{
		.hook = hook_inet,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_FORWARD,
		.priority = NF_IP6_PRI_LAST,
	},
};

/**
 * hook_register - begin to see packets
 * @sn: namespace, its lock held, with a policy and a table
 *
 * Return: 0 or a negative error.
 */
int hook_register(struct syncopate_net *sn)
{
	int err;

	lockdep_assert_held(&sn->lock);

	if (sn->hooked)
		return 0;
	err = nf_register_net_hooks(sn->net, hooks, ARRAY_SIZE(hooks));
	sn->hooked = !err;
	return err;
}

/**
 * hook_unregister - see packets no more
 * @sn: namespace, its lock held
 *
 * May sleep. When it returns no packet is inside the hooks, and attempts, whose
 * answers would not be seen any more, are forgotten.
 */
void hook_unregister(struct syncopate_net *sn)
{
	lockdep_assert_held(&sn->lock);

	if (!sn->hooked)
		return;
	nf_unregister_net_hooks(sn->net, hooks, ARRAY_SIZE(hooks));
	sn->hooked = false;
	synchronize_net();
	flow_flush(sn, 0, 0);
}
