// SPDX-License-Identifier: GPL-2.0
/*
 * Times as the user writes them: a number with a unit. They are exact to the
 * nanosecond both ways, so that what is printed can be fed back.
 */
#include <inttypes.h>
#include <string.h>

#include "syncopate.h"

/*
 * A unit is @factor x 10^@power nanoseconds. Kept apart so that a decimal
 * fraction is exact without arithmetic wider than 64 bits.
 */
static const struct unit {
	const char *name;
	uint64_t factor;
	int power;
} units[] = {
	{ "m", 6, 10 },
	{ "s", 1, 9 },
	{ "ms", 1, 6 },
	{ "us", 1, 3 },
	{ "ns", 1, 0 },
};

/* No fraction with more digits than this, zeros at its end apart, is whole nanoseconds. */
#define DIGITS_MAX 11

static uint64_t power_of_ten(int exponent)
{
	uint64_t value = 1;

	while (exponent-- > 0)
		value *= 10;
	return value;
}

/* A fraction of a unit in nanoseconds. Returns whether it is whole ones. */
static bool fraction_value(const char *digits, size_t count, const struct unit *unit,
			   uint64_t *ns)
{
	uint64_t value, divisor;

	while (count && digits[count - 1] == '0')
		count--;
	if (count > DIGITS_MAX || !digits_value(digits, count, &value))
		return false;

	value *= unit->factor;
	if (count <= (size_t)unit->power) {
		*ns = value * power_of_ten(unit->power - count);
		return true;
	}
	divisor = power_of_ten(count - unit->power);
	*ns = value / divisor;
	return value % divisor == 0;
}

static const struct unit *find_unit(const char *name)
{
	const struct unit *unit;

	for (unit = units; unit < units + ARRAY_SIZE(units); unit++) {
		if (!strcmp(unit->name, name))
			return unit;
	}
	return NULL;
}

/**
 * time_parse() - read a time
 * @word: what the user wrote, as 500ms or 1.5s
 * @ns: the result in nanoseconds
 *
 * Return: NULL, or what is wrong with it
 */
const char *time_parse(const char *word, uint64_t *ns)
{
	size_t whole = digits_count(word);
	const char *name = word + whole;
	const char *fraction = name;
	const struct unit *unit;
	uint64_t value, rest;
	size_t count = 0;

	if (*name == '.') {
		fraction = name + 1;
		count = digits_count(fraction);
		name = fraction + count;
	}
	if (!whole || (fraction > word + whole && !count))
		return wrong("'%.60s' is no time; write it like 500ms, 1.5s or 750us", word);
	if (!*name)
		return wrong("%.60s has no unit; write it like 500ms, 1.5s or 750us", word);
	unit = find_unit(name);
	if (!unit)
		return wrong("'%.60s' is no unit of time; there are ns, us, ms, s and m", name);
	if (!fraction_value(fraction, count, unit, &rest))
		return wrong("%.60s is finer than a nanosecond", word);
	if (!digits_value(word, whole, &value) ||
	    __builtin_mul_overflow(value, unit->factor * power_of_ten(unit->power), &value) ||
	    __builtin_add_overflow(value, rest, &value))
		return wrong("%.60s is too long a time", word);
	*ns = value;
	return NULL;
}

/**
 * struct form - how a time is written in a unit
 * @unit: the unit
 * @whole: so many of them
 * @fraction: and this behind a point, if it has digits
 * @count: how many digits that are
 * @len: length of all
 */
struct form {
	const struct unit *unit;
	uint64_t whole;
	uint64_t fraction;
	int count;
	size_t len;
};

/* @ns in @unit, exact. Minutes only if whole: 66.6s says more than 1.11m. */
static bool form_in(struct form *form, uint64_t ns, const struct unit *unit)
{
	uint64_t size = unit->factor * power_of_ten(unit->power);
	uint64_t rest = ns % size;
	int count = rest ? unit->power : 0;

	if (ns < size || (rest && unit->factor != 1))
		return false;
	while (count && rest % 10 == 0) {
		rest /= 10;
		count--;
	}
	form->unit = unit;
	form->whole = ns / size;
	form->fraction = rest;
	form->count = count;
	form->len = digits_needed(form->whole) + (count ? 1 + count : 0) + strlen(unit->name);
	return true;
}

/**
 * time_format() - write a time
 * @buf: room for it
 * @ns: nanoseconds
 *
 * Lists have millions of them, so it is not tried out by printf() which form is shortest.
 *
 * Return: @buf with the shortest form that time_parse() reads back as @ns,
 *	one or more of the unit, and the larger unit of two equally short ones
 */
const char *time_format(char buf[TIME_SIZE], uint64_t ns)
{
	struct form best = { .len = SIZE_MAX }, form;
	const struct unit *unit;
	char *at;

	for (unit = units; unit < units + ARRAY_SIZE(units); unit++) {
		if (!form_in(&form, ns, unit))
			continue;
		if (form.len < best.len)
			best = form;
		/* Whole ones are longer in any smaller unit. */
		if (!form.count)
			break;
	}
	if (!best.unit)
		return strcpy(buf, "0s");
	at = digits_put(buf, best.whole, 1);
	if (best.count) {
		*at++ = '.';
		at = digits_put(at, best.fraction, best.count);
	}
	strcpy(at, best.unit->name);
	return buf;
}

/**
 * time_round_ms() - round for a reader who only looks
 * @ns: nanoseconds
 *
 * Return: the nearest whole millisecond, in nanoseconds
 */
uint64_t time_round_ms(uint64_t ns)
{
	return (ns / 1000000 + (ns % 1000000 >= 500000)) * 1000000;
}

/**
 * time_format_short() - write a time as a reader who only looks needs it
 * @buf: room for it
 * @ns: the time
 *
 * Return: @buf
 */
const char *time_format_short(char buf[TIME_SIZE], uint64_t ns)
{
	const uint64_t second = UINT64_C(1000000000);

	if (ns < 1000000)
		snprintf(buf, TIME_SIZE, "%" PRIu64 "us", ns / 1000);
	else if (ns < 10 * UINT64_C(1000000))
		snprintf(buf, TIME_SIZE, "%.1fms", (double)ns / 1000000);
	else if (ns < second)
		return time_format(buf, time_round_ms(ns));
	else if (ns < 60 * second)
		snprintf(buf, TIME_SIZE, "%.1fs", (double)ns / second);
	else if (ns < 60 * 60 * second)
		snprintf(buf, TIME_SIZE, "%" PRIu64 "m", ns / (60 * second));
	else if (ns < 48 * 60 * 60 * second)
		snprintf(buf, TIME_SIZE, "%" PRIu64 "h", ns / (60 * 60 * second));
	else
		snprintf(buf, TIME_SIZE, "%" PRIu64 "d", ns / (24 * 60 * 60 * second));
	return buf;
}
