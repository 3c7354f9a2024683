/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_BREAKER_H
#define SYNCOPATE_BREAKER_H

#include "pure.h"

/**
 * struct breaker - is a destination taken for dead?
 * @silent: attempts in a row without an answer
 * @down: it is
 * @since: since when, ns
 * @probe: when the next SYN is let through, ns
 */
struct breaker {
	u32 silent;
	bool down;
	u64 since;
	u64 probe;
};

bool breaker_silent(struct breaker *breaker, u32 limit, u64 interval, u64 now);
bool breaker_answered(struct breaker *breaker);
bool breaker_passes(struct breaker *breaker, u64 interval, u64 now);
void breaker_give_back(struct breaker *breaker, u64 now);

#endif /* SYNCOPATE_BREAKER_H */
