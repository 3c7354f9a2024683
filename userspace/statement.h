/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Statements: policies, profiles of destinations and limits in words, as they
 * stand on the command line and in files.
 *
 * What a statement may say is in tables (grammar.c), by which it is read,
 * written, checked, explained, and carried to and from the kernel.
 */
#ifndef SYNCOPATE_TOOL_STATEMENT_H
#define SYNCOPATE_TOOL_STATEMENT_H

#include <linux/syncopate.h>

#include "values.h"

/* word.c */
#define LINE_SIZE 4096
/* More than a statement has that says nothing twice. */
#define WORDS_MAX 64
/* A text of 127 bytes that are all escaped, in quotes. */
#define QUOTED_SIZE (2 * SYNCOPATE_COMMENT_LEN + 3)

/**
 * struct word - a word of a statement
 * @text: it, without its quotes
 * @column: where it begins in its line, in bytes from 1
 * @quoted: it was in quotes, and is no keyword
 */
struct word {
	const char *text;
	unsigned int column;
	bool quoted;
};

/**
 * struct line - a line of a file in words
 * @count: how many
 * @word: the words
 * @room: where their texts are
 */
struct line {
	int count;
	struct word word[WORDS_MAX];
	char room[LINE_SIZE];
};

const char *line_split(struct line *line, const char *text, size_t len, unsigned int *column);
int words_take(struct word words[WORDS_MAX], int argc, char **argv);
const char *text_check(const char *text);
bool text_clean(char *text);
const char *text_quote(char buf[QUOTED_SIZE], const char *text);

/* value.c */
#define VALUE_SIZE (QUOTED_SIZE + 16)

/* What a value is, and the type of the member that holds it. */
enum kind {
	KIND_FLAG,		/* nothing but its bit in given */
	KIND_NAME,		/* char[SYNCOPATE_NAME_LEN] */
	KIND_PREFIX,		/* struct prefix */
	KIND_DEST,		/* struct endpoint */
	KIND_PORTS,		/* struct ports */
	KIND_INTERFACE,		/* char[INTERFACE_SIZE] */
	KIND_MARK,		/* struct mark */
	KIND_PROTO,		/* uint8_t */
	KIND_ON,		/* uint32_t, enum syncopate_on */
	KIND_TIMING,		/* uint32_t, enum syncopate_timing */
	KIND_NUMBER,		/* uint32_t */
	KIND_TIME,		/* uint64_t, nanoseconds */
	KIND_LOSS,		/* uint32_t, parts per million */
	KIND_SHARD,		/* struct shard */
	KIND_TEXT,		/* char[SYNCOPATE_COMMENT_LEN] */
	KIND_REQUIRE,		/* uint32_t, enum syncopate_require */
};

#define INTERFACE_SIZE 16

/**
 * struct endpoint - where a profile holds
 * @prefix: the addresses
 * @port: the port, 0 for any
 */
struct endpoint {
	struct prefix prefix;
	uint16_t port;
};

struct ports {
	uint16_t min;
	uint16_t max;
};

struct mark {
	uint32_t value;
	uint32_t mask;
};

/**
 * struct shard - a part of the attempts
 * @number: its number, from 1
 * @of: how many parts there are
 */
struct shard {
	uint32_t number;
	uint32_t of;
};

const char *name_check(const char *name);
const char *proto_name(uint8_t proto);
const char *value_parse(enum kind kind, const char *word, void *value);
const char *value_format(char buf[VALUE_SIZE], enum kind kind, const void *value);

/* statement.c */

/**
 * struct keyword - something that a statement may say
 * @word: what it begins with; NULL at the end of a table
 * @value: what follows, in the notation of a synopsis, or NULL
 * @doc: what it means
 * @otherwise: what holds without it, for help, or NULL
 * @attr: the attribute that carries it
 * @kind: what the value is
 * @offset: of the member that holds the value
 * @min: least number or time
 * @max: greatest number or time; 0 if only the kernel knows
 * @required: a statement must have it
 * @command: it is for the command line alone, a file has other means
 */
struct keyword {
	const char *word;
	const char *value;
	const char *doc;
	const char *otherwise;
	int attr;
	enum kind kind;
	size_t offset;
	uint64_t min;
	uint64_t max;
	bool required;
	bool command;
};

/**
 * struct grammar - what a kind of statements may say
 * @noun: the word that these statements begin with
 * @subject: what comes before all keywords; has no value if nothing does
 * @keywords: the others, in the order in which they are written
 * @check: finds what contradicts itself: returns what is wrong and the attribute
 *	of the guilty word; or NULL
 *
 * What is read begins with a uint64_t named given, which has the bit
 * (1ull << attr) for each member that has a value.
 */
struct grammar {
	const char *noun;
	struct keyword subject;
	const struct keyword *keywords;
	const char *(*check)(const void *object, int *attr);
};

#define SELECTION_SIZE 320
#define STATEMENT_SIZE 1024

const char *statement_parse(const struct grammar *grammar, void *object,
			    const struct word *words, int count, int *at);
const char *statement_ranges(const struct grammar *grammar, const void *object, int *attr);
int statement_find(const struct grammar *grammar, const struct word *words, int count, int attr);
const char *statement_format(char buf[STATEMENT_SIZE], const struct grammar *grammar,
			     const void *object);
const char *range_format(char buf[2 * TIME_SIZE + 8], const struct keyword *keyword);

/* grammar.c */

/**
 * struct policy - a policy as written, sent or shown
 * @given: bit (1ull << SYNCOPATE_A_POLICY_...) for each member that has a value
 */
struct policy {
	uint64_t given;
	char name[SYNCOPATE_NAME_LEN];
	uint32_t position;
	struct prefix dst;
	struct prefix src;
	struct ports dport;
	char iif[INTERFACE_SIZE];
	struct mark mark;
	uint8_t proto;
	uint32_t on;
	uint32_t timing;
	uint32_t retries;
	uint64_t interval;
	uint64_t floor;
	uint64_t ceiling;
	uint64_t deadline;
	uint64_t linger;
	uint32_t confidence;
	uint32_t breaker;
	uint64_t probe;
	struct shard shard;
	uint64_t offset;
	char comment[SYNCOPATE_COMMENT_LEN];
	uint32_t require;
	uint64_t matched;
	uint64_t answered;
	uint64_t retransmitted;
	uint64_t gave_up;
	uint64_t shut;
	uint64_t last_used;
};

/**
 * struct dest - a profile as written, sent or shown
 * @given: bit (1ull << SYNCOPATE_A_DEST_...) for each member that has a value;
 *	SYNCOPATE_A_DEST_ADDR stands for all of @where
 */
struct dest {
	uint64_t given;
	struct endpoint where;
	uint64_t rtt;
	uint32_t loss;
	char comment[SYNCOPATE_COMMENT_LEN];
};

/**
 * struct limit - limits as written or sent
 * @given: bit (1ull << SYNCOPATE_A_STATUS_...) for each member that has a value
 */
struct limit {
	uint64_t given;
	uint32_t flows;
	uint32_t learned;
	uint32_t repeats;
};

extern const struct grammar policy_grammar;
extern const struct grammar dest_grammar;
extern const struct grammar limit_grammar;

const char *selection_format(char buf[SELECTION_SIZE], const struct policy *policy);

static inline bool policy_has(const struct policy *policy, int attr)
{
	return policy->given & (1ull << attr);
}

#endif /* SYNCOPATE_TOOL_STATEMENT_H */
