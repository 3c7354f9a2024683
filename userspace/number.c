// SPDX-License-Identifier: GPL-2.0
/* Whole numbers as the user writes them: decimal digits and nothing else. */
#include <string.h>

#include "syncopate.h"

/**
 * digits_count() - how many decimal digits a text begins with
 * @text: the text
 *
 * Return: their number
 */
size_t digits_count(const char *text)
{
	return strspn(text, "0123456789");
}

/**
 * digits_value() - what digits stand for
 * @digits: where they begin
 * @count: how many they are
 * @value: the result
 *
 * Return: whether it fits
 */
bool digits_value(const char *digits, size_t count, uint64_t *value)
{
	*value = 0;
	for (; count; count--, digits++) {
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, *digits - '0', value))
			return false;
	}
	return true;
}

/**
 * digits_needed() - how many decimal digits a number has
 * @value: the number
 *
 * Return: one or more
 */
int digits_needed(uint64_t value)
{
	int count = 1;

	for (; value > 9; value /= 10)
		count++;
	return count;
}

/**
 * digits_put() - write a number, where printf() would take most of the time
 * @at: where it goes
 * @value: the number
 * @least: with so many digits or more, zeros first
 *
 * Return: behind it; there is no null byte
 */
char *digits_put(char *at, uint64_t value, int least)
{
	int count = digits_needed(value);
	int i;

	if (count < least)
		count = least;
	for (i = count; i--; value /= 10)
		at[i] = '0' + value % 10;
	return at + count;
}

/**
 * number_parse() - read a whole number
 * @word: what the user wrote
 * @max: the largest that fits
 * @number: the result
 *
 * Return: NULL, or what is wrong with it
 */
const char *number_parse(const char *word, uint64_t max, uint64_t *number)
{
	size_t count = digits_count(word);
	uint64_t value;

	if (!count || word[count])
		return wrong("'%.60s' is no whole number", word);
	if (!digits_value(word, count, &value) || value > max)
		return wrong("%.60s is too large a number", word);
	*number = value;
	return NULL;
}
