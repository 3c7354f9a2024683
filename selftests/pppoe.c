// SPDX-License-Identifier: GPL-2.0
/*
 * pppoe [-n NETNS] IFACE MAC SESSION...
 * pppoe [-n NETNS] -t HERE THERE CALL CALL
 *
 * Makes interfaces over PPPoE sessions with the station MAC, by the kernel alone, and
 * without negotiation: numbers that both ends take are all that it needs.  Says `ready`
 * when they are there; they are called ppp0 and so on, and go when it ends, with its parent
 * or by a signal.
 *
 * With -t it is one over a tunnel of PPTP, between IPv4 addresses, with the call's number
 * here and there.  On one kernel all numbers differ.
 */
/* Before the kernel's own, which then leaves out what is there twice. */
#include <netinet/in.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_pppox.h>
#include <linux/ppp-ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helper.h"

static const char usage[] =
	"usage: pppoe [-n NETNS] IFACE MAC SESSION... | -t HERE THERE CALL CALL";

/* An interface for what is connected by @sock. */
static void interface(int sock, const char *number)
{
	int fd, channel, unit, index = -1;

	if (ioctl(sock, PPPIOCGCHAN, &channel))
		die("session %s: %m", number);
	fd = open("/dev/ppp", O_RDWR);
	if (fd < 0 || ioctl(fd, PPPIOCATTCHAN, &channel))
		die("channel of session %s: %m", number);
	unit = open("/dev/ppp", O_RDWR);
	if (unit < 0 || ioctl(unit, PPPIOCNEWUNIT, &index) || ioctl(fd, PPPIOCCONNECT, &index))
		die("interface of session %s: %m", number);
}

static struct sockaddr_pppox pptp_end(const char *address, const char *call)
{
	struct sockaddr_pppox addr = {
		.sa_family = AF_PPPOX,
		.sa_protocol = PX_PROTO_PPTP,
		.sa_addr.pptp.call_id = atoi(call),
	};

	if (inet_pton(AF_INET, address, &addr.sa_addr.pptp.sin_addr) != 1)
		die("no IPv4 address: %s", address);
	return addr;
}

static void call(char **words)
{
	struct sockaddr_pppox here = pptp_end(words[0], words[2]);
	struct sockaddr_pppox there = pptp_end(words[1], words[3]);
	int fd = socket(AF_PPPOX, SOCK_STREAM, PX_PROTO_PPTP);

	if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof(here)) ||
	    connect(fd, (struct sockaddr *)&there, sizeof(there)))
		die("call %s: %m", words[2]);
	interface(fd, words[2]);
}

static void session(const char *iface, const char *mac, const char *number)
{
	struct sockaddr_pppox addr = {
		.sa_family = AF_PPPOX,
		.sa_protocol = PX_PROTO_OE,
		.sa_addr.pppoe.sid = htons(atoi(number)),
	};
	int fd;
	uint8_t *to = addr.sa_addr.pppoe.remote;

	if (sscanf(mac, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &to[0], &to[1], &to[2], &to[3], &to[4],
		   &to[5]) != 6)
		die("no MAC address: %s", mac);
	snprintf(addr.sa_addr.pppoe.dev, sizeof(addr.sa_addr.pppoe.dev), "%s", iface);
	fd = socket(AF_PPPOX, SOCK_STREAM, PX_PROTO_OE);
	if (fd < 0 || connect(fd, (struct sockaddr *)&addr, sizeof(addr)))
		die("session %s: %m", number);
	interface(fd, number);
}

int main(int argc, char **argv)
{
	int i, c, tunnel = 0;

	settle();
	while ((c = getopt(argc, argv, "n:t")) != -1) {
		if (c == 'n')
			enter_netns(optarg);
		else if (c == 't')
			tunnel = 1;
		else
			die("%s", usage);
	}
	if (argc - optind < 3 || (tunnel && argc - optind != 4))
		die("%s", usage);
	if (tunnel)
		call(argv + optind);
	for (i = optind + 2; !tunnel && i < argc; i++)
		session(argv[optind], argv[optind + 1], argv[i]);
	puts("ready");
	fclose(stdout);
	for (;;)
		pause();
}
