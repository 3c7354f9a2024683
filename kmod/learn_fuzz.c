// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing of learn.c, and of adapt.c and pace.c which live on what it knows.
 * An input is what a policy allows and then what happens to attempts, one by
 * one, each by the schedule that follows from those before.
 */
#include "adapt.h"
#include "fuzz.h"
#include "learn.h"
#include "pace.h"

#define MS		1000000ULL
#define TIME_MAX	(1080000 * MS)	/* longest deadline and linger */
#define SETUP_END	(1ULL << 36)	/* of the last bucket */
#define SETUPS_MAX	4096

static const u8 *input;
static size_t left;

static unsigned int take(void)
{
	return left ? left--, *input++ : 0;
}

static unsigned int take_number(unsigned int below)
{
	unsigned int number = take();

	number = number << 8 | take();
	return (number << 8 | take()) % below;
}

/* Any time from @least to @most, short ones as likely as long ones. */
static u64 take_time(u64 least, u64 most)
{
	unsigned int shift = take() % 34;
	u64 time = (u64)take_number(1 << 16) << shift >> 8;

	return min(max(time, least), most);
}

/**
 * struct world - a destination and what is known of it without arithmetic
 * @learn: what is to be tested
 * @adapt: what the policy allows
 * @pace: by which the next attempt goes
 * @clock: when it begins
 * @longest: longest round-trip time there was
 * @setup: all set-up times
 * @setups: how many
 */
struct world {
	struct learn learn;
	struct adapt adapt;
	struct pace pace;
	u64 clock;
	u64 longest;
	u64 setup[SETUPS_MAX];
	unsigned int setups;
};

static int compare_times(const void *a, const void *b)
{
	const u64 *one = a, *other = b;

	return *one < *other ? -1 : *one > *other;
}

static void check_percentile(struct world *world, unsigned int permille)
{
	u64 told = learn_percentile(&world->learn, permille), real;
	unsigned int rank = (world->setups * permille + 999) / 1000;

	if (!world->setups) {
		must(!told, "a time without set-ups");
		return;
	}
	qsort(world->setup, world->setups, sizeof(u64), compare_times);
	real = world->setup[rank ? rank - 1 : 0];
	/* The last bucket has all that is longer, too. */
	real = min(real, SETUP_END - 1);
	must(told > real, "%u permille in %llu, told %llu",
	     permille, real, told);
	must(told <= real + real / 4 + 1 || told <= 82000,
	     "%u permille in %llu, told %llu", permille, real, told);
}

static void check_learned(const struct world *world)
{
	const struct learn *learn = &world->learn;

	must(learn->srtt <= world->longest && learn->rttvar <= world->longest,
	     "srtt %llu, rttvar %llu, of no more than %llu", learn->srtt,
	     learn->rttvar, world->longest);
	must(!world->longest == !learn->srtt, "srtt %llu", learn->srtt);
	must(learn->lost <= learn->sent && learn->sent < 1024 * LEARN_ONE,
	     "%u lost of %u", learn->lost, learn->sent);
	must(learn_loss(learn) <= 1000000, "loss %u", learn_loss(learn));
	must(learn->backoff <= 6, "backoff %u", learn->backoff);
}

/* What a timer is told, at @elapsed, against all times of the schedule. */
static void check_at(const struct pace *pace, u64 elapsed)
{
	u64 next = pace->deadline, sent;
	unsigned int n;

	for (n = pace->retries; n; n--) {
		sent = pace_sent(pace, n);
		if (sent > elapsed && sent < next)
			next = sent;
	}
	must(pace_next(pace, elapsed) == next,
	     "next is %llu after %llu, told %llu", next, elapsed,
	     pace_next(pace, elapsed));
}

static void check_next(const struct pace *pace, u64 elapsed)
{
	unsigned int n;

	check_at(pace, elapsed);
	for (n = 0; n <= pace->retries + 1; n++)
		check_at(pace, pace_sent(pace, n));
}

static void check_schedule(const struct world *world)
{
	const struct adapt *adapt = &world->adapt;
	const struct pace *pace = &world->pace;
	u64 gap, before = pace->interval;
	unsigned int n;

	must(pace->interval >= adapt->floor && pace->interval <= adapt->ceiling,
	     "interval %llu", pace->interval);
	must(pace->retries <= adapt->retries, "%u retries", pace->retries);
	must(pace->deadline <= adapt->deadline, "deadline %llu of %llu",
	     pace->deadline, adapt->deadline);
	must(!pace->retries || pace_sent(pace, pace->retries) < pace->deadline,
	     "the last has no time");
	for (n = 1; n < pace->retries; n++) {
		gap = pace_sent(pace, n + 1) - pace_sent(pace, n);
		must(gap >= before && gap <= 2 * before,
		     "gap %u is %llu after %llu", n, gap, before);
		before = gap;
	}
	must(!adapt_risk(pace, 0), "risk without loss");
	must(adapt_risk(pace, learn_loss(&world->learn)) <=
	     adapt_risk(pace, 1000000), "less risk where all is lost");
}

/* As policy_pace() does. */
static void plan(struct world *world)
{
	const struct pace fixed = {
		.interval = 500 * MS << world->learn.backoff,
		.gap_max = 500 * MS,
		.deadline = world->adapt.deadline,
		.retries = 3,
	};
	struct pace rtt = fixed;
	u64 *interval = &rtt.interval;

	world->pace = fixed;
	if (!world->learn.srtt)
		return;
	adapt_rtt(&world->learn, &world->adapt, &rtt);
	must(*interval >= world->adapt.floor &&
	     *interval <= world->adapt.ceiling, "interval %llu", *interval);
	adapt_plan(&world->learn, &world->adapt, &world->pace);
	check_schedule(world);
}

static struct learn_answer take_answer(const struct world *world)
{
	struct learn_answer answer = {
		.start = world->clock,
		.elapsed = take_time(0, TIME_MAX),
	};
	const struct pace *pace = &world->pace;
	unsigned int how = take(), sent = 0;

	while (sent < pace->retries &&
	       pace_sent(pace, sent + 1) <= answer.elapsed)
		sent++;
	/* A timer may have been late. */
	answer.retransmitted = sent - min(how / 16, sent);
	if (how & 1)
		answer.rtt = take_time(1, max(answer.elapsed, 1));
	return answer;
}

static void answered(struct world *world, const struct learn_answer *answer)
{
	struct learn *learn = &world->learn;
	u32 lost = learn->lost;

	learn_answer(learn, &world->pace, answer);
	must(learn->lost <= lost + answer->retransmitted * LEARN_ONE,
	     "more lost than sent");
	if (!answer->retransmitted)
		world->longest = max(world->longest, max(answer->elapsed, 1));
	else
		world->longest = max(world->longest, answer->rtt);
}

static void happen(struct world *world)
{
	struct learn_answer answer;
	unsigned int n;
	u64 time;

	world->clock += take_time(0, TIME_MAX);
	switch (take() % 8) {
	case 0:
		time = take_time(0, 60000 * MS);
		learn_seed(&world->learn, time, take_number(1000001));
		world->longest = time;
		world->setups = 0;
		break;
	case 1:
		answer = take_answer(world);
		learn_late(&world->learn, &answer);
		break;
	case 2:
		if (world->setups == SETUPS_MAX)
			break;
		time = take_time(0, TIME_MAX);
		learn_setup(&world->learn, time);
		world->setup[world->setups++] = time;
		break;
	case 3:
		answer = take_answer(world);
		for (n = take(); n; n--)
			answered(world, &answer);
		break;
	default:
		answer = take_answer(world);
		answered(world, &answer);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world world;

	input = data;
	left = size;
	memset(&world, 0, sizeof(world));
	world.adapt.floor = take_time(10 * MS, 60000 * MS);
	world.adapt.ceiling = take_time(world.adapt.floor, 60000 * MS);
	world.adapt.deadline = take_time(10 * MS, 1020000 * MS);
	world.adapt.retries = take() % 17;
	world.adapt.confidence = 900000 + take_number(100000);
	plan(&world);
	while (left) {
		happen(&world);
		check_learned(&world);
		plan(&world);
		check_next(&world.pace, take_time(0, TIME_MAX));
	}
	check_percentile(&world, 500);
	check_percentile(&world, 900);
	check_percentile(&world, 990);
	return 0;
}
