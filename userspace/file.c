// SPDX-License-Identifier: GPL-2.0
/* What a file says, read without the kernel, and all that is wrong with it. */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"

/**
 * struct parser - a file while it is read
 * @config: the result
 * @names: the policies that have a name, a tree
 * @places: the profiles, a tree
 * @number: of the line
 * @line: its words
 * @policies_room: how many policies there is room for
 * @dests_room: likewise
 * @faults: how many were found
 * @fault: is told each
 * @data: for @fault
 */
struct parser {
	struct config *config;
	void *names;
	void *places;
	unsigned int number;
	struct line line;
	size_t policies_room;
	size_t dests_room;
	size_t faults;
	fault_fn *fault;
	void *data;
};

/* A fault at a word after the noun, -1 for the noun. */
static void fault_at(struct parser *parser, int at, const char *why)
{
	parser->faults++;
	parser->fault(parser->data, parser->number, parser->line.word[at + 1].column, why);
}

/* Reads what follows the noun. Returns whether nothing is wrong with it. */
static bool parse_object(struct parser *parser, const struct grammar *grammar, void *object)
{
	const struct word *words = parser->line.word + 1;
	int count = parser->line.count - 1;
	const struct keyword *keyword;
	const char *why;
	int attr, at;

	why = statement_parse(grammar, object, words, count, &at);
	if (!why) {
		why = statement_ranges(grammar, object, &attr);
		if (why)
			at = statement_find(grammar, words, count, attr);
	}
	for (keyword = grammar->keywords; !why && keyword->word; keyword++) {
		if (!keyword->command || !(*(const uint64_t *)object & (1ull << keyword->attr)))
			continue;
		why = wrong("%s has no place in a file, where the order of lines counts",
			    keyword->word);
		at = statement_find(grammar, words, count, keyword->attr) - !!keyword->value;
	}
	if (why)
		fault_at(parser, at, why);
	return !why;
}

static int compare_names(const void *a, const void *b)
{
	const struct policy_line *one = a, *other = b;

	return strcmp(one->policy.name, other->policy.name);
}

static int compare_places(const void *a, const void *b)
{
	const struct endpoint *one = &((const struct dest_line *)a)->dest.where;
	const struct endpoint *other = &((const struct dest_line *)b)->dest.where;
	int order;

	if (one->port != other->port)
		return one->port < other->port ? -1 : 1;
	if (one->prefix.family != other->prefix.family)
		return one->prefix.family < other->prefix.family ? -1 : 1;
	order = memcmp(one->prefix.addr, other->prefix.addr, sizeof(one->prefix.addr));
	return order ? order : one->prefix.len - other->prefix.len;
}

/* Returns the equal one in the tree, @new itself if there was none, NULL without memory. */
static const void *enter(void **tree, const void *new,
			 int (*compare)(const void *a, const void *b))
{
	const void *const *node = tsearch(new, tree, compare);

	return node ? *node : NULL;
}

static int parse_policy(struct parser *parser)
{
	struct config *config = parser->config;
	struct policy_line *new = &config->policies[config->policies_count];
	const struct policy_line *same = new;

	if (config->policies_count == parser->policies_room) {
		fault_at(parser, -1, "there may be " TEXT(SYNCOPATE_POLICIES_MAX)
			 " policies at most");
		return 0;
	}
	memset(new, 0, sizeof(*new));
	new->line = parser->number;
	if (!parse_object(parser, &policy_grammar, &new->policy))
		return 0;
	if (policy_has(&new->policy, SYNCOPATE_A_POLICY_NAME))
		same = enter(&parser->names, new, compare_names);
	if (!same)
		return -ENOMEM;
	if (same == new)
		config->policies_count++;
	else
		fault_at(parser, 0, wrong("line %u has a policy %s already", same->line,
					  new->policy.name));
	return 0;
}

static int parse_dest(struct parser *parser)
{
	struct config *config = parser->config;
	struct dest_line *new = &config->dests[config->dests_count];
	const struct dest_line *same;
	char where[VALUE_SIZE];

	if (config->dests_count == parser->dests_room) {
		fault_at(parser, -1, "there may be " TEXT(SYNCOPATE_DESTS_MAX)
			 " profiles at most");
		return 0;
	}
	memset(new, 0, sizeof(*new));
	new->line = parser->number;
	if (!parse_object(parser, &dest_grammar, &new->dest))
		return 0;
	same = enter(&parser->places, new, compare_places);
	if (!same)
		return -ENOMEM;
	if (same == new)
		config->dests_count++;
	else
		fault_at(parser, 0, wrong("line %u has a profile of %s already", same->line,
					  value_format(where, KIND_DEST, &new->dest.where)));
	return 0;
}

static int parse_limit(struct parser *parser)
{
	struct config *config = parser->config;
	struct limit limit = { 0 };

	if (!parse_object(parser, &limit_grammar, &limit))
		return 0;
	if (config->limit_line) {
		fault_at(parser, -1, wrong("line %u has the limits already", config->limit_line));
		return 0;
	}
	config->limit = limit;
	config->limit_line = parser->number;
	return 0;
}

/**
 * statement_grammar() - what a line of a file may say
 * @line: its words, one at least
 *
 * Return: the grammar of its noun, NULL if there is none
 */
const struct grammar *statement_grammar(const struct line *line)
{
	static const struct grammar *const grammars[] = {
		&policy_grammar,
		&dest_grammar,
		&limit_grammar,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(grammars); i++) {
		if (!strcmp(line->word[0].text, grammars[i]->noun))
			return grammars[i];
	}
	return NULL;
}

static int parse_line(struct parser *parser, const char *text, size_t len)
{
	static const char mark[] = "\xef\xbb\xbf";
	const struct grammar *grammar;
	unsigned int column;
	const char *why;

	if (parser->number == 1 && len >= strlen(mark) && !memcmp(text, mark, strlen(mark))) {
		column = 1;
		why = "the file begins with a byte order mark, which must go";
	} else {
		why = line_split(&parser->line, text, len, &column);
	}
	if (why) {
		parser->faults++;
		parser->fault(parser->data, parser->number, column, why);
		return 0;
	}
	if (!parser->line.count)
		return 0;
	grammar = statement_grammar(&parser->line);
	if (grammar == &policy_grammar)
		return parse_policy(parser);
	if (grammar == &dest_grammar)
		return parse_dest(parser);
	if (grammar == &limit_grammar)
		return parse_limit(parser);
	fault_at(parser, -1, wrong("'%.60s' is none of policy, dest and limit",
				   parser->line.word[0].text));
	return 0;
}

static const char *end_of_line(const char *text, const char *end)
{
	const char *newline = memchr(text, '\n', end - text);

	return newline ? newline : end;
}

/* No line has more than one of them, and no file more than the kernel takes. */
static int make_room(struct parser *parser, const char *text, const char *end)
{
	size_t lines = 1;

	for (; lines < SYNCOPATE_DESTS_MAX && (text = memchr(text, '\n', end - text)); text++)
		lines++;
	parser->policies_room = lines < SYNCOPATE_POLICIES_MAX ? lines : SYNCOPATE_POLICIES_MAX;
	parser->dests_room = lines;
	parser->config->policies = calloc(parser->policies_room + 1,
					  sizeof(*parser->config->policies));
	parser->config->dests = calloc(parser->dests_room + 1, sizeof(*parser->config->dests));
	return parser->config->policies && parser->config->dests ? 0 : -ENOMEM;
}

static void keep(void *entry)
{
	(void)entry;
}

/**
 * config_parse() - read what a file says
 * @config: the result; to be freed, whatever is returned
 * @text: the file
 * @len: its length
 * @fault: is told each fault, in the order of lines
 * @data: for @fault
 *
 * Return: how many faults were found, or a negative errno
 */
int config_parse(struct config *config, const char *text, size_t len, fault_fn *fault, void *data)
{
	struct parser parser = { .config = config, .fault = fault, .data = data };
	const char *end = text + len;
	int err;

	memset(config, 0, sizeof(*config));
	err = make_room(&parser, text, end);
	while (!err && text < end) {
		const char *newline = end_of_line(text, end);

		parser.number++;
		err = parse_line(&parser, text, newline - text);
		text = newline < end ? newline + 1 : end;
	}
	tdestroy(parser.names, keep);
	tdestroy(parser.places, keep);
	return err ? err : (int)parser.faults;
}

/**
 * config_free() - free what a file said
 * @config: it
 */
void config_free(struct config *config)
{
	free(config->policies);
	free(config->dests);
}
