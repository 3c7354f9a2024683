// SPDX-License-Identifier: GPL-2.0
/* Counters, each with the sentence that explains it. */
#include <inttypes.h>
#include <string.h>

#include "nl.h"
#include "counters.h"

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

static int run_show(struct ctx *ctx, int argc, char **argv)
{
	bool all = argc && !strcmp(argv[0], "--all");
	struct stats stats;
	int ret;

	ret = no_words(ctx, argc - all, argv + all);
	if (ret)
		return ret;
	ret = stats_get(ctx, &stats);
	if (ret)
		return ret;
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
		.args = "[--all]",
		.brief = "print the counters and what they count",
		.more =
"Counters that are zero are left out.\n"
"\n"
"  --all  print them too, as JSON always does\n",
		.run = run_show,
	}, {
		.name = "reset",
		.brief = "begin all counters anew",
		.run = run_reset,
	},
	{ 0 }
};

const struct noun stats_noun = { "stats", verbs };
