// SPDX-License-Identifier: GPL-2.0
/*
 * One server, one contender: what becomes of many connections, one after the
 * other.
 */
#include <math.h>

#include "cell.h"

/* Before anything is counted. */
#define WARM_UP		5000U

/* Destinations of which nothing is known. */
#define FRESH		101U

/* One in so many finds the server dead. */
#define DEAD		10U

struct trial {
	struct world world;
	enum contender contender;
	struct path path;
	u64 seed;
	u64 number;
};

static struct attempt connect_to(struct trial *trial, struct learn *learn,
				 bool alive)
{
	struct attempt attempt = {
		.contender = trial->contender,
		.path = &trial->path,
		.learn = learn,
		.alive = alive,
		.fate = fate(trial->seed, trial->number++),
	};

	world_connect(&trial->world, &attempt);
	return attempt;
}

static int compare(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void sort_times(u64 *times, size_t num)
{
	qsort(times, num, sizeof(*times), compare);
}

/* So many of a thousand are no more than this. */
static u64 percentile(const u64 *sorted, size_t num, unsigned int permille)
{
	return sorted[(num * permille + 999) / 1000 - 1];
}

static u64 *times_alloc(size_t num)
{
	u64 *times = calloc(num, sizeof(*times));

	if (!times)
		abort();
	return times;
}

/* How many connections until the deadline is nearly what it is in the end? */
static void stable(struct trial *trial, u64 usual, struct figures *figures)
{
	u64 counts[FRESH];
	struct pace pace;
	unsigned int i;

	for (i = 0; i < FRESH; i++) {
		struct learn learn = {};

		for (counts[i] = 0; counts[i] < WARM_UP; counts[i]++) {
			world_plan(trial->contender, &learn, &pace);
			if (learn.srtt && 10 * pace.deadline >= 9 * usual &&
			    10 * pace.deadline <= 11 * usual)
				break;
			connect_to(trial, &learn, true);
		}
	}
	sort_times(counts, FRESH);
	figures->stable[0] = counts[FRESH / 2];
	figures->stable[1] = counts[FRESH - 1];
}

/**
 * cell_measure - try it
 * @cell: what
 * @contender: who
 * @seed: of all that is random
 * @connections: how many
 * @figures: the result
 *
 * The dead server is the living one that died: what was learned stays.
 */
void cell_measure(const struct cell *cell, enum contender contender, u64 seed,
		  u32 connections, struct figures *figures)
{
	struct trial trial = {
		.contender = contender,
		.path = {
			.rtt = cell->rtt * MS,
			.jitter = cell->jitter,
			.loss_there = cell->loss * MILLION / 100,
			.loss_back = cell->both ? cell->loss * MILLION / 100 : 0,
		},
		.seed = seed,
	};
	u64 *setup = times_alloc(connections);
	u64 *dead = times_alloc(connections / DEAD + 1);
	struct learn learn = {};
	struct attempt attempt;
	u32 i, num_dead = 0;

	*figures = (struct figures) { .connections = connections };
	for (i = 0; i < WARM_UP; i++)
		connect_to(&trial, &learn, true);
	for (i = 0; i < connections; i++) {
		if (i % DEAD == 0)
			dead[num_dead++] = connect_to(&trial, &learn, false).end;
		attempt = connect_to(&trial, &learn, true);
		setup[i] = attempt.gave_up ? ~0ULL : attempt.end;
		figures->gave_up += attempt.gave_up;
		figures->late += attempt.late;
		figures->extra += attempt.sent - 1;
		figures->lost += attempt.lost;
	}
	sort_times(setup, connections);
	figures->setup[0] = percentile(setup, connections, 500);
	figures->setup[1] = percentile(setup, connections, 990);
	figures->setup[2] = percentile(setup, connections, 999);
	sort_times(dead, num_dead);
	figures->dead[0] = percentile(dead, num_dead, 500);
	figures->dead[1] = dead[num_dead - 1];
	figures->learn = learn;
	if (contender >= RTT)
		stable(&trial, figures->dead[0], figures);
	free(trial.world.queue);
	free(setup);
	free(dead);
}

/**
 * cell_wilson - how sure is a frequency
 * @hits: so many
 * @num: of so many
 * @low: 95 % of the time the chance is at least this (E. B. Wilson's interval)
 * @high: and at most this
 */
void cell_wilson(double hits, double num, double *low, double *high)
{
	double z = 1.959964, p = hits / num, scale = 1 + z * z / num;
	double middle = (p + z * z / (2 * num)) / scale;
	double off = z / scale * sqrt(p * (1 - p) / num + z * z / (4 * num * num));

	*low = fmax(middle - off, 0);
	*high = middle + off;
}

static json_t *in_ms(u64 time)
{
	return time == ~0ULL ? json_null() : json_real(round(time / 1e3) / 1e3);
}

/**
 * cell_json - which one
 * @cell: it
 *
 * Return: a JSON object.
 */
json_t *cell_json(const struct cell *cell)
{
	return json_pack("{s:i, s:i, s:i, s:s}",
			 "rtt_ms", cell->rtt,
			 "jitter_percent", cell->jitter,
			 "loss_percent", cell->loss,
			 "loss_of", cell->both ? "both" : "syn");
}

/**
 * cell_figures_json - the result
 * @cell: of what
 * @contender: of whom
 * @figures: it
 *
 * Return: a JSON object.
 */
json_t *cell_figures_json(const struct cell *cell, enum contender contender,
			  const struct figures *figures)
{
	double num = figures->connections, low, high;
	json_t *json = cell_json(cell), *more;

	cell_wilson(figures->gave_up, num, &low, &high);
	more = json_pack("{s:s, s:i, s:[o, o, o], s:i, s:i, s:f, s:[f, f]}",
			 "contender", contender_name[contender],
			 "connections", figures->connections,
			 "setup_ms", in_ms(figures->setup[0]),
			 in_ms(figures->setup[1]), in_ms(figures->setup[2]),
			 "gave_up", figures->gave_up,
			 "late", figures->late,
			 "gave_up_rate", figures->gave_up / num,
			 "gave_up_wilson", low, high);
	json_object_update(json, more);
	json_decref(more);
	more = json_pack("{s:I, s:I, s:f, s:o, s:[o, o]}",
			 "extra_syns", (json_int_t)figures->extra,
			 "lost_segments", (json_int_t)figures->lost,
			 "extra_per_connection", figures->extra / num,
			 "extra_per_loss", figures->lost ?
			 json_real((double)figures->extra / figures->lost) :
			 json_null(),
			 "dead_ms", in_ms(figures->dead[0]),
			 in_ms(figures->dead[1]));
	json_object_update(json, more);
	json_decref(more);
	if (contender < RTT)
		return json;
	more = json_pack("{s:[I, I], s:o, s:o, s:i}",
			 "stable_after", (json_int_t)figures->stable[0],
			 (json_int_t)figures->stable[1],
			 "srtt_ms", in_ms(figures->learn.srtt),
			 "rttvar_ms", in_ms(figures->learn.rttvar),
			 "loss_ppm", learn_loss(&figures->learn));
	json_object_update(json, more);
	json_decref(more);
	return json;
}
