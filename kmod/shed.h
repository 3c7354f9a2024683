/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_SHED_H
#define SYNCOPATE_SHED_H

#include <linux/rcupdate.h>

#include "main.h"

struct net_device;
struct packet_ends;
struct sk_buff;

void shed_init(struct syncopate_net *sn);
void shed_exit(struct syncopate_net *sn);
unsigned int shed_begin(struct syncopate_net *sn, long err);
bool shed_forgot(const struct syncopate_net *sn);
bool shed_syn(struct syncopate_net *sn, const struct sk_buff *skb,
	      unsigned int off, const struct packet_ends *ends,
	      const struct net_device *in, u32 domain);

/**
 * shed_is_on - is it worth to ask shed_syn()?
 * @sn: namespace
 *
 * In its place, as each SYN asks.
 */
static inline bool shed_is_on(const struct syncopate_net *sn)
{
	return rcu_access_pointer(sn->bloom);
}

#endif /* SYNCOPATE_SHED_H */
