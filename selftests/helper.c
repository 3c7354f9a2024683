// SPDX-License-Identifier: GPL-2.0
/*
 * What the helpers of the selftests share: namespaces, endpoints, checksums.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "helper.h"

/* Says what is wrong and ends; %m in @fmt is the reason in errno. */
void die(const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(2);
}

/* Moves the process into a namespace made by `ip netns add`. */
void enter_netns(const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die("network namespace %s: %m", name);
	close(fd);
}

/*
 * Ends with the process that started it, and has its code in memory before it begins:
 * reading it later would pass for slowness of what is measured.
 */
void settle(void)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	mlockall(MCL_CURRENT);
}

int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

size_t addr_len(int family)
{
	return family == AF_INET ? 4 : 16;
}

/**
 * endpoint_parse - read ADDR, ADDR:PORT, [ADDR] or [ADDR]:PORT
 * @text: what to read
 * @ep: what it says
 *
 * Returns 0, or -1 if it is none of these.
 */
int endpoint_parse(const char *text, struct endpoint *ep)
{
	char addr[ENDPOINT_LEN];
	const char *port = NULL;
	size_t len;
	char *end;

	memset(ep, 0, sizeof(*ep));
	if (text[0] == '[') {
		text++;
		len = strcspn(text, "]");
		if (text[len] != ']')
			return -1;
		if (text[len + 1] == ':')
			port = text + len + 2;
		else if (text[len + 1])
			return -1;
	} else if (strchr(text, ':') == strrchr(text, ':')) {
		len = strcspn(text, ":");
		if (text[len])
			port = text + len + 1;
	} else {
		len = strlen(text);
	}
	if (len >= sizeof(addr))
		return -1;
	memcpy(addr, text, len);
	addr[len] = '\0';

	if (port) {
		ep->port = strtoul(port, &end, 10);
		if (!*port || *end)
			return -1;
	}
	ep->family = strchr(addr, ':') ? AF_INET6 : AF_INET;
	return inet_pton(ep->family, addr, ep->addr) == 1 ? 0 : -1;
}

/* Writes what endpoint_parse() reads. @text has room for ENDPOINT_LEN. */
const char *endpoint_str(const struct endpoint *ep, char *text)
{
	char addr[INET6_ADDRSTRLEN];
	int len;

	inet_ntop(ep->family, ep->addr, addr, sizeof(addr));
	len = snprintf(text, ENDPOINT_LEN, ep->family == AF_INET ? "%s" : "[%s]", addr);
	if (ep->port)
		snprintf(text + len, ENDPOINT_LEN - len, ":%u", ep->port);
	return text;
}

socklen_t endpoint_sockaddr(const struct endpoint *ep, struct sockaddr_storage *sa)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)sa;
	struct sockaddr_in *v4 = (struct sockaddr_in *)sa;

	memset(sa, 0, sizeof(*sa));
	sa->ss_family = ep->family;
	if (ep->family == AF_INET) {
		memcpy(&v4->sin_addr, ep->addr, 4);
		v4->sin_port = htons(ep->port);
		return sizeof(*v4);
	}
	memcpy(&v6->sin6_addr, ep->addr, 16);
	v6->sin6_port = htons(ep->port);
	return sizeof(*v6);
}

void endpoint_from_sockaddr(const struct sockaddr_storage *sa, struct endpoint *ep)
{
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)sa;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)sa;

	memset(ep, 0, sizeof(*ep));
	ep->family = sa->ss_family;
	if (ep->family == AF_INET) {
		memcpy(ep->addr, &v4->sin_addr, 4);
		ep->port = ntohs(v4->sin_port);
	} else {
		memcpy(ep->addr, &v6->sin6_addr, 16);
		ep->port = ntohs(v6->sin6_port);
	}
}

/* Adds bytes to an Internet checksum; all parts but the last are of even length. */
uint32_t csum_add(uint32_t sum, const void *data, size_t len)
{
	const uint8_t *p = data;

	for (; len > 1; len -= 2, p += 2) {
		sum += p[0] << 8 | p[1];
		sum = (sum & 0xffff) + (sum >> 16);
	}
	if (len)
		sum += p[0] << 8;
	return (sum & 0xffff) + (sum >> 16);
}

/* The sum as it is, not its complement: 0xffff over a good packet. */
uint16_t csum_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

uint32_t csum_pseudo(const struct endpoint *src, const struct endpoint *dst,
		     uint8_t proto, uint32_t len)
{
	uint8_t tail[8] = { len >> 24, len >> 16, len >> 8, len, 0, 0, 0, proto };
	uint32_t sum = 0;

	sum = csum_add(sum, src->addr, addr_len(src->family));
	sum = csum_add(sum, dst->addr, addr_len(dst->family));
	return csum_add(sum, tail, sizeof(tail));
}

/* Turns an address of IPv4 into the one by which a socket of IPv6 knows it. */
void endpoint_map(struct endpoint *ep)
{
	static const uint8_t mapped[12] = { [10] = 0xff, 0xff };

	memcpy(ep->addr + sizeof(mapped), ep->addr, 4);
	memcpy(ep->addr, mapped, sizeof(mapped));
	ep->family = AF_INET6;
}

static const char * const chunks[] = {
	"DATA", "INIT", "INIT-ACK", "SACK", "HEARTBEAT", "HEARTBEAT-ACK", "ABORT", "SHUTDOWN",
	"SHUTDOWN-ACK", "ERROR", "COOKIE-ECHO", "COOKIE-ACK", "ECNE", "CWR", "SHUTDOWN-COMPLETE",
};

#define CHUNKS (sizeof(chunks) / sizeof(*chunks))

/* Of SCTP; NULL for what RFC 9260 does not know. */
const char *chunk_name(unsigned int type)
{
	return type < CHUNKS ? chunks[type] : NULL;
}

/* Returns -1 if it is none. */
int chunk_type(const char *name)
{
	unsigned int i;

	for (i = 0; i < CHUNKS; i++)
		if (!strcmp(chunks[i], name))
			return i;
	return -1;
}

/*
 * RFC 9260, appendix A, bit by bit. The checksum of SCTP is this over the packet, its own
 * field zero, with the lowest byte first.
 */
uint32_t crc32c(const void *data, size_t len)
{
	const uint8_t *p = data;
	uint32_t crc = ~0U;
	int i;

	while (len--) {
		crc ^= *p++;
		for (i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}
