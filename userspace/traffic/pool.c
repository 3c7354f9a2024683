// SPDX-License-Identifier: GPL-2.0
/* The terminals of one side: so many addresses out of a prefix. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "traffic.h"

static uint32_t last_word(const struct prefix *prefix, const uint8_t *addr)
{
	uint32_t word;

	memcpy(&word, addr + prefix_bytes(prefix) - 4, 4);
	return ntohl(word);
}

/**
 * pool_init() - take addresses out of a prefix
 * @pool: the result
 * @word: the prefix as the user wrote it
 * @count: how many, or 0 for all, POOL_DEFAULT at most
 *
 * What names a subnet and not a terminal is left out: the first address, and the
 * last one of IPv4 (its broadcasts).
 *
 * Return: NULL, or what is wrong
 */
const char *pool_init(struct pool *pool, const char *word, uint64_t count)
{
	const char *why = prefix_parse(word, &pool->prefix);
	unsigned int host_bits;
	uint64_t room;

	if (why)
		return why;
	host_bits = 8 * prefix_bytes(&pool->prefix) - pool->prefix.len;
	room = host_bits < 32 ? UINT64_C(1) << host_bits : UINT64_C(1) << 32;
	pool->first = last_word(&pool->prefix, pool->prefix.addr);
	if (host_bits > 1) {
		pool->first++;
		room -= pool->prefix.family == AF_INET ? 2 : 1;
	}
	if (!count)
		count = room < POOL_DEFAULT ? room : POOL_DEFAULT;
	if (count > room)
		return wrong("%s has room for %" PRIu64 " terminals, not for %" PRIu64, word, room,
			     count);
	if (count > POOL_MAX)
		return wrong("%" PRIu64 " terminals are more than %d", count, POOL_MAX);
	pool->count = count;
	return NULL;
}

/**
 * pool_address() - address of a terminal
 * @pool: the terminals
 * @index: which one, from 0
 * @addr: its address, the first 4 bytes for IPv4
 */
void pool_address(const struct pool *pool, uint32_t index, uint8_t addr[16])
{
	uint32_t word = htonl(pool->first + index);

	memcpy(addr, pool->prefix.addr, 16);
	memcpy(addr + prefix_bytes(&pool->prefix) - 4, &word, 4);
}

/**
 * pool_index() - which terminal has this address?
 * @pool: the terminals
 * @addr: an address of their family
 * @index: the result
 *
 * Return: whether there is one
 */
bool pool_index(const struct pool *pool, const uint8_t addr[16], uint32_t *index)
{
	if (memcmp(addr, pool->prefix.addr, prefix_bytes(&pool->prefix) - 4))
		return false;
	*index = last_word(&pool->prefix, addr) - pool->first;
	return *index < pool->count;
}
