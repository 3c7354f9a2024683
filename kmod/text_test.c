// SPDX-License-Identifier: GPL-2.0
/* Tests of text.c. */
#include <stdlib.h>

#include "test.h"
#include "text.h"

/* A copy of its own, so that a look behind its end is noticed. */
static bool plain(const char *text)
{
	char *copy = strdup(text);
	bool is = text_is_plain(copy);

	free(copy);
	return is;
}

/* The UTF-8 of @code in @len bytes, be it too many. */
static void encode(char text[5], u32 code, unsigned int len)
{
	static const u8 first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	unsigned int i;

	memset(text, 0, 5);
	for (i = len - 1; i; i--, code >>= 6)
		text[i] = 0x80 | (code & 0x3f);
	text[0] = first[len] | code;
}

/* Each code in each length: good in the shortest that it fits into, if it is one. */
static unsigned int wrong_codes(void)
{
	static const u32 end[] = { 0, 0x80, 0x800, 0x10000, 0x200000 };
	unsigned int len, wrong = 0;
	char text[5];
	bool good;
	u32 code;

	for (len = 1; len <= 4; len++) {
		for (code = 1; code < end[len]; code++) {
			encode(text, code, len);
			good = code >= end[len - 1] && code >= ' ' &&
			       (code < 0x7f || code > 0x9f) &&
			       (code < 0xd800 || code > 0xdfff) && code <= 0x10ffff;
			wrong += text_is_plain(text) != good;
		}
	}
	return wrong;
}

/* Each first byte with too few others, and each byte where none begins. */
static unsigned int wrong_bytes(void)
{
	unsigned int i, wrong = 0;
	char text[8];

	for (i = 0x80; i < 0x100; i++) {
		snprintf(text, sizeof(text), "%c", i);
		wrong += plain(text);
		snprintf(text, sizeof(text), "%cz", i);
		wrong += plain(text);
		snprintf(text, sizeof(text), "a%c\xc3\xa4", i);
		wrong += plain(text);
		if (i >= 0xe0) {
			snprintf(text, sizeof(text), "%c\xa0", i);
			wrong += plain(text);
		}
	}
	return wrong;
}

int main(void)
{
	check(plain(""), "nothing");
	check(plain("of all the others, 10% \"quoted\" \\ ~"), "ASCII");
	check(plain("Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80"), "characters of 1 to 4 bytes");
	check(!plain("a\tb") && !plain("\n") && !plain("a\x1b[m") && !plain("\x7f"), "controls");
	check(!plain("a\xc2\x9b" "31m") && !plain("\xc2\x80"), "controls of the second set");
	check(plain("\xc2\xa0"), "which ends there");
	check(!wrong_codes(), "each character, and whatever is none");
	check(!wrong_bytes(), "bytes that are no character");
	return check_done();
}
