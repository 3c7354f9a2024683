/* SPDX-License-Identifier: GPL-2.0 */
/* Requests to the module and their answers. */
#ifndef SYNCOPATE_TOOL_NL_H
#define SYNCOPATE_TOOL_NL_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "syncopate.h"

/* nl.c */
/* No policy or profile takes more room in a request. */
#define ENTRY_SIZE 640

/**
 * struct nl_request - a request while it is made
 * @nlh: append attributes here
 * @room: where they go; the longest request is a policy
 */
struct nl_request {
	struct nlmsghdr *nlh;
	_Alignas(struct nlmsghdr) char room[ENTRY_SIZE + 64];
};

void nl_request(struct nl_request *req, uint8_t cmd);
struct nlmsghdr *nl_begin(void *room, uint8_t cmd);
int nl_connect(struct ctx *ctx);
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
 * @extack_at: where in the request the guilty attribute is, 0 if that is not told
 * @buf: for messages that come in; the kernel sends no larger pieces of a dump
 */
struct nl {
	struct mnl_socket *sock;
	uint16_t family;
	uint32_t seq;
	char extack[256];
	uint32_t extack_at;
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

/* entry.c */
void entry_put(struct nlmsghdr *nlh, const struct grammar *grammar, const void *object);
bool entry_read(const struct grammar *grammar, void *object, const struct nlattr *const *tb);
json_t *entry_json(const struct grammar *grammar, const void *object);

#endif /* SYNCOPATE_TOOL_NL_H */
