/* SPDX-License-Identifier: GPL-2.0 */
/* Requests to the module and their answers. */
#ifndef SYNCOPATE_TOOL_NL_H
#define SYNCOPATE_TOOL_NL_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "syncopate.h"

/* nl.c */
/**
 * struct nl_request - a request while it is made
 * @nlh: append attributes here
 * @room: where they go; the longest request, a policy, takes about 200 bytes
 */
struct nl_request {
	struct nlmsghdr *nlh;
	_Alignas(struct nlmsghdr) char room[1024];
};

void nl_request(struct nl_request *req, uint8_t cmd);
int nl_call(struct ctx *ctx, struct nl_request *req, mnl_cb_t fn, void *data);
int nl_dump(struct ctx *ctx, uint8_t cmd, mnl_cb_t fn, void *data);
void nl_close(struct ctx *ctx);

/* exchange.c */
/**
 * struct nl - the connection to the kernel
 * @sock: the socket
 * @family: number of the module's family
 * @seq: number of the last request; answers to others are not for us
 * @extack: the kernel's own words about the last refusal, or empty
 * @buf: for messages that come in; the kernel sends no larger pieces of a dump
 */
struct nl {
	struct mnl_socket *sock;
	uint16_t family;
	uint32_t seq;
	char extack[256];
	_Alignas(struct nlmsghdr) char buf[32768];
};

int nl_socket_open(struct nl *nl);
void nl_socket_close(struct nl *nl);
int nl_exchange(struct nl *nl, struct nlmsghdr *nlh, mnl_cb_t fn, void *data);
int nl_refused(const struct nl *nl, int err);

/* attr.c */
void nl_attrs(const struct nlmsghdr *msg, const struct nlattr **tb, uint16_t max);
uint64_t nl_uint(const struct nlattr *attr);
void nl_text(char *buf, size_t size, const struct nlattr *attr);

#endif /* SYNCOPATE_TOOL_NL_H */
