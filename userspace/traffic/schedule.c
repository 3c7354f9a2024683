// SPDX-License-Identifier: GPL-2.0
/* Bursts: how many requests, and how long until the next ones. */
#include "bomb.h"

/**
 * schedule_burst() - how many requests the next burst has
 * @schedule: the schedule
 *
 * Return: any number from 1 to twice the average - 1
 */
uint64_t schedule_burst(struct schedule *schedule)
{
	return 1 + random_up_to(&schedule->random, 2 * (schedule->burst - 1));
}

/**
 * schedule_gap() - how long after it the next one follows
 * @schedule: the schedule
 *
 * Return: any time from 0 to twice the average
 */
uint64_t schedule_gap(struct schedule *schedule)
{
	return random_up_to(&schedule->random, 2 * schedule->gap);
}
