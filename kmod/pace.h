/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_PACE_H
#define SYNCOPATE_PACE_H

#include "pure.h"

/**
 * struct pace - a schedule, all times in nanoseconds
 * @interval: between the first two SYNs
 * @gap_max: each further interval is twice the one before, but no more than this
 * @deadline: from the first SYN to the RST
 * @linger: how long an attempt is remembered after the RST
 * @retries: how often the SYN is repeated
 * @offset: part of @deadline, and of the time of each repeat: the first of them
 *	is by so much later than @interval
 */
struct pace {
	u64 interval;
	u64 gap_max;
	u64 deadline;
	u64 linger;
	u32 retries;
	u64 offset;
};

u64 pace_interval(u64 rtt, u64 floor, u64 ceiling);
u64 pace_deadline(u32 retries, u64 interval);
u64 pace_sent(const struct pace *pace, u32 n);
u64 pace_next(const struct pace *pace, u64 elapsed);
bool pace_replaces(const struct pace *pace, u64 elapsed);
void pace_put_off(struct pace *pace, u64 offset);
bool pace_is_alone(const struct pace *pace, u64 elapsed);

#endif /* SYNCOPATE_PACE_H */
