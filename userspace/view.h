/* SPDX-License-Identifier: GPL-2.0 */
/* What top shows. */
#ifndef SYNCOPATE_TOOL_VIEW_H
#define SYNCOPATE_TOOL_VIEW_H

#include "tally.h"

/* How many attempts are listed at most. */
#define VIEW_FLOWS 100

/**
 * struct view - what there is to see at a time
 * @elapsed: since the last look, in nanoseconds
 * @limits: the numbers of the namespace
 * @before: the counters at the last look
 * @now: the counters
 * @lost: events that were lost since the beginning
 * @lost_more: and others, nobody knows how many
 * @forgotten: how often a destination was forgotten
 * @dead: destinations that were given up, the worst first
 * @dead_count: how many
 * @slow: destinations that accepted, the slowest first
 * @slow_count: how many
 * @oldest: pending attempts, the oldest first
 * @oldest_count: how many are in the list
 * @pending: how many are pending
 * @pending_unknown: there are too many to look through
 */
struct view {
	uint64_t elapsed;
	struct limits limits;
	struct stats before;
	struct stats now;
	uint64_t lost;
	bool lost_more;
	uint64_t forgotten;
	struct dead dead[TALLY_ROOM];
	size_t dead_count;
	struct slow slow[TALLY_ROOM];
	size_t slow_count;
	struct flow oldest[VIEW_FLOWS];
	size_t oldest_count;
	size_t pending;
	bool pending_unknown;
};

void view_flow(struct view *view, const struct flow *flow);
void view_print(FILE *out, const struct view *view, size_t rows);
json_t *view_json(const struct view *view);

#endif /* SYNCOPATE_TOOL_VIEW_H */
