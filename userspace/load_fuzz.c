// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing of what reads files. An input is a file. A refused one is refused with words
 * and a place in it. What an accepted one says survives the way into the kernel, out of
 * it, through 'save' and back.
 */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "nl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/**
 * struct told - the faults that were told of a file
 * @text: the file
 * @len: its length
 * @line: where the last one is
 * @count: how many
 */
struct told {
	const char *text;
	size_t len;
	unsigned int line;
	int count;
};

static void must(bool holds, const char *what, const char *text)
{
	if (holds)
		return;
	fprintf(stderr, "load_fuzz: %s: %s\n", what, text);
	abort();
}

/* Length of a line, -1 if there is none of that number. */
static ssize_t line_length(const struct told *told, unsigned int number)
{
	const char *at = told->text, *end = at + told->len, *newline;

	for (; at < end; at = newline + 1) {
		newline = memchr(at, '\n', end - at);
		if (number-- == 1)
			return (newline ? newline : end) - at;
		if (!newline)
			break;
	}
	return -1;
}

static void hear(void *data, unsigned int line, unsigned int column, const char *why)
{
	struct told *told = data;
	ssize_t length = line_length(told, line);
	char text[512];

	printable(text, sizeof(text), why);
	must(*text, "a fault without words", text);
	must(strlen(why) < 300, "too many words", text);
	must(length > 0 && column && column <= (size_t)length, "the place is not in the file",
	     text);
	must(line > told->line, "two faults of a line, or another order", text);
	told->line = line;
	told->count++;
}

static int parse(struct config *config, const char *text, size_t len)
{
	struct told told = { .text = text, .len = len };
	int faults = config_parse(config, text, len, hear, &told);

	must(faults == told.count, "not all faults are told", "");
	must(config->policies_count <= SYNCOPATE_POLICIES_MAX &&
	     config->dests_count <= SYNCOPATE_DESTS_MAX, "more than there may be", "");
	return faults;
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
			policy->given &= ~(1u << SYNCOPATE_A_POLICY_TIMING);
		must(!memcmp(policy, &second->policies[i].policy, sizeof(*policy)),
		     "another policy", text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config first, second;
	char *text, *exact;
	size_t len;

	if (parse(&first, (const char *)data, size)) {
		config_free(&first);
		return 0;
	}
	text = save(&first, &len);
	/* Nothing stands behind it now. */
	exact = malloc(len ? len : 1);
	memcpy(exact, text, len);
	must(!parse(&second, exact, len), "what was saved is refused", text);
	compare(&first, &second, text);
	config_free(&first);
	config_free(&second);
	free(exact);
	free(text);
	return 0;
}
