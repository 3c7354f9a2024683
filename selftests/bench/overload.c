// SPDX-License-Identifier: GPL-2.0
/*
 * Many destinations behind one link that for a while has too much to do.  All that
 * is lost is lost there, and each SYN that is repeated makes it worse.
 */
#include "overload.h"

#define SECOND		(1000 * MS)

#define DESTINATIONS	200U
#define CAPACITY	1000U	/* SYNs a second */
#define QUEUE		100U	/* SYNs that may wait */
#define USUAL		800U	/* connections a second */
#define TOO_MANY	2000U	/* the same, while there is too much to do */
#define FROM		(30 * SECOND)
#define TO		(40 * SECOND)
#define END		(80 * SECOND)
#define STEP		(500 * MS)

static struct overload *current;

static void count(struct world *world, bool lost)
{
	current->syns++;
	if (world->now >= FROM && world->now < TO)
		current->during++;
	if (world->now < END)
		current->offered[world->now / STEP]++;
	if (lost && world->now >= TO)
		current->recovered = world->now - TO;
}

/* The next connection after that at @now, which is number @i. */
static u64 next_start(u64 seed, u32 i, u64 now)
{
	u64 rate = now >= FROM && now < TO ? TOO_MANY : USUAL;

	return now + (fate(seed, i) >> 32) * (2 * SECOND / rate) / (1ULL << 32);
}

/**
 * overload_run - one contender
 * @contender: which
 * @seed: of all that is random
 * @overload: the result
 */
void overload_run(enum contender contender, u64 seed, struct overload *overload)
{
	static struct learn learn[DESTINATIONS];
	static struct path path[DESTINATIONS];
	u32 i, max = (END - TO + FROM) / SECOND * USUAL +
		     (TO - FROM) / SECOND * TOO_MANY;
	struct attempt *attempts;
	struct world world = {
		.sent = count,
		.link = { .gap = SECOND / CAPACITY, .queue = QUEUE },
	};
	u64 now = 0;

	max += max / 8;
	attempts = calloc(max, sizeof(*attempts));
	*overload = (struct overload) {
		.offered = calloc(END / STEP, sizeof(*overload->offered)),
	};
	if (!attempts || !overload->offered)
		abort();
	current = overload;

	/* From 20 ms to 119.5 ms. */
	for (i = 0; i < DESTINATIONS; i++) {
		path[i] = (struct path) { .rtt = 20 * MS + i * MS / 2, .jitter = 5 };
		learn_seed(&learn[i], 0, 0);
	}
	for (i = 0; (now = next_start(seed, i, now)) < END; i++) {
		if (i == max)
			abort();
		attempts[i] = (struct attempt) {
			.contender = contender,
			.path = &path[i % DESTINATIONS],
			.learn = &learn[i % DESTINATIONS],
			.alive = true,
			.fate = fate(~seed, i),
		};
		world_begin(&world, &attempts[i], now);
	}
	overload->connections = i;
	while (world_step(&world))
		;
	for (i = 0; i < overload->connections; i++)
		overload->gave_up += attempts[i].gave_up;
	free(attempts);
	free(world.queue);
}

/**
 * overload_parameters - what does not depend on the contender
 *
 * Return: a JSON object.
 */
json_t *overload_parameters(void)
{
	return json_pack("{s:i, s:[f, f], s:i, s:i, s:i, s:i, s:[i, i], s:i}",
			 "destinations", DESTINATIONS,
			 "rtt_ms", 20.0, 20 + (DESTINATIONS - 1) / 2.0,
			 "capacity_per_s", CAPACITY,
			 "queue", QUEUE,
			 "usual_per_s", USUAL,
			 "too_many_per_s", TOO_MANY,
			 "too_many_s", (int)(FROM / SECOND), (int)(TO / SECOND),
			 "step_ms", (int)(STEP / MS));
}

/**
 * overload_json - the result
 * @contender: which
 * @overload: from overload_run()
 *
 * Return: a JSON object.
 */
json_t *overload_json(enum contender contender, const struct overload *overload)
{
	json_t *offered = json_array();
	u64 i;

	for (i = 0; i < END / STEP; i++)
		json_array_append_new(offered,
				      json_integer(overload->offered[i] *
						   (SECOND / STEP)));
	return json_pack("{s:s, s:i, s:i, s:I, s:f, s:f, s:o}",
			 "contender", contender_name[contender],
			 "connections", overload->connections,
			 "gave_up", overload->gave_up,
			 "syns", (json_int_t)overload->syns,
			 "during_per_s", (double)overload->during * SECOND /
					 (TO - FROM),
			 "recovered_ms", overload->recovered / 1e6,
			 "offered_per_s", offered);
}

/**
 * overload_free - forget a result
 * @overload: it
 */
void overload_free(struct overload *overload)
{
	free(overload->offered);
	overload->offered = NULL;
}
