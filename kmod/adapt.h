/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_ADAPT_H
#define SYNCOPATE_ADAPT_H

#include "pure.h"

struct learn;
struct pace;

/**
 * struct adapt - what an adapted schedule must keep to
 * @floor: shortest interval, ns
 * @ceiling: longest interval that follows from the round-trip time, ns
 * @deadline: longest time until the attempt is given up, ns
 * @retries: most retransmissions
 * @confidence: how many of a million attempts at a living server are to be
 *	answered
 */
struct adapt {
	u64 floor;
	u64 ceiling;
	u64 deadline;
	u32 retries;
	u32 confidence;
};

void adapt_rtt(const struct learn *learn, const struct adapt *adapt,
	       struct pace *pace);
void adapt_plan(const struct learn *learn, const struct adapt *adapt,
		struct pace *pace);
u32 adapt_risk(const struct pace *pace, u32 loss);

#endif /* SYNCOPATE_ADAPT_H */
