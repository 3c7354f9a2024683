// SPDX-License-Identifier: GPL-2.0
/* Flows: the attempts in care now. */
#include <string.h>

#include "names.h"
#include "nl.h"

static int print_line(const struct nlmsghdr *msg, void *data)
{
	struct flow flow;

	(void)data;
	flow_read(&flow, nl_payload(msg), nl_payload_len(msg));
	flow_print_ends(stdout, &flow);
	putchar(' ');
	flow_print_progress(stdout, &flow);
	flow_print_place(stdout, &flow);
	putchar('\n');
	return output_error();
}

static int print_json(const struct nlmsghdr *msg, void *data)
{
	struct flow flow;

	flow_read(&flow, nl_payload(msg), nl_payload_len(msg));
	json_list_put(data, flow_json(&flow));
	return output_error();
}

static const char *put_dst(struct nlmsghdr *nlh, const char *word)
{
	const struct prefix *prefix;
	struct endpoint dest;
	const char *why;

	why = value_parse(KIND_DEST, word, &dest);
	if (why)
		return why;
	prefix = &dest.prefix;
	mnl_attr_put(nlh, SYNCOPATE_A_FLOW_SERVER, prefix_bytes(prefix), prefix->addr);
	mnl_attr_put_u8(nlh, SYNCOPATE_A_FLOW_SERVER_LEN, prefix->len);
	if (dest.port)
		mnl_attr_put_u16(nlh, SYNCOPATE_A_FLOW_SERVER_PORT, dest.port);
	return NULL;
}

static const char *put_state(struct nlmsghdr *nlh, const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flow_state_names); i++) {
		if (strcmp(word, flow_state_names[i]))
			continue;
		mnl_attr_put_u32(nlh, SYNCOPATE_A_FLOW_STATE, i);
		return NULL;
	}
	return wrong("'%.60s' is neither pending nor gave-up", word);
}

/* What narrows the list down. The kernel looks through it, so that a large one costs little. */
static const struct filter {
	const char *name;
	const char *(*put)(struct nlmsghdr *nlh, const char *word);
} filters[] = {
	{ "dst", put_dst },
	{ "state", put_state },
};

static const struct filter *find_filter(const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(filters); i++) {
		if (!strcmp(filters[i].name, word))
			return &filters[i];
	}
	return NULL;
}

static int put_filters(struct ctx *ctx, struct nlmsghdr *nlh, int argc, char **argv)
{
	const struct filter *filter;
	unsigned int seen = 0;
	const char *why;

	for (; argc; argc -= 2, argv += 2) {
		filter = find_filter(argv[0]);
		if (!filter)
			return no_words(ctx, argc, argv);
		if (argc < 2)
			return usage(ctx, "%s needs a value", filter->name);
		if (seen & 1u << (filter - filters))
			return usage(ctx, "%s is given twice", filter->name);
		seen |= 1u << (filter - filters);
		why = filter->put(nlh, argv[1]);
		if (why)
			return usage(ctx, "%s: %s", filter->name, why);
	}
	return DONE;
}

static int run_show(struct ctx *ctx, int argc, char **argv)
{
	/* As much as a pipe holds: of a million lines every 4 kB would be a call. */
	static char room[1 << 16];
	struct nl_request req;
	bool any = false;
	int ret;

	nl_request(&req, SYNCOPATE_CMD_FLOW_GET);
	ret = put_filters(ctx, req.nlh, argc, argv);
	if (ret)
		return ret;
	setvbuf(stdout, room, _IOFBF, sizeof(room));
	ret = nl_dump_request(ctx, &req, ctx->json ? print_json : print_line, &any);
	if (!ret && ctx->json)
		json_list_end(any);
	return ret;
}

static const struct verb verbs[] = {
	{
		.name = "show",
		.args = "[dst DEST] [state pending|gave-up]",
		.brief = "print the attempts in care now, one a line",
		.more =
"client -> server and whether an answer is awaited or the attempt was given up;\n"
"how long ago the first SYN was, how many SYNs were repeated and what is done\n"
"next; the policy that selected it; its VLANs from the outside in and its PPPoE\n"
"session, its VRF and zone of conntrack; and the bridge it crosses or 'routed'\n"
"with the interfaces where it came in and went out.\n"
"\n"
"  dst DEST  those to a server: ADDRESS[/LEN][:PORT] or [ADDRESS[/LEN]]:PORT\n"
"  state     pending: an answer is awaited; gave-up: the client got its RST, and\n"
"            a late answer is awaited\n",
		.run = run_show,
	},
	{ 0 }
};

const struct noun flow_noun = { "flow", verbs };
