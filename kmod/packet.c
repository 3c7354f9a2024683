// SPDX-License-Identifier: GPL-2.0
/*
 * The one parser, from the network header up to TCP, read-only and pure; SCTP is
 * in sctp.c.  What it can not read with certainty (fragments, truncated headers,
 * a routing header that is not used up) is %PACKET_OTHER, and such packets pass.
 */
#include "packet.h"
#include "sctp.h"
#include "view.h"

#define IPV4_HLEN	20
#define IPV4_FRAGMENT	0x3fff	/* more fragments, or an offset */
#define IPV6_HLEN	40
#define IPV6_EXTS	7	/* extension headers that we walk */
#define IPV4_OPT_END	0
#define IPV4_OPT_NOP	1
#define IPV4_OPT_LSRR	131
#define IPV4_OPT_SSRR	137
#define TCP_HLEN	20
#define TCP_QUOTE	8	/* ports and sequence number (RFC 792) */
#define ICMP_HLEN	8

#define TCP_FIN		0x01
#define TCP_SYN		0x02
#define TCP_RST		0x04
#define TCP_ACK		0x10

#define TCP_OPT_END	0
#define TCP_OPT_NOP	1
#define TCP_OPT_STAMPS	8
#define TCP_OPT_MD5	19
#define TCP_OPT_AO	29

#define V6_HOPOPTS	0
#define V6_ROUTING	43
#define V6_DSTOPTS	60
#define V6_ICMP		58

/* By halves, as it is copied: what was written in less takes a while to be read. */
static void map_v4(struct in6_addr *addr, const u8 *v4)
{
	put_unaligned_be64(0, addr->s6_addr);
	put_unaligned_be64(0xffffULL << 32 | get_unaligned_be32(v4),
			   addr->s6_addr + 8);
}

/* Fills in the ports and the sequence number, which even a quote has. */
static void read_ports(struct packet *pkt, const u8 *tcp)
{
	pkt->sport = htons(get_unaligned_be16(tcp));
	pkt->dport = htons(get_unaligned_be16(tcp + 2));
	pkt->seq = get_unaligned_be32(tcp + 4);
}

static void read_stamps(struct packet *pkt, const u8 *stamps)
{
	pkt->has_stamps = true;
	pkt->stamp = get_unaligned_be32(stamps);
	pkt->echo = get_unaligned_be32(stamps + 4);
}

/*
 * Are they as Linux sends them? The greatest size of a segment, SACK permitted,
 * timestamps, and after one that is none the window's scale.
 */
static bool options_are_usual(const u8 *opt, unsigned int len)
{
	return len == 20 && get_unaligned_be16(opt) == 0x0204 &&
	       get_unaligned_be32(opt + 4) == 0x0402080a &&
	       get_unaligned_be32(opt + 16) >> 8 == 0x010303;
}

/* Return: false if the options contradict themselves. */
static bool read_options(struct packet *pkt, const u8 *opt, unsigned int len)
{
	unsigned int size;

	if (options_are_usual(opt, len)) {
		read_stamps(pkt, opt + 8);
		return true;
	}
	while (len) {
		if (*opt == TCP_OPT_END)
			return true;
		size = 1;
		if (*opt != TCP_OPT_NOP) {
			if (len < 2 || opt[1] < 2 || opt[1] > len)
				return false;
			size = opt[1];
			if (*opt == TCP_OPT_MD5 || *opt == TCP_OPT_AO)
				pkt->is_signed = true;
			if (*opt == TCP_OPT_STAMPS && size == 10)
				read_stamps(pkt, opt + 2);
		}
		opt += size;
		len -= size;
	}
	return true;
}

static enum packet_kind parse_tcp(struct packet *pkt, struct view *view,
				  unsigned int off)
{
	const u8 *tcp = view->data + off;
	unsigned int hlen, flags;

	if (!view_has(view, off + TCP_HLEN))
		return PACKET_OTHER;

	hlen = (tcp[12] >> 4) * 4;
	if (hlen < TCP_HLEN || off + hlen > view->total)
		return PACKET_OTHER;

	read_ports(pkt, tcp);
	pkt->ack_seq = get_unaligned_be32(tcp + 8);
	pkt->payload = view->total - off - hlen;
	flags = tcp[13] & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK);
	pkt->ack = flags & TCP_ACK;

	switch (flags) {
	case TCP_SYN:
		if (!view_has(view, off + hlen) ||
		    !read_options(pkt, tcp + TCP_HLEN, hlen - TCP_HLEN))
			return PACKET_OTHER;
		return PACKET_SYN;
	case TCP_SYN | TCP_ACK:
		/* It is an answer, whatever its options are. */
		if (view_has(view, off + hlen) &&
		    !read_options(pkt, tcp + TCP_HLEN, hlen - TCP_HLEN))
			pkt->has_stamps = false;
		return view->need ? PACKET_OTHER : PACKET_SYNACK;
	case TCP_RST:
	case TCP_RST | TCP_ACK:
		return PACKET_RST;
	case TCP_ACK:
	case TCP_ACK | TCP_FIN:
		return PACKET_ACK;
	default:
		return PACKET_OTHER;
	}
}

/*
 * Walks IPv6 extension headers from @off on.
 * Return: the offset of the upper layer and its number in @nexthdr, or 0.
 */
static unsigned int skip_exts(struct view *view, unsigned int off, u8 *nexthdr)
{
	const u8 *ext;
	int i;

	for (i = 0; i <= IPV6_EXTS; i++) {
		switch (*nexthdr) {
		case V6_HOPOPTS:
		case V6_ROUTING:
		case V6_DSTOPTS:
			break;
		default:
			/* Fragment headers, too, end here: no TCP follows. */
			return off;
		}
		if (!view_has(view, off + 8))
			return 0;
		ext = view->data + off;
		/* The destination may be another while segments are left. */
		if (*nexthdr == V6_ROUTING && ext[3])
			return 0;
		*nexthdr = ext[0];
		off += (ext[1] + 1) * 8;
	}
	return 0;
}

/*
 * Which errors make a client in SYN_SENT give up (RFC 5461, RFC 1122 4.2.3.9),
 * and after which it tries again at once, with less (RFC 1191).
 */
static enum packet_kind icmp_kind(u8 type, u8 code)
{
	if (type == 3 && code == 4)
		return PACKET_ICMP_TOO_BIG;
	return type == 3 || type == 11 || type == 12 ? PACKET_ICMP_ERROR :
						       PACKET_OTHER;
}

static enum packet_kind icmp6_kind(u8 type)
{
	if (type == 2)
		return PACKET_ICMP_TOO_BIG;
	return type == 1 || type == 3 || type == 4 ? PACKET_ICMP_ERROR :
						     PACKET_OTHER;
}

/*
 * The same for a client of SCTP, which gives up only where there is none (RFC
 * 9260, appendix C, ICMP3, ICMP4 and ICMP8): to all else it turns a deaf ear, and
 * would wait in vain if we gave up first.
 */
static bool icmp_ends_association(u8 type, u8 code)
{
	return type == 3 && code == 2;
}

static bool icmp6_ends_association(u8 type, u8 code)
{
	return type == 4 && code == 1;
}

/* Fills in what the quoted packet has behind its IP header. */
static bool read_quote(struct packet *pkt, struct view *view, unsigned int off,
		       u8 proto, bool sctp)
{
	pkt->proto = proto;
	if (proto == IPPROTO_SCTP)
		return sctp && sctp_parse_quote(pkt, view, off);
	if (proto != IPPROTO_TCP || !view_has(view, off + TCP_QUOTE))
		return false;
	read_ports(pkt, view->data + off);
	return true;
}

static enum packet_kind parse_icmp(struct packet *pkt, struct view *view,
				   unsigned int off)
{
	const u8 *icmp = view->data + off, *ip = icmp + ICMP_HLEN;
	unsigned int hlen;

	/* No error is shorter than the header that it quotes. */
	if (!view_has(view, off + ICMP_HLEN + IPV4_HLEN) ||
	    icmp_kind(icmp[0], icmp[1]) == PACKET_OTHER)
		return PACKET_OTHER;

	hlen = (ip[0] & 15) * 4;
	if (ip[0] >> 4 != 4 || hlen < IPV4_HLEN ||
	    get_unaligned_be16(ip + 6) & IPV4_FRAGMENT ||
	    !read_quote(pkt, view, off + ICMP_HLEN + hlen, ip[9],
			icmp_ends_association(icmp[0], icmp[1])))
		return PACKET_OTHER;

	map_v4(&pkt->saddr, ip + 12);
	map_v4(&pkt->daddr, ip + 16);
	return icmp_kind(icmp[0], icmp[1]);
}

static enum packet_kind parse_icmp6(struct packet *pkt, struct view *view,
				    unsigned int off)
{
	const u8 *icmp = view->data + off, *ip = icmp + ICMP_HLEN;
	u8 nexthdr;

	if (!view_has(view, off + ICMP_HLEN + IPV6_HLEN) ||
	    icmp6_kind(icmp[0]) == PACKET_OTHER || ip[0] >> 4 != 6)
		return PACKET_OTHER;

	nexthdr = ip[6];
	off = skip_exts(view, off + ICMP_HLEN + IPV6_HLEN, &nexthdr);
	if (!off || !read_quote(pkt, view, off, nexthdr,
				icmp6_ends_association(icmp[0], icmp[1])))
		return PACKET_OTHER;

	memcpy(&pkt->saddr, ip + 8, 16);
	memcpy(&pkt->daddr, ip + 24, 16);
	return icmp6_kind(icmp[0]);
}

/*
 * Source routes (RFC 791): the destination may be another while hops are left,
 * and routers write into the option as they forward.
 */
static bool has_source_route(const u8 *opt, unsigned int len)
{
	while (len) {
		if (*opt == IPV4_OPT_END)
			return false;
		if (*opt == IPV4_OPT_LSRR || *opt == IPV4_OPT_SSRR)
			return true;
		if (*opt == IPV4_OPT_NOP) {
			opt++;
			len--;
			continue;
		}
		if (len < 2 || opt[1] < 2 || opt[1] > len)
			return true;	/* who knows */
		len -= opt[1];
		opt += opt[1];
	}
	return false;
}

static enum packet_kind parse_v4(struct packet *pkt, struct view *view)
{
	const u8 *ip = view->data;
	unsigned int hlen, total;

	if (!view_has(view, IPV4_HLEN))
		return PACKET_OTHER;

	hlen = (ip[0] & 15) * 4;
	total = get_unaligned_be16(ip + 2);
	if (ip[0] >> 4 != 4 || hlen < IPV4_HLEN || total < hlen ||
	    total > view->total || get_unaligned_be16(ip + 6) & IPV4_FRAGMENT)
		return PACKET_OTHER;

	/* Ethernet pads short frames: what counts is what IP says. */
	view->total = total;
	if (ip[9] == IPPROTO_ICMP)
		return parse_icmp(pkt, view, hlen);
	if (ip[9] != IPPROTO_TCP && ip[9] != IPPROTO_SCTP)
		return PACKET_OTHER;

	if (!view_has(view, hlen) ||
	    has_source_route(ip + IPV4_HLEN, hlen - IPV4_HLEN))
		return PACKET_OTHER;

	pkt->proto = ip[9];
	pkt->hops = ip[8];
	map_v4(&pkt->saddr, ip + 12);
	map_v4(&pkt->daddr, ip + 16);
	return pkt->proto == IPPROTO_TCP ? parse_tcp(pkt, view, hlen) :
					   sctp_parse(pkt, view, hlen);
}

static enum packet_kind parse_v6(struct packet *pkt, struct view *view)
{
	const u8 *ip = view->data;
	unsigned int off, total;
	u8 nexthdr;

	if (!view_has(view, IPV6_HLEN))
		return PACKET_OTHER;

	/* A length of 0 is a jumbogram's: no handshake. */
	total = IPV6_HLEN + get_unaligned_be16(ip + 4);
	if (ip[0] >> 4 != 6 || total == IPV6_HLEN || total > view->total)
		return PACKET_OTHER;

	view->total = total;
	nexthdr = ip[6];
	off = skip_exts(view, IPV6_HLEN, &nexthdr);
	if (!off)
		return PACKET_OTHER;
	if (nexthdr == V6_ICMP)
		return parse_icmp6(pkt, view, off);
	if (nexthdr != IPPROTO_TCP && nexthdr != IPPROTO_SCTP)
		return PACKET_OTHER;

	pkt->proto = nexthdr;
	pkt->hops = ip[7];
	memcpy(&pkt->saddr, ip + 8, 16);
	memcpy(&pkt->daddr, ip + 24, 16);
	return pkt->proto == IPPROTO_TCP ? parse_tcp(pkt, view, off) :
					   sctp_parse(pkt, view, off);
}

/*
 * What is behind an IP header without options, of @hlen bytes. Return: its
 * protocol, or 0 if the header is not so.
 */
static u8 plain_upper(__be16 proto, const u8 *data, unsigned int len,
		      unsigned int *hlen)
{
	if (proto == htons(ETH_P_IP) && len >= IPV4_HLEN && data[0] == 0x45) {
		*hlen = IPV4_HLEN;
		return data[9];
	}
	if (proto == htons(ETH_P_IPV6) && len >= IPV6_HLEN) {
		*hlen = IPV6_HLEN;
		return data[6];
	}
	return 0;
}

/**
 * packet_glance - tell the usual packet by a glance
 * @ends: where to put those of %PACKET_DATA or %PACKET_OPENING
 * @proto: its protocol, %ETH_P_IP or %ETH_P_IPV6 in network order
 * @data: its network header
 * @len: bytes at @data that can be read
 *
 * Return: see &enum packet_glance.
 */
enum packet_glance packet_glance(struct packet_ends *ends, __be16 proto,
				 const u8 *data, unsigned int len)
{
	unsigned int hlen = 0, flags;
	u8 upper = plain_upper(proto, data, len, &hlen);

	if (upper == IPPROTO_UDP)
		return PACKET_NOTHING;
	if (upper == IPPROTO_SCTP)
		return sctp_is_nothing(data + hlen, len - hlen) ?
			PACKET_NOTHING : PACKET_PERHAPS;
	if (upper != IPPROTO_TCP || len < hlen + TCP_HLEN)
		return PACKET_PERHAPS;
	flags = data[hlen + 13] & (TCP_SYN | TCP_RST | TCP_ACK);
	if (flags != TCP_SYN && flags & (TCP_SYN | TCP_RST))
		return PACKET_PERHAPS;
	ends->is_v4 = hlen == IPV4_HLEN;
	ends->addr = data + (ends->is_v4 ? 12 : 8);
	ends->port = data + hlen;
	/* What is no handshake, unless an ACK of the client's ends one, is data. */
	return flags == TCP_SYN ? PACKET_OPENING : PACKET_DATA;
}

/**
 * packet_plain_syn - is it a SYN of TCP, right behind an IP header without options?
 * @pkt: if so, its addresses, ports and protocol are set, and what the options say
 * @proto: its protocol, %ETH_P_IP or %ETH_P_IPV6 in network order
 * @data: its network header
 * @len: bytes at @data that can be read
 * @total: bytes from @data to the packet's end, at least @len
 *
 * Quicker than packet_parse(), and less is known then.
 *
 * Return: false if it is none, or one with a signature, or if that takes a closer look.
 */
bool packet_plain_syn(struct packet *pkt, __be16 proto, const u8 *data,
		      unsigned int len, unsigned int total)
{
	unsigned int hlen = 0, opts, whole;
	const u8 *tcp;

	if (plain_upper(proto, data, len, &hlen) != IPPROTO_TCP ||
	    len < hlen + TCP_HLEN)
		return false;
	tcp = data + hlen;
	opts = (tcp[12] >> 4) * 4;
	if ((tcp[13] & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK)) != TCP_SYN ||
	    opts < TCP_HLEN || len < hlen + opts)
		return false;
	opts -= TCP_HLEN;

	if (hlen == IPV4_HLEN) {
		whole = get_unaligned_be16(data + 2);
		if (get_unaligned_be16(data + 6) & IPV4_FRAGMENT)
			return false;
		map_v4(&pkt->saddr, data + 12);
		map_v4(&pkt->daddr, data + 16);
	} else {
		whole = IPV6_HLEN + get_unaligned_be16(data + 4);
		if (data[0] >> 4 != 6)
			return false;
		memcpy(&pkt->saddr, data + 8, 16);
		memcpy(&pkt->daddr, data + 24, 16);
	}
	if (whole < hlen + TCP_HLEN + opts || whole > total)
		return false;

	pkt->kind = PACKET_SYN;
	pkt->proto = IPPROTO_TCP;
	pkt->is_signed = false;
	pkt->has_stamps = false;
	read_ports(pkt, tcp);
	return read_options(pkt, tcp + TCP_HLEN, opts) && !pkt->is_signed;
}

/**
 * packet_parse - read a packet
 * @pkt: where to
 * @proto: its protocol, %ETH_P_IP or %ETH_P_IPV6 in network order
 * @data: its network header
 * @len: bytes at @data that can be read
 * @total: bytes from @data to the packet's end, at least @len
 *
 * Return: 0 if @pkt is filled in, else the number of bytes at @data, more than
 * @len and at most @total, without which it can not be.
 */
unsigned int packet_parse(struct packet *pkt, __be16 proto, const u8 *data,
			  unsigned int len, unsigned int total)
{
	struct view view = { .data = data, .len = len, .total = total };

	pkt->ack = false;
	pkt->is_signed = false;
	pkt->has_stamps = false;
	pkt->hops = 0;
	pkt->ack_seq = 0;
	pkt->payload = 0;
	pkt->stamp = 0;
	pkt->echo = 0;
	if (proto == htons(ETH_P_IP))
		pkt->kind = parse_v4(pkt, &view);
	else if (proto == htons(ETH_P_IPV6))
		pkt->kind = parse_v6(pkt, &view);
	else
		pkt->kind = PACKET_OTHER;
	return view.need;
}
