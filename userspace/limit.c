// SPDX-License-Identifier: GPL-2.0
/* Limits, and the numbers of the namespace that the kernel tells with them. */
#include <inttypes.h>
#include <string.h>

#include "nl.h"

static int read_limits(const struct nlmsghdr *msg, void *data)
{
	const struct nlattr *tb[SYNCOPATE_A_STATUS_MAX + 1];
	struct limits *limits = data;

	nl_attrs(msg, tb, SYNCOPATE_A_STATUS_MAX);
	nl_text(limits->version, sizeof(limits->version), tb[SYNCOPATE_A_STATUS_VERSION]);
	limits->policies = nl_uint(tb[SYNCOPATE_A_STATUS_POLICIES]);
	limits->dests = nl_uint(tb[SYNCOPATE_A_STATUS_DESTS]);
	limits->flows = nl_uint(tb[SYNCOPATE_A_STATUS_FLOWS]);
	limits->flows_limit = nl_uint(tb[SYNCOPATE_A_STATUS_FLOWS_LIMIT]);
	limits->flows_limit_default = nl_uint(tb[SYNCOPATE_A_STATUS_FLOWS_LIMIT_DEFAULT]);
	limits->learned = nl_uint(tb[SYNCOPATE_A_STATUS_LEARNED]);
	limits->learned_limit = nl_uint(tb[SYNCOPATE_A_STATUS_LEARNED_LIMIT]);
	limits->learned_limit_default = nl_uint(tb[SYNCOPATE_A_STATUS_LEARNED_LIMIT_DEFAULT]);
	limits->repeats_limit = nl_uint(tb[SYNCOPATE_A_STATUS_REPEATS_LIMIT]);
	limits->repeats_limit_default = nl_uint(tb[SYNCOPATE_A_STATUS_REPEATS_LIMIT_DEFAULT]);
	limits->generation = nl_uint(tb[SYNCOPATE_A_STATUS_GENERATION]);
	if (!tb[SYNCOPATE_A_STATUS_STRAY_ADDR])
		return 0;
	peer_read(&limits->stray.peer, tb[SYNCOPATE_A_STATUS_STRAY_ADDR]);
	limits->stray.peer.port = nl_uint(tb[SYNCOPATE_A_STATUS_STRAY_PORT]);
	limits->stray.peer.proto = nl_uint(tb[SYNCOPATE_A_STATUS_STRAY_PROTO]);
	limits->stray.iif = nl_uint(tb[SYNCOPATE_A_STATUS_STRAY_IIF]);
	limits->stray.age = nl_uint(tb[SYNCOPATE_A_STATUS_STRAY_AGE]);
	return 0;
}

/**
 * limits_get() - read what the namespace holds and may hold
 * @ctx: run of the tool
 * @limits: the result
 *
 * Return: exit status
 */
int limits_get(struct ctx *ctx, struct limits *limits)
{
	struct nl_request req;

	memset(limits, 0, sizeof(*limits));
	nl_request(&req, SYNCOPATE_CMD_STATUS_GET);
	return nl_call(ctx, &req, read_limits, limits);
}

static int run_show(struct ctx *ctx, int argc, char **argv)
{
	struct limits limits;
	int ret;

	ret = no_words(ctx, argc, argv);
	if (ret)
		return ret;
	ret = limits_get(ctx, &limits);
	if (ret)
		return ret;
	if (ctx->json)
		json_put(json_pack("{s:I, s:I, s:I}", "flows", (json_int_t)limits.flows_limit,
				   "learned", (json_int_t)limits.learned_limit,
				   "repeats", (json_int_t)limits.repeats_limit));
	else
		printf("limit flows %" PRIu32 " learned %" PRIu32 " repeats %" PRIu32 "\n",
		       limits.flows_limit, limits.learned_limit, limits.repeats_limit);
	return DONE;
}

static int run_set(struct ctx *ctx, int argc, char **argv)
{
	struct word words[WORDS_MAX];
	struct limit limit = { 0 };
	struct nl_request req;
	const char *why;
	int at;

	why = statement_parse(&limit_grammar, &limit, words, words_take(words, argc, argv), &at);
	if (why)
		return usage(ctx, "%s", why);
	nl_request(&req, SYNCOPATE_CMD_LIMIT_SET);
	entry_put(req.nlh, &limit_grammar, &limit);
	return nl_call(ctx, &req, NULL, NULL);
}

static const struct verb verbs[] = {
	{
		.name = "show",
		.brief = "print the limits",
		.run = run_show,
	}, {
		.name = "set",
		.brief = "set how many attempts or destinations are known, or SYNs repeated",
		.more =
"SYNs beyond are forwarded unpaced and counted as table-full. Of destinations the\n"
"one not asked for longest is forgotten, counted as learned-evicted. Repeats beyond\n"
"are not sent, counted as held-back.\n",
		.grammar = &limit_grammar,
		.run = run_set,
	},
	{ 0 }
};

const struct noun limit_noun = { "limit", verbs };
