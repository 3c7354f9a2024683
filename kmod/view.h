/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_VIEW_H
#define SYNCOPATE_VIEW_H

#include "pure.h"

/**
 * struct view - the bytes that may be read
 * @data: begins at the network header
 * @len: bytes at @data
 * @total: bytes that the packet claims and has, some beyond @len perhaps
 * @need: set when more than @len is needed: how much
 */
struct view {
	const u8 *data;
	unsigned int len;
	unsigned int total;
	unsigned int need;
};

/* Are there @end bytes? If the packet has them out of reach, ask for them. */
static inline bool view_has(struct view *view, unsigned int end)
{
	if (end > view->total)
		return false;
	if (end <= view->len)
		return true;
	view->need = end;
	return false;
}

#endif /* SYNCOPATE_VIEW_H */
