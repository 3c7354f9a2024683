// SPDX-License-Identifier: GPL-2.0
/* The namespace at a glance, on one screen of 80 x 24. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "nl.h"

#define COLUMNS 80
#define ROWS 23			/* the last one is for the prompt */
#define INDENT 10
#define POLICIES 10		/* how many are listed */
#define WAYS 3			/* likewise */

/*
 * Each of these means that SYNs pass unpaced, or are not cared for to the end; or
 * that something is not learned or told.
 */
static const int wrongs[] = {
	SYNCOPATE_A_STATS_TABLE_FULL,
	SYNCOPATE_A_STATS_SHARE_FULL,
	SYNCOPATE_A_STATS_HELD_BACK,
	SYNCOPATE_A_STATS_LET_GO,
	SYNCOPATE_A_STATS_UNPROVEN,
	SYNCOPATE_A_STATS_NO_MEMORY,
	SYNCOPATE_A_STATS_NOT_INSERTED,
	SYNCOPATE_A_STATS_NOT_SENT,
	SYNCOPATE_A_STATS_PATH_GONE,
	SYNCOPATE_A_STATS_UNCONFIRMED,
	SYNCOPATE_A_STATS_ELSEWHERE,
	SYNCOPATE_A_STATS_NO_VLAN,
	SYNCOPATE_A_STATS_SIGNED,
	SYNCOPATE_A_STATS_NOT_LEARNED,
	SYNCOPATE_A_STATS_LEARNED_EVICTED,
	SYNCOPATE_A_STATS_BACKED_OFF,
	SYNCOPATE_A_STATS_EVENTS_LOST,
};

static const int attempts[] = {
	SYNCOPATE_A_STATS_STARTED,
	SYNCOPATE_A_STATS_ANSWERED,
	SYNCOPATE_A_STATS_REPAIRED,
	SYNCOPATE_A_STATS_REFUSED,
	SYNCOPATE_A_STATS_UNREACHABLE,
	SYNCOPATE_A_STATS_GAVE_UP,
	SYNCOPATE_A_STATS_LATE,
	SYNCOPATE_A_STATS_SHUT,
};

/* The first policies for the screen, or all for JSON. */
struct list {
	struct policy first[POLICIES];
	size_t count;
	json_t *json;
};

static int read_policy(const struct nlmsghdr *msg, void *data)
{
	struct list *list = data;
	struct policy policy;

	policy_read(&policy, msg);
	if (list->json)
		json_array_append_new(list->json, policy_json(&policy));
	if (list->count < POLICIES)
		list->first[list->count++] = policy;
	return 0;
}

/* Prints words behind a label, in as many lines as they need. Returns how many. */
static int print_wrapped(FILE *out, const char *label, const char *text)
{
	int column = fprintf(out, "%-*s", INDENT - 1, label);
	int lines = 1;

	while (*text) {
		int len = strcspn(text, " ");

		if (column + 1 + len > COLUMNS && column > INDENT) {
			column = fprintf(out, "\n%*s", INDENT - 1, "") - 1;
			lines++;
		}
		column += fprintf(out, " %.*s", len, text);
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
	return lines;
}

static int print_attempts(FILE *out, const struct stats *stats)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "%" PRIu64 " started, %" PRIu64 " answered (%" PRIu64 " of them repaired), "
		 "%" PRIu64 " refused, %" PRIu64 " unreachable, %" PRIu64 " gave up, "
		 "%" PRIu64 " late, %" PRIu64 " refused at once",
		 stats->value[SYNCOPATE_A_STATS_STARTED],
		 stats->value[SYNCOPATE_A_STATS_ANSWERED],
		 stats->value[SYNCOPATE_A_STATS_REPAIRED],
		 stats->value[SYNCOPATE_A_STATS_REFUSED],
		 stats->value[SYNCOPATE_A_STATS_UNREACHABLE],
		 stats->value[SYNCOPATE_A_STATS_GAVE_UP],
		 stats->value[SYNCOPATE_A_STATS_LATE],
		 stats->value[SYNCOPATE_A_STATS_SHUT]);
	return print_wrapped(out, "attempts", text);
}

static int print_wrongs(FILE *out, const struct stats *stats)
{
	const char *label = "wrong";
	char text[256];
	int lines = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrongs); i++) {
		if (!stats->value[wrongs[i]])
			continue;
		snprintf(text, sizeof(text), "%s %" PRIu64 ": %s", stats_name(wrongs[i]),
			 stats->value[wrongs[i]], stats_doc(wrongs[i]));
		lines += print_wrapped(out, label, text);
		label = "";
	}
	return lines;
}

/* Which answers are not seen, or to nothing. */
static int print_ways(FILE *out, const struct way_list *ways)
{
	size_t shown = ways->count > WAYS ? WAYS - 1 : ways->count;
	const char *label = "answers";
	char text[256];
	int lines = 0;
	size_t i;

	for (i = 0; i < shown; i++) {
		lines += print_wrapped(out, label, way_format(text, sizeof(text), &ways->entry[i]));
		label = "";
	}
	if (shown == ways->count)
		return lines;
	snprintf(text, sizeof(text), "and the like in %zu more cases, see: syncopate -j",
		 ways->count - shown);
	return lines + print_wrapped(out, label, text);
}

/* What a policy does must be seen; of what it selects the end may be cut. */
static void print_policy(const struct policy *policy)
{
	static const char *const timings[] = {
		[SYNCOPATE_TIMING_RTT] = "1.5 rtt or ",
		[SYNCOPATE_TIMING_ADAPTIVE] = "adaptive or ",
	};
	const char *timing = policy->timing < ARRAY_SIZE(timings) ? timings[policy->timing] : "";
	char interval[TIME_SIZE], deadline[TIME_SIZE];
	char what[SELECTION_SIZE + SYNCOPATE_NAME_LEN];
	char selection[SELECTION_SIZE];
	int room, len;
	char how[160];

	time_format(interval, policy->interval);
	time_format(deadline, policy->deadline);
	/* Where neither is set there is no number of retries but for the unknown. */
	snprintf(how, sizeof(how), "%s%" PRIu32 " x %s%s%s%s",
		 policy_has(policy, SYNCOPATE_A_POLICY_OBSERVE) ? "observe " : "",
		 policy_has(policy, SYNCOPATE_A_POLICY_RETRIES) ? policy->retries :
								  SYNCOPATE_RETRIES_DEFAULT,
		 timing ? timing : "", interval,
		 policy_has(policy, SYNCOPATE_A_POLICY_DEADLINE) ? ", RST at " : "",
		 policy_has(policy, SYNCOPATE_A_POLICY_DEADLINE) ? deadline : ", then RST");
	selection_format(selection, policy);
	len = snprintf(what, sizeof(what), "%s%s", policy->name, *selection ? selection : " all");
	room = COLUMNS - INDENT - strlen(": ") - strlen(how);
	if (len > room)
		printf("%*s%.*s...: %s\n", INDENT, "", room - 3, what, how);
	else
		printf("%*s%s: %s\n", INDENT, "", what, how);
}

static void print_policies(const struct list *list, uint32_t count, int rows)
{
	size_t shown = list->count;
	size_t i;

	if (rows < (int)shown)
		shown = rows > 0 ? rows : 0;
	if (!count)
		puts("no policy: nothing is paced; begin with: syncopate policy add dst PREFIX");
	else if (shown < count)
		printf("policies  %" PRIu32 ", for all see: syncopate policy\n", count);
	else
		printf("policies  %" PRIu32 "\n", count);
	for (i = 0; i < shown; i++)
		print_policy(&list->first[i]);
}

static int show_screen(const struct limits *limits, const struct stats *stats,
		       const struct list *list, const struct way_list *ways)
{
	char *end = NULL;
	size_t size;
	FILE *out;
	int rows;

	/* The end is made first: the policies get the rows that it leaves. */
	out = open_memstream(&end, &size);
	if (!out)
		return fail("out of memory");
	rows = ROWS - 3;
	rows -= print_attempts(out, stats);
	rows -= print_ways(out, ways);
	rows -= print_wrongs(out, stats);
	if (fclose(out)) {
		free(end);
		return fail("out of memory");
	}

	if (limits->dests)
		rows--;
	if (limits->learned)
		rows--;

	printf("syncopate %s, module %s\n", VERSION, limits->version);
	print_policies(list, limits->policies, rows);
	if (limits->dests)
		printf("dests     %" PRIu32 " with a profile, see: syncopate dest\n", limits->dests);
	if (limits->learned)
		printf("learned   of %" PRIu32 " destinations, see: syncopate dest learned\n",
		       limits->learned);
	printf("flows     %" PRIu32 " now, limit %" PRIu32 "\n", limits->flows,
	       limits->flows_limit);
	fputs(end, stdout);
	free(end);
	return DONE;
}

static json_t *counters_json(const struct stats *stats, const int *attrs, size_t count)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < count; i++)
		stats_json(object, stats, attrs[i]);
	return object;
}

/* @ways: NULL for who may not know them */
static int show_json(const struct limits *limits, const struct stats *stats,
		     const struct list *list, const struct way_list *ways)
{
	json_t *object = json_object();

	json_object_set_new(object, "tool_version", json_string(VERSION));
	json_object_set_new(object, "module_version", json_string(limits->version));
	json_object_set(object, "policies", list->json);
	json_object_set_new(object, "dests", json_integer(limits->dests));
	json_object_set_new(object, "learned", json_integer(limits->learned));
	json_object_set_new(object, "learned_limit", json_integer(limits->learned_limit));
	json_object_set_new(object, "flows", json_integer(limits->flows));
	json_object_set_new(object, "flows_limit", json_integer(limits->flows_limit));
	json_object_set_new(object, "repeats_limit", json_integer(limits->repeats_limit));
	json_object_set_new(object, "attempts",
			    counters_json(stats, attempts, ARRAY_SIZE(attempts)));
	json_object_set_new(object, "wrong", counters_json(stats, wrongs, ARRAY_SIZE(wrongs)));
	if (ways)
		json_object_set_new(object, "one_way", ways_json(ways));
	json_put(object);
	return DONE;
}

static int find_ways(struct ctx *ctx, const struct limits *limits, const struct stats *stats,
		     struct way_list *ways, bool *denied)
{
	struct learned_list learned;
	int ret;

	ret = learned_look(ctx, &learned, denied);
	if (!ret && ways_find(ways, &learned, &limits->stray,
			      stats->value[SYNCOPATE_A_STATS_STRAY]))
		ret = fail("out of memory");
	free(learned.entry);
	return ret;
}

/**
 * status_run() - what is going on
 * @ctx: run of the tool
 * @argc: how many words follow, none
 * @argv: the words
 *
 * Return: exit status
 */
int status_run(struct ctx *ctx, int argc, char **argv)
{
	struct list list = { .count = 0 };
	struct way_list ways = { 0 };
	struct limits limits;
	struct stats stats;
	bool denied;
	int ret;

	ret = no_words(ctx, argc, argv);
	if (ret)
		return ret;
	ret = limits_get(ctx, &limits);
	if (ret)
		return ret;
	ret = stats_get(ctx, &stats);
	if (ret)
		return ret;
	if (ctx->json)
		list.json = json_array();
	ret = nl_dump(ctx, SYNCOPATE_CMD_POLICY_GET, read_policy, &list);
	if (!ret)
		ret = find_ways(ctx, &limits, &stats, &ways, &denied);
	if (!ret)
		ret = ctx->json ? show_json(&limits, &stats, &list, denied ? NULL : &ways) :
				  show_screen(&limits, &stats, &list, &ways);
	json_decref(list.json);
	free(ways.entry);
	return ret;
}
