// SPDX-License-Identifier: GPL-2.0
/* Policies: which SYNs are paced, and how. */
#include <string.h>

#include "nl.h"

static void read_prefix(struct prefix *prefix, const struct nlattr *addr, const struct nlattr *len)
{
	size_t bytes = mnl_attr_get_payload_len(addr);

	memset(prefix, 0, sizeof(*prefix));
	if (bytes == sizeof(struct in_addr))
		prefix->family = AF_INET;
	else if (bytes == sizeof(struct in6_addr))
		prefix->family = AF_INET6;
	memcpy(prefix->addr, mnl_attr_get_payload(addr), prefix_bytes(prefix));
	prefix->len = len ? nl_uint(len) : 8 * prefix_bytes(prefix);
}

/**
 * policy_read() - take a policy out of a message
 * @policy: the result
 * @msg: the message
 */
void policy_read(struct policy *policy, const struct nlmsghdr *msg)
{
	const struct nlattr *tb[SYNCOPATE_A_POLICY_MAX + 1];
	int attr;

	nl_attrs(msg, tb, SYNCOPATE_A_POLICY_MAX);
	memset(policy, 0, sizeof(*policy));
	for (attr = 0; attr <= SYNCOPATE_A_POLICY_MAX; attr++)
		policy->given |= tb[attr] ? 1u << attr : 0;

	nl_text(policy->name, sizeof(policy->name), tb[SYNCOPATE_A_POLICY_NAME]);
	if (tb[SYNCOPATE_A_POLICY_DST])
		read_prefix(&policy->dst, tb[SYNCOPATE_A_POLICY_DST],
			    tb[SYNCOPATE_A_POLICY_DST_LEN]);
	if (tb[SYNCOPATE_A_POLICY_SRC])
		read_prefix(&policy->src, tb[SYNCOPATE_A_POLICY_SRC],
			    tb[SYNCOPATE_A_POLICY_SRC_LEN]);
	policy->dport_min = nl_uint(tb[SYNCOPATE_A_POLICY_DPORT_MIN]);
	policy->dport_max = policy->dport_min;
	if (tb[SYNCOPATE_A_POLICY_DPORT_MAX])
		policy->dport_max = nl_uint(tb[SYNCOPATE_A_POLICY_DPORT_MAX]);
	policy->retries = nl_uint(tb[SYNCOPATE_A_POLICY_RETRIES]);
	policy->interval = nl_uint(tb[SYNCOPATE_A_POLICY_INTERVAL]);
	policy->deadline = nl_uint(tb[SYNCOPATE_A_POLICY_DEADLINE]);
	policy->linger = nl_uint(tb[SYNCOPATE_A_POLICY_LINGER]);
}

/**
 * policy_json() - a policy as JSON
 * @policy: the policy
 *
 * Return: the object
 */
json_t *policy_json(const struct policy *policy)
{
	json_t *object = json_object();
	char prefix[PREFIX_SIZE];

	json_object_set_new(object, "name", json_string(policy->name));
	if (policy_has(policy, SYNCOPATE_A_POLICY_DST))
		json_object_set_new(object, "dst",
				    json_string(prefix_format(prefix, &policy->dst)));
	if (policy_has(policy, SYNCOPATE_A_POLICY_SRC))
		json_object_set_new(object, "src",
				    json_string(prefix_format(prefix, &policy->src)));
	if (policy_has(policy, SYNCOPATE_A_POLICY_DPORT_MIN)) {
		json_object_set_new(object, "dport_min", json_integer(policy->dport_min));
		json_object_set_new(object, "dport_max", json_integer(policy->dport_max));
	}
	json_object_set_new(object, "retries", json_integer(policy->retries));
	json_object_set_new(object, "interval_ns", json_integer(policy->interval));
	json_object_set_new(object, "deadline_ns", json_integer(policy->deadline));
	json_object_set_new(object, "linger_ns", json_integer(policy->linger));
	json_object_set_new(object, "observe",
			    json_boolean(policy_has(policy, SYNCOPATE_A_POLICY_OBSERVE)));
	return object;
}

static int print_json(const struct nlmsghdr *msg, void *data)
{
	struct policy policy;

	policy_read(&policy, msg);
	json_list_put(data, policy_json(&policy));
	return output_error();
}

static int print_statement(const struct nlmsghdr *msg, void *data)
{
	char statement[STATEMENT_SIZE];
	struct policy policy;

	(void)data;
	policy_read(&policy, msg);
	printf("policy %s\n", statement_format(statement, &policy));
	return output_error();
}

static int run_show(struct ctx *ctx, int argc, char **argv)
{
	bool any = false;
	int ret;

	ret = no_words(ctx, argc, argv);
	if (ret)
		return ret;
	ret = nl_dump(ctx, SYNCOPATE_CMD_POLICY_GET, ctx->json ? print_json : print_statement,
		      &any);
	if (!ret && ctx->json)
		json_list_end(any);
	return ret;
}

static void put_prefix(struct nlmsghdr *nlh, const struct prefix *prefix, int addr, int len)
{
	mnl_attr_put(nlh, addr, prefix_bytes(prefix), prefix->addr);
	mnl_attr_put_u8(nlh, len, prefix->len);
}

static void put_policy(struct nlmsghdr *nlh, const struct policy *policy)
{
	if (policy_has(policy, SYNCOPATE_A_POLICY_NAME))
		mnl_attr_put_strz(nlh, SYNCOPATE_A_POLICY_NAME, policy->name);
	if (policy_has(policy, SYNCOPATE_A_POLICY_DST))
		put_prefix(nlh, &policy->dst, SYNCOPATE_A_POLICY_DST, SYNCOPATE_A_POLICY_DST_LEN);
	if (policy_has(policy, SYNCOPATE_A_POLICY_SRC))
		put_prefix(nlh, &policy->src, SYNCOPATE_A_POLICY_SRC, SYNCOPATE_A_POLICY_SRC_LEN);
	if (policy_has(policy, SYNCOPATE_A_POLICY_DPORT_MIN)) {
		mnl_attr_put_u16(nlh, SYNCOPATE_A_POLICY_DPORT_MIN, policy->dport_min);
		mnl_attr_put_u16(nlh, SYNCOPATE_A_POLICY_DPORT_MAX, policy->dport_max);
	}
	if (policy_has(policy, SYNCOPATE_A_POLICY_RETRIES))
		mnl_attr_put_u32(nlh, SYNCOPATE_A_POLICY_RETRIES, policy->retries);
	if (policy_has(policy, SYNCOPATE_A_POLICY_INTERVAL))
		mnl_attr_put_u64(nlh, SYNCOPATE_A_POLICY_INTERVAL, policy->interval);
	if (policy_has(policy, SYNCOPATE_A_POLICY_DEADLINE))
		mnl_attr_put_u64(nlh, SYNCOPATE_A_POLICY_DEADLINE, policy->deadline);
	if (policy_has(policy, SYNCOPATE_A_POLICY_LINGER))
		mnl_attr_put_u64(nlh, SYNCOPATE_A_POLICY_LINGER, policy->linger);
	if (policy_has(policy, SYNCOPATE_A_POLICY_OBSERVE))
		mnl_attr_put(nlh, SYNCOPATE_A_POLICY_OBSERVE, 0, NULL);
}

static int read_name(const struct nlmsghdr *msg, void *data)
{
	const struct nlattr *tb[SYNCOPATE_A_POLICY_NAME + 1];

	nl_attrs(msg, tb, SYNCOPATE_A_POLICY_NAME);
	nl_text(data, SYNCOPATE_NAME_LEN, tb[SYNCOPATE_A_POLICY_NAME]);
	return 0;
}

static int run_add(struct ctx *ctx, int argc, char **argv)
{
	char name[SYNCOPATE_NAME_LEN] = "";
	struct nl_request req;
	struct policy policy;
	const char *why;
	int ret;

	why = statement_parse(&policy, argc, argv);
	if (why)
		return usage(ctx, "%s", why);
	nl_request(&req, SYNCOPATE_CMD_POLICY_ADD);
	put_policy(req.nlh, &policy);
	ret = nl_call(ctx, &req, read_name, name);
	if (ret)
		return ret;
	if (ctx->json)
		json_put(json_pack("{s:s}", "name", name));
	else if (!policy_has(&policy, SYNCOPATE_A_POLICY_NAME))
		puts(name);
	return DONE;
}

static int run_del(struct ctx *ctx, int argc, char **argv)
{
	struct nl_request req;
	const char *why;
	int ret;

	if (!argc)
		return usage(ctx, "the NAME of the policy is missing");
	why = name_check(argv[0]);
	if (why)
		return usage(ctx, "%s", why);
	ret = no_words(ctx, argc - 1, argv + 1);
	if (ret)
		return ret;
	nl_request(&req, SYNCOPATE_CMD_POLICY_DEL);
	mnl_attr_put_strz(req.nlh, SYNCOPATE_A_POLICY_NAME, argv[0]);
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
		.brief = "print the policies, in the order in which they are asked",
		.more = "Each line is what 'syncopate policy add' takes after 'policy add'.\n",
		.run = run_show,
	}, {
		.name = "add",
		.args = "[NAME] [dst PREFIX] [src PREFIX] [dport PORT[-PORT]]\n"
			"[retries N] [interval TIME] [deadline TIME]\n"
			"[linger TIME] [observe]",
		.brief = "append a policy; the first one switches the module on",
		.more =
"A SYN is paced as the first policy says that selects it. Without dst, src and\n"
"dport a policy selects all. In brackets: what is taken if a word is left out.\n"
"\n"
"  NAME           up to 31 letters, digits, '_', '.' and '-' [p1, p2, ...]\n"
"  dst PREFIX     the server's address, as 10.20.0.0/16 or 2001:db8::/32 [all]\n"
"  src PREFIX     the client's address, of the same family [all]\n"
"  dport PORT     the server's port, or the first and the last of a range [all]\n"
"  retries N      how often the SYN is repeated, 0 to " TEXT(SYNCOPATE_RETRIES_MAX)
	" [" TEXT(SYNCOPATE_RETRIES_DEFAULT) "]\n"
"  interval TIME  from one SYN to the next, " TEXT(SYNCOPATE_INTERVAL_MIN_MS) "ms to "
	TEXT(SYNCOPATE_INTERVAL_MAX_MS) "ms [" TEXT(SYNCOPATE_INTERVAL_DEFAULT_MS) "ms]\n"
"  deadline TIME  from the first SYN to the RST, " TEXT(SYNCOPATE_DEADLINE_MIN_MS) "ms to "
	TEXT(SYNCOPATE_DEADLINE_MAX_MS) "ms\n"
"                 [(retries + 1) x interval]\n"
"  linger TIME    how long a late answer is awaited after the RST, up to "
	TEXT(SYNCOPATE_LINGER_MAX_MS) "ms\n"
"                 [" TEXT(SYNCOPATE_LINGER_DEFAULT_MS) "ms]\n"
"  observe        follow and count, but change nothing on the wire\n"
"\n"
"A TIME is a number with its unit, ns, us, ms, s or m: 500ms, 1.5s, 750us.\n",
		.run = run_add,
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
