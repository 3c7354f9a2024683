/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words and what they stand for. Functions that parse a word return NULL, or a
 * text of wrong() that says what is wrong with it.
 */
#ifndef SYNCOPATE_TOOL_VALUES_H
#define SYNCOPATE_TOOL_VALUES_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* time.c, room for the longest: 1.2.. with 20 and 9 digits and its unit */
#define TIME_SIZE 40

const char *time_parse(const char *word, uint64_t *ns);
const char *time_format(char buf[TIME_SIZE], uint64_t ns);
uint64_t time_round_ms(uint64_t ns);
const char *time_format_short(char buf[TIME_SIZE], uint64_t ns);

/* wrong.c */
const char *wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* number.c */
size_t digits_count(const char *text);
bool digits_value(const char *digits, size_t count, uint64_t *value);
int digits_needed(uint64_t value);
char *digits_put(char *at, uint64_t value, int least);
const char *number_parse(const char *word, uint64_t max, uint64_t *number);

/* prefix.c */
#define PREFIX_SIZE (INET6_ADDRSTRLEN + sizeof("/128"))

/**
 * struct prefix - the addresses that share their first bits
 * @family: AF_INET, AF_INET6, or 0 for all addresses of both
 * @len: how many bits they share
 * @addr: the first of them in network byte order, the first 4 bytes for IPv4
 */
struct prefix {
	uint8_t family;
	uint8_t len;
	uint8_t addr[16];
};

const char *prefix_parse(const char *word, struct prefix *prefix);
const char *prefix_format(char buf[PREFIX_SIZE], const struct prefix *prefix);
bool prefix_overlaps(const struct prefix *one, const struct prefix *other);
size_t prefix_bytes(const struct prefix *prefix);

#endif /* SYNCOPATE_TOOL_VALUES_H */
