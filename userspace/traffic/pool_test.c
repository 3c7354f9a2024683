// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <string.h>

#include "traffic.h"
#include "tap.h"

static void has(const char *word, uint64_t count, uint32_t expected, const char *first,
		const char *last)
{
	struct pool pool = { 0 };
	const char *why = pool_init(&pool, word, count);
	char a[INET6_ADDRSTRLEN] = "", b[INET6_ADDRSTRLEN] = "";
	uint32_t index = 0, i, wrong_index = 0;
	uint8_t addr[16];

	if (!why) {
		pool_address(&pool, 0, addr);
		inet_ntop(pool.prefix.family, addr, a, sizeof(a));
		pool_address(&pool, pool.count - 1, addr);
		inet_ntop(pool.prefix.family, addr, b, sizeof(b));
		for (i = 0; i < pool.count; i++) {
			pool_address(&pool, i, addr);
			wrong_index += !pool_index(&pool, addr, &index) || index != i;
		}
	}
	ok(!why && pool.count == expected && !strcmp(a, first) && !strcmp(b, last) && !wrong_index,
	   "%s has %u: %s to %s (%s)", word, pool.count, a, b, why ? why : "");
}

static void lacks(const char *word, uint64_t count, const char *text)
{
	struct pool pool;
	uint8_t addr[16];
	uint32_t index;

	if (pool_init(&pool, word, count) || inet_pton(pool.prefix.family, text, addr) != 1)
		ok(false, "%s", word);
	else
		ok(!pool_index(&pool, addr, &index), "%s is not in %s", text, word);
}

static void refuses(const char *word, uint64_t count, const char *reason)
{
	struct pool pool;
	const char *why = pool_init(&pool, word, count);

	ok(why && strstr(why, reason), "'%s' is refused: %s", word, why ? why : "not at all");
}

int main(void)
{
	has("10.9.0.0/24", 0, 254, "10.9.0.1", "10.9.0.254");
	has("10.9.0.0/24", 3, 3, "10.9.0.1", "10.9.0.3");
	has("10.9.0.4/30", 0, 2, "10.9.0.5", "10.9.0.6");
	has("10.9.0.4/31", 0, 2, "10.9.0.4", "10.9.0.5");
	has("10.9.0.4", 0, 1, "10.9.0.4", "10.9.0.4");
	has("10.0.0.0/8", 0, 65536, "10.0.0.1", "10.1.0.0");
	has("10.0.0.0/8", 100000, 100000, "10.0.0.1", "10.1.134.160");
	has("0.0.0.0/0", 10, 10, "0.0.0.1", "0.0.0.10");
	has("fd09::/64", 0, 65536, "fd09::1", "fd09::1:0");
	has("fd09::/112", 0, 65535, "fd09::1", "fd09::ffff");
	has("fd09::8/126", 0, 3, "fd09::9", "fd09::b");
	has("fd09::8", 0, 1, "fd09::8", "fd09::8");
	has("::/0", 2, 2, "::1", "::2");

	lacks("10.9.0.0/24", 0, "10.9.0.0");
	lacks("10.9.0.0/24", 0, "10.9.0.255");
	lacks("10.9.0.0/24", 3, "10.9.0.4");
	lacks("10.9.0.0/24", 0, "10.9.1.1");
	lacks("10.9.0.0/24", 0, "10.8.0.1");
	lacks("fd09::/64", 10, "fd09::b");
	lacks("fd09::/64", 10, "fd09::1:0:0:1");
	lacks("fd09::/64", 10, "fd0a::1");

	refuses("10.9.0.0/24", 255, "has room for 254 terminals, not for 255");
	refuses("fd09::8/126", 4, "has room for 3");
	refuses("10.0.0.0/7", 20000000, "more than 16777216");
	refuses("10.9.0.1/24", 0, "bits set");
	refuses("bridged", 0, "is no IPv4 or IPv6 address");
	return tap_end();
}
