/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_FLOW_KEY_H
#define SYNCOPATE_FLOW_KEY_H

#include <linux/in6.h>
#include <linux/types.h>

#include "encap.h"
#include "key.h"

struct emit_path;
struct packet;
struct packet_ends;

/* VLAN tags that are told apart: the one beside the frame and those inside. */
#define FLOW_VLANS (1 + ENCAP_VLANS)
#define FLOW_VLAN_TAG	0x8000	/* there is a tag */
#define FLOW_VLAN_AD	0x4000	/* of 802.1ad */

/* No bridge's interface index: a router's VRFs and zones. */
#define FLOW_DOMAIN_ROUTED	0x80000000

/**
 * struct flow_key - what tells one attempt from another
 * @hash: of all the rest, so that it is made once for each packet. It comes first: a
 *	key and its hash alone are looked up by the same function, see flow_may_be()
 * @domain: what the addresses belong to: interface index of the bridge, or if
 *	routed 0 or what tells VRFs and conntrack's zones apart, with
 *	FLOW_DOMAIN_ROUTED
 * @addr: both ends, IPv4 mapped; the end with the lower address and port first,
 *	so that both directions have one key
 * @port: their ports
 * @vlan: VLAN tags from the outside in, FLOW_VLAN_TAG | FLOW_VLAN_AD | VID
 * @proto: %IPPROTO_TCP or %IPPROTO_SCTP
 * @zero: padding
 * @session: what tells PPPoE sessions apart, 0 outside of one
 */
struct flow_key {
	u32 hash;
	u32 domain;
	struct in6_addr addr[2];
	__be16 port[2];
	u16 vlan[FLOW_VLANS];
	u8 proto;
	u8 zero;
	u32 session;
} KEY_ALIGNED;

/* The interface index of the bridge that a key's domain names, 0 if routed. */
static inline u32 flow_domain_bridge(u32 domain)
{
	return domain & FLOW_DOMAIN_ROUTED ? 0 : domain;
}

void flow_key_init(void);
unsigned int flow_key_make(struct flow_key *key, const struct packet *pkt,
			   const struct emit_path *path, const u16 *vlan);
u32 flow_key_hash_ends(const struct packet_ends *ends, u32 domain);

#endif /* SYNCOPATE_FLOW_KEY_H */
