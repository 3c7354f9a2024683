/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_EMIT_H
#define SYNCOPATE_EMIT_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>

/**
 * struct emit_path - how a packet went on, and where its sender is
 * @okfn: what continues the packet behind the forward hook
 * @iif: interface index of where it came in
 * @oif: interface index of where it went out
 * @bridge: interface index of the bridge, 0 if routed
 * @cookie: validates an IPv6 route
 * @vlan_proto: of the tag of a frame back to @iif, 0 for none
 * @vlan_tci: that tag
 * @inner: bytes of further VLAN tags in front of the network header
 * @pf: %NFPROTO_BRIDGE, %NFPROTO_IPV4 or %NFPROTO_IPV6: the hook
 *
 * Devices are named by index and looked up when needed: a path holds none.
 */
struct emit_path {
	int (*okfn)(struct net *net, struct sock *sk, struct sk_buff *skb);
	int iif;
	int oif;
	int bridge;
	u32 cookie;
	__be16 vlan_proto;
	u16 vlan_tci;
	u8 inner;
	u8 pf;
};

/**
 * enum emit_result - what became of a packet of ours
 * @EMIT_SENT: on its way
 * @EMIT_FAILED: not sent this time
 * @EMIT_GONE: its way is no more
 */
enum emit_result {
	EMIT_SENT,
	EMIT_FAILED,
	EMIT_GONE,
};

/* Exported by the bridge, but declared only in a header of its own. */
struct net_bridge_port;
void br_forward(const struct net_bridge_port *to, struct sk_buff *skb,
		bool local_rcv, bool local_orig);

struct sk_buff *emit_keep(struct sk_buff *skb, const struct net_device *out);
bool emit_confirmed(const struct sk_buff *skb);
enum emit_result emit_syn(struct net *net, struct sk_buff *skb,
			  const struct emit_path *path);
enum emit_result emit_reset(struct net *net, const struct sk_buff *skb,
			    const struct emit_path *path);

#endif /* SYNCOPATE_EMIT_H */
