// SPDX-License-Identifier: GPL-2.0
/* Looks routes up for packets that are sent on, or back, in others' names. */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <net/inet_dscp.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/l3mdev.h>
#include <net/route.h>
#include <net/xfrm.h>

#include "route.h"

static bool route_ipv4(struct sk_buff *skb)
{
	const struct iphdr *ip = ip_hdr(skb);

	/* Older kernels take the number itself, which is the same. */
	if (ip_route_input(skb, ip->daddr, ip->saddr,
			   inet_dsfield_to_dscp(ip->tos), skb->dev))
		return false;
	return skb_rtable(skb)->rt_type == RTN_UNICAST &&
	       xfrm4_route_forward(skb);
}

static bool route_ipv6(struct net *net, struct sk_buff *skb)
{
	const struct ipv6hdr *ip = ipv6_hdr(skb);
	struct flowi6 flow = {
		.flowi6_iif = skb->dev->ifindex,
		.flowi6_mark = skb->mark,
		.flowi6_proto = ip->nexthdr,
		.flowlabel = ip6_flowinfo(ip),
		.saddr = ip->saddr,
		.daddr = ip->daddr,
	};
	const struct rt6_info *route;
	struct dst_entry *dst;

	dst = ip6_route_input_lookup(net, skb->dev, &flow, skb,
				     RT6_LOOKUP_F_HAS_SADDR);
	skb_dst_set(skb, dst);
	route = container_of(dst, const struct rt6_info, dst);
	return !dst->error && !(route->rt6i_flags & (RTF_LOCAL | RTF_ANYCAST)) &&
	       xfrm6_route_forward(skb);
}

/**
 * route_packet - route a packet like one that came in
 * @net: namespace
 * @skb: the packet, at its network header; its route, if any, is replaced
 * @in: where it came in by, or would have
 * @pf: %NFPROTO_IPV4 or %NFPROTO_IPV6
 *
 * By all that a router goes by: rules about the interface of arrival and its
 * VRF, marks, addresses, IPsec policies. Under RCU.
 *
 * Return: true if it is to be forwarded.
 */
bool route_packet(struct net *net, struct sk_buff *skb, struct net_device *in,
		  u8 pf)
{
	skb_dst_drop(skb);
	/* What comes in by an interface in a VRF, comes in by the VRF. */
	skb->dev = l3mdev_master_dev_rcu(in) ?: in;
	return pf == NFPROTO_IPV4 ? route_ipv4(skb) : route_ipv6(net, skb);
}
