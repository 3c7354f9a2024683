/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_MAIN_H
#define SYNCOPATE_MAIN_H

#include <linux/mutex.h>
#include <linux/rhashtable.h>
#include <net/net_namespace.h>

#include "stats.h"

struct config;

/**
 * struct syncopate_net - what a network namespace has of us
 * @net: the namespace; we live no longer than it
 * @lock: serialises configuration; may sleep
 * @config: policies and profiles; RCU, replaced under @lock
 * @generation: grows with every change of what is set; under @lock
 * @hooked: the hooks are registered; under @lock
 * @flows: attempts by &struct flow_key; set up with the first policy
 * @flows_ready: @flows is set up; set under @lock, released and acquired, never
 *	cleared before the end
 * @flow_count: attempts in @flows
 * @flow_limit: most attempts that @flows may hold
 * @events: events that were told or lost
 * @stats: counters of each CPU
 * @stats_base: what to subtract from @stats since the last reset; under @lock
 */
struct syncopate_net {
	struct net *net;
	struct mutex lock;
	struct config __rcu *config;
	u32 generation;
	bool hooked;
	struct rhashtable flows;
	bool flows_ready;
	atomic_t flow_count;
	unsigned int flow_limit;
	atomic64_t events;
	struct stats __percpu *stats;
	u64 stats_base[STATS_NUM];
};

struct syncopate_net *syncopate_net(const struct net *net);

#endif /* SYNCOPATE_MAIN_H */
