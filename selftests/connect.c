// SPDX-License-Identifier: GPL-2.0
/*
 * connect [-n NETNS] [-t MS] [-w MS] [-b BYTES] [-o KIND] [SOURCE,]SERVER...
 *
 * Connects to all servers at once and says what each connect() came to and after
 * how long, one line each in the order given:
 *
 *   10.1.0.3:80 ECONNREFUSED 2000.412
 *   [fd01::2]:80 connected 0.350 echoed
 *
 * -p  connect by SCTP
 * -t  how long to wait before it says `timeout` (default 10000)
 * -w  when this much time has passed since the start, send a few bytes on every
 *     connection and expect them back: `echoed`, or what came instead
 * -b  send so many bytes instead, and compare each that comes back
 * -o  what kind of sockets, see sockets.h
 *
 * SOURCE is an address, with a port or without; by SCTP several of them, with a + between
 * two, and the port of the first.
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "helper.h"
#include "sockets.h"

/* It does not include what it needs. */
#include <linux/sctp.h>

#define ECHO_TIMEOUT_MS 60000

/**
 * struct attempt - one connect()
 * @server: where to
 * @fd: the socket
 * @done: it has an outcome
 * @err: its outcome, 0 for connected and -1 for none in time
 * @elapsed: nanoseconds until the outcome
 * @echo: what became of the data, NULL if none was sent
 * @sent: bytes sent so far
 * @received: bytes that came back so far
 */
struct attempt {
	struct endpoint server;
	int fd;
	int done;
	int err;
	int64_t elapsed;
	const char *echo;
	uint64_t sent;
	uint64_t received;
};

static int64_t start;
static struct sockets kind;

static int ms_left(int64_t deadline_ms)
{
	int64_t left = start + deadline_ms * 1000000 - now_ns();

	return left > 0 ? (left + 999999) / 1000000 : 0;
}

static void finish(struct attempt *a, int err)
{
	a->done = 1;
	a->err = err;
	a->elapsed = now_ns() - start;
}

/* Binds to addresses joined by +, of which only the first has a port. */
static void bind_to(int fd, char *text)
{
	struct sockaddr_storage sa;
	struct endpoint source;
	socklen_t len;
	char *word;
	int port = -1;

	while ((word = strsep(&text, "+"))) {
		if (endpoint_parse(word, &source))
			die("no address: %s", word);
		if (port >= 0)
			source.port = port;
		len = endpoint_sockaddr(&source, &sa);
		if (port >= 0 ? setsockopt(fd, IPPROTO_SCTP, SCTP_SOCKOPT_BINDX_ADD, &sa, len) :
				bind(fd, (struct sockaddr *)&sa, len))
			die("bind %s: %m", word);
		port = source.port;
	}
}

static void begin(struct attempt *a, char *text)
{
	char *comma = strchr(text, ',');
	struct sockaddr_storage sa;
	struct endpoint to;
	socklen_t len;
	int one = 1;

	if (comma)
		*comma = '\0';
	if (endpoint_parse(comma ? comma + 1 : text, &a->server))
		die("no address and port: %s", text);
	/* Keys are added to a socket of IPv6, which IPv4 can be spoken by. */
	to = a->server;
	if ((kind.md5 || kind.ao) && to.family == AF_INET)
		endpoint_map(&to);
	a->fd = sockets_open(&kind, to.family, SOCK_NONBLOCK);
	sockets_sign(&kind, a->fd);
	if (kind.fastopen &&
	    setsockopt(a->fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &one, sizeof(one)))
		die("Fast Open: %m");
	if (comma) {
		setsockopt(a->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		bind_to(a->fd, text);
	}
	len = endpoint_sockaddr(&to, &sa);
	if (!connect(a->fd, (struct sockaddr *)&sa, len))
		finish(a, 0);
	else if (errno != EINPROGRESS)
		finish(a, errno);
}

static void await_outcomes(struct attempt *all, struct pollfd *fds, int n, int timeout)
{
	int i, err, left = n;
	socklen_t len;

	while (left && ms_left(timeout)) {
		left = 0;
		for (i = 0; i < n; i++) {
			fds[i].fd = all[i].done ? -1 : all[i].fd;
			fds[i].events = POLLOUT;
			left += !all[i].done;
		}
		if (!left || poll(fds, n, ms_left(timeout)) <= 0)
			continue;
		for (i = 0; i < n; i++) {
			if (all[i].done || !fds[i].revents)
				continue;
			len = sizeof(err);
			getsockopt(all[i].fd, SOL_SOCKET, SO_ERROR, &err, &len);
			finish(&all[i], err);
		}
	}
	for (i = 0; i < n; i++)
		if (!all[i].done)
			finish(&all[i], -1);
}

/* Byte number @pos of a stream that does not repeat itself soon. */
static uint8_t pattern(uint64_t pos)
{
	uint64_t x = pos >> 3;

	x = (x ^ (x >> 31)) * 0x9e3779b97f4a7c15ULL;
	return x >> (8 * (pos & 7));
}

static void send_some(struct attempt *a, uint64_t bytes)
{
	static uint8_t buf[1 << 17];
	size_t i, len = sizeof(buf);
	ssize_t n;

	if (len > bytes - a->sent)
		len = bytes - a->sent;
	for (i = 0; i < len; i++)
		buf[i] = pattern(a->sent + i);
	n = send(a->fd, buf, len, MSG_NOSIGNAL);
	if (n > 0)
		a->sent += n;
	else if (errno != EAGAIN)
		a->echo = strerrorname_np(errno);
}

static void receive_some(struct attempt *a, uint64_t bytes)
{
	static uint8_t buf[1 << 17];
	ssize_t i, n;

	n = recv(a->fd, buf, sizeof(buf), 0);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		a->echo = n ? strerrorname_np(errno) : "closed";
		return;
	}
	for (i = 0; i < n; i++) {
		if (buf[i] != pattern(a->received + i)) {
			a->echo = "differs";
			return;
		}
	}
	a->received += n;
	if (a->received == bytes)
		a->echo = "echoed";
}

static void exchange(struct attempt *all, struct pollfd *fds, int n, uint64_t bytes)
{
	int i, left = n;

	while (left) {
		left = 0;
		for (i = 0; i < n; i++) {
			fds[i].fd = all[i].err || all[i].echo ? -1 : all[i].fd;
			fds[i].events = POLLIN | (all[i].sent < bytes ? POLLOUT : 0);
			left += fds[i].fd >= 0;
		}
		if (!left)
			break;
		if (poll(fds, n, ECHO_TIMEOUT_MS) <= 0)
			break;
		for (i = 0; i < n; i++) {
			if (fds[i].fd < 0 || !fds[i].revents)
				continue;
			if (fds[i].revents & POLLOUT)
				send_some(&all[i], bytes);
			if (fds[i].revents & ~POLLOUT)
				receive_some(&all[i], bytes);
		}
	}
	for (i = 0; i < n; i++)
		if (!all[i].err && !all[i].echo)
			all[i].echo = "stalled";
}

static void report(const struct attempt *a)
{
	char text[ENDPOINT_LEN];
	const char *outcome;

	if (!a->err)
		outcome = "connected";
	else if (a->err < 0)
		outcome = "timeout";
	else
		outcome = strerrorname_np(a->err);
	printf("%s %s %.3f%s%s\n", endpoint_str(&a->server, text), outcome,
	       a->elapsed / 1e6, a->echo ? " " : "", a->echo ? a->echo : "");
}

int main(int argc, char **argv)
{
	int i, n, c, timeout = 10000, when = -1;
	struct attempt *all;
	struct pollfd *fds;
	uint64_t bytes = 16;

	settle();
	while ((c = getopt(argc, argv, "n:t:w:b:o:")) != -1) {
		switch (c) {
		case 'n':
			enter_netns(optarg);
			break;
		case 't':
			timeout = atoi(optarg);
			break;
		case 'w':
			when = atoi(optarg);
			break;
		case 'b':
			bytes = strtoull(optarg, NULL, 10);
			break;
		case 'o':
			sockets_parse(&kind, optarg);
			break;
		default:
			die("usage: connect [-n NETNS] [-t MS] [-w MS] [-b BYTES] [-o KIND] [SOURCE,]SERVER...");
		}
	}
	n = argc - optind;
	all = calloc(n + 1, sizeof(*all));
	fds = calloc(n + 1, sizeof(*fds));
	if (!all || !fds)
		die("no memory");

	start = now_ns();
	for (i = 0; i < n; i++)
		begin(&all[i], argv[optind + i]);
	await_outcomes(all, fds, n, timeout);
	if (when >= 0) {
		poll(NULL, 0, ms_left(when));
		exchange(all, fds, n, bytes);
	}
	for (i = 0; i < n; i++)
		report(&all[i]);
	return 0;
}
