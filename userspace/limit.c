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
	limits->flows = nl_uint(tb[SYNCOPATE_A_STATUS_FLOWS]);
	limits->flows_limit = nl_uint(tb[SYNCOPATE_A_STATUS_FLOWS_LIMIT]);
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
		json_put(json_pack("{s:I}", "flows", (json_int_t)limits.flows_limit));
	else
		printf("limit flows %" PRIu32 "\n", limits.flows_limit);
	return DONE;
}

static int run_set(struct ctx *ctx, int argc, char **argv)
{
	struct nl_request req;
	uint64_t flows;
	const char *why;
	int ret;

	if (!argc)
		return usage(ctx, "the limit to set is missing");
	if (strcmp(argv[0], "flows"))
		return no_words(ctx, argc, argv);
	if (argc < 2)
		return usage(ctx, "flows needs a value");
	why = number_parse(argv[1], UINT32_MAX, &flows);
	if (why)
		return usage(ctx, "flows: %s", why);
	ret = no_words(ctx, argc - 2, argv + 2);
	if (ret)
		return ret;
	nl_request(&req, SYNCOPATE_CMD_LIMIT_SET);
	mnl_attr_put_u32(req.nlh, SYNCOPATE_A_STATUS_FLOWS_LIMIT, flows);
	return nl_call(ctx, &req, NULL, NULL);
}

static const struct verb verbs[] = {
	{
		.name = "show",
		.brief = "print the limits",
		.run = run_show,
	}, {
		.name = "set",
		.args = "flows N",
		.brief = "set how many attempts may be in care at a time",
		.more =
"SYNs beyond are forwarded unpaced and counted as table-full.\n"
"\n"
"  flows N  " TEXT(SYNCOPATE_FLOWS_MIN) " to " TEXT(SYNCOPATE_FLOWS_MAX) "\n",
		.run = run_set,
	},
	{ 0 }
};

const struct noun limit_noun = { "limit", verbs };
