/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_WALK_H
#define SYNCOPATE_WALK_H

#include <linux/rhashtable.h>
#include <linux/sched.h>

/* So many entries of a table are looked at in one RCU section. */
#define WALK_AT_ONCE	1024U

/**
 * walk_pause - let others run, now and then
 * @iter: a walk over a table, between two entries
 * @looked_at: entries that it has looked at before, counted here
 *
 * Outside of @iter's RCU section it may sleep. The entry that the walk stands on may
 * go meanwhile, and another one be skipped then.
 */
static inline void walk_pause(struct rhashtable_iter *iter,
			      unsigned int *looked_at)
{
	if (++*looked_at % WALK_AT_ONCE)
		return;
	rhashtable_walk_stop(iter);
	cond_resched();
	rhashtable_walk_start(iter);
}

#endif /* SYNCOPATE_WALK_H */
