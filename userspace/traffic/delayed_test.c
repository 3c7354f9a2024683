// SPDX-License-Identifier: GPL-2.0
#include "reply.h"
#include "tap.h"

#define ROOM 1000

int main(void)
{
	struct random random = { .state = 4 };
	struct answer answer = { 0 };
	unsigned int i, wrong_order = 0, wrong_answer = 0;
	uint64_t before = 0, put = 0, taken = 0;
	struct delayed delayed;

	ok(delayed_init(&delayed, ROOM) && !delayed_next(&delayed), "none waits");
	for (i = 0; i < ROOM; i++) {
		answer.due = random_up_to(&random, 500);
		answer.segment.seq = answer.due * 7;
		put += delayed_put(&delayed, &answer);
	}
	ok(put == ROOM && !delayed_put(&delayed, &answer), "as many as there is room for");
	while (delayed_next(&delayed)) {
		wrong_order += delayed_next(&delayed)->due < before;
		before = delayed_next(&delayed)->due;
		wrong_answer += delayed_next(&delayed)->segment.seq != before * 7;
		delayed_drop(&delayed);
		taken++;
	}
	ok(taken == ROOM && !wrong_order && !wrong_answer, "they leave in the order of their time");

	/* Coming and going, never earlier than what has left. */
	before = 0;
	for (i = 0; i < 100000; i++) {
		if (delayed.count < ROOM && random_up_to(&random, 1)) {
			answer.due = before + random_up_to(&random, 1000);
			answer.segment.seq = answer.due * 7;
			wrong_answer += !delayed_put(&delayed, &answer);
		} else if (delayed.count) {
			wrong_order += delayed_next(&delayed)->due < before;
			before = delayed_next(&delayed)->due;
			wrong_answer += delayed_next(&delayed)->segment.seq != (uint32_t)(before * 7);
			delayed_drop(&delayed);
		}
	}
	ok(!wrong_order && !wrong_answer, "nor is one lost while others come");
	delayed_free(&delayed);
	return tap_end();
}
