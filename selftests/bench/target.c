// SPDX-License-Identifier: GPL-2.0
/*
 * What the adaptive timing is to reach, and where it can not.
 */
#include <math.h>
#include <string.h>

#include "target.h"

/**
 * struct target - a figure that is not to be more than so much
 * @name: short
 * @applies: to this cell
 * @value: there; the least that it may be, for figures that are chances
 * @least: or NULL if the figure is no chance
 * @limit: what it must not exceed
 * @beyond: it is known that it does in this cell, see timing.md
 */
struct target {
	const char *name;
	bool (*applies)(const struct cell *cell);
	double (*value)(const struct figures *by);
	double (*least)(const struct figures *by);
	double limit;
	bool (*beyond)(const struct cell *cell);
};

static bool below_300(const struct cell *cell)
{
	return cell->rtt < 300;
}

static bool up_to_10(const struct cell *cell)
{
	return cell->loss <= 10;
}

static bool at_10(const struct cell *cell)
{
	return cell->loss == 10;
}

static bool some_loss(const struct cell *cell)
{
	return cell->loss;
}

static bool no_loss(const struct cell *cell)
{
	return !cell->loss;
}

/* All the time there is goes into the repeats that so much loss asks for. */
static bool no_time_left(const struct cell *cell)
{
	return cell->rtt == 100 && cell->loss >= 10;
}

/* Too few round trips fit into the deadline. */
static bool too_few(const struct cell *cell)
{
	return cell->both ? (cell->rtt == 300 && cell->loss >= 5) ||
			    (cell->rtt == 100 && cell->loss >= 10) :
	       cell->rtt == 300 && cell->loss >= 10;
}

/* The round trip, or the server's limit on SYN-ACKs, takes most of the time. */
static bool too_slow(const struct cell *cell)
{
	return cell->rtt == 300 || (cell->both && cell->rtt >= 20);
}

static bool none(const struct cell *cell)
{
	(void)cell;
	return false;
}

static double dead(const struct figures *by)
{
	return (double)by[ADAPTIVE].dead[0] / by[FIXED].dead[0];
}

static double gave_up(const struct figures *by)
{
	return (double)by[ADAPTIVE].gave_up / by[ADAPTIVE].connections;
}

static double gave_up_least(const struct figures *by)
{
	double low, high;

	cell_wilson(by[ADAPTIVE].gave_up, by[ADAPTIVE].connections, &low, &high);
	return low;
}

static double setup(const struct figures *by)
{
	return by[ADAPTIVE].setup[1] == ~0ULL ? INFINITY :
	       (double)by[ADAPTIVE].setup[1] / by[LINUX].setup[1];
}

static double extra(const struct figures *by)
{
	return (double)by[ADAPTIVE].extra / by[ADAPTIVE].lost;
}

static double spurious(const struct figures *by)
{
	return (double)by[ADAPTIVE].extra / by[ADAPTIVE].connections;
}

static const struct target targets[] = {
	{ "dead", below_300, dead, NULL, 0.999, no_time_left },
	{ "gave-up", up_to_10, gave_up, gave_up_least, 1e-4, too_few },
	{ "setup", at_10, setup, NULL, 1 / 3.0, too_slow },
	{ "extra", some_loss, extra, NULL, 1.3, none },
	{ "spurious", no_loss, spurious, NULL, 1e-3, none },
};

/* Return: was it missed where it was not before? */
static bool check(const struct target *target, const struct cell *cell,
		  const struct figures *by, json_t *misses)
{
	double value = target->value(by);
	bool beyond = target->beyond(cell);
	json_t *miss, *more;

	if (value <= target->limit)
		return false;
	miss = cell_json(cell);
	more = json_pack("{s:o, s:b}",
			 "value", isinf(value) ? json_null() : json_real(value),
			 "known", beyond);
	json_object_update(miss, more);
	json_decref(more);
	json_array_append_new(misses, miss);
	return !beyond &&
	       (!target->least || target->least(by) > target->limit);
}

/**
 * target_check - what is reached?
 * @cells: all
 * @figures: of each cell and contender
 * @num: how many cells
 * @result: a JSON array, is added to
 *
 * Return: how often a target is missed where it was not before.
 */
unsigned int target_check(const struct cell *cells,
			  struct figures (*figures)[CONTENDERS],
			  unsigned int num, json_t *result)
{
	unsigned int i, t, applies, missed = 0;
	const struct target *target;
	double worst;
	json_t *misses;

	for (t = 0; t < sizeof(targets) / sizeof(*targets); t++) {
		target = &targets[t];
		misses = json_array();
		worst = 0;
		applies = 0;
		for (i = 0; i < num; i++) {
			if (!target->applies(&cells[i]))
				continue;
			applies++;
			worst = fmax(worst, target->value(figures[i]));
			missed += check(target, &cells[i], figures[i], misses);
		}
		json_array_append_new(result,
			json_pack("{s:s, s:f, s:i, s:i, s:o, s:o}",
				  "target", target->name,
				  "limit", target->limit,
				  "cells", applies,
				  "met", applies - (int)json_array_size(misses),
				  "worst", isinf(worst) ? json_null() :
				  json_real(worst),
				  "misses", misses));
	}
	return missed;
}
