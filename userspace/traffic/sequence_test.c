// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "bomb.h"
#include "tap.h"

static void make(struct sequence *sequence, const char *clients, uint64_t client_count,
		 uint32_t client_ports, const char *servers, uint64_t server_count,
		 uint32_t server_ports, uint64_t seed)
{
	*sequence = (struct sequence){
		.client_port = 1024, .client_ports = client_ports,
		.server_port = 80, .server_ports = server_ports,
	};
	if (pool_init(&sequence->clients, clients, client_count) ||
	    pool_init(&sequence->servers, servers, server_count) || sequence_init(sequence, seed))
		abort();
}

/* The answer's way. */
static struct segment turned(const struct segment *syn)
{
	struct segment answer = *syn;

	memcpy(answer.src, syn->dst, 16);
	memcpy(answer.dst, syn->src, 16);
	answer.src_port = syn->dst_port;
	answer.dst_port = syn->src_port;
	return answer;
}

/* Each request once, each told from its answer. */
static void all_of(const char *clients, uint64_t client_count, uint32_t client_ports,
		   const char *servers, uint64_t server_count, uint32_t server_ports)
{
	uint64_t number, back, wrong_numbers = 0, twice = 0, in_order = 0, value, before = 0;
	struct segment syn = { 0 }, answer;
	struct sequence sequence;
	uint32_t client, server;
	bool *seen;

	make(&sequence, clients, client_count, client_ports, servers, server_count, server_ports,
	     42);
	seen = calloc(sequence.total, sizeof(*seen));
	for (number = 0; number < sequence.total; number++) {
		sequence_request(&sequence, number, &syn);
		answer = turned(&syn);
		wrong_numbers += !sequence_number(&sequence, &answer, &back) || back != number;
		if (!pool_index(&sequence.clients, syn.src, &client) ||
		    !pool_index(&sequence.servers, syn.dst, &server) || syn.src_port < 1024 ||
		    syn.src_port >= 1024 + client_ports || syn.dst_port < 80 ||
		    syn.dst_port >= 80 + server_ports) {
			wrong_numbers++;
			continue;
		}
		value = ((client * server_count + server) * client_ports + syn.src_port - 1024) *
			server_ports + syn.dst_port - 80;
		twice += seen[value];
		seen[value] = true;
		in_order += value == before + 1;
		before = value;
	}
	free(seen);
	ok(!wrong_numbers && !twice, "all %lu requests from %s to %s, each once",
	   (unsigned long)sequence.total, clients, servers);
	ok(sequence.total < 100 || in_order < sequence.total / 20, "they are not in order");
}

/* Numbers all over the largest sequence there is. */
static void the_largest(const char *clients, const char *servers)
{
	struct random random = { .state = 1 };
	struct segment syn = { 0 }, answer;
	unsigned int i, wrong_numbers = 0;
	struct sequence sequence;
	uint64_t number, back;

	make(&sequence, clients, 0, 64512, servers, 0, 65456, 7);
	for (i = 0; i < 100000; i++) {
		number = i < 1000 ? sequence.total - 1 - i :
			 random_up_to(&random, sequence.total - 1);
		sequence_request(&sequence, number, &syn);
		answer = turned(&syn);
		wrong_numbers += !sequence_number(&sequence, &answer, &back) || back != number;
	}
	ok(!wrong_numbers, "%s to %s: requests are told by their answers", clients, servers);
}

/* 100 000 requests: each terminal and each quarter of the ports has about its share. */
static void even(void)
{
	unsigned int clients[100] = { 0 }, servers[50] = { 0 }, ports[4] = { 0 }, i, off = 0;
	struct segment syn = { 0 };
	struct sequence sequence;

	make(&sequence, "10.8.0.0/24", 100, 64512, "10.9.0.0/24", 50, 60000, 3);
	for (i = 0; i < 100000; i++) {
		sequence_request(&sequence, i, &syn);
		clients[syn.src[3] - 1]++;
		servers[syn.dst[3] - 1]++;
		ports[(syn.dst_port - 80) / 15000]++;
	}
	for (i = 0; i < 100; i++)
		off += clients[i] < 850 || clients[i] > 1150;
	for (i = 0; i < 50; i++)
		off += servers[i] < 1780 || servers[i] > 2220;
	for (i = 0; i < 4; i++)
		off += ports[i] < 24300 || ports[i] > 25700;
	ok(!off, "clients, servers and ports have their shares");
}

static void repeatable(void)
{
	struct segment one = { 0 }, two = { 0 };
	struct sequence a, b, c;
	unsigned int i, differ = 0, same = 0;

	make(&a, "10.8.0.0/24", 0, 64512, "10.9.0.0/24", 0, 1, 5);
	make(&b, "10.8.0.0/24", 0, 64512, "10.9.0.0/24", 0, 1, 5);
	make(&c, "10.8.0.0/24", 0, 64512, "10.9.0.0/24", 0, 1, 6);
	for (i = 0; i < 1000; i++) {
		sequence_request(&a, i, &one);
		sequence_request(&b, i, &two);
		differ += !!memcmp(&one, &two, sizeof(one));
		sequence_request(&c, i, &two);
		same += !memcmp(&one, &two, sizeof(one));
	}
	ok(!differ, "the same seed, the same SYNs");
	ok(!same, "another seed, other SYNs");
}

static void strangers(void)
{
	struct segment syn = { 0 }, answer;
	struct sequence sequence;
	uint64_t number;

	make(&sequence, "10.8.0.0/24", 10, 100, "10.9.0.0/24", 10, 2, 5);
	sequence_request(&sequence, 17, &syn);
	answer = turned(&syn);
	ok(sequence_number(&sequence, &answer, &number) && number == 17, "an answer fits");
	answer.dst_port = 1023;
	ok(!sequence_number(&sequence, &answer, &number), "a port below does not");
	answer.dst_port = 1124;
	ok(!sequence_number(&sequence, &answer, &number), "a port above does not");
	answer = turned(&syn);
	answer.src_port = 82;
	ok(!sequence_number(&sequence, &answer, &number), "another server's port does not");
	answer = turned(&syn);
	answer.src[3] = 11;
	ok(!sequence_number(&sequence, &answer, &number), "another server does not");
	answer = turned(&syn);
	answer.dst[2] = 1;
	ok(!sequence_number(&sequence, &answer, &number), "another client does not");
	answer = turned(&syn);
	answer.family = AF_INET6;
	ok(!sequence_number(&sequence, &answer, &number), "another family does not");
}

static void refuses(const char *clients, uint64_t count, const char *servers, const char *reason)
{
	struct sequence sequence = { .client_ports = 64512, .server_ports = 65535 };
	const char *why;

	if (pool_init(&sequence.clients, clients, count) ||
	    pool_init(&sequence.servers, servers, count))
		abort();
	why = sequence_init(&sequence, 1);
	ok(why && strstr(why, reason), "%s to %s is refused: %s", clients, servers,
	   why ? why : "not at all");
}

int main(void)
{
	all_of("10.8.0.0/24", 1, 1, "10.9.0.0/24", 1, 1);
	all_of("10.8.0.0/24", 2, 1, "10.9.0.0/24", 1, 1);
	all_of("10.8.0.0/24", 3, 5, "10.9.0.0/24", 2, 1);
	all_of("10.8.0.0/24", 100, 37, "10.9.0.0/24", 11, 3);
	all_of("fd08::/64", 16, 16, "fd09::/64", 16, 16);
	all_of("fd08::/64", 16, 16, "fd09::/64", 16, 17);
	the_largest("10.8.0.0/24", "10.9.0.0/24");
	the_largest("10.0.0.0/9", "10.128.0.0/9");
	the_largest("fd08::/64", "fd09::/64");
	even();
	repeatable();
	strangers();
	refuses("10.8.0.0/24", 0, "fd09::/64", "not both IPv4");
	refuses("10.8.0.0/16", 0, "10.8.7.0/24", "overlap");
	refuses("fd08::/64", 1 << 20, "fd09::/64", "too many");
	return tap_end();
}
