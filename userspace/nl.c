// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to the module over generic netlink: finds the family, carries
 * requests out and reads dumps.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nl.h"

/* How often a dump begins anew because the kernel says that it is inconsistent. */
#define DUMP_TRIES 10

/**
 * struct part - what has come of a dump until it is known to be whole
 * @next: what came after it
 * @len: how long it is
 * @data: messages, where they were received: there may be some hundred megabytes of
 *	them, which had better not be copied or moved
 */
struct part {
	struct part *next;
	size_t len;
	_Alignas(struct nlmsghdr) char data[32 * NL_PIECE];
};

static void read_group(struct nl *nl, const struct nlattr *group)
{
	const struct nlattr *tb[CTRL_ATTR_MCAST_GRP_ID + 1];
	char name[sizeof(SYNCOPATE_MCGRP_EVENTS) + 1];

	nl_nested(group, tb, CTRL_ATTR_MCAST_GRP_ID);
	nl_text(name, sizeof(name), tb[CTRL_ATTR_MCAST_GRP_NAME]);
	if (!strcmp(name, SYNCOPATE_MCGRP_EVENTS))
		nl->events = nl_uint(tb[CTRL_ATTR_MCAST_GRP_ID]);
}

static int read_family(const struct nlmsghdr *msg, void *data)
{
	const struct nlattr *tb[CTRL_ATTR_MCAST_GROUPS + 1];
	const struct nlattr *group;
	struct nl *nl = data;

	nl_attrs(msg, tb, CTRL_ATTR_MCAST_GROUPS);
	nl->family = nl_uint(tb[CTRL_ATTR_FAMILY_ID]);
	if (!tb[CTRL_ATTR_MCAST_GROUPS])
		return 0;
	mnl_attr_for_each_nested(group, tb[CTRL_ATTR_MCAST_GROUPS])
		read_group(nl, group);
	return 0;
}

static int find_family(struct nl *nl)
{
	struct nl_request req;

	nl_request(&req, CTRL_CMD_GETFAMILY);
	req.nlh->nlmsg_type = GENL_ID_CTRL;
	req.nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	mnl_attr_put_strz(req.nlh, CTRL_ATTR_FAMILY_NAME, SYNCOPATE_FAMILY_NAME);
	return nl_exchange(nl, req.nlh, read_family, nl);
}

/**
 * nl_connect() - connect to the module, if that has not been done
 * @ctx: run of the tool
 *
 * The first request does it, so that no wrong word ever costs a socket.
 *
 * Return: exit status, what failed has been said
 */
int nl_connect(struct ctx *ctx)
{
	int ret;

	if (ctx->nl)
		return DONE;
	if (ctx->netns) {
		ret = netns_enter(ctx->netns);
		if (ret)
			return ret;
	}
	ctx->nl = calloc(1, sizeof(*ctx->nl));
	if (!ctx->nl)
		return fail("out of memory");
	ret = nl_socket_open(ctx->nl);
	if (ret)
		return fail("no netlink socket: %s", strerror(-ret));
	ret = find_family(ctx->nl);
	if (ret == -ENOENT)
		return fail("the kernel module is not loaded (try: modprobe syncopate)");
	if (ret)
		return nl_refused(ctx->nl, ret);
	return DONE;
}

/**
 * nl_close() - let go of the connection
 * @ctx: run of the tool; may never have connected
 */
void nl_close(struct ctx *ctx)
{
	if (!ctx->nl)
		return;
	nl_socket_close(ctx->nl);
	free(ctx->nl);
	ctx->nl = NULL;
}

/**
 * nl_request() - begin a request
 * @req: where it is made
 * @cmd: SYNCOPATE_CMD_...
 */
void nl_request(struct nl_request *req, uint8_t cmd)
{
	memset(req, 0, sizeof(*req));
	req->nlh = nl_begin(req->room, cmd);
}

/**
 * nl_begin() - begin a request that may be long
 * @room: where it is made
 * @cmd: SYNCOPATE_CMD_...
 *
 * Return: append attributes here
 */
struct nlmsghdr *nl_begin(void *room, uint8_t cmd)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(room);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));

	genl->cmd = cmd;
	genl->version = SYNCOPATE_FAMILY_VERSION;
	return nlh;
}

/**
 * nl_call() - carry out a request
 * @ctx: run of the tool
 * @req: what to do
 * @fn: gets the reply, or NULL if there is none; returns 0 or a negative errno
 * @data: for @fn
 *
 * Return: exit status, what failed has been said
 */
int nl_call(struct ctx *ctx, struct nl_request *req, mnl_cb_t fn, void *data)
{
	int ret = nl_connect(ctx);

	if (ret)
		return ret;
	req->nlh->nlmsg_type = ctx->nl->family;
	req->nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	ret = nl_exchange(ctx->nl, req->nlh, fn, data);
	return ret ? nl_refused(ctx->nl, ret) : DONE;
}

static void free_parts(struct part *part)
{
	struct part *next;

	for (; part; part = next) {
		next = part->next;
		free(part);
	}
}

/* Returns 0 or a negative errno, and in any case what came in @first. */
static int receive_parts(struct nl *nl, struct part **first)
{
	struct part **end = first, *part = NULL;
	int ret = 1;
	size_t len;

	while (ret > 0) {
		if (!part || sizeof(part->data) - part->len < NL_PIECE) {
			part = malloc(sizeof(*part));
			if (!part)
				return -ENOMEM;
			part->next = NULL;
			part->len = 0;
			*end = part;
			end = &part->next;
		}
		len = 0;
		ret = nl_receive(nl, part->data + part->len, &len, NULL, NULL);
		part->len += NLMSG_ALIGN(len);
	}
	return ret;
}

/* One try. Returns 0, or a negative errno; -EAGAIN and -ENOBUFS deserve another. */
static int dump_once(struct nl *nl, struct nl_request *req, struct part **first)
{
	int ret;

	*first = NULL;
	ret = nl_send(nl, req->nlh);
	if (!ret)
		ret = receive_parts(nl, first);
	/* What is left of a dump that failed goes away with its socket. */
	if (ret)
		nl_socket_close(nl);
	return ret;
}

/* Returns 0, or the negative errno of @fn. */
static int hand_on(const struct nl *nl, const struct part *part, mnl_cb_t fn, void *data)
{
	const struct nlmsghdr *msg;
	int left, ret = 0;

	for (; part && !ret; part = part->next) {
		msg = (const void *)part->data;
		for (left = part->len; !ret && mnl_nlmsg_ok(msg, left);
		     msg = mnl_nlmsg_next(msg, &left)) {
			if (nl_is_entry(nl, msg))
				ret = fn(msg, data);
		}
	}
	return ret;
}

/**
 * nl_dump_request() - read a whole list, or what a request asks for of it
 * @ctx: run of the tool
 * @req: what to list
 * @fn: gets each entry, only after all have come and are known to be consistent;
 *	returns 0, or a negative errno if it could not print it
 * @data: for @fn
 *
 * Return: exit status, what failed has been said
 */
int nl_dump_request(struct ctx *ctx, struct nl_request *req, mnl_cb_t fn, void *data)
{
	int ret = nl_connect(ctx);
	struct part *parts = NULL;
	int try;

	if (ret)
		return ret;
	req->nlh->nlmsg_type = ctx->nl->family;
	req->nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	for (try = 1; try <= DUMP_TRIES; try++) {
		free_parts(parts);
		ctx->nl->loose = req->loose && try == DUMP_TRIES;
		ret = dump_once(ctx->nl, req, &parts);
		req->denied = ret == -EPERM && req->modest;
		if (req->denied)
			ret = 0;
		if (ret != -EAGAIN && ret != -ENOBUFS)
			break;
	}
	ctx->nl->loose = false;
	if (ret == -EAGAIN)
		ret = fail("the list kept changing while it was read, try again");
	else if (ret)
		ret = nl_refused(ctx->nl, ret);

	if (!ret) {
		ret = hand_on(ctx->nl, parts, fn, data);
		if (ret)
			ret = fail("cannot write the output: %s", strerror(-ret));
	}
	free_parts(parts);
	return ret;
}

/**
 * nl_dump() - read a whole list
 * @ctx: run of the tool
 * @cmd: SYNCOPATE_CMD_..._GET
 * @fn: as of nl_dump_request()
 * @data: for @fn
 *
 * Return: exit status, what failed has been said
 */
int nl_dump(struct ctx *ctx, uint8_t cmd, mnl_cb_t fn, void *data)
{
	struct nl_request req;

	nl_request(&req, cmd);
	return nl_dump_request(ctx, &req, fn, data);
}
