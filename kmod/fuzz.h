/* SPDX-License-Identifier: GPL-2.0 */
/* A target of libFuzzer: it ends by a signal where something does not hold. */
#ifndef SYNCOPATE_FUZZ_H
#define SYNCOPATE_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

__attribute__((format(printf, 2, 3)))
static void must(bool holds, const char *fmt, ...)
{
	__builtin_va_list args;

	if (holds)
		return;
	fputs("does not hold: ", stderr);
	__builtin_va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	__builtin_va_end(args);
	fputc('\n', stderr);
	abort();
}

#endif /* SYNCOPATE_FUZZ_H */
