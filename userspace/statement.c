// SPDX-License-Identifier: GPL-2.0
/*
 * Statements, read and written by the tables of their grammar. What is written
 * here is what is read here.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "syncopate.h"

/* The bits of what has a value are what an object begins with. */
static uint64_t *given_in(void *object)
{
	return object;
}

static bool is_given(const void *object, int attr)
{
	return *(const uint64_t *)object & (1ull << attr);
}

static const struct keyword *find_keyword(const struct grammar *grammar, const struct word *word)
{
	const struct keyword *keyword;

	if (word->quoted)
		return NULL;
	for (keyword = grammar->keywords; keyword->word; keyword++) {
		if (!strcmp(keyword->word, word->text))
			return keyword;
	}
	return NULL;
}

/* Help is asked for by this word, so that it is no name. */
static bool is_help(const struct word *word)
{
	return !word->quoted && !strcmp(word->text, "help");
}

/* Does the statement begin with a subject? */
static bool has_subject(const struct grammar *grammar, const struct word *words, int count)
{
	return grammar->subject.value && count && !find_keyword(grammar, words) &&
	       !is_help(words);
}

static const char *read_value(const struct keyword *keyword, void *object, const struct word *word)
{
	struct prefix prefix;

	/* A forgotten dst or src would make a policy that selects everything. */
	if (keyword->kind == KIND_NAME && !word->quoted && !prefix_parse(word->text, &prefix))
		return wrong("'%s' is a prefix; write dst or src before it", word->text);
	*given_in(object) |= 1ull << keyword->attr;
	return value_parse(keyword->kind, word->text, (char *)object + keyword->offset);
}

static const char *check_whole(const struct grammar *grammar, const void *object,
			       const struct word *words, int count, int *at)
{
	const struct keyword *keyword;
	const char *why;
	int attr;

	*at = -1;
	if (grammar->subject.required && !is_given(object, grammar->subject.attr))
		return wrong("the %s is missing", grammar->subject.value);
	for (keyword = grammar->keywords; keyword->word; keyword++) {
		if (keyword->required && !is_given(object, keyword->attr))
			return wrong("%s is missing", keyword->word);
	}
	why = grammar->check ? grammar->check(object, &attr) : NULL;
	if (why)
		*at = statement_find(grammar, words, count, attr);
	return why;
}

/**
 * statement_parse() - read a statement
 * @grammar: what it may say
 * @object: the result, zeroed before
 * @words: its words, after the noun
 * @count: how many
 * @at: the word that is wrong, -1 for the noun
 *
 * Ranges are left to the kernel, which knows them and says them.
 *
 * Return: NULL, or what is wrong with it
 */
const char *statement_parse(const struct grammar *grammar, void *object,
			    const struct word *words, int count, int *at)
{
	const struct keyword *keyword;
	const char *why;
	int i = 0;

	*at = 0;
	if (has_subject(grammar, words, count)) {
		why = read_value(&grammar->subject, object, &words[i++]);
		if (why)
			return why;
	}
	for (; i < count; i++) {
		*at = i;
		keyword = find_keyword(grammar, &words[i]);
		if (!keyword)
			return wrong("unknown word '%.60s'", words[i].text);
		if (is_given(object, keyword->attr))
			return wrong("%s is given twice", keyword->word);
		if (keyword->value && i + 1 == count)
			return wrong("%s needs a value", keyword->word);
		if (keyword->value)
			*at = ++i;
		why = read_value(keyword, object, &words[i]);
		if (why)
			return wrong("%s: %s", keyword->word, why);
	}
	return check_whole(grammar, object, words, count, at);
}

/**
 * statement_find() - find the word that gave an attribute
 * @grammar: of the statement
 * @words: its words, after the noun
 * @count: how many
 * @attr: the attribute
 *
 * Return: the number of the word, -1 if there is none
 */
int statement_find(const struct grammar *grammar, const struct word *words, int count, int attr)
{
	const struct keyword *keyword;
	int i = 0;

	if (has_subject(grammar, words, count)) {
		if (grammar->subject.attr == attr)
			return 0;
		i = 1;
	}
	for (; i < count; i++) {
		keyword = find_keyword(grammar, &words[i]);
		if (!keyword)
			return -1;
		if (keyword->value)
			i++;
		if (keyword->attr == attr)
			return i;
	}
	return -1;
}

static void number_format(char buf[TIME_SIZE], enum kind kind, uint64_t number)
{
	char value[VALUE_SIZE];
	uint32_t narrow = number;

	value_format(value, kind, kind == KIND_TIME ? (void *)&number : (void *)&narrow);
	snprintf(buf, TIME_SIZE, "%.*s", TIME_SIZE - 1, value);
}

/**
 * range_format() - write the range of a number or time
 * @buf: room for it
 * @keyword: what it is, with a range
 *
 * Return: @buf with LEAST to GREATEST
 */
const char *range_format(char buf[2 * TIME_SIZE + 8], const struct keyword *keyword)
{
	char min[TIME_SIZE], max[TIME_SIZE];

	number_format(min, keyword->kind, keyword->min);
	number_format(max, keyword->kind, keyword->max);
	snprintf(buf, 2 * TIME_SIZE + 8, "%s to %s", min, max);
	return buf;
}

/**
 * statement_ranges() - check numbers and times against the kernel's ranges
 * @grammar: of the statement
 * @object: what was read
 * @attr: the attribute that is wrong
 *
 * Return: NULL, or what is wrong with it
 */
const char *statement_ranges(const struct grammar *grammar, const void *object, int *attr)
{
	const struct keyword *keyword;
	char range[2 * TIME_SIZE + 8];

	for (keyword = grammar->keywords; keyword->word; keyword++) {
		const char *member = (const char *)object + keyword->offset;
		uint64_t value;

		if (!keyword->max || !is_given(object, keyword->attr))
			continue;
		value = keyword->kind == KIND_TIME ? *(const uint64_t *)member :
						     *(const uint32_t *)member;
		*attr = keyword->attr;
		if (value < keyword->min || value > keyword->max)
			return wrong("%s must be %s", keyword->word, range_format(range, keyword));
	}
	return NULL;
}

/* Appends to a text that is known to have room; a cut one is still a text. */
__attribute__((format(printf, 3, 4)))
static void append(char *buf, size_t size, const char *format, ...)
{
	size_t len = strlen(buf);
	va_list args;

	va_start(args, format);
	vsnprintf(buf + len, size - len, format, args);
	va_end(args);
}

/* A name that could be taken for something else is quoted. */
static void append_subject(char buf[STATEMENT_SIZE], const struct grammar *grammar,
			   const void *object)
{
	char value[VALUE_SIZE], quoted[QUOTED_SIZE];
	struct prefix prefix;
	struct word word;

	value_format(value, grammar->subject.kind, (const char *)object + grammar->subject.offset);
	word = (struct word){ .text = value };
	if (grammar->subject.kind == KIND_NAME &&
	    (find_keyword(grammar, &word) || is_help(&word) || !prefix_parse(value, &prefix)))
		word.text = text_quote(quoted, value);
	append(buf, STATEMENT_SIZE, " %s", word.text);
}

static bool is_written(const struct keyword *keyword, const void *object)
{
	const char *member = (const char *)object + keyword->offset;

	if (keyword->command || !is_given(object, keyword->attr))
		return false;
	/* What holds without a word needs none. */
	if (keyword->kind == KIND_TIMING)
		return *(const uint32_t *)member != SYNCOPATE_TIMING_FIXED;
	if (keyword->kind == KIND_ON)
		return *(const uint32_t *)member != SYNCOPATE_ON_FORWARD;
	if (keyword->kind == KIND_REQUIRE)
		return *(const uint32_t *)member != SYNCOPATE_REQUIRE_AUTO;
	return true;
}

/**
 * statement_format() - write a statement
 * @buf: room for it
 * @grammar: what it may say
 * @object: what to write
 *
 * Return: @buf with a line of a file
 */
const char *statement_format(char buf[STATEMENT_SIZE], const struct grammar *grammar,
			     const void *object)
{
	const struct keyword *keyword;
	char value[VALUE_SIZE];

	snprintf(buf, STATEMENT_SIZE, "%s", grammar->noun);
	if (grammar->subject.value && is_given(object, grammar->subject.attr))
		append_subject(buf, grammar, object);
	for (keyword = grammar->keywords; keyword->word; keyword++) {
		if (!is_written(keyword, object))
			continue;
		append(buf, STATEMENT_SIZE, " %s", keyword->word);
		if (keyword->value)
			append(buf, STATEMENT_SIZE, " %s",
			       value_format(value, keyword->kind,
					    (const char *)object + keyword->offset));
	}
	return buf;
}
