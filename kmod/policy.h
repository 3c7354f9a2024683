/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_POLICY_H
#define SYNCOPATE_POLICY_H

#include <linux/if.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/u64_stats_sync.h>

#include <uapi/linux/syncopate.h>

#include "pace.h"
#include "prefix.h"

struct classify;
struct net_device;
struct netlink_ext_ack;
struct learn;
struct packet;

/* What is counted for a policy. */
enum policy_counter {
	POLICY_MATCHED,
	POLICY_ANSWERED,
	POLICY_RETRANSMITTED,
	POLICY_GAVE_UP,
	POLICY_SHUT,
	POLICY_COUNTERS,
};

/**
 * struct policy_counts - counters of a policy on one CPU
 * @counter: by &enum policy_counter
 * @last_used: when it last selected a SYN, coarse CLOCK_MONOTONIC in ns, or 0
 * @syncp: makes 64 bits readable in one piece on 32-bit machines
 */
struct policy_counts {
	u64_stats_t counter[POLICY_COUNTERS];
	u64_stats_t last_used;
	struct u64_stats_sync syncp;
};

/**
 * struct policy_use - the name of a policy and what it was good for
 * @refs: one of the policy that has the name now, one of each of its flows
 * @name: unique in a namespace while a policy has it
 * @counts: counters of each CPU
 *
 * It passes on to the policy that replaces one of the same name.
 */
struct policy_use {
	refcount_t refs;
	char name[SYNCOPATE_NAME_LEN];
	struct policy_counts __percpu *counts;
};

/**
 * struct policy - which attempts are paced, and how; never changed once set
 * @rcu: freed after a grace period
 * @use: its name and counters, NULL until it has a place in a set
 * @dst: destinations
 * @src: sources
 * @dport_min: first destination port, host order
 * @dport_max: last destination port
 * @proto: protocol, 0 for %IPPROTO_TCP
 * @iif: name of the interface that the SYN comes in by, zeroes for any
 * @mark: packet mark
 * @mark_mask: bits of it that count, 0 for any mark
 * @has_mark: it selects by the mark
 * @on: which connections it selects from, SYNCOPATE_ON_*
 * @observe: change nothing on the wire
 * @timing: SYNCOPATE_TIMING_*
 * @has_deadline: the deadline was given, it does not follow from the interval
 * @has_retries: the number of retransmissions was given
 * @pace: the schedule where @timing leaves it alone, or nothing is known of the
 *	destination
 * @floor: shortest interval that follows from what is known, ns
 * @ceiling: longest such interval, ns
 * @confidence: how many of a million attempts at a living server are to be
 *	answered
 * @breaker: so many silences in a row bring a destination down, 0 for never
 * @probe: from a probe of a destination that is down to the next, ns
 * @shard: which of @shards, from 1
 * @shards: of so many, 0 to select all
 * @offset: repeats and RST are later than the schedule by this, ns
 * @detached: what comes in by @iif are copies
 * @comment: for people, may be NULL
 * @require: SYNCOPATE_REQUIRE_*
 */
struct policy {
	struct rcu_head rcu;
	struct policy_use *use;
	struct prefix dst;
	struct prefix src;
	u16 dport_min;
	u16 dport_max;
	u8 proto;
	char iif[IFNAMSIZ];
	u32 mark;
	u32 mark_mask;
	bool has_mark;
	u32 on;
	bool observe;
	bool has_deadline;
	bool has_retries;
	u32 timing;
	struct pace pace;
	u64 floor;
	u64 ceiling;
	u32 confidence;
	u32 breaker;
	u64 probe;
	u32 shard;
	u32 shards;
	u64 offset;
	bool detached;
	char *comment;
	u32 require;
};

/**
 * struct policy_set - the policies of a namespace, in the order of asking
 * @rcu: freed after a grace period
 * @classify: finds those that may select a packet; NULL where there are few
 * @on: a bit (1 << SYNCOPATE_ON_...) for each kind of connections that one of
 *	them selects from
 * @copies: names of the interfaces that copies come in by, sorted
 * @num_copies: how many those are
 * @num: how many policies there are
 * @list: the policies
 *
 * A set is built aside, published whole and never changed after. It does not
 * own its policies: those that stay pass on to the set that replaces it.
 */
struct policy_set {
	struct rcu_head rcu;
	struct classify *classify;
	unsigned int on;
	char (*copies)[IFNAMSIZ];
	unsigned int num_copies;
	unsigned int num;
	struct policy *list[] __counted_by(num);
};

struct policy *policy_alloc(void);
void policy_free(struct policy *policy);
void policy_free_later(struct policy *policy);
int policy_name(struct policy *policy, const char *name,
		struct policy_use *use);
void policy_pace(const struct policy *policy, const struct learn *learn,
		 struct pace *pace);

void policy_use_put(struct policy_use *use);
void policy_count(struct policy_use *use, enum policy_counter counter);
void policy_counts_read(const struct policy_use *use, u64 *sum,
			u64 *last_used);

struct policy_set *policy_set_alloc(unsigned int num);
int policy_set_complete(struct policy_set *set);
void policy_set_free(struct policy_set *set);
void policy_set_free_later(struct policy_set *set);
const struct policy *policy_find(const struct policy_set *set, u32 on,
				 const struct packet *pkt,
				 const struct net_device *in, u32 mark,
				 bool *other_shard);
bool policy_takes_copies(const struct policy_set *set,
			 const struct net_device *in);
int policy_position(const struct policy_set *set, const char *name);

#endif /* SYNCOPATE_POLICY_H */
