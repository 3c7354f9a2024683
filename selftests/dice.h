/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers by chance, always the same.
 */
#ifndef DICE_H
#define DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

static inline uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

static inline uint64_t roll(struct dice *d)
{
	d->state += 0x9e3779b97f4a7c15;
	return mix(d->state);
}

static inline unsigned int below(struct dice *d, unsigned int n)
{
	return roll(d) % n;
}

static inline bool one_in(struct dice *d, unsigned int n)
{
	return !below(d, n);
}

#endif
