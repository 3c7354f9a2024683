/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_ROUTE_H
#define SYNCOPATE_ROUTE_H

#include <linux/skbuff.h>

bool route_packet(struct net *net, struct sk_buff *skb, struct net_device *in,
		  u8 pf);

#endif /* SYNCOPATE_ROUTE_H */
