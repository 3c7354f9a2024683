// SPDX-License-Identifier: GPL-2.0
/*
 * server [-n NETNS] [-o KIND] PORT...
 *
 * Listens on the ports, IPv4 and IPv6, by TCP or SCTP, and sends back what it receives.  Says
 * `ready` when it listens and ends with its parent or by a signal.
 *
 * -o  what kind of sockets, see sockets.h
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "helper.h"
#include "sockets.h"

#define PORTS_MAX 64

static struct sockets kind;

static int listen_on(const char *text)
{
	struct sockaddr_in6 any = {
		.sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_ANY_INIT,
		.sin6_port = htons(atoi(text)),
	};
	int one = 1, zero = 0, queue = 100;
	int fd;

	fd = sockets_open(&kind, AF_INET6, SOCK_NONBLOCK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero));
	sockets_sign(&kind, fd);
	if (kind.fastopen && setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN, &queue, sizeof(queue)))
		die("Fast Open: %m");
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)) || listen(fd, 1024))
		die("port %s: %m", text);
	return fd;
}

/* In a process of its own, so that a client that does not read stops only itself. */
static void echo(int fd)
{
	static char buf[1 << 18];
	ssize_t len, sent, n;

	for (;;) {
		len = read(fd, buf, sizeof(buf));
		if (len <= 0)
			return;
		for (sent = 0; sent < len; sent += n) {
			n = write(fd, buf + sent, len - sent);
			if (n <= 0)
				return;
		}
	}
}

int main(int argc, char **argv)
{
	struct pollfd fds[PORTS_MAX];
	int i, n, c, fd;

	settle();
	while ((c = getopt(argc, argv, "n:o:")) != -1) {
		if (c == 'n')
			enter_netns(optarg);
		else if (c == 'o')
			sockets_parse(&kind, optarg);
		else
			die("usage: server [-n NETNS] [-o KIND] PORT...");
	}
	n = argc - optind;
	if (n < 1 || n > PORTS_MAX)
		die("usage: server [-n NETNS] [-o KIND] PORT...");
	signal(SIGCHLD, SIG_IGN);
	for (i = 0; i < n; i++) {
		fds[i].fd = listen_on(argv[optind + i]);
		fds[i].events = POLLIN;
	}
	puts("ready");
	fflush(stdout);
	/* Who waits for the end of the output need not wait for the server. */
	fclose(stdout);

	for (;;) {
		if (poll(fds, n, -1) < 0 && errno != EINTR)
			die("poll: %m");
		for (i = 0; i < n; i++) {
			fd = accept(fds[i].fd, NULL, NULL);
			if (fd < 0)
				continue;
			if (fork() == 0) {
				prctl(PR_SET_PDEATHSIG, SIGTERM);
				echo(fd);
				_exit(0);
			}
			close(fd);
		}
	}
}
