// SPDX-License-Identifier: GPL-2.0
/*
 * Destinations, as their answers show them: what an attempt's course teaches, and
 * what follows for the next one.
 *
 * Only answers that fit an attempt in care get as far as here (handshake.c), so
 * that nobody off the path can teach anything.
 */
#include <linux/jiffies.h>
#include <linux/rhashtable.h>

#include "adapt.h"
#include "compat.h"
#include "dest.h"
#include "event.h"
#include "main.h"
#include "policy.h"
#include "prefix.h"
#include "profile.h"
#include "repeats.h"
#include "walk.h"

/* --- many at once -------------------------------------------------------- */

/*
 * A server that falls silent is dead. When many do at the same time it is more
 * likely the way to them that is overloaded, and whoever repeats quickly then
 * keeps it so (RFC 8961, 4 (4) and RFC 2914, 3). Seconds are counted, in each of
 * them every destination once.
 */
#define MANY_SILENT	8

static u32 window_now(void)
{
	return jiffies / HZ;
}

/* Counts a destination, once in a second. */
static void window_count(struct dest *dest, u32 *in, unsigned int *count)
{
	struct syncopate_net *sn = dest->sn;
	u32 now = window_now();

	if (READ_ONCE(*in) == now)
		return;
	spin_lock(&sn->dest_lock);
	if (sn->window != now) {
		sn->asked[1] = sn->window + 1 == now ? sn->asked[0] : 0;
		sn->silent[1] = sn->window + 1 == now ? sn->silent[0] : 0;
		sn->asked[0] = 0;
		sn->silent[0] = 0;
		sn->window = now;
	}
	if (*in != now)
		WRITE_ONCE(count[0], count[0] + 1);
	WRITE_ONCE(*in, now);
	spin_unlock(&sn->dest_lock);
}

/* Are most of the destinations silent, and many? */
static bool many_are_silent(const struct syncopate_net *sn)
{
	unsigned int silent = READ_ONCE(sn->silent[0]) + READ_ONCE(sn->silent[1]);
	unsigned int asked = READ_ONCE(sn->asked[0]) + READ_ONCE(sn->asked[1]);

	return silent >= MANY_SILENT && 2 * silent > asked &&
	       window_now() - READ_ONCE(sn->window) <= 1;
}

/**
 * dest_waits - an attempt has waited in vain for so long that its SYN is repeated
 * @flow: the attempt, its lock held
 */
void dest_waits(struct flow *flow)
{
	if (flow->dest)
		window_count(flow->dest, &flow->dest->silent_in,
			     flow->dest->sn->silent);
}

/* --- an attempt begins --------------------------------------------------- */

/* Under the lock: what is known follows the profile as long as that is new. */
static void dest_seed(struct dest *dest, const struct profile *profile)
{
	u64 rtt = profile ? profile->rtt : 0;
	u32 loss = profile ? profile->loss : 0;

	if (dest_is_old(dest)) {
		memset(&dest->breaker, 0, sizeof(dest->breaker));
		dest->attempts = 0;
		dest->answered = 0;
		dest->answer = 0;
		dest->seen = false;
		dest->elsewhere = 0;
	} else if (dest->attempts && dest->seed_rtt == rtt &&
		   dest->seed_loss == loss) {
		return;
	}
	dest->seed_rtt = rtt;
	dest->seed_loss = loss;
	learn_seed(&dest->learn, rtt, loss);
}

/**
 * dest_pace - the schedule for an attempt
 * @dest: where it goes, or NULL if that is not known
 * @policy: what selected it
 * @profile: what the operator says of the destination, or NULL
 * @pace: the result
 *
 * Bottom halves off. An attempt that does not begin after that, for want of memory
 * or because another CPU was quicker, counts as one nevertheless, and a 16th of a
 * repeat is earned: a SYN came, and that is no more than each brings.
 */
void dest_pace(struct dest *dest, const struct policy *policy,
	       const struct profile *profile, struct pace *pace)
{
	unsigned int slower;

	if (!dest) {
		policy_pace(policy, NULL, pace);
		return;
	}
	window_count(dest, &dest->asked_in, dest->sn->asked);
	slower = policy->timing == SYNCOPATE_TIMING_ADAPTIVE &&
		 many_are_silent(dest->sn);
	if (slower)
		stats_inc(dest->sn, SYNCOPATE_A_STATS_BACKED_OFF);

	spin_lock(&dest->lock);
	dest_seed(dest, profile);
	WRITE_ONCE(dest->used, jiffies);
	dest->attempts++;
	repeats_earn(dest, policy->observe);
	dest->learn.backoff += slower;
	policy_pace(policy, &dest->learn, pace);
	dest->learn.backoff -= slower;
	spin_unlock(&dest->lock);
}

/**
 * dest_passes - may an attempt begin, or is its destination down?
 * @dest: where it goes
 * @policy: what selected it; for one that observes, would it be down?
 *
 * Bottom halves off.
 */
bool dest_passes(struct dest *dest, const struct policy *policy)
{
	bool passes;

	if (policy->observe && policy->breaker)
		return READ_ONCE(dest->breaker.silent) < policy->breaker;
	if (!policy->breaker || !READ_ONCE(dest->breaker.down))
		return true;
	spin_lock(&dest->lock);
	passes = dest_is_old(dest) ||
		 breaker_passes(&dest->breaker, policy->probe, ktime_get_ns());
	/*
	 * Those that are refused keep the memory of it alive. One that passes
	 * does so in dest_pace(), which must still see how old it is.
	 */
	if (!passes)
		WRITE_ONCE(dest->used, jiffies);
	spin_unlock(&dest->lock);
	return passes;
}

/**
 * dest_not_begun - an attempt that dest_passes() let pass does not begin
 * @dest: where it goes, or NULL if that is not known
 * @policy: what selected it
 *
 * Its SYN goes on, but nobody here sees the answer: a probe that it was is for
 * the next one to make. Bottom halves off.
 */
void dest_not_begun(struct dest *dest, const struct policy *policy)
{
	if (!dest || !policy->breaker || policy->observe ||
	    !READ_ONCE(dest->breaker.down))
		return;
	spin_lock(&dest->lock);
	breaker_give_back(&dest->breaker, ktime_get_ns());
	spin_unlock(&dest->lock);
}

/* --- and ends ------------------------------------------------------------ */

/* A sign of life. Under the lock, which it drops. */
static void dest_lives(struct dest *dest, ktime_t now)
	__releases(&dest->lock)
{
	dest->answered++;
	dest->answer = now;
	if (breaker_answered(&dest->breaker))
		event_dest(dest, SYNCOPATE_EVENT_KIND_DEST_UP);
	spin_unlock(&dest->lock);
	if (!READ_ONCE(dest->known))
		dest_is_known(dest);
}

/* Where an attempt passed that ends. Under the lock. */
static void dest_place(struct dest *dest, const struct flow *flow)
{
	bool forwarded = flow_on(flow) == SYNCOPATE_ON_FORWARD;

	dest->iif = forwarded ? flow->path.iif : 0;
	dest->oif = flow->path.oif;
	dest->zone = forwarded ? flow->path.conn.zone.id : 0;
}

/* An answer came by here. Under the lock. */
static void dest_seen(struct dest *dest, const struct flow *flow)
{
	dest->seen = true;
	dest->elsewhere = 0;
	dest_place(dest, flow);
}

/**
 * dest_answered - an attempt was accepted
 * @flow: the attempt, pending, its lock held
 * @now: the time, CLOCK_MONOTONIC
 * @rtt: the round-trip time if a timestamp tells it, ns; else 0
 */
void dest_answered(struct flow *flow, ktime_t now, u64 rtt)
{
	struct learn_answer answer = {
		.start = ktime_to_ns(flow->start),
		.elapsed = ktime_to_ns(ktime_sub(now, flow->start)),
		/* An observing policy has sent none of them. */
		.retransmitted = flow->observe ? 0 : flow->retransmitted,
		.rtt = rtt,
	};
	struct dest *dest = flow->dest;

	if (!dest)
		return;
	spin_lock(&dest->lock);
	/*
	 * Where the client's own repeats went on as well, or another box repeats
	 * before us, it is not known how many SYNs there were, and when.
	 */
	if (!flow->unclear && pace_is_alone(&flow->pace, answer.elapsed))
		learn_answer(&dest->learn, &flow->pace, &answer);
	learn_setup(&dest->learn, answer.elapsed);
	dest_seen(dest, flow);
	dest_lives(dest, now);
}

/**
 * dest_heard - an answer showed that its destination lives, and nothing more
 * @flow: the attempt, its lock held
 */
void dest_heard(struct flow *flow)
{
	struct dest *dest = flow->dest;

	if (!dest)
		return;
	spin_lock(&dest->lock);
	dest_seen(dest, flow);
	dest_lives(dest, ktime_get());
}

/**
 * dest_elsewhere - an attempt was established, but no answer came by here
 * @flow: the attempt, its lock held
 */
void dest_elsewhere(struct flow *flow)
{
	struct dest *dest = flow->dest;

	if (!dest)
		return;
	spin_lock(&dest->lock);
	if (dest->elsewhere < U32_MAX)
		dest->elsewhere++;
	dest->elsewhere_at = ktime_get();
	dest_place(dest, flow);
	dest_lives(dest, dest->elsewhere_at);
}

/**
 * dest_late - an attempt was accepted after it was given up
 * @flow: the attempt, its lock held
 */
void dest_late(struct flow *flow)
{
	ktime_t now = ktime_get();
	const struct learn_answer answer = {
		.start = ktime_to_ns(flow->start),
		.elapsed = ktime_to_ns(ktime_sub(now, flow->start)),
	};
	struct dest *dest = flow->dest;

	if (!dest)
		return;
	spin_lock(&dest->lock);
	learn_late(&dest->learn, &answer);
	dest_seen(dest, flow);
	dest_lives(dest, now);
}

/**
 * dest_lives_since - has its destination answered anyone since an attempt began?
 * @flow: the attempt, its lock held
 */
bool dest_lives_since(const struct flow *flow)
{
	struct dest *dest = flow->dest;
	bool lives;

	if (!dest)
		return false;
	spin_lock(&dest->lock);
	lives = ktime_compare(dest->answer, flow->start) >= 0;
	spin_unlock(&dest->lock);
	return lives;
}

/**
 * dest_silent - an attempt had no answer
 * @flow: the attempt, its deadline come, its lock held
 * @limit: so many in a row bring its destination down, 0 for never
 */
void dest_silent(struct flow *flow, u32 limit)
{
	struct dest *dest = flow->dest;

	if (!dest)
		return;
	spin_lock(&dest->lock);
	dest_place(dest, flow);
	/* As dest_lives_since(): who has answered another is not silent. */
	if (ktime_compare(dest->answer, flow->start) < 0 &&
	    breaker_silent(&dest->breaker, limit, flow->probe,
			   ktime_get_ns()))
		event_dest(dest, SYNCOPATE_EVENT_KIND_DEST_DOWN);
	spin_unlock(&dest->lock);
}

/* Return: whether it was down, and not only since the time @begun. */
static bool dest_raise(struct dest *dest, u64 begun)
{
	bool was_down;

	spin_lock_bh(&dest->lock);
	was_down = (!dest->breaker.down || dest->breaker.since <= begun) &&
		   breaker_answered(&dest->breaker);
	if (was_down)
		event_dest(dest, SYNCOPATE_EVENT_KIND_DEST_UP);
	spin_unlock_bh(&dest->lock);
	return was_down;
}

static unsigned int dest_up_pass(struct syncopate_net *sn,
				 const struct prefix *prefix, u16 port,
				 u64 begun)
{
	unsigned int were_down = 0, n = 0;
	struct rhashtable_iter iter;
	struct dest *dest;

	rhashtable_walk_enter(&sn->dests, &iter);
	rhashtable_walk_start(&iter);
	while ((dest = rhashtable_walk_next(&iter))) {
		if (!IS_ERR(dest) && (!port || port == ntohs(dest->key.port)) &&
		    prefix_matches(prefix, &dest->key.addr))
			were_down += dest_raise(dest, begun);
		walk_pause(&iter, &n);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return were_down;
}

/**
 * dest_up - take destinations for living
 * @sn: namespace, its lock held
 * @prefix: those in it
 * @port: and of this port, host order; 0 for any
 *
 * May sleep. A walk whose place is evicted while it pauses may skip another: it is
 * repeated until it finds none. Those that go down meanwhile do not count, or callers
 * of dead ones could go on with that for ever.
 * Return: how many of them were down.
 */
unsigned int dest_up(struct syncopate_net *sn, const struct prefix *prefix,
		     u16 port)
{
	unsigned int found, were_down = 0;
	u64 begun = ktime_get_ns();

	if (!sn->dests_ready)
		return 0;
	do {
		found = dest_up_pass(sn, prefix, port, begun);
		were_down += found;
	} while (found);
	return were_down;
}
