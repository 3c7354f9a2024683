// SPDX-License-Identifier: GPL-2.0
/* What goes to stderr, and JSON. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "syncopate.h"

static void (*before_complaint)(void);

/**
 * complain_after() - what to do before anything goes to stderr
 * @fn: does it, or NULL for nothing
 */
void complain_after(void (*fn)(void))
{
	before_complaint = fn;
}

/* Exactly one line, whatever words it quotes. */
static void complain(const char *format, va_list args)
{
	char text[512], line[512];

	if (before_complaint)
		before_complaint();
	vsnprintf(text, sizeof(text), format, args);
	printable(line, sizeof(line), text);
	fprintf(stderr, "syncopate: %s\n", line);
}

/**
 * fail() - say what failed and why
 * @format: as of printf()
 *
 * Return: exit status
 */
int fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(format, args);
	va_end(args);
	return FAILED;
}

/**
 * usage() - say what is wrong with the command line and where to read on
 * @ctx: run of the tool, as far as its command is known
 * @format: as of printf()
 *
 * Return: exit status
 */
int usage(const struct ctx *ctx, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(format, args);
	va_end(args);
	fprintf(stderr, "see: syncopate%s%s%s%s -h\n",
		ctx->noun ? " " : "", ctx->noun ? ctx->noun->name : "",
		ctx->verb && *ctx->verb->name ? " " : "", ctx->verb ? ctx->verb->name : "");
	return WRONG_USAGE;
}

/**
 * no_words() - refuse what follows a verb that takes nothing more
 * @ctx: run of the tool
 * @argc: how many words follow
 * @argv: the words
 *
 * Return: exit status
 */
int no_words(const struct ctx *ctx, int argc, char **argv)
{
	if (!argc)
		return DONE;
	if (argv[0][0] == '-' && argv[0][1] != '-')
		return usage(ctx, "unknown word '%.60s'; options stand before the command",
			     argv[0]);
	return usage(ctx, "unknown word '%.60s'", argv[0]);
}

/**
 * printable() - copy a text that others chose
 * @buf: where it goes, cut if it does not fit
 * @size: room there
 * @text: the text; what could steer a terminal or break JSON becomes '?'
 */
void printable(char *buf, size_t size, const char *text)
{
	size_t i;

	for (i = 0; i + 1 < size && text[i]; i++)
		buf[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	buf[i] = '\0';
}

/**
 * output_error() - has writing to stdout failed?
 *
 * To be asked soon after writing, while errno still tells why.
 *
 * Return: 0 or a negative errno
 */
int output_error(void)
{
	if (!ferror(stdout))
		return 0;
	return errno ? -errno : -EIO;
}

/* Rates need no more digits. */
#define JSON_FLAGS JSON_REAL_PRECISION(10)

static bool pretty;

/**
 * json_pretty() - from now on print JSON for people, in many lines
 */
void json_pretty(void)
{
	pretty = true;
}

/* Strings have no line breaks in JSON: each one begins a line. */
static int put_indented(const char *text, size_t size, void *data)
{
	size_t i;

	(void)data;
	for (i = 0; i < size; i++) {
		putchar(text[i]);
		if (text[i] == '\n')
			fputs("  ", stdout);
	}
	return 0;
}

/**
 * json_put() - print an object on a line
 * @object: the object, given away
 */
void json_put(json_t *object)
{
	json_dumpf(object, stdout, JSON_FLAGS | (pretty ? JSON_INDENT(2) : 0));
	putchar('\n');
	json_decref(object);
}

/* In one piece if it is short: json_dumpf() writes each word and each comma. */
static void put_whole(const json_t *object)
{
	char text[2048];
	size_t len = json_dumpb(object, text, sizeof(text), JSON_FLAGS);

	if (len <= sizeof(text))
		fwrite(text, 1, len, stdout);
	else
		json_dumpf(object, stdout, JSON_FLAGS);
}

/**
 * json_list_put() - print an object of a list, which may be too long for memory
 * @any: whether one was printed before
 * @object: the object, given away
 */
void json_list_put(bool *any, json_t *object)
{
	if (pretty) {
		fputs(*any ? ",\n  " : "[\n  ", stdout);
		json_dump_callback(object, put_indented, NULL, JSON_FLAGS | JSON_INDENT(2));
	} else {
		fputs(*any ? ",\n " : "[", stdout);
		put_whole(object);
	}
	json_decref(object);
	*any = true;
}

/**
 * json_list_end() - end a list
 * @any: whether one was printed
 */
void json_list_end(bool any)
{
	puts(!any ? "[]" : pretty ? "\n]" : "]");
}
