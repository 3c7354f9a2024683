// SPDX-License-Identifier: GPL-2.0
/*
 * The ABORT that answers an INIT, as a RST answers a SYN: what nf_reject does for
 * TCP it does not do for SCTP, but its IP headers are good for both.
 *
 * The ABORT has the tag of the INIT in its header and the T bit clear (RFC 9260,
 * 8.4 and 8.5.1), as if the server had sent it, and no cause.
 */
#include <linux/crc32c.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/sctp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>

#include "abort.h"

/**
 * struct init - what is read of an INIT
 * @sctp: the common header
 * @chunk: the chunk's header
 * @tag: the first of its members
 */
struct init {
	struct sctphdr sctp;
	struct sctp_chunkhdr chunk;
	__be32 tag;
};

/**
 * struct abort - all of the answer
 * @sctp: the common header
 * @chunk: the chunk, which is its header alone
 */
struct abort {
	struct sctphdr sctp;
	struct sctp_chunkhdr chunk;
};

#define HEADROOM	(LL_MAX_HEADER + sizeof(struct ipv6hdr))

/* Return: where the transport header of an IP packet is, or -1. */
static int transport(struct sk_buff *skb, u8 *proto)
{
	__be16 frag;

	if (skb->protocol == htons(ETH_P_IP)) {
		*proto = ip_hdr(skb)->protocol;
		return ip_hdrlen(skb);
	}
	*proto = ipv6_hdr(skb)->nexthdr;
	/* The usual case, and cheap to tell. */
	if (*proto == IPPROTO_TCP)
		return sizeof(struct ipv6hdr);
	return ipv6_skip_exthdr(skb, sizeof(struct ipv6hdr), proto, &frag);
}

/**
 * abort_is_for - is this to be answered by an ABORT?
 * @init: a packet that packet_parse() took for a SYN, at its network header
 */
bool abort_is_for(struct sk_buff *init)
{
	u8 proto;

	return transport(init, &proto) >= 0 && proto == IPPROTO_SCTP;
}

static bool abort_put(struct sk_buff *skb, struct sk_buff *old)
{
	const struct init *init;
	struct init copy;
	struct abort *abort;
	u8 proto;

	init = skb_header_pointer(old, transport(old, &proto), sizeof(copy),
				  &copy);
	if (!init)
		return false;

	skb_reset_transport_header(skb);
	abort = skb_put_zero(skb, sizeof(*abort));
	abort->sctp.source = init->sctp.dest;
	abort->sctp.dest = init->sctp.source;
	abort->sctp.vtag = init->tag;
	abort->chunk.type = SCTP_CID_ABORT;
	abort->chunk.length = htons(sizeof(abort->chunk));
	abort->sctp.checksum = cpu_to_le32(~crc32c(~0, abort, sizeof(*abort)));
	return true;
}

/**
 * abort_make - make the answer to an INIT
 * @net: namespace
 * @init: the INIT, at its network header
 *
 * Return: the ABORT, at its network header with room in front, or NULL.
 */
struct sk_buff *abort_make(struct net *net, struct sk_buff *init)
{
	struct sk_buff *skb = alloc_skb(HEADROOM + sizeof(struct abort),
					GFP_ATOMIC | __GFP_NOWARN);

	if (!skb)
		return NULL;
	skb_reserve(skb, LL_MAX_HEADER);
	if (init->protocol == htons(ETH_P_IP))
		nf_reject_iphdr_put(skb, init, IPPROTO_SCTP,
				    READ_ONCE(net->ipv4.sysctl_ip_default_ttl));
	else
		nf_reject_ip6hdr_put(skb, init, IPPROTO_SCTP,
				     READ_ONCE(net->ipv6.devconf_all->hop_limit));
	if (!abort_put(skb, init)) {
		kfree_skb(skb);
		return NULL;
	}
	if (skb->protocol == htons(ETH_P_IP)) {
		ip_hdr(skb)->tot_len = htons(skb->len);
		ip_send_check(ip_hdr(skb));
	} else {
		ipv6_hdr(skb)->payload_len = htons(sizeof(struct abort));
	}
	return skb;
}
