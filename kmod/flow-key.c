// SPDX-License-Identifier: GPL-2.0
/* What tells one attempt from another, made of a packet, and its hash. */
#include <linux/random.h>
#include <linux/siphash.h>
#include <net/ipv6.h>

#include "compat.h"
#include "emit.h"
#include "flow-key.h"
#include "packet.h"

static hsiphash_key_t secret __read_mostly;

/**
 * flow_key_init - choose the secret of the hashes, once
 */
void flow_key_init(void)
{
	/* A hole in the key would be hashed and compared. */
	BUILD_BUG_ON(FLOW_KEY_LEN != 52);

	get_random_bytes(&secret, sizeof(secret));
}

/*
 * Ports and addresses are the attacker's choice: with a secret. As few words as
 * tell attempts apart: IPv4 addresses, and tags where there are any.
 */
static u32 hash_v4(u32 addr0, u32 addr1, u32 port, u32 domain)
{
	return hsiphash_4u32(addr0, addr1, port, domain, &secret);
}

static u32 hash_v6(const struct in6_addr *addr, u32 port, u32 domain)
{
	return hsiphash(addr, 2 * sizeof(*addr), &secret) ^
	       hsiphash_2u32(port, domain, &secret);
}

static u32 hash_tags(const struct flow_key *key)
{
	const u16 *vlan = key->vlan;

	if (!(vlan[0] | vlan[1] | vlan[2] | key->session))
		return 0;
	return hsiphash(vlan, sizeof(key->vlan), &secret) ^
	       hsiphash_1u32(key->session, &secret);
}

/* Any order will do, as long as it is one. IPv4 differs in the last word. */
static bool is_higher(const struct in6_addr *a, const struct in6_addr *b)
{
	int i;

	for (i = 3; i > 0 && a->s6_addr32[i] == b->s6_addr32[i]; i--)
		;
	return (__force u32)a->s6_addr32[i] > (__force u32)b->s6_addr32[i];
}

static bool is_from_higher(const struct in6_addr *saddr,
			   const struct in6_addr *daddr, u16 sport, u16 dport)
{
	if (ipv6_addr_equal(saddr, daddr))
		return sport > dport;
	return is_higher(saddr, daddr);
}

/**
 * flow_key_make - the key of a packet, the same for both directions
 * @key: where to; its session is set, and if routed its domain
 * @pkt: the packet
 * @path: where it passes
 * @vlan: its %FLOW_VLANS VLAN tags
 *
 * Return: which end of the key the packet comes from.
 */
unsigned int flow_key_make(struct flow_key *key, const struct packet *pkt,
			   const struct emit_path *path, const u16 *vlan)
{
	unsigned int from = is_from_higher(&pkt->saddr, &pkt->daddr,
					   (__force u16)pkt->sport,
					   (__force u16)pkt->dport);
	u32 port;

	key->addr[from] = pkt->saddr;
	key->addr[!from] = pkt->daddr;
	key->port[from] = pkt->sport;
	key->port[!from] = pkt->dport;
	memcpy(key->vlan, vlan, sizeof(key->vlan));
	key->proto = pkt->proto;
	key->zero = 0;
	if (path->bridge)
		key->domain = path->bridge;

	memcpy(&port, key->port, sizeof(port));
	if (ipv6_addr_v4mapped(&pkt->saddr) && ipv6_addr_v4mapped(&pkt->daddr))
		key->hash = hash_v4((__force u32)key->addr[0].s6_addr32[3],
				    (__force u32)key->addr[1].s6_addr32[3],
				    port, key->domain);
	else
		key->hash = hash_v6(key->addr, port, key->domain);
	key->hash ^= hash_tags(key);
	return from;
}

static u32 hash_ends_v4(const struct packet_ends *ends, u32 domain)
{
	u32 saddr = get_unaligned((const u32 *)ends->addr);
	u32 daddr = get_unaligned((const u32 *)(ends->addr + 4));
	u16 sport = get_unaligned((const u16 *)ends->port);
	u16 dport = get_unaligned((const u16 *)(ends->port + 2));
	u32 port = get_unaligned((const u32 *)ends->port);

	if (saddr > daddr || (saddr == daddr && sport > dport))
		return hash_v4(daddr, saddr, ror32(port, 16), domain);
	return hash_v4(saddr, daddr, port, domain);
}

static noinline u32 hash_ends_v6(const struct packet_ends *ends, u32 domain)
{
	u16 sport = get_unaligned((const u16 *)ends->port);
	u16 dport = get_unaligned((const u16 *)(ends->port + 2));
	u32 port = get_unaligned((const u32 *)ends->port);
	struct in6_addr addr[2];

	memcpy(addr, ends->addr, sizeof(addr));
	if (is_from_higher(&addr[0], &addr[1], sport, dport)) {
		swap(addr[0], addr[1]);
		port = ror32(port, 16);
	}
	/* A mapped address on the wire is what its key takes it for. */
	if (ipv6_addr_v4mapped(&addr[0]) && ipv6_addr_v4mapped(&addr[1]))
		return hash_v4((__force u32)addr[0].s6_addr32[3],
			       (__force u32)addr[1].s6_addr32[3], port, domain);
	return hash_v6(addr, port, domain);
}

/**
 * flow_key_hash_ends - the hash of a packet's key, if it has no tags
 * @ends: of the packet
 * @domain: what its addresses belong to, see &struct flow_key
 *
 * Return: as flow_key_make() would find it.
 */
u32 flow_key_hash_ends(const struct packet_ends *ends, u32 domain)
{
	return ends->is_v4 ? hash_ends_v4(ends, domain) :
			     hash_ends_v6(ends, domain);
}
