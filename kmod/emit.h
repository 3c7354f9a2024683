/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_EMIT_H
#define SYNCOPATE_EMIT_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_zones.h>

/**
 * struct emit_conn - the conntrack entry of a packet, by name
 * @known: there is one
 * @ctinfo: how the packet relates to it
 * @zone: its zone
 * @tuple: of its original direction
 *
 * By name and not by reference: before it is confirmed an entry has one user
 * only (nfnetlink_queue drops a packet whose entry has two), and one that was
 * deleted meanwhile must not translate any more.
 */
struct emit_conn {
	bool known;
	enum ip_conntrack_info ctinfo;
	struct nf_conntrack_zone zone;
	struct nf_conntrack_tuple tuple;
};

/**
 * struct emit_path - how a packet went on, and where its sender is
 * @okfn: what continues the packet behind the forward hook
 * @iif: interface index of where it came in
 * @oif: interface index of where it went out
 * @bridge: interface index of the bridge, 0 if routed
 * @cookie: validates an IPv6 route
 * @hops: what is left of its TTL or hop limit: a copy that loops has less
 * @conn: its conntrack entry
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
	u8 hops;
	struct emit_conn conn;
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
 * @EMIT_UNKNOWN: conntrack knows its connection no more, or never did
 */
enum emit_result {
	EMIT_SENT,
	EMIT_FAILED,
	EMIT_GONE,
	EMIT_UNKNOWN,
};

/* Exported by the bridge, but declared only in a header of its own. */
struct net_bridge_port;
void br_forward(const struct net_bridge_port *to, struct sk_buff *skb,
		bool local_rcv, bool local_orig);

struct sk_buff *emit_keep(struct sk_buff *skb, const struct net_device *out,
			  struct emit_conn *conn);
bool emit_is_first(const struct sk_buff *skb);
enum emit_result emit_syn(struct net *net, struct sk_buff *skb,
			  const struct emit_path *path);
enum emit_result emit_reset(struct net *net, const struct sk_buff *skb,
			    const struct emit_path *path);

#endif /* SYNCOPATE_EMIT_H */
