// SPDX-License-Identifier: GPL-2.0
/* The station to send to, where the user does not name it. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "bomb.h"

#define TRIES 3
#define TRY_NS (SECOND / 2)

/**
 * struct search - whom is asked for
 * @address: his address
 * @family: its family
 * @found: an answer has come
 * @mac: the station it names
 */
struct search {
	uint8_t address[16];
	uint8_t family;
	bool found;
	uint8_t mac[6];
};

static void look(void *data, uint64_t time, const uint8_t *frame, size_t len)
{
	struct search *search = data;
	struct segment answer;

	(void)time;
	if (frame_parse(frame, len, &answer) != FRAME_HAS || answer.family != search->family ||
	    memcmp(answer.dst, search->address, answer.family == AF_INET ? 4 : 16))
		return;
	memcpy(search->mac, answer.eth_src, 6);
	search->found = true;
}

/**
 * resolve() - ask for the station to send to
 * @options: the gateway, or else it is that of the first server; the first client asks
 * @wire: where to ask
 * @capture: where the answer comes in
 * @mac: the result
 *
 * Return: DONE, or has said what failed
 */
int resolve(const struct bomb_options *options, struct wire *wire, struct capture *capture,
	    uint8_t mac[6])
{
	struct segment question = { .family = options->sequence.servers.prefix.family };
	struct search search = { .family = question.family };
	char text[INET6_ADDRSTRLEN];
	uint8_t frame[FRAME_MAX];
	uint64_t end;
	int try;

	pool_address(&options->sequence.clients, 0, question.src);
	if (options->gateway.family)
		memcpy(question.dst, options->gateway.addr, 16);
	else
		pool_address(&options->sequence.servers, 0, question.dst);
	memcpy(search.address, question.dst, 16);
	memcpy(question.eth_src, wire_mac(wire), 6);

	for (try = 0; try < TRIES; try++) {
		wire_put(wire, frame, neighbour_ask(frame, &question));
		wire_flush(wire, NULL);
		if (wire_error(wire))
			return fail("%s: %s", options->interface, strerror(wire_error(wire)));
		for (end = clock_now() + TRY_NS; clock_now() < end && !search.found;) {
			if (capture_read(capture, SECOND / 20, look, &search) < 0)
				return FAILED;
		}
		if (search.found) {
			memcpy(mac, search.mac, 6);
			return DONE;
		}
	}
	inet_ntop(question.family, question.dst, text, sizeof(text));
	return fail("nobody on %s has the address %s; name the station with --mac, or a gateway",
		    options->interface, text);
}
