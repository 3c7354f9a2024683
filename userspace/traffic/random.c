// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers that look random and that a seed determines, the same with every C library:
 * splitmix64.
 */
#include <sys/random.h>

#include "traffic.h"

/**
 * mix() - make one number of another, so that equal ones are equal and near ones are not
 * @value: the number
 *
 * Return: the other one; no two numbers have the same
 */
uint64_t mix(uint64_t value)
{
	value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
	return value ^ value >> 31;
}

/**
 * random_next() - the next number of a stream
 * @random: the stream
 *
 * Return: any number
 */
uint64_t random_next(struct random *random)
{
	random->state += UINT64_C(0x9e3779b97f4a7c15);
	return mix(random->state);
}

/**
 * random_up_to() - the next number of a stream, up to a limit
 * @random: the stream
 * @max: the limit
 *
 * Return: one of 0 to @max, each as likely as the others
 */
uint64_t random_up_to(struct random *random, uint64_t max)
{
	return (unsigned __int128)random_next(random) * ((unsigned __int128)max + 1) >> 64;
}

/**
 * random_seed() - a seed for who does not name one
 *
 * Return: a number that can be written in JSON and in a shell
 */
uint64_t random_seed(void)
{
	uint32_t seed;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = clock_wall();
	return seed;
}

/**
 * in_share() - does a draw fall into this share?
 * @draw: any of 2^32 numbers
 * @from: parts per million that lie before the share
 * @share: the share, in parts per million
 *
 * Return: whether it does
 */
bool in_share(uint32_t draw, uint32_t from, uint32_t share)
{
	uint64_t part = (uint64_t)draw * MILLION >> 32;

	return part >= from && part < (uint64_t)from + share;
}
