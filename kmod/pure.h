/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the pure files (adapt, bloom, breaker, budget, classify, encap, learn, pace,
 * packet, profile, sctp, shard, text) need to compile in the kernel and, for their unit
 * tests, in user space.
 */
#ifndef SYNCOPATE_PURE_H
#define SYNCOPATE_PURE_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/bitops.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/if_ether.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/version.h>
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include <linux/unaligned.h>
#endif
#else /* user space */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

static inline u16 get_unaligned_be16(const void *p)
{
	const u8 *b = p;

	return b[0] << 8 | b[1];
}

static inline u32 get_unaligned_be32(const void *p)
{
	return (u32)get_unaligned_be16(p) << 16 |
	       get_unaligned_be16((const u8 *)p + 2);
}

static inline u64 get_unaligned_be64(const void *p)
{
	return (u64)get_unaligned_be32(p) << 32 |
	       get_unaligned_be32((const u8 *)p + 4);
}

static inline void put_unaligned_be64(u64 value, void *p)
{
	u8 *b = p;
	int i;

	for (i = 7; i >= 0; i--, value >>= 8)
		b[i] = value;
}

static inline u64 div64_u64(u64 dividend, u64 divisor)
{
	return dividend / divisor;
}

static inline u64 min(u64 a, u64 b)
{
	return a < b ? a : b;
}

static inline u64 max(u64 a, u64 b)
{
	return a > b ? a : b;
}

static inline u32 int_sqrt64(u64 square)
{
	u64 root = 0;
	int bit;

	for (bit = 31; bit >= 0; bit--)
		if ((root | 1ULL << bit) * (root | 1ULL << bit) <= square)
			root |= 1ULL << bit;
	return root;
}

#define U16_MAX		((u16)~0U)
#define U32_MAX		((u32)~0U)

static inline u32 rol32(u32 word, unsigned int shift)
{
	return word << (shift & 31) | word >> (-shift & 31);
}

static inline u32 ror32(u32 word, unsigned int shift)
{
	return rol32(word, -shift);
}

#define BIT_ULL(n)	(1ULL << (n))

static inline unsigned int hweight64(u64 word)
{
	return __builtin_popcountll(word);
}

/* Undefined where no bit is set, as the kernel's. */
static inline unsigned int __ffs64(u64 word)
{
	return __builtin_ctzll(word);
}

#define struct_size(p, member, num) offsetof(typeof(*(p)), member[num])

#define GFP_KERNEL_ACCOUNT	0

static inline void *kvcalloc(size_t num, size_t size, int flags)
{
	(void)flags;
	return calloc(num, size);
}

static inline void *kvmalloc_array(size_t num, size_t size, int flags)
{
	(void)flags;
	return reallocarray(NULL, num, size);
}

static inline void kvfree(const void *p)
{
	free((void *)p);
}

static inline void sort(void *base, size_t num, size_t size,
			int (*compare)(const void *a, const void *b),
			void *swap)
{
	(void)swap;
	qsort(base, num, size, compare);
}

static inline void cond_resched(void)
{
}

/* As the kernel's; the test that needs it has it. */
#define siphash_key_t struct siphash_key
struct siphash_key {
	u64 key[2];
};

u64 siphash(const void *data, size_t len, const siphash_key_t *key);
#endif

#endif /* SYNCOPATE_PURE_H */
