/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the load tools share: synbomb, which asks for connections, and synreply,
 * which answers.
 */
#ifndef SYNCOPATE_TRAFFIC_H
#define SYNCOPATE_TRAFFIC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "syncopate.h"

#define SECOND UINT64_C(1000000000)
#define MILLION 1000000

/*
 * A number that one thread counts and others look at. Only its owner changes it, so it
 * needs no locked instruction.
 */
typedef _Atomic uint64_t counter_t;

static inline uint64_t counter_get(const counter_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

static inline void counter_add(counter_t *counter, uint64_t more)
{
	atomic_store_explicit(counter, counter_get(counter) + more, memory_order_relaxed);
}

/* random.c */

/**
 * struct random - a stream of numbers that a seed determines
 * @state: where it is
 */
struct random {
	uint64_t state;
};

uint64_t mix(uint64_t value);
uint64_t random_next(struct random *random);
uint64_t random_up_to(struct random *random, uint64_t max);
uint64_t random_seed(void);
bool in_share(uint32_t draw, uint32_t from, uint32_t share);

/* pool.c */
#define POOL_DEFAULT 65536
#define POOL_MAX (1 << 24)

/**
 * struct pool - terminals out of a prefix
 * @prefix: their prefix
 * @first: the last 32 bits of the first one's address
 * @count: how many, their addresses follow one another
 */
struct pool {
	struct prefix prefix;
	uint32_t first;
	uint32_t count;
};

const char *pool_init(struct pool *pool, const char *word, uint64_t count);
void pool_address(const struct pool *pool, uint32_t index, uint8_t addr[16]);
bool pool_index(const struct pool *pool, const uint8_t addr[16], uint32_t *index);

/* frame.c */
#define FRAME_MAX 128
#define TCP_OPTIONS_MAX 40

#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_ACK 0x10

enum frame_kind {
	FRAME_OTHER,
	FRAME_TCP,
	FRAME_WHO_HAS,		/* an ARP request or a neighbour solicitation */
	FRAME_HAS,		/* an ARP reply or a neighbour advertisement */
};

/**
 * struct segment - what of a frame matters here
 * @eth_src: from which station
 * @eth_dst: to which one
 * @family: AF_INET or AF_INET6
 * @flags: of a TCP segment, TCP_...
 * @src: from which address; of a question or its answer, who sends it
 * @dst: to which address; of a question or its answer, whom it is about
 * @src_port: from which port
 * @dst_port: to which port
 * @seq: sequence number
 * @ack: acknowledgement number
 */
struct segment {
	uint8_t eth_src[6];
	uint8_t eth_dst[6];
	uint8_t family;
	uint8_t flags;
	uint8_t src[16];
	uint8_t dst[16];
	uint16_t src_port;
	uint16_t dst_port;
	uint32_t seq;
	uint32_t ack;
};

enum frame_kind frame_parse(const uint8_t *frame, size_t len, struct segment *segment);
size_t frame_tcp(uint8_t frame[FRAME_MAX], const struct segment *segment,
		 const uint8_t *options, size_t options_len);
uint16_t frame_sum(const void *data, size_t len, uint64_t sum);

/* neighbour.c */
size_t neighbour_ask(uint8_t frame[FRAME_MAX], const struct segment *question);
size_t neighbour_answer(uint8_t frame[FRAME_MAX], const struct segment *question,
			const uint8_t mac[6]);

/* histogram.c */
#define HISTOGRAM_BITS 6
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS)

/**
 * struct histogram - how long things took
 * @count: how many there were
 * @sum: of all times, in nanoseconds
 * @min: the shortest
 * @max: the longest
 * @bucket: how many took so long; a bucket is at most 1/64 of its times wide
 */
struct histogram {
	counter_t count;
	counter_t sum;
	counter_t min;
	counter_t max;
	counter_t bucket[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, uint64_t ns);
void histogram_since(struct histogram *result, const struct histogram *now,
		     struct histogram *before);
uint64_t histogram_percentile(const struct histogram *histogram, unsigned int percent);
json_t *histogram_json(const struct histogram *histogram, bool whole);

/* wire.c */
/* So many frames at most are given to the kernel at a time. */
#define WIRE_BATCH 64

struct wire;

struct wire *wire_open(const char *interface);
const uint8_t *wire_mac(const struct wire *wire);
void wire_put(struct wire *wire, const uint8_t *frame, size_t len);
bool wire_full(const struct wire *wire);
unsigned int wire_flush(struct wire *wire, const atomic_bool *stop);
int wire_error(const struct wire *wire);
void wire_close(struct wire *wire);

/* capture.c */
/* So many frames at most are taken at a time. */
#define CAPTURE_BATCH 64

struct capture;
typedef void (*capture_fn)(void *data, uint64_t time, const uint8_t *frame, size_t len);

struct capture *capture_open(const char *interface, const char *filter);
int capture_read(struct capture *capture, uint64_t timeout, capture_fn fn, void *data);
uint64_t capture_missed(struct capture *capture);
void capture_close(struct capture *capture);

/* own.c */
bool own_addresses(const struct pool *pool, char addr[INET6_ADDRSTRLEN]);

/* say.c */
bool progress_wanted(void);
void progress(const char *format, ...) __attribute__((format(printf, 1, 2)));
void progress_clear(void);
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
int wrong_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));
void json_number(json_t *object, const char *name, uint64_t number);
void json_line(json_t *object);
int output_done(void);

/* words.c */
const char *mac_parse(const char *word, uint8_t mac[6]);
const char *mac_format(char buf[18], const uint8_t mac[6]);
const char *share_parse(const char *word, uint32_t *ppm);
const char *count_parse(const char *word, uint64_t *count);
const char *ports_parse(const char *word, uint16_t *first, uint32_t *count);

/* clock.c */
uint64_t clock_now(void);
uint64_t clock_wall(void);
void clock_sleep_until(uint64_t when);

#endif /* SYNCOPATE_TRAFFIC_H */
