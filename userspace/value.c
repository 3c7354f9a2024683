// SPDX-License-Identifier: GPL-2.0
/* The values in statements, read and written. What is written here is what is read here. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "syncopate.h"

#define PERCENT 10000		/* parts per million */

static const char name_characters[] =
	"abcdefghijklmnopqrstuvwxyz" "ABCDEFGHIJKLMNOPQRSTUVWXYZ" "0123456789" "_.-";

/**
 * name_check() - may a policy have this name?
 * @name: what the user wrote
 *
 * Return: NULL, or what is wrong with it
 */
const char *name_check(const char *name)
{
	size_t good = strspn(name, name_characters);

	if (!*name)
		return "the name is empty";
	if (name[0] == '-')
		return wrong("unknown word '%.60s'; options stand before the command", name);
	if (name[good])
		return wrong("name '%.60s' may only have letters, digits, '_', '.' and '-'", name);
	if (good >= SYNCOPATE_NAME_LEN)
		return wrong("name %.60s is longer than %d characters", name,
			     SYNCOPATE_NAME_LEN - 1);
	return NULL;
}

/* Reads one port, of @count characters. */
static bool parse_port(const char *word, size_t count, uint16_t *port)
{
	uint64_t value;

	if (!count || digits_count(word) < count || !digits_value(word, count, &value))
		return false;
	*port = value;
	return value && value <= UINT16_MAX;
}

static const char *parse_ports(const char *word, struct ports *ports)
{
	const char *dash = strchr(word, '-');
	size_t first = dash ? (size_t)(dash - word) : strlen(word);
	const char *last = dash ? dash + 1 : word;

	if (!parse_port(word, first, &ports->min) || !parse_port(last, strlen(last), &ports->max))
		return wrong("'%.60s' is no PORT or PORT-PORT from 1 to 65535", word);
	if (ports->min > ports->max)
		return wrong("the first port of %s is above the last", word);
	return NULL;
}

/* ADDRESS[/LEN][:PORT], where one with colons and a port is in brackets. */
static const char *parse_dest(const char *word, struct endpoint *dest)
{
	const char *close = word[0] == '[' ? strchr(word, ']') : NULL;
	const char *colon = strchr(word, ':');
	const char *begin = word, *end, *port;
	char prefix[PREFIX_SIZE];

	dest->port = 0;
	if (close) {
		begin = word + 1;
		end = close;
		port = close + 1;
	} else if (colon && !strchr(colon + 1, ':')) {
		end = colon;
		port = colon;
	} else {
		return prefix_parse(word, &dest->prefix);
	}
	if (*port && (*port != ':' || !parse_port(port + 1, strlen(port + 1), &dest->port)))
		return wrong("'%.60s' is no :PORT from 1 to 65535", port);
	if ((size_t)(end - begin) >= sizeof(prefix))
		return wrong("'%.60s' is no IPv4 or IPv6 address", begin);
	memcpy(prefix, begin, end - begin);
	prefix[end - begin] = '\0';
	if (close && !strchr(prefix, ':'))
		return wrong("'%.60s' is no IPv6 address, which brackets are for", prefix);
	return prefix_parse(prefix, &dest->prefix);
}

/* As the kernel has it, and without control characters. */
static const char *parse_interface(const char *word, char name[INTERFACE_SIZE])
{
	const char *why = text_check(word);

	if (why)
		return why;
	if (strlen(word) >= INTERFACE_SIZE)
		return wrong("'%.60s' is longer than %d characters", word, INTERFACE_SIZE - 1);
	if (strpbrk(word, "/: ") || !strcmp(word, ".") || !strcmp(word, ".."))
		return wrong("'%s' is no name of an interface", word);
	strcpy(name, word);
	return NULL;
}

/* Decimal, or hexadecimal after 0x. Returns where it ends, NULL if it is none. */
static const char *parse_bits(const char *word, uint32_t *bits)
{
	bool hex = word[0] == '0' && (word[1] == 'x' || word[1] == 'X');
	unsigned long long value;
	char *end;

	if (!isdigit((unsigned char)*word) || (hex && !isxdigit((unsigned char)word[2])))
		return NULL;
	errno = 0;
	value = strtoull(word, &end, hex ? 16 : 10);
	if (errno || value > UINT32_MAX)
		return NULL;
	*bits = value;
	return end;
}

static const char *parse_mark(const char *word, struct mark *mark)
{
	const char *end = parse_bits(word, &mark->value);

	mark->mask = UINT32_MAX;
	if (end && *end == '/')
		end = parse_bits(end + 1, &mark->mask);
	if (!end || *end)
		return wrong("'%.60s' is no V or V/M of 32 bits, decimal or 0x...", word);
	if (mark->value & ~mark->mask)
		return wrong("%.60s has bits set beyond its mask", word);
	return NULL;
}

/**
 * proto_name() - the name of a protocol that is paced
 * @proto: its number
 *
 * Return: it, a question mark if it is none
 */
const char *proto_name(uint8_t proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return "tcp";
	case IPPROTO_SCTP:
		return "sctp";
	default:
		return "?";
	}
}

static const char *parse_proto(const char *word, uint8_t *proto)
{
	if (!strcmp(word, "tcp"))
		*proto = IPPROTO_TCP;
	else if (!strcmp(word, "sctp"))
		*proto = IPPROTO_SCTP;
	else
		return wrong("'%.60s' is not paced, only tcp and sctp are", word);
	return NULL;
}

static const char *parse_on(const char *word, uint32_t *on)
{
	if (!strcmp(word, "forward"))
		*on = SYNCOPATE_ON_FORWARD;
	else if (!strcmp(word, "host"))
		*on = SYNCOPATE_ON_HOST;
	else
		return wrong("'%.60s' is neither forward nor host", word);
	return NULL;
}

static const char *parse_timing(const char *word, uint32_t *timing)
{
	if (!strcmp(word, "fixed"))
		*timing = SYNCOPATE_TIMING_FIXED;
	else if (!strcmp(word, "rtt"))
		*timing = SYNCOPATE_TIMING_RTT;
	else if (!strcmp(word, "adaptive"))
		*timing = SYNCOPATE_TIMING_ADAPTIVE;
	else
		return wrong("'%.60s' is none of fixed, rtt and adaptive", word);
	return NULL;
}

static const char *parse_require(const char *word, uint32_t *require)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(require_names); i++) {
		if (!strcmp(word, require_names[i])) {
			*require = i;
			return NULL;
		}
	}
	return wrong("'%.60s' is none of auto, always and never", word);
}

static const char *parse_shard(const char *word, struct shard *shard)
{
	size_t first = digits_count(word);
	const char *of = word + first + 1;
	uint64_t number, count;

	if (!first || word[first] != '/' || !digits_count(of) || of[digits_count(of)] ||
	    !digits_value(word, first, &number) ||
	    !digits_value(of, digits_count(of), &count) ||
	    !number || number > count || count > SYNCOPATE_SHARDS_MAX)
		return wrong("'%.60s' is no I/N, the I-th of N boxes and N up to %d", word,
			     SYNCOPATE_SHARDS_MAX);
	shard->number = number;
	shard->of = count;
	return NULL;
}

static const char *parse_number(const char *word, uint32_t *number)
{
	uint64_t value;
	const char *why = number_parse(word, UINT32_MAX, &value);

	if (!why)
		*number = value;
	return why;
}

/* 1%, 0.25%: exact to parts per million. */
static const char *parse_loss(const char *word, uint32_t *loss)
{
	size_t whole = digits_count(word);
	const char *fraction = word[whole] == '.' ? word + whole + 1 : "";
	size_t count = digits_count(fraction);
	const char *end = *fraction ? fraction + count : word + whole;
	uint64_t value, rest = 0;
	size_t i;

	if (!whole || strcmp(end, "%") || (word[whole] == '.' && !count))
		return wrong("'%.60s' is no percentage; write it like 1%% or 0.25%%", word);
	if (count > 4)
		return wrong("%.60s has more than 4 decimals", word);
	digits_value(fraction, count, &rest);
	for (i = count; i < 4; i++)
		rest *= 10;
	if (!digits_value(word, whole, &value) || value > UINT32_MAX / PERCENT - 1)
		return wrong("%.60s is more than all", word);
	*loss = value * PERCENT + rest;
	return NULL;
}

/**
 * value_parse() - read a value
 * @kind: what it is
 * @word: what the user wrote
 * @value: the result, of the type that @kind names
 *
 * Return: NULL, or what is wrong with it
 */
const char *value_parse(enum kind kind, const char *word, void *value)
{
	const char *why = NULL;

	switch (kind) {
	case KIND_FLAG:
		break;
	case KIND_NAME:
		why = name_check(word);
		if (!why)
			strcpy(value, word);
		break;
	case KIND_PREFIX:
		return prefix_parse(word, value);
	case KIND_DEST:
		return parse_dest(word, value);
	case KIND_PORTS:
		return parse_ports(word, value);
	case KIND_INTERFACE:
		return parse_interface(word, value);
	case KIND_MARK:
		return parse_mark(word, value);
	case KIND_PROTO:
		return parse_proto(word, value);
	case KIND_ON:
		return parse_on(word, value);
	case KIND_TIMING:
		return parse_timing(word, value);
	case KIND_NUMBER:
		return parse_number(word, value);
	case KIND_TIME:
		return time_parse(word, value);
	case KIND_LOSS:
		return parse_loss(word, value);
	case KIND_SHARD:
		return parse_shard(word, value);
	case KIND_TEXT:
		why = text_check(word);
		if (!why)
			strcpy(value, word);
		break;
	case KIND_REQUIRE:
		return parse_require(word, value);
	}
	return why;
}

static void format_dest(char buf[VALUE_SIZE], const struct endpoint *dest)
{
	bool brackets = dest->port && dest->prefix.family == AF_INET6;
	char prefix[PREFIX_SIZE];
	int len;

	len = snprintf(buf, VALUE_SIZE, "%s%s%s", brackets ? "[" : "",
		       prefix_format(prefix, &dest->prefix), brackets ? "]" : "");
	if (dest->port)
		snprintf(buf + len, VALUE_SIZE - len, ":%u", dest->port);
}

static void format_mark(char buf[VALUE_SIZE], const struct mark *mark)
{
	int len = snprintf(buf, VALUE_SIZE, "0x%08" PRIx32, mark->value);

	if (mark->mask != UINT32_MAX)
		snprintf(buf + len, VALUE_SIZE - len, "/0x%08" PRIx32, mark->mask);
}

static void format_timing(char buf[VALUE_SIZE], uint32_t timing)
{
	snprintf(buf, VALUE_SIZE, "%s", NAME_OF(timing_names, timing));
}

static void format_loss(char buf[VALUE_SIZE], uint32_t loss)
{
	int len = snprintf(buf, VALUE_SIZE, "%" PRIu32, loss / PERCENT);
	uint32_t rest = loss % PERCENT;
	int count = 4;

	for (; rest && rest % 10 == 0; rest /= 10)
		count--;
	if (rest)
		len += snprintf(buf + len, VALUE_SIZE - len, ".%0*" PRIu32, count, rest);
	snprintf(buf + len, VALUE_SIZE - len, "%%");
}

/**
 * value_format() - write a value
 * @buf: room for it
 * @kind: what it is
 * @value: the value, of the type that @kind names
 *
 * Return: @buf with a word that value_parse() reads back, in quotes where a file
 *	needs them
 */
const char *value_format(char buf[VALUE_SIZE], enum kind kind, const void *value)
{
	const struct ports *ports = value;
	const struct shard *shard = value;

	buf[0] = '\0';
	switch (kind) {
	case KIND_FLAG:
		break;
	case KIND_NAME:
		snprintf(buf, VALUE_SIZE, "%s", (const char *)value);
		break;
	case KIND_PREFIX:
		prefix_format(buf, value);
		break;
	case KIND_DEST:
		format_dest(buf, value);
		break;
	case KIND_PORTS:
		if (ports->min == ports->max)
			snprintf(buf, VALUE_SIZE, "%u", ports->min);
		else
			snprintf(buf, VALUE_SIZE, "%u-%u", ports->min, ports->max);
		break;
	case KIND_INTERFACE:
		if (strpbrk(value, "#\""))
			text_quote(buf, value);
		else
			snprintf(buf, VALUE_SIZE, "%s", (const char *)value);
		break;
	case KIND_MARK:
		format_mark(buf, value);
		break;
	case KIND_PROTO:
		snprintf(buf, VALUE_SIZE, "%s", proto_name(*(const uint8_t *)value));
		break;
	case KIND_ON:
		snprintf(buf, VALUE_SIZE, "%s", NAME_OF(on_names, *(const uint32_t *)value));
		break;
	case KIND_TIMING:
		format_timing(buf, *(const uint32_t *)value);
		break;
	case KIND_NUMBER:
		snprintf(buf, VALUE_SIZE, "%" PRIu32, *(const uint32_t *)value);
		break;
	case KIND_TIME:
		time_format(buf, *(const uint64_t *)value);
		break;
	case KIND_LOSS:
		format_loss(buf, *(const uint32_t *)value);
		break;
	case KIND_SHARD:
		snprintf(buf, VALUE_SIZE, "%" PRIu32 "/%" PRIu32, shard->number, shard->of);
		break;
	case KIND_TEXT:
		text_quote(buf, value);
		break;
	case KIND_REQUIRE:
		snprintf(buf, VALUE_SIZE, "%s", NAME_OF(require_names, *(const uint32_t *)value));
		break;
	}
	return buf;
}
