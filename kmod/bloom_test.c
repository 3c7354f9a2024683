// SPDX-License-Identifier: GPL-2.0
/* Tests of bloom.h. */
#include "bloom.h"
#include "test.h"

/* In how many counters is there one, and nothing else? */
static unsigned int ones(u32 word)
{
	unsigned int i, n = 0;

	for (i = 0; i < 8; i++)
		n += (word >> 4 * i & 15) == 1;
	return hweight64(word) == n ? n : 0;
}

/* The same as bloom_marks(), counter by counter. */
static u8 marks(u32 word)
{
	u8 all = 0;
	unsigned int i;

	for (i = 0; i < 8; i++)
		all |= !!(word >> 4 * i & 15) << i;
	return all;
}

/* With each counter at each value, and others beside it. */
static bool marks_fit(void)
{
	u32 word, seed = 1;
	unsigned int i;

	for (i = 0; i < 8 * 16; i++)
		if (bloom_marks((i & 15) << 4 * (i / 16)) != marks((i & 15) << 4 * (i / 16)))
			return false;
	for (i = 0; i < 100000; i++) {
		seed = seed * 1664525 + 1013904223;
		/* Half of the bits, and an eighth, so that some are 0. */
		word = seed & rol32(seed, 13) & rol32(seed, 22);
		if (bloom_marks(seed) != marks(seed) || bloom_marks(word) != marks(word))
			return false;
	}
	return true;
}

/* Has every element two counters, and is none of the pairs taken by many? */
static bool pairs(void)
{
	unsigned int hash, other, same;

	for (hash = 0; hash < 32; hash++) {
		if (ones(bloom_add(0, hash)) != 2)
			return false;
		for (other = 0, same = 0; other < 32; other++)
			same += bloom_add(0, other) == bloom_add(0, hash);
		if (same > 2)
			return false;
	}
	return true;
}

/* Against counters of any size, with elements that come and go. */
static unsigned int differs(unsigned int most, unsigned int *sure)
{
	unsigned int held[32] = {}, number = 0, wrong = 0, i, hash, any;
	u32 word = 0, seed = 1;

	for (*sure = 0, i = 0; i < 200000; i++) {
		seed = seed * 1664525 + 1013904223;
		hash = seed >> 27;
		if (seed >> 8 & 1 && number < most) {
			word = bloom_add(word, hash);
			held[hash]++;
			number++;
		} else if (held[hash]) {
			word = bloom_remove(word, hash);
			held[hash]--;
			number--;
		}
		hash = seed >> 20 & 31;
		any = bloom_may_have(bloom_marks(word), hash);
		wrong += held[hash] && !any;
		*sure += !any;
	}
	return wrong;
}

int main(void)
{
	unsigned int hash, other, sure, i;
	u32 word = 0;
	bool good;

	check(marks_fit(), "a mark is there for each counter that is not 0, and no other");
	check(pairs(), "an element has two counters of eight");
	for (good = true, hash = 0; hash < 32; hash++)
		good &= !bloom_may_have(0, hash);
	check(good, "nothing is in an empty word");

	for (good = true, hash = 0; hash < 32; hash++)
		for (other = 0; other < 32; other++)
			good &= bloom_may_have(bloom_marks(bloom_add(0, hash)), other) ==
				(bloom_add(0, hash) == bloom_add(0, other));
	check(good, "who has the same counters may be there, and nobody else");
	for (good = true, hash = 0; hash < 32; hash++)
		good &= !bloom_remove(bloom_add(0, hash), hash);
	check(good, "who has gone leaves nothing");

	check(!differs(1, &sure) && sure > 150000, "one at a time is never missed");
	check(!differs(4, &sure) && sure > 50000,
	      "nor are four, and most others are surely not there");
	check(!differs(64, &sure), "nor are many more than it is made for");

	for (i = 0; i < 14; i++)
		word = bloom_add(word, 9);
	check(bloom_remove(word, 9) != word, "fourteen are counted");
	word = bloom_add(word, 9);
	check(ones(word / 15) == 2 && word % 15 == 0, "fifteen fill a counter");
	check(bloom_add(word, 9) == word, "there is no carry");
	check(bloom_remove(word, 9) == word, "and it stays full");
	return check_done();
}
