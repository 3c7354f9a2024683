// SPDX-License-Identifier: GPL-2.0
/*
 * Which SYNs have been seen before, and how often. Each has its place in one of many
 * buckets, from which the oldest falls out: of the last million one in a thousand is
 * forgotten, of the last hundred thousand none.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "reply.h"

#define BUCKETS (1 << 19)
#define WAYS 8
#define COUNT_BITS 8
#define COUNT_MAX ((1 << COUNT_BITS) - 1)

/**
 * struct seen - the SYNs that have been
 * @bucket: the newest first: the hash, how often it has been seen in its lowest bits
 */
struct seen {
	uint64_t bucket[BUCKETS][WAYS];
};

/**
 * seen_new() - nothing has been seen yet
 *
 * Return: that, or NULL without memory
 */
struct seen *seen_new(void)
{
	struct seen *seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return seen == MAP_FAILED ? NULL : seen;
}

/**
 * seen_before() - see a SYN
 * @seen: what has been seen
 * @hash: of the SYN
 *
 * Return: how often it has been seen before, 255 or more is 255
 */
unsigned int seen_before(struct seen *seen, uint64_t hash)
{
	uint64_t *bucket = seen->bucket[hash % BUCKETS];
	uint64_t name = hash & ~(uint64_t)COUNT_MAX;
	uint64_t entry = 0;
	int i;

	/* The lowest bits are part of the bucket's number, and need not be told again. */
	for (i = 0; i < WAYS; i++) {
		if (bucket[i] & COUNT_MAX && (bucket[i] & ~(uint64_t)COUNT_MAX) == name) {
			entry = bucket[i] & COUNT_MAX;
			break;
		}
	}
	if (i == WAYS)
		i--;
	for (; i > 0; i--)
		bucket[i] = bucket[i - 1];
	bucket[0] = name | (entry < COUNT_MAX ? entry + 1 : entry);
	return entry;
}

/**
 * seen_free() - forget
 * @seen: what has been seen, or NULL
 */
void seen_free(struct seen *seen)
{
	if (seen)
		munmap(seen, sizeof(*seen));
}
