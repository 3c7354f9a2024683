// SPDX-License-Identifier: GPL-2.0
/*
 * Gaps in the numbers of events, which tell how many were lost.
 *
 * Two processors may tell their events in another order than they numbered
 * them: a number that is missing gets a little time before it counts as lost.
 */
#include "syncopate.h"

#define PATIENCE 200000000	/* nanoseconds */
#define WINDOW 64		/* numbers, as many as there are bits in @seen */

static bool is_complete(const struct gaps *gaps)
{
	return !gaps->seen;
}

/* Moves on by @count numbers. Returns how many of them were not seen. */
static uint64_t pass(struct gaps *gaps, uint64_t count)
{
	uint64_t passed = gaps->seen;

	gaps->next += count;
	if (count >= WINDOW) {
		gaps->seen = 0;
	} else {
		passed &= (UINT64_C(1) << count) - 1;
		gaps->seen >>= count;
	}
	return count - __builtin_popcountll(passed);
}

static void pass_seen(struct gaps *gaps)
{
	while (gaps->seen & 1)
		pass(gaps, 1);
}

/**
 * gaps_event() - an event has come
 * @gaps: the gaps so far, all zero in the beginning
 * @seq: its number
 * @now: when, in nanoseconds of any clock
 *
 * Return: how many events are known by that to be lost
 */
uint64_t gaps_event(struct gaps *gaps, uint64_t seq, uint64_t now)
{
	bool was_complete = is_complete(gaps);
	uint64_t lost = 0;

	if (!gaps->known) {
		gaps->known = true;
		gaps->next = seq;
	}
	/* So late that it was taken for lost, or from before the first. */
	if (seq < gaps->next)
		return 0;
	if (seq - gaps->next >= WINDOW)
		lost = pass(gaps, seq - gaps->next - WINDOW + 1);
	gaps->seen |= UINT64_C(1) << (seq - gaps->next);
	pass_seen(gaps);
	if (was_complete || lost)
		gaps->since = now;
	return lost;
}

/**
 * gaps_wait() - how long may what is missing still come?
 * @gaps: the gaps so far
 * @now: the time
 *
 * Return: nanoseconds, UINT64_MAX if nothing is missing
 */
uint64_t gaps_wait(const struct gaps *gaps, uint64_t now)
{
	if (is_complete(gaps))
		return UINT64_MAX;
	return now - gaps->since < PATIENCE ? gaps->since + PATIENCE - now : 0;
}

/**
 * gaps_close() - no longer wait for what is missing
 * @gaps: the gaps so far
 *
 * Return: how many events are lost
 */
uint64_t gaps_close(struct gaps *gaps)
{
	if (is_complete(gaps))
		return 0;
	return pass(gaps, WINDOW - __builtin_clzll(gaps->seen));
}
