// SPDX-License-Identifier: GPL-2.0
/* Address prefixes as the user writes them: ADDRESS[/LEN], IPv4 or IPv6. */
#include <arpa/inet.h>
#include <string.h>

#include "syncopate.h"

/**
 * prefix_bytes() - length of an address of the prefix's family
 * @prefix: the prefix
 *
 * Return: 4, 16, or 0 if it has no family
 */
size_t prefix_bytes(const struct prefix *prefix)
{
	switch (prefix->family) {
	case AF_INET:
		return sizeof(struct in_addr);
	case AF_INET6:
		return sizeof(struct in6_addr);
	default:
		return 0;
	}
}

/* Clears what lies beyond the length. Returns whether there was anything. */
static bool clear_host_bits(struct prefix *prefix)
{
	bool found = false;
	size_t i;

	for (i = prefix->len / 8; i < prefix_bytes(prefix); i++) {
		uint8_t host = i == prefix->len / 8 ? 0xff >> prefix->len % 8 : 0xff;

		found |= prefix->addr[i] & host;
		prefix->addr[i] &= ~host;
	}
	return found;
}

/* A missing length is that of the whole address. */
static const char *parse_len(const char *word, struct prefix *prefix)
{
	size_t bits = 8 * prefix_bytes(prefix);
	uint64_t len = bits;

	if (word && number_parse(word, bits, &len))
		return wrong("the length '/%.60s' is no number from 0 to %zu", word, bits);
	prefix->len = len;
	return NULL;
}

/**
 * prefix_parse() - read a prefix
 * @word: what the user wrote
 * @prefix: the result
 *
 * Return: NULL, or what is wrong with it
 */
const char *prefix_parse(const char *word, struct prefix *prefix)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const char *slash = strchr(word, '/');
	size_t len = slash ? (size_t)(slash - word) : strlen(word);
	struct prefix result = { 0 };
	char addr[INET6_ADDRSTRLEN];
	char meant[PREFIX_SIZE];
	const char *why;

	if (len >= sizeof(addr))
		return wrong("'%.60s' is no IPv4 or IPv6 address", word);
	memcpy(addr, word, len);
	addr[len] = '\0';
	if (inet_pton(AF_INET, addr, result.addr) == 1)
		result.family = AF_INET;
	else if (inet_pton(AF_INET6, addr, result.addr) == 1)
		result.family = AF_INET6;
	else
		return wrong("'%.60s' is no IPv4 or IPv6 address", addr);

	/* The kernel holds IPv4 so, and takes it for a mistake. */
	if (result.family == AF_INET6 && !memcmp(result.addr, mapped, sizeof(mapped)))
		return wrong("%s is a mapped address; write it as IPv4", addr);
	why = parse_len(slash ? slash + 1 : NULL, &result);
	if (why)
		return why;
	if (clear_host_bits(&result))
		return wrong("%s has bits set beyond its length; did you mean %s?",
			     word, prefix_format(meant, &result));
	*prefix = result;
	return NULL;
}

/**
 * prefix_format() - write a prefix
 * @buf: room for it
 * @prefix: the prefix, of one family
 *
 * Return: @buf with the form that prefix_parse() reads back; the length is
 *	left out if it is the whole address
 */
const char *prefix_format(char buf[PREFIX_SIZE], const struct prefix *prefix)
{
	size_t len;

	if (!inet_ntop(prefix->family, prefix->addr, buf, INET6_ADDRSTRLEN))
		return strcpy(buf, "?");
	len = strlen(buf);
	if (prefix->len < 8 * prefix_bytes(prefix))
		snprintf(buf + len, PREFIX_SIZE - len, "/%u", prefix->len);
	return buf;
}

/**
 * prefix_overlaps() - has a prefix addresses of another?
 * @one: a prefix
 * @other: another
 *
 * Return: whether one of them is the other, or a part of it
 */
bool prefix_overlaps(const struct prefix *one, const struct prefix *other)
{
	unsigned int bits = one->len < other->len ? one->len : other->len;
	uint8_t mask = ~(0xff >> bits % 8);

	if (one->family != other->family || memcmp(one->addr, other->addr, bits / 8))
		return false;
	return bits % 8 == 0 || !((one->addr[bits / 8] ^ other->addr[bits / 8]) & mask);
}
