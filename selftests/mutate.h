/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of `mutate`: specimen.c makes up good frames, mutant.c breaks them, station.c
 * sends and receives them, judge.c reads them, mutate.c compares.
 */
#ifndef MUTATE_H
#define MUTATE_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dice.h"

#define FRAME_MAX 9018	/* a jumbo frame with a VLAN tag */

/* Where a frame is sent and received: one end of one of the two paths. */
enum station {
	CLIENT_BRIDGED,
	CLIENT_ROUTED,
	SERVER_BRIDGED,
	SERVER_ROUTED,
	STATIONS,
};

#define is_routed(station)	((station) & 1)
#define is_server(station)	((station) >= SERVER_BRIDGED)
#define opposite(station)	((station) ^ 2)

/**
 * struct mutant - a frame, good or bad
 * @data: its bytes
 * @len: how many
 * @l3: where the IP header was written
 * @l4: where what follows it was
 * @from: who sends it
 * @hints: what a virtual machine would say of it
 */
struct mutant {
	uint8_t data[FRAME_MAX];
	size_t len;
	size_t l3;
	size_t l4;
	enum station from;
	struct virtio_net_hdr hints;
};

void specimen_make(struct mutant *m, struct dice *d, uint64_t seed, uint64_t number, bool first);
void specimen_last(struct mutant *m, const void *end, size_t len);
void put_random(struct mutant *m, struct dice *d, size_t len);
void set16(struct mutant *m, size_t at, unsigned int value);
void sum_v4(struct mutant *m, size_t at);

void mutant_make(struct mutant *m, uint64_t seed, uint64_t number);

enum kind {
	OTHER,
	SYN,
	SYNACK,
	RST,
};

/**
 * struct verdict - what a frame surely is
 * @kind: OTHER for all that is not beyond doubt, and then nothing else is set
 * @ack: has the ACK bit
 * @is_signed: by TCP-MD5 or TCP-AO: begins no attempt, but may repeat another SYN
 * @src: source address
 * @dst: destination address
 * @sport: source port
 * @dport: destination port
 * @seq: sequence number
 * @ack_seq: acknowledgement number
 * @next: the sequence number that acknowledges all of it
 * @link: what is between the MAC addresses and the IP header, as a number; 0 at the router
 */
struct verdict {
	enum kind kind;
	bool ack;
	bool is_signed;
	uint8_t src[16];
	uint8_t dst[16];
	uint16_t sport;
	uint16_t dport;
	uint32_t seq;
	uint32_t ack_seq;
	uint32_t next;
	uint64_t link;
};

void judge(struct verdict *v, const uint8_t *frame, size_t len, bool routed);
uint64_t ends_hash(const struct verdict *v);
bool same_ends(const struct verdict *one, const struct verdict *other);
bool answers(const struct verdict *answer, const struct verdict *v);
uint64_t frame_hash(const uint8_t *data, size_t len);
uint64_t frame_name(const uint8_t *data, size_t len, bool routed);
uint64_t frame_print(const uint8_t *data, size_t len, bool routed);
void forget_ident(uint8_t *frame, size_t len, bool routed);
bool of_the_box(const uint8_t *data, size_t len);

/* How a burst of frames is sent. */
enum way {
	PLAIN,	/* in one piece */
	PAGED,	/* nothing but the Ethernet header in the first piece, the rest in pages */
	HINTED,	/* with struct mutant's hints, as from a virtual machine */
	WAYS,
};

/* Told of a frame that came. */
typedef void receiver(enum station at, const uint8_t *data, size_t len);

void stations_open(const char *client, const char *server);
void station_send(const struct mutant *m, enum way way);
unsigned int station_flush(enum station from, enum way way);
void stations_wait(receiver *receive);
void stations_drain(int ms, receiver *receive);

#endif
