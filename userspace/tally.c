// SPDX-License-Identifier: GPL-2.0
/*
 * What is known of destinations from the events about them.
 *
 * Memory is bounded: of the destinations the least recently heard of are
 * forgotten, and of a destination's answers only the latest are kept singly.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "tally.h"

#define SECOND UINT64_C(1000000000)
#define SLOT (5 * SECOND)
#define SLOTS 12		/* a minute */
#define SAMPLES 64
#define BUCKETS 4096

/* What happened in five seconds, those that begin at number x SLOT. */
struct slot {
	uint64_t number;
	uint32_t answered;
	uint32_t gave_up;
	uint64_t slowest;
};

struct sample {
	uint64_t when;
	uint64_t took;
};

struct entry {
	TAILQ_ENTRY(entry) use;
	LIST_ENTRY(entry) chain;
	struct peer server;
	struct slot slots[SLOTS];
	struct sample samples[SAMPLES];
	size_t sampled;
	uint32_t in_a_row;
	bool answered;
	uint64_t last_answer;
};

/* @use: those heard of least recently first */
struct tally {
	TAILQ_HEAD(uses, entry) use;
	LIST_HEAD(bucket, entry) buckets[BUCKETS];
	size_t count;
	uint64_t forgotten;
	struct entry entries[TALLY_ROOM];
};

/**
 * tally_new() - begin to count
 *
 * Return: the tally, NULL if there is no memory
 */
struct tally *tally_new(void)
{
	struct tally *tally = calloc(1, sizeof(*tally));

	if (tally)
		TAILQ_INIT(&tally->use);
	return tally;
}

/**
 * tally_free() - forget all
 * @tally: the tally, or NULL
 */
void tally_free(struct tally *tally)
{
	free(tally);
}

/* FNV-1a. A peer has no gaps, and what it does not use is zero. */
static struct bucket *find_bucket(struct tally *tally, const struct peer *server)
{
	const unsigned char *byte = (const void *)server;
	uint32_t hash = 2166136261u;
	size_t i;

	for (i = 0; i < sizeof(*server); i++)
		hash = (hash ^ byte[i]) * 16777619u;
	return &tally->buckets[hash % BUCKETS];
}

static struct entry *take_entry(struct tally *tally)
{
	struct entry *entry;

	if (tally->count < TALLY_ROOM)
		return &tally->entries[tally->count++];
	entry = TAILQ_FIRST(&tally->use);
	TAILQ_REMOVE(&tally->use, entry, use);
	LIST_REMOVE(entry, chain);
	memset(entry, 0, sizeof(*entry));
	tally->forgotten++;
	return entry;
}

static struct entry *find_entry(struct tally *tally, const struct peer *server)
{
	struct bucket *bucket = find_bucket(tally, server);
	struct entry *entry;

	LIST_FOREACH(entry, bucket, chain) {
		if (!memcmp(&entry->server, server, sizeof(*server)))
			break;
	}
	if (entry) {
		TAILQ_REMOVE(&tally->use, entry, use);
	} else {
		entry = take_entry(tally);
		entry->server = *server;
		LIST_INSERT_HEAD(bucket, entry, chain);
	}
	TAILQ_INSERT_TAIL(&tally->use, entry, use);
	return entry;
}

static struct slot *find_slot(struct entry *entry, uint64_t now)
{
	uint64_t number = now / SLOT;
	struct slot *slot = &entry->slots[number % SLOTS];

	if (slot->number != number) {
		memset(slot, 0, sizeof(*slot));
		slot->number = number;
	}
	return slot;
}

static void count_accepted(struct entry *entry, uint64_t took, uint64_t now)
{
	struct slot *slot = find_slot(entry, now);

	slot->answered++;
	if (took > slot->slowest)
		slot->slowest = took;
	entry->samples[entry->sampled++ % SAMPLES] = (struct sample){ now, took };
}

/**
 * tally_event() - count what happened
 * @tally: the tally
 * @event: what happened
 * @now: when, in nanoseconds of a clock that only runs forward
 */
void tally_event(struct tally *tally, const struct event *event, uint64_t now)
{
	struct entry *entry;

	switch (event->has_flow ? event->kind : UINT32_MAX) {
	case SYNCOPATE_EVENT_KIND_GAVE_UP:
		entry = find_entry(tally, &event->flow.server);
		find_slot(entry, now)->gave_up++;
		entry->in_a_row++;
		break;
	/* Whatever comes from the server shows that it lives. */
	case SYNCOPATE_EVENT_KIND_ANSWERED:
	case SYNCOPATE_EVENT_KIND_REFUSED:
	case SYNCOPATE_EVENT_KIND_SIMULTANEOUS:
	case SYNCOPATE_EVENT_KIND_ELSEWHERE:
	case SYNCOPATE_EVENT_KIND_LATE:
		entry = find_entry(tally, &event->flow.server);
		entry->in_a_row = 0;
		entry->answered = true;
		entry->last_answer = now;
		if (event->kind == SYNCOPATE_EVENT_KIND_ANSWERED)
			count_accepted(entry, event->flow.age, now);
		break;
	}
}

/* The slots of the last minute together. */
static struct slot sum(const struct entry *entry, uint64_t now)
{
	struct slot total = { 0 };
	int i;

	for (i = 0; i < SLOTS; i++) {
		const struct slot *slot = &entry->slots[i];

		if (now / SLOT - slot->number >= SLOTS)
			continue;
		total.answered += slot->answered;
		total.gave_up += slot->gave_up;
		if (slot->slowest > total.slowest)
			total.slowest = slot->slowest;
	}
	return total;
}

static int by_time(const void *a, const void *b)
{
	uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;

	return (first > second) - (first < second);
}

static uint64_t median(const struct entry *entry, uint64_t now)
{
	uint64_t times[SAMPLES];
	size_t i, count = 0;

	for (i = 0; i < SAMPLES && i < entry->sampled; i++) {
		if (now / SLOT - entry->samples[i].when / SLOT < SLOTS)
			times[count++] = entry->samples[i].took;
	}
	qsort(times, count, sizeof(*times), by_time);
	return count ? times[(count - 1) / 2] : 0;
}

static int worse_dead(const void *a, const void *b)
{
	const struct dead *first = a, *second = b;

	if (first->gave_up != second->gave_up)
		return first->gave_up < second->gave_up ? 1 : -1;
	if (first->in_a_row != second->in_a_row)
		return first->in_a_row < second->in_a_row ? 1 : -1;
	return memcmp(&first->server, &second->server, sizeof(first->server));
}

/**
 * tally_dead() - destinations that were given up in the last minute
 * @tally: the tally
 * @now: the time
 * @list: the result, the most often given up first
 *
 * Return: how many
 */
size_t tally_dead(const struct tally *tally, uint64_t now, struct dead list[TALLY_ROOM])
{
	size_t i, count = 0;

	for (i = 0; i < tally->count; i++) {
		const struct entry *entry = &tally->entries[i];
		struct slot total = sum(entry, now);

		if (!total.gave_up)
			continue;
		list[count++] = (struct dead){
			.server = entry->server,
			.gave_up = total.gave_up,
			.in_a_row = entry->in_a_row,
			.answered = entry->answered,
			.answered_ago = now - entry->last_answer,
		};
	}
	qsort(list, count, sizeof(*list), worse_dead);
	return count;
}

static int worse_slow(const void *a, const void *b)
{
	const struct slow *first = a, *second = b;

	if (first->median != second->median)
		return first->median < second->median ? 1 : -1;
	if (first->slowest != second->slowest)
		return first->slowest < second->slowest ? 1 : -1;
	return memcmp(&first->server, &second->server, sizeof(first->server));
}

/**
 * tally_slow() - destinations that accepted in the last minute
 * @tally: the tally
 * @now: the time
 * @list: the result, the slowest first
 *
 * Return: how many
 */
size_t tally_slow(const struct tally *tally, uint64_t now, struct slow list[TALLY_ROOM])
{
	size_t i, count = 0;

	for (i = 0; i < tally->count; i++) {
		const struct entry *entry = &tally->entries[i];
		struct slot total = sum(entry, now);

		if (!total.answered)
			continue;
		list[count++] = (struct slow){
			.server = entry->server,
			.answered = total.answered,
			.median = median(entry, now),
			.slowest = total.slowest,
		};
	}
	qsort(list, count, sizeof(*list), worse_slow);
	return count;
}

/**
 * tally_forgotten() - how often a destination was forgotten to make room
 * @tally: the tally
 *
 * Return: the number, 0 if all are remembered
 */
uint64_t tally_forgotten(const struct tally *tally)
{
	return tally->forgotten;
}

/**
 * per_second() - how fast a counter grows
 * @before: its value
 * @now: its value after @elapsed; smaller if it began anew meanwhile
 * @elapsed: nanoseconds
 *
 * Return: the rate
 */
double per_second(uint64_t before, uint64_t now, uint64_t elapsed)
{
	uint64_t grown = now < before ? now : now - before;

	return elapsed ? grown * (double)SECOND / elapsed : 0;
}
