// SPDX-License-Identifier: GPL-2.0
/* Tests of learn.c, against models in floating point. */
#include <math.h>

#include "learn.h"
#include "pace.h"
#include "test.h"

#define MS 1000000ULL

static const struct pace fixed = {
	.interval = 500 * MS,
	.retries = 3,
	.deadline = 2000 * MS,
};

/* The same every time. */
static double chance(void)
{
	static u64 state = 1;

	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (double)(state >> 11) / (1ULL << 53);
}

/* One attempt after the other. */
static void answer(struct learn *learn, u64 elapsed, u32 retransmitted, u64 rtt)
{
	static u64 start;
	struct learn_answer seen = {
		.start = start += 10000 * MS,
		.elapsed = elapsed,
		.retransmitted = retransmitted,
		.rtt = rtt,
	};

	learn_answer(learn, &fixed, &seen);
}

static int near(double a, double b, double part)
{
	return fabs(a - b) <= part * b + 1;
}

/* RFC 6298 as it is written there, but that RTTVAR falls half as fast. */
static void model(void)
{
	double srtt = 0, rttvar = 0, rtt, off, worst_rtt = 0, worst_var = 0;
	struct learn learn = {};
	int i;

	for (i = 0; i < 100000; i++) {
		/* From 50 us to 5 s, now and then elsewhere. */
		rtt = floor(pow(10, 4.7 + 5 * (i / 1000) / 100.0) *
			    (0.7 + 0.6 * chance()));
		if (!i) {
			srtt = rtt;
			rttvar = rtt / 2;
		} else {
			off = fabs(srtt - rtt);
			rttvar += (off - rttvar) / (off > rttvar ? 4 : 8);
			srtt = 0.875 * srtt + 0.125 * rtt;
		}
		answer(&learn, rtt, 0, 0);
		worst_rtt = fmax(worst_rtt, fabs(learn.srtt - srtt));
		worst_var = fmax(worst_var, fabs(learn.rttvar - rttvar));
	}
	check(worst_rtt < 16, "100000 round trips: SRTT as in floating point, %.1f ns off",
	      worst_rtt);
	check(worst_var < 32, "and RTTVAR, %.1f ns off", worst_var);
}

static void losses(void)
{
	static const double rates[] = { 0, 0.01, 0.05, 0.1, 0.2, 0.5 };
	struct learn learn;
	double mean;
	unsigned int i;
	int j, lost;

	for (i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
		learn_seed(&learn, 0, 0);
		answer(&learn, 20 * MS, 0, 0);
		mean = 0;
		for (j = 0; j < 20000; j++) {
			for (lost = 0; lost < 3 && chance() < rates[i]; lost++)
				;
			answer(&learn, lost * 500 * MS + 20 * MS, lost, 0);
			mean += learn_loss(&learn);
		}
		mean /= 20000 * 1e6;
		/* The fourth that is lost is not seen. */
		check(fabs(mean - rates[i]) < 0.01 + 0.1 * rates[i],
		      "a loss of %g %% is learned: %.2f %%", 100 * rates[i],
		      100 * mean);
	}

	learn_seed(&learn, 0, 0);
	check(learn_loss(&learn) == 100000, "nothing is known: 10 %%");
	learn_seed(&learn, 40 * MS, 20000);
	check(learn.srtt == 40 * MS && learn.rttvar == 20 * MS &&
	      near(learn_loss(&learn), (64 * .02 + 1) / 74 * 1e6, 0.01),
	      "a seed: %u of a million", learn_loss(&learn));
	learn_seed(&learn, 60000 * MS, 1000000);
	check(learn_loss(&learn) <= 1000000, "the greatest seed");
	for (j = 0; j < 5000; j++)
		answer(&learn, 20 * MS, 0, 0);
	check(learn_loss(&learn) < 3000, "is forgotten for what is seen: %u",
	      learn_loss(&learn));
}

static void karn(void)
{
	struct learn learn = {};
	u32 before;

	answer(&learn, 520 * MS, 1, 0);
	check(!learn.srtt && learn.backoff == 1 && !learn.sent,
	      "a first answer that is ambiguous: nothing but patience");
	answer(&learn, 520 * MS, 1, 0);
	answer(&learn, 700 * MS, 0, 0);
	check(learn.srtt == 700 * MS && !learn.backoff,
	      "one that is not: 700 ms, and the patience ends");

	learn_seed(&learn, 0, 0);
	answer(&learn, 520 * MS, 1, 20 * MS);
	check(learn.srtt == 20 * MS && learn.lost == LEARN_ONE &&
	      learn.sent == 2 * LEARN_ONE,
	      "a timestamp says which one was answered: the second");
	answer(&learn, 520 * MS, 1, 520 * MS);
	check(learn.lost == LEARN_ONE && learn.sent == 3 * LEARN_ONE &&
	      learn.srtt > 80 * MS, "the first: it was slow, but not lost");

	learn_seed(&learn, 0, 0);
	for (before = 0; before < 20; before++)
		answer(&learn, 20 * MS, 0, 0);
	learn.sent = 0;
	before = learn.srtt;
	answer(&learn, 1022 * MS, 2, 0);
	check(learn.srtt == before && learn.lost == 2 * LEARN_ONE &&
	      learn.sent == 3 * LEARN_ONE && !learn.backoff,
	      "what is usual tells: two were lost");
	answer(&learn, 505 * MS, 1, 0);
	check(learn.lost == 2 * LEARN_ONE && learn.sent == 3 * LEARN_ONE &&
	      learn.backoff == 1,
	      "too soon for the second, too late for the first: patience");
	answer(&learn, 700 * MS, 1, 0);
	check(learn.backoff == 2 && learn.srtt == before,
	      "a server that has slowed down: more of it");
	for (before = 0; before < 20; before++)
		answer(&learn, 700 * MS, 1, 0);
	check(learn.backoff == 6, "but no more than 64 times");
	answer(&learn, 1 * MS, 0, 0);
	check(!learn.backoff, "until one answer is clear");

	learn_seed(&learn, 0, 0);
	answer(&learn, 0, 0, 0);
	answer(&learn, 0, 0, 0);
	check(learn.srtt == 1, "an answer in no time is one all the same");
}

/* An answer to an attempt that began at @start and was repeated once, or not. */
static void answer_to(struct learn *learn, u64 start, u64 elapsed,
		      u32 retransmitted)
{
	struct learn_answer seen = {
		.start = start,
		.elapsed = elapsed,
		.retransmitted = retransmitted,
	};

	learn_answer(learn, &fixed, &seen);
}

static void at_once(void)
{
	struct learn_answer late = { .start = 2000 * MS, .elapsed = 2500 * MS };
	struct learn learn = {};
	u64 i;

	for (i = 0; i < 50; i++)
		answer_to(&learn, i * MS, 20 * MS, 0);
	for (i = 0; i < 49; i++)
		answer_to(&learn, i * MS, 800 * MS, 1);
	check(!learn.backoff,
	      "those that began before one that is clear say nothing");
	for (i = 0; i < 50; i++)
		answer_to(&learn, 1000 * MS + i * MS, 800 * MS, 1);
	check(learn.backoff == 1,
	      "of fifty at the same interval each says the same: once doubled");
	learn_late(&learn, &late);
	check(learn.backoff == 2, "too late for one that went by that: again");
	answer_to(&learn, 2100 * MS, 20 * MS, 0);
	late.start = 2050 * MS;
	learn_late(&learn, &late);
	check(!learn.backoff, "too late, but a later one was clear");
}

static void setups(void)
{
	struct learn learn = {};
	u64 time, end;
	int good = 1;
	unsigned int i;

	check(!learn_percentile(&learn, 500), "no set-up yet");
	for (time = 1000; time < 70000 * MS; time += time / 7 + 1) {
		learn_seed(&learn, 0, 0);
		learn_setup(&learn, time);
		end = learn_percentile(&learn, 500);
		good &= end > time && (end <= time + time / 4 + 1 || end <= 82000);
	}
	check(good, "each time is in a bucket that ends a quarter later at most");
	learn_setup(&learn, ~0ULL);
	check(learn.setup[LEARN_BUCKETS - 1], "the longest, too");

	learn_seed(&learn, 0, 0);
	for (i = 0; i < 1000; i++)
		learn_setup(&learn, i < 985 ? 20 * MS : 520 * MS);
	check(near(learn_percentile(&learn, 500), 22 * MS, 0.15) &&
	      near(learn_percentile(&learn, 980), 22 * MS, 0.15),
	      "half of them and 98 %% in 20 ms: %.1f ms",
	      learn_percentile(&learn, 500) / 1e6);
	check(near(learn_percentile(&learn, 990), 600 * MS, 0.15),
	      "99 %% in 520 ms: %.1f ms", learn_percentile(&learn, 990) / 1e6);
	for (i = 0; i < 1000000; i++)
		learn_setup(&learn, 1 * MS);
	check(learn_percentile(&learn, 990) < 2 * MS, "in time the new ones count");
}

int main(void)
{
	model();
	losses();
	karn();
	at_once();
	setups();
	return check_done();
}
