// SPDX-License-Identifier: GPL-2.0
/*
 * The one timer of a flow.  It fires
 *   - while the flow is pending, when a retransmission is due: sends the SYN
 *     onward and arms itself for the next step;
 *   - while the flow is pending and its client, on this machine, does not wait any
 *     more: lets the flow go;
 *   - while the flow is pending, at the deadline: answers the client with a RST
 *     in the server's name and arms itself for the end of the linger time, or
 *     lets the flow go if not all was tried and the server lives, or if its
 *     answers take another way;
 *   - after the RST, at once, when the client sent the same SYN again, so that
 *     the RST must have been lost: repeats it;
 *   - after the RST, when the linger time is over: the flow is forgotten;
 *   - when the flow died while it was about to: lets go of its reference.
 *
 * It is an hrtimer because the timer wheel is 32 ms coarse at half a second and
 * HZ=250, and a soft one because what it calls takes bottom-half locks.  It
 * stays on the processor where the SYN came: that is awake, and no other one is
 * looked for.
 *
 * With PREEMPT_RT a soft one runs in a thread, where the locks that are taken here may
 * sleep and the callback can be preempted.  A soft interrupt is an RCU reader as a
 * whole there, too, so that flow_reap() comes after it, and hrtimer_cancel() waits
 * for it by a lock and not in a loop.
 */
#include "compat.h"
#include "dest.h"
#include "emit.h"
#include "event.h"
#include "flow.h"
#include "host.h"
#include "main.h"
#include "oneway.h"
#include "perturb.h"
#include "policy.h"
#include "repeats.h"
#include "stats.h"
#include "timer.h"
#include "trace.h"

/* Under the flow's lock. */
static void timer_arm(struct flow *flow, ktime_t due)
{
	flow->due = due;
	hrtimer_set_expires(&flow->timer, due);
}

/*
 * Ends a flow that can not be helped, counted and told, and leaves the client
 * to its own devices. Return: false; true if the flow was dead already, so that
 * somebody else removes it.
 */
static bool timer_end(struct flow *flow, unsigned int counter, u32 kind)
{
	spin_lock(&flow->lock);
	if (flow->state == FLOW_DEAD) {
		spin_unlock(&flow->lock);
		return true;
	}
	flow->state = FLOW_DEAD;
	event_flow(flow, kind);
	spin_unlock(&flow->lock);
	stats_inc(flow->sn, counter);
	return false;
}

/* What was done, or would have been, unless the flow died meanwhile. */
static void timer_tell(struct flow *flow, u32 kind)
{
	spin_lock(&flow->lock);
	if (flow->state != FLOW_DEAD)
		event_flow(flow, kind);
	spin_unlock(&flow->lock);
	policy_count(flow->use, kind == SYNCOPATE_EVENT_KIND_GAVE_UP ?
				POLICY_GAVE_UP : POLICY_RETRANSMITTED);
}

/*
 * What became of a packet of ours: counted as @sent if it was.
 * Return: false if the flow died of it.
 */
static bool timer_sent(struct flow *flow, enum emit_result result,
		       unsigned int sent)
{
	switch (result) {
	case EMIT_SENT:
		stats_inc(flow->sn, sent);
		if (sent == SYNCOPATE_A_STATS_RETRANSMITTED)
			timer_tell(flow, SYNCOPATE_EVENT_KIND_RETRANSMITTED);
		else if (sent == SYNCOPATE_A_STATS_GAVE_UP)
			timer_tell(flow, SYNCOPATE_EVENT_KIND_GAVE_UP);
		return true;
	case EMIT_FAILED:
		stats_inc(flow->sn, SYNCOPATE_A_STATS_NOT_SENT);
		return true;
	case EMIT_GONE:
		return timer_end(flow, SYNCOPATE_A_STATS_PATH_GONE,
				 SYNCOPATE_EVENT_KIND_PATH_GONE);
	case EMIT_UNKNOWN:
		return timer_end(flow, SYNCOPATE_A_STATS_UNCONFIRMED,
				 SYNCOPATE_EVENT_KIND_UNCONFIRMED);
	}
	return true;
}

/* Under the flow's lock, which it drops. Return: false if the flow died. */
static bool timer_retransmit(struct flow *flow, u64 elapsed)
	__releases(&flow->lock)
{
	struct syncopate_net *sn = flow->sn;
	struct emit_path path = flow->path;
	struct sk_buff *skb = NULL;

	timer_arm(flow, ktime_add_ns(flow->start,
				     pace_next(&flow->pace, elapsed)));
	dest_waits(flow);
	if (!repeats_take(flow)) {
		/* The client may repeat it, if there is one. */
		flow->lacking = true;
		spin_unlock(&flow->lock);
		stats_inc(sn, SYNCOPATE_A_STATS_HELD_BACK);
		return true;
	}
	flow->retransmitted++;
	flow->stamp[flow->fresh].sent++;
	flow->stamp[flow->fresh].at = ktime_get();
	/* Made under the lock, sent without it: that runs hooks of others. */
	if (!flow->observe)
		skb = kept_skb(&flow->kept);
	spin_unlock(&flow->lock);
	perturb();

	trace_syncopate_retransmitted(flow, elapsed);
	if (flow->observe) {
		stats_inc(sn, SYNCOPATE_A_STATS_WOULD_RETRANSMIT);
		timer_tell(flow, SYNCOPATE_EVENT_KIND_RETRANSMITTED);
		return true;
	}
	return timer_sent(flow, skb ? emit_syn(sn->net, skb, &path) :
				      EMIT_FAILED,
			  SYNCOPATE_A_STATS_RETRANSMITTED);
}

/*
 * To call the server silent would be rash: the flow is let go, counted and told.
 * Under its lock, which it drops. Return: false, the flow died.
 */
static bool timer_let_go(struct flow *flow, unsigned int counter, u32 kind)
	__releases(&flow->lock)
{
	flow->state = FLOW_DEAD;
	event_flow(flow, kind);
	spin_unlock(&flow->lock);
	stats_inc(flow->sn, counter);
	return false;
}

/* Answers the SYN @skb, which it consumes and which may be NULL. */
static enum emit_result timer_reset(struct flow *flow, struct sk_buff *skb,
				    const struct emit_path *path)
{
	enum emit_result result = EMIT_FAILED;

	if (skb)
		result = emit_reset(flow->sn->net, skb, path);
	consume_skb(skb);
	return result;
}

/*
 * After a RST: a repeat that came while it was sent could not hurry the timer, which
 * was running.
 */
static void timer_look_again(struct flow *flow)
{
	spin_lock(&flow->lock);
	if (flow->state == FLOW_GAVE_UP && flow->kept.len)
		timer_arm(flow, ktime_get());
	spin_unlock(&flow->lock);
}

/* Under the flow's lock, which it drops. Return: false if the flow died. */
static bool timer_give_up(struct flow *flow, ktime_t now)
	__releases(&flow->lock)
{
	struct syncopate_net *sn = flow->sn;
	struct emit_path path = flow->path;
	struct sk_buff *skb = NULL;
	bool lives = true;

	if (!flow->observe)
		skb = kept_skb(&flow->kept);
	kept_drop(&flow->kept);
	flow->state = FLOW_GAVE_UP;
	flow->linger_end = ktime_add_ns(now, flow->pace.linger);
	timer_arm(flow, flow->linger_end);
	dest_silent(flow, flow->breaker);
	spin_unlock(&flow->lock);
	perturb();

	trace_syncopate_gave_up(flow, ktime_to_ns(ktime_sub(now, flow->start)));
	if (flow->observe) {
		stats_inc(sn, SYNCOPATE_A_STATS_WOULD_RESET);
		timer_tell(flow, SYNCOPATE_EVENT_KIND_GAVE_UP);
	} else {
		lives = timer_sent(flow, timer_reset(flow, skb, &path),
				   SYNCOPATE_A_STATS_GAVE_UP);
	}
	if (lives)
		timer_look_again(flow);
	return lives;
}

/* Under the flow's lock, which it drops. Return: false if the flow died. */
static bool timer_linger(struct flow *flow, ktime_t now)
	__releases(&flow->lock)
{
	struct emit_path path = flow->path;
	struct sk_buff *skb;
	bool lives;

	/* The end is not put off: a client that goes on gets a new attempt. */
	if (ktime_compare(now, flow->linger_end) >= 0) {
		flow->state = FLOW_DEAD;
		spin_unlock(&flow->lock);
		return false;
	}

	timer_arm(flow, flow->linger_end);
	if (!flow->kept.len) {
		spin_unlock(&flow->lock);
		return true;
	}
	skb = kept_skb(&flow->kept);
	kept_drop(&flow->kept);
	spin_unlock(&flow->lock);
	perturb();

	lives = timer_sent(flow, timer_reset(flow, skb, &path),
			   SYNCOPATE_A_STATS_RESET_AGAIN);
	if (lives)
		timer_look_again(flow);
	return lives;
}

/*
 * Its client, a socket of this machine, does not wait any more. Under the flow's
 * lock, which it drops. Return: false, the flow died.
 */
static bool timer_not_awaited(struct flow *flow, enum host_client client)
	__releases(&flow->lock)
{
	bool gone = client == HOST_GONE;

	if (!gone)
		dest_elsewhere(flow);
	flow->state = FLOW_DEAD;
	event_flow(flow, gone ? SYNCOPATE_EVENT_KIND_ABANDONED :
				SYNCOPATE_EVENT_KIND_ELSEWHERE);
	spin_unlock(&flow->lock);
	stats_inc(flow->sn, gone ? SYNCOPATE_A_STATS_ABANDONED :
				   SYNCOPATE_A_STATS_ELSEWHERE);
	return false;
}

/* At the deadline. Under the flow's lock, which it drops. Return: likewise. */
static bool timer_deadline(struct flow *flow, ktime_t now)
	__releases(&flow->lock)
{
	/* It answers others, and fewer SYNs were sent than should have been. */
	if (flow->lacking && dest_lives_since(flow))
		return timer_let_go(flow, SYNCOPATE_A_STATS_LET_GO,
				    SYNCOPATE_EVENT_KIND_LET_GO);
	if (oneway_holds(flow->dest, flow->require)) {
		dest_silent(flow, 0);
		return timer_let_go(flow, SYNCOPATE_A_STATS_UNPROVEN,
				    SYNCOPATE_EVENT_KIND_UNPROVEN);
	}
	return timer_give_up(flow, now);
}

static enum hrtimer_restart timer_fire(struct hrtimer *timer)
{
	struct flow *flow = container_of(timer, struct flow, timer);
	enum host_client client = HOST_WAITS;
	ktime_t now = ktime_get();
	u64 elapsed;
	bool lives;

	/* Devices are looked up, and the flow is found dead, under RCU. */
	rcu_read_lock();
	perturb();
	spin_lock(&flow->lock);
	elapsed = ktime_to_ns(ktime_sub(now, flow->start));

	if (flow->state == FLOW_DEAD) {
		spin_unlock(&flow->lock);
		rcu_read_unlock();
		flow_put(flow);
		return HRTIMER_NORESTART;
	}

	if (flow_on(flow) == SYNCOPATE_ON_HOST)
		client = host_client(flow->sn->net, &flow->path, flow->isn);

	if (flow->state == FLOW_GAVE_UP)
		lives = timer_linger(flow, now);
	else if (client != HOST_WAITS)
		lives = timer_not_awaited(flow, client);
	else if (elapsed < flow->pace.deadline)
		lives = timer_retransmit(flow, elapsed);
	else
		lives = timer_deadline(flow, now);

	perturb();
	if (!lives) {
		flow_remove(flow);
		flow_put(flow);
	}
	rcu_read_unlock();
	return lives ? HRTIMER_RESTART : HRTIMER_NORESTART;
}

/**
 * timer_init - set up a flow's timer, not armed
 * @flow: just made
 */
void timer_init(struct flow *flow)
{
	hrtimer_setup(&flow->timer, timer_fire, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_PINNED_SOFT);
}

/**
 * timer_start - arm a flow's timer for its first step
 * @flow: pending, its lock held, its timer never armed
 *
 * From then on the timer has a reference of its own.
 */
void timer_start(struct flow *flow)
{
	refcount_inc(&flow->refs);
	flow->due = ktime_add_ns(flow->start, pace_next(&flow->pace, 0));
	hrtimer_start(&flow->timer, flow->due, HRTIMER_MODE_ABS_PINNED_SOFT);
}

/**
 * timer_hurry - let a flow's timer fire at once
 * @flow: not dead, its lock held
 *
 * One that runs is left alone: it waits for the lock and finds by itself what
 * there is to do, or it has let go of it just now, sends something, and then looks
 * again. Where it has done that, too, the client's next repeat is the one that counts.
 */
void timer_hurry(struct flow *flow)
{
	if (hrtimer_try_to_cancel(&flow->timer) != 1)
		return;
	flow->due = ktime_get();
	hrtimer_start(&flow->timer, flow->due, HRTIMER_MODE_ABS_PINNED_SOFT);
}
