// SPDX-License-Identifier: GPL-2.0
/*
 * How long things took: buckets that grow with the time, 64 for each power of two, so
 * that any time is known to 1/64. What is below 128 ns is exact.
 */
#include <string.h>

#include "traffic.h"

static unsigned int bucket_of(uint64_t ns)
{
	unsigned int shift;

	if (ns < 1 << HISTOGRAM_BITS)
		return ns;
	shift = 63 - __builtin_clzll(ns) - HISTOGRAM_BITS;
	/* The highest bit is implied, the next ones tell the bucket. */
	return ((shift + 1) << HISTOGRAM_BITS) + (ns >> shift) - (1 << HISTOGRAM_BITS);
}

/* The longest time of a bucket. */
static uint64_t bucket_end(unsigned int bucket)
{
	unsigned int shift = bucket >> HISTOGRAM_BITS;
	uint64_t low = bucket & ((1 << HISTOGRAM_BITS) - 1);

	if (!shift)
		return low;
	shift--;
	return ((low + (1 << HISTOGRAM_BITS)) << shift) + ((UINT64_C(1) << shift) - 1);
}

static void set(counter_t *counter, uint64_t value)
{
	atomic_store_explicit(counter, value, memory_order_relaxed);
}

/**
 * histogram_add() - one more
 * @histogram: where
 * @ns: how long it took
 */
void histogram_add(struct histogram *histogram, uint64_t ns)
{
	counter_add(&histogram->bucket[bucket_of(ns)], 1);
	counter_add(&histogram->sum, ns);
	if (!counter_get(&histogram->count) || ns < counter_get(&histogram->min))
		set(&histogram->min, ns);
	if (ns > counter_get(&histogram->max))
		set(&histogram->max, ns);
	counter_add(&histogram->count, 1);
}

/**
 * histogram_since() - what has come since the last time
 * @result: the result; its shortest and longest are as good as the buckets
 * @now: all of it
 * @before: how it was the last time, and from now on how it is now
 */
void histogram_since(struct histogram *result, const struct histogram *now,
		     struct histogram *before)
{
	unsigned int i, first = HISTOGRAM_BUCKETS, last = 0;
	uint64_t count = 0, value;

	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		value = counter_get(&now->bucket[i]);
		set(&result->bucket[i], value - counter_get(&before->bucket[i]));
		set(&before->bucket[i], value);
		if (counter_get(&result->bucket[i])) {
			count += counter_get(&result->bucket[i]);
			first = first < i ? first : i;
			last = i;
		}
	}
	/* Summed up, as others are counted meanwhile. */
	set(&result->count, count);
	set(&result->min, count ? bucket_end(first) : 0);
	set(&result->max, count ? bucket_end(last) : 0);
	value = counter_get(&now->sum);
	set(&result->sum, value - counter_get(&before->sum));
	set(&before->sum, value);
}

/**
 * histogram_percentile() - how long so many took at most
 * @histogram: of what
 * @percent: how many
 *
 * Return: the time, never longer than the longest; 0 if there were none
 */
uint64_t histogram_percentile(const struct histogram *histogram, unsigned int percent)
{
	uint64_t count = counter_get(&histogram->count), max = counter_get(&histogram->max);
	uint64_t wanted = (count * percent + 99) / 100, sum = 0;
	unsigned int i;

	for (i = 0; wanted && i < HISTOGRAM_BUCKETS; i++) {
		sum += counter_get(&histogram->bucket[i]);
		if (sum >= wanted)
			return bucket_end(i) < max ? bucket_end(i) : max;
	}
	return max;
}

/**
 * histogram_json() - tell
 * @histogram: of what
 * @whole: with its buckets, as pairs: the longest time of the bucket, how many
 *
 * Return: a new object
 */
json_t *histogram_json(const struct histogram *histogram, bool whole)
{
	uint64_t count = counter_get(&histogram->count);
	json_t *object = json_object(), *buckets;
	unsigned int i;

	json_number(object, "count", count);
	if (!count)
		return object;
	json_number(object, "min_ns", counter_get(&histogram->min));
	json_number(object, "mean_ns", counter_get(&histogram->sum) / count);
	json_number(object, "p50_ns", histogram_percentile(histogram, 50));
	json_number(object, "p90_ns", histogram_percentile(histogram, 90));
	json_number(object, "p99_ns", histogram_percentile(histogram, 99));
	json_number(object, "max_ns", counter_get(&histogram->max));
	if (!whole)
		return object;
	buckets = json_array();
	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (counter_get(&histogram->bucket[i]))
			json_array_append_new(buckets, json_pack("[I, I]", (json_int_t)bucket_end(i),
				(json_int_t)counter_get(&histogram->bucket[i])));
	}
	json_object_set_new(object, "buckets", buckets);
	return object;
}
