/* SPDX-License-Identifier: GPL-2.0 */
/* For the unit tests: results in the Test Anything Protocol. */
#ifndef SYNCOPATE_TOOL_TAP_H
#define SYNCOPATE_TOOL_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_count;
static int tap_failed;

__attribute__((format(printf, 2, 3)))
static void ok(bool passed, const char *format, ...)
{
	va_list args;

	tap_count++;
	tap_failed += !passed;
	printf("%s %d - ", passed ? "ok" : "not ok", tap_count);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

/* The plan stands at the end. Returns the exit status of the test. */
static int tap_end(void)
{
	printf("1..%d\n", tap_count);
	return !!tap_failed;
}

#endif /* SYNCOPATE_TOOL_TAP_H */
