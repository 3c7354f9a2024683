// SPDX-License-Identifier: GPL-2.0
/* All that is set, as statements that can be loaded again. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "nl.h"

/* How often all is read anew because it changed meanwhile. */
#define TRIES 10

/**
 * struct settings - all that is set, as it is printed
 * @limits: of one moment with the rest, and their generation
 * @out: where statements go, NULL for JSON
 * @text: what went there
 * @len: how long that is
 * @dests: profiles as JSON
 * @policies: policies as JSON
 * @garbled: a text that can not be written in a file
 */
struct settings {
	struct limits limits;
	FILE *out;
	char *text;
	size_t len;
	json_t *dests;
	json_t *policies;
	char garbled[SYNCOPATE_NAME_LEN + VALUE_SIZE];
};

static int take_dest(const struct nlmsghdr *msg, void *data)
{
	struct settings *settings = data;
	char statement[STATEMENT_SIZE];
	char where[VALUE_SIZE];
	struct dest dest;

	if (!dest_read(&dest, msg))
		snprintf(settings->garbled, sizeof(settings->garbled), "dest %s",
			 value_format(where, KIND_DEST, &dest.where));
	if (settings->out)
		fprintf(settings->out, "%s\n", statement_format(statement, &dest_grammar, &dest));
	else
		json_array_append_new(settings->dests, entry_json(&dest_grammar, &dest));
	return 0;
}

static int take_policy(const struct nlmsghdr *msg, void *data)
{
	struct settings *settings = data;
	char statement[STATEMENT_SIZE];
	struct policy policy;

	if (!policy_read(&policy, msg))
		snprintf(settings->garbled, sizeof(settings->garbled), "policy %s", policy.name);
	/* The place in the list says it. */
	policy.given &= ~(1ull << SYNCOPATE_A_POLICY_POSITION);
	if (settings->out)
		fprintf(settings->out, "%s\n",
			statement_format(statement, &policy_grammar, &policy));
	else
		json_array_append_new(settings->policies, entry_json(&policy_grammar, &policy));
	return 0;
}

/* The limits that are not at their defaults. */
static void limits_given(struct limit *limit, const struct limits *limits)
{
	memset(limit, 0, sizeof(*limit));
	limit->flows = limits->flows_limit;
	if (limits->flows_limit != limits->flows_limit_default)
		limit->given |= 1ull << SYNCOPATE_A_STATUS_FLOWS_LIMIT;
	limit->learned = limits->learned_limit;
	if (limits->learned_limit != limits->learned_limit_default)
		limit->given |= 1ull << SYNCOPATE_A_STATUS_LEARNED_LIMIT;
	limit->repeats = limits->repeats_limit;
	if (limits->repeats_limit != limits->repeats_limit_default)
		limit->given |= 1ull << SYNCOPATE_A_STATUS_REPEATS_LIMIT;
}

static int collect(struct ctx *ctx, struct settings *settings)
{
	char statement[STATEMENT_SIZE];
	struct limit limit;
	int ret;

	memset(settings, 0, sizeof(*settings));
	if (ctx->json) {
		settings->dests = json_array();
		settings->policies = json_array();
	} else {
		settings->out = open_memstream(&settings->text, &settings->len);
		if (!settings->out)
			return fail("out of memory");
	}
	ret = limits_get(ctx, &settings->limits);
	if (ret)
		return ret;
	limits_given(&limit, &settings->limits);
	if (settings->out && limit.given)
		fprintf(settings->out, "%s\n",
			statement_format(statement, &limit_grammar, &limit));
	ret = nl_dump(ctx, SYNCOPATE_CMD_DEST_GET, take_dest, settings);
	return ret ? ret : nl_dump(ctx, SYNCOPATE_CMD_POLICY_GET, take_policy, settings);
}

static void discard(struct settings *settings)
{
	if (settings->out)
		fclose(settings->out);
	free(settings->text);
	json_decref(settings->dests);
	json_decref(settings->policies);
}

static void print_json(struct settings *settings)
{
	struct limit limit;

	limits_given(&limit, &settings->limits);
	json_put(json_pack("{s:o,s:O,s:O}", "limit", entry_json(&limit_grammar, &limit), "dests", settings->dests, "policies",
			   settings->policies));
}

static int print(struct settings *settings)
{
	if (settings->garbled[0])
		return fail("%s has a text that a file can not hold", settings->garbled);
	if (!settings->out) {
		print_json(settings);
		return DONE;
	}
	if (fflush(settings->out))
		return fail("out of memory");
	fwrite(settings->text, 1, settings->len, stdout);
	return DONE;
}

/* Prints the profiles that say what was learned, one of each address and port. */
static int save_learned(struct ctx *ctx)
{
	char statement[STATEMENT_SIZE];
	struct learned_list list;
	struct dest dest, before = { 0 };
	bool any = false;
	size_t i;
	int ret;

	ret = learned_get(ctx, NULL, &list);
	for (i = 0; !ret && i < list.count; i++) {
		if (!list.entry[i].srtt)
			continue;
		learned_dest(&dest, &list.entry[i]);
		/* Behind another bridge, and used longer ago. */
		if (before.given && !memcmp(&dest.where, &before.where, sizeof(dest.where)))
			continue;
		before = dest;
		if (ctx->json)
			json_list_put(&any, entry_json(&dest_grammar, &dest));
		else
			puts(statement_format(statement, &dest_grammar, &dest));
	}
	if (!ret && ctx->json)
		json_list_end(any);
	free(list.entry);
	return ret;
}

static int run_save(struct ctx *ctx, int argc, char **argv)
{
	struct settings settings;
	struct limits after;
	bool same = false;
	int ret, try;

	if (argc && !strcmp(argv[0], "--learned")) {
		ret = no_words(ctx, argc - 1, argv + 1);
		return ret ? ret : save_learned(ctx);
	}
	ret = no_words(ctx, argc, argv);
	for (try = 0; !ret && !same && try < TRIES; try++) {
		ret = collect(ctx, &settings);
		if (!ret)
			ret = limits_get(ctx, &after);
		same = !ret && after.generation == settings.limits.generation;
		if (same)
			ret = print(&settings);
		discard(&settings);
	}
	if (!ret && !same)
		ret = fail("what is set kept changing while it was read, try again");
	return ret;
}

static const struct verb verbs[] = {
	{
		.name = "",
		.args = "[--learned]",
		.brief = "print all that is set, as 'syncopate load' takes it",
		.more =
"What is at its default is left out where no policy says it.\n"
"\n"
"  --learned  instead, profiles of all destinations that say what their answers\n"
"             have taught: in a file they are where to begin after a restart\n",
		.run = run_save,
	},
	{ 0 }
};

const struct noun save_noun = { "save", verbs };
