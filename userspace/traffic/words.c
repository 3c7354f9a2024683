// SPDX-License-Identifier: GPL-2.0
/* What the user writes on the command line, beside prefixes and times. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "traffic.h"

/**
 * mac_parse() - read the address of a station
 * @word: what the user wrote
 * @mac: the result
 *
 * Return: NULL, or what is wrong with it
 */
const char *mac_parse(const char *word, uint8_t mac[6])
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *p = word;
	char *end;
	int i;

	for (i = 0; i < 6; i++) {
		size_t count = strspn(p, digits);

		if (!count || count > 2 || p[count] != (i < 5 ? ':' : '\0'))
			return wrong("'%.60s' is no MAC address like 02:00:00:00:00:51", word);
		mac[i] = strtoul(p, &end, 16);
		p = end + 1;
	}
	if (mac[0] & 1)
		return wrong("%s is the address of a group, not of a station", word);
	return NULL;
}

/**
 * mac_format() - write the address of a station
 * @buf: room for it
 * @mac: the address
 *
 * Return: @buf
 */
const char *mac_format(char buf[18], const uint8_t mac[6])
{
	snprintf(buf, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
		 mac[5]);
	return buf;
}

/**
 * share_parse() - read a share of the whole
 * @word: what the user wrote, as 10% or 0.25%
 * @ppm: the result in parts per million
 *
 * Return: NULL, or what is wrong with it
 */
const char *share_parse(const char *word, uint32_t *ppm)
{
	size_t whole = digits_count(word), count = 0, i;
	const char *end = word + whole;
	uint64_t value, rest = 0;

	if (*end == '.') {
		count = digits_count(end + 1);
		end += 1 + count;
	}
	if (!whole || strcmp(end, "%") || (word[whole] == '.' && !count))
		return wrong("'%.60s' is no share; write it like 10%% or 0.25%%", word);
	if (count > 4)
		return wrong("%.60s has more than 4 decimals", word);
	if (count)
		digits_value(word + whole + 1, count, &rest);
	for (i = count; i < 4; i++)
		rest *= 10;
	if (!digits_value(word, whole, &value) || value > 100 || value * 10000 + rest > MILLION)
		return wrong("%.60s is more than all", word);
	*ppm = value * 10000 + rest;
	return NULL;
}

/**
 * count_parse() - read a number that may not be zero
 * @word: what the user wrote, as 1500000, 1500k or 1M
 * @count: the result
 *
 * Return: NULL, or what is wrong with it
 */
const char *count_parse(const char *word, uint64_t *count)
{
	size_t digits = digits_count(word);
	uint64_t unit = 1;

	if (!digits || (word[digits] && word[digits + 1]) || !strchr("kM", word[digits]))
		return wrong("'%.60s' is no number; write it like 1500, 20k or 1M", word);
	if (word[digits])
		unit = word[digits] == 'k' ? 1000 : MILLION;
	if (!digits_value(word, digits, count) || *count > UINT64_C(1000000000000) / unit)
		return wrong("%.60s is too large a number", word);
	if (!*count)
		return wrong("%.60s is nothing at all", word);
	*count *= unit;
	return NULL;
}

/**
 * ports_parse() - read a range of ports
 * @word: what the user wrote, PORT or PORT-PORT
 * @first: the first one
 * @count: how many
 *
 * Return: NULL, or what is wrong with it
 */
const char *ports_parse(const char *word, uint16_t *first, uint32_t *count)
{
	struct ports ports;
	const char *why = value_parse(KIND_PORTS, word, &ports);

	if (why)
		return why;
	*first = ports.min;
	*count = ports.max - ports.min + 1;
	return NULL;
}
