// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "traffic.h"
#include "tap.h"

static struct histogram all, before, part;

/* A percentile may be above the true value by the width of a bucket, and never below. */
static void about(unsigned int percent, uint64_t expected)
{
	uint64_t seen = histogram_percentile(&all, percent);

	ok(seen >= expected && seen <= expected + expected / 64, "p%u is %lu, of %lu", percent,
	   (unsigned long)seen, (unsigned long)expected);
}

static void one(uint64_t ns)
{
	unsigned int percent, wrong_ones = 0;

	memset(&all, 0, sizeof(all));
	histogram_add(&all, ns);
	for (percent = 1; percent <= 100; percent++)
		wrong_ones += histogram_percentile(&all, percent) != ns;
	ok(!wrong_ones && all.min == ns && all.max == ns && all.count == 1,
	   "a single %lu is all there is", (unsigned long)ns);
}

int main(void)
{
	uint64_t ns, step, sum = 0, in_buckets = 0;
	json_t *object, *buckets;
	unsigned int i;

	ok(!histogram_percentile(&all, 50), "nothing has no percentiles");
	for (i = 0; i < 64; i++) {
		one(UINT64_C(1) << i);
		one((UINT64_C(1) << i) - 1);
	}
	one(UINT64_MAX);

	memset(&all, 0, sizeof(all));
	for (ns = 1; ns <= 100000; ns++)
		histogram_add(&all, ns * 1000);
	about(1, 1000000);
	about(50, 50000000);
	about(90, 90000000);
	about(99, 99000000);
	about(100, 100000000);
	ok(all.sum == UINT64_C(5000050000000) && all.min == 1000 && all.max == 100000000,
	   "sum, shortest and longest are exact");
	object = histogram_json(&all, true);
	buckets = json_object_get(object, "buckets");
	for (i = 0; i < json_array_size(buckets); i++)
		in_buckets += json_integer_value(json_array_get(json_array_get(buckets, i), 1));
	ok(in_buckets == 100000 && json_integer_value(json_object_get(object, "count")) == 100000,
	   "the buckets hold them all");
	json_decref(object);

	/* Buckets follow one another: a longer time is never in a lower one. */
	memset(&all, 0, sizeof(all));
	for (ns = 1, step = 0, i = 0; ns < UINT64_MAX / 2; ns += ns / 37 + 1, i++) {
		histogram_add(&all, ns);
		step += histogram_percentile(&all, 100) < ns;
		sum++;
	}
	ok(!step && all.count == sum, "%u times of all lengths keep their order", i);

	memset(&all, 0, sizeof(all));
	histogram_add(&all, 5000);
	histogram_since(&part, &all, &before);
	ok(part.count == 1, "the first period");
	histogram_add(&all, 100);
	histogram_add(&all, 101);
	histogram_since(&part, &all, &before);
	ok(part.count == 2 && part.min == 100 && part.max == 101 && part.sum == 201 &&
	   histogram_percentile(&part, 50) == 100, "the second one has what has come since");
	histogram_since(&part, &all, &before);
	ok(!part.count && !histogram_percentile(&part, 50), "a third one has nothing");
	return tap_end();
}
