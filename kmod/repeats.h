/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_REPEATS_H
#define SYNCOPATE_REPEATS_H

#include <linux/types.h>

struct dest;
struct flow;
struct syncopate_net;

void repeats_init(struct syncopate_net *sn);
void repeats_begin(struct dest *dest);
void repeats_earn(struct dest *dest, bool observe);
bool repeats_take(struct flow *flow);

#endif /* SYNCOPATE_REPEATS_H */
