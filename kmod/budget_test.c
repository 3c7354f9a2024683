// SPDX-License-Identifier: GPL-2.0
/* Tests of budget.c. */
#include "budget.h"
#include "test.h"

/* How often it can be taken at once. */
static unsigned int times(struct budget *budget, u64 price, u64 most, u64 now)
{
	unsigned int n = 0;

	while (budget_take(budget, price, most, now))
		n++;
	return n;
}

int main(void)
{
	struct budget budget;
	unsigned int n, taken;

	budget_fill(&budget, 100, 1000);
	check(times(&budget, 10, 100, 1000) == 10, "it begins with all");
	check(!budget_take(&budget, 10, 100, 1009), "and is empty then");
	check(budget_take(&budget, 10, 100, 1010) &&
	      !budget_take(&budget, 10, 100, 1010), "until time has passed");
	check(times(&budget, 10, 100, 1035) == 2 &&
	      times(&budget, 10, 100, 1040) == 1, "what is left over is saved");
	check(times(&budget, 10, 100, 100000) == 10, "no more than can be");
	check(!budget_take(&budget, 10, 100, 99000) &&
	      !budget_take(&budget, 10, 100, 100005) &&
	      budget_take(&budget, 10, 100, 100010),
	      "a clock that was read before does not count twice");

	budget_fill(&budget, 100, 0);
	times(&budget, 10, 100, 0);
	budget_earn(&budget, 25, 100);
	check(times(&budget, 10, 100, 0) == 2, "what is earned can be spent");
	budget_earn(&budget, 1000, 100);
	check(times(&budget, 10, 100, 0) == 10, "no more than can be saved");
	budget_earn(&budget, ~0ULL, 100);
	check(times(&budget, 10, 100, 0) == 10, "however much it was");

	budget_fill(&budget, ~0ULL, 0);
	budget_earn(&budget, 1, ~0ULL);
	check(budget.saved == ~0ULL, "it does not begin anew from nothing");
	check(budget_take(&budget, 10, 100, 5) && budget.saved == 90,
	      "a lower limit counts at once");

	budget_fill(&budget, 0, 0);
	for (n = 0, taken = 0; n < 1000; n++)
		taken += budget_take(&budget, 100, 1000, n * 10);
	check(taken == 99, "in the long run as much as time passes");
	return check_done();
}
