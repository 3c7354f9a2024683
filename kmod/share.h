/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_SHARE_H
#define SYNCOPATE_SHARE_H

#include <linux/types.h>

struct dest;
struct in6_addr;
struct syncopate_net;

int share_init(struct syncopate_net *sn);
void share_exit(struct syncopate_net *sn);
int share_is_left(const struct syncopate_net *sn, const struct in6_addr *client,
		  const struct dest *dest);
int share_take(struct syncopate_net *sn, const struct in6_addr *client,
	       struct dest *dest, unsigned int held, u16 *source);
void share_give(struct syncopate_net *sn, struct dest *dest, u16 source);

#endif /* SYNCOPATE_SHARE_H */
