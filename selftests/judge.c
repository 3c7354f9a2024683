// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a frame by the book (RFC 791, 8200, 9293), apart from the module: what is a SYN, a
 * SYN-ACK or a RST here is one beyond doubt.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "mutate.h"

#define TAGS_MAX 3
#define EXTS_MAX 8

static unsigned int get16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

uint64_t frame_hash(const uint8_t *data, size_t len)
{
	uint64_t hash = mix(len + 1), word = 0;

	for (; len >= 8; len -= 8, data += 8) {
		memcpy(&word, data, 8);
		hash = mix(hash ^ word) + 0x9e3779b97f4a7c15;
	}
	word = 0;
	memcpy(&word, data, len);
	return mix(hash ^ word);
}

/*
 * Where the packet of a frame begins, 0 if there is no IP. For a bridge behind no more tags
 * than it is told apart by, for a router behind such as give a priority only (VID 0).
 */
static size_t find_ip(const uint8_t *data, size_t len, bool routed)
{
	unsigned int type, tags = 0;
	size_t at = 12;

	for (; at + 2 <= len; at += 4) {
		type = get16(data + at);
		if (type == ETH_P_IP || type == ETH_P_IPV6)
			return at + 2;
		if ((type != ETH_P_8021Q && type != ETH_P_8021AD) || at + 4 > len ||
		    (routed ? get16(data + at + 2) & 0xfff : ++tags > TAGS_MAX))
			return 0;
	}
	return 0;
}

/*
 * The options of IPv4 or TCP, a bit each: the types below 64 and those from 128 on. Returns
 * false if they contradict themselves.
 */
static bool options(const uint8_t *p, size_t len, uint64_t types[2])
{
	while (len && *p) {
		size_t size = *p == 1 ? 1 : len < 2 ? 0 : p[1];

		if (size > len || (size < 2 && *p != 1))
			return false;
		if (*p < 64)
			types[0] |= 1ull << *p;
		else if (*p >= 128 && *p < 192)
			types[1] |= 1ull << (*p - 128);
		p += size;
		len -= size;
	}
	return true;
}

static void judge_tcp(struct verdict *v, const uint8_t *p, size_t len)
{
	size_t size = len < 20 ? 0 : (p[12] >> 4) * 4;
	uint64_t types[2] = { 0 };
	bool fit;

	if (size < 20 || size > len)
		return;
	v->sport = get16(p);
	v->dport = get16(p + 2);
	v->seq = get32(p + 4);
	v->ack_seq = get32(p + 8);
	v->ack = p[13] & 0x10;
	fit = options(p + 20, size - 20, types);
	v->is_signed = types[0] >> 19 & 1 || types[0] >> 29 & 1;

	switch (p[13] & 0x17) {
	case 0x02:
		v->kind = fit ? SYN : OTHER;
		v->next = v->seq + 1 + len - size;
		break;
	case 0x12:
		v->kind = SYNACK;
		break;
	case 0x04:
	case 0x14:
		v->kind = RST;
	}
}

static void judge_v4(struct verdict *v, const uint8_t *p, size_t len)
{
	size_t size = len < 20 ? 0 : (p[0] & 15) * 4, total = len < 20 ? 0 : get16(p + 2);
	uint64_t types[2] = { 0 };

	if (size < 20 || p[0] >> 4 != 4 || total < size || total > len || p[9] != IPPROTO_TCP ||
	    get16(p + 6) & 0x3fff || !options(p + 20, size - 20, types))
		return;
	/* Source routes: 131 and 137. */
	if (types[1] >> 3 & 1 || types[1] >> 9 & 1)
		return;
	memcpy(v->src, p + 12, 4);
	memcpy(v->dst, p + 16, 4);
	judge_tcp(v, p + size, total - size);
}

static void judge_v6(struct verdict *v, const uint8_t *p, size_t len)
{
	size_t at = 40, total = len < 40 ? 0 : get16(p + 4) + 40;
	unsigned int n, next;

	if (total <= 40 || p[0] >> 4 != 6 || total > len)
		return;
	next = p[6];
	for (n = 0; next == 0 || next == 43 || next == 60; n++) {
		if (n == EXTS_MAX || at + 8 > total || (next == 43 && p[at + 3]))
			return;
		next = p[at];
		at += p[at + 1] * 8 + 8;
		if (at > total)
			return;
	}
	if (next != IPPROTO_TCP || n == EXTS_MAX)
		return;
	memcpy(v->src, p + 8, 16);
	memcpy(v->dst, p + 24, 16);
	judge_tcp(v, p + at, total - at);
}

/**
 * judge - say what a frame is
 * @v: what it is
 * @frame: its bytes
 * @len: how many
 * @routed: is it at the router?
 */
void judge(struct verdict *v, const uint8_t *frame, size_t len, bool routed)
{
	size_t at = find_ip(frame, len, routed);

	memset(v, 0, sizeof(*v));
	if (!at || frame[0] & 1)
		return;
	v->link = routed ? 0 : frame_hash(frame + 12, at - 12);
	if (get16(frame + at - 2) == ETH_P_IP)
		judge_v4(v, frame + at, len - at);
	else
		judge_v6(v, frame + at, len - at);
}

/* The same for a packet and for one that answers it. */
uint64_t ends_hash(const struct verdict *v)
{
	return (frame_hash(v->src, sizeof(v->src)) + v->sport) ^
	       (frame_hash(v->dst, sizeof(v->dst)) + v->dport);
}

/* Do they have the same addresses and ports? */
bool same_ends(const struct verdict *one, const struct verdict *other)
{
	return one->sport == other->sport && one->dport == other->dport &&
	       !memcmp(one->src, other->src, 16) && !memcmp(one->dst, other->dst, 16);
}

/* Does it have the addresses and ports that an answer to the other has? */
bool answers(const struct verdict *answer, const struct verdict *v)
{
	return answer->sport == v->dport && answer->dport == v->sport &&
	       !memcmp(answer->src, v->dst, 16) && !memcmp(answer->dst, v->src, 16);
}

/*
 * What a router changes is left out: the MAC addresses, the time to live, what is behind the
 * packet; what it writes into IPv4 options, some of it the time of day.
 */
static uint64_t hash_routed(const uint8_t *data, size_t len, bool name)
{
	size_t size, total, at = find_ip(data, len, true);
	uint64_t hash = name ? 0 : frame_hash(data, at);
	const uint8_t *ip = data + at;
	uint8_t head[60];
	bool v4;

	if (!at)
		return frame_hash(data, len);
	len -= at;
	v4 = get16(ip - 2) == ETH_P_IP;
	if (v4) {
		size = len < 20 ? 0 : (ip[0] & 15) * 4;
		total = len < 20 ? 0 : get16(ip + 2);
	} else {
		size = len < 40 ? 0 : 40;
		total = len < 40 || !get16(ip + 4) ? 0 : get16(ip + 4) + 40;
	}
	if (size < 20 || total < size || total > len)
		return hash ^ frame_hash(ip, len);
	memcpy(head, ip, size);
	if (!v4) {
		if (name)
			head[7] = 0;
	} else if (name || size > 20) {
		if (name)
			head[8] = 0;
		memset(head + 10, 0, 2);
		memset(head + 20, 0, size - 20);
	}
	return mix(hash ^ frame_hash(head, size)) ^ frame_hash(ip + size, total - size);
}

/* What a frame has in common with what a router makes of it. */
uint64_t frame_name(const uint8_t *data, size_t len, bool routed)
{
	return routed ? hash_routed(data, len, true) : frame_hash(data, len);
}

/* All of it, but what depends on the time of day. */
uint64_t frame_print(const uint8_t *data, size_t len, bool routed)
{
	return routed ? hash_routed(data, len, false) : frame_hash(data, len);
}

/* A fragment that the box has made of a frame of IPv6: its number is a random one. */
void forget_ident(uint8_t *frame, size_t len, bool routed)
{
	size_t at = find_ip(frame, len, routed);
	unsigned int next;

	if (!at || get16(frame + at - 2) != ETH_P_IPV6 || at + 40 > len)
		return;
	next = frame[at + 6];
	for (at += 40; (next == 0 || next == 43 || next == 60) && at + 8 <= len;) {
		next = frame[at];
		at += frame[at + 1] * 8 + 8;
	}
	if (next == 44 && at + 8 <= len)
		memset(frame + at + 4, 0, 4);
}

/* Does the router send it of its own accord? Such frames come when they like. */
bool of_the_box(const uint8_t *data, size_t len)
{
	static const uint8_t v4[2][4] = { { 10, 2, 0, 9 }, { 10, 3, 0, 9 } }, none[14];
	const uint8_t *ip = data + 14;
	unsigned int type = len < 14 ? 0 : get16(data + 12);

	if (type == ETH_P_IP && len >= 34)
		return !memcmp(ip + 12, v4[0], 4) || !memcmp(ip + 12, v4[1], 4) || ip[9] == 2;
	/* From :: and fe80::, from fd02::9 and fd03::9, and from any router's fd02:: and fd03::. */
	if (type == ETH_P_IPV6 && len >= 54)
		return (ip[8] == 0xfd && (ip[23] == 9 || !memcmp(ip + 10, none, 14))) ||
		       ip[8] == 0 || ip[8] == 0xfe;
	return type != ETH_P_IP && type != ETH_P_IPV6;
}
