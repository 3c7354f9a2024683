// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of shard.c.  The hashes are from another program: boxes of any architecture and
 * version must come to the same.  selftests/series.sh asks the kernel's SipHash for some.
 */
#include "packet.h"
#include "shard.h"
#include "test.h"

#define SHARDS_MAX	256
#define ATTEMPTS	100000

static u64 rotated(u64 word, unsigned int bits)
{
	return word << bits | word >> (64 - bits);
}

static void sip_round(u64 v[4])
{
	v[0] += v[1];
	v[1] = rotated(v[1], 13) ^ v[0];
	v[0] = rotated(v[0], 32);
	v[2] += v[3];
	v[3] = rotated(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotated(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotated(v[1], 17) ^ v[2];
	v[2] = rotated(v[2], 32);
}

/* SipHash-2-4, Aumasson and Bernstein. */
u64 siphash(const void *data, size_t len, const siphash_key_t *key)
{
	u64 v[4] = {
		key->key[0] ^ 0x736f6d6570736575ULL,
		key->key[1] ^ 0x646f72616e646f6dULL,
		key->key[0] ^ 0x6c7967656e657261ULL,
		key->key[1] ^ 0x7465646279746573ULL,
	};
	const u8 *byte = data;
	u64 word = 0;
	size_t i;

	for (i = 0; i < (len | 7) + 1; i++) {
		if (i < len)
			word |= (u64)byte[i] << (i % 8 * 8);
		else if (i % 8 == 7)
			word |= (u64)len << 56;
		if (i % 8 != 7)
			continue;
		v[3] ^= word;
		sip_round(v);
		sip_round(v);
		v[0] ^= word;
		word = 0;
	}
	v[2] ^= 0xff;
	for (i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void set_addr(struct in6_addr *addr, const char *text)
{
	memset(addr, 0, sizeof(*addr));
	if (inet_pton(AF_INET6, text, addr) == 1)
		return;
	memset(&addr->s6_addr[10], 0xff, 2);
	inet_pton(AF_INET, text, &addr->s6_addr[12]);
}

static struct packet segment(const char *from, u16 sport, const char *to,
			     u16 dport)
{
	struct packet pkt = { .sport = htons(sport), .dport = htons(dport) };

	set_addr(&pkt.saddr, from);
	set_addr(&pkt.daddr, to);
	return pkt;
}

static void vector(const char *from, u16 sport, const char *to, u16 dport,
		   u64 hash, const u32 shard[4])
{
	static const u32 shards[4] = { 2, 3, 10, SHARDS_MAX };
	struct packet one = segment(from, sport, to, dport);
	struct packet other = segment(to, dport, from, sport);
	int i, good = 1;

	check(shard_hash(&one, IPPROTO_TCP) == hash &&
	      shard_hash(&other, IPPROTO_TCP) == hash,
	      "%s:%u and %s:%u, both directions", from, sport, to, dport);
	for (i = 0; i < 4; i++)
		good &= shard_of(hash, shards[i]) == shard[i];
	check(good && shard_of(hash, 1) == 1, "and their shards");
}

/* The hash of some attempt. */
static u64 some_hash(u32 i)
{
	struct packet pkt = segment("10.0.0.0", i, "10.9.0.1", 5060);

	pkt.saddr.s6_addr[14] = i >> 16;
	return shard_hash(&pkt, IPPROTO_TCP);
}

/* Each attempt is of one shard, and no shard has many more than its part. */
static void shares(u32 shards)
{
	u32 count[SHARDS_MAX + 1] = {}, i, least = ATTEMPTS, most = 0, all = 0;

	for (i = 0; i < ATTEMPTS; i++)
		count[shard_of(some_hash(i), shards)]++;
	for (i = 1; i <= shards; i++) {
		all += count[i];
		least = min(least, count[i]);
		most = max(most, count[i]);
	}
	check(all == ATTEMPTS, "%u shards: each attempt is of one", shards);
	/* The variance of a share is about itself: five times its root. */
	all = ATTEMPTS / shards;
	check((most - all) * (most - all) < 25 * all &&
	      (all - least) * (all - least) < 25 * all,
	      "%u shards: %u to %u of %u", shards, least, most, ATTEMPTS);
}

/* One shard more gets its part, and takes it from all others. */
static void one_more(u32 shards)
{
	u32 i, before, after, moved = 0, wrong = 0, part = ATTEMPTS / (shards + 1);

	for (i = 0; i < ATTEMPTS; i++) {
		before = shard_of(some_hash(i), shards);
		after = shard_of(some_hash(i), shards + 1);
		moved += before != after;
		wrong += before != after && after != shards + 1;
	}
	check(!wrong && moved > part * 9 / 10 && moved < part * 11 / 10,
	      "from %u shards to %u, %u of %u move, all to the new one", shards,
	      shards + 1, moved, ATTEMPTS);
}

int main(void)
{
	const siphash_key_t key = {
		{ 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL }
	};
	struct packet pkt = segment("10.1.0.4", 4000, "10.1.0.3", 81);
	u8 data[15];
	u32 i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = i;
	check(siphash(data, sizeof(data), &key) == 0xa129ca6149be45e5ULL,
	      "SipHash is as in the paper");

	vector("10.1.0.4", 4000, "10.1.0.3", 81, 0xbf76be2d1a9318c6ULL,
	       (u32[]){ 2, 2, 8, 8 });
	vector("10.2.0.4", 4001, "10.3.0.3", 81, 0xcdb47923fe67f7a7ULL,
	       (u32[]){ 1, 1, 9, 115 });
	vector("fd01::4", 4000, "fd01::3", 81, 0xd4a6be11b54ca0b0ULL,
	       (u32[]){ 2, 2, 6, 152 });
	vector("fd02::4", 5060, "fd03::3", 5061, 0x5ce8d10a3e2ee17dULL,
	       (u32[]){ 1, 1, 1, 23 });
	vector("10.0.0.1", 80, "10.0.0.1", 81, 0xea33b615620c5b31ULL,
	       (u32[]){ 2, 2, 9, 88 });
	check(shard_hash(&pkt, IPPROTO_SCTP) == 0x235c50f21b903c77ULL,
	      "another protocol is another attempt");

	check(shard_of(0, 1) == 1 && shard_of(~0ULL, 1) == 1, "one shard");
	for (i = 1; i <= SHARDS_MAX; i++)
		if (!shard_of(0, i) || shard_of(0, i) > i ||
		    !shard_of(~0ULL, i) || shard_of(~0ULL, i) > i)
			break;
	check(i > SHARDS_MAX, "the least and the greatest hash have a shard");
	shares(2);
	shares(3);
	shares(SHARDS_MAX);
	one_more(1);
	one_more(2);
	one_more(7);
	return check_done();
}
