// SPDX-License-Identifier: GPL-2.0
/*
 * The handshakes that have begun: a table that all threads share, with a lock for each
 * part of it, and for each thread a list of those that it has to go on with.
 */
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "peer.h"

#define BUCKETS (1 << 20)
#define LOCKS 1024

/**
 * struct attempt - a handshake that has begun
 * @next: in its bucket
 * @later: the one that is due after it
 * @syn: who asks whom
 * @due: when the next thing happens
 * @in: the port of the client
 * @out: the port of the server
 * @tries: how often the SYN was repeated
 * @over: it is no longer in the table; who has it in his list frees it
 * @len: length of the frame
 * @frame: the SYN
 */
struct attempt {
	struct attempt *next;
	struct attempt *later;
	struct segment syn;
	uint64_t due;
	uint32_t in;
	uint32_t out;
	unsigned int tries;
	atomic_bool over;
	unsigned int len;
	uint8_t frame[FRAME_MAX];
};

/* From one SYN to the next, and how often it is repeated. */
uint64_t interval = SECOND / 2;
unsigned int retries = 3;

static struct attempt *buckets[BUCKETS];
static pthread_mutex_t locks[LOCKS];

static uint64_t hash(const struct segment *syn)
{
	uint64_t words[4], ports = (uint64_t)syn->src_port << 16 | syn->dst_port;

	memcpy(words, syn->src, 16);
	memcpy(words + 2, syn->dst, 16);
	return mix(mix(mix(words[0] + 1) ^ words[1]) ^ mix(mix(words[2] + 2) ^ words[3]) ^ ports);
}

static struct attempt **find(const struct segment *syn, uint64_t place)
{
	struct attempt **link = &buckets[place % BUCKETS];

	while (*link && ((*link)->syn.src_port != syn->src_port ||
			 (*link)->syn.dst_port != syn->dst_port ||
			 memcmp((*link)->syn.src, syn->src, 16) ||
			 memcmp((*link)->syn.dst, syn->dst, 16)))
		link = &(*link)->next;
	return link;
}

/* Out of the table; its list has it until it is due. The lock of its place is held. */
static void take_out(struct attempt **link)
{
	struct attempt *attempt = *link;

	*link = attempt->next;
	atomic_store(&attempt->over, true);
}

static void wait_on(struct worker *worker, struct attempt *attempt, uint64_t now)
{
	attempt->due = now + interval;
	attempt->later = NULL;
	*worker->tail = attempt;
	worker->tail = &attempt->later;
}

/* Returns whether it is forwarded: not if it is the client's own repeat. */
static bool on_syn(struct worker *worker, const struct packet *packet, const struct segment *syn)
{
	uint64_t place = hash(syn);
	pthread_mutex_t *lock = &locks[place % LOCKS];
	struct attempt **link, *attempt;
	bool repeated;

	pthread_mutex_lock(lock);
	link = find(syn, place);
	repeated = *link && (*link)->syn.seq == syn->seq;
	if (*link && !repeated)
		take_out(link);
	if (!repeated) {
		attempt = malloc(sizeof(*attempt));
		if (attempt) {
			*attempt = (struct attempt){
				.syn = *syn, .in = packet->in, .out = packet->out,
				.len = packet->len, .next = buckets[place % BUCKETS],
			};
			memcpy(attempt->frame, packet->frame, packet->len);
			buckets[place % BUCKETS] = attempt;
			wait_on(worker, attempt, clock_now());
		}
		counter_add(attempt ? &worker->started : &worker->no_memory, 1);
	}
	pthread_mutex_unlock(lock);
	return !repeated;
}

static void on_answer(struct worker *worker, const struct segment *answer)
{
	struct segment syn = { .src_port = answer->dst_port, .dst_port = answer->src_port };
	struct attempt **link;
	uint64_t place;

	memcpy(syn.src, answer->dst, 16);
	memcpy(syn.dst, answer->src, 16);
	place = hash(&syn);
	pthread_mutex_lock(&locks[place % LOCKS]);
	link = find(&syn, place);
	if (*link && answer->ack == (*link)->syn.seq + 1) {
		take_out(link);
		counter_add(&worker->answered, 1);
	}
	pthread_mutex_unlock(&locks[place % LOCKS]);
}

/**
 * pending_decide() - what happens to a packet
 * @worker: the thread that has it
 * @packet: the packet
 *
 * Return: whether it is forwarded
 */
bool pending_decide(struct worker *worker, const struct packet *packet)
{
	struct segment segment;

	counter_add(&worker->packets, 1);
	if (frame_parse(packet->frame, packet->len, &segment) != FRAME_TCP)
		return true;
	if ((segment.flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN)
		return on_syn(worker, packet, &segment);
	if (segment.flags & (TCP_SYN | TCP_RST))
		on_answer(worker, &segment);
	return true;
}

static void send_frame(const struct worker *worker, uint32_t port, const uint8_t *frame, size_t len)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = port };

	sendto(worker->raw, frame, len, MSG_DONTWAIT, (const void *)&to, sizeof(to));
}

static void reset_client(const struct worker *worker, const struct attempt *attempt)
{
	const struct segment *syn = &attempt->syn;
	struct segment rst = {
		.family = syn->family, .flags = TCP_RST | TCP_ACK, .ack = syn->seq + 1,
		.src_port = syn->dst_port, .dst_port = syn->src_port,
	};
	uint8_t frame[FRAME_MAX];

	memcpy(rst.eth_src, syn->eth_dst, 6);
	memcpy(rst.eth_dst, syn->eth_src, 6);
	memcpy(rst.src, syn->dst, 16);
	memcpy(rst.dst, syn->src, 16);
	send_frame(worker, attempt->in, frame, frame_tcp(frame, &rst, NULL, 0));
}

/* One attempt is due. Returns whether it is over. */
static bool go_on(struct worker *worker, struct attempt *attempt)
{
	uint64_t place = hash(&attempt->syn);
	bool over;

	pthread_mutex_lock(&locks[place % LOCKS]);
	over = atomic_load(&attempt->over);
	if (!over && attempt->tries == retries) {
		take_out(find(&attempt->syn, place));
		reset_client(worker, attempt);
		counter_add(&worker->gave_up, 1);
		over = true;
	} else if (!over) {
		attempt->tries++;
		send_frame(worker, attempt->out, attempt->frame, attempt->len);
		counter_add(&worker->repeated, 1);
	}
	pthread_mutex_unlock(&locks[place % LOCKS]);
	return over;
}

/**
 * pending_expire() - do what is due
 * @worker: the thread that has it in its list
 *
 * Return: for how many milliseconds nothing is due, at most 100
 */
int pending_expire(struct worker *worker)
{
	struct attempt *attempt;
	uint64_t now = clock_now();

	while ((attempt = worker->head)) {
		if (attempt->due > now)
			return attempt->due - now < SECOND / 10 ?
			       (attempt->due - now) / MILLION + 1 : 100;
		worker->head = attempt->later;
		if (!worker->head)
			worker->tail = &worker->head;
		if (go_on(worker, attempt))
			free(attempt);
		else
			wait_on(worker, attempt, attempt->due);
	}
	return 100;
}

/**
 * pending_init() - none has begun yet
 */
void pending_init(void)
{
	unsigned int i;

	for (i = 0; i < LOCKS; i++)
		pthread_mutex_init(&locks[i], NULL);
}
