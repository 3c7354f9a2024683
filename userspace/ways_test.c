// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "syncopate.h"
#include "tap.h"

#define SECOND UINT64_C(1000000000)
#define SEEN (1u << SYNCOPATE_A_LEARNED_SEEN)
#define MANY 300

/* Numbers of no interfaces, so that they are written as if1 and so on. */
#define IF(n) (4000000 + (n))

static struct way_list list;

static struct learned dest(int number, int interface, uint64_t attempts)
{
	return (struct learned){
		.peer = { .family = AF_INET, .port = 80, .proto = IPPROTO_TCP,
			  .addr = { 10, 0, number >> 8, number } },
		.oif = interface ? IF(interface) : 0, .attempts = attempts,
	};
}

static struct learned silent(int number, int interface, uint64_t attempts)
{
	struct learned learned = dest(number, interface, attempts);

	learned.silent = attempts;
	return learned;
}

static struct learned elsewhere(int number, int interface, uint64_t attempts)
{
	struct learned learned = dest(number, interface, attempts);

	learned.elsewhere = attempts;
	return learned;
}

static struct learned seen(int number, int interface)
{
	struct learned learned = dest(number, interface, 5);

	learned.given = SEEN;
	return learned;
}

static void find(struct learned *entry, size_t count, uint64_t strays, uint64_t age)
{
	struct learned_list learned = { .entry = entry, .count = count };
	struct stray stray = { .peer = dest(99, 0, 0).peer, .iif = IF(2), .age = age };

	free(list.entry);
	ok(!ways_find(&list, &learned, &stray, strays), "there is memory");
}

static void says(size_t at, const char *expected)
{
	char text[256] = "";

	if (at < list.count)
		way_format(text, sizeof(text), &list.entry[at]);
	ok(!strcmp(text, expected), "'%s' ('%s')", text, expected);
}

static void texts(void)
{
	struct learned learned[MANY];
	size_t i;

	find(NULL, 0, 0, 0);
	ok(!list.count, "nothing is known");

	learned[0] = seen(1, 1);
	learned[1] = dest(2, 0, 1);
	learned[2] = dest(3, 1, 1);
	find(learned, 3, 0, 0);
	ok(!list.count, "who answers, and who was not asked for long, is not told of");

	learned[0] = silent(1, 1, 3);
	find(learned, 1, 0, 0);
	ok(list.count == 1, "one finding");
	says(0, "none ever seen behind if4000001, in 3 attempts at 10.0.0.1:80: "
	     "dead, or answers take another way");

	learned[1] = silent(2, 1, 9);
	learned[2] = silent(3, 1, 4);
	find(learned, 3, 0, 0);
	says(0, "none ever seen behind if4000001, in 16 attempts at 10.0.0.2:80, 10.0.0.3:80 and "
	     "1 more: dead, or answers take another way");

	learned[1] = seen(2, 1);
	learned[2] = silent(3, 2, 2);
	find(learned, 3, 0, 0);
	ok(list.count == 2, "two interfaces");
	says(0, "none ever seen behind if4000002, in 2 attempts at 10.0.0.3:80: "
	     "dead, or answers take another way");
	says(1, "none ever seen behind if4000001, where others answer, in 3 attempts at "
	     "10.0.0.1:80: dead, or answers take another way");

	learned[0] = elsewhere(1, 1, 7);
	learned[0].given = SEEN;
	learned[0].silent = 2;
	learned[3] = elsewhere(4, 1, 6);
	find(learned, 4, 0, 0);
	ok(list.count == 2, "two interfaces");
	says(0, "none seen behind if4000001, though 13 attempts got through to 10.0.0.1:80 and "
	     "10.0.0.4:80: answers take another way");

	for (i = 0; i < MANY; i++)
		learned[i] = silent(i, 1, i == 200 ? 50 : 1);
	find(learned, MANY, 0, 0);
	ok(list.count == 1 && list.entry[0].count == MANY && list.entry[0].named == WAY_NAMED,
	   "more than are named");
	says(0, "none ever seen behind if4000001, in 349 attempts at 10.0.0.200:80, 10.0.0.0:80 "
	     "and 298 more: dead, or answers take another way");
}

static void strays(void)
{
	struct learned learned[] = { silent(1, 1, 1) };

	find(learned, 1, 12, 3 * SECOND);
	ok(list.count == 2, "a stray answer");
	says(1, "12 to SYNs that did not come by, the last 3.0s ago by if4000002 from "
	     "10.0.0.99:80: SYNs take another way");
	find(learned, 1, 12, 600 * SECOND);
	ok(list.count == 1, "not for ever");
	find(learned, 1, 0, 3 * SECOND);
	ok(list.count == 1, "not if the counters began anew");
	learned[0] = dest(99, 0, 1);
	find(learned, 1, 12, 3 * SECOND);
	ok(!list.count, "not if it was asked by here since");
	learned[0].peer.proto = IPPROTO_SCTP;
	find(learned, 1, 12, 3 * SECOND);
	ok(list.count == 1, "but if that was by another protocol");
}

static void json(void)
{
	struct learned learned[] = { silent(1, 1, 1), elsewhere(2, 2, 4), seen(3, 1) };
	json_t *array;
	char *text;

	find(learned, ARRAY_SIZE(learned), 12, SECOND);
	array = ways_json(&list);
	text = json_dumps(array, JSON_COMPACT);
	ok(!strcmp(text, "[{\"kind\":\"elsewhere\",\"interface\":\"if4000002\","
		   "\"interface_index\":4000002,\"destinations\":1,\"attempts\":4,"
		   "\"named\":[{\"address\":\"10.0.0.2\",\"port\":80,\"proto\":\"tcp\"}]},"
		   "{\"kind\":\"stray\",\"interface\":\"if4000002\",\"interface_index\":4000002,"
		   "\"answers\":12,\"last_ns\":1000000000,"
		   "\"named\":[{\"address\":\"10.0.0.99\",\"port\":80,\"proto\":\"tcp\"}]},"
		   "{\"kind\":\"silent\",\"interface\":\"if4000001\","
		   "\"interface_index\":4000001,\"destinations\":1,\"attempts\":1,"
		   "\"others_answer\":true,"
		   "\"named\":[{\"address\":\"10.0.0.1\",\"port\":80,\"proto\":\"tcp\"}]}]"),
	   "JSON: %s", text);
	free(text);
	json_decref(array);
}

int main(void)
{
	texts();
	strays();
	json();
	free(list.entry);
	return tap_end();
}
