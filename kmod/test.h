/* SPDX-License-Identifier: GPL-2.0 */
/* A test in user space: TAP, and an exit status. */
#ifndef SYNCOPATE_TEST_H
#define SYNCOPATE_TEST_H

#include <stdio.h>

static unsigned int test_count, test_failed;

__attribute__((format(printf, 2, 3)))
static void check(int good, const char *fmt, ...)
{
	__builtin_va_list args;

	printf("%sok %u - ", good ? "" : "not ", ++test_count);
	__builtin_va_start(args, fmt);
	vprintf(fmt, args);
	__builtin_va_end(args);
	putchar('\n');
	test_failed += !good;
}

static int check_done(void)
{
	printf("1..%u\n", test_count);
	return !!test_failed;
}

#endif /* SYNCOPATE_TEST_H */
