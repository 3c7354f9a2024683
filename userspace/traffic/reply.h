/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of synreply share. */
#ifndef SYNCOPATE_REPLY_H
#define SYNCOPATE_REPLY_H

#include "traffic.h"

/* fate.c */
#define RULES_MAX 64

/**
 * struct rule - how SYNs to some addresses are answered
 * @prefix: the addresses
 * @given: bit (1 << RULE_...) for each member that is
 * @drop: how many are dropped, in parts per million
 * @refuse: how many are refused, likewise
 * @delay: how long an answer takes, as all times in nanoseconds
 * @jitter: by how much that may be more, or less
 */
struct rule {
	struct prefix prefix;
	unsigned int given;
	uint32_t drop;
	uint32_t refuse;
	uint64_t delay;
	uint64_t jitter;
};

enum {
	RULE_DROP,
	RULE_REFUSE,
	RULE_DELAY,
};

/**
 * struct fate - what happens to whom
 * @seed: what it depends on
 * @dead: how many addresses never answer, in parts per million
 * @refusing: how many always refuse, likewise
 * @rule: what else, where several hold that of the longest prefix
 * @rules: how many there are
 */
struct fate {
	uint64_t seed;
	uint32_t dead;
	uint32_t refusing;
	struct rule rule[RULES_MAX];
	unsigned int rules;
};

enum outcome {
	OUTCOME_DROP,
	OUTCOME_REFUSE,
	OUTCOME_ACCEPT,
};

uint64_t fate_hash(uint64_t seed, const struct segment *syn);
enum outcome fate_decide(const struct fate *fate, const struct segment *syn, unsigned int repeat,
			 uint64_t *delay);

/* seen.c */
struct seen;

struct seen *seen_new(void);
unsigned int seen_before(struct seen *seen, uint64_t hash);
void seen_free(struct seen *seen);

/* delayed.c */

/**
 * struct answer - an answer that is to be sent
 * @due: when
 * @segment: what
 */
struct answer {
	uint64_t due;
	struct segment segment;
};

/**
 * struct delayed - answers that wait for their time: a heap, the next one on top
 * @answer: the answers
 * @order: their places, as a heap
 * @count: how many there are
 * @room: for how many there is room
 */
struct delayed {
	struct answer *answer;
	uint32_t *order;
	uint32_t count;
	uint32_t room;
};

bool delayed_init(struct delayed *delayed, uint32_t room);
bool delayed_put(struct delayed *delayed, const struct answer *answer);
const struct answer *delayed_next(const struct delayed *delayed);
void delayed_drop(struct delayed *delayed);
void delayed_free(struct delayed *delayed);

/* reply_options.c */

/**
 * struct reply_options - what the user wants
 * @interface: where to receive and send
 * @pool: for whom to answer
 * @fate: how
 * @queue: how many answers may wait
 * @duration: for how long, 0 until it is interrupted
 * @period: how long from one report to the next
 * @json: tell in JSON
 */
struct reply_options {
	const char *interface;
	struct pool pool;
	struct fate fate;
	uint32_t queue;
	uint64_t duration;
	uint64_t period;
	bool json;
};

/* Parsed, and nothing more to be done: */
#define OPTIONS_HELP (-1)

int reply_options(struct reply_options *options, int argc, char **argv);

/* reply_report.c */

/**
 * struct reply_numbers - what has come of it
 * @syns: SYNs to the addresses
 * @repeats: those of them that have been seen before
 * @dropped: not answered
 * @accepted: SYN-ACKs sent
 * @refused: RSTs sent
 * @waiting: answers that wait for their time
 * @no_room: not answered as too many waited
 * @resets: RSTs that came in
 * @other: TCP segments of any other kind
 * @neighbours: questions for the station of an address, answered
 * @late: how late an answer was sent at most
 */
struct reply_numbers {
	counter_t syns;
	counter_t repeats;
	counter_t dropped;
	counter_t accepted;
	counter_t refused;
	counter_t waiting;
	counter_t no_room;
	counter_t resets;
	counter_t other;
	counter_t neighbours;
	counter_t late;
};

void reply_report_begin(const struct reply_options *options, const uint8_t mac[6]);
void reply_report_period(const struct reply_options *options,
			 const struct reply_numbers *numbers, uint64_t time);
void reply_report_progress(const struct reply_numbers *numbers, uint64_t time);
void reply_report_end(const struct reply_options *options, const struct reply_numbers *numbers,
		      uint64_t time, uint64_t missed);

#endif /* SYNCOPATE_REPLY_H */
