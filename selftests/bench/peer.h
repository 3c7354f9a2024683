/* SPDX-License-Identifier: GPL-2.0 */
/* What the two files of the userspace peer share. */
#ifndef SYNCOPATE_PEER_H
#define SYNCOPATE_PEER_H

#include <pthread.h>

#include "traffic.h"

struct attempt;

/**
 * struct worker - the thread of a queue
 * @thread: it
 * @queue: its number
 * @nl: where its packets come from
 * @raw: where repeated SYNs and RSTs go
 * @head: its attempts, the one that is due first
 * @tail: where the next one is added; all wait equally long
 * @packets: that it was given
 * @started: attempts that began
 * @answered: attempts that were answered
 * @repeated: SYNs that it sent
 * @gave_up: clients that it reset
 * @no_memory: attempts that there was no memory for
 */
struct worker {
	pthread_t thread;
	uint16_t queue;
	struct mnl_socket *nl;
	int raw;
	struct attempt *head;
	struct attempt **tail;
	counter_t packets;
	counter_t started;
	counter_t answered;
	counter_t repeated;
	counter_t gave_up;
	counter_t no_memory;
};

/**
 * struct packet - what the kernel says of a packet
 * @id: its number
 * @in: the port of the bridge by which it came
 * @out: the one by which it is to go
 * @len: bytes of the frame there are
 * @frame: the frame
 */
struct packet {
	uint32_t id;
	uint32_t in;
	uint32_t out;
	unsigned int len;
	uint8_t frame[FRAME_MAX];
};

/* pending.c */
extern uint64_t interval;
extern unsigned int retries;

void pending_init(void);
bool pending_decide(struct worker *worker, const struct packet *packet);
int pending_expire(struct worker *worker);

#endif /* SYNCOPATE_PEER_H */
