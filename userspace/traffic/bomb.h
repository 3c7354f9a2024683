/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of synbomb share. */
#ifndef SYNCOPATE_BOMB_H
#define SYNCOPATE_BOMB_H

#include "traffic.h"

/* sequence.c */

/**
 * struct sequence - every request that can be made, once, in an order that looks random
 * @clients: who asks
 * @servers: who is asked
 * @client_port: the first port to ask from
 * @client_ports: how many there are
 * @server_port: the first port to ask for
 * @server_ports: how many there are
 * @total: how many requests that are
 * @half: bits of half a number
 * @key: what the order depends on
 */
struct sequence {
	struct pool clients;
	struct pool servers;
	uint16_t client_port;
	uint32_t client_ports;
	uint16_t server_port;
	uint32_t server_ports;
	uint64_t total;
	unsigned int half;
	uint64_t key[5];
};

const char *sequence_init(struct sequence *sequence, uint64_t seed);
void sequence_request(const struct sequence *sequence, uint64_t number, struct segment *syn);
bool sequence_number(const struct sequence *sequence, const struct segment *answer,
		     uint64_t *number);
uint32_t sequence_isn(const struct sequence *sequence, uint64_t number);

/* table.c */

/**
 * struct request - a request that is open
 * @number: its number + 1, or 0 for none
 * @time: when it was made
 */
struct request {
	counter_t number;
	uint64_t time;
};

/**
 * struct table - the requests that are open
 * @request: at its number modulo the size
 * @mask: the size, a power of two, - 1
 */
struct table {
	struct request *request;
	uint64_t mask;
};

bool table_init(struct table *table, uint64_t size, bool at_once);
bool table_has_room(const struct table *table, uint64_t number);
void table_open(struct table *table, uint64_t number, uint64_t time);
bool table_close(struct table *table, uint64_t number, uint64_t *time);

/* schedule.c */

/**
 * struct schedule - when how many requests are made
 * @burst: the average number of a burst
 * @gap: the average time from one burst to the next
 * @random: where the numbers come from
 */
struct schedule {
	uint64_t burst;
	uint64_t gap;
	struct random random;
};

uint64_t schedule_burst(struct schedule *schedule);
uint64_t schedule_gap(struct schedule *schedule);

/* bomb_options.c */

/**
 * struct bomb_options - what the user wants
 * @interface: where to send and receive
 * @sequence: whom to ask
 * @mac_given: @mac is
 * @mac: the station to send to
 * @gateway: the address whose station is to be asked for
 * @burst: average number of a burst
 * @gap: average time from one burst to the next
 * @count: how many requests to make, 0 if that does not matter
 * @duration: for how long to make them, 0 if that does not matter
 * @wait: how long to wait for answers after that
 * @period: how long from one report to the next
 * @table: how many requests may be open
 * @seed: what order and bursts depend on
 * @json: tell in JSON
 */
struct bomb_options {
	const char *interface;
	struct sequence sequence;
	bool mac_given;
	uint8_t mac[6];
	struct prefix gateway;
	uint64_t burst;
	uint64_t gap;
	uint64_t count;
	uint64_t duration;
	uint64_t wait;
	uint64_t period;
	uint64_t table;
	uint64_t seed;
	bool json;
};

/* Parsed, and nothing more to be done: */
#define OPTIONS_HELP (-1)

int bomb_options(struct bomb_options *options, int argc, char **argv);

/* bomb_report.c */

/**
 * struct bomb_numbers - what has come of it
 * @left_out: requests that were not made, as there was no room in the table
 * @sent: requests that were
 * @late: how late a burst was at most
 * @syn_acks: those accepted
 * @rsts: those refused
 * @duplicate_syn_acks: SYN-ACKs to what was answered before
 * @duplicate_rsts: RSTs likewise
 * @returned: SYNs of ours that came back
 * @unfit: answers that fit no request
 * @setup: how long it took to be accepted
 * @refusal: how long to be refused
 */
struct bomb_numbers {
	/* by who sends */
	counter_t left_out;
	counter_t sent;
	counter_t late;
	/* by who receives */
	counter_t syn_acks;
	counter_t rsts;
	counter_t duplicate_syn_acks;
	counter_t duplicate_rsts;
	counter_t returned;
	counter_t unfit;
	struct histogram setup;
	struct histogram refusal;
};

uint64_t bomb_outstanding(const struct bomb_numbers *numbers);
void bomb_report_begin(const struct bomb_options *options);
void bomb_report_period(const struct bomb_options *options, const struct bomb_numbers *numbers,
			uint64_t time);
void bomb_report_progress(const struct bomb_numbers *numbers, uint64_t time);
void bomb_report_end(const struct bomb_options *options, const struct bomb_numbers *numbers,
		     uint64_t sending, uint64_t time, uint64_t missed);

/* resolve.c */
int resolve(const struct bomb_options *options, struct wire *wire, struct capture *capture,
	    uint8_t mac[6]);

#endif /* SYNCOPATE_BOMB_H */
