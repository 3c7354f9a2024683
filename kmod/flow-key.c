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
	/* A hole in the key would be compared. */
	BUILD_BUG_ON(sizeof(struct flow_key) != 56);

	get_random_bytes(&secret, sizeof(secret));
}

static u32 both(u16 port0, u16 port1)
{
	return port0 | (u32)port1 << 16;
}

/*
 * The hash of two ends, and which of them is the one that it comes from: any order
 * will do, as long as it is the same for both directions. Ports and addresses are
 * the attacker's choice: with a secret. As few words as tell attempts apart: IPv4
 * addresses, and tags where there are any. In its place, as data may pay for it.
 */
static __always_inline unsigned int
hash_v4(u32 saddr, u32 daddr, u16 sport, u16 dport, u32 domain, u32 *hash)
{
	if (saddr > daddr || (saddr == daddr && sport > dport)) {
		*hash = hsiphash_4u32(daddr, saddr, both(dport, sport), domain,
				      &secret);
		return 1;
	}
	*hash = hsiphash_4u32(saddr, daddr, both(sport, dport), domain,
			      &secret);
	return 0;
}

/* IPv6, or an address of each. */
static noinline unsigned int
hash_v6(const struct in6_addr *saddr, const struct in6_addr *daddr, u16 sport,
	u16 dport, u32 domain, u32 *hash)
{
	int order = memcmp(saddr, daddr, sizeof(*saddr));
	unsigned int from = order > 0 || (!order && sport > dport);
	struct in6_addr addr[2];
	u32 port;

	addr[from] = *saddr;
	addr[!from] = *daddr;
	port = from ? both(dport, sport) : both(sport, dport);
	*hash = hsiphash(addr, sizeof(addr), &secret) ^
		hsiphash_2u32(port, domain, &secret);
	return from;
}

static unsigned int hash_mapped(const struct in6_addr *saddr,
				const struct in6_addr *daddr, u16 sport,
				u16 dport, u32 domain, u32 *hash)
{
	if (ipv6_addr_v4mapped(saddr) && ipv6_addr_v4mapped(daddr))
		return hash_v4((__force u32)saddr->s6_addr32[3],
			       (__force u32)daddr->s6_addr32[3], sport, dport,
			       domain, hash);
	return hash_v6(saddr, daddr, sport, dport, domain, hash);
}

static u32 hash_tags(const struct flow_key *key)
{
	const u16 *vlan = key->vlan;

	if (!(vlan[0] | vlan[1] | vlan[2] | key->session))
		return 0;
	return hsiphash(vlan, sizeof(key->vlan), &secret) ^
	       hsiphash_1u32(key->session, &secret);
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
	u16 sport = (__force u16)pkt->sport, dport = (__force u16)pkt->dport;
	unsigned int from, i;

	if (path->bridge)
		key->domain = path->bridge;
	from = hash_mapped(&pkt->saddr, &pkt->daddr, sport, dport, key->domain,
			   &key->hash);
	key->addr[from] = pkt->saddr;
	key->addr[!from] = pkt->daddr;
	key->port[from] = pkt->sport;
	key->port[!from] = pkt->dport;
	for (i = 0; i < FLOW_VLANS; i++)
		key->vlan[i] = vlan[i];
	key->proto = pkt->proto;
	key->zero = 0;
	key->hash ^= hash_tags(key);
	return from;
}

static noinline u32 hash_ends_v6(const struct packet_ends *ends, u16 sport,
				 u16 dport, u32 domain)
{
	struct in6_addr addr[2];
	u32 hash;

	addr[0] = get_unaligned((const struct in6_addr *)ends->addr);
	addr[1] = get_unaligned((const struct in6_addr *)(ends->addr + 16));
	/* A mapped address on the wire is what its key takes it for. */
	hash_mapped(&addr[0], &addr[1], sport, dport, domain, &hash);
	return hash;
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
	u16 sport = get_unaligned((const u16 *)ends->port);
	u16 dport = get_unaligned((const u16 *)(ends->port + 2));
	u32 hash;

	if (!ends->is_v4)
		return hash_ends_v6(ends, sport, dport, domain);
	hash_v4(get_unaligned((const u32 *)ends->addr),
		get_unaligned((const u32 *)(ends->addr + 4)), sport, dport,
		domain, &hash);
	return hash;
}
