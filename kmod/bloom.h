/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_BLOOM_H
#define SYNCOPATE_BLOOM_H

#include "pure.h"

/*
 * A word of a counting Bloom filter (Fan et al., "Summary cache", 2000): eight
 * counters of four bits. An element counts in two of them, of one word, so that it
 * is asked for by a single load.
 *
 * A counter that is full stays so, as nobody knows any more how many it has counted.
 * That and others' counts make the filter say of what is not there that it may be,
 * and never of what is there that it is not.
 */

/* Of a hash its five lowest bits decide: the first counter's place in the word, in bits, */
static inline unsigned int bloom_first(u32 hash)
{
	return (hash & 7) * 4;
}

/* and how far behind it, round the word, the second one is. */
static inline unsigned int bloom_second(u32 hash)
{
	return ((hash >> 3 & 3) + 1) * 4;
}

/**
 * bloom_may_have - may an element be there?
 * @word: where it would count
 * @hash: of it
 */
static inline bool bloom_may_have(u32 word, u32 hash)
{
	word = ror32(word, bloom_first(hash));
	return word & 15 && word >> bloom_second(hash) & 15;
}

/* The lowest bits of an element's counters, if these are not full. */
static inline u32 bloom_units(u32 word, u32 hash)
{
	u32 units = rol32(1 | 1U << bloom_second(hash), bloom_first(hash));
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
