// SPDX-License-Identifier: GPL-2.0
/*
 * Texts that others choose: what is set must fit into a file again, be JSON, and not
 * steer the terminal of who looks at it.
 *
 * Pure.
 */
#include "text.h"

/* The character at @at, in @code. Return: its bytes, 0 if it is not UTF-8 (RFC 3629). */
static unsigned int character(const u8 *at, u32 *code)
{
	static const u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int len, i;

	if (at[0] < 0x80) {
		*code = at[0];
		return 1;
	}
	if ((at[0] & 0xe0) == 0xc0)
		len = 2;
	else if ((at[0] & 0xf0) == 0xe0)
		len = 3;
	else if ((at[0] & 0xf8) == 0xf0)
		len = 4;
	else
		return 0;

	*code = at[0] & (0x7f >> len);
	for (i = 1; i < len; i++) {
		/* So is the end of the text. */
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (at[i] & 0x3f);
	}
	/* Longer than need be, half of a pair of UTF-16, or beyond the last. */
	if (*code < least[len] || (*code >= 0xd800 && *code < 0xe000) || *code > 0x10ffff)
		return 0;
	return len;
}

/* Of both sets: U+0080 to U+009F steer terminals, too. */
static bool is_control(u32 code)
{
	return code < ' ' || (code >= 0x7f && code < 0xa0);
}

/**
 * text_is_plain - is a text UTF-8 without control characters?
 * @text: it
 */
bool text_is_plain(const char *text)
{
	const u8 *at = (const u8 *)text;
	unsigned int len;
	u32 code;

	for (; *at; at += len) {
		len = character(at, &code);
		if (!len || is_control(code))
			return false;
	}
	return true;
}
