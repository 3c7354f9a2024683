/* SPDX-License-Identifier: GPL-2.0 */
/* Pacing from user space, by queues of the kernel's: what Syncopate is compared with. */
#ifndef BENCH_PROTOTYPE_H
#define BENCH_PROTOTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ethernet, IPv4 and TCP with all the options that they can have. */
#define FRAME_MAX	(14 + 60 + 60)
#define REPEATS		3
#define INTERVAL	500000000ULL

/**
 * struct packet - what a queue hands over
 * @id: its number there
 * @in: number of the port that it came in by
 * @out: and of the one that it will leave by
 * @frame: its headers, from the Ethernet's on
 * @len: how much that is
 */
struct packet {
	uint32_t id;
	uint32_t in;
	uint32_t out;
	uint8_t frame[FRAME_MAX];
	size_t len;
};

/**
 * struct numbers - what has come of it
 * @packets: how many were handed over
 * @calls: in how many calls of the kernel's
 * @started: attempts that began
 * @answered: those that were answered
 * @repeated: SYNs sent again
 * @gave_up: clients that got a RST
 * @dropped: repeats of the clients' own
 */
struct numbers {
	uint64_t packets;
	uint64_t calls;
	uint64_t started;
	uint64_t answered;
	uint64_t repeated;
	uint64_t gave_up;
	uint64_t dropped;
};

/* pending.c: each thread has a table of its own. */
struct pending;

struct pending *pending_new(struct numbers *numbers);
bool pending_packet(struct pending *pending, const struct packet *packet, uint64_t now);
void pending_timers(struct pending *pending, uint64_t now);

/* queue.c */
/**
 * struct settings - how a queue is asked for packets
 * @care: keep a table; otherwise each packet is accepted unseen
 * @batch: so many packets are taken at most, then one verdict is given for all
 * @copy: bytes of each packet that are wanted
 */
struct settings {
	bool care;
	unsigned int batch;
	unsigned int copy;
};

void queue_run(unsigned int number, const struct settings *settings, struct numbers *numbers,
	       void (*ready)(void));
uint64_t clock_now(void);

#endif /* BENCH_PROTOTYPE_H */
