/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_MAIN_H
#define SYNCOPATE_MAIN_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "budget.h"
#include "kept.h"
#include "oneway.h"
#include "stats.h"

struct config;
struct flow_bloom;

/**
 * struct syncopate_net - what a network namespace has of us
 * @net: the namespace; we live no longer than it
 * @lock: serialises configuration; may sleep
 * @config: policies and profiles; RCU, replaced under @lock
 * @generation: grows with every change of what is set; under @lock
 * @hooked: a bit (1 << SYNCOPATE_ON_...) for the hooks that are registered; under
 *	@lock
 * @bloom: what is in @flows, roughly, while there is no room for all; RCU, replaced by
 *	@shed
 * @flows: attempts by &struct flow_key; set up with the first policy
 * @tags: those of SCTP by their tags; set up with @flows
 * @flows_ready: @flows is set up; set under @lock, released and acquired, never
 *	cleared before the end
 * @flow_count: attempts in @flows
 * @flow_limit: most attempts that @flows may hold
 * @long_syns: room for the SYNs of attempts, as far as these are long: a piece for each
 *	that @flows may hold
 * @sources: how many of them there are of which source, see share.c
 * @dests: destinations by &struct dest_key; set up with the first policy
 * @dests_ready: @dests is set up; like @flows_ready
 * @dest_lock: protects what follows; taken with bottom halves off
 * @dests_strange: those that have never answered, the oldest first
 * @dests_known: the others, roughly the one not asked for longest first
 * @dest_count: destinations in @dests
 * @window: the second that @asked and @silent count, see dest.c
 * @asked: destinations asked for in this second and in the one before
 * @silent: those of them that let a SYN be repeated
 * @stray: the last SYN-ACK to which no SYN came by, see oneway.c
 * @dest_limit: most destinations that @dests may hold; not under @dest_lock
 * @repeat_limit: most SYNs that are repeated in a second, see repeats.c
 * @repeat_lock: protects @repeats; taken with bottom halves off, within a
 *	destination's
 * @repeats: how many may still be to those that do not answer, as of &struct dest
 * @events: events that were told or lost
 * @stats: counters of each CPU
 * @stats_base: what to subtract from @stats since the last reset; under @lock
 * @no_room: when a SYN last found no room in @flows, in jiffies
 * @forgot: when one last passed whose destination was not remembered, in jiffies, or 0
 * @bloom_number: of the last @bloom
 * @shed: see shed.c
 */
struct syncopate_net {
	struct net *net;
	struct mutex lock;
	struct config __rcu *config;
	u32 generation;
	unsigned int hooked;
	struct flow_bloom __rcu *bloom;
	struct rhashtable flows;
	struct rhashtable tags;
	bool flows_ready;
	atomic_t flow_count;
	unsigned int flow_limit;
	struct kept_room long_syns;
	atomic_t *sources;
	struct rhashtable dests;
	bool dests_ready;
	spinlock_t dest_lock;
	struct list_head dests_strange;
	struct list_head dests_known;
	unsigned int dest_count;
	u32 window;
	unsigned int asked[2];
	unsigned int silent[2];
	struct stray stray;
	unsigned int dest_limit;
	unsigned int repeat_limit;
	spinlock_t repeat_lock;
	struct budget repeats[2];
	atomic64_t events;
	struct stats __percpu *stats;
	u64 stats_base[STATS_NUM];
	unsigned long no_room;
	unsigned long forgot;
	u16 bloom_number;
	struct delayed_work shed;
};

extern unsigned int syncopate_net_id;

/**
 * syncopate_net - what a network namespace has of us
 * @net: namespace
 *
 * In its place: each packet asks.
 */
static inline struct syncopate_net *syncopate_net(const struct net *net)
{
	return net_generic(net, syncopate_net_id);
}

#endif /* SYNCOPATE_MAIN_H */
