// SPDX-License-Identifier: GPL-2.0
/* Tests of sctp.c, as packet.c asks it: what is read, what is refused, and never beyond the end. */
#include "packet_test.h"

/*
 * What lksctp's client sends, and what its server answers: an INIT with two
 * addresses to come from, an INIT ACK (its cookie cut short) and the ABORT of a port
 * that no one listens to.
 */
static const u8 init[] = {
	0x9c, 0x40, 0x0b, 0x59, 0, 0, 0, 0, 0xf2, 0x1c, 0x66, 0x0d,
	1, 0, 0, 52, 0xde, 0xad, 0xbe, 0xef, 0, 1, 0xa0, 0, 0, 10, 0xff, 0xff,
	0x4d, 0x1b, 0x8d, 0x6f,
	0, 5, 0, 8, 10, 1, 0, 1, 0, 5, 0, 8, 10, 1, 0, 5,
	0, 12, 0, 6, 0, 5, 0, 0, 0x80, 0, 0, 4, 0xc0, 0, 0, 4,
};

static const u8 init_ack[] = {
	0x0b, 0x59, 0x9c, 0x40, 0xde, 0xad, 0xbe, 0xef, 0x3e, 0x35, 0x6e, 0x38,
	2, 0, 0, 36, 0x12, 0x34, 0x56, 0x78, 0, 1, 0xa0, 0, 0, 10, 0, 10,
	0xb8, 0x15, 0x31, 0x6e,
	0, 7, 0, 12, 1, 2, 3, 4, 5, 6, 7, 8, 0x80, 0, 0, 4,
};

static const u8 abort_chunk[] = {
	0x0b, 0x59, 0x9c, 0x40, 0xde, 0xad, 0xbe, 0xef, 0x93, 0x0c, 0x50, 0x0e,
	6, 0, 0, 4,
};

static struct packet parse_sctp(const u8 *data, unsigned int size, int six)
{
	unsigned int at;

	len = 0;
	at = six ? v6(IPPROTO_SCTP) : v4(20, IPPROTO_SCTP);
	put(data, size);
	if (six)
		v6_end(at);
	else
		v4_end(at);
	return parse();
}

/* Where SCTP is, and the chunk, in a packet of IPv4. */
#define SCTP 20
#define CHUNK 32

static enum packet_kind with(unsigned int at, u8 value)
{
	parse_sctp(init, sizeof(init), 0);
	buf[at] = value;
	return parse().kind;
}

static void test_init(void)
{
	struct packet pkt;
	int six;

	for (six = 0; six < 2; six++) {
		const char *name = six ? "IPv6" : "IPv4";

		pkt = parse_sctp(init, sizeof(init), six);
		check(pkt.kind == PACKET_SYN && pkt.proto == IPPROTO_SCTP &&
		      pkt.sport == htons(40000) && pkt.dport == htons(2905) &&
		      pkt.seq == 0xdeadbeef && !pkt.ack && !pkt.payload &&
		      !pkt.is_signed && !pkt.has_stamps, "SCTP, %s: an INIT", name);
		pkt = parse_sctp(init_ack, sizeof(init_ack), six);
		check(pkt.kind == PACKET_SYNACK && pkt.ack &&
		      pkt.ack_seq == 0xdeadbeef + 1 && pkt.seq == 0x12345678,
		      "SCTP, %s: an INIT ACK", name);
		pkt = parse_sctp(abort_chunk, sizeof(abort_chunk), six);
		check(pkt.kind == PACKET_RST && pkt.ack &&
		      pkt.ack_seq == 0xdeadbeef + 1, "SCTP, %s: an ABORT", name);
	}
	parse_sctp(abort_chunk, sizeof(abort_chunk), 0);
	buf[CHUNK + 1] = 1;
	pkt = parse();
	check(pkt.kind == PACKET_RST && !pkt.ack && pkt.seq == 0xdeadbeef,
	      "SCTP: an ABORT with the T bit has the sender's tag");
	buf[CHUNK] = 10;
	check(parse().kind == PACKET_ACK, "SCTP: a COOKIE ECHO");
	memset(buf + SCTP + 4, 0, 4);
	check(parse().kind == PACKET_OTHER, "SCTP: a COOKIE ECHO without a tag");
	buf[CHUNK] = 6;
	check(parse().kind == PACKET_OTHER, "SCTP: an ABORT without a tag");
	parse_sctp(init_ack, sizeof(init_ack), 0);
	memset(buf + SCTP + 4, 0, 4);
	check(parse().kind == PACKET_OTHER, "SCTP: an INIT ACK without a tag");

	check(with(SCTP + 7, 1) == PACKET_OTHER, "SCTP: an INIT with a tag in the header");
	parse_sctp(init, sizeof(init), 0);
	memset(buf + CHUNK + 4, 0, 4);
	check(parse().kind == PACKET_OTHER, "SCTP: an INIT with the tag 0");
	parse_sctp(init, sizeof(init), 0);
	memset(buf + SCTP, 0, 2);
	check(parse().kind == PACKET_OTHER, "SCTP: an INIT from port 0");
	parse_sctp(init, sizeof(init), 0);
	memset(buf + SCTP + 2, 0, 2);
	check(parse().kind == PACKET_OTHER, "SCTP: an INIT to port 0");
	check(with(CHUNK, 0) == PACKET_OTHER, "SCTP: DATA is nothing");
	check(with(CHUNK, 11) == PACKET_OTHER, "SCTP: a COOKIE ACK is nothing");
	check(with(CHUNK + 3, 19) == PACKET_OTHER, "SCTP: an INIT too short for one");
	check(with(CHUNK + 3, 53) == PACKET_OTHER, "SCTP: an INIT longer than it is");
	check(with(CHUNK + 3, 48) == PACKET_OTHER, "SCTP: an INIT before another chunk");
	check(with(CHUNK + 3, 49) == PACKET_SYN, "SCTP: an INIT with three bytes to fill");
	check(parse_sctp(init, 31, 0).kind == PACKET_OTHER, "SCTP: an INIT cut short");
	check(parse_sctp(init, 15, 0).kind == PACKET_OTHER, "SCTP: a header cut short");
	parse_sctp(init, sizeof(init), 0);
	check(glance() == PACKET_PERHAPS, "glance: an INIT is something");
	buf[CHUNK] = 0;
	check(glance() == PACKET_NOTHING, "glance: data of SCTP is nothing");
	buf[CHUNK] = 10;
	check(glance() == PACKET_PERHAPS, "glance: a COOKIE ECHO may be");
	len = CHUNK + 3;
	check(glance() == PACKET_PERHAPS, "glance: a header cut short may be");
}

/* An ICMP error that quotes so many bytes of an INIT. */
static struct packet quote_init(u8 type, u8 code, unsigned int quoted, int six)
{
	unsigned int at, icmp, inner;

	len = 0;
	at = six ? v6(58) : v4(20, IPPROTO_ICMP);
	icmp = len;
	zeros(8);
	buf[icmp] = type;
	buf[icmp + 1] = code;
	inner = six ? v6(IPPROTO_SCTP) : v4(20, IPPROTO_SCTP);
	put(init, sizeof(init));
	if (six) {
		v6_end(inner);
		len = inner + 40 + quoted;
		v6_end(at);
	} else {
		v4_end(inner);
		len = inner + 20 + quoted;
		v4_end(at);
	}
	return parse();
}

static void test_quoted_init(void)
{
	struct packet pkt = quote_init(3, 2, 20, 0);

	check(pkt.kind == PACKET_ICMP_ERROR && pkt.proto == IPPROTO_SCTP &&
	      pkt.sport == htons(40000) && pkt.dport == htons(2905) &&
	      pkt.seq == 0xdeadbeef,
	      "ICMP: the tag of an INIT");
	check(quote_init(3, 2, 19, 0).kind == PACKET_OTHER, "ICMP: 19 bytes of an INIT");
	check(quote_init(3, 1, 20, 0).kind == PACKET_OTHER,
	      "ICMP: no host is no end of an association");
	check(quote_init(3, 3, 20, 0).kind == PACKET_OTHER, "ICMP: no port is none");
	quote_init(3, 2, 20, 0);
	buf[48 + 7] = 1;
	check(parse().kind == PACKET_OTHER, "ICMP: a tag in the header");
	quote_init(3, 2, 20, 0);
	buf[48 + 12] = 2;
	check(parse().kind == PACKET_OTHER, "ICMP: quotes an INIT ACK");
	pkt = quote_init(4, 1, 20, 1);
	check(pkt.kind == PACKET_ICMP_ERROR && pkt.proto == IPPROTO_SCTP &&
	      pkt.seq == 0xdeadbeef, "ICMPv6: the tag of an INIT");
	check(quote_init(4, 1, 19, 1).kind == PACKET_OTHER, "ICMPv6: 19 bytes of an INIT");
	check(quote_init(4, 0, 20, 1).kind == PACKET_OTHER, "ICMPv6: another parameter");
	check(quote_init(1, 3, 20, 1).kind == PACKET_OTHER, "ICMPv6: no host");
}

static void test_damage(void)
{
	unsigned int i;

	srand(1);
	for (i = 0; i < 100000; i++) {
		if (i % 2)
			parse_sctp(init, sizeof(init), i & 8);
		else
			quote_init(i & 8 ? 4 : 3, i & 8 ? 1 : 2, 20, i & 8);
		damage();
	}
	check(1, "100000 damaged packets");
}

int main(void)
{
	test_init();
	test_quoted_init();
	test_damage();
	return check_done();
}
