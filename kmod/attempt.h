/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_ATTEMPT_H
#define SYNCOPATE_ATTEMPT_H

#include <linux/types.h>

struct flow;
struct segment;
struct syncopate_net;

int attempt_begin(struct syncopate_net *sn, struct segment *seg);
bool attempt_keep(struct flow *flow, struct segment *seg);
unsigned int attempt_absorb(const struct segment *seg);

#endif /* SYNCOPATE_ATTEMPT_H */
