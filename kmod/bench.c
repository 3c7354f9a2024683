// SPDX-License-Identifier: GPL-2.0
/*
 * What a lookup costs, beside the loop that it stands for.  Not a test: the
 * figures are those of this machine, in this minute.
 */
#include <malloc.h>
#include <stdio.h>
#include <time.h>

#include "classify.h"
#include "profile.h"

#define KEYS	4096	/* more than a branch predictor learns by heart */

struct key {
	struct classify_value value[CLASSIFY_FIELDS];
};

static struct classify_rule rules[CLASSIFY_RULES_MAX];
static struct key hit[KEYS], miss[KEYS];
static unsigned int num_rules;
static struct profile profiles[PROFILES_MAX];
static struct in6_addr addrs[KEYS];

static u64 rnd(u64 below)
{
	static u64 seed = 1;

	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * 0x2545f4914f6cdd1dULL >> 16) % below;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static size_t allocated(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static int loop_first(const struct classify_value *value)
{
	unsigned int i, f;

	for (i = 0; i < num_rules; i++) {
		for (f = 0; f < CLASSIFY_FIELDS; f++)
			if (rules[i].given & BIT_ULL(f) &&
			    (classify_less(value[f], rules[i].range[f].first) ||
			     classify_less(rules[i].range[f].last, value[f])))
				break;
		if (f == CLASSIFY_FIELDS)
			return i;
	}
	return -1;
}

static int index_first(const struct classify *c,
		       const struct classify_value *value)
{
	struct classify_cursor cursor;

	classify_begin(c, value, &cursor);
	return classify_next(&cursor);
}

/* ns for each key; of the loop if there is no index. */
static double lookup(const struct classify *c, const struct key *keys)
{
	double begin = now(), end;
	unsigned int i, n = 0;
	long sum = 0;

	do {
		for (i = 0; i < KEYS; i += c ? 1 : 16)
			sum += c ? index_first(c, keys[i].value) :
				   loop_first(keys[i].value);
		n += c ? KEYS : KEYS / 16;
		end = now();
	} while (end - begin < 3e7);
	/* The sum is looked at, so that the loop can not be left out. */
	__asm__ volatile("" :: "r" (sum));
	return (end - begin) / n;
}

static struct classify_value ipv4(u32 addr)
{
	return (struct classify_value) { 0, 0xffff00000000ULL | addr };
}

static void restrict_to(struct classify_rule *rule, enum classify_field field,
			struct classify_value value)
{
	rule->given |= BIT_ULL(field);
	rule->range[field] = (struct classify_range) { value, value };
}

static void dst_rule(struct classify_rule *rule, unsigned int i)
{
	restrict_to(rule, CLASSIFY_DST, ipv4(0x0a000000 + i * 37));
	restrict_to(rule, CLASSIFY_DPORT, (struct classify_value) { 0, 443 });
}

static void dport_rule(struct classify_rule *rule, unsigned int i)
{
	restrict_to(rule, CLASSIFY_DPORT,
		    (struct classify_value) { 0, 1024 + 2 * i });
}

static void mark_rule(struct classify_rule *rule, unsigned int i)
{
	restrict_to(rule, CLASSIFY_MARK, (struct classify_value) { 0, 1 + i });
}

/* Prefixes of all lengths, ranges of ports, interfaces; a third has no dst. */
static void mixed_rule(struct classify_rule *rule, unsigned int i)
{
	u32 addr = 0x0a000000 + rnd(1 << 24), host = ~0U >> (16 + rnd(16));

	if (i % 3) {
		restrict_to(rule, CLASSIFY_DST, ipv4(addr & ~host));
		rule->range[CLASSIFY_DST].last = ipv4(addr | host);
	}
	if (i % 3 == 0 || rnd(2)) {
		restrict_to(rule, CLASSIFY_DPORT,
			    (struct classify_value) { 0, rnd(60000) });
		rule->range[CLASSIFY_DPORT].last.lo += rnd(2) ? 0 : rnd(100);
	}
	if (i % 3 == 0 || !rnd(4))
		restrict_to(rule, CLASSIFY_MARK,
			    (struct classify_value) { 0, rnd(16) });
	if (!rnd(4))
		restrict_to(rule, CLASSIFY_IIF,
			    (struct classify_value) { rnd(8) << 32, 0 });
}

/* Ranges across half of all numbers, in all fields. */
static void worst_rule(struct classify_rule *rule, unsigned int i)
{
	unsigned int f;

	for (f = 0; f < CLASSIFY_FIELDS; f++) {
		restrict_to(rule, f, (struct classify_value) {
			CLASSIFY_RULES_MAX - i, 0 });
		rule->range[f].last.hi += CLASSIFY_RULES_MAX;
	}
}

static void bench_set(const char *name,
		      void (*make)(struct classify_rule *, unsigned int),
		      unsigned int num)
{
	struct classify *c;
	size_t bytes;
	double built;
	unsigned int i, f;

	num_rules = num;
	for (i = 0; i < num; i++) {
		rules[i] = (struct classify_rule) {};
		make(&rules[i], i);
	}
	for (i = 0; i < KEYS; i++) {
		struct classify_rule *rule = &rules[rnd(num)];

		for (f = 0; f < CLASSIFY_FIELDS; f++)
			hit[i].value[f] = rule->range[f].first;
		miss[i] = hit[i];
		for (f = 0; f < CLASSIFY_FIELDS; f++)
			miss[i].value[f].lo += 1ULL << 40;
	}

	bytes = allocated();
	built = now();
	c = classify_build(rules, num);
	built = now() - built;
	bytes = allocated() - bytes;
	for (i = 0; i < KEYS; i += 64)
		if (index_first(c, hit[i].value) != loop_first(hit[i].value) ||
		    index_first(c, miss[i].value) != loop_first(miss[i].value))
			abort();
	printf("%-12s %5u %9.1f %9.1f %9.1f %9.1f %9.2f %9zu\n", name, num,
	       lookup(c, hit), lookup(NULL, hit), lookup(c, miss),
	       lookup(NULL, miss), built / 1e6, bytes);
	classify_free(c);
}

/* What the loop would do, with prefixes compared by halves. */
static const struct profile *loop_find(unsigned int num,
				       const struct in6_addr *addr, u16 port)
{
	struct classify_value v = classify_bytes(addr), w;
	const struct profile *best = NULL;
	unsigned int i;

	for (i = 0; i < num; i++) {
		const struct profile *p = &profiles[i];

		if ((p->port && p->port != port) || (best && p->len < best->len))
			continue;
		/* All are IPv4: the upper half is the same. */
		w = classify_bytes(&p->addr);
		if (!((v.lo ^ w.lo) >> (128 - p->len)) &&
		    (!best || p->len > best->len || p->port))
			best = p;
	}
	return best;
}

/* ns for each lookup; of the loop if there is no index. */
static double lookup_profile(const struct profile_index *index,
			     unsigned int num)
{
	unsigned int i, n = 0, step = index ? 1 : num > 1000 ? 1024 : 16;
	double begin = now(), end;
	const struct profile *p;

	do {
		for (i = 0; i < KEYS; i += step, n++) {
			p = index ? profile_find(index, &addrs[i], 443) :
				    loop_find(num, &addrs[i], 443);
			__asm__ volatile("" :: "r" (p));
		}
		end = now();
	} while (end - begin < 3e7);
	return (end - begin) / n;
}

/* Prefixes of 8 to 32 bits of 10/8 and beside it, half of them for a port. */
static void bench_profiles(unsigned int num)
{
	struct profile_index *index;
	unsigned int i, len, kept = 0;
	size_t bytes;
	double built;
	u32 addr;

	for (i = 0; i < num; i++) {
		len = rnd(8) ? 24 + rnd(9) : 8 + rnd(16);
		addr = 0x08000000 + rnd(1 << 26);
		addr = htonl(addr & ~0U << (32 - len));
		profiles[i] = (struct profile) {
			.addr.s6_addr = { [10] = 0xff, [11] = 0xff },
			.len = 96 + len,
			.family = AF_INET,
			.port = rnd(2) ? 0 : rnd(2) ? 443 : 1 + rnd(100),
		};
		memcpy(&profiles[i].addr.s6_addr[12], &addr, 4);
	}
	qsort(profiles, num, sizeof(*profiles), profile_compare);
	for (i = 0; i < num; i++)
		if (!i || profile_compare(&profiles[kept - 1], &profiles[i]))
			profiles[kept++] = profiles[i];
	for (i = 0; i < KEYS; i++) {
		addrs[i] = profiles[rnd(kept)].addr;
		addrs[i].s6_addr[15] += rnd(4);
	}

	bytes = allocated();
	built = now();
	index = profile_index_build(profiles, kept, PROFILE_RTT);
	built = now() - built;
	bytes = allocated() - bytes;
	for (i = 0; i < KEYS; i += 64)
		if (profile_find(index, &addrs[i], 443) !=
		    loop_find(kept, &addrs[i], 443))
			abort();
	printf("%-12s %5u %9.1f %9.1f %9s %9s %9.2f %9zu\n", "profile", kept,
	       lookup_profile(index, kept), lookup_profile(NULL, kept), "", "",
	       built / 1e6, bytes);
	profile_index_free(index);
}

int main(void)
{
	static const unsigned int nums[] = { 1, 10, 100, 1000, 4096 };
	static const struct {
		const char *name;
		void (*make)(struct classify_rule *rule, unsigned int i);
	} sets[] = {
		{ "dst, 1 dport", dst_rule },
		{ "dport", dport_rule },
		{ "mark", mark_rule },
		{ "mixed", mixed_rule },
		{ "worst", worst_rule },
	};
	unsigned int i, n;

	/* So that it is known what is in use. */
	mallopt(M_MMAP_THRESHOLD, 1 << 30);
	printf("%-12s %5s %9s %9s %9s %9s %9s %9s\n", "classify", "rules",
	       "hit ns", "loop", "miss ns", "loop", "build ms", "bytes");
	for (i = 0; i < sizeof(sets) / sizeof(*sets); i++)
		for (n = 0; n < sizeof(nums) / sizeof(*nums); n++)
			bench_set(sets[i].name, sets[i].make, nums[n]);
	bench_profiles(1);
	bench_profiles(1000);
	bench_profiles(PROFILES_MAX);
	return 0;
}
