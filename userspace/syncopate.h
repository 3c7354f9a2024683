/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the tool share.
 *
 * Functions that parse a word return NULL, or a text of wrong() that says what
 * is wrong with it.
 * Functions that run something return an exit status and have already said
 * on stderr what failed.
 */
#ifndef SYNCOPATE_TOOL_H
#define SYNCOPATE_TOOL_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>
#include <linux/syncopate.h>

enum status {
	DONE = 0,
	FAILED = 1,		/* refused by the kernel, or did not work */
	WRONG_USAGE = 2,
};

struct ctx;

/**
 * struct verb - what can be done with a noun
 * @name: the word, or empty if the noun has this verb alone and says it itself
 * @args: what may follow it, in the notation of a synopsis; lines broken with \n
 * @brief: one line that says what it does
 * @more: the details, whole lines, or NULL
 * @run: does it; @argv begins after the verb
 */
struct verb {
	const char *name;
	const char *args;
	const char *brief;
	const char *more;
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
extern const struct noun flow_noun;
extern const struct noun stats_noun;
extern const struct noun limit_noun;

/* status.c */
int status_run(struct ctx *ctx, int argc, char **argv);

/* netns.c */
int netns_enter(const char *name);

/* time.c, room for the longest: 1.2.. with 20 and 9 digits and its unit */
#define TIME_SIZE 40

const char *time_parse(const char *word, uint64_t *ns);
const char *time_format(char buf[TIME_SIZE], uint64_t ns);
uint64_t time_round_ms(uint64_t ns);

/* wrong.c */
const char *wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* number.c */
size_t digits_count(const char *text);
bool digits_value(const char *digits, size_t count, uint64_t *value);
const char *number_parse(const char *word, uint64_t max, uint64_t *number);

/* prefix.c */
#define PREFIX_SIZE (INET6_ADDRSTRLEN + sizeof("/128"))

/**
 * struct prefix - the addresses that share their first bits
 * @family: AF_INET, AF_INET6, or 0 for all addresses of both
 * @len: how many bits they share
 * @addr: the first of them in network byte order, the first 4 bytes for IPv4
 */
struct prefix {
	uint8_t family;
	uint8_t len;
	uint8_t addr[16];
};

const char *prefix_parse(const char *word, struct prefix *prefix);
const char *prefix_format(char buf[PREFIX_SIZE], const struct prefix *prefix);
size_t prefix_bytes(const struct prefix *prefix);

/* statement.c */
#define SELECTION_SIZE 192
#define STATEMENT_SIZE 512

/**
 * struct policy - a policy as written, sent or shown
 * @given: bit (1 << SYNCOPATE_A_POLICY_...) for each member that has a value;
 *	SYNCOPATE_A_POLICY_DPORT_MIN stands for both ports
 */
struct policy {
	uint32_t given;
	char name[SYNCOPATE_NAME_LEN];
	struct prefix dst;
	struct prefix src;
	uint16_t dport_min;
	uint16_t dport_max;
	uint32_t retries;
	uint64_t interval;
	uint64_t deadline;
	uint64_t linger;
};

const char *name_check(const char *name);
const char *statement_parse(struct policy *policy, int argc, char **argv);
const char *statement_format(char buf[STATEMENT_SIZE], const struct policy *policy);
const char *selection_format(char buf[SELECTION_SIZE], const struct policy *policy);

static inline bool policy_has(const struct policy *policy, int attr)
{
	return policy->given & (1u << attr);
}

/* policy.c */
struct nlmsghdr;

void policy_read(struct policy *policy, const struct nlmsghdr *msg);
json_t *policy_json(const struct policy *policy);

/* limit.c */
struct limits {
	char version[32];
	uint32_t policies;
	uint32_t flows;
	uint32_t flows_limit;
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
