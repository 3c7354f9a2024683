// SPDX-License-Identifier: GPL-2.0
/* Tests of pace.c. */
#include "pace.h"
#include "test.h"

#define MS 1000000ULL

static struct pace plan(u32 retries, u64 interval, u64 deadline)
{
	return (struct pace) {
		.retries = retries,
		.interval = interval,
		.deadline = deadline,
	};
}

/* Walks the schedule and compares it with what is expected, in ms. */
static void walk(const char *what, struct pace pace, const u64 *expected_ms)
{
	u64 at = 0;
	int good = 1;

	do {
		at = pace_next(&pace, at);
		good &= at == *expected_ms++ * MS;
	} while (at < pace.deadline);
	check(good && !*expected_ms, "%s", what);
}

int main(void)
{
	struct pace pace = plan(3, 500 * MS, 2000 * MS);
	u64 at;

	check(pace_deadline(3, 500 * MS) == 2000 * MS,
	      "the default: four times 500 ms");
	check(pace_deadline(0, 10 * MS) == 10 * MS,
	      "no retries: one interval");
	check(pace_deadline(16, 60000 * MS) == 1020000 * MS,
	      "the largest does not overflow");

	check(pace_interval(500 * MS, 20 * MS, 3000 * MS) == 750 * MS,
	      "one and a half round trips");
	check(pace_interval(1, 0, 3000 * MS) == 1, "of the shortest of them");
	check(pace_interval(60000 * MS, 0, 90000 * MS) == 90000 * MS,
	      "and of the longest");
	check(pace_interval(4 * MS, 20 * MS, 3000 * MS) == 20 * MS,
	      "but not below the floor");
	check(pace_interval(4000 * MS, 20 * MS, 3000 * MS) == 3000 * MS,
	      "and not above the ceiling");

	walk("3 x 500 ms, then the deadline", pace,
	     (u64[]){ 500, 1000, 1500, 2000, 0 });
	walk("000, 3.6.2: RTT 500 ms", plan(2, 750 * MS, 2250 * MS),
	     (u64[]){ 750, 1500, 2250, 0 });
	walk("no retries", plan(0, 500 * MS, 500 * MS), (u64[]){ 500, 0 });
	walk("a deadline before the last retry",
	     plan(3, 500 * MS, 1200 * MS), (u64[]){ 500, 1000, 1200, 0 });
	walk("a deadline with the last retry",
	     plan(3, 500 * MS, 1500 * MS), (u64[]){ 500, 1000, 1500, 0 });
	walk("a deadline long after", plan(1, 500 * MS, 5000 * MS),
	     (u64[]){ 500, 5000, 0 });
	walk("a deadline before all", plan(3, 500 * MS, 20 * MS),
	     (u64[]){ 20, 0 });

	pace.gap_max = 400 * MS;
	walk("gaps that may grow, but are long enough", pace,
	     (u64[]){ 500, 1000, 1500, 2000, 0 });
	pace = plan(6, 20 * MS, 1400 * MS);
	pace.gap_max = 500 * MS;
	walk("gaps that double up to half a second", pace,
	     (u64[]){ 20, 60, 140, 300, 620, 1120, 1400, 0 });
	check(pace_sent(&pace, 0) == 0 && pace_sent(&pace, 5) == 620 * MS &&
	      pace_sent(&pace, 7) == 1620 * MS, "when each is sent");
	check(pace_next(&pace, 150 * MS) == 300 * MS &&
	      pace_next(&pace, 700 * MS) == 1120 * MS,
	      "late among them: those missed are skipped");
	check(pace_replaces(&pace, 1619 * MS) && !pace_replaces(&pace, 1620 * MS),
	      "the schedule is over when the next gap is");

	pace = plan(3, 500 * MS, 2000 * MS);
	check(pace_is_alone(&pace, 5000 * MS), "not put off: ours alone");
	pace_put_off(&pace, 250 * MS);
	walk("put off by 250 ms", pace, (u64[]){ 750, 1250, 1750, 2250, 0 });
	check(pace_sent(&pace, 0) == 0 && pace_sent(&pace, 1) == 750 * MS &&
	      pace_sent(&pace, 3) == 1750 * MS, "and when each is sent");
	check(pace_replaces(&pace, 2249 * MS) && !pace_replaces(&pace, 2250 * MS),
	      "it ends later as well");
	check(pace_is_alone(&pace, 499 * MS) && !pace_is_alone(&pace, 500 * MS),
	      "another may have repeated first");
	pace = plan(0, 500 * MS, 500 * MS);
	pace_put_off(&pace, 60000 * MS);
	walk("no retries, put off by a minute", pace, (u64[]){ 60500, 0 });
	pace = plan(6, 20 * MS, 1400 * MS);
	pace.gap_max = 500 * MS;
	pace_put_off(&pace, 10 * MS);
	walk("gaps that double, put off", pace,
	     (u64[]){ 30, 70, 150, 310, 630, 1130, 1410, 0 });
	pace = plan(3, 500 * MS, 20 * MS);
	pace_put_off(&pace, 100 * MS);
	walk("a deadline before all, put off", pace, (u64[]){ 120, 0 });

	pace = plan(3, 500 * MS, 2000 * MS);
	check(pace_next(&pace, 500 * MS) == 1000 * MS,
	      "exactly in time: the next step");
	check(pace_next(&pace, 500 * MS + 1) == 1000 * MS,
	      "late by a little: no drift");
	check(pace_next(&pace, 1200 * MS) == 1500 * MS,
	      "late by a step: it is skipped");
	check(pace_next(&pace, 1900 * MS) == 2000 * MS,
	      "late by all steps: the deadline");
	for (at = 0; at < 2000 * MS; at += 7 * MS)
		if (pace_next(&pace, at) <= at)
			break;
	check(at >= 2000 * MS, "the next step is always ahead");

	check(pace_replaces(&pace, 1999 * MS) && !pace_replaces(&pace, 2000 * MS),
	      "an interval after its last SYN the schedule is over");
	return check_done();
}
