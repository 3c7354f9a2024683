// SPDX-License-Identifier: GPL-2.0
/*
 * A policy in words, [NAME] [dst PREFIX] [src PREFIX] ..., read and written.
 * What is written here is what is read here.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "syncopate.h"

static const struct keyword {
	const char *word;
	int attr;
} keywords[] = {
	{ "dst", SYNCOPATE_A_POLICY_DST },
	{ "src", SYNCOPATE_A_POLICY_SRC },
	{ "dport", SYNCOPATE_A_POLICY_DPORT_MIN },
	{ "retries", SYNCOPATE_A_POLICY_RETRIES },
	{ "interval", SYNCOPATE_A_POLICY_INTERVAL },
	{ "deadline", SYNCOPATE_A_POLICY_DEADLINE },
	{ "linger", SYNCOPATE_A_POLICY_LINGER },
	{ "observe", SYNCOPATE_A_POLICY_OBSERVE },
	{ "help", 0 },		/* no part of a policy, but no name either */
};

static const struct keyword *find_keyword(const char *word)
{
	const struct keyword *keyword;

	for (keyword = keywords; keyword < keywords + ARRAY_SIZE(keywords); keyword++) {
		if (!strcmp(keyword->word, word))
			return keyword;
	}
	return NULL;
}

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
	if (find_keyword(name))
		return wrong("'%s' is a keyword and no name", name);
	if (name[0] == '-')
		return wrong("unknown word '%.60s'; options stand before the command", name);
	if (name[good])
		return wrong("name '%.60s' may only have letters, digits, '_', '.' and '-'", name);
	if (good >= SYNCOPATE_NAME_LEN)
		return wrong("name %.60s is longer than %d characters", name,
			     SYNCOPATE_NAME_LEN - 1);
	return NULL;
}

/* A forgotten dst or src would otherwise make a policy that selects everything. */
static const char *parse_name(const char *word, struct policy *policy)
{
	struct prefix prefix;
	const char *why;

	if (!prefix_parse(word, &prefix))
		return wrong("'%s' is a prefix; write dst or src before it", word);
	why = name_check(word);
	if (why)
		return why;
	snprintf(policy->name, sizeof(policy->name), "%s", word);
	policy->given |= 1u << SYNCOPATE_A_POLICY_NAME;
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

static const char *parse_ports(const char *word, struct policy *policy)
{
	const char *dash = strchr(word, '-');
	size_t first = dash ? (size_t)(dash - word) : strlen(word);
	const char *last = dash ? dash + 1 : word;

	if (!parse_port(word, first, &policy->dport_min) ||
	    !parse_port(last, strlen(last), &policy->dport_max))
		return wrong("'%.60s' is no PORT or PORT-PORT from 1 to 65535", word);
	if (policy->dport_min > policy->dport_max)
		return wrong("the first port of %s is above the last", word);
	return NULL;
}

static const char *parse_value(const char *word, int attr, struct policy *policy)
{
	const char *why;
	uint64_t number;

	switch (attr) {
	case SYNCOPATE_A_POLICY_DST:
		return prefix_parse(word, &policy->dst);
	case SYNCOPATE_A_POLICY_SRC:
		return prefix_parse(word, &policy->src);
	case SYNCOPATE_A_POLICY_DPORT_MIN:
		return parse_ports(word, policy);
	case SYNCOPATE_A_POLICY_RETRIES:
		why = number_parse(word, UINT32_MAX, &number);
		if (!why)
			policy->retries = number;
		return why;
	case SYNCOPATE_A_POLICY_INTERVAL:
		return time_parse(word, &policy->interval);
	case SYNCOPATE_A_POLICY_DEADLINE:
		return time_parse(word, &policy->deadline);
	case SYNCOPATE_A_POLICY_LINGER:
		return time_parse(word, &policy->linger);
	default:
		return NULL;
	}
}

/**
 * statement_parse() - read a policy
 * @policy: the result
 * @argc: how many words
 * @argv: the words
 *
 * Ranges are left to the kernel, which knows them and says them.
 *
 * Return: NULL, or what is wrong with it
 */
const char *statement_parse(struct policy *policy, int argc, char **argv)
{
	const struct keyword *keyword;
	const char *why;
	int i = 0;

	memset(policy, 0, sizeof(*policy));
	if (argc && !find_keyword(argv[0])) {
		why = parse_name(argv[0], policy);
		if (why)
			return why;
		i = 1;
	}
	for (; i < argc; i++) {
		keyword = find_keyword(argv[i]);
		if (!keyword || !keyword->attr)
			return wrong("unknown word '%s'", argv[i]);
		if (policy_has(policy, keyword->attr))
			return wrong("%s is given twice", keyword->word);
		policy->given |= 1u << keyword->attr;
		if (keyword->attr == SYNCOPATE_A_POLICY_OBSERVE)
			continue;
		if (++i == argc)
			return wrong("%s needs a value", keyword->word);
		why = parse_value(argv[i], keyword->attr, policy);
		if (why)
			return wrong("%s: %s", keyword->word, why);
	}
	if (policy->dst.family && policy->src.family && policy->dst.family != policy->src.family)
		return "dst and src are of different families, IPv4 and IPv6";
	return NULL;
}

/* Appends to a text that is known to have room; a cut one is still a text. */
__attribute__((format(printf, 3, 4)))
static void append(char *buf, size_t size, const char *format, ...)
{
	size_t len = strlen(buf);
	va_list args;

	va_start(args, format);
	vsnprintf(buf + len, size - len, format, args);
	va_end(args);
}

/**
 * selection_format() - write which SYNs a policy selects
 * @buf: room for it
 * @policy: the policy
 *
 * Return: @buf with words that each follow a space, empty if all SYNs
 */
const char *selection_format(char buf[SELECTION_SIZE], const struct policy *policy)
{
	char prefix[PREFIX_SIZE];

	buf[0] = '\0';
	if (policy_has(policy, SYNCOPATE_A_POLICY_DST))
		append(buf, SELECTION_SIZE, " dst %s", prefix_format(prefix, &policy->dst));
	if (policy_has(policy, SYNCOPATE_A_POLICY_SRC))
		append(buf, SELECTION_SIZE, " src %s", prefix_format(prefix, &policy->src));
	if (policy_has(policy, SYNCOPATE_A_POLICY_DPORT_MIN))
		append(buf, SELECTION_SIZE, " dport %u", policy->dport_min);
	if (policy_has(policy, SYNCOPATE_A_POLICY_DPORT_MIN) &&
	    policy->dport_max != policy->dport_min)
		append(buf, SELECTION_SIZE, "-%u", policy->dport_max);
	return buf;
}

static void append_time(char buf[STATEMENT_SIZE], const struct policy *policy, int attr,
			const char *word, uint64_t ns)
{
	char time[TIME_SIZE];

	if (policy_has(policy, attr))
		append(buf, STATEMENT_SIZE, " %s %s", word, time_format(time, ns));
}

/**
 * statement_format() - write a policy
 * @buf: room for it
 * @policy: the policy
 *
 * Return: @buf with the words that statement_parse() reads back
 */
const char *statement_format(char buf[STATEMENT_SIZE], const struct policy *policy)
{
	char selection[SELECTION_SIZE];

	snprintf(buf, STATEMENT_SIZE, "%s%s", policy->name, selection_format(selection, policy));
	if (policy_has(policy, SYNCOPATE_A_POLICY_RETRIES))
		append(buf, STATEMENT_SIZE, " retries %" PRIu32, policy->retries);
	append_time(buf, policy, SYNCOPATE_A_POLICY_INTERVAL, "interval", policy->interval);
	append_time(buf, policy, SYNCOPATE_A_POLICY_DEADLINE, "deadline", policy->deadline);
	append_time(buf, policy, SYNCOPATE_A_POLICY_LINGER, "linger", policy->linger);
	if (policy_has(policy, SYNCOPATE_A_POLICY_OBSERVE))
		append(buf, STATEMENT_SIZE, " observe");
	return buf;
}
