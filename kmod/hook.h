/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_HOOK_H
#define SYNCOPATE_HOOK_H

#include <linux/netfilter.h>

struct packet;
struct syncopate_net;

/* hook-host.c */
#define HOOK_HOST_NUM	4
extern const struct nf_hook_ops hook_host[HOOK_HOST_NUM];

bool hook_read(struct syncopate_net *sn, struct sk_buff *skb, unsigned int off,
	       unsigned int total, __be16 proto, struct packet *pkt);
u32 hook_domain(const struct net_device *in, const struct net_device *out,
		u16 zone);
u32 hook_cookie(const struct sk_buff *skb, u8 pf);
int hook_register(struct syncopate_net *sn, unsigned int on);
void hook_unregister(struct syncopate_net *sn, unsigned int on);

#endif /* SYNCOPATE_HOOK_H */
