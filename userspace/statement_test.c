// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "syncopate.h"
#include "tap.h"

/* Room for any object. */
union object {
	uint64_t given;
	struct policy policy;
	struct dest dest;
	struct limit limit;
};

static struct line line;

/* Parses a statement as a file has it; @at becomes a column. */
static const char *parse_at(const struct grammar *grammar, const char *statement, void *object,
			    int *at)
{
	unsigned int column;
	const char *why;

	memset(object, 0, sizeof(union object));
	why = line_split(&line, statement, strlen(statement), &column);
	if (why)
		return why;
	why = statement_parse(grammar, object, line.word, line.count, at);
	if (why)
		*at = *at < 0 ? 0 : (int)line.word[*at].column;
	return why;
}

static const char *parse(const struct grammar *grammar, const char *statement, void *object)
{
	int at;

	return parse_at(grammar, statement, object, &at);
}

static void reads(const struct grammar *grammar, const char *statement, const char *expected)
{
	char form[STATEMENT_SIZE] = "";
	union object object;
	const char *why = parse(grammar, statement, &object);
	const char *text = form + strlen(grammar->noun);

	if (!why)
		statement_format(form, grammar, &object);
	ok(!why && !strcmp(*text ? text + 1 : text, expected), "%s '%s' is written '%s' (%s)",
	   grammar->noun, statement, expected, why ? why : form);
}

/* Statements that are written as they are read. */
static void keeps(const char *statement)
{
	reads(&policy_grammar, statement, statement);
}

static void keeps_dest(const char *statement)
{
	reads(&dest_grammar, statement, statement);
}

static void refuses_by(const struct grammar *grammar, const char *statement, const char *reason,
		       int column)
{
	union object object;
	int at = -1;
	const char *why = parse_at(grammar, statement, &object, &at);

	ok(why && strstr(why, reason) && at == column, "%s '%s' is refused in column %d: %s",
	   grammar->noun, statement, at, why ? why : "not at all");
}

static void refuses(const char *statement, const char *reason, int column)
{
	refuses_by(&policy_grammar, statement, reason, column);
}

static void refuses_dest(const char *statement, const char *reason, int column)
{
	refuses_by(&dest_grammar, statement, reason, column);
}

static void number(const char *word, uint64_t max, const char *reason, uint64_t expected)
{
	uint64_t value = expected;
	const char *why = number_parse(word, max, &value);

	ok(reason ? why && strstr(why, reason) : !why, "number '%s' up to %" PRIu64 ": %s", word,
	   max, why ? why : "read");
	ok(value == expected, "its value is %" PRIu64 " (%" PRIu64 ")", expected, value);
}

static void numbers(void)
{
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
}

static void good_policies(void)
{
	struct policy policy;
	union object object;

	ok(!parse(&policy_grammar, "", &object) && !object.given, "nothing selects everything");
	keeps("sip dst 10.20.0.0/16 dport 5060-5061 retries 3 interval 500ms deadline 2s linger 5s");
	keeps("sip dst 2001:db8::/32 src 2001:db8:1::7 dport 5060 retries 0 interval 10ms "
	      "deadline 17m linger 0s observe");
	keeps("x iif eth0.5 mark 0x00000001/0x000000ff proto tcp timing rtt floor 10ms "
	      "ceiling 60ms comment \"a \\\"b\\\" \\\\ # c\"");
	keeps("m3ua dport 2905 proto sctp deadline 2s");
	keeps("x iif \"eth#0\" mark 0xffffffff");
	keeps("x iif a\\b");
	keeps("x mark 0x00000000/0x00000000");
	keeps("x comment \"gr\xc3\xbc\xc3\x9f\"");
	keeps("all");
	keeps("a.b_c-1 observe");
	keeps("abcdefghijklmnopqrstuvwxyz01234");
	keeps("5060 dport 1");
	keeps("DST dport 65535");
	keeps("\"dst\" dst 10.0.0.0/8");
	keeps("\"position\"");
	keeps("\"help\" observe");
	keeps("\"10.20.1.7\"");
	reads(&policy_grammar, "\"sip\" iif \"eth0\" comment x",
	      "sip iif eth0 comment \"x\"");
	reads(&policy_grammar, "sip linger 1.50s observe dport 5060-5060 src 10.0.0.1/32 dst 0.0.0.0/0",
	      "sip dst 0.0.0.0/0 src 10.0.0.1 dport 5060 linger 1.5s observe");
	reads(&policy_grammar, "x mark 10", "x mark 0x0000000a");
	reads(&policy_grammar, "x mark 0XfF/0xFFFFFFFF", "x mark 0x000000ff");
	reads(&policy_grammar, "x mark 4294967295/4294967295", "x mark 0xffffffff");
	reads(&policy_grammar, "x mark 010", "x mark 0x0000000a");
	reads(&policy_grammar, "x timing fixed", "x");
	keeps("x breaker 3 require-answers always observe");
	keeps("x require-answers never");
	reads(&policy_grammar, "x require-answers auto", "x");
	reads(&policy_grammar, "x position 7 observe", "x observe");
	reads(&policy_grammar, "timing rtt ceiling 20ms", "timing rtt ceiling 20ms");
	reads(&policy_grammar, "timing adaptive confidence 99.9% floor 10ms deadline 3s breaker 3 "
	      "probe 30s", "timing adaptive floor 10ms confidence 99.9% deadline 3s breaker 3 "
	      "probe 30s");
	reads(&policy_grammar, "x offset 250ms detached shard 02/3 iif m0",
	      "x iif m0 shard 2/3 offset 250ms detached");
	keeps("shard 256/256");
	reads(&dest_grammar, "10.0.0.1 down", "10.0.0.1 down");
	reads(&dest_grammar, "10.0.0.1:80 down rtt 20ms loss 0.5% comment x",
	      "10.0.0.1:80 rtt 20ms loss 0.5% down comment \"x\"");
	reads(&policy_grammar, "x timing rtt floor 1s ceiling 1s",
	      "x timing rtt floor 1s ceiling 1s");
	reads(&policy_grammar, "x on host dport 80", "x dport 80 on host");
	reads(&policy_grammar, "x iif eth0 on forward", "x iif eth0");

	ok(!parse(&policy_grammar, "dst 10.0.0.0/8", &policy) && !policy.name[0] &&
	   !policy_has(&policy, SYNCOPATE_A_POLICY_NAME), "a keyword is no name");
	ok(!parse(&policy_grammar, "position 3", &policy) && policy.position == 3, "position");
	ok(!parse(&policy_grammar, "x retries 4294967295", &policy) &&
	   policy.retries == UINT32_MAX, "ranges are left to the kernel");
	policy.given |= 1ull << SYNCOPATE_A_POLICY_DST | 1ull << SYNCOPATE_A_POLICY_IIF;
	policy.dst = (struct prefix){ .family = AF_INET, .len = 8, .addr = { 10 } };
	strcpy(policy.iif, "eth0");
	ok(!strcmp(selection_format((char[SELECTION_SIZE]){ 0 }, &policy),
		   " dst 10.0.0.0/8 iif eth0"), "what a policy selects");
	policy.given = 1ull << SYNCOPATE_A_POLICY_ON;
	policy.on = SYNCOPATE_ON_HOST;
	ok(!strcmp(selection_format((char[SELECTION_SIZE]){ 0 }, &policy), " on host"),
	   "of which connections");
	policy.given = 1ull << SYNCOPATE_A_POLICY_NAME;
	ok(!*selection_format((char[SELECTION_SIZE]){ 0 }, &policy), "all");
}

static void bad_names(void)
{
	refuses("\"\"", "the name is empty", 1);
	refuses("abcdefghijklmnopqrstuvwxyz012345", "longer than 31", 1);
	refuses("a/b", "may only have", 1);
	refuses("caf\xc3\xa9", "may only have", 1);
	refuses("a:b", "may only have", 1);
	refuses("\"a b\"", "may only have", 1);
	refuses("-j", "options stand before the command", 1);
	refuses("--observe", "options stand before the command", 1);
	refuses("help", "unknown word 'help'", 1);
	refuses("10.20.1.7", "'10.20.1.7' is a prefix; write dst or src before it", 1);
	refuses("10.20.0.0/16 dport 5060", "is a prefix", 1);
	refuses("2001:db8::/32", "is a prefix", 1);
	refuses("10.0.0.1/8", "may only have", 1);
	ok(!name_check("p1") && !name_check("dst"),
	   "a policy of any name that there may be can be deleted");
}

static void bad_policies(void)
{
	refuses("sip gateway", "unknown word 'gateway'", 5);
	refuses("sip \"observe\"", "unknown word 'observe'", 5);
	refuses("dst 10.0.0.0/8 sip", "unknown word 'sip'", 16);
	refuses("sip help", "unknown word 'help'", 5);
	refuses("sip Dst 10.0.0.0/8", "unknown word 'Dst'", 5);
	refuses("sip ret 3", "unknown word 'ret'", 5);
	refuses("observe observe", "observe is given twice", 9);
	refuses("retries 3 retries 3", "retries is given twice", 11);
	refuses("dst", "dst needs a value", 1);
	refuses("sip interval", "interval needs a value", 5);
	refuses("dst dst 10.0.0.0/8", "dst: 'dst' is no IPv4 or IPv6 address", 5);
	refuses("dst 10.0.0.1/8", "dst: 10.0.0.1/8 has bits set beyond its length; "
		"did you mean 10.0.0.0/8?", 5);
	refuses("dst ::ffff:10.0.0.1", "is a mapped address; write it as IPv4", 5);
	refuses("dst 10.0.0.0/8 src 2001:db8::/32", "different families", 20);
	refuses("src 0.0.0.0/0 dst ::/0", "different families", 5);
	refuses("dst 10.0.0.1:80", "dst: '10.0.0.1:80' is no IPv4", 5);
	refuses("interval 500", "interval: 500 has no unit", 10);
	refuses("deadline 1.5ns", "deadline: 1.5ns is finer", 10);
	refuses("linger -1s", "linger: '-1s' is no time", 8);
	refuses("retries many", "retries: 'many' is no whole number", 9);
	refuses("retries -1", "no whole number", 9);
	refuses("retries 4294967296", "too large", 9);
	refuses("position first", "position: 'first' is no whole number", 10);
	refuses("dport 0", "dport: '0' is no PORT", 7);
	refuses("dport 65536", "is no PORT", 7);
	refuses("dport 18446744073709551617", "is no PORT", 7);
	refuses("dport 0-5", "is no PORT", 7);
	refuses("dport 1-65536", "is no PORT", 7);
	refuses("dport 65537-65538", "is no PORT", 7);
	refuses("dport -5", "is no PORT", 7);
	refuses("dport 5-", "is no PORT", 7);
	refuses("dport -", "is no PORT", 7);
	refuses("dport 1-2-3", "is no PORT", 7);
	refuses("dport sip", "is no PORT", 7);
	refuses("dport 1x-2", "is no PORT", 7);
	refuses("dport 5061-5060", "the first port of 5061-5060 is above the last", 7);
	refuses("iif \"\"", "iif: the text is empty", 5);
	refuses("iif abcdefghijklmnop", "longer than 15", 5);
	refuses("iif a/b", "'a/b' is no name of an interface", 5);
	refuses("iif \"a b\"", "is no name of an interface", 5);
	refuses("iif a:b", "is no name of an interface", 5);
	refuses("iif .", "is no name of an interface", 5);
	refuses("iif ..", "is no name of an interface", 5);
	refuses("iif \xe9", "not UTF-8", 5);
	refuses("mark 0x3/0x1", "mark: 0x3/0x1 has bits set beyond its mask", 6);
	refuses("mark 1/0", "has bits set beyond its mask", 6);
	refuses("mark x", "mark: 'x' is no V or V/M", 6);
	refuses("mark 0x", "is no V or V/M", 6);
	refuses("mark 0xg", "is no V or V/M", 6);
	refuses("mark -1", "is no V or V/M", 6);
	refuses("mark \" 1\"", "is no V or V/M", 6);
	refuses("mark 1/", "is no V or V/M", 6);
	refuses("mark /1", "is no V or V/M", 6);
	refuses("mark 1/1/1", "is no V or V/M", 6);
	refuses("mark 0x100000000", "is no V or V/M", 6);
	refuses("mark 1/4294967296", "is no V or V/M", 6);
	refuses("mark 99999999999999999999999", "is no V or V/M", 6);
	refuses("mark 0x0x1", "is no V or V/M", 6);
	refuses("proto udp", "proto: 'udp' is not paced, only tcp and sctp are", 7);
	refuses("proto 6", "only tcp and sctp", 7);
	refuses("proto SCTP", "only tcp and sctp", 7);
	refuses("timing slow", "timing: 'slow' is none of fixed, rtt and adaptive", 8);
	refuses("require-answers", "require-answers needs a value", 1);
	refuses("require-answers yes",
		"require-answers: 'yes' is none of auto, always and never", 17);
	refuses("floor 20ms", "floor and ceiling need timing rtt", 7);
	refuses("ceiling 20ms", "floor and ceiling need timing rtt", 9);
	refuses("timing fixed ceiling 20ms", "need timing rtt", 22);
	refuses("confidence 99%", "confidence needs timing adaptive", 12);
	refuses("timing rtt confidence 99%", "confidence needs timing adaptive", 23);
	refuses("timing adaptive confidence 99", "is no percentage", 28);
	refuses("probe 1s", "probe needs breaker", 7);
	refuses("breaker", "breaker needs a value", 1);
	refuses("shard 0/2", "shard: '0/2' is no I/N, the I-th of N boxes and N up to 256", 7);
	refuses("shard 3/2", "is no I/N", 7);
	refuses("shard 1/257", "is no I/N", 7);
	refuses("shard 1", "is no I/N", 7);
	refuses("shard 1/", "is no I/N", 7);
	refuses("shard /2", "is no I/N", 7);
	refuses("shard 1/2/3", "is no I/N", 7);
	refuses("shard 1/18446744073709551618", "is no I/N", 7);
	refuses("shard -1/2", "is no I/N", 7);
	refuses("detached", "detached needs iif, where the copies come in", 1);
	refuses("timing rtt floor 2s ceiling 1s",
		"the floor, 2s, is above the ceiling, 1s", 18);
	refuses("timing rtt floor 4s", "the floor, 4s, is above the ceiling, 3s", 18);
	refuses("timing rtt ceiling 19ms", "the floor, 20ms, is above the ceiling, 19ms", 20);
	refuses("comment \"\"", "comment: the text is empty", 9);
	refuses("comment \"\xff\"", "comment: the text is not UTF-8", 9);
}

static void destinations(void)
{
	union object object;

	keeps_dest("10.20.1.7:5060 rtt 40ms loss 1%");
	keeps_dest("10.20.0.0/16 rtt 40ms");
	keeps_dest("10.20.0.0/16:5060 rtt 1us loss 0.0001%");
	keeps_dest("2001:db8::7 rtt 1m loss 100%");
	keeps_dest("[2001:db8::7]:5060 rtt 40ms loss 0%");
	keeps_dest("[2001:db8::/32]:65535 rtt 40ms loss 12.3456% comment \"x\"");
	keeps_dest("0.0.0.0/0 rtt 40ms");
	keeps_dest("[::/0]:1 rtt 40ms");
	reads(&dest_grammar, "[2001:db8::/32] loss 1.500% rtt 0.04s",
	      "2001:db8::/32 rtt 40ms loss 1.5%");
	reads(&dest_grammar, "10.0.0.1/32:080 rtt 1s", "10.0.0.1:80 rtt 1s");
	ok(!parse(&dest_grammar, "10.0.0.1 rtt 1s loss 101%", &object) &&
	   object.dest.loss == 1010000, "ranges are left to the kernel");

	refuses_dest("", "the DEST is missing", 0);
	refuses_dest("rtt 40ms", "the DEST is missing", 0);
	refuses_dest("10.0.0.1", "rtt is missing", 0);
	refuses_dest("10.0.0.1 loss 1%", "rtt is missing", 0);
	refuses_dest("help rtt 40ms", "unknown word 'help'", 1);
	refuses_dest("host rtt 40ms", "'host' is no IPv4 or IPv6 address", 1);
	refuses_dest("10.0.0.1: rtt 1s", "':' is no :PORT from 1 to 65535", 1);
	refuses_dest("10.0.0.1:0 rtt 1s", "':0' is no :PORT", 1);
	refuses_dest("10.0.0.1:65536 rtt 1s", "is no :PORT", 1);
	refuses_dest("10.0.0.1:80-81 rtt 1s", "is no :PORT", 1);
	refuses_dest("10.0.0.1:sip rtt 1s", "is no :PORT", 1);
	refuses_dest(":80 rtt 1s", "'' is no IPv4", 1);
	refuses_dest("10.0.0.0/8:80/8 rtt 1s", "is no :PORT", 1);
	refuses_dest("10.0.0.1/8:80 rtt 1s", "did you mean 10.0.0.0/8?", 1);
	refuses_dest("[10.0.0.1]:80 rtt 1s", "is no IPv6 address, which brackets are for", 1);
	refuses_dest("[2001:db8::1 rtt 1s", "is no IPv4 or IPv6 address", 1);
	refuses_dest("[2001:db8::1]80 rtt 1s", "'80' is no :PORT", 1);
	refuses_dest("[2001:db8::1]: rtt 1s", "is no :PORT", 1);
	refuses_dest("[2001:db8::1]/32 rtt 1s", "is no :PORT", 1);
	refuses_dest("[] rtt 1s", "'' is no IPv6 address", 1);
	refuses_dest("[2001:db8::1:2001:db8::1:2001:db8::1:2001:db8::1:2001:db8::1]:1 rtt 1s",
		     "is no IPv4 or IPv6 address", 1);
	refuses_dest("2001:db8::/32:80 rtt 1s", "the length '/32:80' is no number", 1);
	refuses_dest("10.0.0.1 10.0.0.2 rtt 1s", "unknown word '10.0.0.2'", 10);
	refuses_dest("10.0.0.1 rtt fast", "rtt: 'fast' is no time", 14);
	refuses_dest("10.0.0.1 rtt 1s loss 1", "loss: '1' is no percentage", 22);
	refuses_dest("10.0.0.1 rtt 1s loss %", "is no percentage", 22);
	refuses_dest("10.0.0.1 rtt 1s loss 1.%", "is no percentage", 22);
	refuses_dest("10.0.0.1 rtt 1s loss .5%", "is no percentage", 22);
	refuses_dest("10.0.0.1 rtt 1s loss -1%", "is no percentage", 22);
	refuses_dest("10.0.0.1 rtt 1s loss 1%%", "is no percentage", 22);
	refuses_dest("10.0.0.1 rtt 1s loss 1.12345%", "has more than 4 decimals", 22);
	refuses_dest("10.0.0.1 rtt 1s loss 429496%", "is more than all", 22);
	refuses_dest("10.0.0.1 rtt 1s loss 99999999999999999999%", "is more than all", 22);
	refuses_dest("10.0.0.1 rtt 1s dst 10.0.0.1", "unknown word 'dst'", 17);
}

static void limits(void)
{
	reads(&limit_grammar, "flows 1000", "flows 1000");
	reads(&limit_grammar, "repeats 50 learned 10 flows 1000",
	      "flows 1000 learned 10 repeats 50");
	refuses_by(&limit_grammar, "", "flows, learned or repeats is missing", 0);
	refuses_by(&limit_grammar, "flows", "flows needs a value", 1);
	refuses_by(&limit_grammar, "flows all", "flows: 'all' is no whole number", 7);
	refuses_by(&limit_grammar, "flows 4294967296", "too large", 7);
	refuses_by(&limit_grammar, "packets 3", "unknown word 'packets'", 1);
	refuses_by(&limit_grammar, "flows 3 flows 4", "flows is given twice", 9);
}

/* @reason NULL: within the range. Else it is out, by the fault of the word in @column. */
static void range(const struct grammar *grammar, const char *statement, const char *reason,
		  unsigned int column)
{
	union object object;
	const char *why = parse(grammar, statement, &object);
	unsigned int found = 0;
	int attr;

	ok(!why, "'%s' can be read", statement);
	why = statement_ranges(grammar, &object, &attr);
	if (why)
		found = line.word[statement_find(grammar, line.word, line.count, attr)].column;
	ok(reason ? why && !strcmp(why, reason) && found == column : !why,
	   "its range, column %u: %s", found, why ? why : "good");
}

static void ranges(void)
{
	range(&policy_grammar, "x retries 16 interval 10ms deadline 10ms linger 0s", NULL, 0);
	range(&policy_grammar, "x retries 0 interval 1m deadline 17m linger 1m", NULL, 0);
	range(&policy_grammar, "x timing rtt floor 10ms ceiling 60s", NULL, 0);
	range(&policy_grammar, "x", NULL, 0);
	range(&policy_grammar, "x comment retries retries 17", "retries must be 0 to 16", 27);
	range(&policy_grammar, "interval 9.999999ms", "interval must be 10ms to 1m", 10);
	range(&policy_grammar, "interval 60.000000001s", "interval must be 10ms to 1m", 10);
	range(&policy_grammar, "observe deadline 9ms", "deadline must be 10ms to 17m", 18);
	range(&policy_grammar, "deadline 1021s", "deadline must be 10ms to 17m", 10);
	range(&policy_grammar, "linger 61s", "linger must be 0s to 1m", 8);
	range(&policy_grammar, "timing rtt floor 9ms", "floor must be 10ms to 1m", 18);
	range(&policy_grammar, "timing rtt ceiling 61s", "ceiling must be 10ms to 1m", 20);
	range(&dest_grammar, "10.0.0.1 rtt 1us loss 100%", NULL, 0);
	range(&dest_grammar, "10.0.0.1 rtt 60s", NULL, 0);
	range(&dest_grammar, "10.0.0.1 rtt 999ns", "rtt must be 1us to 1m", 14);
	range(&dest_grammar, "10.0.0.1 rtt 61s", "rtt must be 1us to 1m", 14);
	range(&dest_grammar, "10.0.0.1 loss 100.0001% rtt 1s", "loss must be 0% to 100%", 15);
	range(&policy_grammar, "breaker 0", "breaker must be 1 to 1000", 9);
	range(&policy_grammar, "breaker 3 probe 99ms", "probe must be 100ms to 60m", 17);
	range(&policy_grammar, "offset 60s", NULL, 0);
	range(&policy_grammar, "offset 60.000000001s", "offset must be 0s to 1m", 8);
	range(&policy_grammar, "timing adaptive confidence 100%",
	      "confidence must be 90% to 99.9999%", 28);
	range(&policy_grammar, "timing adaptive confidence 90% breaker 1000 probe 60m", NULL, 0);
	range(&limit_grammar, "learned 1048577", "learned must be 1 to 1048576", 9);
	range(&limit_grammar, "repeats 9", "repeats must be 10 to 16777216", 9);
	range(&limit_grammar, "flows 1", NULL, 0);
	range(&limit_grammar, "flows 16777216", NULL, 0);
	range(&limit_grammar, "flows 0", "flows must be 1 to 16777216", 7);
	range(&limit_grammar, "flows 16777217", "flows must be 1 to 16777216", 7);
}

int main(void)
{
	numbers();
	good_policies();
	bad_names();
	bad_policies();
	destinations();
	limits();
	ranges();
	return tap_end();
}
