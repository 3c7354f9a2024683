// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "tap.h"

static char told[4096];

/* Notes faults as LINE:COLUMN: TEXT, one a line. */
static void note(void *data, unsigned int line, unsigned int column, const char *why)
{
	size_t len = strlen(told);

	(void)data;
	snprintf(told + len, sizeof(told) - len, "%u:%u: %s\n", line, column, why);
}

/* Reads @text, of which nothing behind its end may be read. Returns what config_parse() does. */
static int parse(struct config *config, const char *text, size_t len)
{
	char *exact = malloc(len ? len : 1);
	int ret;

	memcpy(exact, text, len);
	told[0] = '\0';
	ret = config_parse(config, exact, len, note, NULL);
	free(exact);
	return ret;
}

static void good(const char *what, const char *text, size_t policies, size_t dests)
{
	struct config config;
	int ret = parse(&config, text, strlen(text));

	ok(!ret && config.policies_count == policies && config.dests_count == dests,
	   "%s: %zu policies, %zu profiles (%s)", what, config.policies_count,
	   config.dests_count, told);
	config_free(&config);
}

static void bad(const char *what, const char *text, int faults, const char *expected)
{
	struct config config;
	int ret = parse(&config, text, strlen(text));

	ok(ret == faults && !strcmp(told, expected), "%s: %d faults", what, ret);
	if (ret != faults || strcmp(told, expected))
		printf("# %s", told);
	config_free(&config);
}

/* What is read stands in its order, with its lines. */
static void order(void)
{
	static const char text[] =
		"# all\n"
		"dest 10.0.0.2 rtt 2ms\n"
		"\n"
		"policy b dst 10.0.0.0/8 comment \"two # words\"   # b\n"
		"limit flows 7\n"
		"\tpolicy\n"
		"dest 10.0.0.1:80 rtt 1ms\n"
		"policy a";
	struct config config;
	int ret = parse(&config, text, strlen(text));

	ok(!ret && config.policies_count == 3 && config.dests_count == 2, "a file (%s)", told);
	ok(!strcmp(config.policies[0].policy.name, "b") && config.policies[0].line == 4 &&
	   !policy_has(&config.policies[1].policy, SYNCOPATE_A_POLICY_NAME) &&
	   config.policies[1].line == 6 && !strcmp(config.policies[2].policy.name, "a") &&
	   config.policies[2].line == 8, "policies in their order");
	ok(!strcmp(config.policies[0].policy.comment, "two # words"), "a comment");
	ok(config.dests[0].dest.rtt == 2000000 && config.dests[0].line == 2 &&
	   config.dests[1].dest.where.port == 80 && config.dests[1].line == 7,
	   "profiles in their order");
	ok(config.limit.flows == 7 && config.limit_line == 5, "a limit");
	config_free(&config);
}

/* As many as there may be, and one more: @format has its number. */
static void most(const char *what, const char *format, int count, const char *expected)
{
	struct config config;
	size_t size, before;
	char *text;
	FILE *file = open_memstream(&text, &size);
	int ret, i;

	for (i = 0; i < count; i++)
		fprintf(file, format, i >> 8, i & 255);
	fflush(file);
	before = size;
	fprintf(file, format, i >> 8, i & 255);
	fclose(file);
	ret = parse(&config, text, before);
	ok(!ret, "%d %s (%s)", count, what, told);
	config_free(&config);
	ret = parse(&config, text, size);
	ok(ret == 1 && !strcmp(told, expected), "and no more");
	config_free(&config);
	free(text);
}

static void grammars(void)
{
	struct line line = { .count = 1, .word = { { .text = "policy" } } };

	ok(statement_grammar(&line) == &policy_grammar, "a policy has the grammar of policies");
	line.word[0].text = "policies";
	ok(!statement_grammar(&line), "what is not known has none");
}

int main(void)
{
	good("nothing", "", 0, 0);
	good("a newline", "\n", 0, 0);
	good("blanks and comments", " \n\t\n# x\n  # y", 0, 0);
	good("without a newline at the end", "policy", 1, 0);
	good("policies without names", "policy\npolicy\npolicy\n", 3, 0);
	good("a name that is given otherwise", "policy\npolicy p1\n", 2, 0);
	good("names differ in case", "policy a\npolicy A\n", 2, 0);
	good("one address, many prefixes and ports",
	     "dest 10.0.0.0 rtt 1s\ndest 10.0.0.0/31 rtt 1s\ndest 10.0.0.0/30 rtt 1s\n"
	     "dest 10.0.0.0:1 rtt 1s\ndest 10.0.0.0:2 rtt 1s\ndest a00:: rtt 1s\n"
	     "dest 0.0.0.0/0 rtt 1s\ndest ::/0 rtt 1s\n", 0, 8);
	good("the noun may be in quotes", "\"policy\" a\n", 1, 0);
	order();

	bad("an unknown noun", "flow x\n", 1,
	    "1:1: 'flow' is none of policy, dest and limit\n");
	bad("the command", "syncopate policy add x\n", 1,
	    "1:1: 'syncopate' is none of policy, dest and limit\n");
	bad("the verb", "policy add x\n", 1, "1:12: unknown word 'x'\n");
	bad("a byte order mark", "\xef\xbb\xbfpolicy a\npolicy b\n", 1,
	    "1:1: the file begins with a byte order mark, which must go\n");
	bad("lines of Windows", "policy a\r\n# b\r\n", 2,
	    "1:9: the line ends with CR LF; it must end with LF alone\n"
	    "2:4: the line ends with CR LF; it must end with LF alone\n");
	bad("every line is told",
	    "policy a dport 0\n\n  policy b\tbogus # x\ndest 10.0.0.1\ndest 10.0.0.1 rtt \"1s\n"
	    "limit\npolicy c\nlimit flows 3 3\n", 6,
	    "1:16: dport: '0' is no PORT or PORT-PORT from 1 to 65535\n"
	    "3:12: unknown word 'bogus'\n"
	    "4:1: rtt is missing\n"
	    "5:19: the closing quote is missing\n"
	    "6:1: flows, learned or repeats is missing\n"
	    "8:15: unknown word '3'\n");
	bad("ranges", "policy a retries 17\n policy b interval 1ms\ndest 10.0.0.1 rtt 2m\n"
	    "limit flows 0\n", 4,
	    "1:18: retries must be 0 to 16\n"
	    "2:20: interval must be 10ms to 1m\n"
	    "3:19: rtt must be 1us to 1m\n"
	    "4:13: flows must be 1 to 16777216\n");
	bad("what contradicts itself", "policy a floor 1s\npolicy b dst ::/0 src 10.0.0.1\n"
	    "policy c timing rtt confidence 99%\npolicy d observe probe 1s\n"
	    "dest 10.0.0.1 down loss 1%\n", 5,
	    "1:16: floor and ceiling need timing rtt or adaptive\n"
	    "2:23: dst and src are of different families, IPv4 and IPv6\n"
	    "3:32: confidence needs timing adaptive\n"
	    "4:24: probe needs breaker\n"
	    "5:25: loss needs rtt\n");
	bad("a position", "policy a observe position 2\n", 1,
	    "1:18: position has no place in a file, where the order of lines counts\n");
	bad("names twice", "policy a\npolicy b\n\npolicy \"a\" observe\n policy a\n", 2,
	    "4:8: line 1 has a policy a already\n"
	    "5:9: line 1 has a policy a already\n");
	bad("the name of a faulty line may be used", "policy a bogus\npolicy a\n", 1,
	    "1:10: unknown word 'bogus'\n");
	bad("destinations twice",
	    "dest 10.0.0.1 rtt 1s\ndest 10.0.0.1/32 rtt 2s\ndest [2001:db8::1]:5 rtt 1s\n"
	    "dest [2001:0db8::0001/128]:05 rtt 1s\n", 2,
	    "2:6: line 1 has a profile of 10.0.0.1 already\n"
	    "4:6: line 3 has a profile of [2001:db8::1]:5 already\n");
	bad("limits twice", "limit flows 3\nlimit flows 3\n", 1,
	    "2:1: line 1 has the limits already\n");
	most("policies", "policy n%d.%d\n", SYNCOPATE_POLICIES_MAX,
	     "4097:1: there may be 4096 policies at most\n");
	most("profiles", "dest 10.0.%d.%d rtt 1s\n", SYNCOPATE_DESTS_MAX,
	     "65537:1: there may be 65536 profiles at most\n");
	grammars();
	return tap_end();
}
