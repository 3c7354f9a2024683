// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <string.h>

#include "syncopate.h"
#include "tap.h"

static void reads(const char *word, uint64_t expected)
{
	uint64_t ns = 0;
	const char *why = time_parse(word, &ns);

	ok(!why && ns == expected, "'%s' is %" PRIu64 " ns (%s, %" PRIu64 ")", word, expected,
	   why ? why : "read", ns);
}

static void refuses(const char *word, const char *reason)
{
	uint64_t ns = 4711;
	const char *why = time_parse(word, &ns);

	ok(why && strstr(why, reason) && ns == 4711, "'%s' is refused: %s", word,
	   why ? why : "not at all");
}

/* The other way, and back. */
static void writes(uint64_t ns, const char *expected)
{
	char form[TIME_SIZE];
	uint64_t back = !ns;

	time_format(form, ns);
	ok(!strcmp(form, expected) && !time_parse(form, &back) && back == ns,
	   "%" PRIu64 " ns is written %s (%s, read back as %" PRIu64 ")", ns, expected, form, back);
}

/* Whatever is written is read back, for times of all sizes and many endings. */
static void round_trips(void)
{
	uint64_t size, step, ns, back;
	char form[TIME_SIZE];
	int failed = 0;

	for (size = 1; size; size <<= 1) {
		for (step = 1; step <= 10000000000000000000u / 10; step *= 10) {
			ns = size - size % step;
			back = !ns;
			if (time_parse(time_format(form, ns), &back) || back != ns)
				failed++;
			back = ns;
			if (time_parse(time_format(form, ns - 1), &back) || back != ns - 1)
				failed++;
		}
	}
	ok(!failed, "what is written is read back, %d times not", failed);
}

static void rounds(uint64_t ns, const char *expected)
{
	char form[TIME_SIZE];

	time_format(form, time_round_ms(ns));
	ok(!strcmp(form, expected), "%" PRIu64 " ns is about %s (%s)", ns, expected, form);
}

static void shortens(uint64_t ns, const char *expected)
{
	char form[TIME_SIZE];

	time_format_short(form, ns);
	ok(!strcmp(form, expected), "%" PRIu64 " ns is %s for short (%s)", ns, expected, form);
}

int main(void)
{
	reads("500ms", 500000000);
	reads("1.5s", 1500000000);
	reads("750us", 750000);
	reads("1ns", 1);
	reads("2m", 120000000000);
	reads("0s", 0);
	reads("0ns", 0);
	reads("0.0s", 0);
	reads("007ms", 7000000);
	reads("00000000000000000000000000000001s", 1000000000);
	reads("0.000000001s", 1);
	reads("1.000000001s", 1000000001);
	reads("0.1000000000000000000000000000000s", 100000000);
	reads("1.0ns", 1);
	reads("1.5m", 90000000000);
	reads("0.1m", 6000000000);
	reads("0.00000000005m", 3);
	reads("0.0000000005m", 30);
	reads("18446744073709551615ns", UINT64_MAX);
	reads("18446744073.709551615s", UINT64_MAX);
	reads("18446744073709551.615us", UINT64_MAX);
	reads("307445734m", 18446744040000000000u);

	refuses("", "is no time");
	refuses("500", "500 has no unit");
	refuses("0", "has no unit");
	refuses("1.5", "has no unit");
	refuses("ms", "is no time");
	refuses(".5s", "is no time");
	refuses("1.s", "is no time");
	refuses("1.", "is no time");
	refuses(".", "is no time");
	refuses("-1s", "is no time");
	refuses("+1s", "is no time");
	refuses(" 1s", "is no time");
	refuses("forever", "is no time");
	refuses("1s ", "'s ' is no unit");
	refuses("1 s", "is no unit");
	refuses("1h", "'h' is no unit");
	refuses("1S", "is no unit");
	refuses("1sec", "is no unit");
	refuses("1msec", "is no unit");
	refuses("1e3ms", "is no unit");
	refuses("0x10ms", "is no unit");
	refuses("1,5s", "is no unit");
	refuses("1.5.5s", "is no unit");
	refuses("1s2ms", "is no unit");
	refuses("1.-5s", "is no time");
	refuses("1.5ns", "finer than a nanosecond");
	refuses("0.1ns", "finer than a nanosecond");
	refuses("1.0000000001s", "finer than a nanosecond");
	refuses("0.00000000001m", "finer than a nanosecond");
	refuses("0.000000000005m", "finer than a nanosecond");
	refuses("0.3333333333333333333333333333333m", "finer than a nanosecond");
	refuses("18446744073709551616ns", "too long");
	refuses("18446744073.709551616s", "too long");
	refuses("307445735m", "too long");
	refuses("99999999999999999999999999s", "too long");
	refuses("18446744073709551616m", "too long");

	writes(0, "0s");
	writes(1, "1ns");
	writes(999, "999ns");
	writes(1000, "1us");
	writes(1500, "1.5us");
	writes(750000, "750us");
	writes(500000000, "500ms");
	writes(312500000, "312.5ms");
	writes(1188000000, "1.188s");
	writes(1500000000, "1.5s");
	writes(2000000000, "2s");
	writes(1000000001, "1.000000001s");
	writes(10000000, "10ms");
	writes(59999000000, "59.999s");
	writes(60000000000, "1m");
	writes(61000000000, "61s");
	writes(66600000000, "66.6s");
	writes(90000000000, "90s");
	writes(120000000000, "2m");
	writes(1020000000000, "17m");
	writes(UINT64_MAX, "18446744073.709551615s");
	round_trips();

	rounds(0, "0s");
	rounds(499999, "0s");
	rounds(500000, "1ms");
	rounds(312499999, "312ms");
	rounds(1187500000, "1.188s");
	rounds(3200000001, "3.2s");
	rounds(999999999, "1s");

	shortens(999, "0us");
	shortens(999999, "999us");
	shortens(1000000, "1.0ms");
	shortens(10600000, "11ms");
	shortens(1500000000, "1.5s");
	shortens(UINT64_C(119) * 1000000000, "1m");
	shortens(UINT64_C(7200) * 1000000000, "2h");
	shortens(UINT64_C(48) * 3600 * 1000000000, "2d");

	return tap_end();
}
