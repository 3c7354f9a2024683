/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the helpers of the selftests share: namespaces, endpoints, checksums.
 */
#ifndef HELPER_H
#define HELPER_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* "[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]:65535" */
#define ENDPOINT_LEN 64

/**
 * struct endpoint - an address, with a port or without
 * @family: AF_INET or AF_INET6
 * @addr: 4 or 16 bytes in network order
 * @port: host order, 0 if there is none
 */
struct endpoint {
	int family;
	uint8_t addr[16];
	uint16_t port;
};

void die(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
void settle(void);
void enter_netns(const char *name);
int64_t now_ns(void);

int endpoint_parse(const char *text, struct endpoint *ep);
const char *endpoint_str(const struct endpoint *ep, char *text);
socklen_t endpoint_sockaddr(const struct endpoint *ep, struct sockaddr_storage *sa);
void endpoint_from_sockaddr(const struct sockaddr_storage *sa, struct endpoint *ep);
size_t addr_len(int family);
void endpoint_map(struct endpoint *ep);

/* The chunks of SCTP that are told of. */
#define CHUNK_INIT 1
#define CHUNK_INIT_ACK 2
#define CHUNK_ABORT 6

#define CHUNK_T 0x01

const char *chunk_name(unsigned int type);
int chunk_type(const char *name);
uint32_t crc32c(const void *data, size_t len);

uint32_t csum_add(uint32_t sum, const void *data, size_t len);
uint16_t csum_fold(uint32_t sum);
uint32_t csum_pseudo(const struct endpoint *src, const struct endpoint *dst,
		     uint8_t proto, uint32_t len);

#endif
