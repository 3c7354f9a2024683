// SPDX-License-Identifier: GPL-2.0
/* Words: lines of a file are split into them; what goes back there is quoted. */
#include <string.h>

#include "syncopate.h"

static bool is_control(unsigned char byte)
{
	return byte < ' ' || byte == 0x7f;
}

/* Controls of the second set, U+0080 to U+009F, steer terminals too. */
static bool has_control(const char *text)
{
	for (; *text; text++) {
		if (is_control(*text))
			return true;
		if ((unsigned char)text[0] == 0xc2 && (unsigned char)text[1] >= 0x80 &&
		    (unsigned char)text[1] < 0xa0)
			return true;
	}
	return false;
}

static bool is_utf8(const char *text)
{
	json_t *string = json_string(text);

	json_decref(string);
	return string;
}

/**
 * text_check() - may a comment or the like be this?
 * @text: what the user wrote
 *
 * Return: NULL, or what is wrong with it
 */
const char *text_check(const char *text)
{
	if (!*text)
		return "the text is empty";
	if (strlen(text) >= SYNCOPATE_COMMENT_LEN)
		return wrong("the text is longer than %d bytes", SYNCOPATE_COMMENT_LEN - 1);
	if (!is_utf8(text))
		return "the text is not UTF-8";
	if (has_control(text))
		return "the text has a control character";
	return NULL;
}

/**
 * text_clean() - make a text fit for output that others may have set
 * @text: it; what does not fit becomes '?'
 *
 * Return: whether it was fit before
 */
bool text_clean(char *text)
{
	bool ascii_only = !is_utf8(text) || has_control(text);
	bool clean = true;

	for (; *text; text++) {
		if (is_control(*text) || (ascii_only && (unsigned char)*text > '~')) {
			*text = '?';
			clean = false;
		}
	}
	return clean;
}

/**
 * text_quote() - write a text as a file holds it
 * @buf: room for it
 * @text: it, up to 127 bytes without control characters
 *
 * Return: @buf with what line_split() takes for one quoted word
 */
const char *text_quote(char buf[QUOTED_SIZE], const char *text)
{
	char *to = buf;

	*to++ = '"';
	for (; *text && to < buf + QUOTED_SIZE - 4; text++) {
		if (*text == '"' || *text == '\\')
			*to++ = '\\';
		*to++ = *text;
	}
	*to++ = '"';
	*to = '\0';
	return buf;
}

/* What no line may have, wherever it stands. */
static const char *check_bytes(const char *text, size_t len, unsigned int *column)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (!is_control(text[i]) || text[i] == '\t')
			continue;
		*column = i + 1;
		if (text[i] == '\r' && i + 1 == len)
			return "the line ends with CR LF; it must end with LF alone";
		return wrong("control character 0x%02x", (unsigned char)text[i]);
	}
	return NULL;
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

/* Reads a word in quotes, of which the first is at @at. Returns what comes after, or NULL. */
static const char *take_quoted(const char *at, const char *end, char **to, const char **why)
{
	for (at++; at < end && *at != '"'; at++) {
		if (*at == '\\') {
			at++;
			if (at == end || (*at != '"' && *at != '\\')) {
				*why = "a backslash in quotes stands before \" or \\ only";
				return NULL;
			}
		}
		*(*to)++ = *at;
	}
	if (at == end) {
		*why = "the closing quote is missing";
		return NULL;
	}
	at++;
	if (at < end && !is_blank(*at) && *at != '#') {
		*why = "there must be a space after the closing quote";
		return NULL;
	}
	return at;
}

static const char *take_bare(const char *at, const char *end, char **to, const char **why)
{
	for (; at < end && !is_blank(*at) && *at != '#'; at++) {
		if (*at == '"') {
			*why = "a quote stands at the beginning of a word only";
			return NULL;
		}
		*(*to)++ = *at;
	}
	return at;
}

/**
 * line_split() - split a line into words
 * @line: the result
 * @text: the line, without its newline
 * @len: its length
 * @column: where it is wrong, from 1
 *
 * '#' begins a comment, but in quotes.
 *
 * Return: NULL, or what is wrong with it
 */
const char *line_split(struct line *line, const char *text, size_t len, unsigned int *column)
{
	const char *end = text + len;
	const char *at = text;
	char *to = line->room;
	const char *why;

	line->count = 0;
	*column = 1;
	if (len >= LINE_SIZE)
		return wrong("the line is longer than %d bytes", LINE_SIZE - 1);
	why = check_bytes(text, len, column);
	if (why)
		return why;

	for (;;) {
		struct word *word = &line->word[line->count];

		while (at < end && is_blank(*at))
			at++;
		if (at == end || *at == '#')
			return NULL;
		*column = at - text + 1;
		if (line->count == WORDS_MAX)
			return wrong("the line has more than %d words", WORDS_MAX);
		word->text = to;
		word->column = *column;
		word->quoted = *at == '"';
		at = word->quoted ? take_quoted(at, end, &to, &why) :
				    take_bare(at, end, &to, &why);
		if (!at)
			return why;
		*to++ = '\0';
		line->count++;
	}
}

/**
 * words_take() - take the words of a command line
 * @words: the result
 * @argc: how many there are
 * @argv: the words
 *
 * Return: how many were taken; no statement has more than there is room for
 */
int words_take(struct word words[WORDS_MAX], int argc, char **argv)
{
	int i;

	for (i = 0; i < argc && i < WORDS_MAX; i++)
		words[i] = (struct word){ .text = argv[i] };
	return i;
}
