// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "syncopate.h"
#include "tap.h"

#define WORDS_MAX 32

/* Parses a statement as the shell would split it; '~' stands for an empty word. */
static const char *parse(const char *statement, struct policy *policy)
{
	char *words[WORDS_MAX];
	const char *why;
	char *copy, *word, *rest;
	int count = 0;

	copy = strdup(statement);
	for (word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		words[count++] = strcmp(word, "~") ? word : "";
	why = statement_parse(policy, count, words);
	free(copy);
	return why;
}

static void reads(const char *statement, const char *expected)
{
	char form[STATEMENT_SIZE] = "";
	struct policy policy;
	const char *why = parse(statement, &policy);

	if (!why)
		statement_format(form, &policy);
	ok(!why && !strcmp(form, expected), "'%s' is written '%s' (%s)", statement, expected,
	   why ? why : form);
}

/* Statements that are written as they are read. */
static void keeps(const char *statement)
{
	reads(statement, statement);
}

static void refuses(const char *statement, const char *reason)
{
	struct policy policy;
	const char *why = parse(statement, &policy);

	ok(why && strstr(why, reason), "'%s' is refused: %s", statement, why ? why : "not at all");
}

static void number(const char *word, uint64_t max, const char *reason, uint64_t expected)
{
	uint64_t value = expected;
	const char *why = number_parse(word, max, &value);

	ok(reason ? why && strstr(why, reason) : !why, "number '%s' up to %" PRIu64 ": %s", word,
	   max, why ? why : "read");
	ok(value == expected, "its value is %" PRIu64 " (%" PRIu64 ")", expected, value);
}

int main(void)
{
	struct policy policy;

	number("0", 10, NULL, 0);
	number("10", 10, NULL, 10);
	number("0010", 10, NULL, 10);
	number("18446744073709551615", UINT64_MAX, NULL, UINT64_MAX);
	number("11", 10, "too large", 3);
	number("18446744073709551616", UINT64_MAX, "too large", 3);
	number("", 10, "no whole number", 3);
	number("-1", 10, "no whole number", 3);
	number("+1", 10, "no whole number", 3);
	number("1.0", 10, "no whole number", 3);
	number("0x1", 10, "no whole number", 3);
	number("1 ", 10, "no whole number", 3);

	ok(!parse("", &policy) && !policy.given, "nothing selects everything");
	keeps("sip dst 10.20.0.0/16 dport 5060-5061 "
	      "retries 3 interval 500ms deadline 2s linger 5s");
	keeps("sip dst 2001:db8::/32 src 2001:db8:1::7 dport 5060 retries 0 interval 10ms "
	      "deadline 17m linger 0s observe");
	keeps("all");
	keeps("a.b_c-1 observe");
	keeps("abcdefghijklmnopqrstuvwxyz01234");
	keeps("5060 dport 1");
	keeps("DST dport 65535");
	reads("sip linger 1.50s observe dport 5060-5060 src 10.0.0.1/32 dst 0.0.0.0/0",
	      "sip dst 0.0.0.0/0 src 10.0.0.1 dport 5060 linger 1.5s observe");
	ok(!parse("dst 10.0.0.0/8", &policy) && !policy.name[0] &&
	   !policy_has(&policy, SYNCOPATE_A_POLICY_NAME), "a keyword is no name");
	ok(!parse("x retries 4294967295", &policy) && policy.retries == UINT32_MAX,
	   "ranges are left to the kernel");

	refuses("~", "the name is empty");
	refuses("abcdefghijklmnopqrstuvwxyz012345", "longer than 31");
	refuses("a/b", "may only have");
	refuses("caf\xc3\xa9", "may only have");
	refuses("a:b", "may only have");
	refuses("-j", "options stand before the command");
	refuses("--observe", "options stand before the command");
	refuses("help", "unknown word 'help'");
	refuses("10.20.1.7", "'10.20.1.7' is a prefix; write dst or src before it");
	refuses("10.20.0.0/16 dport 5060", "is a prefix");
	refuses("2001:db8::/32", "is a prefix");
	refuses("10.0.0.1/8", "may only have");

	refuses("sip gateway", "unknown word 'gateway'");
	refuses("dst 10.0.0.0/8 sip", "unknown word 'sip'");
	refuses("sip help", "unknown word 'help'");
	refuses("sip Dst 10.0.0.0/8", "unknown word 'Dst'");
	refuses("sip ret 3", "unknown word 'ret'");
	refuses("observe observe", "observe is given twice");
	refuses("retries 3 retries 3", "retries is given twice");
	refuses("dst", "dst needs a value");
	refuses("sip interval", "interval needs a value");
	refuses("dst dst 10.0.0.0/8", "dst: 'dst' is no IPv4 or IPv6 address");
	refuses("dst 10.0.0.1/8", "dst: 10.0.0.1/8 has bits set beyond its length; "
		"did you mean 10.0.0.0/8?");
	refuses("dst 10.0.0.0/8 src 2001:db8::/32", "different families");
	refuses("src 0.0.0.0/0 dst ::/0", "different families");
	refuses("interval 500", "interval: 500 has no unit");
	refuses("deadline 1.5ns", "deadline: 1.5ns is finer");
	refuses("linger -1s", "linger: '-1s' is no time");
	refuses("retries many", "retries: 'many' is no whole number");
	refuses("retries -1", "no whole number");
	refuses("retries 4294967296", "too large");
	refuses("dport 0", "dport: '0' is no PORT");
	refuses("dport 65536", "is no PORT");
	refuses("dport 18446744073709551617", "is no PORT");
	refuses("dport 0-5", "is no PORT");
	refuses("dport 1-65536", "is no PORT");
	refuses("dport 65537-65538", "is no PORT");
	refuses("dport -5", "is no PORT");
	refuses("dport 5-", "is no PORT");
	refuses("dport -", "is no PORT");
	refuses("dport 1-2-3", "is no PORT");
	refuses("dport sip", "is no PORT");
	refuses("dport 1x-2", "is no PORT");
	refuses("dport 5061-5060", "the first port of 5061-5060 is above the last");

	ok(name_check("dst") && name_check("observe") && name_check("help") && !name_check("p1"),
	   "a keyword may not be deleted as a name");
	return tap_end();
}
