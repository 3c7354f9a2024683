// SPDX-License-Identifier: GPL-2.0
/*
 * A destination that has left attempts in a row without an answer is down: whoever
 * asks for it is refused at once, but for one now and then whose SYN finds out
 * whether that is still so. One answer, to whomever, brings it back.
 *
 * Pure; all times in nanoseconds of one clock, and whoever calls holds a lock.
 */
#include "breaker.h"

/**
 * breaker_silent - an attempt had no answer
 * @breaker: of its destination
 * @limit: so many in a row bring it down, 0 for never
 * @interval: from a probe to the next
 * @now: the time
 *
 * Return: whether it is down from now on.
 */
bool breaker_silent(struct breaker *breaker, u32 limit, u64 interval, u64 now)
{
	if (breaker->silent < U32_MAX)
		breaker->silent++;
	if (breaker->down || !limit || breaker->silent < limit)
		return false;
	breaker->down = true;
	breaker->since = now;
	breaker->probe = now + interval;
	return true;
}

/**
 * breaker_answered - there was an answer
 * @breaker: of the destination
 *
 * Return: whether it was down until now.
 */
bool breaker_answered(struct breaker *breaker)
{
	bool down = breaker->down;

	breaker->silent = 0;
	breaker->down = false;
	return down;
}

/**
 * breaker_passes - may a first SYN go on?
 * @breaker: of its destination
 * @interval: from a probe to the next
 * @now: the time
 *
 * Return: true unless the destination is down and no probe is due.
 */
bool breaker_passes(struct breaker *breaker, u64 interval, u64 now)
{
	if (!breaker->down)
		return true;
	if (now < breaker->probe)
		return false;
	breaker->probe = now + interval;
	return true;
}

/**
 * breaker_give_back - a first SYN that passed was not cared for
 * @breaker: of its destination
 * @now: the time
 *
 * If it was a probe nothing is learned of it, and the next SYN is one.
 */
void breaker_give_back(struct breaker *breaker, u64 now)
{
	if (breaker->down)
		breaker->probe = min(breaker->probe, now);
}
