// SPDX-License-Identifier: GPL-2.0
/*
 * Frames as real clients, servers and routers send them, before anything is broken.  All
 * that belongs to a flow, its addresses, tags and its SYN, follows from the flow's number.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "helper.h"
#include "mutate.h"

#define FIN 0x01
#define ACK 0x10

/* What all frames of a flow have in common; as topology.sh lays it out. */
struct flow {
	struct dice dice;
	bool routed;
	struct endpoint client;
	struct endpoint server;
	uint32_t isn;
	uint32_t server_isn;
};

static void flow_make(struct flow *f, uint64_t seed, uint64_t number)
{
	static const char *const addr[2][2][2] = {
		{ { "10.1.0.4", "10.1.0.3" }, { "[fd01::4]", "[fd01::3]" } },
		{ { "10.2.0.4", "10.3.0.3" }, { "[fd02::4]", "[fd03::3]" } },
	};
	unsigned int v6;

	f->dice.state = mix(seed ^ mix(number ^ 0x666c6f77));
	f->routed = one_in(&f->dice, 2);
	v6 = one_in(&f->dice, 2);
	endpoint_parse(addr[f->routed][v6][0], &f->client);
	endpoint_parse(addr[f->routed][v6][1], &f->server);
	f->client.port = 1024 + number % 60000;
	f->server.port = 80;
	f->isn = roll(&f->dice);
	if (one_in(&f->dice, 16))
		f->isn = 0xffffffff - below(&f->dice, 3);
	f->server_isn = roll(&f->dice);
}

static void put(struct mutant *m, const void *data, size_t len)
{
	/* What is too long ends early. */
	if (m->len > FRAME_MAX - len)
		return;
	memcpy(m->data + m->len, data, len);
	m->len += len;
}

static void put8(struct mutant *m, unsigned int value)
{
	put(m, &(uint8_t){ value }, 1);
}

static void put16(struct mutant *m, unsigned int value)
{
	put(m, &(uint16_t){ htons(value) }, 2);
}

static void put32(struct mutant *m, uint32_t value)
{
	put(m, &(uint32_t){ htonl(value) }, 4);
}

void put_random(struct mutant *m, struct dice *d, size_t len)
{
	uint64_t bytes;

	for (; len; len -= len < 8 ? len : 8) {
		bytes = roll(d);
		put(m, &bytes, len < 8 ? len : 8);
	}
}

void set16(struct mutant *m, size_t at, unsigned int value)
{
	if (at + 2 > m->len)
		return;
	m->data[at] = value >> 8;
	m->data[at + 1] = value;
}

static void put_mac(struct mutant *m)
{
	static const uint8_t mac[STATIONS] = { 0xc1, 0xc2, 0x51, 0x52 };
	static const uint8_t box[STATIONS] = { 0, 0xb1, 0, 0xb2 };
	uint8_t to = is_routed(m->from) ? box[m->from] : mac[opposite(m->from)];

	put(m, (uint8_t[]){ 2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, mac[m->from] }, 12);
}

static void put_link(struct mutant *m, struct dice *d, unsigned int type)
{
	unsigned int tags = 0;

	put_mac(m);
	if (one_in(d, is_routed(m->from) ? 64 : 2))
		tags = one_in(d, 4) ? 1 + below(d, 8) : 1 + below(d, 2);
	while (tags--) {
		put16(m, one_in(d, 3) ? ETH_P_8021AD : ETH_P_8021Q);
		put16(m, one_in(d, 6) ? below(d, 8) << 13 : roll(d));
	}
	if (!is_routed(m->from) && one_in(d, 24)) {
		put16(m, ETH_P_PPP_SES);
		put32(m, 0x11000000 | below(d, 0x10000));
		put16(m, 0);
		put16(m, type == ETH_P_IP ? 0x21 : 0x57);
	} else {
		put16(m, type);
	}
}

static void put_v4_options(struct mutant *m, struct dice *d)
{
	size_t from = m->len, len = 4 * (1 + below(d, 10));
	unsigned int type = (uint8_t[]){ 7, 68, 130, 131, 137, 148, 134, 0 }[below(d, 8)];

	switch (below(d, 3)) {
	case 0:
		put32(m, 0x01010100);
		return;
	case 1:
		put_random(m, d, len);
		return;
	}
	put8(m, type);
	put8(m, type == 148 ? 4 : len);
	put8(m, type == 148 ? 0 : 4 + 4 * below(d, 4));
	while (m->len - from < len)
		put8(m, 0);
}

/* Extension headers, few or absurdly many. Returns the first one's number. */
static unsigned int put_exts(struct mutant *m, struct dice *d, unsigned int upper)
{
	static const uint8_t types[] = { 60, 60, 60, 43, 43, 44, 51, 0, 135, 139, 59 };
	unsigned int n, i, j, next, len, first;

	n = one_in(d, 8) ? 1 + below(d, 60) : 1 + below(d, 9);
	first = next = one_in(d, 3) ? 0 : types[below(d, 3 + below(d, sizeof(types) - 2))];
	for (i = 1; i <= n; i++) {
		unsigned int this = next;

		len = this == 44 ? 0 : one_in(d, 4) ? below(d, 4) : 0;
		next = i == n ? upper : types[below(d, 3 + below(d, sizeof(types) - 2))];
		put8(m, next);
		put8(m, this == 44 ? below(d, 256) : len);
		if (this == 43) {
			put8(m, below(d, 5));
			put8(m, one_in(d, 4) ? below(d, 4) : 0);
			put32(m, 0);
		} else if (this == 44) {
			put16(m, one_in(d, 4) ? below(d, 2) : roll(d));
			put32(m, 77);
		} else {
			put16(m, 0x0104);
			put32(m, 0);
		}
		for (j = 0; j < len; j++)
			put(m, (uint8_t[]){ 1, 6, 0, 0, 0, 0, 0, 0 }, 8);
	}
	return first;
}

static void put_v4(struct mutant *m, const struct endpoint *src, const struct endpoint *dst,
		   unsigned int proto, unsigned int ttl)
{
	put16(m, 0x4500);
	put16(m, 0);
	put16(m, src->port ^ dst->port);
	put16(m, 0x4000);
	put8(m, ttl);
	put8(m, proto);
	put16(m, 0);
	put(m, src->addr, 4);
	put(m, dst->addr, 4);
}

/* Returns where the header begins, for put_ip_end(). */
static size_t put_ip(struct mutant *m, struct dice *d, const struct endpoint *src,
		     const struct endpoint *dst, unsigned int proto)
{
	unsigned int ttl = one_in(d, 16) ? below(d, 4) : 64;
	size_t at = m->len, options;

	if (src->family == AF_INET) {
		put_v4(m, src, dst, proto, ttl);
		options = m->len;
		if (one_in(d, 6))
			put_v4_options(m, d);
		m->data[at] += (m->len - options) / 4;
	} else {
		put32(m, 0x60000000 | below(d, 0x100000));
		put16(m, 0);
		put8(m, proto);
		put8(m, ttl);
		put(m, src->addr, 16);
		put(m, dst->addr, 16);
		if (one_in(d, 5))
			m->data[at + 6] = put_exts(m, d, proto);
	}
	return at;
}

/* The checksum of an IPv4 header, however long it says that it is. */
void sum_v4(struct mutant *m, size_t at)
{
	size_t len = at + 20 <= m->len ? (m->data[at] & 15) * 4 : 0;

	if (len < 20 || at + len > m->len)
		return;
	set16(m, at + 10, 0);
	set16(m, at + 10, ~csum_fold(csum_add(0, m->data + at, len)));
}

static void put_ip_end(struct mutant *m, size_t at)
{
	if (m->data[at] >> 4 == 4) {
		set16(m, at + 2, m->len - at);
		sum_v4(m, at);
	} else {
		set16(m, at + 4, m->len - at - 40);
	}
}

static void sum(struct mutant *m, size_t at, size_t field, const struct endpoint *src,
		const struct endpoint *dst, unsigned int proto)
{
	uint32_t pseudo = proto == IPPROTO_ICMP ? 0 : csum_pseudo(src, dst, proto, m->len - at);

	set16(m, field, ~csum_fold(csum_add(pseudo, m->data + at, m->len - at)));
}

/* Options as clients have them, and data where a cookie allows it. Returns its length. */
static unsigned int put_syn_options(struct mutant *m, struct dice *d)
{
	size_t from = m->len;
	unsigned int data = 0;

	put32(m, 0x02040000 | (one_in(d, 8) ? below(d, 0x10000) : 1460));
	switch (below(d, 9)) {
	case 0:		/* none but the segment size: an embedded device */
		break;
	case 1:		/* timestamps off */
		put(m, (uint8_t[]){ 1, 1, 4, 2, 1, 3, 3, 7 }, 8);
		break;
	case 2:		/* an odd window scale */
		put(m, (uint8_t[]){ 3, 3, 14 + below(d, 242), 1 }, 4);
		break;
	case 3:		/* Fast Open: a cookie, and data */
		put(m, (uint8_t[]){ 1, 1, 34, 10, 1, 2, 3, 4, 5, 6, 7, 8 }, 12);
		data = below(d, 1400);
		break;
	case 4:		/* Multipath TCP */
		put(m, (uint8_t[]){ 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7 }, 16);
		put(m, (uint8_t[]){ 30, 4, 1, 0x81 }, 4);
		break;
	case 5:
		put(m, (uint8_t[]){ 1, 1, 19, 18 }, 4);
		put_random(m, d, 16);
		break;
	case 6:
		put(m, (uint8_t[]){ 29, 16, 1, 1 }, 4);
		put_random(m, d, 12);
		break;
	default:	/* Linux */
		put(m, (uint8_t[]){ 4, 2, 8, 10 }, 4);
		put32(m, roll(d));
		put32(m, 0);
		put(m, (uint8_t[]){ 1, 3, 3, 7 }, 4);
	}
	while ((m->len - from) % 4)
		put8(m, 0);
	return data;
}

static void put_tcp(struct mutant *m, struct dice *d, const struct endpoint *src,
		    const struct endpoint *dst, uint32_t seq, uint32_t ack, unsigned int flags)
{
	size_t at = m->len;
	unsigned int data = 0;

	put16(m, src->port);
	put16(m, dst->port);
	put32(m, seq);
	put32(m, ack);
	put8(m, 0x50);
	put8(m, flags);
	put16(m, 64240);
	put32(m, 0);
	if (flags & 2)
		data = put_syn_options(m, d);
	else if (flags == ACK)
		data = one_in(d, 8) ? below(d, 8900) : below(d, 100);
	m->data[at + 12] = (m->len - at) / 4 << 4;
	if (one_in(d, 64))
		data = 7000 + below(d, 1800);
	put_random(m, d, data);
	sum(m, at, at + 16, src, dst, IPPROTO_TCP);
}

/* An error that somebody on the way back sends about the SYN. */
static void put_error(struct mutant *m, struct dice *d, struct flow *f)
{
	static const uint8_t v4[] = { 3, 3, 3, 11, 12, 4, 5, 0 }, v6[] = { 1, 1, 1, 2, 3, 4, 0, 128 };
	bool is_v6 = f->client.family == AF_INET6;
	size_t at = m->len, quoted;

	put8(m, (is_v6 ? v6 : v4)[below(d, 8)]);
	put8(m, below(d, 8));
	put16(m, 0);
	put32(m, 0);
	quoted = put_ip(m, d, &f->client, &f->server, IPPROTO_TCP);
	put_tcp(m, d, &f->client, &f->server, f->isn, 0, 2);
	put_ip_end(m, quoted);
	/* What routers quote: eight bytes of TCP, or as much as they like. */
	if (one_in(d, 2) && m->len > quoted + 48)
		m->len = quoted + (is_v6 ? 48 : 28) + below(d, 20);
	sum(m, at, at + 2, &f->server, &f->client, is_v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
}

/**
 * specimen_make - make up a good frame
 * @m: where to
 * @d: for all that the flow does not decide
 * @seed: which flows there are
 * @number: which one of them
 * @first: is it the first frame of the flow?
 */
void specimen_make(struct mutant *m, struct dice *d, uint64_t seed, uint64_t number, bool first)
{
	/* The 's'ame SYN, a 'p'oorer one, SYN-ACK ('n'), 'a'ck, 'r'eset, 'u'dp, 'e'rror. */
	static const char kinds[2][17] = { "sssssppnnnnaarue", "sssssssssssarune" };
	unsigned int kind = kinds[first][below(d, 16)], proto = IPPROTO_TCP;
	const struct endpoint *src, *dst;
	struct dice link;
	struct flow flow, *f = &flow;
	bool back, v6;

	flow_make(f, seed, number);
	link.state = mix(f->dice.state);
	v6 = f->client.family == AF_INET6;
	m->len = 0;
	back = strchr("ne", kind) ? !one_in(d, 8) : kind == 'r' ? one_in(d, 2) : one_in(d, 16);
	m->from = (back ? SERVER_BRIDGED : CLIENT_BRIDGED) + f->routed;
	src = back ? &f->server : &f->client;
	dst = back ? &f->client : &f->server;
	/* The SYN is the same each time it is sent. */
	if (kind == 's')
		d = &f->dice;
	if (kind == 'u')
		proto = IPPROTO_UDP;
	else if (kind == 'e')
		proto = v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;

	put_link(m, &link, v6 ? ETH_P_IPV6 : ETH_P_IP);
	m->l3 = put_ip(m, d, src, dst, proto);
	m->l4 = m->len;
	switch (kind) {
	case 's':
		put_tcp(m, d, src, dst, f->isn, 0, one_in(d, 3) ? 0xc2 : 0x02);
		break;
	case 'p':	/* a later try, with less */
		put_tcp(m, d, src, dst, f->isn + one_in(d, 8), 0, 0x02);
		break;
	case 'n':
		put_tcp(m, d, src, dst, f->server_isn, f->isn + !one_in(d, 8), 0x12);
		break;
	case 'r':
		put_tcp(m, d, src, dst, back ? 0 : f->isn + 1, f->isn + 1, back ? 0x14 : 0x04);
		break;
	case 'a':
		put_tcp(m, d, src, dst, f->isn + 1 + below(d, 3), f->server_isn + 1,
			one_in(d, 4) ? ACK | FIN : ACK);
		break;
	case 'u':
		put16(m, src->port);
		put16(m, dst->port);
		put32(m, 16 << 16);
		put_random(m, d, 8);
		break;
	default:
		put_error(m, d, f);
	}
	put_ip_end(m, m->l3);
}

/**
 * specimen_last - make up a frame that no module has anything to do with
 * @m: where to; from whom is set
 * @end: how it ends
 * @len: bytes of that
 *
 * On the bridge it is of a protocol for local experiments (IEEE 802), for the router UDP.
 */
void specimen_last(struct mutant *m, const void *end, size_t len)
{
	struct endpoint ends[2] = {
		{ AF_INET, { 10, 2, 0, 4 }, 9 }, { AF_INET, { 10, 3, 0, 3 }, 9 },
	};
	bool back = is_server(m->from);

	m->len = 0;
	put_mac(m);
	if (!is_routed(m->from)) {
		put16(m, 0x88b5);
		put(m, end, len);
		return;
	}
	put16(m, ETH_P_IP);
	put_v4(m, &ends[back], &ends[!back], IPPROTO_UDP, 64);
	put16(m, 9);
	put16(m, 9);
	put16(m, 8 + len);
	put16(m, 0);
	put(m, end, len);
	put_ip_end(m, 14);
}
