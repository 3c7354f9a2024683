// SPDX-License-Identifier: GPL-2.0
/* Peers, those who connect: an address with a port. */
#include <arpa/inet.h>
#include <string.h>

#include "nl.h"

/**
 * peer_read() - take the address of a peer out of a message
 * @peer: the result, left alone by what is no address
 * @attr: the attribute, may be NULL
 */
void peer_read(struct peer *peer, const struct nlattr *attr)
{
	size_t len = attr ? mnl_attr_get_payload_len(attr) : 0;

	if (len == sizeof(struct in_addr))
		peer->family = AF_INET;
	else if (len == sizeof(struct in6_addr))
		peer->family = AF_INET6;
	else
		return;
	memcpy(peer->addr, mnl_attr_get_payload(attr), len);
}

static void put_ipv4(char *at, const uint8_t addr[4])
{
	int i;

	for (i = 0; i < 4; i++) {
		at = digits_put(at, addr[i], 1);
		*at++ = '.';
	}
	at[-1] = '\0';
}

/**
 * peer_address() - write the address of a peer
 * @buf: room for it
 * @peer: the peer
 *
 * Return: @buf, with a question mark if the family is unknown
 */
const char *peer_address(char buf[INET6_ADDRSTRLEN], const struct peer *peer)
{
	/* It would take a quarter of a long list to do this by inet_ntop(), which calls printf(). */
	if (peer->family == AF_INET) {
		put_ipv4(buf, peer->addr);
		return buf;
	}
	if (!inet_ntop(peer->family, peer->addr, buf, INET6_ADDRSTRLEN))
		strcpy(buf, "?");
	return buf;
}

/**
 * peer_format() - write a peer
 * @buf: room for it
 * @peer: the peer
 *
 * Return: @buf with ADDRESS:PORT, the address in brackets if it has colons, and /sctp if
 *	that is its protocol
 */
const char *peer_format(char buf[PEER_SIZE], const struct peer *peer)
{
	bool six = peer->family == AF_INET6;
	char *at = buf;

	if (six)
		*at++ = '[';
	at += strlen(peer_address(at, peer));
	if (six)
		*at++ = ']';
	*at++ = ':';
	at = digits_put(at, peer->port, 1);
	strcpy(at, peer->proto == IPPROTO_SCTP ? "/sctp" : "");
	return buf;
}
