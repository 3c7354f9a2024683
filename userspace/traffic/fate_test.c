// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "reply.h"
#include "tap.h"

#define DRAWS 100000

static struct segment syn_to(uint32_t server, uint16_t port)
{
	struct segment syn = {
		.family = AF_INET, .src = { 10, 8, 0, 1 }, .src_port = port, .dst_port = 80,
		.dst = { 10, 9, server >> 8, server }, .seq = port * 3,
	};

	return syn;
}

static struct rule *rule(struct fate *fate, int kind, const char *prefix)
{
	struct rule *new = &fate->rule[fate->rules++];

	new->given = 1u << kind;
	if (prefix_parse(prefix, &new->prefix))
		return NULL;
	return new;
}

static bool is_about(unsigned int seen, unsigned int expected)
{
	return seen + DRAWS / 200 >= expected && seen <= expected + DRAWS / 200;
}

/* How many of all addresses, or of all SYNs to one, come to this. */
static unsigned int count(const struct fate *fate, enum outcome outcome, bool addresses)
{
	unsigned int i, found = 0;
	struct segment syn;
	uint64_t delay;

	for (i = 0; i < DRAWS; i++) {
		syn = addresses ? syn_to(i, 1) : syn_to(i >> 16, i);
		if (addresses)
			syn.dst[1] = 9 + (i >> 16);
		found += fate_decide(fate, &syn, 0, &delay) == outcome;
	}
	return found;
}

static void of_addresses(void)
{
	struct fate fate = { .seed = 1, .dead = 100000, .refusing = 300000 }, other = fate;
	unsigned int i, changed = 0, kept = 0;
	struct segment one, two;
	uint64_t delay;

	ok(is_about(count(&fate, OUTCOME_DROP, true), DRAWS / 10), "a tenth of them is dead");
	ok(is_about(count(&fate, OUTCOME_REFUSE, true), DRAWS * 3 / 10), "three refuse");
	ok(is_about(count(&fate, OUTCOME_ACCEPT, true), DRAWS * 6 / 10), "the others accept");
	other.seed = 2;
	for (i = 0; i < 1000; i++) {
		one = syn_to(i, 1);
		two = syn_to(i, 50000);
		changed += fate_decide(&fate, &one, 0, &delay) != fate_decide(&fate, &two, 3, &delay);
		kept += fate_decide(&fate, &one, 0, &delay) == fate_decide(&other, &one, 0, &delay);
	}
	ok(!changed, "an address has one fate, whoever asks and however often");
	ok(kept < 600, "another seed gives others");
}

static void of_syns(void)
{
	struct fate fate = { .seed = 1 };
	unsigned int i, again = 0, same = 0;
	struct segment syn;
	uint64_t delay;

	ok(count(&fate, OUTCOME_ACCEPT, false) == DRAWS, "without rules all are accepted");
	rule(&fate, RULE_DROP, "0.0.0.0/0")->drop = 100000;
	rule(&fate, RULE_REFUSE, "0.0.0.0/0")->refuse = 50000;
	ok(is_about(count(&fate, OUTCOME_DROP, false), DRAWS / 10), "a tenth is dropped");
	ok(is_about(count(&fate, OUTCOME_REFUSE, false), DRAWS / 20), "half as many are refused");
	for (i = 0; i < 10000; i++) {
		syn = syn_to(0, i);
		same += fate_decide(&fate, &syn, 0, &delay) == fate_decide(&fate, &syn, 0, &delay);
		again += fate_decide(&fate, &syn, 0, &delay) == OUTCOME_DROP &&
			 fate_decide(&fate, &syn, 1, &delay) == OUTCOME_DROP;
	}
	ok(same == 10000, "each time alike");
	ok(again > 50 && again < 150, "a repeat is drawn for anew (%u of 10000 dropped twice)",
	   again);
}

static void of_prefixes(void)
{
	struct segment syn = syn_to(5, 1), other = syn_to(6, 1), six = { .family = AF_INET6 };
	struct fate fate = { .seed = 1 };
	uint64_t delay;

	rule(&fate, RULE_DROP, "10.9.0.5")->drop = MILLION;
	rule(&fate, RULE_DROP, "10.9.0.0/24")->drop = 0;
	ok(fate_decide(&fate, &syn, 0, &delay) == OUTCOME_DROP, "the longest prefix holds");
	ok(fate_decide(&fate, &other, 0, &delay) == OUTCOME_ACCEPT, "and only for its own");
	rule(&fate, RULE_REFUSE, "10.9.0.0/29")->refuse = MILLION;
	ok(fate_decide(&fate, &syn, 0, &delay) == OUTCOME_DROP &&
	   fate_decide(&fate, &other, 0, &delay) == OUTCOME_REFUSE, "what is dropped is not refused");
	ok(fate_decide(&fate, &six, 0, &delay) == OUTCOME_ACCEPT, "another family has other rules");
}

static void of_delays(void)
{
	uint64_t delay, least = UINT64_MAX, most = 0;
	struct fate fate = { .seed = 1 };
	struct rule *wait = rule(&fate, RULE_DELAY, "10.9.0.0/24");
	struct segment syn;
	unsigned int i;

	wait->delay = 20000;
	wait->jitter = 5000;
	for (i = 0; i < 10000; i++) {
		syn = syn_to(1, i);
		fate_decide(&fate, &syn, 0, &delay);
		least = delay < least ? delay : least;
		most = delay > most ? delay : most;
	}
	ok(least >= 15000 && least < 15100 && most <= 25000 && most > 24900,
	   "20 us and 5 of jitter: %lu to %lu ns", (unsigned long)least, (unsigned long)most);
	wait->jitter = 0;
	fate_decide(&fate, &syn, 0, &delay);
	ok(delay == 20000, "without jitter it is exact");
	syn.dst[2] = 7;
	fate_decide(&fate, &syn, 0, &delay);
	ok(!delay, "others do not wait");
}

static void of_repeats(void)
{
	struct seen *seen = seen_new();
	struct random random = { .state = 1 };
	unsigned int i, known = 0, counts = 0;

	for (i = 0; i < 300; i++)
		counts += seen_before(seen, 12345) == (i < 255 ? i : 255);
	ok(counts == 300, "a SYN's repeats are counted, up to 255");
	ok(!seen_before(seen, 12345 ^ 1) && !seen_before(seen, 12345 ^ UINT64_C(1) << 63),
	   "others are others");
	for (i = 0; i < 1000000; i++)
		seen_before(seen, random_next(&random));
	random.state = 1;
	for (i = 0; i < 1000000; i++)
		known += seen_before(seen, random_next(&random)) == 1;
	ok(known > 998500, "of a million %u are known again", known);
	seen_free(seen);
}

int main(void)
{
	of_addresses();
	of_syns();
	of_prefixes();
	of_delays();
	of_repeats();
	return tap_end();
}
