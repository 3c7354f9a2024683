/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_KEY_H
#define SYNCOPATE_KEY_H

#include <linux/build_bug.h>
#include <linux/types.h>

/* A key is compared by words so large, and has no others. */
#define KEY_ALIGNED	__aligned(sizeof(u64))

/**
 * key_differs - are two keys of a table different?
 * @a: one, %KEY_ALIGNED
 * @b: another
 * @len: bytes of each, a constant
 *
 * The kernel's memcmp() is a function, and not a quick one. To look up what is there
 * takes two of these, and it is done for each answer: not in a loop.
 */
static __always_inline bool key_differs(const void *a, const void *b,
					unsigned int len)
{
	const u64 *one = a, *other = b;
	u64 differ = 0;
	unsigned int i;

	BUILD_BUG_ON(len % sizeof(*one));
#pragma GCC unroll 8
	for (i = 0; i < len / sizeof(*one); i++)
		differ |= one[i] ^ other[i];
	return differ;
}

#endif /* SYNCOPATE_KEY_H */
