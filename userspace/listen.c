// SPDX-License-Identifier: GPL-2.0
/*
 * Listening to events. Whoever listens learns when events were lost: they are
 * numbered, and the kernel says when it had no more room for them.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>

#include "nl.h"

/* How much the kernel keeps for us, some ten thousand events. */
#define ROOM (16 << 20)

/* The group that tells of families that come and go; it has the number of its family. */
#define CONTROL_GROUP GENL_ID_CTRL

/* How many messages are read before the caller may look after other things. */
#define BATCH 1000

#define SECOND UINT64_C(1000000000)

/**
 * clock_now() - time that only runs forward
 *
 * Return: nanoseconds
 */
uint64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

/**
 * signals_catch() - let signals that end a program be read instead
 *
 * Return: a file that can be read when one has come, or -1
 */
int signals_catch(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Returns 0 or a negative errno. */
static int join(struct mnl_socket **sock, int group)
{
	*sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!*sock || mnl_socket_bind(*sock, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_setsockopt(*sock, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
		return -errno;
	return 0;
}

static void make_room(struct mnl_socket *sock)
{
	int fd = mnl_socket_get_fd(sock);
	int room = ROOM;

	/* What the system allows an ordinary user is the second best. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
}

/**
 * listener_open() - be told of events from now on
 * @ctx: run of the tool
 * @listener: the listener, all zero if this fails
 *
 * Return: exit status
 */
int listener_open(struct ctx *ctx, struct listener *listener)
{
	int ret;

	memset(listener, 0, sizeof(*listener));
	ret = nl_connect(ctx);
	if (ret)
		return ret;
	if (!ctx->nl->events)
		return fail("the kernel module tells of no events");
	listener->family = ctx->nl->family;
	ret = join(&listener->control, CONTROL_GROUP);
	if (!ret)
		ret = join(&listener->events, ctx->nl->events);
	if (!ret) {
		make_room(listener->events);
		return DONE;
	}
	listener_close(listener);
	return nl_refused(ctx->nl, ret);
}

/**
 * listener_close() - listen no longer
 * @listener: the listener
 */
void listener_close(struct listener *listener)
{
	if (listener->events)
		mnl_socket_close(listener->events);
	if (listener->control)
		mnl_socket_close(listener->control);
	memset(listener, 0, sizeof(*listener));
}

/* Returns the length of the next message, 0 if there is none, or a negative errno. */
static int receive(struct mnl_socket *sock, void *buf, size_t size)
{
	int len;

	do
		len = mnl_socket_recvfrom(sock, buf, size);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return errno == EAGAIN ? 0 : -errno;
	return len;
}

static bool is_farewell(const struct nlmsghdr *msg, uint16_t family)
{
	const struct nlattr *tb[CTRL_ATTR_FAMILY_ID + 1];
	const struct genlmsghdr *genl;

	if (msg->nlmsg_type != GENL_ID_CTRL ||
	    mnl_nlmsg_get_payload_len(msg) < sizeof(*genl))
		return false;
	genl = mnl_nlmsg_get_payload(msg);
	if (genl->cmd != CTRL_CMD_DELFAMILY)
		return false;
	nl_attrs(msg, tb, CTRL_ATTR_FAMILY_ID);
	return nl_uint(tb[CTRL_ATTR_FAMILY_ID]) == family;
}

/* Has the module gone? Other families come and go as well, but seldom. */
static bool is_gone(struct listener *listener)
{
	_Alignas(struct nlmsghdr) char buf[8192];
	const struct nlmsghdr *msg;
	bool gone = false;
	int len;

	while (!gone && (len = receive(listener->control, buf, sizeof(buf))) > 0) {
		msg = (const struct nlmsghdr *)buf;
		for (; mnl_nlmsg_ok(msg, len); msg = mnl_nlmsg_next(msg, &len))
			gone |= is_farewell(msg, listener->family);
	}
	return gone;
}

static void tell(struct listener *listener, const struct event *event, uint64_t lost,
		 listen_fn fn, void *data)
{
	if (lost)
		listener->overrun = false;
	if (event || lost)
		fn(event, lost, data);
}

static void hear_message(struct listener *listener, const struct nlmsghdr *msg, uint64_t now,
			 listen_fn fn, void *data)
{
	struct event event;

	if (msg->nlmsg_type != listener->family ||
	    mnl_nlmsg_get_payload_len(msg) < GENL_HDRLEN)
		return;
	event_read(&event, msg);
	listener->last = now;
	tell(listener, &event, gaps_event(&listener->gaps, event.seq, now), fn, data);
}

/* What was awaited in vain; at the end nothing is awaited. */
static void hear_silence(struct listener *listener, bool last, uint64_t now, listen_fn fn,
			 void *data)
{
	if (last || !gaps_wait(&listener->gaps, now))
		tell(listener, NULL, gaps_close(&listener->gaps), fn, data);
	if (listener->overrun && (last || now - listener->last >= SECOND))
		tell(listener, NULL, LOST_UNKNOWN, fn, data);
}

/**
 * listener_hear() - hear of what has happened, without waiting
 * @listener: the listener
 * @last: it is for the last time: all that has come is heard, and what is
 *	missing is lost
 * @fn: gets each event
 * @data: for @fn
 *
 * To be called when one of the sockets can be read, and after
 * listener_timeout().
 *
 * Return: exit status
 */
int listener_hear(struct listener *listener, bool last, listen_fn fn, void *data)
{
	_Alignas(struct nlmsghdr) char buf[8192];
	/* Asked first: what it told before it went is not missed. */
	bool gone = is_gone(listener);
	uint64_t now = clock_now();
	const struct nlmsghdr *msg;
	int i, len;

	last |= gone;
	interfaces_forget();
	for (i = 0; i < BATCH || (last && clock_now() - now < SECOND); i++) {
		len = receive(listener->events, buf, sizeof(buf));
		if (!len)
			break;
		if (len == -ENOBUFS) {
			listener->overrun = true;
			listener->last = now;
			continue;
		}
		if (len < 0)
			return fail("cannot hear of events: %s", strerror(-len));
		msg = (const struct nlmsghdr *)buf;
		for (; mnl_nlmsg_ok(msg, len); msg = mnl_nlmsg_next(msg, &len))
			hear_message(listener, msg, now, fn, data);
	}
	hear_silence(listener, last, now, fn, data);
	return gone ? fail("the kernel module was removed") : DONE;
}

/**
 * listener_timeout() - when to call listener_hear() even if nothing comes
 * @listener: the listener
 *
 * Return: milliseconds as of poll()
 */
int listener_timeout(const struct listener *listener)
{
	uint64_t now = clock_now();
	uint64_t wait = gaps_wait(&listener->gaps, now);

	if (listener->overrun && wait > SECOND)
		wait = now - listener->last < SECOND ? listener->last + SECOND - now : 0;
	return wait == UINT64_MAX ? -1 : (int)((wait + 999999) / 1000000);
}
