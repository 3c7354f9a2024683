// SPDX-License-Identifier: GPL-2.0
/* Time: one clock to wait by, and the wall's, which the kernel stamps packets with. */
#include <time.h>

#include "traffic.h"

static uint64_t read_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

/**
 * clock_now() - time that never jumps
 *
 * Return: nanoseconds since some time in the past
 */
uint64_t clock_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

/**
 * clock_wall() - time that others have, too
 *
 * Return: nanoseconds since 1970
 */
uint64_t clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

/**
 * clock_sleep_until() - wait, or less if a signal comes
 * @when: until clock_now() says so
 */
void clock_sleep_until(uint64_t when)
{
	struct timespec until = { .tv_sec = when / SECOND, .tv_nsec = when % SECOND };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}
