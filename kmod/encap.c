// SPDX-License-Identifier: GPL-2.0
/*
 * What a bridged frame has around its packet: VLAN tags, a PPPoE session. Pure,
 * like packet.c, which reads on from there.
 */
#include "encap.h"

#define VLAN_TAG_LEN	4
#define PPPOE_LEN	6
#define PPPOE_SESSION	0x1100	/* version 1, type 1, code 0 */
#define PPP_LEN		2
#define PPP_IPV4	0x0021
#define PPP_IPV6	0x0057

static bool is_tag(__be16 proto)
{
	return proto == htons(ETH_P_8021Q) || proto == htons(ETH_P_8021AD);
}

/*
 * Its length says where the packet ends; what follows is padding. A protocol of
 * one byte (RFC 1661, 6.5), which no PPPoE should have, is not read.
 */
static void parse_pppoe(struct encap *encap, const u8 *data)
{
	unsigned int size = get_unaligned_be16(data + 4);

	encap->proto = 0;
	if (get_unaligned_be16(data) != PPPOE_SESSION || size < PPP_LEN ||
	    size > encap->total - PPPOE_LEN)
		return;

	switch (get_unaligned_be16(data + PPPOE_LEN)) {
	case PPP_IPV4:
		encap->proto = htons(ETH_P_IP);
		break;
	case PPP_IPV6:
		encap->proto = htons(ETH_P_IPV6);
		break;
	}
	encap->pppoe = true;
	encap->session = get_unaligned_be16(data + 2);
	encap->len += PPPOE_LEN + PPP_LEN;
	encap->total = size - PPP_LEN;
}

/**
 * encap_parse - read what is around a packet
 * @encap: where to
 * @proto: protocol of the frame, in network order
 * @data: what follows its header
 * @len: bytes at @data that can be read
 * @total: bytes from @data to the frame's end, at least @len
 *
 * Return: 0 if @encap is filled in, else the number of bytes at @data, more than
 * @len and at most @total, without which it can not be.
 */
unsigned int encap_parse(struct encap *encap, __be16 proto, const u8 *data,
			 unsigned int len, unsigned int total)
{
	unsigned int need;

	encap->proto = proto;
	encap->len = 0;
	encap->total = total;
	encap->tags = 0;
	encap->pppoe = false;
	encap->session = 0;

	while (is_tag(encap->proto)) {
		need = encap->len + VLAN_TAG_LEN;
		if (encap->tags == ENCAP_VLANS || need > total) {
			encap->proto = 0;
			return 0;
		}
		if (need > len)
			return need;
		encap->tag_proto[encap->tags] = encap->proto;
		encap->tag[encap->tags++] = get_unaligned_be16(data +
							       encap->len);
		memcpy(&encap->proto, data + encap->len + 2, 2);
		encap->len += VLAN_TAG_LEN;
		encap->total -= VLAN_TAG_LEN;
	}
	if (encap->proto != htons(ETH_P_PPP_SES))
		return 0;

	need = encap->len + PPPOE_LEN + PPP_LEN;
	if (need > total) {
		encap->proto = 0;
		return 0;
	}
	if (need > len)
		return need;
	parse_pppoe(encap, data + encap->len);
	return 0;
}
