// SPDX-License-Identifier: GPL-2.0
/*
 * The requests, by numbers. Each combination of client, server and ports has one number,
 * and an order that looks random has each number once: a permutation, made by a Feistel
 * network. So nothing has to be remembered for a request not to be repeated, and an answer
 * tells its request's number.
 */
#include <inttypes.h>

#include "bomb.h"

/**
 * sequence_init() - begin
 * @sequence: its members up to @total are set
 * @seed: what the order depends on
 *
 * Return: NULL, or what is wrong
 */
const char *sequence_init(struct sequence *sequence, uint64_t seed)
{
	struct random random = { .state = seed };
	uint64_t clients = (uint64_t)sequence->clients.count * sequence->client_ports;
	uint64_t servers = (uint64_t)sequence->servers.count * sequence->server_ports;
	unsigned int i;

	if (sequence->clients.prefix.family != sequence->servers.prefix.family)
		return "clients and servers are not both IPv4, or both IPv6";
	if (prefix_overlaps(&sequence->clients.prefix, &sequence->servers.prefix))
		return "clients and servers overlap";
	if (__builtin_mul_overflow(clients, servers, &sequence->total))
		return wrong("%" PRIu64 " ends of clients and %" PRIu64 " of servers are too many",
			     clients, servers);
	sequence->half = 1;
	while (sequence->half < 32 && (sequence->total - 1) >> 2 * sequence->half)
		sequence->half++;
	for (i = 0; i < ARRAY_SIZE(sequence->key); i++)
		sequence->key[i] = random_next(&random);
	return NULL;
}

static uint64_t forward(const struct sequence *sequence, uint64_t value)
{
	uint64_t mask = (UINT64_C(1) << sequence->half) - 1;
	uint64_t left = value >> sequence->half, right = value & mask, next;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		next = left ^ (mix(sequence->key[i] ^ right) & mask);
		left = right;
		right = next;
	}
	return left << sequence->half | right;
}

static uint64_t backward(const struct sequence *sequence, uint64_t value)
{
	uint64_t mask = (UINT64_C(1) << sequence->half) - 1;
	uint64_t left = value >> sequence->half, right = value & mask, next;
	unsigned int i;

	for (i = 4; i-- > 0;) {
		next = right ^ (mix(sequence->key[i] ^ left) & mask);
		right = left;
		left = next;
	}
	return left << sequence->half | right;
}

/**
 * sequence_isn() - sequence number of a request's SYN
 * @sequence: the sequence
 * @number: the request
 *
 * Return: it
 */
uint32_t sequence_isn(const struct sequence *sequence, uint64_t number)
{
	return mix(sequence->key[4] ^ number) >> 32;
}

/**
 * sequence_request() - who asks whom
 * @sequence: the sequence
 * @number: the request, below @total
 * @syn: its addresses, ports and numbers are set
 */
void sequence_request(const struct sequence *sequence, uint64_t number, struct segment *syn)
{
	uint64_t value = number;

	/* The network permutes up to four times as many: what is beyond goes round again. */
	do {
		value = forward(sequence, value);
	} while (value >= sequence->total);

	pool_address(&sequence->clients, value % sequence->clients.count, syn->src);
	value /= sequence->clients.count;
	pool_address(&sequence->servers, value % sequence->servers.count, syn->dst);
	value /= sequence->servers.count;
	syn->src_port = sequence->client_port + value % sequence->client_ports;
	syn->dst_port = sequence->server_port + value / sequence->client_ports;
	syn->family = sequence->clients.prefix.family;
	syn->flags = TCP_SYN;
	syn->seq = sequence_isn(sequence, number);
	syn->ack = 0;
}

/**
 * sequence_number() - which request is answered?
 * @sequence: the sequence
 * @answer: the answer
 * @number: the result
 *
 * Return: whether it is the answer to any
 */
bool sequence_number(const struct sequence *sequence, const struct segment *answer,
		     uint64_t *number)
{
	uint32_t client, server;
	uint64_t client_port = (uint64_t)answer->dst_port - sequence->client_port;
	uint64_t server_port = (uint64_t)answer->src_port - sequence->server_port;
	uint64_t value;

	if (answer->family != sequence->clients.prefix.family ||
	    !pool_index(&sequence->clients, answer->dst, &client) ||
	    !pool_index(&sequence->servers, answer->src, &server) ||
	    client_port >= sequence->client_ports || server_port >= sequence->server_ports)
		return false;
	value = server_port * sequence->client_ports + client_port;
	value = (value * sequence->servers.count + server) * sequence->clients.count + client;
	do {
		value = backward(sequence, value);
	} while (value >= sequence->total);
	*number = value;
	return true;
}
