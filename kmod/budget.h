/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_BUDGET_H
#define SYNCOPATE_BUDGET_H

#include "pure.h"

/**
 * struct budget - how much may still be done of what has a price
 * @saved: time that is saved, ns
 * @at: up to when, ns
 */
struct budget {
	u64 saved;
	u64 at;
};

void budget_fill(struct budget *budget, u64 most, u64 now);
void budget_earn(struct budget *budget, u64 ns, u64 most);
bool budget_take(struct budget *budget, u64 price, u64 most, u64 now);

#endif /* SYNCOPATE_BUDGET_H */
