// SPDX-License-Identifier: GPL-2.0
/*
 * How many SYNs are repeated.
 *
 * SYNs repeated for attempts that may all be forged must not become many times
 * the forger's own.  A tenth of the namespace's limit is for one destination,
 * and one more for so many attempts at it, so that there are enough for what a
 * busy one loses.  Those that do not answer have one such budget together as
 * well: repeats are of little use there, and one who makes up addresses comes by
 * as many destinations as he likes.  What is not spent is saved for so long.
 *
 * Policies that observe send nothing.  So they take nothing from the others, but
 * have budgets for themselves, by which is counted what would have been.
 */
#include <linux/ktime.h>

#include "dest.h"
#include "event.h"
#include "flow.h"
#include "main.h"
#include "repeats.h"

#define REPEATS_DESTS	10
#define REPEATS_EARNED	16
#define REPEATS_SAVED	(10ULL * NSEC_PER_SEC)

/* So many silent attempts in a row are no accident. */
#define REPEATS_SILENT	8

/* It is told no more often than this. */
#define REPEATS_TOLD	(10ULL * NSEC_PER_SEC)

/* The time in which the namespace saves for a SYN, ns. */
static u64 price(const struct syncopate_net *sn)
{
	return (u32)NSEC_PER_SEC / READ_ONCE(sn->repeat_limit);
}

static void fill(struct budget repeats[2])
{
	u64 now = ktime_get_ns();

	budget_fill(&repeats[false], REPEATS_SAVED, now);
	budget_fill(&repeats[true], REPEATS_SAVED, now);
}

/**
 * repeats_init - let a namespace begin with all that can be saved
 * @sn: namespace
 */
void repeats_init(struct syncopate_net *sn)
{
	sn->repeat_limit = SYNCOPATE_REPEATS_DEFAULT;
	spin_lock_init(&sn->repeat_lock);
	fill(sn->repeats);
}

/**
 * repeats_begin - let a destination begin with all that can be saved
 * @dest: just made
 */
void repeats_begin(struct dest *dest)
{
	fill(dest->repeats);
}

/**
 * repeats_earn - an attempt begins: a little more may be repeated
 * @dest: where it goes, its lock held
 * @observe: does its policy observe?
 */
void repeats_earn(struct dest *dest, bool observe)
{
	budget_earn(&dest->repeats[observe],
		    price(dest->sn) * REPEATS_DESTS / REPEATS_EARNED,
		    REPEATS_SAVED);
}

/* The budget of all that do not answer. */
static bool take_silent(struct syncopate_net *sn, bool observe, u64 now)
{
	bool may;

	spin_lock(&sn->repeat_lock);
	may = budget_take(&sn->repeats[observe], price(sn), REPEATS_SAVED, now);
	spin_unlock(&sn->repeat_lock);
	return may;
}

/**
 * repeats_take - may the SYN of an attempt be repeated?
 * @flow: the attempt, its lock held
 *
 * Return: true, and it counts as done; or false if that would be too many. Where
 * it can not be done after all, for want of memory or of a way, it counts
 * nevertheless: less is repeated than may be, by one.
 */
bool repeats_take(struct flow *flow)
{
	struct dest *dest = flow->dest;
	u64 cost, now = ktime_get_ns();
	struct budget *repeats;
	bool may;

	if (!dest)
		return take_silent(flow->sn, flow->observe, now);
	repeats = &dest->repeats[flow->observe];
	cost = price(flow->sn) * REPEATS_DESTS;
	spin_lock(&dest->lock);
	may = budget_take(repeats, cost, REPEATS_SAVED, now);
	if (may && (!READ_ONCE(dest->known) ||
		    dest->breaker.silent >= REPEATS_SILENT)) {
		may = take_silent(flow->sn, flow->observe, now);
		/* It has not come to pass: it is left for when it answers. */
		if (!may)
			budget_earn(repeats, cost, REPEATS_SAVED);
	}
	if (!may && (!dest->told || now >= dest->told + REPEATS_TOLD)) {
		dest->told = now;
		event_dest(dest, SYNCOPATE_EVENT_KIND_DEST_FLOODED);
	}
	spin_unlock(&dest->lock);
	return may;
}
