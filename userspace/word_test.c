// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "syncopate.h"
#include "tap.h"

static const char *split(struct line *line, const char *text, unsigned int *column)
{
	size_t len = strlen(text);
	char *exact = malloc(len + 1);
	const char *why;

	/* Nothing behind the line may be read. */
	memcpy(exact, text, len);
	why = line_split(line, len ? exact : (free(exact), exact = NULL, ""), len, column);
	free(exact);
	return why;
}

/* Words as "column:word", those in quotes as "column:'word'", each followed by a space. */
static void splits(const char *text, const char *expected)
{
	char form[LINE_SIZE] = "";
	unsigned int column;
	struct line line;
	const char *why;
	int i;

	why = split(&line, text, &column);
	for (i = 0; !why && i < line.count; i++) {
		const char *quote = line.word[i].quoted ? "'" : "";
		size_t len = strlen(form);

		snprintf(form + len, sizeof(form) - len, "%u:%s%s%s ", line.word[i].column, quote,
			 line.word[i].text, quote);
	}
	ok(!why && !strcmp(form, expected), "[%s] has the words %s(%s)", text, expected,
	   why ? why : form);
}

static void refuses(const char *text, unsigned int expected, const char *reason)
{
	unsigned int column = 0;
	struct line line;
	const char *why = split(&line, text, &column);

	ok(why && strstr(why, reason) && column == expected, "[%s] is refused in column %u: %s",
	   text, column, why ? why : "not at all");
}

static void quotes(const char *text, const char *expected)
{
	char quoted[QUOTED_SIZE];
	unsigned int column;
	struct line line;

	text_quote(quoted, text);
	ok(!strcmp(quoted, expected), "%s is quoted %s", text, quoted);
	ok(!split(&line, quoted, &column) && line.count == 1 && line.word[0].quoted &&
	   !strcmp(line.word[0].text, text), "and read back");
}

static void text(const char *what, const char *bytes, const char *reason)
{
	const char *why = text_check(bytes);
	char copy[256];

	ok(reason ? why && strstr(why, reason) : !why, "text, %s: %s", what, why ? why : "good");
	snprintf(copy, sizeof(copy), "%s", bytes);
	if (reason && strcmp(reason, "longer") && strcmp(reason, "empty")) {
		ok(!text_clean(copy) && !text_check(copy), "cleaned it is good: %s", copy);
		ok(strlen(copy) == strlen(bytes), "and as long");
	} else {
		ok(text_clean(copy) && !strcmp(copy, bytes), "it need not be cleaned");
	}
}

static void lengths(void)
{
	char bytes[LINE_SIZE + 1], words[4 * WORDS_MAX];
	unsigned int column;
	struct line line;
	int i;

	memset(bytes, 'x', sizeof(bytes));
	ok(!line_split(&line, bytes, LINE_SIZE - 1, &column) && line.count == 1 &&
	   strlen(line.word[0].text) == LINE_SIZE - 1, "a line of %d bytes", LINE_SIZE - 1);
	ok(line_split(&line, bytes, LINE_SIZE, &column) != NULL, "and no more");
	bytes[SYNCOPATE_COMMENT_LEN - 1] = '\0';
	text("127 bytes", bytes, NULL);
	memset(bytes, '"', SYNCOPATE_COMMENT_LEN - 1);
	quotes(bytes, text_quote((char[QUOTED_SIZE]){ 0 }, bytes));
	memset(bytes, 'x', SYNCOPATE_COMMENT_LEN);
	bytes[SYNCOPATE_COMMENT_LEN] = '\0';
	text("128 bytes", bytes, "longer");

	for (i = 0; i < WORDS_MAX + 1; i++)
		memcpy(words + 2 * i, "w ", 2);
	ok(!line_split(&line, words, 2 * WORDS_MAX, &column) && line.count == WORDS_MAX,
	   "%d words", WORDS_MAX);
	ok(line_split(&line, words, 2 * WORDS_MAX + 2, &column) && column == 2 * WORDS_MAX + 1,
	   "and no more, column %u", column);
}

int main(void)
{
	char *argv[] = { "dst", "10.0.0.0/8" };
	struct word words[WORDS_MAX];
	unsigned int column;
	struct line line;

	splits("", "");
	splits(" \t ", "");
	splits("# policy", "");
	splits("   # policy \"", "");
	splits("policy", "1:policy ");
	splits("  policy\ta  ", "3:policy 10:a ");
	splits("policy a # b", "1:policy 8:a ");
	splits("policy a#b c", "1:policy 8:a ");
	splits("a \"b c\" d", "1:a 3:'b c' 9:d ");
	splits("a \"\" d", "1:a 3:'' 6:d ");
	splits("a \"#\"", "1:a 3:'#' ");
	splits("a \"b\"#c", "1:a 3:'b' ");
	splits("a \"b\"\t#c", "1:a 3:'b' ");
	splits("\"\\\"\\\\\" x", "1:'\"\\' 8:x ");
	splits("a\\b", "1:a\\b ");
	splits("\xc3\xbc b", "1:\xc3\xbc 4:b ");

	refuses("a \"b", 3, "the closing quote is missing");
	refuses("a \"", 3, "the closing quote is missing");
	refuses("a \"b\\\"", 3, "the closing quote is missing");
	refuses("a \"b\\", 3, "a backslash in quotes stands before");
	refuses("a \"b\\n\"", 3, "a backslash in quotes stands before");
	refuses("a \"b\"c", 3, "a space after the closing quote");
	refuses("a \"b\"\"c\"", 3, "a space after the closing quote");
	refuses("a b\"c\"", 3, "at the beginning of a word");
	refuses("a b\r", 4, "ends with CR LF");
	refuses("\r", 1, "ends with CR LF");
	refuses("# a\r", 4, "ends with CR LF");
	refuses("a \rb", 3, "control character 0x0d");
	refuses("a \x1b[m", 3, "control character 0x1b");
	refuses("# \x7f", 3, "control character 0x7f");
	refuses("a \"\x01\"", 4, "control character 0x01");
	ok(line_split(&line, "a\0b", 3, &column) && column == 2, "a zero is a control character");

	quotes("", "\"\"");
	quotes("a b", "\"a b\"");
	quotes("# \" \\", "\"# \\\" \\\\\"");

	text("umlauts", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", NULL);
	text("none", "", "empty");
	text("a tab", "a\tb", "a control character");
	text("an escape", "a\x1b[31m", "a control character");
	text("delete", "a\x7f", "a control character");
	text("a control of the second set", "a\xc2\x9b" "31m", "a control character");
	text("the last of them", "\xc2\x9f", "a control character");
	text("the first behind them", "\xc2\xa0", NULL);
	text("half a letter", "a\xc3", "not UTF-8");
	text("Latin 1", "caf\xe9!", "not UTF-8");
	text("an overlong letter", "\xc0\xaf", "not UTF-8");
	text("a surrogate", "\xed\xa0\x80", "not UTF-8");
	text("beyond Unicode", "\xf4\x90\x80\x80", "not UTF-8");
	lengths();

	ok(words_take(words, 2, argv) == 2 && !strcmp(words[1].text, "10.0.0.0/8") &&
	   !words[1].quoted, "words of a command line");
	return tap_end();
}
