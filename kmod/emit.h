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
 * @zone: its zone; of what is forwarded known also where the rest is not
 * @tuple: of the packet's direction, if @known
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
 * @okfn: what continues the packet behind the hook
 * @iif: interface index of where it came in; where it was sent by a socket of
 *	this machine, of what that is bound to, 0 for nothing
 * @oif: interface index of where it went out
 * @bridge: interface index of the bridge, 0 if routed
 * @cookie: validates an IPv6 route
 * @hops: what is left of its TTL or hop limit: a copy that loops has less
 * @session: number of the PPPoE session, if @pppoe
 * @conn: its conntrack entry; of one sent by a socket the tuple is what that
 *	knows the connection by, whether there is an entry or not: conntrack looks
 *	before anything is translated. A rule that writes addresses anew even
 *	before it does (at the priority raw) has the socket not found and the
 *	attempt abandoned
 * @vlan_proto: of the tag of a frame back to @iif, 0 for none
 * @vlan_tci: that tag
 * @inner: bytes of further VLAN tags and of PPPoE in front of the network header
 * @pppoe: these end with a PPPoE session's
 * @pf: %NFPROTO_BRIDGE, %NFPROTO_IPV4 or %NFPROTO_IPV6: the hook
 * @hook: %NF_INET_FORWARD, also on a bridge; or %NF_INET_LOCAL_OUT or
 *	%NF_INET_LOCAL_IN, of a connection that this machine itself opens
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
	u16 session;
	struct emit_conn conn;
	__be16 vlan_proto;
	u16 vlan_tci;
	u8 inner;
	bool pppoe;
	u8 pf;
	u8 hook;
};

/**
 * enum emit_result - what became of a packet of ours
 * @EMIT_SENT: on its way: handed on to what sends it
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

/* There is none. Nothing else of @conn is set then, or read. */
static inline void emit_conn_none(struct emit_conn *conn)
{
	conn->known = false;
	conn->zone.id = 0;
	conn->zone.flags = 0;
	conn->zone.dir = 0;
	conn->tuple.dst.protonum = 0;
}

/* Exported by the bridge, but declared only in a header of its own. */
struct net_bridge_port;
void br_forward(const struct net_bridge_port *to, struct sk_buff *skb,
		bool local_rcv, bool local_orig);

bool emit_is_first(const struct sk_buff *skb);
bool emit_attach(struct net *net, struct sk_buff *skb,
		 const struct emit_conn *conn);
enum emit_result emit_syn(struct net *net, struct sk_buff *skb,
			  const struct emit_path *path);
enum emit_result emit_reset(struct net *net, const struct sk_buff *skb,
			    const struct emit_path *path);

#endif /* SYNCOPATE_EMIT_H */
