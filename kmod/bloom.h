/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_BLOOM_H
#define SYNCOPATE_BLOOM_H

#include "pure.h"

/*
 * A word of a counting Bloom filter (Fan et al., "Summary cache", 2000): eight
 * counters of four bits. An element counts in two of them, of one word.
 *
 * A counter that is full stays so, as nobody knows any more how many it has counted.
 * That and others' counts make the filter say of what is not there that it may be,
 * and never of what is there that it is not.
 *
 * To ask takes not the counters but their marks, a bit for each that is not 0. These
 * are a quarter as long: of a table with a million they may stay in a processor's
 * cache, where the counters do not.
 */

/* Of a hash its five lowest bits decide: which of the counters is the first, */
static inline unsigned int bloom_first(u32 hash)
{
	return hash & 7;
}

/* and how far behind it, round the word, the second one is. */
static inline unsigned int bloom_second(u32 hash)
{
	return (hash >> 3 & 3) + 1;
}

/**
 * bloom_marks - which counters of a word are not 0?
 * @word: the word
 *
 * Return: a bit for each, the lowest one's first.
 */
static inline u8 bloom_marks(u32 word)
{
	word |= word >> 1;
	word |= word >> 2;
	/* A bit of each four, then two of each eight, and so on. */
	word &= 0x11111111;
	word = (word | word >> 3) & 0x03030303;
	word = (word | word >> 6) & 0x000f000f;
	return word | word >> 12;
}

/**
 * bloom_may_have - may an element be there?
 * @marks: of the word where it would count
 * @hash: of it
 */
static inline bool bloom_may_have(u8 marks, u32 hash)
{
	unsigned int round = (marks | marks << 8) >> bloom_first(hash);

	return round & (round >> bloom_second(hash)) & 1;
}

/* The lowest bits of an element's counters, if these are not full. */
static inline u32 bloom_units(u32 word, u32 hash)
{
	u32 units = rol32(1 | 1U << 4 * bloom_second(hash), 4 * bloom_first(hash));
	u32 room = ~word;

	return units & (room | room >> 1 | room >> 2 | room >> 3);
}

/**
 * bloom_add - count an element
 * @word: where it counts
 * @hash: of it
 *
 * Return: the word that takes the place of @word.
 */
static inline u32 bloom_add(u32 word, u32 hash)
{
	return word + bloom_units(word, hash);
}

/**
 * bloom_remove - undo bloom_add()
 * @word: where the element counts
 * @hash: of it
 *
 * Return: the word that takes the place of @word.
 */
static inline u32 bloom_remove(u32 word, u32 hash)
{
	return word - bloom_units(word, hash);
}

#endif /* SYNCOPATE_BLOOM_H */
