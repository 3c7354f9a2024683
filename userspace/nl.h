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
 * @loose: a list may be inconsistent in the end: where it changes faster than it can
 *	be read, something may come twice and what is new not at all
 * @modest: where the privilege for it is missing, a list is empty
 * @denied: it was missing
 * @room: where they go; the longest request is a policy
 */
struct nl_request {
	struct nlmsghdr *nlh;
	bool loose;
	bool modest;
	bool denied;
	_Alignas(struct nlmsghdr) char room[ENTRY_SIZE + 64];
};

void nl_request(struct nl_request *req, uint8_t cmd);
struct nlmsghdr *nl_begin(void *room, uint8_t cmd);
int nl_connect(struct ctx *ctx);
int nl_call(struct ctx *ctx, struct nl_request *req, mnl_cb_t fn, void *data);
int nl_dump(struct ctx *ctx, uint8_t cmd, mnl_cb_t fn, void *data);
int nl_dump_request(struct ctx *ctx, struct nl_request *req, mnl_cb_t fn, void *data);
void nl_close(struct ctx *ctx);

/* exchange.c */
/* The kernel sends no larger pieces of a dump. */
#define NL_PIECE 32768

/**
 * struct nl - the connection to the kernel
 * @sock: the socket, or NULL: the next request opens it
 * @loose: an inconsistent list is read to its end
 * @family: number of the module's family
 * @events: number of its multicast group, 0 if it has none
 * @seq: number of the last request; answers to others are not for us
 * @extack: the kernel's own words about the last refusal, or empty
 * @extack_at: where in the request the guilty attribute is, 0 if that is not told
 * @buf: for messages that come in
 */
struct nl {
	struct mnl_socket *sock;
	bool loose;
	uint16_t family;
	uint32_t events;
	uint32_t seq;
	char extack[256];
	uint32_t extack_at;
	_Alignas(struct nlmsghdr) char buf[NL_PIECE];
};

int nl_socket_open(struct nl *nl);
void nl_socket_close(struct nl *nl);
int nl_send(struct nl *nl, struct nlmsghdr *nlh);
int nl_receive(struct nl *nl, void *buf, size_t *len, mnl_cb_t fn, void *data);
bool nl_is_entry(const struct nl *nl, const struct nlmsghdr *msg);
int nl_exchange(struct nl *nl, struct nlmsghdr *nlh, mnl_cb_t fn, void *data);
int nl_refused(const struct nl *nl, int err);

/* listen.c */
#define LOST_UNKNOWN UINT64_MAX

/**
 * struct listener - who is told of events
 * @events: socket that they come by
 * @control: socket that tells when the module goes
 * @family: number of the module's family
 * @gaps: the numbers that are missing
 * @overrun: the kernel had no more room for events, and it is not known how many
 *	were lost
 * @last: when the last event came, or the last overrun
 */
struct listener {
	struct mnl_socket *events;
	struct mnl_socket *control;
	uint16_t family;
	struct gaps gaps;
	bool overrun;
	uint64_t last;
};

/*
 * Gets an event, or NULL, and how many were lost before it: a number or
 * LOST_UNKNOWN.
 */
typedef void (*listen_fn)(const struct event *event, uint64_t lost, void *data);

uint64_t clock_now(void);
int signals_catch(void);
int listener_open(struct ctx *ctx, struct listener *listener);
void listener_close(struct listener *listener);
int listener_hear(struct listener *listener, bool last, listen_fn fn, void *data);
int listener_timeout(const struct listener *listener);

/* peer.c */
void peer_read(struct peer *peer, const struct nlattr *attr);

/* attr.c */
const void *nl_payload(const struct nlmsghdr *msg);
size_t nl_payload_len(const struct nlmsghdr *msg);
void nl_attrs_in(const void *attrs, size_t len, const struct nlattr **tb, uint16_t max);
void nl_nested(const struct nlattr *nest, const struct nlattr **tb, uint16_t max);
void nl_attrs(const struct nlmsghdr *msg, const struct nlattr **tb, uint16_t max);
uint64_t nl_uint(const struct nlattr *attr);
void nl_text(char *buf, size_t size, const struct nlattr *attr);

/* entry.c */
void entry_put(struct nlmsghdr *nlh, const struct grammar *grammar, const void *object);
bool entry_read(const struct grammar *grammar, void *object, const struct nlattr *const *tb);
json_t *entry_json(const struct grammar *grammar, const void *object);

#endif /* SYNCOPATE_TOOL_NL_H */
