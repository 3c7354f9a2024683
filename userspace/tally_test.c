// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "tally.h"
#include "tap.h"

#define MS UINT64_C(1000000)
#define SECOND (1000 * MS)

/* A time like that of a machine that has been up for a while. */
#define START (100000 * SECOND)

static struct dead dead[TALLY_ROOM];
static struct slow slow[TALLY_ROOM];

static struct event happens(uint32_t kind, uint32_t server, uint64_t age)
{
	struct event event = { .kind = kind, .has_flow = true };

	event.flow.server.family = AF_INET;
	event.flow.server.port = 80;
	memcpy(event.flow.server.addr, &server, sizeof(server));
	event.flow.age = age;
	return event;
}

static void tell(struct tally *tally, uint32_t kind, uint32_t server, uint64_t age, uint64_t now)
{
	struct event event = happens(kind, server, age);

	tally_event(tally, &event, START + now);
}

static bool is_server(const struct peer *peer, uint32_t server)
{
	return peer->family == AF_INET && peer->port == 80 &&
	       !memcmp(peer->addr, &server, sizeof(server));
}

static void silence(void)
{
	struct tally *tally = tally_new();
	struct event event;
	size_t count;
	int i;

	for (i = 0; i < 10; i++)
		tell(tally, SYNCOPATE_EVENT_KIND_GAVE_UP, 1, 2 * SECOND, i * SECOND);
	tell(tally, SYNCOPATE_EVENT_KIND_REFUSED, 2, MS, 3 * SECOND);
	tell(tally, SYNCOPATE_EVENT_KIND_GAVE_UP, 2, 2 * SECOND, 4 * SECOND);
	tell(tally, SYNCOPATE_EVENT_KIND_UNREACHABLE, 2, MS, 5 * SECOND);
	tell(tally, SYNCOPATE_EVENT_KIND_STARTED, 3, 0, 6 * SECOND);
	event = happens(SYNCOPATE_EVENT_KIND_GAVE_UP, 3, 0);
	event.has_flow = false;
	tally_event(tally, &event, START);

	count = tally_dead(tally, START + 10 * SECOND, dead);
	ok(count == 2, "two were given up");
	ok(is_server(&dead[0].server, 1) && is_server(&dead[1].server, 2),
	   "the most often given up first");
	ok(dead[0].gave_up == 10 && dead[0].in_a_row == 10 && !dead[0].answered,
	   "one has never answered");
	ok(dead[1].gave_up == 1 && dead[1].in_a_row == 1 && dead[1].answered &&
	   dead[1].answered_ago == 7 * SECOND, "one has refused 7 s ago");
	ok(!tally_slow(tally, START + 10 * SECOND, slow), "none has accepted");

	count = tally_dead(tally, START + 61 * SECOND, dead);
	ok(count == 1 && dead[0].gave_up == 5, "what is older than a minute does not count (%u)",
	   dead[0].gave_up);
	ok(dead[0].in_a_row == 10, "but it does in a row");
	ok(!tally_dead(tally, START + 80 * SECOND, dead), "after a minute none is left");

	tell(tally, SYNCOPATE_EVENT_KIND_GAVE_UP, 1, 2 * SECOND, 90 * SECOND);
	count = tally_dead(tally, START + 91 * SECOND, dead);
	ok(count == 1 && dead[0].gave_up == 1 && dead[0].in_a_row == 11, "the row goes on");
	tell(tally, SYNCOPATE_EVENT_KIND_LATE, 1, 3 * SECOND, 92 * SECOND);
	count = tally_dead(tally, START + 92 * SECOND, dead);
	ok(count == 1 && !dead[0].in_a_row && dead[0].answered && !dead[0].answered_ago,
	   "a late answer ends it");
	ok(!tally_slow(tally, START + 92 * SECOND, slow), "but the client did not get it");
	tally_free(tally);
}

static void slowness(void)
{
	struct tally *tally = tally_new();
	size_t count;
	int i;

	tell(tally, SYNCOPATE_EVENT_KIND_ANSWERED, 1, 900 * MS, 0);
	for (i = 1; i <= 9; i++)
		tell(tally, SYNCOPATE_EVENT_KIND_ANSWERED, 1, (10 - i) * MS, 6 * SECOND);
	tell(tally, SYNCOPATE_EVENT_KIND_ANSWERED, 2, 40 * MS, 6 * SECOND);
	tell(tally, SYNCOPATE_EVENT_KIND_ANSWERED, 2, 20 * MS, 6 * SECOND);

	count = tally_slow(tally, START + 10 * SECOND, slow);
	ok(count == 2 && is_server(&slow[0].server, 2) && is_server(&slow[1].server, 1),
	   "by the median");
	ok(slow[0].answered == 2 && slow[0].median == 20 * MS && slow[0].slowest == 40 * MS,
	   "of two the lower");
	ok(slow[1].answered == 10 && slow[1].median == 5 * MS && slow[1].slowest == 900 * MS,
	   "of ten the fifth, and the slowest");
	count = tally_slow(tally, START + 62 * SECOND, slow);
	ok(count == 2 && slow[1].answered == 9 && slow[1].slowest == 9 * MS,
	   "the slowest is forgotten after a minute");
	ok(!tally_dead(tally, START + 10 * SECOND, dead), "none was given up");

	for (i = 0; i < 1000; i++)
		tell(tally, SYNCOPATE_EVENT_KIND_ANSWERED, 2, (i < 936 ? 1 : 7) * MS, 65 * SECOND);
	count = tally_slow(tally, START + 66 * SECOND, slow);
	ok(count == 1 && slow[0].answered == 1000 && slow[0].median == 7 * MS,
	   "the median is that of the latest");
	tally_free(tally);
}

static void bounds(void)
{
	struct tally *tally = tally_new();
	size_t i, count, found = 0;

	for (i = 1; i <= TALLY_ROOM; i++)
		tell(tally, SYNCOPATE_EVENT_KIND_GAVE_UP, i, 0, i * MS);
	ok(!tally_forgotten(tally), "there is room for so many");
	tell(tally, SYNCOPATE_EVENT_KIND_GAVE_UP, 1, 0, SECOND);
	for (i = TALLY_ROOM + 1; i <= TALLY_ROOM + 100; i++)
		tell(tally, SYNCOPATE_EVENT_KIND_GAVE_UP, i, 0, 5 * SECOND + i);
	ok(tally_forgotten(tally) == 100, "but not for a hundred more");
	count = tally_dead(tally, START + 6 * SECOND, dead);
	ok(count == TALLY_ROOM && is_server(&dead[0].server, 1) && dead[0].gave_up == 2,
	   "who was heard of lately stays");
	for (i = 0; i < count; i++) {
		uint32_t server;

		memcpy(&server, dead[i].server.addr, sizeof(server));
		found += server >= 2 && server <= 101;
		if (i && dead[i].gave_up != 1)
			break;
	}
	ok(i == count && !found, "the others' places are taken, and nothing is left of them");
	for (i = 102; i <= TALLY_ROOM + 100; i++)
		tell(tally, SYNCOPATE_EVENT_KIND_GAVE_UP, i, 0, 6 * SECOND);
	count = tally_dead(tally, START + 7 * SECOND, dead);
	for (i = 0; i < count && dead[i].gave_up == 2; i++)
		;
	ok(i == TALLY_ROOM && tally_forgotten(tally) == 100, "all that are there are found again");
	tally_free(tally);
}

int main(void)
{
	silence();
	slowness();
	bounds();
	ok(per_second(10, 30, 2 * SECOND) == 10, "a rate");
	ok(per_second(10, 11, 4 * SECOND) == 0.25, "a slow one");
	ok(per_second(30, 10, SECOND) == 10, "of a counter that began anew");
	ok(per_second(10, 30, 0) == 0, "of no time");
	return tap_end();
}
