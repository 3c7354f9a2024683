// SPDX-License-Identifier: GPL-2.0
/* Counters, each with the sentence that explains it. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "nl.h"
#include "prometheus.h"

/**
 * stats_name() - name of a counter
 * @attr: SYNCOPATE_A_STATS_...
 *
 * Return: its name, NULL if the attribute is no counter
 */
const char *stats_name(int attr)
{
	return counters[attr].name;
}

/**
 * stats_doc() - what a counter counts
 * @attr: SYNCOPATE_A_STATS_...
 *
 * Return: a sentence
 */
const char *stats_doc(int attr)
{
	return counters[attr].doc;
}

static int read_stats(const struct nlmsghdr *msg, void *data)
{
	const struct nlattr *tb[SYNCOPATE_A_STATS_MAX + 1];
	struct stats *stats = data;
	int attr;

	nl_attrs(msg, tb, SYNCOPATE_A_STATS_MAX);
	for (attr = 0; attr <= SYNCOPATE_A_STATS_MAX; attr++)
		stats->value[attr] = nl_uint(tb[attr]);
	return 0;
}

/**
 * stats_get() - read all counters
 * @ctx: run of the tool
 * @stats: the result
 *
 * Return: exit status
 */
int stats_get(struct ctx *ctx, struct stats *stats)
{
	struct nl_request req;

	memset(stats, 0, sizeof(*stats));
	nl_request(&req, SYNCOPATE_CMD_STATS_GET);
	return nl_call(ctx, &req, read_stats, stats);
}

/**
 * stats_json() - put a counter into an object
 * @object: the object
 * @stats: the counters
 * @attr: which of them
 */
void stats_json(json_t *object, const struct stats *stats, int attr)
{
	json_object_set_new(object, stats_name(attr), json_integer(stats->value[attr]));
}

static void show_json(const struct stats *stats)
{
	json_t *object = json_object();
	int attr;

	for (attr = 0; attr <= SYNCOPATE_A_STATS_MAX; attr++) {
		if (stats_name(attr))
			stats_json(object, stats, attr);
	}
	json_put(object);
}

static void show_lines(const struct stats *stats, bool all)
{
	uint64_t most = 0;
	int width, attr;

	for (attr = 0; attr <= SYNCOPATE_A_STATS_MAX; attr++)
		most = stats->value[attr] > most ? stats->value[attr] : most;
	width = snprintf(NULL, 0, "%" PRIu64, most);

	for (attr = 0; attr <= SYNCOPATE_A_STATS_MAX; attr++) {
		if (stats_name(attr) && (all || stats->value[attr]))
			printf("%-16s  %*" PRIu64 "  %s\n", stats_name(attr), width,
			       stats->value[attr], stats_doc(attr));
	}
	if (!most && !all)
		puts("all counters are zero");
}

/* The counters of all policies. */
struct uses {
	struct policy_use *list;
	size_t count;
};

static int read_use(const struct nlmsghdr *msg, void *data)
{
	const struct nlattr *tb[SYNCOPATE_A_POLICY_MAX + 1];
	struct policy_use *list, *use;
	struct uses *uses = data;
	int attr;

	/* Of this length it grows in steps, each twice the last. */
	if (!(uses->count & (uses->count - 1))) {
		list = realloc(uses->list, 2 * (uses->count + 1) * sizeof(*list));
		if (!list)
			return -ENOMEM;
		uses->list = list;
	}
	use = &uses->list[uses->count++];
	nl_attrs(msg, tb, SYNCOPATE_A_POLICY_MAX);
	nl_text(use->name, sizeof(use->name), tb[SYNCOPATE_A_POLICY_NAME]);
	for (attr = 0; attr <= SYNCOPATE_A_POLICY_MAX; attr++)
		use->value[attr] = nl_uint(tb[attr]);
	return 0;
}

static int show_prometheus(struct ctx *ctx, const struct stats *stats)
{
	struct uses uses = { 0 };
	struct limits limits;
	int ret;

	ret = limits_get(ctx, &limits);
	if (!ret)
		ret = nl_dump(ctx, SYNCOPATE_CMD_POLICY_GET, read_use, &uses);
	if (!ret)
		prometheus_print(stdout, stats, &limits, uses.list, uses.count);
	free(uses.list);
	return ret;
}

static int run_show(struct ctx *ctx, int argc, char **argv)
{
	bool prometheus = argc && !strcmp(argv[0], "--prometheus");
	bool all = argc && !strcmp(argv[0], "--all");
	int words = all || prometheus;
	struct stats stats;
	int ret;

	ret = no_words(ctx, argc - words, argv + words);
	if (ret)
		return ret;
	if (prometheus && ctx->json)
		return usage(ctx, "--prometheus prints no JSON");
	ret = stats_get(ctx, &stats);
	if (ret)
		return ret;
	if (prometheus)
		return show_prometheus(ctx, &stats);
	if (ctx->json)
		show_json(&stats);
	else
		show_lines(&stats, all);
	return DONE;
}

static int run_reset(struct ctx *ctx, int argc, char **argv)
{
	struct nl_request req;
	int ret;

	ret = no_words(ctx, argc, argv);
	if (ret)
		return ret;
	nl_request(&req, SYNCOPATE_CMD_STATS_RESET);
	return nl_call(ctx, &req, NULL, NULL);
}

static const struct verb verbs[] = {
	{
		.name = "show",
		.args = "[--all | --prometheus]",
		.brief = "print the counters and what they count",
		.more =
"Counters that are zero are left out.\n"
"\n"
"  --all         print them too, as JSON always does\n"
"  --prometheus  print all in the text format of Prometheus, with those of the\n"
"                policies and how many flows there are\n",
		.run = run_show,
	}, {
		.name = "reset",
		.brief = "begin all counters anew",
		.run = run_reset,
	},
	{ 0 }
};

const struct noun stats_noun = { "stats", verbs };
