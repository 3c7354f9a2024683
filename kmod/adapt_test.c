// SPDX-License-Identifier: GPL-2.0
/* Tests of adapt.c. */
#include "adapt.h"
#include "learn.h"
#include "pace.h"
#include "test.h"

#define MS 1000000ULL

static const struct adapt usual = {
	.floor = 20 * MS,
	.ceiling = 3000 * MS,
	.deadline = 2000 * MS,
	.retries = 16,
	.confidence = 999900,
};

/* A destination that has been asked often. */
static struct learn known(u64 rtt, u64 var, double loss)
{
	struct learn learn = {
		.srtt = rtt,
		.rttvar = var,
		.sent = 1000 * LEARN_ONE,
		.lost = loss * 1010 * LEARN_ONE,
	};

	learn.lost -= learn.lost > LEARN_ONE ? LEARN_ONE : learn.lost;
	return learn;
}

/* --- the risk, against all that can happen ------------------------------- */

struct server {
	int seen;
	int again;	/* it has answered a repeat, at .last */
	u64 last;
};

/*
 * The chance that no answer comes, by trying each fate of each segment: a SYN is
 * lost or comes, and then its answer is lost or comes.
 */
static double fate(const struct pace *pace, unsigned int step, double q,
		   struct server server)
{
	u64 now = pace_sent(pace, step);
	double lost;

	if (step > pace->retries || now >= pace->deadline)
		return 1;
	lost = q * fate(pace, step + 1, q, server);
	if (!server.seen) {
		server.seen = 1;
	} else if (!server.again || now - server.last >= 500 * MS) {
		server.again = 1;
		server.last = now;
	} else {
		return lost + (1 - q) * fate(pace, step + 1, q, server);
	}
	return lost + (1 - q) * q * fate(pace, step + 1, q, server);
}

static double one_way(double loss)
{
	double low = 0, high = 1, middle;
	int i;

	for (i = 0; i < 60; i++) {
		middle = (low + high) / 2;
		if (1 - (1 - middle) * (1 - middle) < loss)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void risks(void)
{
	static const u64 gaps[] = { 10, 20, 60, 130, 250, 480, 500, 700 };
	static const u32 losses[] = { 1000, 10000, 100000, 190000, 360000 };
	double seen, expected, worst = 1, least = 1;
	struct pace pace;
	unsigned int g, l;

	for (g = 0; g < 8; g++)
		for (l = 0; l < 5; l++)
			for (pace.retries = 0; pace.retries <= 9; pace.retries++) {
				pace.interval = gaps[g] * MS;
				pace.gap_max = max(pace.interval, 500 * MS);
				pace.deadline = pace_sent(&pace, pace.retries) +
						pace.interval;
				expected = fate(&pace, 0,
						one_way(losses[l] / 1e6),
						(struct server) {});
				if (expected < 1e-5)
					continue;
				seen = adapt_risk(&pace, losses[l]) / 4294967296.0;
				if (seen / expected > worst)
					worst = seen / expected;
				if (seen / expected < least)
					least = seen / expected;
			}
	check(worst < 1.01 && least > 0.99,
	      "the risk is that of trying all fates: %.3f to %.3f of it", least,
	      worst);

	check(adapt_risk(&pace, 0) == 0, "nothing is lost, no risk");
	check(adapt_risk(&pace, 1000000) > 4294000000U,
	      "all is lost, nothing but risk");
	pace.retries = 1000;
	check(adapt_risk(&pace, 500000) < 4294967295U,
	      "more retries than there may be are no harm");
}

/* --- the plan ------------------------------------------------------------ */

static struct pace plan(u64 rtt, u64 var, double loss, const struct adapt *adapt)
{
	struct learn learn = known(rtt, var, loss);
	struct pace pace = {};

	adapt_plan(&learn, adapt, &pace);
	return pace;
}

static void plans(void)
{
	static const u64 rtts[] = { 1, 20, 100, 150 };
	static const double losses[] = { 0, 0.01, 0.05, 0.1, 0.2 };
	struct adapt adapt = usual;
	struct learn learn;
	struct pace pace;
	unsigned int i, j, late = 0, risky = 0, fast = 0, before;

	for (i = 0; i < 4; i++) {
		before = 0;
		for (j = 0; j < 5; j++) {
			pace = plan(rtts[i] * MS, rtts[i] * MS / 13, losses[j], &usual);
			late += pace.deadline >= 2000 * MS;
			fast += pace.interval < 20 * MS ||
				pace.interval < rtts[i] * MS * 5 / 4;
			risky += losses[j] <= 0.1 &&
				 adapt_risk(&pace, losses[j] * 1e6) > 429497;
			check(pace.retries >= before,
			      "rtt %llu ms, loss %g %%: %u retries from %llu ms on, given up at %llu ms",
			      rtts[i], losses[j] * 100, pace.retries,
			      pace.interval / MS, pace.deadline / MS);
			before = pace.retries;
		}
	}
	check(!late, "all give up in less than two seconds");
	check(!fast, "none is faster than the floor or an answer");
	check(!risky, "all keep to the chance that is asked for, up to a loss of 10 %%");

	pace = plan(20 * MS, 2 * MS, 0.6, &usual);
	check(pace.deadline <= 2000 * MS &&
	      pace_sent(&pace, pace.retries) + pace.interval == pace.deadline &&
	      pace_sent(&pace, pace.retries + 1) + pace.interval > 2000 * MS,
	      "where that can not be had: as many as fit");
	pace = plan(5000 * MS, 500 * MS, 0, &usual);
	check(pace.retries == 0 && pace.deadline == 2000 * MS,
	      "a server beyond the deadline: one SYN, and no later");
	adapt.retries = 2;
	pace = plan(20 * MS, 2 * MS, 0.1, &adapt);
	check(pace.retries == 2, "no more than are allowed");
	adapt = usual;
	adapt.confidence = 900000;
	pace = plan(20 * MS, 2 * MS, 0.05, &adapt);
	check(pace.retries == 3 && pace.deadline == 224 * MS,
	      "nine of ten are enough: no sooner than a burst of losses is over");
	pace = plan(300 * MS, 20 * MS, 0.05, &adapt);
	check(pace.retries == 0 && pace.deadline == 380 * MS,
	      "and where that is so: one SYN, and what an answer takes");
	adapt.confidence = 1000000;
	pace = plan(20 * MS, 2 * MS, 0.05, &adapt);
	check(pace_sent(&pace, pace.retries + 1) + pace.interval > 2000 * MS,
	      "all of them can not be had");

	pace = plan(100 * MS, 10 * MS, 0.1, &usual);
	check(pace.gap_max == 540 * MS && pace.deadline == 1640 * MS,
	      "jitter makes the gaps longer, that none is too short at the server");
	pace = plan(300 * MS, 25 * MS, 0.1, &usual);
	check(pace.retries == 3 && pace.gap_max == 566666666,
	      "so far as there is time");
	late = 0;
	for (i = 1; i < 400; i++)
		for (j = 0; j < i; j += 7) {
			pace = plan(i * MS, j * MS, 0.19, &usual);
			late += pace.deadline > 2000 * MS ||
				pace.deadline < pace_sent(&pace, pace.retries) +
						pace.interval;
		}
	check(!late, "and never beyond the deadline");

	learn = known(20 * MS, 2 * MS, 0.01);
	learn.backoff = 2;
	adapt_plan(&learn, &usual, &pace);
	check(pace.interval == 4 * 28 * MS, "patience doubles the interval");
	adapt_rtt(&learn, &usual, &pace);
	check(pace.interval == 120 * MS && pace.gap_max == 120 * MS,
	      "that of the round-trip time alone, too, which is uniform");
	learn = known(60000 * MS, 60000 * MS, 0.01);
	learn.backoff = 6;
	adapt_plan(&learn, &usual, &pace);
	check(pace.interval == 3000 * MS, "the greatest does not overflow");
}

int main(void)
{
	risks();
	plans();
	return check_done();
}
