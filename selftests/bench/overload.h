/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_OVERLOAD_H
#define BENCH_OVERLOAD_H

#include <jansson.h>

#include "model.h"

/**
 * struct overload - how a contender treats a link that has too much to do
 * @connections: all
 * @gave_up: of those
 * @syns: sent, all
 * @during: sent while there was too much to do
 * @recovered: after that, until the last SYN was lost, ns
 * @offered: SYNs in each step of time
 */
struct overload {
	u32 connections;
	u32 gave_up;
	u64 syns;
	u64 during;
	u64 recovered;
	u32 *offered;
};

void overload_run(enum contender contender, u64 seed, struct overload *overload);
json_t *overload_json(enum contender contender, const struct overload *overload);
json_t *overload_parameters(void);
void overload_free(struct overload *overload);

#endif /* BENCH_OVERLOAD_H */
