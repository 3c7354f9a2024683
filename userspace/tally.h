/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of destinations from the events about them, for top. */
#ifndef SYNCOPATE_TOOL_TALLY_H
#define SYNCOPATE_TOOL_TALLY_H

#include "syncopate.h"

/* How many destinations are remembered. */
#define TALLY_ROOM 4096

/**
 * struct dead - a destination that was given up in the last minute
 * @server: the destination
 * @gave_up: attempts given up in the last minute
 * @in_a_row: attempts given up since its last answer
 * @answered: it has answered at all
 * @answered_ago: when it last did, nanoseconds ago
 */
struct dead {
	struct peer server;
	uint32_t gave_up;
	uint32_t in_a_row;
	bool answered;
	uint64_t answered_ago;
};

/**
 * struct slow - a destination that accepted in the last minute
 * @server: the destination
 * @answered: attempts that it accepted in the last minute
 * @median: from the first SYN to the SYN-ACK, nanoseconds, of the latest of them
 * @slowest: the longest such time in the last minute
 */
struct slow {
	struct peer server;
	uint32_t answered;
	uint64_t median;
	uint64_t slowest;
};

struct tally *tally_new(void);
void tally_free(struct tally *tally);
void tally_event(struct tally *tally, const struct event *event, uint64_t now);
size_t tally_dead(const struct tally *tally, uint64_t now, struct dead list[TALLY_ROOM]);
size_t tally_slow(const struct tally *tally, uint64_t now, struct slow list[TALLY_ROOM]);
uint64_t tally_forgotten(const struct tally *tally);
double per_second(uint64_t before, uint64_t now, uint64_t elapsed);

#endif /* SYNCOPATE_TOOL_TALLY_H */
