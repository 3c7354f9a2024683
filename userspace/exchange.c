// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink socket: one request and its answers at a time, and what the
 * kernel says when it refuses.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "nl.h"

/* Notes the kernel's text, which stands in attributes from byte @offset of the payload on. */
static void read_extack(struct nl *nl, const struct nlmsghdr *msg, size_t offset)
{
	const struct nlattr *attr;

	if (!(msg->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	mnl_attr_for_each(attr, msg, offset) {
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
			nl_text(nl->extack, sizeof(nl->extack), attr);
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_OFFS)
			nl->extack_at = nl_uint(attr);
	}
}

static int read_error(struct nl *nl, const struct nlmsghdr *msg)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(msg);
	size_t offset = sizeof(*err);

	if (mnl_nlmsg_get_payload_len(msg) < sizeof(*err))
		return -EBADMSG;
	if (!(msg->nlmsg_flags & NLM_F_CAPPED))
		offset += MNL_ALIGN(mnl_nlmsg_get_payload_len(&err->msg));
	if (err->error)
		read_extack(nl, msg, offset);
	return err->error;
}

/* The end of a dump carries the error that ended it. */
static int read_done(struct nl *nl, const struct nlmsghdr *msg)
{
	int error;

	if (mnl_nlmsg_get_payload_len(msg) < sizeof(error))
		return 0;
	memcpy(&error, mnl_nlmsg_get_payload(msg), sizeof(error));
	if (error < 0)
		read_extack(nl, msg, sizeof(error));
	return error < 0 ? error : 0;
}

/* Returns 1 if more messages are to come, 0 at the end, or a negative errno. */
static int read_message(struct nl *nl, const struct nlmsghdr *msg, mnl_cb_t fn, void *data)
{
	int ret;

	if (msg->nlmsg_seq != nl->seq)
		return 1;
	if (msg->nlmsg_type == NLMSG_ERROR)
		return read_error(nl, msg);
	if (msg->nlmsg_flags & NLM_F_DUMP_INTR && !nl->loose)
		return -EAGAIN;
	if (msg->nlmsg_type == NLMSG_DONE)
		return read_done(nl, msg);
	if (msg->nlmsg_type == NLMSG_OVERRUN)
		return -ENOBUFS;
	if (!nl_is_entry(nl, msg) || !fn)
		return 1;
	ret = fn(msg, data);
	return ret < 0 ? ret : 1;
}

/* The socket holds ordinary requests, for a long one it is given more room. */
static int send_request(struct nl *nl, const struct nlmsghdr *nlh)
{
	int room = nlh->nlmsg_len;
	int fd = mnl_socket_get_fd(nl->sock);

	if (mnl_socket_sendto(nl->sock, nlh, nlh->nlmsg_len) >= 0)
		return 0;
	if (errno != EMSGSIZE)
		return -errno;
	/* The first may exceed the system's limit, but is for its administrator alone. */
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	return mnl_socket_sendto(nl->sock, nlh, nlh->nlmsg_len) < 0 ? -errno : 0;
}

/**
 * nl_send() - send a request
 * @nl: the connection
 * @nlh: the request, gets its number here
 *
 * Return: 0 or a negative errno
 */
int nl_send(struct nl *nl, struct nlmsghdr *nlh)
{
	int ret = nl->sock ? 0 : nl_socket_open(nl);

	if (ret)
		return ret;
	nl->extack[0] = '\0';
	nl->extack_at = 0;
	nlh->nlmsg_seq = ++nl->seq;
	return send_request(nl, nlh);
}

/**
 * nl_receive() - receive answers to the last request
 * @nl: the connection
 * @buf: room for NL_PIECE bytes of them
 * @len: how many came
 * @fn: gets each answer, or NULL; returns 0 or a negative errno
 * @data: for @fn
 *
 * Return: 1 if more are to come, 0 at the end, or a negative errno; of a dump
 *	-EAGAIN if it is inconsistent
 */
int nl_receive(struct nl *nl, void *buf, size_t *len, mnl_cb_t fn, void *data)
{
	const struct nlmsghdr *msg = buf;
	int left, ret = 1;

	do
		left = mnl_socket_recvfrom(nl->sock, buf, NL_PIECE);
	while (left < 0 && errno == EINTR);
	if (left < 0)
		return -errno;
	*len = left;
	while (ret > 0 && mnl_nlmsg_ok(msg, left)) {
		ret = read_message(nl, msg, fn, data);
		msg = mnl_nlmsg_next(msg, &left);
	}
	return ret;
}

/**
 * nl_is_entry() - is this one of what the last request asked for?
 * @nl: the connection
 * @msg: a message that came
 *
 * Return: no if it is the end of the list, or of another request
 */
bool nl_is_entry(const struct nl *nl, const struct nlmsghdr *msg)
{
	return msg->nlmsg_seq == nl->seq && msg->nlmsg_type >= NLMSG_MIN_TYPE;
}

/**
 * nl_exchange() - send a request and hand its answers on
 * @nl: the connection
 * @nlh: the request, gets its number here
 * @fn: gets each answer, or NULL; returns 0 or a negative errno
 * @data: for @fn
 *
 * Return: 0 or a negative errno
 */
int nl_exchange(struct nl *nl, struct nlmsghdr *nlh, mnl_cb_t fn, void *data)
{
	int ret = nl_send(nl, nlh);
	size_t len;

	if (ret)
		return ret;
	do
		ret = nl_receive(nl, nl->buf, &len, fn, data);
	while (ret > 0);
	return ret;
}

/**
 * nl_refused() - say why the kernel did not do what it was asked
 * @nl: the connection
 * @err: what nl_exchange() returned
 *
 * Return: exit status
 */
int nl_refused(const struct nl *nl, int err)
{
	if (nl->extack[0])
		return fail("%s", nl->extack);
	if (err == -EPERM)
		return fail("permission denied: needs CAP_NET_ADMIN in this network namespace");
	return fail("the kernel did not do it: %s", strerror(-err));
}

/**
 * nl_socket_open() - open the connection
 * @nl: the connection, closed
 *
 * Return: 0 or a negative errno
 */
int nl_socket_open(struct nl *nl)
{
	int on = 1;
	int err;

	nl->sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->sock)
		return -errno;
	if (mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = errno;
		nl_socket_close(nl);
		return -err;
	}
	/* Without them errors are only less clear. */
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->sock, NETLINK_CAP_ACK, &on, sizeof(on));
	return 0;
}

/**
 * nl_socket_close() - close the connection; what was on the way is lost
 * @nl: the connection, may be closed
 */
void nl_socket_close(struct nl *nl)
{
	if (nl->sock)
		mnl_socket_close(nl->sock);
	nl->sock = NULL;
}
