// SPDX-License-Identifier: GPL-2.0
/* Files are checked, and loaded: all that is set is replaced in one step, or nothing. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "nl.h"

/* More than the longest lines of a full file take. */
#define FILE_MAX (512u << 20)

/**
 * struct source - a file that is read
 * @name: what messages call it
 * @text: what it says
 * @len: how long that is
 * @config: what that means
 */
struct source {
	char name[256];
	char *text;
	size_t len;
	struct config config;
};

static int read_all(struct source *source, int fd)
{
	size_t room = 0;
	ssize_t count;

	do {
		if (source->len == room) {
			char *text = realloc(source->text, room = 2 * room + 65536);

			if (!text)
				return -ENOMEM;
			source->text = text;
		}
		count = read(fd, source->text + source->len, room - source->len);
		if (count < 0 && errno != EINTR)
			return -errno;
		source->len += count > 0 ? count : 0;
		if (source->len > FILE_MAX)
			return -EFBIG;
	} while (count);
	return 0;
}

static int read_source(struct source *source, const char *name)
{
	bool standard = !strcmp(name, "-");
	int fd = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	int err;

	printable(source->name, sizeof(source->name), standard ? "stdin" : name);
	if (fd < 0)
		return fail("%s: %s", source->name, strerror(errno));
	err = read_all(source, fd);
	if (!standard)
		close(fd);
	return err ? fail("%s: %s", source->name, strerror(-err)) : DONE;
}

/* A fault is told like a compiler's, so that editors find it. */
static void print_fault(const struct source *source, unsigned int line, unsigned int column,
			const char *why)
{
	char text[512];

	printable(text, sizeof(text), why);
	fprintf(stderr, "%s:%u:%u: %s\n", source->name, line, column, text);
}

/* Faults of a file while they are found. */
struct faults {
	const struct source *source;
	unsigned int count;
};

static void take_fault(void *data, unsigned int line, unsigned int column, const char *why)
{
	struct faults *faults = data;

	if (faults->count++ < FAULTS_MAX)
		print_fault(faults->source, line, column, why);
}

static int check_source(struct source *source)
{
	struct faults faults = { .source = source };
	int ret;

	ret = config_parse(&source->config, source->text, source->len, take_fault, &faults);
	if (ret < 0)
		return fail("%s: %s", source->name, strerror(-ret));
	if (ret > FAULTS_MAX)
		fprintf(stderr, "%s: %d faults more\n", source->name, ret - FAULTS_MAX);
	return ret ? FAILED : DONE;
}

/* Takes the word that follows: a file, which is read and found good. */
static int take_source(struct ctx *ctx, int argc, char **argv, struct source *source)
{
	int ret;

	if (!argc)
		return usage(ctx, "the FILE is missing");
	if (argv[0][0] == '-' && argv[0][1])
		return no_words(ctx, argc, argv);
	ret = no_words(ctx, argc - 1, argv + 1);
	if (!ret)
		ret = read_source(source, argv[0]);
	return ret ? ret : check_source(source);
}

static void free_source(struct source *source)
{
	config_free(&source->config);
	free(source->text);
}

static void put_entry(struct nlmsghdr *nlh, int attr, const struct grammar *grammar,
		      const void *object)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, attr);

	entry_put(nlh, grammar, object);
	mnl_attr_nest_end(nlh, nest);
}

/* All that a file sets in one request, to be freed; NULL without memory. */
static struct nlmsghdr *make_request(const struct config *config)
{
	size_t entries = config->policies_count + config->dests_count + 1;
	void *room = malloc((entries + 1) * ENTRY_SIZE);
	struct nlmsghdr *nlh;
	size_t i;

	if (!room)
		return NULL;
	nlh = nl_begin(room, SYNCOPATE_CMD_CONFIG_SET);
	for (i = 0; i < config->policies_count; i++)
		put_entry(nlh, SYNCOPATE_A_CONFIG_POLICY, &policy_grammar,
			  &config->policies[i].policy);
	for (i = 0; i < config->dests_count; i++)
		put_entry(nlh, SYNCOPATE_A_CONFIG_DEST, &dest_grammar, &config->dests[i].dest);
	if (config->limit.given & 1ull << SYNCOPATE_A_STATUS_FLOWS_LIMIT)
		mnl_attr_put_u32(nlh, SYNCOPATE_A_CONFIG_FLOWS_LIMIT, config->limit.flows);
	if (config->limit.given & 1ull << SYNCOPATE_A_STATUS_LEARNED_LIMIT)
		mnl_attr_put_u32(nlh, SYNCOPATE_A_CONFIG_LEARNED_LIMIT, config->limit.learned);
	if (config->limit.given & 1ull << SYNCOPATE_A_STATUS_REPEATS_LIMIT)
		mnl_attr_put_u32(nlh, SYNCOPATE_A_CONFIG_REPEATS_LIMIT, config->limit.repeats);
	return nlh;
}

/**
 * struct guilty - what the kernel refused
 * @line: where its statement stands, 0 if it is not known
 * @attr: the attribute in it, 0 if it is the whole
 */
struct guilty {
	unsigned int line;
	int attr;
};

static bool is_at(const struct nlmsghdr *nlh, const struct nlattr *attr, uint32_t offset)
{
	uint32_t begin = (const char *)attr - (const char *)nlh;

	return offset >= begin && offset < begin + mnl_attr_get_len(attr);
}

/* The parts of a value are told by that of its attributes which has the keyword. */
static int attr_in(const struct nlmsghdr *nlh, const struct nlattr *nest,
		   const struct grammar *grammar, uint32_t offset)
{
	const struct keyword *keyword;
	const struct nlattr *attr;
	int type, best;

	mnl_attr_for_each_nested(attr, nest) {
		if (!is_at(nlh, attr, offset))
			continue;
		type = mnl_attr_get_type(attr);
		best = grammar->subject.attr;
		for (keyword = grammar->keywords; keyword->word; keyword++) {
			if (keyword->attr <= type && keyword->attr > best)
				best = keyword->attr;
		}
		return best;
	}
	return 0;
}

/* Finds the statement that gave what is @offset bytes behind the begin of the request. */
static struct guilty find_guilty(const struct nlmsghdr *nlh, const struct config *config,
				 uint32_t offset)
{
	size_t policies = 0, dests = 0;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		bool found = is_at(nlh, attr, offset);

		switch (mnl_attr_get_type(attr)) {
		case SYNCOPATE_A_CONFIG_POLICY:
			if (found)
				return (struct guilty) {
					config->policies[policies].line,
					attr_in(nlh, attr, &policy_grammar, offset)
				};
			policies++;
			break;
		case SYNCOPATE_A_CONFIG_DEST:
			if (found)
				return (struct guilty) {
					config->dests[dests].line,
					attr_in(nlh, attr, &dest_grammar, offset)
				};
			dests++;
			break;
		case SYNCOPATE_A_CONFIG_FLOWS_LIMIT:
			if (found)
				return (struct guilty) {
					config->limit_line,
					SYNCOPATE_A_STATUS_FLOWS_LIMIT
				};
			break;
		case SYNCOPATE_A_CONFIG_LEARNED_LIMIT:
			if (found)
				return (struct guilty) {
					config->limit_line,
					SYNCOPATE_A_STATUS_LEARNED_LIMIT
				};
			break;
		case SYNCOPATE_A_CONFIG_REPEATS_LIMIT:
			if (found)
				return (struct guilty) {
					config->limit_line,
					SYNCOPATE_A_STATUS_REPEATS_LIMIT
				};
			break;
		}
	}
	return (struct guilty) { 0 };
}

/* The column of the word that gave the guilty attribute. */
static unsigned int find_column(const struct source *source, const struct guilty *guilty)
{
	const char *text = source->text, *end = text + source->len, *newline;
	const struct grammar *grammar;
	unsigned int number, column;
	struct line line;

	for (number = 1; number < guilty->line; number++)
		text = (const char *)memchr(text, '\n', end - text) + 1;
	newline = memchr(text, '\n', end - text);
	/* It was read before, and was good. */
	line_split(&line, text, (newline ? newline : end) - text, &column);
	grammar = statement_grammar(&line);
	return line.word[statement_find(grammar, line.word + 1, line.count - 1, guilty->attr) +
			 1].column;
}

static int refused(const struct nl *nl, int err, const struct nlmsghdr *nlh,
		   const struct source *source)
{
	struct guilty guilty = { 0 };

	if (err == -EMSGSIZE || err == -ENOBUFS)
		return fail("%s: a request of %u bytes is too long; but for the machine's "
			    "administrator net.core.wmem_max sets the most", source->name,
			    nlh->nlmsg_len);
	if (nl->extack[0] && nl->extack_at)
		guilty = find_guilty(nlh, &source->config, nl->extack_at);
	if (!guilty.line)
		return nl_refused(nl, err);
	print_fault(source, guilty.line, find_column(source, &guilty), nl->extack);
	return FAILED;
}

static int send_source(struct ctx *ctx, const struct source *source)
{
	struct nlmsghdr *nlh;
	int ret;

	ret = nl_connect(ctx);
	if (ret)
		return ret;
	nlh = make_request(&source->config);
	if (!nlh)
		return fail("out of memory");
	nlh->nlmsg_type = ctx->nl->family;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	ret = nl_exchange(ctx->nl, nlh, NULL, NULL);
	if (ret)
		ret = refused(ctx->nl, ret, nlh, source);
	free(nlh);
	return ret;
}

static int run_load(struct ctx *ctx, int argc, char **argv)
{
	struct source source = { .len = 0 };
	int ret;

	ret = take_source(ctx, argc, argv, &source);
	if (!ret)
		ret = send_source(ctx, &source);
	free_source(&source);
	return ret;
}

static int run_check(struct ctx *ctx, int argc, char **argv)
{
	struct source source = { .len = 0 };
	int ret;

	ret = take_source(ctx, argc, argv, &source);
	free_source(&source);
	return ret;
}

static const struct verb load_verbs[] = {
	{
		.name = "",
		.args = "FILE|-",
		.brief = "replace all that is set by what a file says, or nothing",
		.more =
"A file has one statement a line: a policy, a profile or a limit, as they are set,\n"
"without add and set; see syncopate.conf(5). All of it comes into force in one\n"
"step, and what the file does not set is not set any more. Policies keep their\n"
"counters by their names, attempts in care go on.\n",
		.run = run_load,
	},
	{ 0 }
};

static const struct verb check_verbs[] = {
	{
		.name = "",
		.args = "FILE|-",
		.brief = "say what is wrong with a file, change nothing",
		.more =
"Each fault is told with file, line and column. It needs neither the module nor\n"
"any privilege.\n",
		.run = run_check,
	},
	{ 0 }
};

const struct noun load_noun = { "load", load_verbs };
const struct noun check_noun = { "check", check_verbs };
