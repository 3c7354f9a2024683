/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets that send SYNs with more in them, by the kernel's own hand.
 */
#ifndef SOCKETS_H
#define SOCKETS_H

/*
 * What is said of them on a command line:
 *
 *   fastopen   data in the SYN, once there is a cookie (RFC 7413)
 *   mptcp      Multipath TCP (RFC 8684)
 *   sctp       SCTP (RFC 9260), which sends INITs instead
 *   md5, ao    signed (RFC 2385, RFC 5925), with one key for everybody
 *   transparent  also for addresses that are not the machine's
 */
struct sockets {
	int fastopen;
	int mptcp;
	int sctp;
	int md5;
	int ao;
	int transparent;
};

void sockets_parse(struct sockets *how, const char *word);
int sockets_open(const struct sockets *how, int family, int flags);
void sockets_sign(const struct sockets *how, int fd);

#endif
