// SPDX-License-Identifier: GPL-2.0
/*
 * Packets as a network card's driver hands them up: Ethernet header pulled,
 * checksums verified.
 *
 * Each attempt has a number, which is its initial sequence number and from which
 * its addresses and ports follow: clients in 10.0.0.0/9, SERVERS servers from
 * 10.128.0.1 on.  The server's port says which policy selects it.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/tcp.h>
#if __has_include(<linux/unaligned.h>)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#include "bench.h"

#define SERVERS		16
#define PORT_EDGE	5060
#define PORT_MIDDLE	5061
#define SYN_OPTIONS	20	/* MSS, SACK, timestamps, window scale */
#define OPTIONS		12	/* timestamps */
#define DATA_LEN	1024
#define STAMP		0x10000000

struct type {
	const char *name;
	enum side from;
	u16 port;
	u8 flags;
	u8 options;
	u16 payload;
};

static const struct type types[FRAME_KINDS] = {
	[FRAME_SYN] = { "syn", CLIENT, PORT_EDGE, TCPHDR_SYN, SYN_OPTIONS },
	[FRAME_SYNACK] = { "synack", SERVER, PORT_EDGE,
			   TCPHDR_SYN | TCPHDR_ACK, SYN_OPTIONS },
	[FRAME_ACK] = { "ack", CLIENT, PORT_EDGE, TCPHDR_ACK, OPTIONS },
	[FRAME_DATA] = { "data", CLIENT, PORT_EDGE, TCPHDR_ACK | TCPHDR_PSH,
			 OPTIONS, DATA_LEN },
	[FRAME_UDP] = { "udp", CLIENT, PORT_EDGE },
	[FRAME_SYN_MIDDLE] = { "syn-middle", CLIENT, PORT_MIDDLE, TCPHDR_SYN,
			       SYN_OPTIONS },
	[FRAME_SYNACK_MIDDLE] = { "synack-middle", SERVER, PORT_MIDDLE,
				  TCPHDR_SYN | TCPHDR_ACK, SYN_OPTIONS },
};

/* Numbers of attempts, taken one after the other. */
static u32 next_id[PAIRS];

/** frame_name - what a kind is called in results */
const char *frame_name(enum frame_kind kind)
{
	return types[kind].name;
}

/** frame_from - which side sends a kind */
enum side frame_from(enum frame_kind kind)
{
	return types[kind].from;
}

/** frame_ids - take numbers of attempts that no one has. Return: the first. */
u32 frame_ids(unsigned int pair, u32 num)
{
	u32 first = next_id[pair];

	next_id[pair] += num;
	return first;
}

static void put_eth(struct sk_buff *skb, unsigned int pair, enum side from)
{
	struct net_device *in = port_dev(pair, from);
	u8 station[ETH_ALEN] = { 2, 0, 0, 0, pair, from };
	struct ethhdr *eth = skb_put(skb, ETH_HLEN);

	ether_addr_copy(eth->h_source, station);
	station[5] = !from;
	ether_addr_copy(eth->h_dest, netif_is_bridge_port(in) ? station :
				     in->dev_addr);
	eth->h_proto = htons(ETH_P_IP);
}

static void put_options(u8 *at, const struct type *type)
{
	if (type->options == SYN_OPTIONS) {
		put_unaligned_be32(0x02040000 | 1460, at);
		put_unaligned_be32(0x0402080a, at + 4);
		put_unaligned_be32(STAMP + type->from, at + 8);
		put_unaligned_be32(type->from == SERVER ? STAMP : 0, at + 12);
		put_unaligned_be32(0x01030307, at + 16);
	} else {
		put_unaligned_be32(0x0101080a, at);
		put_unaligned_be32(STAMP + type->from, at + 4);
		put_unaligned_be32(STAMP + !type->from, at + 8);
	}
}

static void put_tcp(struct sk_buff *skb, const struct type *type, __be16 source,
		    __be16 dest, u32 id)
{
	unsigned int len = sizeof(struct tcphdr) + type->options;
	struct tcphdr *tcp = skb_put_zero(skb, len);
	bool synack = type->from == SERVER;

	tcp->source = source;
	tcp->dest = dest;
	tcp->seq = htonl(synack ? ~id : id + !(type->flags & TCPHDR_SYN));
	tcp->ack_seq = htonl(synack ? id + 1 :
			     type->flags & TCPHDR_ACK ? ~id + 1 : 0);
	tcp->doff = len / 4;
	((u8 *)tcp)[13] = type->flags;
	tcp->window = htons(64240);
	put_options((u8 *)(tcp + 1), type);
}

/**
 * frame_build - make a packet
 * @pair: where it will come in, by the side that sends it
 * @kind: what it is
 * @id: number of the attempt that it belongs to
 *
 * Return: the packet, or NULL.
 */
struct sk_buff *frame_build(unsigned int pair, enum frame_kind kind, u32 id)
{
	const struct type *type = &types[kind];
	struct net_device *in = port_dev(pair, type->from);
	bool udp = kind == FRAME_UDP;
	unsigned int len = sizeof(struct iphdr) + type->payload +
			   (udp ? sizeof(struct udphdr) :
				  sizeof(struct tcphdr) + type->options);
	/* Neighbours in number are not neighbours in a table. */
	u32 where = id * 2654435761U & 0x7fffffff;
	__be32 client = htonl(0x0a000000 | (where & 0x7fffff));
	__be32 server = htonl(0x0a800001 + where % SERVERS);
	__be16 client_port = htons(1024 + (where >> 23));
	__be16 server_port = htons(type->port);
	bool back = type->from == SERVER;
	struct sk_buff *skb;
	struct iphdr *ip;

	skb = netdev_alloc_skb_ip_align(in, ETH_HLEN + len);
	if (!skb)
		return NULL;
	put_eth(skb, pair, type->from);
	ip = skb_put_zero(skb, sizeof(*ip));
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->tot_len = htons(len);
	ip->frag_off = htons(IP_DF);
	ip->ttl = 64;
	ip->protocol = udp ? IPPROTO_UDP : IPPROTO_TCP;
	ip->saddr = back ? server : client;
	ip->daddr = back ? client : server;
	ip_send_check(ip);
	if (udp) {
		struct udphdr *header = skb_put_zero(skb, sizeof(*header));

		header->source = client_port;
		header->dest = server_port;
		header->len = htons(sizeof(*header));
	} else {
		put_tcp(skb, type, back ? server_port : client_port,
			back ? client_port : server_port, id);
	}
	skb_put_zero(skb, type->payload);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->protocol = eth_type_trans(skb, in);
	return skb;
}
