// SPDX-License-Identifier: GPL-2.0
/* Which station has an address: ARP and neighbour discovery, asked and answered. */
#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>

#include "traffic.h"

#define ARP_LEN (14 + 28)
#define NDP_LEN 32		/* with the option for the station's address */

static void put_eth(uint8_t *p, const uint8_t dst[6], const uint8_t src[6], uint16_t type)
{
	memcpy(p, dst, 6);
	memcpy(p + 6, src, 6);
	p[12] = type >> 8;
	p[13] = type & 0xff;
}

static size_t put_arp(uint8_t *frame, const uint8_t eth_dst[6], const uint8_t mac[6],
		      const uint8_t *sender, const uint8_t *target, bool request)
{
	static const uint8_t head[] = { 0, 1, 8, 0, 6, 4, 0 };
	uint8_t *p = frame + 14;

	put_eth(frame, eth_dst, mac, ETHERTYPE_ARP);
	memcpy(p, head, sizeof(head));
	p[7] = request ? 1 : 2;
	memcpy(p + 8, mac, 6);
	memcpy(p + 14, sender, 4);
	if (request)
		memset(p + 18, 0, 6);
	else
		memcpy(p + 18, eth_dst, 6);
	memcpy(p + 24, target, 4);
	return ARP_LEN;
}

static size_t put_ndp(uint8_t *frame, const struct segment *ends, const uint8_t target[16],
		      const uint8_t mac[6], bool request, bool solicited)
{
	uint8_t *ip = frame + 14, *p = ip + 40;
	uint16_t sum;

	put_eth(frame, ends->eth_dst, mac, ETHERTYPE_IPV6);
	memset(ip, 0, 40 + NDP_LEN);
	ip[0] = 0x60;
	ip[5] = NDP_LEN;
	ip[6] = IPPROTO_ICMPV6;
	ip[7] = 255;
	memcpy(ip + 8, ends->src, 16);
	memcpy(ip + 24, ends->dst, 16);
	p[0] = request ? 135 : 136;
	/* Solicited, and override what was known before. */
	p[4] = request ? 0 : solicited ? 0x60 : 0x20;
	memcpy(p + 8, target, 16);
	p[24] = request ? 1 : 2;
	p[25] = 1;
	memcpy(p + 26, mac, 6);
	sum = frame_sum(ip + 8, 32 + NDP_LEN, htons(IPPROTO_ICMPV6) + htons(NDP_LEN));
	memcpy(p + 2, &sum, 2);
	return 14 + 40 + NDP_LEN;
}

/**
 * neighbour_ask() - make the question for the station of an address
 * @frame: room for it
 * @question: who asks (@eth_src, @src), and for which address (@dst)
 *
 * Return: its length
 */
size_t neighbour_ask(uint8_t frame[FRAME_MAX], const struct segment *question)
{
	static const uint8_t everybody[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	/* The group of those whose addresses end so: ff02::1:ffXX:XXXX. */
	struct segment ends = {
		.eth_dst = { 0x33, 0x33, 0xff },
		.dst = { 0xff, 0x02, [11] = 1, [12] = 0xff },
	};

	if (question->family == AF_INET)
		return put_arp(frame, everybody, question->eth_src, question->src, question->dst,
			       true);
	memcpy(ends.eth_dst + 3, question->dst + 13, 3);
	memcpy(ends.dst + 13, question->dst + 13, 3);
	memcpy(ends.src, question->src, 16);
	return put_ndp(frame, &ends, question->dst, question->eth_src, true, false);
}

/**
 * neighbour_answer() - make the answer to a question
 * @frame: room for it
 * @question: the question
 * @mac: the station that has the address
 *
 * Return: its length
 */
size_t neighbour_answer(uint8_t frame[FRAME_MAX], const struct segment *question,
			const uint8_t mac[6])
{
	static const uint8_t nobody[16];
	struct segment ends = { .dst = { 0xff, 0x02, [15] = 1 } };
	/* Who looks whether his address is taken has none to answer to yet. */
	bool solicited = memcmp(question->src, nobody, 16);

	if (question->family == AF_INET)
		return put_arp(frame, question->eth_src, mac, question->dst, question->src, false);
	memcpy(ends.eth_dst, question->eth_src, 6);
	memcpy(ends.src, question->dst, 16);
	if (solicited)
		memcpy(ends.dst, question->src, 16);
	return put_ndp(frame, &ends, question->dst, mac, false, solicited);
}
