// SPDX-License-Identifier: GPL-2.0
/* How often a time was seen, from nanoseconds to minutes. */
#include "bench.h"

/* Up to 128 each has its own, then 64 for each power of two. */
static unsigned int bucket(u64 ns)
{
	unsigned int shift = ns < 128 ? 0 : fls64(ns) - 7;

	return min_t(u64, 64 * shift + (ns >> shift), HISTOGRAM_BUCKETS - 1);
}

static u64 bucket_low(unsigned int i)
{
	unsigned int shift = i < 128 ? 0 : i / 64 - 1;

	return (u64)(i - 64 * shift) << shift;
}

/** histogram_add - a time was seen */
void histogram_add(struct histogram *h, s64 ns)
{
	/* A clock may be read with 256 ns behind the point. */
	ns = max(ns, 0LL);
	h->num++;
	h->max = max_t(u64, h->max, ns);
	h->count[bucket(ns)]++;
}

/** histogram_show - the longest, and "from=times" for each bucket in use */
void histogram_show(struct seq_file *out, const char *name,
		    const struct histogram *h)
{
	unsigned int i;

	seq_printf(out, "%s %llu %llu", name, h->num, h->max);
	for (i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (h->count[i])
			seq_printf(out, " %llu=%u", bucket_low(i), h->count[i]);
	seq_putc(out, '\n');
}
