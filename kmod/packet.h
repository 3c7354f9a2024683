/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_PACKET_H
#define SYNCOPATE_PACKET_H

#include "pure.h"

/**
 * enum packet_kind - what a packet is to a handshake
 * @PACKET_OTHER: nothing to us, or not to be read with certainty
 * @PACKET_SYN: a SYN without ACK
 * @PACKET_SYNACK: a SYN with ACK
 * @PACKET_RST: a RST, with or without ACK
 * @PACKET_ACK: any other segment with an ACK
 * @PACKET_ICMP_ERROR: an ICMP or ICMPv6 error that ends a connection attempt
 *	and quotes a TCP segment or an INIT; protocol, addresses, ports and @seq
 *	are the quoted ones
 * @PACKET_ICMP_TOO_BIG: one that says that the segment that it quotes was too
 *	big, likewise
 *
 * The chunks of SCTP are told as the segments of TCP that they correspond to, see
 * sctp.c.
 */
enum packet_kind {
	PACKET_OTHER,
	PACKET_SYN,
	PACKET_SYNACK,
	PACKET_RST,
	PACKET_ACK,
	PACKET_ICMP_ERROR,
	PACKET_ICMP_TOO_BIG,
};

/**
 * struct packet - a parsed packet
 * @kind: see &enum packet_kind; nothing else is set for %PACKET_OTHER
 * @ack: the ACK bit is set, @ack_seq means something
 * @is_signed: a SYN with a TCP-MD5 (RFC 2385) or TCP-AO (RFC 5925) option
 * @has_stamps: a SYN or SYN-ACK with timestamps (RFC 7323)
 * @proto: %IPPROTO_TCP or %IPPROTO_SCTP
 * @hops: what is left of TTL or hop limit; not set for an error of ICMP
 * @saddr: source, an IPv4 address is mapped (::ffff:a.b.c.d)
 * @daddr: destination, likewise
 * @sport: source port
 * @dport: destination port
 * @seq: sequence number, host order
 * @ack_seq: acknowledgement number, host order
 * @payload: bytes of data behind the TCP header
 * @stamp: its timestamp
 * @echo: the timestamp that it echoes
 */
struct packet {
	enum packet_kind kind;
	bool ack;
	bool is_signed;
	bool has_stamps;
	u8 proto;
	u8 hops;
	struct in6_addr saddr;
	struct in6_addr daddr;
	__be16 sport;
	__be16 dport;
	u32 seq;
	u32 ack_seq;
	u32 payload;
	u32 stamp;
	u32 echo;
};

/**
 * enum packet_glance - what can be told of a packet by a glance
 * @PACKET_PERHAPS: nothing, packet_parse() has to look
 * @PACKET_OPENING: the same, but it seems to be a SYN: packet_plain_syn() may do
 * @PACKET_NOTHING: it surely is no segment of a handshake
 * @PACKET_DATA: it is a TCP segment that concerns no attempt but one between its
 *	ends, by its ACK
 */
enum packet_glance {
	PACKET_PERHAPS,
	PACKET_OPENING,
	PACKET_NOTHING,
	PACKET_DATA,
};

/**
 * struct packet_ends - where a segment comes from and goes to
 * @addr: source and destination address, one behind the other in the header
 * @port: source and destination port, likewise
 * @is_v4: the addresses are of IPv4
 */
struct packet_ends {
	const u8 *addr;
	const u8 *port;
	bool is_v4;
};

enum packet_glance packet_glance(struct packet_ends *ends, __be16 proto,
				 const u8 *data, unsigned int len);
bool packet_plain_syn(struct packet *pkt, __be16 proto, const u8 *data,
		      unsigned int len, unsigned int total);
unsigned int packet_parse(struct packet *pkt, __be16 proto, const u8 *data,
			  unsigned int len, unsigned int total);

#endif /* SYNCOPATE_PACKET_H */
