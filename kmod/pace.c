// SPDX-License-Identifier: GPL-2.0
/*
 * When is the SYN repeated, when is the attempt given up.  Pure arithmetic on
 * the time since the first SYN.
 */
#include "pace.h"

/**
 * pace_deadline - the deadline where none is given
 * @retries: how often the SYN is repeated
 * @interval: between two SYNs, in ns
 *
 * Return: the time at which one more SYN would be due: the last one gets as
 * long to be answered as all before it.
 */
u64 pace_deadline(u32 retries, u64 interval)
{
	return (retries + 1ULL) * interval;
}

/**
 * pace_interval - the interval that follows from a round-trip time
 * @rtt: in ns, at most a minute or so
 * @floor: shortest interval, in ns
 * @ceiling: longest interval, in ns
 *
 * Return: 1.5 x @rtt: an answer that takes half as long again as usual still
 * comes before the next SYN; within @floor and @ceiling.
 */
u64 pace_interval(u64 rtt, u64 floor, u64 ceiling)
{
	return min(max(rtt + rtt / 2, floor), ceiling);
}

static u64 next_gap(const struct pace *pace, u64 gap)
{
	return gap < pace->gap_max ? min(2 * gap, pace->gap_max) : gap;
}

/**
 * pace_sent - when a SYN is repeated
 * @pace: the schedule
 * @n: its which repetition; that after the last one may be asked for, too
 *
 * Return: the time since the first SYN, in ns.
 */
u64 pace_sent(const struct pace *pace, u32 n)
{
	u64 gap = pace->interval, sent = n ? pace->offset : 0;

	for (; n; n--) {
		sent += gap;
		gap = next_gap(pace, gap);
	}
	return sent;
}

/**
 * pace_next - when to act next
 * @pace: the schedule
 * @elapsed: ns since the first SYN
 *
 * The answer depends on nothing but the time, so that a box that was late (a
 * paused virtual machine) skips what it missed rather than sending it at once,
 * and lateness of one step does not add to the next.
 *
 * Return: the time since the first SYN, in ns and more than @elapsed, of the
 * next retransmission; or @pace->deadline if none is left before it.
 */
u64 pace_next(const struct pace *pace, u64 elapsed)
{
	u64 gap = pace->interval, sent = pace->offset;
	u32 n;

	for (n = 0; n < pace->retries && sent < pace->deadline; n++) {
		sent += gap;
		if (sent > elapsed)
			return min(sent, pace->deadline);
		gap = next_gap(pace, gap);
	}
	return pace->deadline;
}

/**
 * pace_replaces - does the schedule stand for the client's own repeats?
 * @pace: the schedule
 * @elapsed: ns since the first SYN
 *
 * Return: true as long as the last SYN of the schedule has had no more than an
 * interval to be answered; where the deadline is far behind that, the client
 * goes on by itself.
 */
bool pace_replaces(const struct pace *pace, u64 elapsed)
{
	return elapsed < pace_sent(pace, pace->retries + 1);
}

/**
 * pace_put_off - let all but the first SYN be later
 * @pace: the schedule, not put off yet
 * @offset: by how much, in ns
 */
void pace_put_off(struct pace *pace, u64 offset)
{
	pace->offset = offset;
	pace->deadline += offset;
}

/**
 * pace_is_alone - is an answer one to our own SYNs?
 * @pace: the schedule
 * @elapsed: ns since the first SYN
 *
 * A schedule is put off because another box keeps to it in time. Once the first
 * repeat of that one is due, nobody knows which SYN is answered.
 */
bool pace_is_alone(const struct pace *pace, u64 elapsed)
{
	return !pace->offset || elapsed < pace->interval;
}
