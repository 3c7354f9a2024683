// SPDX-License-Identifier: GPL-2.0
/*
 * Which schedule fits a destination.  Pure arithmetic; probabilities are 32-bit
 * fractions.
 *
 * A schedule that is adapted begins a little more than a round trip after the
 * first SYN and doubles its gaps from there. RFC 8961, 4 (4) asks for that: where
 * packets vanish because a link is overloaded, whoever repeats them at an even
 * pace keeps it overloaded. The gaps need not grow beyond the time that a Linux
 * server lets pass between the SYN-ACKs with which it answers the repeats of one
 * SYN (tcp_invalid_ratelimit, 500 ms): a lost SYN-ACK is not repaired any sooner
 * than that, and a schedule all of whose SYNs fall into that time would see a
 * server that answers as a dead one.
 */
#include "adapt.h"
#include "learn.h"
#include "pace.h"

#define MS		1000000ULL

/* Between SYN-ACKs that repeats of the SYN call for, from the second on. */
#define SYNACK_GAP	(500 * MS)

/*
 * What the risk does not know of: losses come in bursts. However good a
 * destination has been, for a part of a second any path may be dead.
 */
#define BURST		(200 * MS)

#define STEPS_MAX	17U

#define ONE		BIT_ULL(32)
#define MILLION		1000000U

static u64 times(u64 a, u64 b)
{
	return a * b >> 32;
}

/*
 * What is lost is lost on the way there or back: as it is not known where, half
 * of it each. (1 - q)^2 = 1 - loss, and loss is not 0. Return: q, less than ONE.
 */
static u64 one_way(u32 loss)
{
	u64 kept = ONE - div64_u64(ONE * min(loss, MILLION), MILLION);

	return ONE - 1 - int_sqrt64(kept << 32);
}

/**
 * adapt_risk - the chance that a living server is given up
 * @pace: the schedule
 * @loss: how many of a million SYNs have no answer, each by itself
 *
 * The server answers the first SYN that it gets and the next one, and from then
 * on a SYN at least SYNACK_GAP after the last that it answered. It repeats its
 * SYN-ACK by itself, too, but not before a second has gone since the last SYN that
 * it answered: too late to be counted on.
 *
 * Return: the chance, of 2^32.
 */
u32 adapt_risk(const struct pace *pace, u32 loss)
{
	u64 q = loss ? one_way(loss) : 0, p = ONE - q;
	u64 gap = pace->interval, now = 0;
	/* No SYN has come; one has; one more was answered at step i. */
	u64 none = ONE, one = 0, more[STEPS_MAX] = {}, at[STEPS_MAX], risk;
	unsigned int i, j, steps = min(pace->retries + 1, STEPS_MAX);

	if (!loss)
		return 0;
	for (i = 0; i < steps && now < pace->deadline; i++) {
		/* It comes, is answered, and the answer is lost. */
		at[i] = now;
		more[i] = times(times(one, p), q);
		for (j = 0; j < i; j++) {
			if (now - at[j] < SYNACK_GAP)
				continue;
			more[i] += times(times(more[j], p), q);
			more[j] = times(more[j], q);
		}
		one = times(one, q) + times(times(none, p), q);
		none = times(none, q);

		now += gap;
		gap = pace_sent(pace, i + 2) - now;
	}

	risk = one;
	for (j = 0; j < i; j++)
		risk += more[j];
	return min(risk + none, ONE - 1);
}

/*
 * How long to wait for an answer before anything is done: RFC 6298, 2.3, with a
 * quarter of the round-trip time for a variation that has not been seen yet.
 */
static u64 wait_for_answer(const struct learn *learn)
{
	return learn->srtt + max(4 * learn->rttvar, learn->srtt / 4);
}

/**
 * adapt_rtt - a uniform schedule that follows the round-trip time
 * @learn: what is known of the destination, a round-trip time at least
 * @adapt: its floor and ceiling
 * @pace: its interval is set
 */
void adapt_rtt(const struct learn *learn, const struct adapt *adapt,
	       struct pace *pace)
{
	pace->interval = pace_interval(learn->srtt << learn->backoff,
				       adapt->floor, adapt->ceiling);
	pace->gap_max = pace->interval;
}

/**
 * adapt_plan - a schedule that follows round-trip time, its variation and loss
 * @learn: what is known of the destination, a round-trip time at least
 * @adapt: what to keep to
 * @pace: interval, gaps, retries and deadline are set
 *
 * So many retransmissions as it takes for @adapt->confidence, and to outlast a
 * burst of losses, but no more than fit into @adapt->deadline with time for the
 * last to be answered. Where these are not enough the attempt ends with them:
 * there is nothing to wait for.
 *
 * Gaps that jitter makes less than SYNACK_GAP at the server are SYNs for nothing:
 * time that is left makes them longer.
 */
void adapt_plan(const struct learn *learn, const struct adapt *adapt,
		struct pace *pace)
{
	u64 wait = wait_for_answer(learn) << learn->backoff, end;
	u32 allowed = div64_u64(ONE * (MILLION - adapt->confidence), MILLION);
	u32 loss = learn_loss(learn);

	wait = min(max(wait, adapt->floor), adapt->ceiling);
	pace->interval = wait;
	pace->gap_max = max(wait, SYNACK_GAP);
	pace->retries = 0;
	pace->deadline = min(wait, adapt->deadline);
	while (pace->retries < adapt->retries &&
	       (pace->deadline < BURST || adapt_risk(pace, loss) > allowed)) {
		end = pace_sent(pace, pace->retries + 1) + wait;
		if (end > adapt->deadline)
			break;
		pace->retries++;
		pace->deadline = end;
	}
	if (!pace->retries)
		return;
	pace->gap_max += min(4 * learn->rttvar,
			     div64_u64(adapt->deadline - pace->deadline,
				       pace->retries));
	pace->deadline = pace_sent(pace, pace->retries) + wait;
}
