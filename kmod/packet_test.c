// SPDX-License-Identifier: GPL-2.0
/* Tests of packet.c: what is read, what is refused, and never beyond the end. */
#include "packet_test.h"

#define FIN 0x01
#define SYN 0x02
#define RST 0x04
#define PSH 0x08
#define ACK 0x10
#define ECE 0x40
#define CWR 0x80

static void be32_at(unsigned int at, u32 v)
{
	be16_at(at, v >> 16);
	be16_at(at + 2, v);
}

static void tcp(u8 flags, const void *opt, unsigned int opt_len)
{
	unsigned int at = len;

	zeros(20);
	be16_at(at, 40000);
	be16_at(at + 2, 5060);
	be32_at(at + 4, 0xdeadbeef);
	be32_at(at + 8, 0x12345678);
	buf[at + 12] = (20 + opt_len) / 4 << 4;
	buf[at + 13] = flags;
	put(opt, opt_len);
}

static struct packet parse_v4(u8 flags, const void *opt, unsigned int opt_len,
			      unsigned int payload)
{
	unsigned int at;

	len = 0;
	at = v4(20, IPPROTO_TCP);
	tcp(flags, opt, opt_len);
	zeros(payload);
	v4_end(at);
	return parse();
}

static int has_tuple(const struct packet *pkt)
{
	return pkt->sport == htons(40000) && pkt->dport == htons(5060) &&
	       pkt->seq == 0xdeadbeef;
}

static void test_kinds(void)
{
	static const struct {
		u8 flags;
		enum packet_kind kind;
	} kinds[] = {
		{ SYN, PACKET_SYN },
		{ SYN | ECE | CWR, PACKET_SYN },
		{ SYN | PSH, PACKET_SYN },
		{ SYN | ACK, PACKET_SYNACK },
		{ SYN | ACK | ECE, PACKET_SYNACK },
		{ RST, PACKET_RST },
		{ RST | ACK, PACKET_RST },
		{ ACK, PACKET_ACK },
		{ ACK | PSH, PACKET_ACK },
		{ ACK | FIN, PACKET_ACK },
		{ 0, PACKET_OTHER },
		{ FIN, PACKET_OTHER },
		{ SYN | FIN, PACKET_OTHER },
		{ SYN | RST, PACKET_OTHER },
		{ SYN | RST | ACK, PACKET_OTHER },
		{ RST | FIN, PACKET_OTHER },
	};
	struct packet pkt;
	unsigned int i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		pkt = parse_v4(kinds[i].flags, NULL, 0, 0);
		check(pkt.kind == kinds[i].kind, "flags 0x%02x are kind %u",
		      kinds[i].flags, kinds[i].kind);
	}
}

static void test_v4(void)
{
	struct packet pkt = parse_v4(SYN | ACK, NULL, 0, 7);
	unsigned int at;

	check(has_tuple(&pkt) && pkt.ack && pkt.ack_seq == 0x12345678 &&
	      pkt.payload == 7, "IPv4: ports, numbers and payload");
	check(!memcmp(pkt.saddr.s6_addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\x01", 16) &&
	      !memcmp(pkt.daddr.s6_addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\x02", 16),
	      "IPv4: addresses are mapped");

	parse_v4(SYN, NULL, 0, 0);
	zeros(6);
	pkt = parse();
	check(pkt.kind == PACKET_SYN && !pkt.payload,
	      "IPv4: Ethernet's padding is no payload");

	len = 0;
	at = v4(60, IPPROTO_TCP);
	tcp(SYN, NULL, 0);
	v4_end(at);
	pkt = parse();
	check(pkt.kind == PACKET_SYN && has_tuple(&pkt), "IPv4: options");
	check(pkt.hops == 64, "IPv4: hops");
	memcpy(buf + 20, "\x01\x00\x83\x03\x04", 5);
	check(parse().kind == PACKET_SYN,
	      "IPv4: nothing is read behind the end of options");
	buf[21] = 1;
	check(parse().kind == PACKET_OTHER, "IPv4: loose source route");
	buf[22] = 0x89;
	check(parse().kind == PACKET_OTHER, "IPv4: strict source route");
	buf[22] = 7;
	buf[23] = 41;
	check(parse().kind == PACKET_OTHER, "IPv4: option too long");

	parse_v4(SYN, NULL, 0, 0);
	be16_at(6, 0x4000);
	check(parse().kind == PACKET_SYN, "IPv4: don't fragment");
	be16_at(6, 0x2000);
	check(parse().kind == PACKET_OTHER, "IPv4: first fragment");
	be16_at(6, 0x0001);
	check(parse().kind == PACKET_OTHER, "IPv4: last fragment");

	parse_v4(SYN, NULL, 0, 0);
	buf[0] = 0x44;
	check(parse().kind == PACKET_OTHER, "IPv4: header length too small");
	parse_v4(SYN, NULL, 0, 0);
	be16_at(2, len + 1);
	check(parse().kind == PACKET_OTHER, "IPv4: longer than it is");
	parse_v4(SYN, NULL, 0, 0);
	be16_at(2, 19);
	check(parse().kind == PACKET_OTHER, "IPv4: shorter than its header");
	parse_v4(SYN, NULL, 0, 0);
	be16_at(2, 39);
	check(parse().kind == PACKET_OTHER, "IPv4: cut in the TCP header");
	parse_v4(SYN, NULL, 0, 0);
	buf[9] = 17;
	check(parse().kind == PACKET_OTHER, "IPv4: UDP");
	parse_v4(SYN, NULL, 0, 0);
	check(parse_as(ETH_P_ARP).kind == PACKET_OTHER, "not IP");
	check(parse_as(ETH_P_IPV6).kind == PACKET_OTHER, "IPv4 called IPv6");
}

static void test_tcp(void)
{
	static const u8 md5[] = { 1, 1, 19, 18, [19] = 0 };
	static const u8 ao[] = { 29, 16, [15] = 0 };
	static const u8 md5_after_end[] = { 0, 19, 2, 0 };
	static const u8 too_long[] = { 2, 5, 0, 0 };
	static const u8 too_short[] = { 2, 1, 0, 0 };
	static const u8 no_length[] = { 1, 1, 1, 2 };
	static const u8 linux_syn[] = { 2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1,
					0, 0, 0, 0, 1, 3, 3, 7 };
	struct packet pkt;

	pkt = parse_v4(SYN, linux_syn, sizeof(linux_syn), 0);
	check(pkt.kind == PACKET_SYN && !pkt.is_signed, "TCP: a usual SYN");
	pkt = parse_v4(SYN, md5, sizeof(md5), 0);
	check(pkt.kind == PACKET_SYN && pkt.is_signed, "TCP: MD5");
	pkt = parse_v4(SYN, ao, sizeof(ao), 0);
	check(pkt.kind == PACKET_SYN && pkt.is_signed, "TCP: AO");
	pkt = parse_v4(SYN, md5_after_end, sizeof(md5_after_end), 0);
	check(pkt.kind == PACKET_SYN && !pkt.is_signed,
	      "TCP: nothing is read behind the end of options");
	check(parse_v4(SYN, too_long, 4, 0).kind == PACKET_OTHER,
	      "TCP: option longer than the options");
	check(parse_v4(SYN, too_short, 4, 0).kind == PACKET_OTHER,
	      "TCP: option shorter than itself");
	check(parse_v4(SYN, no_length, 4, 0).kind == PACKET_OTHER,
	      "TCP: option without its length");

	parse_v4(SYN, NULL, 0, 0);
	buf[32] = 4 << 4;
	check(parse().kind == PACKET_OTHER, "TCP: data offset too small");
	buf[32] = 6 << 4;
	check(parse().kind == PACKET_OTHER, "TCP: data offset too large");
	pkt = parse_v4(SYN, NULL, 0, 100);
	check(pkt.kind == PACKET_SYN && pkt.payload == 100, "TCP: data in SYN");
}

static void test_stamps(void)
{
	static const u8 both[] = { 8, 10, 0x11, 0x22, 0x33, 0x44,
				   0x55, 0x66, 0x77, 0x88, 1, 1 };
	static const u8 late[] = { 2, 4, 5, 0xb4, 1, 1, 8, 10, 0, 0, 0, 1,
				   0, 0, 0, 2 };
	static const u8 short_one[] = { 8, 6, 0, 0, 0, 1, 1, 1 };
	static const u8 then_wrong[] = { 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 2, 9 };
	struct packet pkt;

	pkt = parse_v4(SYN, both, sizeof(both), 0);
	check(pkt.kind == PACKET_SYN && pkt.has_stamps &&
	      pkt.stamp == 0x11223344 && pkt.echo == 0x55667788,
	      "timestamps: of a SYN");
	pkt = parse_v4(SYN | ACK, late, sizeof(late), 0);
	check(pkt.kind == PACKET_SYNACK && pkt.has_stamps && pkt.stamp == 1 &&
	      pkt.echo == 2, "timestamps: of a SYN-ACK, behind others");
	pkt = parse_v4(SYN, NULL, 0, 0);
	check(pkt.kind == PACKET_SYN && !pkt.has_stamps, "timestamps: none");
	pkt = parse_v4(SYN | ACK, short_one, sizeof(short_one), 0);
	check(pkt.kind == PACKET_SYNACK && !pkt.has_stamps,
	      "timestamps: of another length are none");
	pkt = parse_v4(SYN | ACK, then_wrong, sizeof(then_wrong), 0);
	check(pkt.kind == PACKET_SYNACK && !pkt.has_stamps,
	      "timestamps: options that are wrong leave an answer an answer");
}

static void test_glance(void)
{
	unsigned int at;

	parse_v4(ACK, NULL, 0, 100);
	check(glance() == PACKET_DATA,
	      "glance: data is of an attempt between its ends, or of none");
	parse_v4(SYN, NULL, 0, 0);
	check(glance() == PACKET_OPENING, "glance: a SYN seems to be one");
	parse_v4(SYN | ACK, NULL, 0, 0);
	check(glance() == PACKET_PERHAPS, "glance: a SYN-ACK is");
	parse_v4(RST | ACK, NULL, 0, 0);
	check(glance() == PACKET_PERHAPS, "glance: a RST is");
	buf[9] = 17;
	check(glance() == PACKET_NOTHING, "glance: UDP is nothing");
	buf[9] = 1;
	check(glance() == PACKET_PERHAPS, "glance: ICMP may be");
	len = 0;
	at = v6(IPPROTO_TCP);
	tcp(ACK, NULL, 0);
	v6_end(at);
	check(glance() == PACKET_DATA, "glance: IPv6");
	buf[6] = 60;
	check(glance() == PACKET_PERHAPS,
	      "glance: an extension header takes a closer look");
}

/* As Linux sends them, and spoilt: as what is read one by one, behind four that are none. */
static void test_usual_options(void)
{
	static const u8 usual[] = { 2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1,
				    0, 0, 0, 2, 1, 3, 3, 7 };
	u8 behind[4 + sizeof(usual)] = { 1, 1, 1, 1 }, *options = behind + 4;
	unsigned int i, value, differ = 0;
	struct packet pkt, other;

	pkt = parse_v4(SYN, usual, sizeof(usual), 0);
	check(pkt.kind == PACKET_SYN && pkt.has_stamps && pkt.stamp == 1 &&
	      pkt.echo == 2 && !pkt.is_signed, "options: as Linux sends them");
	for (i = 0; i < sizeof(usual); i++) {
		for (value = 0; value < 256; value++) {
			memcpy(options, usual, sizeof(usual));
			options[i] = value;
			pkt = parse_v4(SYN, options, sizeof(usual), 0);
			other = parse_v4(SYN, behind, sizeof(behind), 0);
			differ += pkt.kind != other.kind ||
				  (pkt.kind == PACKET_SYN &&
				   (pkt.has_stamps != other.has_stamps ||
				    pkt.is_signed != other.is_signed ||
				    pkt.stamp != other.stamp ||
				    pkt.echo != other.echo));
		}
	}
	check(!differ, "options: nearly as Linux sends them: %u are misread",
	      differ);
}

static void test_v6(void)
{
	static const u8 exts[] = { 0, 43, 60 };
	struct packet pkt;
	unsigned int at, i;

	len = 0;
	at = v6(IPPROTO_TCP);
	tcp(SYN, NULL, 0);
	v6_end(at);
	pkt = parse();
	check(pkt.kind == PACKET_SYN && has_tuple(&pkt) &&
	      pkt.saddr.s6_addr[15] == 1 && pkt.daddr.s6_addr[15] == 2,
	      "IPv6: addresses and ports");
	be16_at(4, 0);
	check(parse().kind == PACKET_OTHER, "IPv6: jumbogram");
	be16_at(4, len - 40 + 1);
	check(parse().kind == PACKET_OTHER, "IPv6: longer than it is");

	for (i = 0; i < sizeof(exts); i++) {
		len = 0;
		at = v6(exts[i]);
		zeros(16);
		buf[40] = IPPROTO_TCP;
		buf[41] = 1;
		tcp(SYN, NULL, 0);
		v6_end(at);
		pkt = parse();
		check(pkt.kind == PACKET_SYN && has_tuple(&pkt),
		      "IPv6: extension header %u", exts[i]);
	}
	buf[6] = 43;
	buf[43] = 1;
	check(parse().kind == PACKET_OTHER, "IPv6: routing segments left");

	len = 0;
	at = v6(44);
	zeros(8);
	buf[40] = IPPROTO_TCP;
	tcp(SYN, NULL, 0);
	v6_end(at);
	check(parse().kind == PACKET_OTHER, "IPv6: fragment header");

	len = 0;
	at = v6(60);
	for (i = 0; i < 9; i++) {
		zeros(8);
		buf[len - 8] = i == 8 ? IPPROTO_TCP : 60;
	}
	tcp(SYN, NULL, 0);
	v6_end(at);
	check(parse().kind == PACKET_OTHER, "IPv6: too many headers");

	len = 0;
	at = v6(60);
	zeros(8);
	buf[40] = IPPROTO_TCP;
	buf[41] = 255;
	v6_end(at);
	check(parse().kind == PACKET_OTHER, "IPv6: header beyond the end");
}

/* An ICMP error that quotes a SYN's first bytes. */
static struct packet parse_icmp(u8 type, u8 code, unsigned int quoted)
{
	unsigned int at, icmp, inner;

	len = 0;
	at = v4(20, IPPROTO_ICMP);
	icmp = len;
	zeros(8);
	buf[icmp] = type;
	buf[icmp + 1] = code;
	inner = v4(20, IPPROTO_TCP);
	tcp(SYN, NULL, 0);
	v4_end(inner);
	buf[inner + 15] = 9;	/* another source than the error's */
	len = inner + 20 + quoted;
	v4_end(at);
	return parse();
}

static struct packet parse_icmp6(u8 type, unsigned int quoted)
{
	unsigned int at, inner;

	len = 0;
	at = v6(58);
	zeros(8);
	buf[40] = type;
	inner = v6(60);
	zeros(8);
	buf[inner + 40] = IPPROTO_TCP;
	tcp(SYN, NULL, 0);
	v6_end(inner);
	buf[inner + 23] = 9;
	len = inner + 48 + quoted;
	v6_end(at);
	return parse();
}

static void test_icmp(void)
{
	struct packet pkt = parse_icmp(3, 1, 8);

	check(pkt.kind == PACKET_ICMP_ERROR && has_tuple(&pkt) &&
	      pkt.saddr.s6_addr[15] == 9,
	      "ICMP: the quoted tuple, of 8 bytes of TCP");
	check(parse_icmp(3, 1, 7).kind == PACKET_OTHER, "ICMP: 7 bytes");
	check(parse_icmp(3, 3, 20).kind == PACKET_ICMP_ERROR, "ICMP: port");
	check(parse_icmp(3, 4, 20).kind == PACKET_ICMP_TOO_BIG,
	      "ICMP: fragmentation needed is no end");
	check(parse_icmp(11, 0, 20).kind == PACKET_ICMP_ERROR, "ICMP: time");
	check(parse_icmp(12, 0, 20).kind == PACKET_ICMP_ERROR,
	      "ICMP: parameter");
	check(parse_icmp(5, 1, 20).kind == PACKET_OTHER, "ICMP: redirect");
	check(parse_icmp(8, 0, 20).kind == PACKET_OTHER, "ICMP: echo");
	parse_icmp(3, 1, 8);
	buf[28 + 9] = 17;
	check(parse().kind == PACKET_OTHER, "ICMP: quotes UDP");
	parse_icmp(3, 1, 8);
	be16_at(28 + 6, 1);
	check(parse().kind == PACKET_OTHER, "ICMP: quotes a fragment");
	parse_icmp(3, 1, 8);
	buf[28] = 0x4f;
	check(parse().kind == PACKET_OTHER, "ICMP: quoted header too long");

	pkt = parse_icmp6(1, 8);
	check(pkt.kind == PACKET_ICMP_ERROR && has_tuple(&pkt) &&
	      pkt.saddr.s6_addr[15] == 9, "ICMPv6: the quoted tuple");
	check(parse_icmp6(1, 7).kind == PACKET_OTHER, "ICMPv6: 7 bytes");
	check(parse_icmp6(2, 20).kind == PACKET_ICMP_TOO_BIG,
	      "ICMPv6: packet too big is no end");
	check(parse_icmp6(3, 20).kind == PACKET_ICMP_ERROR, "ICMPv6: time");
	check(parse_icmp6(4, 20).kind == PACKET_ICMP_ERROR,
	      "ICMPv6: parameter");
	check(parse_icmp6(135, 20).kind == PACKET_OTHER,
	      "ICMPv6: neighbour solicitation");
}

/* Damages good packets at random; only the sanitizers and parse() judge. */
static void test_damage(void)
{
	unsigned int i, j;

	srand(1);
	for (i = 0; i < 200000; i++) {
		switch (i % 4) {
		case 0:
			parse_v4(i & 4 ? SYN : SYN | ACK,
				 "\2\4\5\xb4\1\1\10\12\0\0\0\1\0\0\0\2", 16,
				 i % 64);
			break;
		case 1:
			parse_icmp(3, 1, 20);
			break;
		case 2:
			parse_icmp6(1, 20);
			break;
		default:
			len = 0;
			j = v6(0);
			zeros(8);
			buf[40] = IPPROTO_TCP;
			tcp(SYN, "\2\4\5\xb4", 4);
			v6_end(j);
		}
		damage();
	}
	check(1, "200000 damaged packets");
}

static void test_plain_syn(void)
{
	static const u8 mss[] = { 2, 4, 5, 0xb4 };
	static const u8 md5[] = { 1, 1, 19, 18, [19] = 0 };
	static const u8 too_long[] = { 2, 5, 0, 0 };
	unsigned int at;

	parse_v4(SYN, NULL, 0, 0);
	check(is_plain_syn(), "plain SYN: without options");
	parse_v4(SYN | 0xc0, mss, sizeof(mss), 100);
	check(is_plain_syn(), "plain SYN: with one, with data and ECN");
	zeros(6);
	check(is_plain_syn(), "plain SYN: in a frame that is padded");
	parse_v4(SYN, md5, sizeof(md5), 0);
	check(!is_plain_syn(), "plain SYN: none with a signature");
	parse_v4(SYN, too_long, sizeof(too_long), 0);
	check(!is_plain_syn(), "plain SYN: none whose options are wrong");
	parse_v4(SYN | ACK, NULL, 0, 0);
	check(!is_plain_syn(), "plain SYN: no SYN-ACK");
	parse_v4(SYN | 1, NULL, 0, 0);
	check(!is_plain_syn(), "plain SYN: none with FIN");
	parse_v4(SYN, NULL, 0, 0);
	buf[6] = 0x20;
	check(!is_plain_syn(), "plain SYN: no fragment");
	buf[6] = 0x40;
	check(is_plain_syn(), "plain SYN: not to be fragmented");
	be16_at(2, 39);
	check(!is_plain_syn(), "plain SYN: none that IP cuts off");
	be16_at(2, 41);
	check(!is_plain_syn(), "plain SYN: none that is cut off");

	len = 0;
	at = v4(24, IPPROTO_TCP);
	tcp(SYN, NULL, 0);
	v4_end(at);
	check(!is_plain_syn(), "plain SYN: none with options of IP");
	len = 0;
	at = v6(IPPROTO_TCP);
	tcp(SYN, mss, sizeof(mss));
	v6_end(at);
	check(is_plain_syn(), "plain SYN: IPv6");
	be16_at(4, 0);
	check(!is_plain_syn(), "plain SYN: no jumbogram");
}

int main(void)
{
	test_kinds();
	test_v4();
	test_tcp();
	test_stamps();
	test_usual_options();
	test_glance();
	test_plain_syn();
	test_v6();
	test_icmp();
	test_damage();
	return check_done();
}
