/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_CHECKSUM_H
#define SYNCOPATE_CHECKSUM_H

#include <linux/skbuff.h>

bool checksum_holds(const struct sk_buff *skb, unsigned int off);

#endif /* SYNCOPATE_CHECKSUM_H */
