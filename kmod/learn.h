/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_LEARN_H
#define SYNCOPATE_LEARN_H

#include "pure.h"

struct pace;

/* Set-up times: four steps to each doubling, from 64 us to 69 s. */
#define LEARN_BUCKETS	80

/* The unit of &struct learn's counts of transmissions. */
#define LEARN_ONE	1024

/**
 * struct learn - what a destination's answers have taught
 * @srtt: smoothed round-trip time, ns; 0 as long as none is known
 * @rttvar: its variation, ns
 * @since: attempts that began before say nothing of @backoff, ns as in
 *	&struct learn_answer
 * @sent: transmissions of which it is known what became of them, the older the
 *	less they count; in 1/LEARN_ONE
 * @lost: those of them that were lost, on their way there or the answer's back
 * @backoff: how often the interval is doubled, for its being too short to tell
 *	which SYN was answered
 * @setup: histogram of the times from the first SYN to the SYN-ACK
 */
struct learn {
	u64 srtt;
	u64 rttvar;
	u64 since;
	u32 sent;
	u32 lost;
	u8 backoff;
	u16 setup[LEARN_BUCKETS];
};

/**
 * struct learn_answer - an answer to an attempt
 * @start: when the attempt began, ns of any clock that goes on
 * @elapsed: ns since then
 * @retransmitted: how often it was repeated
 * @rtt: round-trip time if an echoed timestamp tells which SYN was answered,
 *	ns; else 0
 */
struct learn_answer {
	u64 start;
	u64 elapsed;
	u32 retransmitted;
	u64 rtt;
};

void learn_seed(struct learn *learn, u64 rtt, u32 loss);
void learn_answer(struct learn *learn, const struct pace *pace,
		  const struct learn_answer *answer);
void learn_late(struct learn *learn, const struct learn_answer *answer);
void learn_setup(struct learn *learn, u64 time);
u32 learn_loss(const struct learn *learn);
u64 learn_percentile(const struct learn *learn, unsigned int permille);

#endif /* SYNCOPATE_LEARN_H */
