// SPDX-License-Identifier: GPL-2.0
/* What top shows, as lines of text and as JSON. */
#include <inttypes.h>
#include <string.h>

#include "view.h"

/* SYNs that passed unpaced. */
static const int unpaced[] = {
	SYNCOPATE_A_STATS_TABLE_FULL,
	SYNCOPATE_A_STATS_NO_MEMORY,
	SYNCOPATE_A_STATS_NOT_INSERTED,
	SYNCOPATE_A_STATS_SIGNED,
	SYNCOPATE_A_STATS_NO_VLAN,
};

static const struct rate {
	const char *name;
	int attr;
} rates[] = {
	{ "started", SYNCOPATE_A_STATS_STARTED },
	{ "answered", SYNCOPATE_A_STATS_ANSWERED },
	{ "repaired", SYNCOPATE_A_STATS_REPAIRED },
	{ "retransmitted", SYNCOPATE_A_STATS_RETRANSMITTED },
	{ "gave-up", SYNCOPATE_A_STATS_GAVE_UP },
};

/**
 * view_flow() - consider a pending attempt for the list of the oldest
 * @view: what there is to see
 * @flow: the attempt
 */
void view_flow(struct view *view, const struct flow *flow)
{
	size_t at;

	view->pending++;
	if (view->oldest_count < VIEW_FLOWS)
		view->oldest_count++;
	else if (view->oldest[VIEW_FLOWS - 1].age >= flow->age)
		return;
	for (at = view->oldest_count - 1; at && view->oldest[at - 1].age < flow->age; at--)
		view->oldest[at] = view->oldest[at - 1];
	view->oldest[at] = *flow;
}

static double rate_of(const struct view *view, int attr)
{
	return per_second(view->before.value[attr], view->now.value[attr], view->elapsed);
}

static double rate_unpaced(const struct view *view)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unpaced); i++)
		sum += rate_of(view, unpaced[i]);
	return sum;
}

static void print_rate(FILE *out, const char *name, double rate)
{
	int width = strlen(name) > 8 ? strlen(name) : 8;

	fprintf(out, "  %*.*f", width, rate && rate < 100 ? 1 : 0, rate);
}

/* Returns how many lines it took. */
static size_t print_head(FILE *out, const struct view *view)
{
	char elapsed[TIME_SIZE];
	size_t lines = 4;
	size_t i;

	fprintf(out, "flows %" PRIu32 " of %" PRIu32 ", policies %" PRIu32 ", dests %" PRIu32
		", rates of the last %s\n\n", view->limits.flows, view->limits.flows_limit,
		view->limits.policies, view->limits.dests,
		time_format(elapsed, time_round_ms(view->elapsed)));

	for (i = 0; i < ARRAY_SIZE(rates); i++)
		fprintf(out, "  %8s", rates[i].name);
	fputs("   unpaced\n", out);
	for (i = 0; i < ARRAY_SIZE(rates); i++)
		print_rate(out, rates[i].name, rate_of(view, rates[i].attr));
	print_rate(out, "unpaced", rate_unpaced(view));
	putc('\n', out);

	if (view->lost || view->lost_more) {
		fprintf(out, "events were lost, what is below is not all: ");
		fprintf(out, view->lost_more ? "%" PRIu64 " and more\n" : "%" PRIu64 "\n",
			view->lost);
		lines++;
	}
	if (view->forgotten) {
		fprintf(out, "more than %d destinations, those not heard of lately are forgotten\n",
			TALLY_ROOM);
		lines++;
	}
	return lines;
}

/* Short, and never rounded to nothing. */
static const char *short_time(char buf[TIME_SIZE], uint64_t ns)
{
	uint64_t unit = 1000;

	while (unit < 1000000000 && ns >= 1000 * unit)
		unit *= 10;
	return time_format(buf, (ns + unit / 2) / unit * unit);
}

static void print_dead(FILE *out, const struct dead *dead)
{
	char server[PEER_SIZE], ago[TIME_SIZE];

	fprintf(out, "%-48s %7" PRIu32 " %8" PRIu32, peer_format(server, &dead->server),
		dead->gave_up, dead->in_a_row);
	if (dead->answered)
		fprintf(out, "  %s ago\n", short_time(ago, dead->answered_ago));
	else
		fputs("  none seen\n", out);
}

static void print_slow(FILE *out, const struct slow *slow)
{
	char server[PEER_SIZE], median[TIME_SIZE], slowest[TIME_SIZE];

	fprintf(out, "%-48s %7" PRIu32 " %10s %10s\n", peer_format(server, &slow->server),
		slow->answered, short_time(median, slow->median),
		short_time(slowest, slow->slowest));
}

static void print_flow(FILE *out, const struct flow *flow)
{
	flow_print_ends(out, flow);
	putc(' ', out);
	flow_print_progress(out, flow);
	flow_print_place(out, flow);
	putc('\n', out);
}

/*
 * How many lines a list gets: the free ones are shared, those before it take
 * no more than they need.
 */
static size_t share(size_t *rows, size_t lists, size_t count)
{
	size_t lines = *rows / lists;

	/* An empty line and the heading. */
	lines = lines > 2 ? lines - 2 : 0;
	if (count < lines)
		lines = count;
	if (count)
		*rows -= *rows < lines + 2 ? *rows : lines + 2;
	return lines;
}

/**
 * view_print() - write all there is to see
 * @out: where to
 * @view: what there is to see
 * @rows: how many lines there is room for
 */
void view_print(FILE *out, const struct view *view, size_t rows)
{
	size_t lines = print_head(out, view);
	size_t i, shown;

	rows = rows > lines ? rows - lines : 0;
	shown = share(&rows, 3, view->dead_count);
	if (shown)
		fprintf(out, "\n%-48s %7s %8s  %s\n", "given up in the last minute", "times",
			"in a row", "last answer");
	for (i = 0; i < shown; i++)
		print_dead(out, &view->dead[i]);

	shown = share(&rows, 2, view->slow_count);
	if (shown)
		fprintf(out, "\n%-48s %7s %10s %10s\n", "slowest in the last minute", "answers",
			"median", "slowest");
	for (i = 0; i < shown; i++)
		print_slow(out, &view->slow[i]);

	shown = share(&rows, 1, view->oldest_count);
	if (shown)
		fprintf(out, "\noldest of %zu pending attempts\n", view->pending);
	for (i = 0; i < shown; i++)
		print_flow(out, &view->oldest[i]);
	if (view->pending_unknown && rows > 1)
		fputs("\ntoo many attempts to look for the oldest\n", out);
}

static json_t *rates_json(const struct view *view)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rates); i++)
		json_object_set_new(object, rates[i].name,
				    json_real(rate_of(view, rates[i].attr)));
	json_object_set_new(object, "unpaced", json_real(rate_unpaced(view)));
	return object;
}

static json_t *server_json(const struct peer *server)
{
	char address[INET6_ADDRSTRLEN];
	json_t *object;

	object = json_pack("{s:s, s:i}", "server", peer_address(address, server),
			   "server_port", server->port);
	if (server->proto)
		json_object_set_new(object, "proto", json_string(proto_name(server->proto)));
	return object;
}

static json_t *dead_json(const struct view *view)
{
	json_t *list = json_array();
	json_t *object;
	size_t i;

	for (i = 0; i < view->dead_count; i++) {
		const struct dead *dead = &view->dead[i];

		object = server_json(&dead->server);
		json_object_set_new(object, "gave_up", json_integer(dead->gave_up));
		json_object_set_new(object, "in_a_row", json_integer(dead->in_a_row));
		if (dead->answered)
			json_object_set_new(object, "answered_ago_ns",
					    json_integer(dead->answered_ago));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *slow_json(const struct view *view)
{
	json_t *list = json_array();
	json_t *object;
	size_t i;

	for (i = 0; i < view->slow_count; i++) {
		const struct slow *slow = &view->slow[i];

		object = server_json(&slow->server);
		json_object_set_new(object, "answered", json_integer(slow->answered));
		json_object_set_new(object, "median_ns", json_integer(slow->median));
		json_object_set_new(object, "slowest_ns", json_integer(slow->slowest));
		json_array_append_new(list, object);
	}
	return list;
}

/**
 * view_json() - all there is to see as JSON
 * @view: what there is to see
 *
 * Return: the object
 */
json_t *view_json(const struct view *view)
{
	json_t *object = json_object();
	json_t *oldest = json_array();
	size_t i;

	for (i = 0; i < view->oldest_count; i++)
		json_array_append_new(oldest, flow_json(&view->oldest[i]));

	json_object_set_new(object, "interval_ns", json_integer(view->elapsed));
	json_object_set_new(object, "flows", json_integer(view->limits.flows));
	json_object_set_new(object, "flows_limit", json_integer(view->limits.flows_limit));
	json_object_set_new(object, "policies", json_integer(view->limits.policies));
	json_object_set_new(object, "dests", json_integer(view->limits.dests));
	json_object_set_new(object, "per_second", rates_json(view));
	json_object_set_new(object, "events_lost", view->lost_more ? json_null() :
			    json_integer(view->lost));
	json_object_set_new(object, "forgotten", json_integer(view->forgotten));
	json_object_set_new(object, "dead", dead_json(view));
	json_object_set_new(object, "slow", slow_json(view));
	if (!view->pending_unknown)
		json_object_set_new(object, "pending", json_integer(view->pending));
	json_object_set_new(object, "oldest", oldest);
	return object;
}
