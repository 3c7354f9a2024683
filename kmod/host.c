// SPDX-License-Identifier: GPL-2.0
/*
 * Connections that this machine itself opens: their sockets, and how a SYN goes
 * on for one and a RST gets to it.
 *
 * No flow holds a socket.  That would keep the socket's namespace alive, for as
 * long as the longest interval; so it is looked up each time.  It is known by what
 * it calls the connection itself, before any rule of this machine's translated
 * that (a local DNAT).
 */
#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/tcp.h>
#include <net/dst.h>
#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>
#include <net/route.h>
#include <net/sock.h>

#include "abort.h"
#include "compat.h"
#include "host.h"

/* By this priority an ABORT of ours is known: what comes in has none. */
#define HOST_ABORT	0x53594e43

/*
 * SCTP's sockets have many associations, and those are no one's to look up but
 * its own. So nothing is known of its client but what it sends.
 */
static bool host_is_sctp(const struct emit_path *path)
{
	return path->conn.tuple.dst.protonum == IPPROTO_SCTP;
}

static bool host_path_sctp(const struct sock *sk, struct emit_path *path)
{
	/*
	 * Not one that sends packets of its own making. Nor one that takes only
	 * what comes in by an interface: an ABORT of ours does not.
	 */
	if (sk->sk_type == SOCK_RAW || sk->sk_bound_dev_if)
		return false;
	path->conn.tuple.dst.protonum = IPPROTO_SCTP;
	path->iif = 0;
	return true;
}

/*
 * A socket that listened before, and connects now, may be freed under RCU alone.
 * Of such a one the kernel keeps the reference that a packet brings along.
 */
static bool host_can_be_told(const struct sock *sk)
{
	return !sock_flag(sk, SOCK_RCU_FREE);
}

/**
 * host_path - note which socket sent a SYN
 * @net: namespace
 * @skb: the SYN, at the output hook
 * @path: its path; the hook's family is known
 *
 * Only a socket that waits for an answer has anything from a RST: not one that
 * sends packets of its own making, nor what sends in the name of others (a SYN
 * proxy, a copy that was duplicated). A SYN is sent under its socket's lock, but
 * may have waited in a queue since: then the state is that of a moment.
 *
 * Return: false if it is not the SYN of such a socket.
 */
bool host_path(struct net *net, const struct sk_buff *skb,
	       struct emit_path *path)
{
	struct nf_conntrack_tuple *tuple = &path->conn.tuple;
	const struct sock *sk = skb->sk;
	const struct inet_sock *inet;

	/* Through ipvlan comes what a socket of another namespace sends. */
	if (!sk || !sk_fullsock(sk) || !net_eq(sock_net(sk), net))
		return false;
	if (sk->sk_protocol == IPPROTO_SCTP)
		return host_path_sctp(sk, path);
	if (sk->sk_protocol != IPPROTO_TCP ||
	    inet_sk_state_load(sk) != TCP_SYN_SENT || !host_can_be_told(sk))
		return false;

	inet = inet_sk(sk);
	tuple->src.u.tcp.port = inet->inet_sport;
	tuple->dst.u.tcp.port = inet->inet_dport;
	if (path->pf == NFPROTO_IPV4) {
		tuple->src.u3.ip = inet->inet_rcv_saddr;
		tuple->dst.u3.ip = inet->inet_daddr;
	} else {
		tuple->src.u3.in6 = sk->sk_v6_rcv_saddr;
		tuple->dst.u3.in6 = sk->sk_v6_daddr;
	}
	path->iif = sk->sk_bound_dev_if;
	return true;
}

/* Return: the socket of an attempt in whatever state, a reference; or NULL. */
static struct sock *host_socket(struct net *net, const struct emit_path *path)
{
	const struct nf_conntrack_tuple *tuple = &path->conn.tuple;
	struct inet_hashinfo *hashinfo = net->ipv4.tcp_death_row.hashinfo;

	if (path->pf == NFPROTO_IPV4)
		return __inet_lookup_established(net, hashinfo,
						 tuple->dst.u3.ip,
						 tuple->dst.u.tcp.port,
						 tuple->src.u3.ip,
						 ntohs(tuple->src.u.tcp.port),
						 path->iif, 0);
	return __inet6_lookup_established(net, hashinfo, &tuple->dst.u3.in6,
					  tuple->dst.u.tcp.port,
					  &tuple->src.u3.in6,
					  ntohs(tuple->src.u.tcp.port),
					  path->iif, 0);
}

static enum host_client host_judge(const struct sock *sk)
{
	if (!sk)
		return HOST_GONE;
	switch (inet_sk_state_load(sk)) {
	case TCP_SYN_SENT:
		return HOST_WAITS;
	case TCP_CLOSE:
		return HOST_GONE;
	default:
		return HOST_CONNECTED;
	}
}

/**
 * host_client - does a socket still wait for its answer?
 * @net: namespace
 * @path: how its SYN went
 * @isn: the SYN's number
 *
 * A socket that is closed says nothing, nor does one whose connect() has timed
 * out: no SYN may be repeated for a client that is gone. Another may have its ports
 * since, one of those whose SYNs are not looked at (host_can_be_told()): as long as it
 * waits it is told by the number of its own. Under RCU.
 */
enum host_client host_client(struct net *net, const struct emit_path *path,
			     u32 isn)
{
	enum host_client client;
	struct sock *sk;

	if (host_is_sctp(path))
		return HOST_WAITS;
	sk = host_socket(net, path);
	client = host_judge(sk);
	if (client == HOST_WAITS && READ_ONCE(tcp_sk(sk)->snd_una) != isn)
		client = HOST_GONE;
	if (sk)
		sock_gen_put(sk);
	return client;
}

/* The socket, if it still waits, with a reference; or NULL. */
static struct sock *host_waiting(struct net *net, const struct emit_path *path)
{
	struct sock *sk = host_socket(net, path);

	if (host_judge(sk) == HOST_WAITS)
		return sk;
	if (sk)
		sock_gen_put(sk);
	return NULL;
}

/**
 * host_syn - send a SYN of this machine's own once more
 * @net: namespace
 * @skb: a clone of the kept SYN; consumed
 * @path: how the first SYN went
 *
 * It continues behind the output hooks, in the name of its socket again: what
 * cgroups, rules about users and packet schedulers make of the first SYN they
 * make of this one. Without that a program that may not send, by its cgroup, would
 * have us do it. An INIT goes in the name of none: see host_is_sctp().
 *
 * A route that is gone may come back, and takes nothing that the RST needs. Under
 * RCU, bottom halves off.
 */
enum emit_result host_syn(struct net *net, struct sk_buff *skb,
			  const struct emit_path *path)
{
	enum emit_result result = EMIT_FAILED;
	struct sock *sk = NULL;
	int err = 0;

	if (!host_is_sctp(path)) {
		sk = host_waiting(net, path);
		if (!sk)
			goto free;
	}
	if (!dst_check(skb_dst(skb), path->cookie))
		err = path->pf == NFPROTO_IPV4 ?
		      ip_route_me_harder(net, sk, skb, RTN_UNSPEC) :
		      ip6_route_me_harder(net, sk, skb);
	if (err)
		goto put;
	if (!emit_attach(net, skb, &path->conn)) {
		result = EMIT_UNKNOWN;
		goto put;
	}

	/*
	 * It comes from no device, as the first. One reference is the packet's,
	 * and ours holds for as long as it is sent.
	 */
	if (sk) {
		sock_hold(sk);
		skb->sk = sk;
		skb->destructor = sock_efree;
	}
	path->okfn(net, sk, skb);
	if (sk)
		sock_gen_put(sk);
	return EMIT_SENT;

put:
	if (sk)
		sock_gen_put(sk);
free:
	kfree_skb(skb);
	return result;
}

/**
 * host_is_own - was a packet made by host_reset()?
 * @skb: the packet, at the input hook
 */
bool host_is_own(const struct sk_buff *skb)
{
	return skb->dev->flags & IFF_LOOPBACK &&
	       (skb->priority == HOST_ABORT ||
		skb_sk_is_prefetched((struct sk_buff *)skb));
}

/*
 * The RST, in the server's name. It has all the hops that there are: a socket may
 * want to see that its peer is near (RFC 5082).
 */
static struct sk_buff *host_build_reset(struct net *net, struct sk_buff *old,
					u8 pf)
{
	struct sk_buff *skb;

	if (abort_is_for(old))
		return abort_make(net, old);
	if (pf == NFPROTO_IPV4) {
		skb = nf_reject_skb_v4_tcp_reset(net, old, NULL,
						 NF_INET_LOCAL_OUT);
		if (!skb)
			return NULL;
		ip_hdr(skb)->ttl = 255;
		ip_send_check(ip_hdr(skb));
		skb->protocol = htons(ETH_P_IP);
	} else {
		skb = nf_reject_skb_v6_tcp_reset(net, old, NULL,
						 NF_INET_LOCAL_OUT);
		if (!skb)
			return NULL;
		ipv6_hdr(skb)->hop_limit = 255;
		skb->protocol = htons(ETH_P_IPV6);
	}
	return skb;
}

/* A route to this machine itself. Return: false if the loopback device is down. */
static bool host_route(struct net *net, struct sk_buff *skb, u8 pf)
{
	struct flowi4 fl4 = { .daddr = htonl(INADDR_LOOPBACK) };
	struct flowi6 fl6 = { .daddr = IN6ADDR_LOOPBACK_INIT };
	struct dst_entry *dst;
	struct rtable *rt;

	if (pf == NFPROTO_IPV4) {
		rt = ip_route_output_key(net, &fl4);
		if (IS_ERR(rt))
			return false;
		skb_dst_set(skb, &rt->dst);
		return rt->rt_flags & RTCF_LOCAL;
	}
	dst = ip6_route_output(net, NULL, &fl6);
	skb_dst_set(skb, dst);
	return !dst->error &&
	       container_of(dst, struct rt6_info, dst)->rt6i_flags & RTF_LOCAL;
}

/**
 * host_reset - refuse a connection that this machine itself opens
 * @net: namespace
 * @old: its SYN, at the network header; stays the caller's
 * @path: how it went
 *
 * The RST comes in by the loopback device, as one that a rule of the output hook
 * makes (reject with tcp reset). But it knows its socket already, as one that was
 * looked up early does, and its route, which is not made of its addresses. So it
 * does not matter what interface or VRF the socket is bound to, or whether its
 * address is this machine's (a transparent proxy); which way answers ought to
 * come, by rp_filter or by the rules of routing; nor how far addresses were
 * translated. The input hooks see it, as related to its connection; ours knows it
 * by that socket. An ABORT is let in the same way, but SCTP looks its association
 * up by the addresses.
 *
 * Called from connect() it waits for the socket's lock in the backlog. Under RCU.
 */
enum emit_result host_reset(struct net *net, const struct sk_buff *old,
			    const struct emit_path *path)
{
	struct sk_buff *clone, *skb = NULL;
	struct sock *sk = NULL;

	if (!host_is_sctp(path)) {
		sk = host_waiting(net, path);
		if (!sk)
			return EMIT_FAILED;
		if (!host_can_be_told(sk))
			goto put;
	}
	clone = skb_clone((struct sk_buff *)old, GFP_ATOMIC | __GFP_NOWARN);
	if (!clone)
		goto put;
	skb = host_build_reset(net, clone, path->pf);
	if (!skb || !host_route(net, skb, path->pf))
		goto free;

	/* Not missed if it is gone: nothing has to be translated. */
	emit_attach(net, clone, &path->conn);
	nf_ct_attach(skb, clone);
	nf_ct_set_closing(skb_nfct(clone));
	kfree_skb(clone);

	/* Who captures there expects an Ethernet header, of zeroes. */
	skb->dev = net->loopback_dev;
	memset(skb_push(skb, ETH_HLEN), 0, ETH_HLEN);
	skb_reset_mac_header(skb);
	eth_hdr(skb)->h_proto = skb->protocol;
	skb_pull(skb, ETH_HLEN);
	if (sk) {
		skb->sk = sk;
		skb->destructor = sock_pfree;
	} else {
		skb->priority = HOST_ABORT;
	}
	return netif_rx(skb) == NET_RX_SUCCESS ? EMIT_SENT : EMIT_FAILED;

free:
	kfree_skb(skb);
	kfree_skb(clone);
put:
	if (sk)
		sock_gen_put(sk);
	return EMIT_FAILED;
}
