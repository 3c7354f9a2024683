// SPDX-License-Identifier: GPL-2.0
/*
 * synbomb: asks for connections, in bursts. One thread sends, one receives, and this one
 * tells what has come of it.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "bomb.h"

/* How often to look whether there is something to tell, or to do. */
#define TICK (SECOND / 20)
/* Fewer at a time cost more each, but their times are more exact: it is one for all. */
#define PACED_BATCH 16

/**
 * struct bomb - all of it
 * @options: what the user wants
 * @wire: for requests
 * @answers: for answers to who asks for the station of a client
 * @capture: where frames come in
 * @table: the requests that are open
 * @numbers: what has come of it
 * @syn: what all SYNs have in common
 * @issued: numbers of requests below this have been used
 * @began: when the first burst was due
 * @sending: for how long requests were made
 * @stop: make no more requests
 * @sent_all: none is being made any more
 * @end: do not receive any longer
 * @failed: something did
 */
struct bomb {
	struct bomb_options options;
	struct wire *wire;
	struct wire *answers;
	struct capture *capture;
	struct table table;
	struct bomb_numbers numbers;
	struct segment syn;
	counter_t issued;
	uint64_t began;
	counter_t sending;
	atomic_bool stop;
	atomic_bool sent_all;
	atomic_bool end;
	atomic_bool failed;
};

/* Requests that are about to be sent together. */
struct batch {
	uint64_t number[WIRE_BATCH];
	unsigned int count;
};

static void send_batch(struct bomb *bomb, struct batch *batch)
{
	uint64_t now = clock_wall(), time;
	unsigned int i, sent;

	/* Open before it is sent: the answer may be there before the send() is over. */
	for (i = 0; i < batch->count; i++)
		table_open(&bomb->table, batch->number[i], now);
	sent = wire_flush(bomb->wire, &bomb->stop);
	for (i = sent; i < batch->count; i++)
		table_close(&bomb->table, batch->number[i], &time);
	counter_add(&bomb->numbers.sent, sent);
	batch->count = 0;
	if (wire_error(bomb->wire) && !atomic_load(&bomb->failed)) {
		fail("%s: can not send: %s", bomb->options.interface,
		     strerror(wire_error(bomb->wire)));
		atomic_store(&bomb->failed, true);
		atomic_store(&bomb->stop, true);
	}
}

static void make_request(struct bomb *bomb, struct batch *batch)
{
	/* As Linux asks: MSS 1460 (IPv6: 1440), SACK, a time stamp (the request's number), scale 7. */
	uint8_t options[20] = { 2, 4, 0x05, 0xb4, 4, 2, 8, 10, [16] = 1, 3, 3, 7 };
	uint64_t number = counter_get(&bomb->issued);
	uint8_t frame[FRAME_MAX];
	uint32_t stamp = htonl(number);
	size_t len;

	counter_add(&bomb->issued, 1);
	if (!table_has_room(&bomb->table, number)) {
		counter_add(&bomb->numbers.left_out, 1);
		return;
	}
	if (bomb->options.sequence.clients.prefix.family == AF_INET6)
		options[3] = 0xa0;
	memcpy(options + 8, &stamp, sizeof(stamp));
	sequence_request(&bomb->options.sequence, number, &bomb->syn);
	len = frame_tcp(frame, &bomb->syn, options, sizeof(options));
	wire_put(bomb->wire, frame, len);
	batch->number[batch->count++] = number;
	if (batch->count == (bomb->options.gap ? PACED_BATCH : WIRE_BATCH))
		send_batch(bomb, batch);
}

static void make_burst(struct bomb *bomb, uint64_t count)
{
	struct batch batch = { .count = 0 };

	while (count-- && !atomic_load(&bomb->stop))
		make_request(bomb, &batch);
	if (batch.count)
		send_batch(bomb, &batch);
}

/* Returns whether the time has come; no if there is to be no more. */
static bool wait_until(struct bomb *bomb, uint64_t due)
{
	uint64_t now = clock_now(), end = bomb->began + bomb->options.duration;

	while (now < due && !atomic_load(&bomb->stop)) {
		if (bomb->options.duration && now >= end)
			return false;
		clock_sleep_until(due < now + TICK ? due : now + TICK);
		now = clock_now();
	}
	if (now - due > counter_get(&bomb->numbers.late) && now > due)
		counter_add(&bomb->numbers.late, now - due - counter_get(&bomb->numbers.late));
	return !atomic_load(&bomb->stop) && !(bomb->options.duration && now >= end);
}

static void *send_all(void *data)
{
	struct bomb *bomb = data;
	const struct bomb_options *options = &bomb->options;
	uint64_t total = options->count ? options->count : options->sequence.total;
	uint64_t due = bomb->began, burst, left;
	struct schedule schedule = {
		.burst = options->burst, .gap = options->gap,
		.random = { .state = ~options->seed },
	};

	prctl(PR_SET_TIMERSLACK, 1UL);
	while (wait_until(bomb, due)) {
		left = total - counter_get(&bomb->issued);
		if (!left)
			break;
		/* Without gaps nobody sees where a burst ends: none ends with a few that cost more. */
		burst = options->gap ? schedule_burst(&schedule) : WIRE_BATCH;
		make_burst(bomb, burst < left ? burst : left);
		due = options->gap ? due + schedule_gap(&schedule) : clock_now();
	}
	counter_add(&bomb->sending, clock_now() - bomb->began);
	if (!options->count && counter_get(&bomb->issued) == total)
		say("all different requests were made; more terminals or ports would have more");
	atomic_store(&bomb->sent_all, true);
	return NULL;
}

static void accept_answer(struct bomb *bomb, const struct segment *answer, uint64_t time)
{
	struct bomb_numbers *numbers = &bomb->numbers;
	bool accepted = !(answer->flags & TCP_RST);
	uint64_t number, made;

	if (!sequence_number(&bomb->options.sequence, answer, &number) ||
	    number >= counter_get(&bomb->issued) || !(answer->flags & TCP_ACK) ||
	    !(answer->flags & (TCP_SYN | TCP_RST)) ||
	    answer->ack != sequence_isn(&bomb->options.sequence, number) + 1) {
		counter_add(&numbers->unfit, 1);
		return;
	}
	if (!table_close(&bomb->table, number, &made)) {
		counter_add(accepted ? &numbers->duplicate_syn_acks : &numbers->duplicate_rsts, 1);
		return;
	}
	/* Unless the wall's clock was set. */
	time = time > made ? time - made : 0;
	histogram_add(accepted ? &numbers->setup : &numbers->refusal, time);
	counter_add(accepted ? &numbers->syn_acks : &numbers->rsts, 1);
}

static void receive_frame(void *data, uint64_t time, const uint8_t *bytes, size_t len)
{
	struct bomb *bomb = data;
	uint8_t frame[FRAME_MAX];
	struct segment segment;
	uint32_t index;

	switch (frame_parse(bytes, len, &segment)) {
	case FRAME_TCP:
		if ((segment.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
			counter_add(&bomb->numbers.returned, 1);
		else
			accept_answer(bomb, &segment, time);
		break;
	case FRAME_WHO_HAS:
		if (segment.family != bomb->options.sequence.clients.prefix.family ||
		    !pool_index(&bomb->options.sequence.clients, segment.dst, &index))
			break;
		wire_put(bomb->answers, frame,
			 neighbour_answer(frame, &segment, wire_mac(bomb->answers)));
		wire_flush(bomb->answers, &bomb->end);
		break;
	default:
		break;
	}
}

static void *receive_all(void *data)
{
	struct bomb *bomb = data;

	while (!atomic_load(&bomb->end)) {
		if (capture_read(bomb->capture, TICK, receive_frame, bomb) < 0) {
			atomic_store(&bomb->failed, true);
			atomic_store(&bomb->stop, true);
			break;
		}
	}
	return NULL;
}

/* Returns whether the user wants an end. */
static bool tick(const sigset_t *signals)
{
	const struct timespec time = { .tv_nsec = TICK };

	return sigtimedwait(signals, NULL, &time) > 0;
}

/* Tells, and ends what has to end. */
static void watch(struct bomb *bomb, const sigset_t *signals)
{
	const struct bomb_options *options = &bomb->options;
	uint64_t period_end = options->period, wait_end = 0, time;
	bool watched = progress_wanted();

	for (;;) {
		if (tick(signals)) {
			if (atomic_load(&bomb->stop))
				return;
			atomic_store(&bomb->stop, true);
			say("no more requests; interrupt again not to wait for answers");
		}
		time = clock_now() - bomb->began;
		if (time >= period_end) {
			bomb_report_period(options, &bomb->numbers, time);
			period_end += (time - period_end) / options->period * options->period +
				      options->period;
		}
		/* Who sends may be waiting for a device without room. */
		if (options->duration && time >= options->duration)
			atomic_store(&bomb->stop, true);
		if (watched)
			bomb_report_progress(&bomb->numbers, time);
		if (!atomic_load(&bomb->sent_all))
			continue;
		if (!wait_end)
			wait_end = time + options->wait;
		if (!bomb_outstanding(&bomb->numbers) || time >= wait_end ||
		    atomic_load(&bomb->failed))
			return;
	}
}

static int run(struct bomb *bomb)
{
	pthread_t sender, receiver;
	sigset_t signals;
	uint64_t time;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);

	bomb_report_begin(&bomb->options);
	bomb->began = clock_now();
	if (pthread_create(&receiver, NULL, receive_all, bomb))
		return fail("no thread to receive");
	if (pthread_create(&sender, NULL, send_all, bomb)) {
		atomic_store(&bomb->end, true);
		pthread_join(receiver, NULL);
		return fail("no thread to send");
	}
	watch(bomb, &signals);
	atomic_store(&bomb->stop, true);
	pthread_join(sender, NULL);
	atomic_store(&bomb->end, true);
	pthread_join(receiver, NULL);

	time = clock_now() - bomb->began;
	bomb_report_period(&bomb->options, &bomb->numbers, time);
	bomb_report_end(&bomb->options, &bomb->numbers, counter_get(&bomb->sending), time,
			capture_missed(bomb->capture));
	return atomic_load(&bomb->failed) ? FAILED : output_done();
}

static int open_all(struct bomb *bomb)
{
	const struct sequence *sequence = &bomb->options.sequence;
	char clients[PREFIX_SIZE], servers[PREFIX_SIZE], own[INET6_ADDRSTRLEN];
	char filter[8 * PREFIX_SIZE];

	if (own_addresses(&sequence->clients, own))
		return fail("%s is this machine's own: its kernel would answer the answers", own);
	prefix_format(clients, &sequence->clients.prefix);
	prefix_format(servers, &sequence->servers.prefix);
	snprintf(filter, sizeof(filter), "(tcp and ((src net %s and dst net %s) or "
		 "(src net %s and dst net %s))) or %s", servers, clients, clients, servers,
		 sequence->clients.prefix.family == AF_INET ? "arp" :
		 "(icmp6 and (ip6[40] == 135 or ip6[40] == 136))");
	/* Who sends without gaps has no time to wait for memory. */
	if (!table_init(&bomb->table, bomb->options.table, !bomb->options.gap))
		return fail("no memory for so large a table");
	bomb->wire = wire_open(bomb->options.interface);
	bomb->answers = bomb->wire ? wire_open(bomb->options.interface) : NULL;
	bomb->capture = bomb->answers ? capture_open(bomb->options.interface, filter) : NULL;
	if (!bomb->capture)
		return FAILED;
	memcpy(bomb->syn.eth_src, wire_mac(bomb->wire), 6);
	if (!bomb->options.mac_given)
		return resolve(&bomb->options, bomb->wire, bomb->capture, bomb->syn.eth_dst);
	memcpy(bomb->syn.eth_dst, bomb->options.mac, 6);
	return DONE;
}

int main(int argc, char **argv)
{
	static struct bomb bomb;
	int status = bomb_options(&bomb.options, argc, argv);

	if (status == OPTIONS_HELP)
		return output_done();
	if (!status)
		status = open_all(&bomb);
	if (!status)
		status = run(&bomb);
	capture_close(bomb.capture);
	wire_close(bomb.answers);
	wire_close(bomb.wire);
	return status;
}
