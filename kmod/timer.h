/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_TIMER_H
#define SYNCOPATE_TIMER_H

struct flow;

void timer_init(struct flow *flow);
void timer_start(struct flow *flow);
void timer_hurry(struct flow *flow);

#endif /* SYNCOPATE_TIMER_H */
