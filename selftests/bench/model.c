// SPDX-License-Identifier: GPL-2.0
/*
 * A model of client, box, network and server in virtual time.
 *
 * Client: Linux 6.12 (net/ipv4/tcp_timer.c): tcp_syn_linear_timeouts=4, so its
 * repeats are 1, 2, 3, 4, 5, 7, 11, 19, 35, 67 s after the first SYN, and it gives
 * up at 131 s. Before 6.5 it was 1, 3, 7, 15, 31, 63 and 127 s. Its repeats do not
 * pass the box, but each carries a timestamp of its own, and from then on that is
 * what the box sends.
 *
 * Server: Linux 6.12 (tcp_check_req() and __tcp_oow_rate_limited() in
 * net/ipv4/tcp_minisocks.c and tcp_input.c, reqsk_timer_handler() in
 * inet_connection_sock.c), Debian's HZ. The first SYN makes a request and is
 * answered. A repeat is answered if none was yet, or if the last that was is half
 * a second ago in ticks; that sets the timer of the request anew. The timer
 * repeats the SYN-ACK after a second, then two and so on, five times. All echo the
 * timestamp of the first SYN that came.
 *
 * Network: each segment is lost, and is late, by itself, as with netem; they may
 * overtake each other.
 */
#include "adapt.h"
#include "model.h"

#define TICK		(4 * MS)
#define RATELIMIT	(500 * MS / TICK)
#define SYNACK_TIMEOUT	(1000 * MS)
#define SYNACK_RETRIES	5

enum kind {
	ACT,		/* the schedule's next step */
	SYN,		/* reaches the server */
	SYNACK,		/* reaches the box */
	TIMER,		/* of the server */
	FORGET,		/* the box has lingered */
};

const char *const contender_name[CONTENDERS] = {
	[LINUX] = "linux",
	[EXPONENTIAL] = "linux-before-6.5",
	[FIXED] = "fixed",
	[RTT] = "rtt",
	[ADAPTIVE] = "adaptive",
	[PATIENT] = "adaptive-3s",
	[FRUGAL] = "adaptive-3-retries",
};

/* A client's own repeats, and when it gives up, in s. */
static const u64 linear[] = { 1, 2, 3, 4, 5, 7, 11, 19, 35, 67, 131 };
static const u64 exponential[] = { 1, 3, 7, 15, 31, 63, 127 };

/* The policies: the defaults of kmod/ and what is proposed for them. */
static const struct pace fixed = {
	.interval = 500 * MS,
	.gap_max = 500 * MS,
	.deadline = 2000 * MS,
	.linger = 5000 * MS,
	.retries = 3,
};

#define ADAPT(time, most) {		\
	.floor = 20 * MS,		\
	.ceiling = 3000 * MS,		\
	.deadline = (time),		\
	.retries = (most),		\
	.confidence = 999900,		\
}

static const struct adapt adapts[CONTENDERS] = {
	[RTT] = ADAPT(0, 0),
	[ADAPTIVE] = ADAPT(2000 * MS, 16),
	[PATIENT] = ADAPT(3000 * MS, 16),
	[FRUGAL] = ADAPT(2000 * MS, 3),
};

/**
 * fate - a random number that depends on nothing else
 * @whose: what it is for
 * @number: which of those
 *
 * By SplitMix64. With one and the same the n-th SYN of the m-th attempt is lost
 * for all contenders or for none.
 *
 * Return: 64 bits.
 */
u64 fate(u64 whose, u64 number)
{
	u64 x = whose + (number + 1) * 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

/* --- events -------------------------------------------------------------- */

static bool before(const struct event *a, const struct event *b)
{
	return a->time < b->time || (a->time == b->time && a->order < b->order);
}

static void later(struct world *world, u64 time, enum kind kind,
		  struct attempt *attempt, u32 arg)
{
	struct event event = {
		.time = time,
		.order = ++world->order,
		.kind = kind,
		.arg = arg,
		.attempt = attempt,
	};
	unsigned int i, up;

	if (world->num == world->size) {
		world->size = world->size ? 2 * world->size : 64;
		world->queue = reallocarray(world->queue, world->size,
					    sizeof(*world->queue));
		if (!world->queue)
			abort();
	}
	for (i = world->num++; i; i = up) {
		up = (i - 1) / 2;
		if (before(&world->queue[up], &event))
			break;
		world->queue[i] = world->queue[up];
	}
	world->queue[i] = event;
}

static struct event next(struct world *world)
{
	struct event first = world->queue[0], last = world->queue[--world->num];
	unsigned int i = 0, down;

	for (; (down = 2 * i + 1) < world->num; i = down) {
		if (down + 1 < world->num &&
		    before(&world->queue[down + 1], &world->queue[down]))
			down++;
		if (before(&last, &world->queue[down]))
			break;
		world->queue[i] = world->queue[down];
	}
	world->queue[i] = last;
	return first;
}

/* --- network ------------------------------------------------------------- */

/* What a segment meets: half of the bits say if it is lost, half how late it is. */
static bool is_lost(u64 fate, u32 loss)
{
	return (fate >> 32) * MILLION >> 32 < loss;
}

/* One way, in ns. */
static u64 way(u64 fate, const struct path *path)
{
	u64 half = path->rtt / 2, jitter = half * path->jitter / 100;

	return half - jitter + ((fate & 0xffffffff) * 2 * jitter >> 32);
}

/* Return: does it get through the link? @wait: how long that takes. */
static bool squeeze(struct world *world, u64 *wait)
{
	struct link *link = &world->link;

	*wait = 0;
	if (!link->gap)
		return true;
	if (link->idle > world->now + link->queue * link->gap)
		return false;
	link->idle = max(link->idle, world->now) + link->gap;
	*wait = link->idle - world->now;
	return true;
}

/* --- server -------------------------------------------------------------- */

static void send_synack(struct world *world, struct attempt *attempt)
{
	const struct path *path = attempt->path;
	struct server *server = &attempt->server;
	u64 meets = fate(~attempt->fate, server->sent++);

	if (is_lost(meets, path->loss_back))
		attempt->lost += attempt->state == PENDING;
	else
		later(world, world->now + way(meets, path), SYNACK, attempt,
		      server->stamp);
}

static void set_timer(struct world *world, struct attempt *attempt)
{
	struct server *server = &attempt->server;

	later(world, world->now + (SYNACK_TIMEOUT << server->timeouts), TIMER,
	      attempt, ++server->timer);
}

static void on_syn(struct world *world, struct attempt *attempt, u32 stamp)
{
	struct server *server = &attempt->server;
	u64 tick = (world->now + attempt->phase) / TICK;

	if (!attempt->alive)
		return;
	if (!server->seen) {
		server->seen = true;
		server->stamp = stamp;
	} else if (!server->limited || tick >= server->again) {
		server->limited = true;
		server->again = tick + RATELIMIT;
	} else {
		return;
	}
	send_synack(world, attempt);
	set_timer(world, attempt);
}

static void on_timer(struct world *world, struct attempt *attempt, u32 number)
{
	struct server *server = &attempt->server;

	if (number != server->timer || server->timeouts == SYNACK_RETRIES)
		return;
	send_synack(world, attempt);
	server->timeouts++;
	set_timer(world, attempt);
}

/* --- client and box ------------------------------------------------------ */

static bool has_box(const struct attempt *attempt)
{
	return attempt->contender >= FIXED;
}

/* How many repeats of its own the client has sent. */
static u32 own_repeats(u64 elapsed)
{
	u32 n = 0;

	while (linear[n] * 1000 * MS < elapsed)
		n++;
	return n;
}

/* The next of the client's own steps in @table, the last of which is the end. */
static u64 own_next(const u64 *table, unsigned int len, u64 elapsed)
{
	unsigned int i = 0;

	while (i < len - 1 && table[i] * 1000 * MS <= elapsed)
		i++;
	return table[i] * 1000 * MS;
}

static u64 next_step(const struct attempt *attempt, u64 elapsed, u64 *end)
{
	switch (attempt->contender) {
	case LINUX:
		*end = 131000 * MS;
		return own_next(linear, 11, elapsed);
	case EXPONENTIAL:
		*end = 127000 * MS;
		return own_next(exponential, 7, elapsed);
	default:
		*end = attempt->pace.deadline;
		return pace_next(&attempt->pace, elapsed);
	}
}

/**
 * world_plan - the schedule for an attempt
 * @contender: a box
 * @learn: what it knows of the destination
 * @pace: the result
 */
void world_plan(enum contender contender, const struct learn *learn,
		struct pace *pace)
{
	*pace = fixed;
	if (contender == FIXED)
		return;
	if (!learn->srtt) {
		pace->interval = min(pace->interval << learn->backoff,
				     adapts[contender].ceiling);
		pace->gap_max = pace->interval;
	} else if (contender == RTT) {
		adapt_rtt(learn, &adapts[contender], pace);
	} else {
		adapt_plan(learn, &adapts[contender], pace);
	}
	if (contender == RTT)
		pace->deadline = pace_deadline(pace->retries, pace->interval);
}

static void send_syn(struct world *world, struct attempt *attempt)
{
	u64 elapsed = world->now - attempt->start, wait, end;
	u64 meets = fate(attempt->fate, attempt->sent);
	u32 stamp = own_repeats(elapsed);
	bool lost;

	if (attempt->sent == SYNS_MAX)
		abort();
	attempt->at[attempt->sent] = elapsed;
	attempt->stamp[attempt->sent++] = stamp;
	lost = !squeeze(world, &wait) ||
	       is_lost(meets, attempt->path->loss_there);
	if (lost)
		attempt->lost++;
	else
		later(world, world->now + wait + way(meets, attempt->path), SYN,
		      attempt, stamp);
	if (world->sent)
		world->sent(world, lost);
	later(world, attempt->start + next_step(attempt, elapsed, &end), ACT,
	      attempt, 0);
}

static void on_act(struct world *world, struct attempt *attempt)
{
	u64 elapsed = world->now - attempt->start, end;

	if (attempt->state != PENDING)
		return;
	next_step(attempt, elapsed, &end);
	if (elapsed < end) {
		send_syn(world, attempt);
		return;
	}
	attempt->gave_up = true;
	attempt->end = elapsed;
	attempt->state = has_box(attempt) ? LINGERS : OVER;
	later(world, world->now + attempt->pace.linger, FORGET, attempt, 0);
}

/*
 * The round-trip time that the echo of a timestamp tells: the SYN with it was sent
 * once, and none after it, to which this might be the answer as well.
 */
static u64 exact(const struct attempt *attempt, u64 elapsed, u32 stamp)
{
	u32 last = attempt->sent - 1;

	if (attempt->stamp[last] != stamp ||
	    (last && attempt->stamp[last - 1] == stamp))
		return 0;
	return elapsed - attempt->at[last];
}

static void on_synack(struct world *world, struct attempt *attempt, u32 stamp)
{
	struct learn_answer answer = {
		.start = attempt->start,
		.elapsed = world->now - attempt->start,
		.retransmitted = attempt->sent - 1,
	};

	if (attempt->state == LINGERS) {
		learn_late(attempt->learn, &answer);
		attempt->late = true;
		attempt->state = OVER;
		return;
	}
	attempt->state = OVER;
	attempt->end = answer.elapsed;
	if (!has_box(attempt))
		return;
	answer.rtt = exact(attempt, answer.elapsed, stamp);
	learn_answer(attempt->learn, &attempt->pace, &answer);
	learn_setup(attempt->learn, answer.elapsed);
}

/**
 * world_begin - a client wants to connect
 * @world: where
 * @attempt: contender, path, learn, alive and fate are set, the rest is zero
 * @start: when, not before now
 */
void world_begin(struct world *world, struct attempt *attempt, u64 start)
{
	attempt->start = start;
	attempt->phase = fate(attempt->fate, SYNS_MAX) % TICK;
	later(world, start, ACT, attempt, 0);
}

/**
 * world_step - one thing happens
 * @world: where
 *
 * Return: did anything?
 */
bool world_step(struct world *world)
{
	struct attempt *attempt;
	struct event event;

	if (!world->num)
		return false;
	event = next(world);
	attempt = event.attempt;
	world->now = event.time;
	if (attempt->state == OVER)
		return true;
	switch (event.kind) {
	case ACT:
		/* By what is known now, not when the start was arranged. */
		if (!attempt->sent && has_box(attempt))
			world_plan(attempt->contender, attempt->learn,
				   &attempt->pace);
		on_act(world, attempt);
		break;
	case SYN:
		on_syn(world, attempt, event.arg);
		break;
	case SYNACK:
		on_synack(world, attempt, event.arg);
		break;
	case TIMER:
		on_timer(world, attempt, event.arg);
		break;
	case FORGET:
		attempt->state = OVER;
		break;
	}
	return true;
}

/**
 * world_connect - one attempt, from its first SYN until it is forgotten
 * @world: without any other
 * @attempt: as for world_begin()
 */
void world_connect(struct world *world, struct attempt *attempt)
{
	world_begin(world, attempt, world->now);
	while (attempt->state != OVER && world_step(world))
		;
	world->num = 0;
}
