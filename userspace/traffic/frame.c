// SPDX-License-Identifier: GPL-2.0
/* Ethernet frames that carry a TCP segment: read, and made byte for byte. */
#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>

#include "traffic.h"

#define ETH_LEN 14
#define IP4_LEN 20
#define IP6_LEN 40
#define TCP_LEN 20

static uint16_t get16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void put16(uint8_t *p, uint16_t value)
{
	value = htons(value);
	memcpy(p, &value, 2);
}

static void put32(uint8_t *p, uint32_t value)
{
	value = htonl(value);
	memcpy(p, &value, 4);
}

/**
 * frame_sum() - the Internet checksum
 * @data: bytes, an even number of them
 * @len: how many
 * @sum: what was summed up before, as 16-bit words in this machine's order
 *
 * Return: the checksum as it stands in a header, in network byte order
 */
uint16_t frame_sum(const void *data, size_t len, uint64_t sum)
{
	const uint8_t *p = data;
	uint32_t word;
	uint16_t half;

	for (; len >= 4; len -= 4, p += 4) {
		memcpy(&word, p, 4);
		sum += word;
	}
	if (len) {
		memcpy(&half, p, 2);
		sum += half;
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static enum frame_kind parse_tcp(const uint8_t *p, size_t len, struct segment *s)
{
	if (len < TCP_LEN)
		return FRAME_OTHER;
	s->src_port = get16(p);
	s->dst_port = get16(p + 2);
	s->seq = get32(p + 4);
	s->ack = get32(p + 8);
	s->flags = p[13];
	return FRAME_TCP;
}

static enum frame_kind parse_ip4(const uint8_t *p, size_t len, struct segment *s)
{
	size_t head;

	if (len < IP4_LEN)
		return FRAME_OTHER;
	head = (p[0] & 15) * 4;
	/* No fragments. */
	if (head < IP4_LEN || head > len || p[9] != IPPROTO_TCP || get16(p + 6) & 0x3fff)
		return FRAME_OTHER;
	s->family = AF_INET;
	memcpy(s->src, p + 12, 4);
	memcpy(s->dst, p + 16, 4);
	return parse_tcp(p + head, len - head, s);
}

static enum frame_kind parse_ip6(const uint8_t *p, size_t len, struct segment *s)
{
	if (len < IP6_LEN)
		return FRAME_OTHER;
	s->family = AF_INET6;
	memcpy(s->src, p + 8, 16);
	memcpy(s->dst, p + 24, 16);
	if (p[6] == IPPROTO_TCP)
		return parse_tcp(p + IP6_LEN, len - IP6_LEN, s);
	if (p[6] != IPPROTO_ICMPV6 || len < IP6_LEN + 24)
		return FRAME_OTHER;
	p += IP6_LEN;
	memcpy(s->dst, p + 8, 16);
	return p[0] == 135 ? FRAME_WHO_HAS : p[0] == 136 ? FRAME_HAS : FRAME_OTHER;
}

static enum frame_kind parse_arp(const uint8_t *p, size_t len, struct segment *s)
{
	static const uint8_t ethernet_ip4[] = { 0, 1, 8, 0, 6, 4, 0 };
	bool request;

	if (len < 28 || memcmp(p, ethernet_ip4, sizeof(ethernet_ip4)) || !p[7] || p[7] > 2)
		return FRAME_OTHER;
	request = p[7] == 1;
	s->family = AF_INET;
	memcpy(s->src, request ? p + 14 : p + 24, 4);
	memcpy(s->dst, request ? p + 24 : p + 14, 4);
	return request ? FRAME_WHO_HAS : FRAME_HAS;
}

/**
 * frame_parse() - read a frame
 * @frame: its bytes
 * @len: how many there are
 * @segment: what is in it
 *
 * Return: its kind; @segment is good for nothing if that is FRAME_OTHER
 */
enum frame_kind frame_parse(const uint8_t *frame, size_t len, struct segment *segment)
{
	if (len < ETH_LEN)
		return FRAME_OTHER;
	memset(segment, 0, sizeof(*segment));
	memcpy(segment->eth_dst, frame, 6);
	memcpy(segment->eth_src, frame + 6, 6);
	switch (get16(frame + 12)) {
	case ETHERTYPE_IP:
		return parse_ip4(frame + ETH_LEN, len - ETH_LEN, segment);
	case ETHERTYPE_IPV6:
		return parse_ip6(frame + ETH_LEN, len - ETH_LEN, segment);
	case ETHERTYPE_ARP:
		return parse_arp(frame + ETH_LEN, len - ETH_LEN, segment);
	default:
		return FRAME_OTHER;
	}
}

static size_t put_ip4(uint8_t *p, const struct segment *s, size_t payload)
{
	uint16_t sum;

	memset(p, 0, IP4_LEN);
	p[0] = 0x45;
	put16(p + 2, IP4_LEN + payload);
	p[6] = 0x40;
	p[8] = 64;
	p[9] = IPPROTO_TCP;
	memcpy(p + 12, s->src, 4);
	memcpy(p + 16, s->dst, 4);
	sum = frame_sum(p, IP4_LEN, 0);
	memcpy(p + 10, &sum, 2);
	return IP4_LEN;
}

static size_t put_ip6(uint8_t *p, const struct segment *s, size_t payload)
{
	put32(p, 0x60000000);
	put16(p + 4, payload);
	p[6] = IPPROTO_TCP;
	p[7] = 64;
	memcpy(p + 8, s->src, 16);
	memcpy(p + 24, s->dst, 16);
	return IP6_LEN;
}

/**
 * frame_tcp() - make a frame with a TCP segment that has no data
 * @frame: room for it
 * @segment: what is to be in it
 * @options: its TCP options
 * @options_len: their length, whole 32-bit words
 *
 * Return: its length
 */
size_t frame_tcp(uint8_t frame[FRAME_MAX], const struct segment *segment,
		 const uint8_t *options, size_t options_len)
{
	size_t payload = TCP_LEN + options_len, addrs, head;
	uint8_t *ip = frame + ETH_LEN, *tcp;
	bool ip4 = segment->family == AF_INET;
	uint16_t sum;

	memcpy(frame, segment->eth_dst, 6);
	memcpy(frame + 6, segment->eth_src, 6);
	put16(frame + 12, ip4 ? ETHERTYPE_IP : ETHERTYPE_IPV6);
	head = ip4 ? put_ip4(ip, segment, payload) : put_ip6(ip, segment, payload);

	tcp = ip + head;
	put16(tcp, segment->src_port);
	put16(tcp + 2, segment->dst_port);
	put32(tcp + 4, segment->seq);
	put32(tcp + 8, segment->ack);
	tcp[12] = payload << 2;
	tcp[13] = segment->flags;
	put16(tcp + 14, segment->flags & TCP_RST ? 0 : 64240);
	put32(tcp + 16, 0);
	if (options_len)
		memcpy(tcp + TCP_LEN, options, options_len);
	/* The addresses stand before the segment: the pseudo header needs two numbers more. */
	addrs = ip4 ? 8 : 32;
	sum = frame_sum(tcp - addrs, addrs + payload, htons(IPPROTO_TCP) + htons(payload));
	memcpy(tcp + 16, &sum, 2);
	return ETH_LEN + head + payload;
}
