// SPDX-License-Identifier: GPL-2.0
#include <pthread.h>

#include "bomb.h"
#include "tap.h"

#define MANY 2000000

static struct table shared;
static counter_t opened;

/* As who sends does: left out where there is no room. */
static void *open_many(void *data)
{
	uint64_t number, *left_out = data;

	for (number = 0; number < MANY; number++) {
		if (table_has_room(&shared, number))
			table_open(&shared, number, number * 3);
		else
			(*left_out)++;
		counter_add(&opened, 1);
	}
	return NULL;
}

/* As who receives does; every eighth is not answered, some are answered twice. */
static void two_threads(void)
{
	uint64_t number, time = 0, closed = 0, wrong_time = 0, twice = 0, left_out = 0, open = 0;
	pthread_t thread;

	table_init(&shared, 1 << 16, true);
	pthread_create(&thread, NULL, open_many, &left_out);
	for (number = 0; number < MANY; number++) {
		while (counter_get(&opened) <= number)
			continue;
		if (number % 8 == 0)
			continue;
		if (table_close(&shared, number, &time)) {
			closed++;
			wrong_time += time != number * 3;
		}
		if (number % 5 == 0)
			twice += table_close(&shared, number, &time);
	}
	pthread_join(thread, NULL);
	for (number = 0; number < MANY; number++)
		open += table_close(&shared, number, &time);
	ok(closed + open + left_out == MANY && open, "%lu answered, %lu open, %lu left out: all",
	   (unsigned long)closed, (unsigned long)open, (unsigned long)left_out);
	ok(!wrong_time && !twice, "each once, and with its time");
}

int main(void)
{
	struct table table;
	uint64_t time = 0, i, full = 0;

	ok(table_init(&table, 100, false) && table.mask + 1 >= 100, "a table");
	ok(table_has_room(&table, 5) && !table_close(&table, 5, &time), "it is empty");
	table_open(&table, 5, 1000);
	ok(!table_has_room(&table, 5), "a request is there");
	ok(!table_close(&table, 5 + 128, &time) && !table_close(&table, 5 + 64, &time),
	   "another one in its place is not");
	ok(table_close(&table, 5, &time) && time == 1000, "it is answered");
	ok(!table_close(&table, 5, &time), "and not once more");
	table_open(&table, 5 + 128, 2000);
	ok(!table_close(&table, 5, &time), "a late answer closes no other request");
	ok(table_close(&table, 5 + 128, &time) && time == 2000, "that is open still");
	for (i = 0; i < 128; i++)
		table_open(&table, i + 128, i);
	for (i = 0; i < 1000; i++)
		full += !table_has_room(&table, i);
	ok(full == 1000, "128 requests fill it");
	two_threads();
	return tap_end();
}
