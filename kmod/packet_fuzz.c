// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing of packet.c.  An input is an Ethernet frame without its addresses:
 * VLAN tags, protocol, network header.  What the parser makes of it has to
 * agree with a second reader, which has the whole packet before it and takes no
 * care to be fast.
 */
#include <sanitizer/asan_interface.h>

#include "fuzz.h"
#include "packet.h"

#define TAGS	4	/* as many as the bridge's hook takes */
#define CUTS	256	/* every length up to this is tried */

/* The packet as the second reader has it. */
static const u8 *whole;
static unsigned int whole_len;

static unsigned int be(unsigned int at, unsigned int bytes)
{
	unsigned int value = 0;

	for (must(at + bytes <= whole_len, "the second reader strays"); bytes;
	     bytes--)
		value = value << 8 | whole[at++];
	return value;
}

/* Copies an address of @bytes; one of IPv4 is mapped. */
static struct in6_addr address(unsigned int at, unsigned int bytes)
{
	struct in6_addr addr = { .s6_addr = { [10] = 0xff, 0xff } };

	be(at, bytes);
	memcpy(addr.s6_addr + 16 - bytes, whole + at, bytes);
	return addr;
}

static void second_ports(struct packet *pkt, unsigned int at)
{
	pkt->sport = htons(be(at, 2));
	pkt->dport = htons(be(at + 2, 2));
	pkt->seq = be(at + 4, 4);
}

/* Where the option after that at @at is, 0 if they end or are wrong. */
static unsigned int next_option(unsigned int at, unsigned int end, bool *wrong)
{
	unsigned int size;

	if (be(at, 1) == 1)
		return at + 1 < end ? at + 1 : 0;
	size = at + 1 < end ? be(at + 1, 1) : 0;
	*wrong = size < 2 || at + size > end;
	return *wrong || at + size == end ? 0 : at + size;
}

static enum packet_kind second_tcp(struct packet *pkt, unsigned int at)
{
	unsigned int hlen, flags, opt, end, kind;
	bool wrong = false;

	if (at + 20 > whole_len)
		return PACKET_OTHER;
	hlen = be(at + 12, 1) / 16 * 4;
	end = at + hlen;
	if (hlen < 20 || end > whole_len)
		return PACKET_OTHER;

	second_ports(pkt, at);
	pkt->ack_seq = be(at + 8, 4);
	pkt->payload = whole_len - end;
	for (opt = hlen > 20 ? at + 20 : 0; opt && be(opt, 1);
	     opt = next_option(opt, end, &wrong)) {
		kind = be(opt, 1);
		if (kind == 19 || kind == 29)
			pkt->is_signed = true;
		if (kind == 8 && opt + 10 <= end && be(opt + 1, 1) == 10) {
			pkt->has_stamps = true;
			pkt->stamp = be(opt + 2, 4);
			pkt->echo = be(opt + 6, 4);
		}
	}

	flags = be(at + 13, 1) & 0x17;		/* ACK RST SYN FIN */
	pkt->ack = flags & 0x10;
	if (flags == 0x02)
		return wrong ? PACKET_OTHER : PACKET_SYN;
	if (flags == 0x12) {
		pkt->has_stamps &= !wrong;
		return PACKET_SYNACK;
	}
	pkt->is_signed = false;
	pkt->has_stamps = false;
	if (flags == 0x04 || flags == 0x14)
		return PACKET_RST;
	return flags == 0x10 || flags == 0x11 ? PACKET_ACK : PACKET_OTHER;
}

/* Does an INIT or INIT ACK that begins at @at end with the packet? */
static bool is_alone(unsigned int at)
{
	unsigned int end;

	if (at + 32 > whole_len || !be(at, 2) || !be(at + 2, 2) || !be(at + 16, 4))
		return false;
	end = at + 12 + be(at + 14, 2);
	return be(at + 14, 2) >= 20 && end <= whole_len && whole_len - end < 4;
}

static enum packet_kind second_sctp(struct packet *pkt, unsigned int at)
{
	unsigned int tag;

	if (at + 16 > whole_len)
		return PACKET_OTHER;
	pkt->sport = htons(be(at, 2));
	pkt->dport = htons(be(at + 2, 2));
	tag = be(at + 4, 4);
	pkt->ack = tag;
	pkt->ack_seq = tag + 1;
	switch (be(at + 12, 1)) {
	case 1:
	case 2:
		if (!tag != (be(at + 12, 1) == 1) || !is_alone(at))
			return PACKET_OTHER;
		pkt->seq = be(at + 16, 4);
		return tag ? PACKET_SYNACK : PACKET_SYN;
	case 6:
		if (be(at + 13, 1) % 2) {
			pkt->ack = false;
			pkt->seq = tag;
		}
		return tag ? PACKET_RST : PACKET_OTHER;
	case 10:
		return tag ? PACKET_ACK : PACKET_OTHER;
	default:
		return PACKET_OTHER;
	}
}

/* What an error quotes from @at on, of which protocol, and is it an end for SCTP? */
static bool second_quote(struct packet *pkt, unsigned int at, unsigned int proto, bool end)
{
	pkt->proto = proto;
	if (proto == 132) {
		if (!end || at + 20 > whole_len || be(at + 4, 4) || be(at + 12, 1) != 1)
			return false;
		pkt->sport = htons(be(at, 2));
		pkt->dport = htons(be(at + 2, 2));
		pkt->seq = be(at + 16, 4);
		return true;
	}
	if (proto != 6 || at + 8 > whole_len)
		return false;
	second_ports(pkt, at);
	return true;
}

/* An IPv4 header that says it is one, has no fragment behind it, and ends. */
static bool is_v4(unsigned int at)
{
	return at + 20 <= whole_len && be(at, 1) / 16 == 4 &&
	       be(at, 1) % 16 >= 5 && !(be(at + 6, 2) & 0x3fff);
}

static bool is_routed(unsigned int at, unsigned int end)
{
	bool wrong = false;

	for (; at && at < end && be(at, 1); at = next_option(at, end, &wrong))
		if (be(at, 1) == 131 || be(at, 1) == 137)
			return true;
	return wrong;
}

/* Where the upper layer is, behind up to 7 extension headers; 0 if nowhere. */
static unsigned int upper(unsigned int at, unsigned int *proto)
{
	int left = 7;

	while (*proto == 0 || *proto == 43 || *proto == 60) {
		if (!left-- || at + 8 > whole_len ||
		    (*proto == 43 && be(at + 3, 1)))
			return 0;
		*proto = be(at, 1);
		at += 8 + 8 * be(at + 1, 1);
	}
	return at;
}

static enum packet_kind second_icmp(struct packet *pkt, unsigned int at)
{
	enum packet_kind kind = PACKET_ICMP_ERROR;
	unsigned int ip = at + 8, tcp;

	if (!is_v4(ip))
		return PACKET_OTHER;
	tcp = ip + be(ip, 1) % 16 * 4;
	switch (be(at, 1)) {
	case 3:
		if (be(at + 1, 1) == 4)
			kind = PACKET_ICMP_TOO_BIG;
		break;
	case 11:
	case 12:
		break;
	default:
		return PACKET_OTHER;
	}
	if (!second_quote(pkt, tcp, be(ip + 9, 1), be(at, 2) == 0x0302))
		return PACKET_OTHER;
	pkt->saddr = address(ip + 12, 4);
	pkt->daddr = address(ip + 16, 4);
	return kind;
}

static enum packet_kind second_icmp6(struct packet *pkt, unsigned int at)
{
	unsigned int ip = at + 8, proto, tcp;

	if (ip + 40 > whole_len || be(ip, 1) / 16 != 6 || be(at, 1) == 0 ||
	    be(at, 1) > 4)
		return PACKET_OTHER;
	proto = be(ip + 6, 1);
	tcp = upper(ip + 40, &proto);
	if (!tcp || !second_quote(pkt, tcp, proto, be(at, 2) == 0x0401))
		return PACKET_OTHER;
	pkt->saddr = address(ip + 8, 16);
	pkt->daddr = address(ip + 24, 16);
	return be(at, 1) == 2 ? PACKET_ICMP_TOO_BIG : PACKET_ICMP_ERROR;
}

static enum packet_kind second_v4(struct packet *pkt)
{
	unsigned int hlen, total;

	if (!is_v4(0))
		return PACKET_OTHER;
	hlen = be(0, 1) % 16 * 4;
	total = be(2, 2);
	if (total < hlen || total > whole_len)
		return PACKET_OTHER;
	whole_len = total;
	if (be(9, 1) == 1)
		return second_icmp(pkt, hlen);
	pkt->proto = be(9, 1);
	if ((pkt->proto != 6 && pkt->proto != 132) || is_routed(20, hlen))
		return PACKET_OTHER;
	pkt->hops = be(8, 1);
	pkt->saddr = address(12, 4);
	pkt->daddr = address(16, 4);
	return pkt->proto == 6 ? second_tcp(pkt, hlen) : second_sctp(pkt, hlen);
}

static enum packet_kind second_v6(struct packet *pkt)
{
	unsigned int at, proto, payload;

	if (whole_len < 40 || be(0, 1) / 16 != 6)
		return PACKET_OTHER;
	payload = be(4, 2);
	if (!payload || 40 + payload > whole_len)
		return PACKET_OTHER;
	whole_len = 40 + payload;
	proto = be(6, 1);
	at = upper(40, &proto);
	if (at && proto == 58)
		return second_icmp6(pkt, at);
	if (!at || (proto != 6 && proto != 132))
		return PACKET_OTHER;
	pkt->proto = proto;
	pkt->hops = be(7, 1);
	pkt->saddr = address(8, 16);
	pkt->daddr = address(24, 16);
	return proto == 6 ? second_tcp(pkt, at) : second_sctp(pkt, at);
}

/* Two readings of one packet, by what means something in its kind. */
static void compare(const struct packet *pkt, const struct packet *expected,
		    const char *with, unsigned int len)
{
#define SAME(member)							\
	must(pkt->member == expected->member,				\
	     "%u bytes, kind %u: " #member " is %u, %s has %u", len,	\
	     pkt->kind, (u32)pkt->member, with, (u32)expected->member)

	SAME(kind);
	if (pkt->kind == PACKET_OTHER)
		return;
	SAME(proto);
	SAME(sport);
	SAME(dport);
	SAME(seq);
	must(!memcmp(&pkt->saddr, &expected->saddr, 16), "another source");
	must(!memcmp(&pkt->daddr, &expected->daddr, 16), "another destination");
	if (pkt->kind == PACKET_ICMP_ERROR || pkt->kind == PACKET_ICMP_TOO_BIG)
		return;
	SAME(hops);
	SAME(ack);
	SAME(ack_seq);
	SAME(payload);
	SAME(has_stamps);
	if (pkt->has_stamps) {
		SAME(stamp);
		SAME(echo);
	}
	if (pkt->kind == PACKET_SYN)
		SAME(is_signed);
}

static bool has_ends(enum packet_glance glance)
{
	return glance == PACKET_DATA || glance == PACKET_OPENING;
}

/*
 * Parses the first @len of @total bytes, twice: what is left as it was shows.
 * Returns what packet_parse() does.
 */
static unsigned int parse(struct packet *pkt, __be16 proto, const u8 *data,
			  unsigned int len, unsigned int total)
{
	struct packet_ends ends;
	struct packet again, plain;
	unsigned int size;
	enum packet_glance glance;
	enum packet_kind kind;
	unsigned int need;

	memset(pkt, 0xa5, sizeof(*pkt));
	memset(&again, 0x5a, sizeof(again));
	memset(&plain, 0x3c, sizeof(plain));
	glance = packet_glance(&ends, proto, data, len);
	need = packet_parse(pkt, proto, data, len, total);
	must(packet_parse(&again, proto, data, len, total) == need,
	     "asks for %u bytes, then for others", need);
	if (need) {
		must(need > len && need <= total, "asks for %u, has %u of %u",
		     need, len, total);
		return need;
	}
	compare(&again, pkt, "the first time", len);
	must(glance != PACKET_NOTHING || pkt->kind == PACKET_OTHER,
	     "kind %u at a glance is nothing", pkt->kind);
	size = has_ends(glance) && ends.is_v4 ? 4 : 16;
	kind = glance == PACKET_DATA ? PACKET_ACK : PACKET_SYN;
	if (has_ends(glance) && pkt->kind != PACKET_OTHER)
		must(pkt->kind == kind &&
		     !memcmp(ends.addr, pkt->saddr.s6_addr + 16 - size, size) &&
		     !memcmp(ends.addr + size,
			     pkt->daddr.s6_addr + 16 - size, size) &&
		     !memcmp(ends.port, &pkt->sport, 2) &&
		     !memcmp(ends.port + 2, &pkt->dport, 2),
		     "kind %u has other ends at a glance", pkt->kind);
	if (packet_plain_syn(&plain, proto, data, len, total))
		must(glance == PACKET_OPENING && pkt->kind == PACKET_SYN &&
		     pkt->proto == IPPROTO_TCP && !pkt->is_signed &&
		     plain.kind == PACKET_SYN && plain.proto == IPPROTO_TCP &&
		     !memcmp(&plain.saddr, &pkt->saddr, 16) &&
		     !memcmp(&plain.daddr, &pkt->daddr, 16) &&
		     plain.sport == pkt->sport && plain.dport == pkt->dport,
		     "kind %u is a plain SYN, or another one", pkt->kind);
	return 0;
}

/* All of the packet, then ever less, as if the rest were in other pages. */
static void parse_cut(__be16 proto, const u8 *data, unsigned int total,
		      const struct packet *expected)
{
	unsigned int len = total;
	struct packet pkt;
	u8 *copy;

	copy = malloc(total + 1);
	memcpy(copy, data, total);
	for (;;) {
		__asan_poison_memory_region(copy + len, total + 1 - len);
		if (!parse(&pkt, proto, copy, len, total))
			compare(&pkt, expected, "the second reader", len);
		if (!len)
			break;
		len = min(len - 1, CUTS);
	}
	__asan_unpoison_memory_region(copy, total + 1);
	must(!memcmp(copy, data, total), "the packet is written to");
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet expected = { .kind = PACKET_OTHER };
	unsigned int tags;
	__be16 proto;

	for (tags = 0; tags <= TAGS && size >= 2; tags++) {
		memcpy(&proto, data, 2);
		if ((proto != htons(ETH_P_8021Q) &&
		     proto != htons(ETH_P_8021AD)) || size < 4)
			break;
		data += 4;
		size -= 4;
	}
	if (tags > TAGS || size < 2)
		return 0;

	whole = data + 2;
	whole_len = size - 2;
	if (proto == htons(ETH_P_IP))
		expected.kind = second_v4(&expected);
	else if (proto == htons(ETH_P_IPV6))
		expected.kind = second_v6(&expected);
	parse_cut(proto, data + 2, size - 2, &expected);
	return 0;
}
