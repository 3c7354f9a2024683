/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_ABORT_H
#define SYNCOPATE_ABORT_H

#include <linux/skbuff.h>

bool abort_is_for(struct sk_buff *init);
struct sk_buff *abort_make(struct net *net, struct sk_buff *init);

#endif /* SYNCOPATE_ABORT_H */
