/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_ONEWAY_H
#define SYNCOPATE_ONEWAY_H

#include <linux/in6.h>
#include <linux/types.h>

struct dest;
struct policy;
struct profile;
struct segment;
struct syncopate_net;

/**
 * struct stray - a SYN-ACK to which no SYN came by
 * @addr: who sent it
 * @port: from which port
 * @proto: %IPPROTO_TCP or %IPPROTO_SCTP
 * @iif: interface index of where it came in
 * @at: when, in jiffies; 0 if there was none
 */
struct stray {
	struct in6_addr addr;
	__be16 port;
	u8 proto;
	u32 iif;
	unsigned long at;
};

u32 oneway_requires(const struct policy *policy, const struct profile *profile,
		    bool bridged);
bool oneway_holds(struct dest *dest, u32 require);
void oneway_synack(struct syncopate_net *sn, const struct segment *seg);
bool oneway_stray(struct syncopate_net *sn, struct stray *stray);

#endif /* SYNCOPATE_ONEWAY_H */
