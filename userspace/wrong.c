// SPDX-License-Identifier: GPL-2.0
/* What is wrong with a word that the user wrote. */
#include <stdarg.h>

#include "syncopate.h"

/**
 * wrong() - make the text of what is wrong
 * @format: as of printf()
 *
 * Return: the text, in a buffer that the call after the next reuses, so that
 *	one text may quote another
 */
const char *wrong(const char *format, ...)
{
	static char why[2][320];
	static int turn;
	va_list args;

	turn = !turn;
	va_start(args, format);
	vsnprintf(why[turn], sizeof(why[turn]), format, args);
	va_end(args);
	return why[turn];
}
