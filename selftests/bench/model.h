/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of client, box, network and server in virtual time.  The schedule, what
 * is learned and the plan are not modelled: they are kmod/pace.c, learn.c, adapt.c.
 */
#ifndef BENCH_MODEL_H
#define BENCH_MODEL_H

#include "learn.h"
#include "pace.h"

#define MS		1000000ULL
#define MILLION		1000000U

/* More than a client's own repeats and the SYN, by whatever schedule. */
#define SYNS_MAX	32

/* Who repeats SYNs. The first two are clients without a box. */
enum contender {
	LINUX,
	EXPONENTIAL,
	FIXED,
	RTT,
	ADAPTIVE,
	PATIENT,	/* the same with more time, */
	FRUGAL,		/* and with fewer repeats */
	CONTENDERS
};

extern const char *const contender_name[CONTENDERS];

/**
 * struct path - between client and server; the box is beside the client
 * @rtt: round-trip time, ns
 * @jitter: each direction takes so many percent longer or shorter at most
 * @loss_there: of a million SYNs are lost
 * @loss_back: of a million SYN-ACKs are lost
 */
struct path {
	u64 rtt;
	u32 jitter;
	u32 loss_there;
	u32 loss_back;
};

/**
 * struct link - a bottleneck that all SYNs pass
 * @gap: between two SYNs at full load, ns; 0 if there is no bottleneck
 * @queue: how many may wait; those beyond are lost
 * @idle: when it will have sent all that it holds
 */
struct link {
	u64 gap;
	u32 queue;
	u64 idle;
};

enum state {
	PENDING,
	LINGERS,	/* given up, an answer would be late */
	OVER,
};

/**
 * struct server - what a Linux server knows of an attempt
 * @seen: a SYN has come, this is the connection request
 * @sent: SYN-ACKs
 * @limited: a repeat has been answered, none is again until @again
 * @again: in ticks
 * @timeouts: how often it has repeated its SYN-ACK by itself
 * @timer: number of the timer that counts
 * @stamp: the timestamp it echoes, that of the first SYN that came
 */
struct server {
	bool seen;
	u32 sent;
	bool limited;
	u64 again;
	u32 timeouts;
	u32 timer;
	u32 stamp;
};

/**
 * struct attempt - to connect
 * @contender: whose schedule it goes by
 * @path: to its server
 * @learn: what is known of its server
 * @alive: its server answers
 * @pace: the schedule
 * @start: of the first SYN
 * @fate: of its segments, a random number that all contenders share
 * @phase: of the server's ticks
 * @state: what has become of it
 * @gave_up: it was given up, not answered
 * @late: and answered after that
 * @end: since @start, until it was answered or given up
 * @sent: SYNs
 * @lost: SYNs and SYN-ACKs, until @end
 * @stamp: the timestamp of each SYN
 * @at: when it was sent, since @start
 * @server: the other end
 */
struct attempt {
	enum contender contender;
	const struct path *path;
	struct learn *learn;
	bool alive;
	struct pace pace;
	u64 start;
	u64 fate;
	u64 phase;
	enum state state;
	bool gave_up;
	bool late;
	u64 end;
	u32 sent;
	u32 lost;
	u8 stamp[SYNS_MAX];
	u64 at[SYNS_MAX];
	struct server server;
};

/**
 * struct event - something that will happen
 * @time: when
 * @order: of those at one time
 * @kind: what
 * @arg: SYN, SYN-ACK: its timestamp; timer: its number
 * @attempt: to whom
 */
struct event {
	u64 time;
	u64 order;
	int kind;
	u32 arg;
	struct attempt *attempt;
};

/**
 * struct world - where it happens
 * @now: ns
 * @link: that all share
 * @sent: called for each SYN that is sent, and whether it was lost; or NULL
 * @order: number of the last event
 * @queue: events to come, a heap
 * @num: how many
 * @size: how many there is room for
 */
struct world {
	u64 now;
	struct link link;
	void (*sent)(struct world *world, bool lost);
	u64 order;
	struct event *queue;
	unsigned int num;
	unsigned int size;
};

u64 fate(u64 whose, u64 number);
void world_begin(struct world *world, struct attempt *attempt, u64 start);
bool world_step(struct world *world);
void world_connect(struct world *world, struct attempt *attempt);
void world_plan(enum contender contender, const struct learn *learn,
		struct pace *pace);

#endif /* BENCH_MODEL_H */
