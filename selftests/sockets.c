// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "helper.h"
#include "sockets.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

/* As in newer headers; there are kernels older than it. */
#define AO_ADD_KEY 38

struct ao_add {
	struct sockaddr_storage addr;
	char alg_name[64];
	int32_t ifindex;
	uint32_t current:1, next:1, reserved:30;
	uint16_t reserved2;
	uint8_t prefix;
	uint8_t sndid;
	uint8_t rcvid;
	uint8_t maclen;
	uint8_t keyflags;
	uint8_t keylen;
	uint8_t key[80];
} __attribute__((aligned(8)));

static const char key[] = "not very secret";

void sockets_parse(struct sockets *how, const char *word)
{
	if (!strcmp(word, "fastopen"))
		how->fastopen = 1;
	else if (!strcmp(word, "mptcp"))
		how->mptcp = 1;
	else if (!strcmp(word, "sctp"))
		how->sctp = 1;
	else if (!strcmp(word, "md5"))
		how->md5 = 1;
	else if (!strcmp(word, "ao"))
		how->ao = 1;
	else if (!strcmp(word, "transparent"))
		how->transparent = 1;
	else
		die("no kind of socket: %s", word);
}

/* A socket of that kind, neither connected nor listening. */
int sockets_open(const struct sockets *how, int family, int flags)
{
	int protocol = how->mptcp ? IPPROTO_MPTCP : how->sctp ? IPPROTO_SCTP : 0;
	int fd = socket(family, SOCK_STREAM | flags, protocol);
	int one = 1;

	if (fd < 0)
		die("socket: %m");
	if (how->transparent && setsockopt(fd, SOL_IPV6, IPV6_TRANSPARENT, &one, sizeof(one)))
		die("transparent: %m");
	return fd;
}

static void add_md5(int fd, const struct sockaddr_storage *peers, int prefix)
{
	struct tcp_md5sig md5 = {
		.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX,
		.tcpm_prefixlen = prefix,
		.tcpm_keylen = sizeof(key),
	};

	memcpy(&md5.tcpm_addr, peers, sizeof(md5.tcpm_addr));
	memcpy(md5.tcpm_key, key, sizeof(key));
	if (setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG_EXT, &md5, sizeof(md5)))
		die("TCP-MD5: %m");
}

static void add_ao(int fd, const struct sockaddr_storage *peers, int prefix)
{
	struct ao_add ao = {
		.addr = *peers,
		.alg_name = "hmac(sha1)",
		.prefix = prefix,
		.sndid = prefix,
		.rcvid = prefix,
		.keylen = sizeof(key),
	};

	memcpy(ao.key, key, sizeof(key));
	if (setsockopt(fd, IPPROTO_TCP, AO_ADD_KEY, &ao, sizeof(ao)))
		die("TCP-AO: %m");
}

/*
 * Signs what a socket of AF_INET6 sends, if it is to be, to IPv4 as well. A net that is
 * all of IPv4 is allowed for the one only.
 */
void sockets_sign(const struct sockets *how, int fd)
{
	struct sockaddr_storage peers = { .ss_family = AF_INET6 };
	struct sockaddr_in6 *peers6 = (struct sockaddr_in6 *)&peers;

	if (how->md5)
		add_md5(fd, &peers, 0);
	if (how->ao)
		add_ao(fd, &peers, 0);
	inet_pton(AF_INET6, "::ffff:0.0.0.0", &peers6->sin6_addr);
	if (how->md5)
		add_md5(fd, &peers, 0);
	inet_pton(AF_INET6, "::ffff:10.0.0.0", &peers6->sin6_addr);
	if (how->ao)
		add_ao(fd, &peers, 8);
}
