// SPDX-License-Identifier: GPL-2.0
/*
 * The requests that are open. One thread opens them, another one closes them; a request
 * has its place by its number, so neither has to search or to lock.
 */
#include <sys/mman.h>

#include "bomb.h"

/**
 * table_init() - make a table
 * @table: the table
 * @size: for how many requests at least
 * @at_once: have all its memory now; else what is not used takes none
 *
 * Return: whether there is so much memory
 */
bool table_init(struct table *table, uint64_t size, bool at_once)
{
	uint64_t room = 64;

	while (room < size)
		room *= 2;
	table->mask = room - 1;
	table->request = mmap(NULL, room * sizeof(*table->request), PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | (at_once ? MAP_POPULATE : 0), -1, 0);
	return table->request != MAP_FAILED;
}

/**
 * table_has_room() - may a request be made?
 * @table: the table
 * @number: the request
 *
 * Return: whether its place is free; else an older request is open there
 */
bool table_has_room(const struct table *table, uint64_t number)
{
	return !atomic_load_explicit(&table->request[number & table->mask].number,
				     memory_order_acquire);
}

/**
 * table_open() - a request is made
 * @table: the table, which has room for it
 * @number: the request
 * @time: when
 */
void table_open(struct table *table, uint64_t number, uint64_t time)
{
	struct request *request = &table->request[number & table->mask];

	request->time = time;
	atomic_store_explicit(&request->number, number + 1, memory_order_release);
}

/**
 * table_close() - a request is answered, or was not made after all
 * @table: the table
 * @number: the request
 * @time: when it was made
 *
 * Return: whether it was open
 */
bool table_close(struct table *table, uint64_t number, uint64_t *time)
{
	struct request *request = &table->request[number & table->mask];

	if (atomic_load_explicit(&request->number, memory_order_acquire) != number + 1)
		return false;
	*time = request->time;
	atomic_store_explicit(&request->number, 0, memory_order_release);
	return true;
}
