/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_CLASSIFY_H
#define SYNCOPATE_CLASSIFY_H

#include "pure.h"

#define CLASSIFY_RULES_MAX	4096

enum classify_field {
	CLASSIFY_DST,
	CLASSIFY_SRC,
	CLASSIFY_DPORT,
	CLASSIFY_IIF,
	CLASSIFY_MARK,
	CLASSIFY_ON,
	CLASSIFY_FIELDS
};

/**
 * struct classify_value - a number of 128 bits
 * @hi: the upper half
 * @lo: the lower half
 *
 * Ports and marks are numbers as they are. Addresses and names of interfaces
 * are 16 bytes, see classify_bytes().
 */
struct classify_value {
	u64 hi;
	u64 lo;
};

/**
 * struct classify_range - what a rule wants of one field
 * @first: the lowest value that matches
 * @last: the highest value that matches
 */
struct classify_range {
	struct classify_value first;
	struct classify_value last;
};

/**
 * struct classify_rule - what a rule wants of a packet
 * @given: a bit for each field that is restricted, the others match always
 * @range: of the fields that are restricted
 */
struct classify_rule {
	u8 given;
	struct classify_range range[CLASSIFY_FIELDS];
};

/**
 * struct classify_cursor - the rules that match one packet, for the stack
 * @vector: what the packet's value selects in each field that has a table
 * @num: of vectors
 * @summary: the words of rules that are to be read yet
 * @word: the rules left of the word that was read last
 * @base: the first rule of that word
 * @rules: how many there are in all
 */
struct classify_cursor {
	const u64 *vector[CLASSIFY_FIELDS];
	unsigned int num;
	u64 summary;
	u64 word;
	unsigned int base;
	unsigned int rules;
};

struct classify;

struct classify *classify_build(const struct classify_rule *rules,
				unsigned int num);
void classify_free(struct classify *c);
bool classify_uses(const struct classify *c, enum classify_field field);
void classify_begin(const struct classify *c,
		    const struct classify_value value[CLASSIFY_FIELDS],
		    struct classify_cursor *cursor);
int classify_next(struct classify_cursor *cursor);

/**
 * classify_bytes - an address, or the name of an interface, as a number
 * @bytes: 16 of them, those after the end of a name all zero
 */
static inline struct classify_value classify_bytes(const void *bytes)
{
	return (struct classify_value) {
		.hi = get_unaligned_be64(bytes),
		.lo = get_unaligned_be64((const u8 *)bytes + 8),
	};
}

/* Is @a less than @b? */
static inline bool classify_less(struct classify_value a,
				 struct classify_value b)
{
	return a.hi != b.hi ? a.hi < b.hi : a.lo < b.lo;
}

/* The number after @v; 0 after the last. */
static inline struct classify_value classify_after(struct classify_value v)
{
	v.hi += !++v.lo;
	return v;
}

#endif /* SYNCOPATE_CLASSIFY_H */
