// SPDX-License-Identifier: GPL-2.0
/* Tests of breaker.c. */
#include "breaker.h"
#include "test.h"

int main(void)
{
	struct breaker breaker = {};

	check(breaker_passes(&breaker, 10, 0), "it begins up");
	check(!breaker_silent(&breaker, 3, 10, 100) &&
	      !breaker_silent(&breaker, 3, 10, 101) &&
	      breaker_passes(&breaker, 10, 102), "two of three: still up");
	check(!breaker_answered(&breaker) && !breaker.silent,
	      "an answer in between: they count from the beginning");
	check(!breaker_silent(&breaker, 3, 10, 103) &&
	      !breaker_silent(&breaker, 3, 10, 104) &&
	      breaker_silent(&breaker, 3, 10, 105), "three in a row: down");
	check(!breaker_silent(&breaker, 3, 10, 106) && breaker.silent == 4,
	      "which is told once");
	check(!breaker_passes(&breaker, 10, 106) &&
	      !breaker_passes(&breaker, 10, 114), "nobody passes");
	check(breaker_passes(&breaker, 10, 115) &&
	      !breaker_passes(&breaker, 10, 115) &&
	      !breaker_passes(&breaker, 10, 124), "but one an interval");
	check(breaker_passes(&breaker, 10, 1000), "or as late as one comes");
	breaker_give_back(&breaker, 1003);
	check(breaker_passes(&breaker, 10, 1003) &&
	      !breaker_passes(&breaker, 10, 1003),
	      "one that was not cared for: so does the next, alone");
	check(breaker_passes(&breaker, 10, 1013), "which is where it begins");
	breaker_give_back(&breaker, 1014);
	breaker_give_back(&breaker, 1015);
	check(breaker_passes(&breaker, 10, 1014), "none is put off by that");
	check(breaker_answered(&breaker) && breaker_passes(&breaker, 10, 1001),
	      "one answer: up again");
	check(!breaker_answered(&breaker), "which is told once, too");
	breaker_give_back(&breaker, 1001);
	check(!breaker.down && breaker_passes(&breaker, 10, 1001),
	      "nothing is to be given back of one that is up");
	check(!breaker_silent(&breaker, 0, 10, 1002) && !breaker.down,
	      "who has no limit does not bring it down");
	check(breaker_silent(&breaker, 1, 10, 1003), "one may be enough");
	breaker.silent = U32_MAX;
	breaker_silent(&breaker, 1, 10, 1004);
	check(breaker.silent == U32_MAX, "the count does not begin anew");
	return check_done();
}
