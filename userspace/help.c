// SPDX-License-Identifier: GPL-2.0
/* Help, made of the tables that commands are found in. */
#include <string.h>

#include "syncopate.h"

#define COLUMNS 80

/* Prints words behind a space, in a new line if they do not fit. Returns the column. */
static int put_words(const char *words, int column, int indent)
{
	if (column + 1 + (int)strlen(words) > COLUMNS)
		column = printf("\n%*s", indent, "") - 1;
	return column + printf(" %s", words);
}

/* What may follow by the grammar, where a verb does not say it itself. */
static void put_grammar(const struct verb *verb, int column, int indent)
{
	const struct keyword *keyword = &verb->grammar->subject;
	char words[80];

	if (keyword->value && !verb->args) {
		snprintf(words, sizeof(words), keyword->required ? "%s" : "[%s]", keyword->value);
		column = put_words(words, column, indent);
	}
	for (keyword = verb->grammar->keywords; keyword->word; keyword++) {
		snprintf(words, sizeof(words), keyword->required ? "%s%s%s" : "[%s%s%s]",
			 keyword->word, keyword->value ? " " : "",
			 keyword->value ? keyword->value : "");
		column = put_words(words, column, indent);
	}
}

/* The synopsis of a verb; the lines of its arguments stand below each other. */
static void print_synopsis(const struct noun *noun, const struct verb *verb)
{
	const char *args = verb->args ? verb->args : "";
	bool is_default = *verb->name && verb == noun->verbs;
	/* Only options may follow where the verb is left out. */
	bool nested = is_default && *args && strncmp(args, "[-", 2);
	int column, indent;

	column = printf("syncopate %s", noun->name);
	if (*verb->name)
		column += printf(is_default ? " [%s%s" : " %s", verb->name, nested ? "" : "]");
	indent = column;
	while (*args) {
		int len = strcspn(args, "\n");

		column = indent + printf(" %.*s", len, args);
		args += len;
		if (*args++ != '\n')
			break;
		printf("\n%*s", indent, "");
	}
	if (verb->grammar)
		put_grammar(verb, column, indent);
	puts(nested ? "]" : "");
}

/* Prints a text word by word, broken to lines. */
static void put_text(const char *text, int column, int indent)
{
	char word[80];

	while (*text) {
		int len = strcspn(text, " ");

		snprintf(word, sizeof(word), "%.*s", len, text);
		column = put_words(word, column, indent);
		text += len;
		text += strspn(text, " ");
	}
	putchar('\n');
}

static int left_width(const struct keyword *keyword)
{
	return (keyword->word ? strlen(keyword->word) : 0) +
	       (keyword->word && keyword->value ? 1 : 0) +
	       (keyword->value ? strlen(keyword->value) : 0);
}

/* One word of a statement and what it means, in columns. */
static void explain_word(const struct keyword *keyword, int width)
{
	char range[2 * TIME_SIZE + 8] = "";
	char text[320];

	if (keyword->max)
		range_format(range, keyword);
	snprintf(text, sizeof(text), "%s%s%s%s%s%s", keyword->doc, *range ? ", " : "", range,
		 keyword->otherwise ? " [" : "", keyword->otherwise ? keyword->otherwise : "",
		 keyword->otherwise ? "]" : "");
	printf("  %s%s%s%*s", keyword->word ? keyword->word : "",
	       keyword->word && keyword->value ? " " : "",
	       keyword->value ? keyword->value : "", width - left_width(keyword) + 1, "");
	put_text(text, width + 3, width + 3);
}

static void explain_words(const struct verb *verb)
{
	const struct keyword *subject = verb->args ? NULL : &verb->grammar->subject;
	const struct keyword *keyword;
	bool has_time = false;
	int width = 0;

	if (subject && subject->value)
		width = left_width(subject);
	for (keyword = verb->grammar->keywords; keyword->word; keyword++) {
		width = left_width(keyword) > width ? left_width(keyword) : width;
		has_time |= keyword->kind == KIND_TIME;
	}
	putchar('\n');
	if (subject && subject->value)
		explain_word(subject, width);
	for (keyword = verb->grammar->keywords; keyword->word; keyword++)
		explain_word(keyword, width);
	if (has_time)
		puts("\nA TIME is a number with its unit, ns, us, ms, s or m: 500ms, 1.5s, 750us.");
}

/**
 * help_verb() - all about a verb
 * @noun: its noun
 * @verb: the verb
 */
void help_verb(const struct noun *noun, const struct verb *verb)
{
	print_synopsis(noun, verb);
	printf("    %s\n", verb->brief);
	if (verb->more)
		printf("\n%s", verb->more);
	if (verb->grammar)
		explain_words(verb);
}

/**
 * help_noun() - what can be done with a noun
 * @noun: the noun
 */
void help_noun(const struct noun *noun)
{
	const struct verb *verb = noun->verbs;

	if (!*verb->name) {
		help_verb(noun, verb);
		return;
	}
	for (; verb->name; verb++) {
		print_synopsis(noun, verb);
		printf("    %s\n", verb->brief);
	}
	printf("\nAll about one of them: syncopate %s %s -h\n", noun->name, noun->verbs->name);
}

/**
 * help_all() - all that the tool can do
 * @nouns: its nouns, NULL at the end
 */
void help_all(const struct noun *const *nouns)
{
	const struct verb *verb;

	puts("syncopate - pace the TCP handshakes that this machine forwards or begins\n"
	     "\n"
	     "syncopate [-j | -p] [-n NETNS] [COMMAND]\n"
	     "    without COMMAND: what is going on, on one screen\n"
	     "\n"
	     "  -j        print JSON\n"
	     "  -p        print JSON in many lines, for people\n"
	     "  -n NETNS  work in another network namespace, a name in /run/netns or a path\n"
	     "  -V        print the version\n"
	     "  -h        help, also after a command\n");
	for (; *nouns; nouns++) {
		for (verb = (*nouns)->verbs; verb->name; verb++)
			printf("  %-7s %-7s  %s\n", (*nouns)->name, verb->name, verb->brief);
	}
}
