/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_KEY_H
#define SYNCOPATE_KEY_H

#include <linux/types.h>

/**
 * key_differs - are two keys of a table different?
 * @a: one
 * @b: another
 * @len: bytes of each, whole words and a constant
 *
 * The kernel's memcmp() is a function, and not a quick one.
 */
static inline bool key_differs(const void *a, const void *b, unsigned int len)
{
	const u32 *one = a, *other = b;
	u32 differ = 0;
	unsigned int i;

	for (i = 0; i < len / sizeof(*one); i++)
		differ |= one[i] ^ other[i];
	return differ;
}

#endif /* SYNCOPATE_KEY_H */
