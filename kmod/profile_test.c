// SPDX-License-Identifier: GPL-2.0
/* Tests of profile.c. */
#include "profile.h"
#include "test.h"

/* The linker puts this in the place of the one that profile.c calls. */
void *__real_calloc(size_t num, size_t size);
void *__wrap_calloc(size_t num, size_t size);

/* How many are good before one fails. */
static int allocations = -1;

void *__wrap_calloc(size_t num, size_t size)
{
	return allocations-- ? __real_calloc(num, size) : NULL;
}

static struct profile profiles[PROFILES_MAX];
static unsigned int num_profiles;

static u64 seed = 1;

static u64 rnd(u64 below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * 0x2545f4914f6cdd1dULL >> 16) % below;
}

static struct in6_addr address(const char *text)
{
	struct in6_addr addr = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

	if (strchr(text, ':'))
		inet_pton(AF_INET6, text, &addr);
	else
		inet_pton(AF_INET, text, &addr.s6_addr[12]);
	return addr;
}

/* Like the kernel's, by bit, as slow as it is plain. */
static bool prefix_holds(const struct in6_addr *prefix, unsigned int len,
			 const struct in6_addr *addr)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		if ((prefix->s6_addr[i / 8] ^ addr->s6_addr[i / 8]) &
		    0x80 >> i % 8)
			return false;
	return true;
}

static bool mapped(const struct in6_addr *addr)
{
	const struct in6_addr zero = address("0.0.0.0");

	return prefix_holds(&zero, 96, addr);
}

/* @len is of the family's own bits. */
static struct profile *add(const char *text, unsigned int len, u16 port)
{
	struct profile *profile = &profiles[num_profiles++];
	unsigned int i;

	*profile = (struct profile) {
		.addr = address(text),
		.len = strchr(text, ':') ? len : len + 96,
		.family = strchr(text, ':') ? AF_INET6 : AF_INET,
		.port = port,
		.rtt = num_profiles,
	};
	for (i = profile->len; i < 128; i++)
		profile->addr.s6_addr[i / 8] &= ~(0x80 >> i % 8);
	return profile;
}

static struct profile_index *build(void)
{
	unsigned int i, kept = 0;

	qsort(profiles, num_profiles, sizeof(*profiles), profile_compare);
	for (i = 0; i < num_profiles; i++)
		if (!kept || profile_compare(&profiles[kept - 1], &profiles[i]))
			profiles[kept++] = profiles[i];
	num_profiles = kept;
	return profile_index_build(profiles, num_profiles, PROFILE_RTT);
}

static const struct profile *loop_find(const struct in6_addr *addr, u16 port)
{
	const struct profile *best = NULL;
	unsigned int i;

	for (i = 0; i < num_profiles; i++) {
		const struct profile *p = &profiles[i];

		if ((p->port && p->port != port) ||
		    p->family != (mapped(addr) ? AF_INET : AF_INET6) ||
		    !prefix_holds(&p->addr, p->len, addr))
			continue;
		if (!best || p->len > best->len ||
		    (p->len == best->len && p->port))
			best = p;
	}
	return best;
}

/* The number by which a profile was added, 0 for none. */
static u64 find(const struct profile_index *index, const char *text, u16 port)
{
	struct in6_addr addr = address(text);
	const struct profile *profile = profile_find(index, &addr, port);

	return profile ? profile->rtt : 0;
}

static void test_order(void)
{
	const struct profile sorted[] = {
		{ .addr = address("10.0.0.0"), .len = 104, .family = AF_INET },
		{ .addr = address("10.0.0.0"), .len = 112, .family = AF_INET },
		{ .addr = address("10.0.0.0"), .len = 112, .family = AF_INET,
		  .port = 80 },
		{ .addr = address("10.0.0.0"), .len = 112, .family = AF_INET,
		  .port = 40000 },
		{ .addr = address("200.0.0.0"), .len = 104, .family = AF_INET },
		{ .addr = address("::"), .len = 0, .family = AF_INET6 },
		{ .addr = address("2001:db8::"), .len = 32, .family = AF_INET6 },
		{ .addr = address("fe80::"), .len = 10, .family = AF_INET6 },
	};
	const int num = sizeof(sorted) / sizeof(*sorted);
	int i, j, order;
	bool good = true;

	for (i = 0; i < num; i++)
		for (j = 0; j < num; j++) {
			order = profile_compare(&sorted[i], &sorted[j]);
			good &= (order < 0) == (i < j) && (order > 0) == (i > j);
		}
	check(good, "IPv4 first, then by address, length and port");
}

static void test_find(void)
{
	struct profile_index *index;

	num_profiles = 0;
	index = build();
	check(!find(index, "10.0.0.1", 80) && !find(index, "::", 0),
	      "no profiles: nothing is found");
	profile_index_free(index);
	profile_index_free(NULL);

	add("10.0.0.0", 8, 0);
	add("10.1.0.0", 16, 0);
	add("10.1.0.0", 16, 443);
	add("10.0.0.0", 9, 443);
	add("10.1.2.3", 32, 0);
	index = build();
	check(find(index, "10.200.0.1", 443) == 1 &&
	      find(index, "10.1.9.9", 80) == 2, "the longest prefix wins");
	check(find(index, "10.1.9.9", 443) == 3,
	      "of two as long the one with the port");
	check(find(index, "10.127.255.255", 443) == 4 &&
	      find(index, "10.127.255.255", 80) == 1,
	      "a longer one with the port");
	check(find(index, "10.1.2.3", 443) == 5,
	      "a longer one without a port wins over one with the port");
	check(!find(index, "9.255.255.255", 443) && !find(index, "11.0.0.0", 80) &&
	      find(index, "10.0.0.0", 80) == 1 &&
	      find(index, "10.255.255.255", 0) == 1, "the ends of a prefix");
	check(find(index, "10.1.2.2", 80) == 2 && find(index, "10.1.2.4", 80) == 2 &&
	      find(index, "10.2.0.0", 80) == 1, "behind a prefix the outer one");
	profile_index_free(index);
}

static void test_families(void)
{
	struct profile_index *index;

	num_profiles = 0;
	add("::", 0, 0);
	add("::", 64, 443);
	index = build();
	check(find(index, "2001:db8::1", 1) == 1 && find(index, "::7", 443) == 2 &&
	      find(index, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 9) == 1,
	      "::/0 is all of IPv6");
	check(!find(index, "10.0.0.1", 443) && !find(index, "255.255.255.255", 1),
	      "::/0 is nothing of IPv4");
	add("0.0.0.0", 0, 0)->rtt = 3;
	profile_index_free(index);
	index = build();
	check(find(index, "255.255.255.255", 443) == 3 &&
	      find(index, "0.0.0.0", 1) == 3 && find(index, "::", 1) == 1 &&
	      find(index, "::fffe:ffff:ffff", 1) == 1 &&
	      find(index, "::1:0:0:0", 1) == 1,
	      "0.0.0.0/0 is all of IPv4 and nothing else");
	profile_index_free(index);
}

static void test_no_memory(void)
{
	struct profile_index *index = NULL;
	int n = -1;

	num_profiles = 0;
	add("10.0.0.0", 8, 0);
	while (!index) {
		allocations = ++n;
		index = profile_index_build(profiles, num_profiles, PROFILE_RTT);
	}
	allocations = -1;
	check(n == 4, "no memory: none at any of %d places", n);
	profile_index_free(index);
}

/* Profiles given twice are the caller's mistake, but do no harm. */
static void test_twice(void)
{
	struct profile_index *index;
	unsigned int i;

	num_profiles = 0;
	for (i = 0; i < 1000; i++)
		add("10.1.2.0", 24, 0);
	index = profile_index_build(profiles, num_profiles, PROFILE_RTT);
	check(find(index, "10.1.2.255", 1) == 1 && !find(index, "10.1.3.0", 1),
	      "a thousand times the same: the first");
	profile_index_free(index);
}

/* All lengths, one inside the other: the deepest there can be. */
static void test_depth(void)
{
	struct profile_index *index;
	struct in6_addr addr;
	unsigned int len;
	bool good = true;

	num_profiles = 0;
	for (len = 0; len <= 128; len++)
		add("2001:db8::", len, 0);
	index = build();
	for (len = 0; good && len <= 128; len++) {
		addr = address("2001:db8::");
		if (len < 128)
			addr.s6_addr[len / 8] ^= 0x80 >> len % 8;
		good = profile_find(index, &addr, 1)->len == len;
	}
	check(good, "all 129 lengths, one inside the other");
	profile_index_free(index);
}

/* The address @step before or after. */
static struct in6_addr beside(struct in6_addr addr, int step)
{
	int i, sum;

	for (i = 15; i >= 0 && step; i--) {
		sum = addr.s6_addr[i] + step;
		addr.s6_addr[i] = sum;
		step = sum < 0 ? -1 : sum > 255;
	}
	return addr;
}

static bool same(const struct profile_index *index, struct in6_addr addr)
{
	const u16 ports[] = { 0, 1, 2, 3, 65535 };
	unsigned int i;

	for (i = 0; i < sizeof(ports) / sizeof(*ports); i++)
		if (profile_find(index, &addr, ports[i]) !=
		    loop_find(&addr, ports[i]))
			return false;
	return true;
}

/* Both ends of prefix @n, and the addresses beside them. */
static bool ends_same(const struct profile_index *index, unsigned int n)
{
	struct in6_addr addr = profiles[n].addr;
	unsigned int i;

	if (!same(index, addr) || !same(index, beside(addr, -1)))
		return false;
	for (i = profiles[n].len; i < 128; i++)
		addr.s6_addr[i / 8] |= 0x80 >> i % 8;
	return same(index, addr) && same(index, beside(addr, 1));
}

/*
 * Prefixes of few addresses, the ends of both families among them, with a bit
 * flipped here and there; some of IPv6 get to be of mapped addresses.
 */
static void add_random(unsigned int spread)
{
	static const char * const near[] = {
		"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "10.1.2.3",
		"2001:db8::ffff:ffff:ffff:ffff", "0.0.0.0", "255.255.255.255",
		"2001:db8:0:1::", "::fffe:ffff:ffff", "::1:0:0:0",
	};
	const char *text = near[rnd(sizeof(near) / sizeof(*near))];
	unsigned int bits = strchr(text, ':') ? 128 : 32, len, i;
	static const u16 ports[] = { 0, 1, 2, 65535 };
	struct profile *profile;

	len = rnd(2) ? bits - rnd(8) : rnd(bits + 1);
	profile = add(text, len, ports[rnd(4)]);
	for (i = 128 - bits; i < profile->len; i++)
		if (!rnd(spread))
			profile->addr.s6_addr[i / 8] ^= 0x80 >> i % 8;
}

static bool matches_loop(unsigned int num, unsigned int spread,
			 unsigned int keys)
{
	struct profile_index *index;
	bool good = true;
	unsigned int i;

	num_profiles = 0;
	for (i = 0; i < num; i++)
		add_random(spread);
	index = build();
	for (i = 0; good && i < num_profiles && i < keys; i++)
		good = ends_same(index, keys < num ? rnd(num_profiles) : i);
	good = good && same(index, address("192.0.2.1")) &&
	       same(index, address("2001:db8:1::"));
	profile_index_free(index);
	return good;
}

static void test_random(void)
{
	unsigned int i, sets = 1000;
	bool good = true;

	for (i = 0; good && i < sets; i++)
		good = matches_loop(rnd(i % 16 ? 10 : 60), i % 3 ? 60 : 5, ~0U);
	check(good, "%u random sets like the loop (stopped at %u)", sets, i);
	check(matches_loop(PROFILES_MAX, 3, 10), "the most profiles");
	check(matches_loop(PROFILES_MAX, 40, 10), "the most profiles, nested");
}

/* Each has a port of its own: the most groups. */
static void test_groups(void)
{
	struct profile_index *index;
	unsigned int i;
	bool good = true;

	num_profiles = 0;
	for (i = 0; i < PROFILES_MAX; i++)
		add("192.0.2.1", 32, i);
	index = build();
	for (i = 0; i < PROFILES_MAX; i++)
		good &= find(index, "192.0.2.1", i) == i + 1 &&
			!find(index, "192.0.2.0", i) &&
			!find(index, "192.0.2.2", i);
	check(good, "all ports of one address");
	profile_index_free(index);
}

int main(void)
{
	test_order();
	test_find();
	test_families();
	test_no_memory();
	test_twice();
	test_depth();
	test_random();
	test_groups();
	return check_done();
}
