// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing of what reads files. An input is a file. A refused one is refused with words
 * and a place in it, and for what is wrong with its lines each by itself. What an accepted
 * one says survives the way into the kernel, out of it, through 'save' and back.
 */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "nl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* So many are read by themselves. */
#define LINES 64

/**
 * struct told - the faults that were told of a file
 * @text: the file
 * @len: its length
 * @line: where the last one is
 * @count: how many
 * @why: what is wrong with each of the first lines; empty if nothing is
 */
struct told {
	const char *text;
	size_t len;
	unsigned int line;
	int count;
	char why[LINES][320];
};

static void must(bool holds, const char *what, const char *text)
{
	if (holds)
		return;
	fprintf(stderr, "load_fuzz: %s: %s\n", what, text);
	abort();
}

/* A line, and its length, -1 if there is none of that number. */
static const char *find_line(const struct told *told, unsigned int number, ssize_t *len)
{
	const char *at = told->text, *end = at + told->len, *newline;

	*len = -1;
	for (; at < end; at = newline + 1) {
		newline = memchr(at, '\n', end - at);
		if (number-- == 1) {
			*len = (newline ? newline : end) - at;
			return at;
		}
		if (!newline)
			break;
	}
	return NULL;
}

static void hear(void *data, unsigned int line, unsigned int column, const char *why)
{
	struct told *told = data;
	ssize_t length;
	char text[512];

	find_line(told, line, &length);
	printable(text, sizeof(text), why);
	must(*text, "a fault without words", text);
	must(strlen(why) < sizeof(told->why[0]), "too many words", text);
	must(length > 0 && column && column <= (size_t)length, "the place is not in the file",
	     text);
	must(line > told->line, "two faults of a line, or another order", text);
	told->line = line;
	told->count++;
	if (line <= LINES)
		snprintf(told->why[line - 1], sizeof(told->why[0]), "%u: %s", column, why);
}

static int parse(struct config *config, const char *text, size_t len, struct told *told)
{
	int faults, i;

	told->text = text;
	told->len = len;
	told->line = 0;
	told->count = 0;
	for (i = 0; i < LINES; i++)
		told->why[i][0] = '\0';
	faults = config_parse(config, text, len, hear, told);
	must(faults == told->count, "not all faults are told", "");
	must(config->policies_count <= SYNCOPATE_POLICIES_MAX &&
	     config->dests_count <= SYNCOPATE_DESTS_MAX, "more than there may be", "");
	return faults;
}

/* What is good by itself may only say again what another line says. */
static void check_alone(const struct told *told)
{
	static struct told alone;
	struct config config;
	const char *line;
	unsigned int i;
	ssize_t len;

	for (i = 0; i < LINES && (line = find_line(told, i + 1, &len)); i++) {
		/* A byte order mark is another thing at the begin of a file. */
		if (i && len && *line == '\xef')
			continue;
		parse(&config, line, len, &alone);
		config_free(&config);
		must(!strcmp(told->why[i], alone.why[0]) ||
		     (!alone.why[0][0] && strstr(told->why[i], " already")),
		     "another fault of a line by itself", told->why[i]);
	}
}

/* Puts it into a message of no more than its room, reads it there and writes it, all as save. */
static void survive(FILE *out, const struct grammar *grammar, const void *object, size_t size,
		    uint16_t max)
{
	char statement[STATEMENT_SIZE], again[STATEMENT_SIZE];
	const struct nlattr *tb[SYNCOPATE_A_POLICY_MAX + 1];
	struct nlmsghdr *nlh = calloc(1, MNL_NLMSG_HDRLEN + ENTRY_SIZE - MNL_ATTR_HDRLEN);
	void *read = calloc(1, size);

	mnl_nlmsg_put_header(nlh);
	entry_put(nlh, grammar, object);
	nl_attrs_in(mnl_nlmsg_get_payload(nlh), mnl_nlmsg_get_payload_len(nlh), tb, max);
	statement_format(statement, grammar, object);
	must(entry_read(grammar, read, tb), "a text can not be saved", statement);
	must(!memcmp(read, object, size), "a message says something else", statement);
	must(!strcmp(statement_format(again, grammar, read), statement), "two forms", statement);
	must(strlen(statement) + 1 < STATEMENT_SIZE, "too long", statement);
	json_decref(entry_json(grammar, read));
	fprintf(out, "%s\n", statement);
	free(read);
	free(nlh);
}

/* In the order of save. Returns the text, to be freed. */
static char *save(const struct config *config, size_t *len)
{
	char statement[STATEMENT_SIZE];
	char *text;
	FILE *out = open_memstream(&text, len);
	size_t i;

	if (config->limit_line)
		fprintf(out, "%s\n", statement_format(statement, &limit_grammar, &config->limit));
	for (i = 0; i < config->dests_count; i++)
		survive(out, &dest_grammar, &config->dests[i].dest, sizeof(struct dest),
			SYNCOPATE_A_DEST_MAX);
	for (i = 0; i < config->policies_count; i++)
		survive(out, &policy_grammar, &config->policies[i].policy, sizeof(struct policy),
			SYNCOPATE_A_POLICY_MAX);
	fclose(out);
	return text;
}

static void compare(struct config *first, struct config *second, const char *text)
{
	size_t i;

	must(first->dests_count == second->dests_count &&
	     first->policies_count == second->policies_count, "another number of lines", text);
	must(!memcmp(&first->limit, &second->limit, sizeof(first->limit)), "other limits", text);
	for (i = 0; i < first->dests_count; i++)
		must(!memcmp(&first->dests[i].dest, &second->dests[i].dest, sizeof(struct dest)),
		     "another profile", text);
	for (i = 0; i < first->policies_count; i++) {
		struct policy *policy = &first->policies[i].policy;

		/* What holds without it is not written. */
		if (policy->timing == SYNCOPATE_TIMING_FIXED)
			policy->given &= ~(1ull << SYNCOPATE_A_POLICY_TIMING);
		if (policy->on == SYNCOPATE_ON_FORWARD)
			policy->given &= ~(1ull << SYNCOPATE_A_POLICY_ON);
		if (policy->require == SYNCOPATE_REQUIRE_AUTO)
			policy->given &= ~(1ull << SYNCOPATE_A_POLICY_REQUIRE_ANSWERS);
		must(!memcmp(policy, &second->policies[i].policy, sizeof(*policy)),
		     "another policy", text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct told told;
	struct config first, second;
	char *text, *exact;
	size_t len;

	if (parse(&first, (const char *)data, size, &told)) {
		config_free(&first);
		check_alone(&told);
		return 0;
	}
	text = save(&first, &len);
	/* Nothing stands behind it now. */
	exact = malloc(len ? len : 1);
	memcpy(exact, text, len);
	must(!parse(&second, exact, len, &told), "what was saved is refused", text);
	compare(&first, &second, text);
	config_free(&first);
	config_free(&second);
	free(exact);
	free(text);
	return 0;
}
