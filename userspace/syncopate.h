/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the tool share.
 *
 * Functions that run something return an exit status and have already said
 * on stderr what failed.
 */
#ifndef SYNCOPATE_TOOL_H
#define SYNCOPATE_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>
#include <linux/syncopate.h>

#include "statement.h"

enum status {
	DONE = 0,
	FAILED = 1,		/* refused by the kernel, or did not work */
	WRONG_USAGE = 2,
};

struct ctx;
struct nlmsghdr;

/**
 * struct verb - what can be done with a noun
 * @name: the word, or empty if the noun has this verb alone and says it itself
 * @args: what may follow it, in the notation of a synopsis; lines broken with \n
 * @brief: one line that says what it does
 * @more: the details, whole lines, or NULL
 * @grammar: of the statement that may follow, or NULL; its words are explained
 * @run: does it; @argv begins after the verb
 */
struct verb {
	const char *name;
	const char *args;
	const char *brief;
	const char *more;
	const struct grammar *grammar;
	int (*run)(struct ctx *ctx, int argc, char **argv);
};

/**
 * struct noun - a thing that the tool knows of
 * @name: the word
 * @verbs: ends with one that has no name; the first is the default
 */
struct noun {
	const char *name;
	const struct verb *verbs;
};

/**
 * struct ctx - one run of the tool
 * @json: print JSON
 * @netns: name or path of the network namespace to work in, or NULL
 * @noun: what the command line names, NULL for the status
 * @verb: likewise
 * @nl: the connection to the kernel, NULL until the first request
 */
struct ctx {
	bool json;
	const char *netns;
	const struct noun *noun;
	const struct verb *verb;
	struct nl *nl;
};

extern const struct noun policy_noun;
extern const struct noun dest_noun;
extern const struct noun flow_noun;
extern const struct noun stats_noun;
extern const struct noun limit_noun;
extern const struct noun load_noun;
extern const struct noun save_noun;
extern const struct noun check_noun;

/* status.c */
int status_run(struct ctx *ctx, int argc, char **argv);

/* netns.c */
int netns_enter(const char *name);

/* policy.c */
bool policy_read(struct policy *policy, const struct nlmsghdr *msg);
json_t *policy_json(const struct policy *policy);

/* dest.c */
bool dest_read(struct dest *dest, const struct nlmsghdr *msg);

/* limit.c */
struct limits {
	char version[32];
	uint32_t policies;
	uint32_t dests;
	uint32_t flows;
	uint32_t flows_limit;
	uint32_t flows_limit_default;
	uint32_t generation;
};

int limits_get(struct ctx *ctx, struct limits *limits);

/* stats.c */
struct stats {
	uint64_t value[SYNCOPATE_A_STATS_MAX + 1];
};

int stats_get(struct ctx *ctx, struct stats *stats);
void stats_json(json_t *object, const struct stats *stats, int attr);
const char *stats_name(int attr);
const char *stats_doc(int attr);

/* output.c */
int fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
int usage(const struct ctx *ctx, const char *format, ...) __attribute__((format(printf, 2, 3)));
int no_words(const struct ctx *ctx, int argc, char **argv);
void printable(char *buf, size_t size, const char *text);
int output_error(void);
void json_put(json_t *object);
void json_list_put(bool *any, json_t *object);
void json_list_end(bool any);

/* help.c */
void help_all(const struct noun *const *nouns);
void help_noun(const struct noun *noun);
void help_verb(const struct noun *noun, const struct verb *verb);

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* The text of a constant, for help that can not go stale. */
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

#endif /* SYNCOPATE_TOOL_H */
