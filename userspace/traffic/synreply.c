// SPDX-License-Identifier: GPL-2.0
/*
 * synreply: answers who asks for connections. One thread receives, decides and sends, in
 * turns that can not block one another; this one tells what has come of it.
 *
 *   capture --> receive_frame() --> ready ----------------> send_due() --> wire
 *                              \--> delayed, until due --/
 */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "reply.h"

/* How often to look whether there is something to tell, or to end. */
#define TICK (SECOND / 20)

/**
 * struct reply - all of it
 * @options: what the user wants
 * @wire: where answers go out
 * @capture: where SYNs come in
 * @seen: SYNs that have been
 * @delayed: answers that wait for their time
 * @ready: answers that do not
 * @ready_count: how many those are
 * @offset: what the wall's clock has to be given to be the one to wait by
 * @numbers: what has come of it
 * @end: answer no longer
 * @failed: something did
 */
struct reply {
	struct reply_options options;
	struct wire *wire;
	struct capture *capture;
	struct seen *seen;
	struct delayed delayed;
	struct answer ready[CAPTURE_BATCH];
	unsigned int ready_count;
	uint64_t offset;
	struct reply_numbers numbers;
	atomic_bool end;
	atomic_bool failed;
};

/* Answers that are about to be sent together. */
struct batch {
	bool refused[WIRE_BATCH];
	unsigned int count;
};

/* --- receive */

static void take_syn(struct reply *reply, const struct segment *syn, uint64_t time)
{
	const struct fate *fate = &reply->options.fate;
	uint64_t hash = fate_hash(fate->seed, syn), delay;
	unsigned int repeat = seen_before(reply->seen, hash);
	enum outcome outcome = fate_decide(fate, syn, repeat, &delay);
	struct answer answer = {
		.due = time + reply->offset + delay,
		.segment = {
			.family = syn->family,
			.flags = outcome == OUTCOME_ACCEPT ? TCP_SYN | TCP_ACK : TCP_RST | TCP_ACK,
			.src_port = syn->dst_port,
			.dst_port = syn->src_port,
			.seq = outcome == OUTCOME_ACCEPT ? hash : 0,
			.ack = syn->seq + 1,
		},
	};

	counter_add(&reply->numbers.syns, 1);
	counter_add(&reply->numbers.repeats, repeat > 0);
	if (outcome == OUTCOME_DROP) {
		counter_add(&reply->numbers.dropped, 1);
		return;
	}
	memcpy(answer.segment.eth_dst, syn->eth_src, 6);
	memcpy(answer.segment.eth_src, wire_mac(reply->wire), 6);
	memcpy(answer.segment.src, syn->dst, 16);
	memcpy(answer.segment.dst, syn->src, 16);
	if (!delay) {
		reply->ready[reply->ready_count++] = answer;
	} else if (!delayed_put(&reply->delayed, &answer)) {
		counter_add(&reply->numbers.no_room, 1);
		return;
	}
	counter_add(&reply->numbers.waiting, 1);
}

static void receive_frame(void *data, uint64_t time, const uint8_t *bytes, size_t len)
{
	struct reply *reply = data;
	uint8_t frame[FRAME_MAX];
	struct segment segment;
	enum frame_kind kind;
	uint32_t index;

	kind = frame_parse(bytes, len, &segment);
	if (kind == FRAME_OTHER || segment.family != reply->options.pool.prefix.family ||
	    !pool_index(&reply->options.pool, segment.dst, &index))
		return;
	if (kind == FRAME_WHO_HAS) {
		wire_put(reply->wire, frame,
			 neighbour_answer(frame, &segment, wire_mac(reply->wire)));
		wire_flush(reply->wire, &reply->end);
		counter_add(&reply->numbers.neighbours, 1);
	} else if (kind == FRAME_TCP && segment.flags & TCP_RST) {
		counter_add(&reply->numbers.resets, 1);
	} else if (kind == FRAME_TCP && (segment.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
		take_syn(reply, &segment, time);
	} else if (kind == FRAME_TCP) {
		counter_add(&reply->numbers.other, 1);
	}
}

/* --- send */

static void send_batch(struct reply *reply, struct batch *batch)
{
	struct reply_numbers *numbers = &reply->numbers;
	unsigned int i, sent = wire_flush(reply->wire, &reply->end);

	/* Those that were not, at the end, go on being told as waiting. */
	for (i = 0; i < sent; i++)
		counter_add(batch->refused[i] ? &numbers->refused : &numbers->accepted, 1);
	counter_add(&numbers->waiting, -(uint64_t)sent);
	batch->count = 0;
	if (wire_error(reply->wire) && !atomic_load(&reply->failed)) {
		fail("%s: can not send: %s", reply->options.interface,
		     strerror(wire_error(reply->wire)));
		atomic_store(&reply->failed, true);
		atomic_store(&reply->end, true);
	}
}

static void send_answer(struct reply *reply, struct batch *batch, const struct answer *answer,
			uint64_t now)
{
	static const uint8_t mss4[] = { 2, 4, 0x05, 0xb4 }, mss6[] = { 2, 4, 0x05, 0xa0 };
	const struct segment *segment = &answer->segment;
	uint64_t late = now > answer->due ? now - answer->due : 0;
	bool refused = segment->flags & TCP_RST;
	uint8_t frame[FRAME_MAX];
	size_t len;

	if (late > counter_get(&reply->numbers.late))
		counter_add(&reply->numbers.late, late - counter_get(&reply->numbers.late));
	len = frame_tcp(frame, segment, segment->family == AF_INET ? mss4 : mss6,
			refused ? 0 : sizeof(mss4));
	wire_put(reply->wire, frame, len);
	batch->refused[batch->count++] = refused;
	if (wire_full(reply->wire))
		send_batch(reply, batch);
}

static void send_due(struct reply *reply)
{
	struct batch batch = { .count = 0 };
	uint64_t now = clock_now();
	const struct answer *answer;
	unsigned int i;

	for (i = 0; i < reply->ready_count; i++)
		send_answer(reply, &batch, &reply->ready[i], now);
	reply->ready_count = 0;
	/* No more than a turn's worth, for who waits to be received. */
	for (i = 0; i < CAPTURE_BATCH; i++) {
		answer = delayed_next(&reply->delayed);
		if (!answer || answer->due > now)
			break;
		send_answer(reply, &batch, answer, now);
		delayed_drop(&reply->delayed);
	}
	if (batch.count)
		send_batch(reply, &batch);
}

static void *answer_all(void *data)
{
	struct reply *reply = data;
	const struct answer *next;
	uint64_t now, wait;

	prctl(PR_SET_TIMERSLACK, 1UL);
	while (!atomic_load(&reply->end)) {
		now = clock_now();
		reply->offset = now - clock_wall();
		next = delayed_next(&reply->delayed);
		wait = next ? next->due > now ? next->due - now : 0 : TICK;
		if (capture_read(reply->capture, wait < TICK ? wait : TICK, receive_frame,
				 reply) < 0) {
			atomic_store(&reply->failed, true);
			atomic_store(&reply->end, true);
		}
		send_due(reply);
	}
	return NULL;
}

/* --- tell */

static void watch(struct reply *reply, uint64_t began, const sigset_t *signals)
{
	const struct timespec tick = { .tv_nsec = TICK };
	const struct reply_options *options = &reply->options;
	uint64_t period_end = options->period, time;
	bool watched = progress_wanted();

	while (sigtimedwait(signals, NULL, &tick) < 0 && !atomic_load(&reply->end)) {
		time = clock_now() - began;
		if (time >= period_end) {
			reply_report_period(options, &reply->numbers, time);
			period_end += (time - period_end) / options->period * options->period +
				      options->period;
		}
		if (watched)
			reply_report_progress(&reply->numbers, time);
		if (options->duration && time >= options->duration)
			return;
	}
}

static int run(struct reply *reply)
{
	uint64_t began = clock_now(), time;
	sigset_t signals;
	pthread_t worker;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);

	if (pthread_create(&worker, NULL, answer_all, reply))
		return fail("no thread to answer");
	reply_report_begin(&reply->options, wire_mac(reply->wire));
	watch(reply, began, &signals);
	atomic_store(&reply->end, true);
	pthread_join(worker, NULL);

	time = clock_now() - began;
	reply_report_period(&reply->options, &reply->numbers, time);
	reply_report_end(&reply->options, &reply->numbers, time, capture_missed(reply->capture));
	return atomic_load(&reply->failed) ? FAILED : output_done();
}

static int open_all(struct reply *reply)
{
	const struct reply_options *options = &reply->options;
	char prefix[PREFIX_SIZE], own[INET6_ADDRSTRLEN], mac[18];
	char filter[4 * PREFIX_SIZE];

	if (own_addresses(&options->pool, own))
		return fail("%s is this machine's own: its kernel would answer, too", own);
	reply->seen = seen_new();
	if (!reply->seen || !delayed_init(&reply->delayed, options->queue))
		return fail("no memory");
	reply->wire = wire_open(options->interface);
	if (!reply->wire)
		return FAILED;
	prefix_format(prefix, &options->pool.prefix);
	/* What the bridge sends everywhere is not for this station. */
	snprintf(filter, sizeof(filter), "(tcp and ether dst %s and dst net %s) or %s",
		 mac_format(mac, wire_mac(reply->wire)), prefix,
		 options->pool.prefix.family == AF_INET ? "arp" : "(icmp6 and ip6[40] == 135)");
	reply->capture = capture_open(options->interface, filter);
	return reply->capture ? DONE : FAILED;
}

int main(int argc, char **argv)
{
	static struct reply reply;
	int status = reply_options(&reply.options, argc, argv);

	if (status == OPTIONS_HELP)
		return output_done();
	if (!status)
		status = open_all(&reply);
	if (!status)
		status = run(&reply);
	capture_close(reply.capture);
	wire_close(reply.wire);
	delayed_free(&reply.delayed);
	seen_free(reply.seen);
	return status;
}
