// SPDX-License-Identifier: GPL-2.0
/* Profiles: what the operator says of destinations. */
#include <stdlib.h>
#include <string.h>

#include "nl.h"

/**
 * dest_read() - take a profile out of a message
 * @dest: the result
 * @msg: the message
 *
 * Return: whether all texts in it can be written; what can not is '?'
 */
bool dest_read(struct dest *dest, const struct nlmsghdr *msg)
{
	const struct nlattr *tb[SYNCOPATE_A_DEST_MAX + 1];

	nl_attrs(msg, tb, SYNCOPATE_A_DEST_MAX);
	memset(dest, 0, sizeof(*dest));
	return entry_read(&dest_grammar, dest, tb);
}

/* A listing while it is printed. */
struct list {
	struct prefix within;	/* what to show profiles of, no family for all */
	bool json;
	bool any;
};

static int print_entry(const struct nlmsghdr *msg, void *data)
{
	char statement[STATEMENT_SIZE];
	struct list *list = data;
	struct dest dest;

	dest_read(&dest, msg);
	if (list->within.family && !prefix_overlaps(&list->within, &dest.where.prefix))
		return 0;
	if (list->json)
		json_list_put(&list->any, entry_json(&dest_grammar, &dest));
	else
		puts(statement_format(statement, &dest_grammar, &dest));
	return output_error();
}

static int run_show(struct ctx *ctx, int argc, char **argv)
{
	struct list list = { .json = ctx->json };
	const char *why = argc ? prefix_parse(argv[0], &list.within) : NULL;
	int ret;

	if (why)
		return usage(ctx, "%s", why);
	ret = argc ? no_words(ctx, argc - 1, argv + 1) : DONE;
	if (ret)
		return ret;
	ret = nl_dump(ctx, SYNCOPATE_CMD_DEST_GET, print_entry, &list);
	if (!ret && ctx->json)
		json_list_end(list.any);
	return ret;
}

static int run_set(struct ctx *ctx, int argc, char **argv)
{
	struct word words[WORDS_MAX];
	struct dest dest = { 0 };
	struct nl_request req;
	const char *why;
	int at;

	why = statement_parse(&dest_grammar, &dest, words, words_take(words, argc, argv), &at);
	if (why)
		return usage(ctx, "%s", why);
	nl_request(&req, SYNCOPATE_CMD_DEST_SET);
	entry_put(req.nlh, &dest_grammar, &dest);
	return nl_call(ctx, &req, NULL, NULL);
}

/* Takes the one word that must follow, and asks for something to be done with it. */
static int call_with_place(struct ctx *ctx, int argc, char **argv, uint8_t cmd)
{
	struct dest dest = { .given = 1ull << SYNCOPATE_A_DEST_ADDR };
	struct nl_request req;
	const char *why;
	int ret;

	if (!argc)
		return usage(ctx, "the DEST is missing");
	why = value_parse(KIND_DEST, argv[0], &dest.where);
	if (why)
		return usage(ctx, "%s", why);
	ret = no_words(ctx, argc - 1, argv + 1);
	if (ret)
		return ret;
	nl_request(&req, cmd);
	entry_put(req.nlh, &dest_grammar, &dest);
	return nl_call(ctx, &req, NULL, NULL);
}

static int run_del(struct ctx *ctx, int argc, char **argv)
{
	return call_with_place(ctx, argc, argv, SYNCOPATE_CMD_DEST_DEL);
}

static int run_down(struct ctx *ctx, int argc, char **argv)
{
	return call_with_place(ctx, argc, argv, SYNCOPATE_CMD_DEST_DOWN);
}

static int run_up(struct ctx *ctx, int argc, char **argv)
{
	return call_with_place(ctx, argc, argv, SYNCOPATE_CMD_DEST_UP);
}

static int run_learned(struct ctx *ctx, int argc, char **argv)
{
	struct learned_list list;
	struct endpoint where;
	const char *why;
	bool any = false;
	size_t i;
	int ret;

	why = argc ? value_parse(KIND_DEST, argv[0], &where) : NULL;
	if (why)
		return usage(ctx, "%s", why);
	ret = argc ? no_words(ctx, argc - 1, argv + 1) : DONE;
	if (ret)
		return ret;
	ret = learned_get(ctx, argc ? &where : NULL, &list);
	for (i = 0; !ret && i < list.count; i++) {
		if (ctx->json) {
			json_list_put(&any, learned_json(&list.entry[i]));
		} else {
			learned_print(stdout, &list.entry[i]);
			putchar('\n');
		}
		if (output_error())
			break;
	}
	if (!ret && ctx->json)
		json_list_end(any);
	free(list.entry);
	return ret;
}

static int run_flush(struct ctx *ctx, int argc, char **argv)
{
	struct nl_request req;
	int ret;

	ret = no_words(ctx, argc, argv);
	if (ret)
		return ret;
	nl_request(&req, SYNCOPATE_CMD_DEST_FLUSH);
	return nl_call(ctx, &req, NULL, NULL);
}

static const struct verb verbs[] = {
	{
		.name = "show",
		.args = "[PREFIX]",
		.brief = "print the profiles, all or those that hold within a prefix",
		.more =
"Of a PREFIX those are printed that are inside it or cover it.\n"
"Each line is as 'syncopate load' takes it.\n",
		.run = run_show,
	}, {
		.name = "set",
		.brief = "say what is known of a destination, in place of what was said",
		.more =
"Policies with timing rtt or adaptive begin with it, and go by what the answers of\n"
"the destination teach from then on. Of several profiles the one of the longest\n"
"prefix holds, of those of one prefix the one with the port. One that is down\n"
"holds for all that it covers.\n",
		.grammar = &dest_grammar,
		.run = run_set,
	}, {
		.name = "del",
		.args = "DEST",
		.brief = "delete the profile of a destination",
		.more =
"  DEST  as it was set: ADDRESS[/LEN][:PORT] or [ADDRESS[/LEN]]:PORT\n",
		.run = run_del,
	}, {
		.name = "down",
		.args = "DEST",
		.brief = "take a destination down: attempts at it are refused at once",
		.more =
"Connections that are set up go on. It holds for attempts that a policy selects,\n"
"and is a part of the profile: 'syncopate save' prints it.\n",
		.run = run_down,
	}, {
		.name = "up",
		.args = "DEST",
		.brief = "let callers get to a destination again",
		.more =
"Whether it was taken down by hand, by the same DEST, or by its own silence.\n",
		.run = run_up,
	}, {
		.name = "learned",
		.args = "[DEST]",
		.brief = "print what answers have taught, of all destinations or of some",
		.more =
"  DEST  ADDRESS[/LEN][:PORT] or [ADDRESS[/LEN]]:PORT\n"
"\n"
"Of each: whether it is down, how often in a row it was silent, when it answered\n"
"last; its round-trip time and the variation of that, how many SYNs have no\n"
"answer; in which time half, 90 % and 99 % of the last connections were set up;\n"
"how many attempts were answered.\n",
		.run = run_learned,
	}, {
		.name = "flush",
		.brief = "delete all profiles",
		.run = run_flush,
	},
	{ 0 }
};

const struct noun dest_noun = { "dest", verbs };
