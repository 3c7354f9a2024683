// SPDX-License-Identifier: GPL-2.0
#include "bomb.h"
#include "tap.h"

#define DRAWS 200000

static void bursts(uint64_t average)
{
	struct schedule schedule = { .burst = average, .random = { .state = 9 } };
	uint64_t least = UINT64_MAX, most = 0, sum = 0, burst;
	unsigned int i;
	double mean;

	for (i = 0; i < DRAWS; i++) {
		burst = schedule_burst(&schedule);
		least = burst < least ? burst : least;
		most = burst > most ? burst : most;
		sum += burst;
	}
	mean = (double)sum / DRAWS;
	ok(least == 1 && most == 2 * average - 1 && mean > average * 0.99 && mean < average * 1.01,
	   "bursts of %lu: %lu to %lu, %.2f on average", (unsigned long)average,
	   (unsigned long)least, (unsigned long)most, mean);
}

static void gaps(uint64_t average)
{
	struct schedule schedule = { .gap = average, .random = { .state = 9 } };
	uint64_t most = 0, gap;
	double sum = 0;
	unsigned int i;

	for (i = 0; i < DRAWS; i++) {
		gap = schedule_gap(&schedule);
		most = gap > most ? gap : most;
		sum += gap;
	}
	sum /= DRAWS;
	ok(most <= 2 * average && most >= 2 * (average - average / 100) &&
	   sum >= average * 0.99 && sum <= average * 1.01,
	   "gaps of %lu: up to %lu, %.1f on average", (unsigned long)average, (unsigned long)most,
	   sum);
}

int main(void)
{
	struct schedule one = { .burst = 50, .gap = 1000, .random = { .state = 1 } };
	struct schedule two = one;
	unsigned int i, differ = 0;

	bursts(1);
	bursts(2);
	bursts(10);
	bursts(100);
	gaps(0);
	gaps(1);
	gaps(100000000);
	for (i = 0; i < 1000; i++)
		differ += schedule_burst(&one) != schedule_burst(&two) ||
			  schedule_gap(&one) != schedule_gap(&two);
	ok(!differ, "the same seed, the same bursts");
	return tap_end();
}
