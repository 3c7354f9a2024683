// SPDX-License-Identifier: GPL-2.0
/*
 * pppoe [-n NETNS] IFACE MAC SESSION...
 *
 * Makes interfaces over PPPoE sessions with the station MAC, by the kernel alone, and
 * without negotiation: numbers that both ends take are all that it needs.  Says `ready`
 * when they are there; they are called ppp0 and so on, and go when it ends, with its parent
 * or by a signal.
 */
/* Before the kernel's own, which then leaves out what is there twice. */
#include <netinet/in.h>

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

static void session(const char *iface, const char *mac, const char *number)
{
	struct sockaddr_pppox addr = {
		.sa_family = AF_PPPOX,
		.sa_protocol = PX_PROTO_OE,
		.sa_addr.pppoe.sid = htons(atoi(number)),
	};
	int fd, channel, unit, index = -1;
	uint8_t *to = addr.sa_addr.pppoe.remote;

	if (sscanf(mac, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &to[0], &to[1], &to[2], &to[3], &to[4],
		   &to[5]) != 6)
		die("no MAC address: %s", mac);
	snprintf(addr.sa_addr.pppoe.dev, sizeof(addr.sa_addr.pppoe.dev), "%s", iface);
	fd = socket(AF_PPPOX, SOCK_STREAM, PX_PROTO_OE);
	if (fd < 0 || connect(fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	    ioctl(fd, PPPIOCGCHAN, &channel))
		die("session %s: %m", number);

	fd = open("/dev/ppp", O_RDWR);
	if (fd < 0 || ioctl(fd, PPPIOCATTCHAN, &channel))
		die("channel of session %s: %m", number);
	unit = open("/dev/ppp", O_RDWR);
	if (unit < 0 || ioctl(unit, PPPIOCNEWUNIT, &index) || ioctl(fd, PPPIOCCONNECT, &index))
		die("interface of session %s: %m", number);
}

int main(int argc, char **argv)
{
	int i, c;

	settle();
	while ((c = getopt(argc, argv, "n:")) != -1) {
		if (c != 'n')
			die("usage: pppoe [-n NETNS] IFACE MAC SESSION...");
		enter_netns(optarg);
	}
	if (argc - optind < 3)
		die("usage: pppoe [-n NETNS] IFACE MAC SESSION...");
	for (i = optind + 2; i < argc; i++)
		session(argv[optind], argv[optind + 1], argv[i]);
	puts("ready");
	fclose(stdout);
	for (;;)
		pause();
}
