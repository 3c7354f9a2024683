/* SPDX-License-Identifier: GPL-2.0 */
/* For tests: makes packets, and reads them as the hooks do. */
#ifndef SYNCOPATE_PACKET_TEST_H
#define SYNCOPATE_PACKET_TEST_H

#include <stdlib.h>

#include "packet.h"
#include "test.h"

/* A packet under construction. */
static u8 buf[512];
static unsigned int len;

static void put(const void *data, unsigned int size)
{
	if (size)
		memcpy(buf + len, data, size);
	len += size;
}

static void zeros(unsigned int size)
{
	memset(buf + len, 0, size);
	len += size;
}

static void be16_at(unsigned int at, u16 v)
{
	buf[at] = v >> 8;
	buf[at + 1] = v;
}

/* An IPv4 header of @hlen bytes, 10.0.0.1 to 10.0.0.2; returns its place. */
static unsigned int v4(unsigned int hlen, u8 proto)
{
	unsigned int at = len;

	zeros(hlen);
	buf[at] = 0x40 | hlen / 4;
	buf[at + 8] = 64;
	buf[at + 9] = proto;
	memcpy(buf + at + 12, "\x0a\0\0\x01\x0a\0\0\x02", 8);
	return at;
}

static unsigned int v6(u8 nexthdr)
{
	unsigned int at = len;

	zeros(40);
	buf[at] = 0x60;
	buf[at + 6] = nexthdr;
	buf[at + 8] = 0xfd;
	buf[at + 23] = 1;
	buf[at + 24] = 0xfd;
	buf[at + 39] = 2;
	return at;
}

/* Writes the lengths of headers whose payload ends with the buffer. */
static void v4_end(unsigned int at)
{
	be16_at(at + 2, len - at);
}

static void v6_end(unsigned int at)
{
	be16_at(at + 4, len - at - 40);
}

static bool same_ends(const struct packet_ends *ends, const struct packet *pkt)
{
	unsigned int size = ends->is_v4 ? 4 : 16;

	return !memcmp(ends->addr, pkt->saddr.s6_addr + 16 - size, size) &&
	       !memcmp(ends->addr + size, pkt->daddr.s6_addr + 16 - size,
		       size) &&
	       !memcmp(ends->port, &pkt->sport, 2) &&
	       !memcmp(ends->port + 2, &pkt->dport, 2);
}

/* Has it been told what packet_parse() says, as far as it goes? */
static bool same_syn(const struct packet *plain, const struct packet *pkt)
{
	return pkt->kind == PACKET_SYN && pkt->proto == IPPROTO_TCP &&
	       !pkt->is_signed && plain->kind == pkt->kind &&
	       plain->proto == pkt->proto &&
	       !memcmp(&plain->saddr, &pkt->saddr, 16) &&
	       !memcmp(&plain->daddr, &pkt->daddr, 16) &&
	       plain->sport == pkt->sport && plain->dport == pkt->dport;
}

/*
 * Parses what was built as the hook does, given more only when asked, from a
 * buffer of exactly that size so that the sanitizer sees any byte too far.
 */
static struct packet parse_as(u16 proto)
{
	unsigned int have = 0, need;
	struct packet_ends ends;
	enum packet_glance glance;
	bool nothing = false;
	struct packet pkt, plain;
	bool other, is_plain;
	u8 *copy;

	for (;;) {
		copy = malloc(have ? have : 1);
		memcpy(copy, buf, have);
		memset(&pkt, 0xa5, sizeof(pkt));
		/* A glance never misses what a closer look would find. */
		glance = packet_glance(&ends, htons(proto), copy, have);
		nothing |= glance == PACKET_NOTHING;
		need = packet_parse(&pkt, htons(proto), copy, have, len);
		other = !need && pkt.kind != PACKET_OTHER &&
			((glance == PACKET_DATA && pkt.kind != PACKET_ACK) ||
			 (glance == PACKET_OPENING && pkt.kind != PACKET_SYN) ||
			 ((glance == PACKET_DATA || glance == PACKET_OPENING) &&
			  !same_ends(&ends, &pkt)));
		memset(&plain, 0x5a, sizeof(plain));
		is_plain = packet_plain_syn(&plain, htons(proto), copy, have, len);
		free(copy);
		if (is_plain && (need || glance != PACKET_OPENING ||
				 !same_syn(&plain, &pkt))) {
			check(0, "what is a plain SYN is of kind %u", pkt.kind);
			exit(1);
		}
		if (!need && nothing && pkt.kind != PACKET_OTHER) {
			check(0, "a packet of kind %u at a glance is nothing",
			      pkt.kind);
			exit(1);
		}
		if (other) {
			check(0, "a packet of kind %u has other ends at a glance",
			      pkt.kind);
			exit(1);
		}
		if (!need)
			return pkt;
		if (need <= have || need > len) {
			check(0, "asked for %u bytes, has %u of %u", need,
			      have, len);
			exit(1);
		}
		have = need;
	}
}

static struct packet parse(void)
{
	return parse_as(buf[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP);
}

static enum packet_glance glance(void)
{
	struct packet_ends ends;

	return packet_glance(&ends,
			     htons(buf[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP),
			     buf, len);
}

static bool is_plain_syn(void)
{
	struct packet pkt;

	return packet_plain_syn(&pkt,
				htons(buf[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP),
				buf, len, len);
}

/* Damages what was built at random; only the sanitizers and parse() judge. */
static void damage(void)
{
	unsigned int i;

	for (i = rand() % 4; i; i--)
		buf[rand() % len] = rand();
	if (rand() % 2)
		len = rand() % (len + 1);
	parse_as(rand() % 2 ? ETH_P_IP : ETH_P_IPV6);
}

#endif /* SYNCOPATE_PACKET_TEST_H */
