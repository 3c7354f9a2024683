// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>

#include "syncopate.h"
#include "tap.h"

#define MS UINT64_C(1000000)

/* The events of @first to @last come in their order. Returns how many are known to be lost. */
static uint64_t come(struct gaps *gaps, uint64_t first, uint64_t last)
{
	uint64_t lost = 0;

	for (; first <= last; first++)
		lost += gaps_event(gaps, first, 0);
	return lost;
}

static void is(uint64_t seen, uint64_t expected, const char *text)
{
	ok(seen == expected, "%s: %" PRIu64 " (%" PRIu64 ")", text, expected, seen);
}

static void holes(void)
{
	struct gaps gaps = { 0 };

	is(come(&gaps, 1000, 1100), 0, "the first number is not known before");
	is(gaps_wait(&gaps, 0), UINT64_MAX, "nothing is missing");
	is(gaps_close(&gaps), 0, "nothing is lost");
	is(gaps_event(&gaps, 1104, 5 * MS), 0, "three are missing, not yet lost");
	is(gaps_wait(&gaps, 5 * MS), 200 * MS, "they have time to come");
	is(gaps_wait(&gaps, 105 * MS), 100 * MS, "less time");
	is(gaps_wait(&gaps, 205 * MS), 0, "no time");
	is(gaps_wait(&gaps, 999 * MS), 0, "no time at all");
	is(gaps_close(&gaps), 3, "they are lost");
	is(gaps_close(&gaps), 0, "once");
	is(gaps_event(&gaps, 1102, 6 * MS), 0, "one that comes after all is no new loss");
	is(come(&gaps, 1105, 1300) + gaps_close(&gaps), 0, "all is well again");
}

static void order(void)
{
	struct gaps gaps = { 0 };

	is(come(&gaps, 1, 10), 0, "in order");
	is(gaps_event(&gaps, 12, 1 * MS), 0, "one before its time");
	is(gaps_event(&gaps, 13, 2 * MS), 0, "another");
	is(gaps_wait(&gaps, 2 * MS), 199 * MS, "time runs from the first");
	is(gaps_event(&gaps, 11, 3 * MS), 0, "the late one");
	is(gaps_wait(&gaps, 3 * MS), UINT64_MAX, "all are there");
	is(gaps_event(&gaps, 15, 300 * MS), 0, "again one before its time");
	is(gaps_wait(&gaps, 300 * MS), 200 * MS, "time runs anew");
	is(gaps_event(&gaps, 17, 310 * MS), 0, "a second hole");
	is(gaps_close(&gaps), 2, "two holes of one");
	is(come(&gaps, 18, 500) + gaps_close(&gaps), 0, "no hole");
}

static void many(void)
{
	struct gaps gaps = { 0 };

	is(come(&gaps, 1, 1), 0, "one");
	is(come(&gaps, 3, 65), 0, "a hole, 63 after it");
	is(gaps_event(&gaps, 66, 0), 1, "one more settles it");
	is(gaps_close(&gaps), 0, "nothing else is missing");
	is(gaps_event(&gaps, 1000000, 0), 999933 - 63, "a million at once, but for the last 63");
	is(gaps_close(&gaps), 63, "and these");
	is(gaps_event(&gaps, 1000002, 0), 0, "a hole");
	is(gaps_event(&gaps, 1000002 + 64, 0), 1, "its end comes into sight");
	is(gaps_close(&gaps), 63, "the second hole");
	is(gaps_event(&gaps, UINT64_MAX, 0) > 1000 && gaps_close(&gaps) == 63, true,
	   "the last number of all");
}

int main(void)
{
	holes();
	order();
	many();
	return tap_end();
}
