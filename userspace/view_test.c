// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "tap.h"
#include "view.h"

#define MS UINT64_C(1000000)

static struct view view;
static char *text;

static size_t print(size_t rows)
{
	size_t size, lines = 0;
	const char *at;
	FILE *out;

	free(text);
	out = open_memstream(&text, &size);
	view_print(out, &view, rows);
	fclose(out);
	for (at = text; *at; at++)
		lines += *at == '\n';
	return lines;
}

/* The line stands there, whole. */
static void has(const char *line)
{
	size_t len = strlen(line);
	const char *at;

	for (at = text; (at = strstr(at, line)); at++) {
		if ((at == text || at[-1] == '\n') && at[len] == '\n')
			break;
	}
	ok(at, "'%s'", line);
}

static struct peer server(int number)
{
	return (struct peer){ .family = AF_INET, .port = 80, .addr = { 10, 1, 0, number } };
}

static void fill(void)
{
	struct flow flow = {
		.given = 1u << SYNCOPATE_A_FLOW_ACTION, .client = server(1), .server = server(3),
		.policy = "web", .iif = 4000001, .oif = 4000002, .next = 300 * MS,
	};
	int i;

	view.elapsed = 2000 * MS;
	view.limits = (struct limits){ .flows = 120, .flows_limit = 1000, .policies = 2 };
	view.before.value[SYNCOPATE_A_STATS_STARTED] = 1000;
	view.now.value[SYNCOPATE_A_STATS_STARTED] = 3000;
	view.now.value[SYNCOPATE_A_STATS_GAVE_UP] = 3;
	view.now.value[SYNCOPATE_A_STATS_TABLE_FULL] = 4;
	view.now.value[SYNCOPATE_A_STATS_SIGNED] = 2;
	view.dead[0] = (struct dead){ server(3), .gave_up = 12, .in_a_row = 13 };
	view.dead[1] = (struct dead){ server(4), 1, 1, true, 59400 * MS };
	view.dead_count = 2;
	for (i = 0; i < 50; i++)
		view.slow[i] = (struct slow){ server(100 + i), 7, 1234567, 31 * MS };
	view.slow_count = 50;
	for (i = 0; i < 3 * VIEW_FLOWS; i++) {
		flow.client.port = 1000 + i;
		flow.age = i * 7 % (3 * VIEW_FLOWS) * MS;
		view_flow(&view, &flow);
	}
}

static void order(void)
{
	size_t i;

	ok(view.pending == 3 * VIEW_FLOWS && view.oldest_count == VIEW_FLOWS,
	   "all attempts are counted, some kept");
	for (i = 0; i < VIEW_FLOWS; i++) {
		if (view.oldest[i].age != (3 * VIEW_FLOWS - 1 - i) * MS)
			break;
	}
	ok(i == VIEW_FLOWS, "those are the oldest in their order");
}

static void lines(void)
{
	size_t rows, seen;

	print(100);
	has("flows 120 of 1000, policies 2, dests 0, rates of the last 2s");
	has("   started  answered  repaired  retransmitted   gave-up   unpaced");
	has("      1000         0         0              0       1.5       3.0");
	has("given up in the last minute                        times in a row  last answer");
	has("10.1.0.3:80                                           12       13  none seen");
	has("10.1.0.4:80                                            1        1  59.4s ago");
	has("slowest in the last minute                       answers     median    slowest");
	has("10.1.0.100:80                                          7     1.23ms       31ms");
	has("oldest of 300 pending attempts");
	has("10.1.0.1:1257 -> 10.1.0.3:80 pending, 299ms old, 0 repeated, next SYN in 300ms, "
	    "policy web, routed (if4000001 -> if4000002)");
	ok(!strstr(text, "lost") && !strstr(text, "forgotten"), "all is well");

	for (rows = 4; rows <= 160; rows++) {
		seen = print(rows);
		if (seen > rows)
			break;
	}
	ok(rows == 161, "a screen of %zu lines is not too small (%zu)", rows, seen);
	ok(print(24) == 24 && strstr(text, "given up") && strstr(text, "slowest") &&
	   strstr(text, "oldest"), "a screen of 24 lines has all and is full");

	view.lost = 5;
	view.forgotten = 1;
	print(100);
	has("events were lost, what is below is not all: 5");
	has("more than 4096 destinations, those not heard of lately are forgotten");
	view.lost_more = true;
	print(100);
	has("events were lost, what is below is not all: 5 and more");
}

static void json(void)
{
	json_t *object;
	char *seen;

	view.dead_count = 2;
	view.slow_count = 1;
	view.oldest_count = 0;
	view.pending = 0;
	view.lost_more = false;
	object = view_json(&view);
	seen = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6));
	ok(!strcmp(seen, "{\"interval_ns\":2000000000,\"flows\":120,\"flows_limit\":1000,"
		   "\"policies\":2,\"dests\":0,\"per_second\":{\"started\":1000.0,"
		   "\"answered\":0.0,\"repaired\":0.0,\"retransmitted\":0.0,\"gave-up\":1.5,"
		   "\"unpaced\":3.0},\"events_lost\":5,\"forgotten\":1,\"dead\":["
		   "{\"server\":\"10.1.0.3\",\"server_port\":80,\"gave_up\":12,\"in_a_row\":13},"
		   "{\"server\":\"10.1.0.4\",\"server_port\":80,\"gave_up\":1,\"in_a_row\":1,"
		   "\"answered_ago_ns\":59400000000}],\"slow\":[{\"server\":\"10.1.0.100\","
		   "\"server_port\":80,\"answered\":7,\"median_ns\":1234567,"
		   "\"slowest_ns\":31000000}],\"pending\":0,\"oldest\":[]}"), "JSON: %s", seen);
	free(seen);
	json_decref(object);

	view.lost_more = true;
	view.pending_unknown = true;
	object = view_json(&view);
	ok(json_is_null(json_object_get(object, "events_lost")), "JSON: who knows how many");
	ok(!json_object_get(object, "pending"), "JSON: nor how many are pending");
	json_decref(object);
}

int main(void)
{
	fill();
	order();
	lines();
	json();
	free(text);
	return tap_end();
}
