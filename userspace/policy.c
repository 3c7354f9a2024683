// SPDX-License-Identifier: GPL-2.0
/* Policies: which SYNs are paced, and how. */
#include <inttypes.h>
#include <string.h>

#include "nl.h"

/**
 * policy_read() - take a policy out of a message
 * @policy: the result
 * @msg: the message
 *
 * Return: whether all texts in it can be written; what can not is '?'
 */
bool policy_read(struct policy *policy, const struct nlmsghdr *msg)
{
	const struct nlattr *tb[SYNCOPATE_A_POLICY_MAX + 1];

	nl_attrs(msg, tb, SYNCOPATE_A_POLICY_MAX);
	memset(policy, 0, sizeof(*policy));
	policy->matched = nl_uint(tb[SYNCOPATE_A_POLICY_MATCHED]);
	policy->answered = nl_uint(tb[SYNCOPATE_A_POLICY_ANSWERED]);
	policy->retransmitted = nl_uint(tb[SYNCOPATE_A_POLICY_RETRANSMITTED]);
	policy->gave_up = nl_uint(tb[SYNCOPATE_A_POLICY_GAVE_UP]);
	policy->shut = nl_uint(tb[SYNCOPATE_A_POLICY_SHUT]);
	policy->last_used = nl_uint(tb[SYNCOPATE_A_POLICY_LAST_USED]);
	if (tb[SYNCOPATE_A_POLICY_LAST_USED])
		policy->given |= 1ull << SYNCOPATE_A_POLICY_LAST_USED;
	return entry_read(&policy_grammar, policy, tb);
}

/**
 * policy_json() - a policy and its counters as JSON
 * @policy: the policy
 *
 * Return: the object
 */
json_t *policy_json(const struct policy *policy)
{
	json_t *object = entry_json(&policy_grammar, policy);

	json_object_set_new(object, "matched", json_integer(policy->matched));
	json_object_set_new(object, "answered", json_integer(policy->answered));
	json_object_set_new(object, "retransmitted", json_integer(policy->retransmitted));
	json_object_set_new(object, "gave_up", json_integer(policy->gave_up));
	json_object_set_new(object, "shut", json_integer(policy->shut));
	if (policy_has(policy, SYNCOPATE_A_POLICY_LAST_USED))
		json_object_set_new(object, "last_used_ns", json_integer(policy->last_used));
	return object;
}

/* A listing while it is printed. */
struct list {
	const char *name;	/* the policy to show, NULL for all */
	bool json;
	bool found;
	bool any;
};

static void print_policy(const struct policy *policy)
{
	char statement[STATEMENT_SIZE];
	char age[TIME_SIZE];

	printf("%s\n    # matched %" PRIu64 ", answered %" PRIu64 ", retransmitted %" PRIu64
	       ", gave up %" PRIu64 ", ", statement_format(statement, &policy_grammar, policy),
	       policy->matched, policy->answered, policy->retransmitted, policy->gave_up);
	if (policy->shut)
		printf("refused at once %" PRIu64 ", ", policy->shut);
	if (policy_has(policy, SYNCOPATE_A_POLICY_LAST_USED))
		printf("last used %s ago\n", time_format_short(age, policy->last_used));
	else
		puts("never used");
}

static int print_entry(const struct nlmsghdr *msg, void *data)
{
	struct list *list = data;
	struct policy policy;

	policy_read(&policy, msg);
	if (list->name && strcmp(list->name, policy.name))
		return 0;
	list->found = true;
	if (list->json)
		json_list_put(&list->any, policy_json(&policy));
	else
		print_policy(&policy);
	return output_error();
}

/* Takes the one word that may or must follow: a name. */
static int take_name(struct ctx *ctx, int argc, char **argv, const char **name)
{
	const char *why;

	*name = argc ? argv[0] : NULL;
	if (!argc)
		return DONE;
	why = name_check(*name);
	if (why)
		return usage(ctx, "%s", why);
	return no_words(ctx, argc - 1, argv + 1);
}

static int run_show(struct ctx *ctx, int argc, char **argv)
{
	struct list list = { .json = ctx->json };
	int ret;

	ret = take_name(ctx, argc, argv, &list.name);
	if (ret)
		return ret;
	ret = nl_dump(ctx, SYNCOPATE_CMD_POLICY_GET, print_entry, &list);
	if (ret)
		return ret;
	if (list.name && !list.found)
		return fail("no such policy");
	if (ctx->json)
		json_list_end(list.any);
	return DONE;
}

static int read_name(const struct nlmsghdr *msg, void *data)
{
	const struct nlattr *tb[SYNCOPATE_A_POLICY_NAME + 1];

	nl_attrs(msg, tb, SYNCOPATE_A_POLICY_NAME);
	nl_text(data, SYNCOPATE_NAME_LEN, tb[SYNCOPATE_A_POLICY_NAME]);
	return 0;
}

/* Reads a policy off the command line. */
static int take_policy(struct ctx *ctx, int argc, char **argv, struct policy *policy)
{
	struct word words[WORDS_MAX];
	const char *why;
	int at;

	memset(policy, 0, sizeof(*policy));
	why = statement_parse(&policy_grammar, policy, words, words_take(words, argc, argv), &at);
	return why ? usage(ctx, "%s", why) : DONE;
}

static int add_policy(struct ctx *ctx, const struct policy *policy)
{
	char name[SYNCOPATE_NAME_LEN] = "";
	struct nl_request req;
	int ret;

	nl_request(&req, SYNCOPATE_CMD_POLICY_ADD);
	entry_put(req.nlh, &policy_grammar, policy);
	ret = nl_call(ctx, &req, read_name, name);
	if (ret)
		return ret;
	if (ctx->json)
		json_put(json_pack("{s:s}", "name", name));
	else if (!policy_has(policy, SYNCOPATE_A_POLICY_NAME))
		puts(name);
	return DONE;
}

static int run_add(struct ctx *ctx, int argc, char **argv)
{
	struct policy policy;
	int ret = take_policy(ctx, argc, argv, &policy);

	return ret ? ret : add_policy(ctx, &policy);
}

static int run_insert(struct ctx *ctx, int argc, char **argv)
{
	struct policy policy;
	int ret = take_policy(ctx, argc, argv, &policy);

	if (ret)
		return ret;
	if (!policy_has(&policy, SYNCOPATE_A_POLICY_POSITION)) {
		policy.given |= 1ull << SYNCOPATE_A_POLICY_POSITION;
		policy.position = 1;
	}
	return add_policy(ctx, &policy);
}

static int run_replace(struct ctx *ctx, int argc, char **argv)
{
	struct nl_request req;
	struct policy policy;
	int ret;

	ret = take_policy(ctx, argc, argv, &policy);
	if (ret)
		return ret;
	if (!policy_has(&policy, SYNCOPATE_A_POLICY_NAME))
		return usage(ctx, "the NAME of the policy is missing");
	nl_request(&req, SYNCOPATE_CMD_POLICY_REPLACE);
	entry_put(req.nlh, &policy_grammar, &policy);
	return nl_call(ctx, &req, NULL, NULL);
}

static int run_del(struct ctx *ctx, int argc, char **argv)
{
	struct nl_request req;
	const char *name;
	int ret;

	ret = take_name(ctx, argc, argv, &name);
	if (ret)
		return ret;
	if (!name)
		return usage(ctx, "the NAME of the policy is missing");
	nl_request(&req, SYNCOPATE_CMD_POLICY_DEL);
	mnl_attr_put_strz(req.nlh, SYNCOPATE_A_POLICY_NAME, name);
	return nl_call(ctx, &req, NULL, NULL);
}

static int run_flush(struct ctx *ctx, int argc, char **argv)
{
	struct nl_request req;
	int ret;

	ret = no_words(ctx, argc, argv);
	if (ret)
		return ret;
	nl_request(&req, SYNCOPATE_CMD_POLICY_FLUSH);
	return nl_call(ctx, &req, NULL, NULL);
}

static const struct verb verbs[] = {
	{
		.name = "show",
		.args = "[NAME]",
		.brief = "print the policies, in the order in which they are asked",
		.more =
"Each is printed as 'syncopate load' takes it, and below it what became of the\n"
"attempts that it selected: how many they were, how many were answered, refused\n"
"or unreachable, how often their SYNs were repeated, how many were given up; and\n"
"how many were refused at once because their destination is down.\n",
		.run = run_show,
	}, {
		.name = "add",
		.brief = "add a policy at the end; the first one switches the module on",
		.more =
"A SYN is paced as the first policy says that selects it. One that does not say\n"
"what it selects selects all. In brackets: what is taken if a word is left out.\n",
		.grammar = &policy_grammar,
		.run = run_add,
	}, {
		.name = "insert",
		.brief = "add a policy at the beginning, or at a position",
		.grammar = &policy_grammar,
		.run = run_insert,
	}, {
		.name = "replace",
		.args = "NAME",
		.brief = "put another policy in the place of the one of this name",
		.more =
"It keeps the counters, and the position unless another is given. What is left\n"
"out is as in a new policy, and not as in the one that is replaced.\n",
		.grammar = &policy_grammar,
		.run = run_replace,
	}, {
		.name = "del",
		.args = "NAME",
		.brief = "delete a policy; without the last one the module does nothing",
		.run = run_del,
	}, {
		.name = "flush",
		.brief = "delete all policies",
		.run = run_flush,
	},
	{ 0 }
};

const struct noun policy_noun = { "policy", verbs };
