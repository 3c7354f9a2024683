/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_CELL_H
#define BENCH_CELL_H

#include <jansson.h>

#include "model.h"

/**
 * struct cell - a server and the way to it
 * @rtt: round-trip time, ms
 * @jitter: of each direction, %
 * @loss: %
 * @both: directions, or that of the SYN alone
 */
struct cell {
	u32 rtt;
	u32 jitter;
	u32 loss;
	bool both;
};

/**
 * struct figures - what came of it
 * @connections: to the living server
 * @setup: time to set one up, p50, p99, p99.9, ns; ~0 where so many were not
 * @gave_up: how many were given up
 * @late: of those, answered after that
 * @extra: SYNs beyond the first of each
 * @lost: SYNs and SYN-ACKs
 * @dead: time until the dead server was given up, p50 and longest
 * @stable: how many connections it takes to learn the schedule, p50 and most
 * @learn: what was learned in the end
 */
struct figures {
	u32 connections;
	u64 setup[3];
	u32 gave_up;
	u32 late;
	u64 extra;
	u64 lost;
	u64 dead[2];
	u64 stable[2];
	struct learn learn;
};

void cell_measure(const struct cell *cell, enum contender contender, u64 seed,
		  u32 connections, struct figures *figures);
void cell_wilson(double hits, double num, double *low, double *high);
json_t *cell_json(const struct cell *cell);
json_t *cell_figures_json(const struct cell *cell, enum contender contender,
			  const struct figures *figures);

#endif /* BENCH_CELL_H */
