// SPDX-License-Identifier: GPL-2.0
/*
 * The Netfilter hooks: turn a packet into a segment of an attempt.
 *
 * They come last of all forward hooks.  What a firewall drops is never seen
 * here, and what is sent again from behind these hooks misses no one's.  Those for
 * connections of this machine's own are in hook-host.c.
 */
#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/if_vlan.h>
#include <linux/jhash.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/ip6_fib.h>
#include <net/l3mdev.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include "compat.h"
#include "encap.h"
#include "flow.h"
#include "handshake.h"
#include "hook.h"
#include "main.h"
#include "perturb.h"
#include "segment.h"
#include "shed.h"

/* No more is asked for than the packet has. Return: false without memory. */
static bool hook_pull(struct syncopate_net *sn, struct sk_buff *skb,
		      unsigned int len)
{
	if (pskb_may_pull(skb, len))
		return true;
	stats_inc_bh(sn, SYNCOPATE_A_STATS_NO_MEMORY);
	return false;
}

/**
 * hook_read - read a packet
 * @sn: namespace
 * @skb: it; what it takes is pulled into the linear part
 * @off: where its network header is
 * @total: bytes from there on that belong to it
 * @proto: its protocol
 * @pkt: where to
 *
 * Return: false if it is not for us.
 */
bool hook_read(struct syncopate_net *sn, struct sk_buff *skb, unsigned int off,
	       unsigned int total, __be16 proto, struct packet *pkt)
{
	unsigned int need, len;

	if (skb->len < off)
		return false;
	/* What is pulled may move: all is read anew, and nothing points to it after. */
	for (;;) {
		len = skb_headlen(skb) < off ? 0 : skb_headlen(skb) - off;
		need = packet_parse(pkt, proto, skb->data + off,
				    min(len, total), total);
		if (!need)
			break;
		if (!hook_pull(sn, skb, off + need))
			return false;
	}

	/*
	 * A SYN is never aggregated from several. One that claims to be (by a
	 * virtual machine's word) could not be copied as it is.
	 */
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

/* Reads what is around the packet. Return: false if that can not be. */
static bool read_encap(struct syncopate_net *sn, struct sk_buff *skb,
		       struct encap *encap)
{
	unsigned int need;

	while ((need = encap_parse(encap, skb->protocol, skb->data,
				   skb_headlen(skb), skb->len)))
		if (!hook_pull(sn, skb, need))
			return false;
	return encap->proto;
}

/*
 * What tells PPPoE sessions apart, the same in both directions: their number is
 * unique only between two MAC addresses (RFC 2516, 4).
 *
 * Two may have one code, by chance or because somebody picks his MAC address. Then
 * he is, for attempts with the same bridge, VLANs, addresses and ports, where anybody
 * is who is outside of sessions: to answer or to be believed he has to know the
 * attempt's number, and what is sent goes into the session of the SYN, whose bytes
 * it has.
 */
static u32 session_code(const struct encap *encap, const struct sk_buff *skb)
{
	const struct ethhdr *eth = eth_hdr(skb);
	unsigned int i;
	u8 both[ETH_ALEN];

	if (!encap->pppoe)
		return 0;
	for (i = 0; i < ETH_ALEN; i++)
		both[i] = eth->h_source[i] ^ eth->h_dest[i];
	return jhash(both, sizeof(both), encap->session) | 1;
}

/* What the packet at @off is at a glance. */
static enum packet_glance glance(const struct sk_buff *skb, unsigned int off,
				 struct packet_ends *ends)
{
	if (skb_headlen(skb) < off)
		return PACKET_PERHAPS;
	return packet_glance(ends, skb->protocol, skb->data + off,
			     skb_headlen(skb) - off);
}

/* The zone of conntrack, 0 for the one that there is without any. */
static u16 zone_of(const struct sk_buff *skb)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	return ct ? nf_ct_zone(ct)->id : 0;
}

/* Most devices are in none: they need no call to say so. */
static u32 vrf_of(const struct net_device *dev)
{
	return netif_is_l3_master(dev) || netif_is_l3_slave(dev) ?
	       l3mdev_master_ifindex_rcu(dev) : 0;
}

/**
 * hook_domain - what the addresses of a packet belong to, if not to a bridge
 * @in: where it came in; of this machine's own, where it passes
 * @out: where it goes out; likewise
 * @zone: its zone of conntrack
 *
 * The same addresses may be others' in another VRF, in another zone. The same in
 * both directions, also from one VRF into another. Both are rare: then, and only
 * then, it is no longer the 0 of a plain router. Under RCU.
 *
 * A hash without a secret will do: who sets up VRFs and zones is no attacker, and
 * where two of them come to the same by a chance of one in two billion, attempts with
 * the same addresses and ports are still told apart by their numbers.
 *
 * Return: for &struct flow_key.
 */
u32 hook_domain(const struct net_device *in, const struct net_device *out,
		u16 zone)
{
	u32 from = vrf_of(in), to = vrf_of(out);

	if (!from && !to && !zone)
		return 0;
	return jhash_3words(min(from, to), max(from, to), zone, 0) |
	       FLOW_DOMAIN_ROUTED;
}

/* The usual packet while there are attempts: it is of none of them. */
static noinline bool is_of_none_bridge(struct syncopate_net *sn,
				       const struct sk_buff *skb,
				       struct net_device *in,
				       const struct packet_ends *ends)
{
	const struct net_device *br;

	/* To find out the VLAN, if there may be one, takes more than a glance. */
	if (skb_vlan_tag_present(skb))
		return false;
	br = netdev_master_upper_dev_get_rcu(in);
	return br && !br_vlan_enabled(br) &&
	       !flow_may_be(sn, ends, br->ifindex);
}

static noinline bool is_of_none_inet(struct syncopate_net *sn,
				     const struct sk_buff *skb,
				     const struct nf_hook_state *state,
				     const struct packet_ends *ends)
{
	return !flow_may_be(sn, ends,
			    hook_domain(state->in, state->out, zone_of(skb)));
}

/* A segment that was read, and how it passes; what is not usual the caller adds. */
static void segment_describe(struct segment *seg, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	struct emit_path *path = &seg->path;

	seg->skb = skb;
	seg->in = state->in;
	seg->out = state->out;
	path->okfn = state->okfn;
	path->iif = state->in->ifindex;
	path->oif = state->out->ifindex;
	path->bridge = 0;
	path->cookie = 0;
	path->hops = seg->pkt.hops;
	path->session = 0;
	emit_conn_none(&path->conn);
	path->vlan_proto = 0;
	path->vlan_tci = 0;
	path->inner = 0;
	path->pppoe = false;
	path->pf = state->pf;
	path->hook = NF_INET_FORWARD;
}

/*
 * Apart from the hook, so that a packet that is nothing to us does not pay for
 * what it takes to describe one. That is two hundred bytes, each of which is set
 * once: kernels that clear what is on the stack need not do so here.
 */
static noinline unsigned int
segment_bridge(struct syncopate_net *sn, struct sk_buff *skb,
	       const struct nf_hook_state *state)
{
	struct segment seg __uninitialized;
	u16 vlan[FLOW_VLANS] = {};
	const struct net_device *br;
	struct encap encap;
	unsigned int i;

	if (!read_encap(sn, skb, &encap) ||
	    !hook_read(sn, skb, encap.len, encap.total, encap.proto, &seg.pkt))
		return NF_ACCEPT;
	/* The usual packet is not of a handshake, and there is none. */
	if (seg.pkt.kind == PACKET_ACK && !atomic_read(&sn->flow_count))
		return NF_ACCEPT;

	br = netdev_master_upper_dev_get_rcu(state->in);
	if (!br || is_multicast_ether_addr(eth_hdr(skb)->h_dest))
		return NF_ACCEPT;
	segment_describe(&seg, skb, state);
	seg.path.bridge = br->ifindex;
	seg.path.inner = encap.len;
	seg.path.pppoe = encap.pppoe;
	seg.path.session = encap.session;
	if (!outer_vlan(skb, br, state->in, state->out, &seg.path, vlan)) {
		if (seg.pkt.kind == PACKET_SYN)
			stats_inc_bh(sn, SYNCOPATE_A_STATS_NO_VLAN);
		return NF_ACCEPT;
	}
	for (i = 0; i < encap.tags; i++)
		vlan[i + 1] = vlan_code(encap.tag_proto[i], encap.tag[i]);
	seg.key.session = session_code(&encap, skb);
	seg.from = flow_key_make(&seg.key, &seg.pkt, &seg.path, vlan);
	return handshake_event(sn, &seg);
}

/* A bridged packet on br_netfilter's detour: the bridge hook sees it. */
static bool is_bridged(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	return nf_bridge_info_exists(skb) && nf_bridge_get_physoutdev(skb);
#else
	return false;
#endif
}

/* While there is no room for all: is it a SYN that passes unpaced in any case? */
static noinline bool is_shed_bridge(struct syncopate_net *sn,
				    const struct sk_buff *skb,
				    const struct nf_hook_state *state,
				    const struct packet_ends *ends)
{
	const struct net_device *br;

	if (skb_vlan_tag_present(skb))
		return false;
	br = netdev_master_upper_dev_get_rcu(state->in);
	return br && !br_vlan_enabled(br) &&
	       !is_multicast_ether_addr(eth_hdr(skb)->h_dest) &&
	       shed_syn(sn, skb, 0, ends, state->in, br->ifindex);
}

static noinline bool is_shed_inet(struct syncopate_net *sn,
				  const struct sk_buff *skb,
				  const struct nf_hook_state *state,
				  const struct packet_ends *ends)
{
	return !is_bridged(skb) &&
	       shed_syn(sn, skb, skb_network_offset(skb), ends, state->in,
			hook_domain(state->in, state->out, zone_of(skb)));
}

static unsigned int hook_bridge(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	struct syncopate_net *sn = syncopate_net(state->net);
	struct packet_ends ends __uninitialized;

	switch (glance(skb, 0, &ends)) {
	case PACKET_DATA:
		if (atomic_read(&sn->flow_count) &&
		    !is_of_none_bridge(sn, skb, state->in, &ends))
			break;
		return NF_ACCEPT;
	case PACKET_NOTHING:
		return NF_ACCEPT;
	case PACKET_OPENING:
		if (shed_is_on(sn) && is_shed_bridge(sn, skb, state, &ends))
			return NF_ACCEPT;
		break;
	case PACKET_PERHAPS:
		break;
	}
	return segment_bridge(sn, skb, state);
}

/**
 * hook_cookie - what validates a cached IPv6 route later, see dst_check()
 * @skb: the packet that has the route
 * @pf: the hook's family
 */
u32 hook_cookie(const struct sk_buff *skb, u8 pf)
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
	struct segment seg __uninitialized;
	static const u16 vlan[FLOW_VLANS];
	u16 zone;

	if (is_bridged(skb))
		return NF_ACCEPT;
	if (!hook_read(sn, skb, skb_network_offset(skb),
		       skb->len - skb_network_offset(skb), skb->protocol,
		       &seg.pkt))
		return NF_ACCEPT;
	if (seg.pkt.kind == PACKET_ACK && !atomic_read(&sn->flow_count))
		return NF_ACCEPT;

	zone = zone_of(skb);
	segment_describe(&seg, skb, state);
	seg.path.cookie = hook_cookie(skb, state->pf);
	seg.path.conn.zone.id = zone;
	seg.key.session = 0;
	seg.key.domain = hook_domain(state->in, state->out, zone);
	seg.from = flow_key_make(&seg.key, &seg.pkt, &seg.path, vlan);
	return handshake_event(sn, &seg);
}

static unsigned int hook_inet(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	struct syncopate_net *sn = syncopate_net(state->net);
	struct packet_ends ends __uninitialized;

	switch (glance(skb, skb_network_offset(skb), &ends)) {
	case PACKET_DATA:
		if (atomic_read(&sn->flow_count) &&
		    !is_of_none_inet(sn, skb, state, &ends))
			break;
		return NF_ACCEPT;
	case PACKET_NOTHING:
		return NF_ACCEPT;
	case PACKET_OPENING:
		if (shed_is_on(sn) && is_shed_inet(sn, skb, state, &ends))
			return NF_ACCEPT;
		break;
	case PACKET_PERHAPS:
		break;
	}
	return segment_inet(sn, skb, state);
}

static const struct nf_hook_ops forward_hooks[] = {
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

/* By SYNCOPATE_ON_*. */
static const struct {
	const struct nf_hook_ops *ops;
	unsigned int num;
} hooks[] = {
	[SYNCOPATE_ON_FORWARD] = { forward_hooks, ARRAY_SIZE(forward_hooks) },
	[SYNCOPATE_ON_HOST] = { hook_host, HOOK_HOST_NUM },
};

/**
 * hook_register - begin to see packets
 * @sn: namespace, its lock held, with a table
 * @on: bits (1 << SYNCOPATE_ON_...), of which connections
 *
 * Return: 0 or a negative error, and then all is as it was.
 */
int hook_register(struct syncopate_net *sn, unsigned int on)
{
	unsigned int i, begun = 0;
	int err = 0;

	lockdep_assert_held(&sn->lock);

	for (i = 0; i < ARRAY_SIZE(hooks) && !err; i++) {
		if (!(on & ~sn->hooked & BIT(i)))
			continue;
		err = nf_register_net_hooks(sn->net, hooks[i].ops, hooks[i].num);
		if (!err)
			begun |= BIT(i);
	}
	sn->hooked |= begun;
	if (err)
		hook_unregister(sn, begun);
	return err;
}

/**
 * hook_unregister - see packets no more
 * @sn: namespace, its lock held
 * @on: bits (1 << SYNCOPATE_ON_...) of @sn->hooked, of which connections
 *
 * May sleep. When it returns no packet is inside the hooks, and attempts, whose
 * answers would not be seen any more, are forgotten.
 */
void hook_unregister(struct syncopate_net *sn, unsigned int on)
{
	unsigned int i;

	lockdep_assert_held(&sn->lock);

	if (!on)
		return;
	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (on & BIT(i))
			nf_unregister_net_hooks(sn->net, hooks[i].ops,
						hooks[i].num);
	sn->hooked &= ~on;
	synchronize_net();
	perturb();
	flow_flush(sn, on, 0, 0);
}
