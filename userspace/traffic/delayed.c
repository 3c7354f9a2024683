// SPDX-License-Identifier: GPL-2.0
/* Answers that wait for their time. */
#include <stdlib.h>
#include <sys/mman.h>

#include "reply.h"

static uint64_t due_at(const struct delayed *delayed, uint32_t place)
{
	return delayed->answer[delayed->order[place]].due;
}

static void swap(struct delayed *delayed, uint32_t one, uint32_t other)
{
	uint32_t number = delayed->order[one];

	delayed->order[one] = delayed->order[other];
	delayed->order[other] = number;
}

static void *room_for(size_t size)
{
	void *room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return room == MAP_FAILED ? NULL : room;
}

/**
 * delayed_init() - none waits yet
 * @delayed: the answers
 * @room: how many may wait; what is not used takes little memory
 *
 * Return: whether there is so much memory
 */
bool delayed_init(struct delayed *delayed, uint32_t room)
{
	uint32_t i;

	delayed->count = 0;
	delayed->room = room;
	delayed->answer = room_for(room * sizeof(*delayed->answer));
	delayed->order = room_for(room * sizeof(*delayed->order));
	if (!delayed->answer || !delayed->order)
		return false;
	/* The places from @count on are the free ones. */
	for (i = 0; i < room; i++)
		delayed->order[i] = i;
	return true;
}

/**
 * delayed_put() - let an answer wait
 * @delayed: those that do
 * @answer: the answer, which is copied
 *
 * Return: whether there is room
 */
bool delayed_put(struct delayed *delayed, const struct answer *answer)
{
	uint32_t place = delayed->count, parent;

	if (delayed->count == delayed->room)
		return false;
	delayed->answer[delayed->order[place]] = *answer;
	delayed->count++;
	for (; place; place = parent) {
		parent = (place - 1) / 2;
		if (due_at(delayed, parent) <= due_at(delayed, place))
			break;
		swap(delayed, place, parent);
	}
	return true;
}

/**
 * delayed_next() - the answer that is due first
 * @delayed: those that wait
 *
 * Return: it, good until one is put or dropped, or NULL if none waits
 */
const struct answer *delayed_next(const struct delayed *delayed)
{
	return delayed->count ? &delayed->answer[delayed->order[0]] : NULL;
}

/**
 * delayed_drop() - the answer that is due first waits no longer
 * @delayed: those that wait, one at least
 */
void delayed_drop(struct delayed *delayed)
{
	uint32_t place = 0, child;

	swap(delayed, 0, --delayed->count);
	for (;; place = child) {
		child = 2 * place + 1;
		if (child >= delayed->count)
			break;
		if (child + 1 < delayed->count &&
		    due_at(delayed, child + 1) < due_at(delayed, child))
			child++;
		if (due_at(delayed, place) <= due_at(delayed, child))
			break;
		swap(delayed, place, child);
	}
}

/**
 * delayed_free() - give up
 * @delayed: those that wait
 */
void delayed_free(struct delayed *delayed)
{
	if (delayed->answer)
		munmap(delayed->answer, delayed->room * sizeof(*delayed->answer));
	if (delayed->order)
		munmap(delayed->order, delayed->room * sizeof(*delayed->order));
}
