/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_STATS_H
#define SYNCOPATE_STATS_H

#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>

#include <uapi/linux/syncopate.h>

/* A counter is named by its netlink attribute, its meaning is told there. */
#define STATS_NUM (SYNCOPATE_A_STATS_MAX + 1)

struct syncopate_net;

/**
 * struct stats - counters of one CPU
 * @counter: by SYNCOPATE_A_STATS_*
 * @syncp: makes 64 bits readable in one piece on 32-bit machines
 */
struct stats {
	u64_stats_t counter[STATS_NUM];
	struct u64_stats_sync syncp;
};

void stats_inc(struct syncopate_net *sn, unsigned int counter);
void stats_inc_bh(struct syncopate_net *sn, unsigned int counter);
void stats_read(struct syncopate_net *sn, u64 *sum);
void stats_reset(struct syncopate_net *sn);

#endif /* SYNCOPATE_STATS_H */
