// SPDX-License-Identifier: GPL-2.0
/*
 * What the answers of a destination teach: round-trip time, loss, set-up times.
 * Pure arithmetic, all times in nanoseconds; whoever calls holds a lock.
 */
#include "learn.h"
#include "pace.h"

/* What of a destination is not known yet is taken for this: 1 of 10 is lost. */
#define PRIOR_SENT	(10 * LEARN_ONE)
#define PRIOR_LOST	(1 * LEARN_ONE)

/* A seed of the operator's counts like so many transmissions. */
#define SEED_SENT	(64 * LEARN_ONE)

/* Beyond these all counts are halved: a year's history does not hide a change. */
#define SENT_MAX	(1024 * LEARN_ONE)
#define SETUP_MAX	U16_MAX

#define BACKOFF_MAX	6

#define MILLION		1000000

/**
 * learn_seed - begin with what the operator says
 * @learn: all zeroes, or to be begun anew
 * @rtt: round-trip time, ns; 0 if he does not say
 * @loss: how many of a million are lost
 */
void learn_seed(struct learn *learn, u64 rtt, u32 loss)
{
	memset(learn, 0, sizeof(*learn));
	if (!rtt)
		return;
	learn->srtt = rtt;
	learn->rttvar = rtt / 2;
	learn->sent = SEED_SENT;
	learn->lost = div64_u64((u64)SEED_SENT * loss, MILLION);
}

/*
 * RFC 6298, 2.2 and 2.3, but that the variation falls half as fast as it rises:
 * with as little as one sample for each connection a few that happen to be alike
 * say nothing of the next.
 */
static void learn_rtt(struct learn *learn, u64 rtt)
{
	unsigned int shift;
	u64 off;

	if (!learn->srtt) {
		learn->srtt = max(rtt, 1ULL);
		learn->rttvar = rtt / 2;
		return;
	}
	off = rtt > learn->srtt ? rtt - learn->srtt : learn->srtt - rtt;
	shift = off > learn->rttvar ? 2 : 3;
	learn->rttvar = learn->rttvar - (learn->rttvar >> shift) +
			(off >> shift);
	learn->srtt = max(learn->srtt - learn->srtt / 8 + rtt / 8, 1ULL);
}

/* One transmission was answered, after @lost that were not. */
static void learn_count(struct learn *learn, u32 lost)
{
	learn->sent += (lost + 1) * LEARN_ONE;
	learn->lost += lost * LEARN_ONE;
	if (learn->sent < SENT_MAX)
		return;
	learn->sent /= 2;
	learn->lost /= 2;
}

/* How far from the usual an answer may be and still be one. */
static u64 learn_slack(const struct learn *learn)
{
	return max(4 * learn->rttvar, learn->srtt / 4);
}

/**
 * learn_answer - an attempt was answered
 * @learn: what is known of the destination
 * @pace: the schedule that the attempt went by
 * @answer: the answer
 *
 * Karn's rule: where the SYN was repeated and no timestamp tells which one the
 * answer is for, the round-trip time is not learned from it. It is looked at,
 * though, which of them, by what is known, may have been answered. If one may,
 * those before it were lost. If none, the interval is too short for this
 * destination, all answers will be ambiguous, and nothing would ever be learned:
 * it is doubled until one is not (RFC 6298, 5.5).
 *
 * Attempts may be under way at the same time, and those that met with losses are
 * answered last. So what one says of the interval counts only if none that began
 * later has been answered clearly, and if it went by the interval as it is now.
 */
void learn_answer(struct learn *learn, const struct pace *pace,
		  const struct learn_answer *answer)
{
	u64 rtt = answer->rtt, usual = learn->srtt, slack = learn_slack(learn);
	u32 lost;

	if (!answer->retransmitted)
		rtt = max(answer->elapsed, 1ULL);
	if (!rtt && !usual) {
		learn_late(learn, answer);
		return;
	}

	/* The last that had the time to be answered, and how long it had. */
	usual = rtt ? rtt : usual - min(usual, slack);
	for (lost = answer->retransmitted; lost; lost--)
		if (pace_sent(pace, lost) + usual <= answer->elapsed)
			break;

	if (rtt) {
		learn_rtt(learn, rtt);
		learn->backoff = 0;
		learn->since = max(learn->since, answer->start);
	} else if (answer->elapsed - pace_sent(pace, lost) >
		   learn->srtt + slack) {
		learn_late(learn, answer);
		return;
	}
	learn_count(learn, lost);
}

/**
 * learn_late - an answer came when it was awaited no more
 * @learn: what is known of the destination
 * @answer: the answer; only its time matters
 */
void learn_late(struct learn *learn, const struct learn_answer *answer)
{
	if (answer->start < learn->since)
		return;
	learn->backoff = min(learn->backoff + 1, BACKOFF_MAX);
	learn->since = answer->start + answer->elapsed;
}

/**
 * learn_loss - how much is lost
 * @learn: what is known of the destination
 *
 * Return: how many of a million SYNs have no answer; cautious as long as little
 * is known.
 */
u32 learn_loss(const struct learn *learn)
{
	return div64_u64((u64)(learn->lost + PRIOR_LOST) * MILLION,
			 learn->sent + PRIOR_SENT);
}

/* --- set-up times -------------------------------------------------------- */

#define SETUP_FIRST	16	/* 64 us, as a power of two */

static u64 bucket_end(unsigned int i)
{
	return (u64)(5 + i % 4) << (SETUP_FIRST + i / 4 - 2);
}

/**
 * learn_setup - a connection was set up
 * @learn: what is known of the destination
 * @time: from the first SYN to the SYN-ACK, ns
 */
void learn_setup(struct learn *learn, u64 time)
{
	unsigned int i = 0, j;

	while (i < LEARN_BUCKETS - 4 && time >= bucket_end(i + 3))
		i += 4;
	while (i < LEARN_BUCKETS - 1 && time >= bucket_end(i))
		i++;
	if (++learn->setup[i] < SETUP_MAX)
		return;
	for (j = 0; j < LEARN_BUCKETS; j++)
		learn->setup[j] /= 2;
}

/**
 * learn_percentile - how long it takes to set up a connection
 * @learn: what is known of the destination
 * @permille: 500 for the median
 *
 * Return: ns, no less than so many of the last set-ups took and at most a
 * quarter more (64 us are the least); 0 if there were none.
 */
u64 learn_percentile(const struct learn *learn, unsigned int permille)
{
	u64 all = 0, upto = 0;
	unsigned int i;

	for (i = 0; i < LEARN_BUCKETS; i++)
		all += learn->setup[i];
	if (!all)
		return 0;
	for (i = 0; i < LEARN_BUCKETS - 1; i++) {
		upto += learn->setup[i];
		if (upto * 1000 >= all * permille)
			break;
	}
	return bucket_end(i);
}
