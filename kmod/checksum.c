// SPDX-License-Identifier: GPL-2.0
/* The checksum of a packet, which nobody else asks for on a bridge. */
#include <linux/crc32c.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/sctp.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "checksum.h"

/*
 * That of SCTP (RFC 9260, 6.8): over the packet with zeroes in its place. The
 * kernel's own writes these into the packet, which others may look at.
 */
static bool crc_holds(const struct sk_buff *skb, unsigned int off,
		      unsigned int len)
{
	unsigned int at, n;
	__le32 sum = 0;
	u32 crc = ~0;
	u8 part[64];

	for (at = 0; at < len; at += n) {
		n = min_t(unsigned int, len - at, sizeof(part));
		if (skb_copy_bits(skb, off + at, part, n))
			return false;
		if (!at) {
			memcpy(&sum, part + offsetof(struct sctphdr, checksum),
			       sizeof(sum));
			memset(part + offsetof(struct sctphdr, checksum), 0,
			       sizeof(sum));
		}
		crc = crc32c(crc, part, n);
	}
	return sum == cpu_to_le32(~crc);
}

/**
 * checksum_holds - is the checksum of a TCP segment, or of SCTP, right?
 * @skb: where it is, its headers in the linear part
 * @off: and its network header; packet_parse() has read it
 *
 * By what the headers say and not by where the frame ends, which Ethernet may
 * have padded.
 *
 * Return: false if who receives it would drop it.
 */
bool checksum_holds(const struct sk_buff *skb, unsigned int off)
{
	const struct iphdr *ip = (const struct iphdr *)(skb->data + off);
	const struct ipv6hdr *ip6 = (const struct ipv6hdr *)ip;
	unsigned int len;
	__be16 frag_off;
	__wsum sum;
	u8 proto;
	int at;

	/* Left to the last device to complete, or looked at by the first. */
	if (skb->ip_summed == CHECKSUM_PARTIAL || skb_csum_unnecessary(skb))
		return true;

	if (ip->version == 4) {
		proto = ip->protocol;
		at = off + ip->ihl * 4;
		len = off + ntohs(ip->tot_len) - at;
	} else {
		proto = ip6->nexthdr;
		at = ipv6_skip_exthdr(skb, off + sizeof(*ip6), &proto,
				      &frag_off);
		if (at < 0)
			return false;
		len = off + sizeof(*ip6) + ntohs(ip6->payload_len) - at;
	}
	if (proto == IPPROTO_SCTP)
		return crc_holds(skb, at, len);
	sum = skb_checksum(skb, at, len, 0);
	if (ip->version == 4)
		return !csum_tcpudp_magic(ip->saddr, ip->daddr, len,
					  IPPROTO_TCP, sum);
	return !csum_ipv6_magic(&ip6->saddr, &ip6->daddr, len, IPPROTO_TCP,
				sum);
}
