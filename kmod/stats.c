// SPDX-License-Identifier: GPL-2.0
/* Counters, per network namespace and CPU. */
#include <linux/lockdep.h>

#include "main.h"
#include "stats.h"

/**
 * stats_inc - count one
 * @sn: namespace
 * @counter: SYNCOPATE_A_STATS_*
 *
 * Bottom halves off, but no hard interrupt.
 */
void stats_inc(struct syncopate_net *sn, unsigned int counter)
{
	struct stats *stats = this_cpu_ptr(sn->stats);

	lockdep_assert_in_softirq();

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->counter[counter]);
	u64_stats_update_end(&stats->syncp);
}

/**
 * stats_inc_bh - the same where bottom halves may be on
 * @sn: namespace
 * @counter: SYNCOPATE_A_STATS_*
 */
void stats_inc_bh(struct syncopate_net *sn, unsigned int counter)
{
	local_bh_disable();
	stats_inc(sn, counter);
	local_bh_enable();
}

static void stats_sum(struct syncopate_net *sn, u64 *sum)
{
	const struct stats *stats;
	unsigned int start, i;
	u64 counter;
	int cpu;

	memset(sum, 0, STATS_NUM * sizeof(*sum));
	for_each_possible_cpu(cpu) {
		stats = per_cpu_ptr(sn->stats, cpu);
		for (i = 0; i < STATS_NUM; i++) {
			do {
				start = u64_stats_fetch_begin(&stats->syncp);
				counter = u64_stats_read(&stats->counter[i]);
			} while (u64_stats_fetch_retry(&stats->syncp, start));
			sum[i] += counter;
		}
	}
}

/**
 * stats_read - what was counted since the last reset
 * @sn: namespace, its lock held
 * @sum: room for %STATS_NUM counters
 */
void stats_read(struct syncopate_net *sn, u64 *sum)
{
	unsigned int i;

	lockdep_assert_held(&sn->lock);

	stats_sum(sn, sum);
	for (i = 0; i < STATS_NUM; i++)
		sum[i] -= sn->stats_base[i];
}

/**
 * stats_reset - begin anew
 * @sn: namespace, its lock held
 *
 * The counters themselves go on: clearing them under the feet of another CPU
 * would lose or bring back counts.
 */
void stats_reset(struct syncopate_net *sn)
{
	lockdep_assert_held(&sn->lock);

	stats_sum(sn, sn->stats_base);
}
