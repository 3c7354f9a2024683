// SPDX-License-Identifier: GPL-2.0
/*
 * Which of several boxes an attempt is for.  Boxes agree on that without a word, so
 * what is computed here must never change: SipHash-2-4 of 37 bytes,
 *
 *	 0  address (16, an IPv4 address is mapped) and port (2) of one end
 *	18  address and port of the other
 *	36  protocol as in the IP header
 *
 * all in network byte order.  The end whose 18 bytes are the lower ones, compared
 * from the left, comes first, so that both directions have one hash.  The key is
 * "syncopate-shards".  Everybody knows it: who picks ports so that all his attempts
 * fall to one box burdens that one as he would the only one, and gains nothing else.
 *
 * A hash is shared out by the jump hash of Lamping and Veach (arXiv:1406.2294), in
 * whole numbers: where one shard more is added it gets its part, and no attempt moves
 * between those that were there.
 */
#ifdef __KERNEL__
#include <linux/siphash.h>
#endif

#include "packet.h"
#include "shard.h"

#define END_LEN		18

static void put_end(u8 *to, const struct in6_addr *addr, const __be16 *port)
{
	memcpy(to, addr, sizeof(*addr));
	memcpy(to + sizeof(*addr), port, sizeof(*port));
}

/**
 * shard_hash - the hash of an attempt
 * @pkt: a segment of it, of either direction
 * @proto: its protocol
 */
u64 shard_hash(const struct packet *pkt, u8 proto)
{
	static const siphash_key_t key = {
		{ 0x7461706f636e7973ULL, 0x7364726168732d65ULL }
	};
	u8 from[END_LEN], bytes[2 * END_LEN + 1];

	put_end(from, &pkt->saddr, &pkt->sport);
	put_end(bytes, &pkt->daddr, &pkt->dport);
	if (memcmp(from, bytes, END_LEN) < 0) {
		memcpy(bytes + END_LEN, bytes, END_LEN);
		memcpy(bytes, from, END_LEN);
	} else {
		memcpy(bytes + END_LEN, from, END_LEN);
	}
	bytes[2 * END_LEN] = proto;
	return siphash(bytes, sizeof(bytes), &key);
}

/**
 * shard_of - which shard a hash falls to
 * @hash: it
 * @shards: how many there are, 1 to %SYNCOPATE_SHARDS_MAX
 *
 * Return: 1 to @shards.
 */
u32 shard_of(u64 hash, u32 shards)
{
	u64 shard = 0, next = 0;

	while (next < shards) {
		shard = next + 1;
		hash = hash * 2862933555777941757ULL + 1;
		next = div64_u64(shard << 31, (hash >> 33) + 1);
	}
	return shard;
}
