/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_EVENT_H
#define SYNCOPATE_EVENT_H

#include <linux/types.h>

struct dest;
struct flow;
struct profile;
struct syncopate_net;

/* netlink-event.c */
void event_flow(struct flow *flow, u32 kind);
void event_dest(struct dest *dest, u32 kind);
void event_config(struct syncopate_net *sn, u32 kind, const char *policy,
		  const struct profile *dest);

#endif /* SYNCOPATE_EVENT_H */
