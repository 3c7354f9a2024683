// SPDX-License-Identifier: GPL-2.0
/* What goes to stderr, a line each, and JSON. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "traffic.h"

static bool on_the_line;

/**
 * progress_wanted() - does somebody watch?
 *
 * Return: whether stderr is a terminal
 */
bool progress_wanted(void)
{
	return isatty(STDERR_FILENO);
}

/**
 * progress() - replace the line that says how far it is
 * @format: as of printf()
 */
void progress(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("\r\033[K", stderr);
	vfprintf(stderr, format, args);
	va_end(args);
	on_the_line = true;
}

/**
 * progress_clear() - take that line away, before something else is printed
 */
void progress_clear(void)
{
	if (on_the_line)
		fputs("\r\033[K", stderr);
	on_the_line = false;
}

static void put_line(const char *format, va_list args)
{
	progress_clear();
	fprintf(stderr, "%s: ", program_invocation_short_name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

/**
 * say() - something that the user should know
 * @format: as of printf()
 */
void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line(format, args);
	va_end(args);
}

/* As declared for the tool. */
int fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line(format, args);
	va_end(args);
	return FAILED;
}

/**
 * wrong_usage() - say what is wrong with the command line
 * @format: as of printf()
 *
 * Return: exit status
 */
int wrong_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line(format, args);
	va_end(args);
	return WRONG_USAGE;
}

/**
 * json_number() - tell a number
 * @object: where
 * @name: what it is
 * @number: the number
 */
void json_number(json_t *object, const char *name, uint64_t number)
{
	json_object_set_new(object, name, json_integer(number));
}

/**
 * json_line() - print an object on a line, for who reads along
 * @object: the object, given away
 */
void json_line(json_t *object)
{
	progress_clear();
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
	json_decref(object);
}

/**
 * output_done() - has all been written?
 *
 * Return: exit status
 */
int output_done(void)
{
	if (fflush(stdout) || ferror(stdout))
		return fail("can not write: %s", strerror(errno));
	return DONE;
}
