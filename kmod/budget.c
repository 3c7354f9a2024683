// SPDX-License-Identifier: GPL-2.0
/*
 * A budget of time, known as a token bucket: time is saved as it passes, up to a
 * limit, and spent on what has a price.  So much can be done per second on
 * average, and after a quiet time more at once.
 *
 * Pure; all times in nanoseconds of one clock, and whoever calls holds a lock.
 */
#include "budget.h"

/**
 * budget_fill - begin with all that can be saved
 * @budget: the budget
 * @most: that is so much
 * @now: the time
 */
void budget_fill(struct budget *budget, u64 most, u64 now)
{
	budget->saved = most;
	budget->at = now;
}

/**
 * budget_earn - save more than the time that passes
 * @budget: the budget
 * @ns: so much
 * @most: that can be saved
 */
void budget_earn(struct budget *budget, u64 ns, u64 most)
{
	if (ns < most - min(budget->saved, most))
		budget->saved += ns;
	else
		budget->saved = most;
}

/**
 * budget_take - spend
 * @budget: the budget
 * @price: so much
 * @most: that can be saved
 * @now: the time, not before that of the last call
 *
 * Return: false if there is not so much; nothing is spent then.
 */
bool budget_take(struct budget *budget, u64 price, u64 most, u64 now)
{
	/* Two processors may have read the clock in the other order. */
	if (now > budget->at) {
		budget_earn(budget, now - budget->at, most);
		budget->at = now;
	}
	if (budget->saved < price)
		return false;
	budget->saved -= price;
	return true;
}
