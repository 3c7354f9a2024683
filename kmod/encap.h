/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_ENCAP_H
#define SYNCOPATE_ENCAP_H

#include "pure.h"

/* VLAN tags that are read, beside the one that the kernel keeps by the frame. */
#define ENCAP_VLANS 2

/**
 * struct encap - what is between a frame's header and the network header
 * @proto: the network protocol, %ETH_P_IP or %ETH_P_IPV6 in network order if it
 *	is one for us; 0 if it can not be told
 * @len: bytes that all this takes
 * @total: bytes from there to the end of what is carried
 * @tag_proto: VLAN tags from the outside in: %ETH_P_8021Q or %ETH_P_8021AD in
 *	network order
 * @tag: and what they say (TCI)
 * @tags: how many
 * @pppoe: a PPPoE session (RFC 2516) is the innermost
 * @session: its number
 */
struct encap {
	__be16 proto;
	unsigned int len;
	unsigned int total;
	__be16 tag_proto[ENCAP_VLANS];
	u16 tag[ENCAP_VLANS];
	unsigned int tags;
	bool pppoe;
	u16 session;
};

unsigned int encap_parse(struct encap *encap, __be16 proto, const u8 *data,
			 unsigned int len, unsigned int total);

#endif /* SYNCOPATE_ENCAP_H */
