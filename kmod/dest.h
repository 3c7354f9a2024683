/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_DEST_H
#define SYNCOPATE_DEST_H

#include <linux/in6.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>

#include "breaker.h"
#include "budget.h"
#include "flow.h"
#include "key.h"
#include "learn.h"

struct pace;
struct packet;
struct policy;
struct prefix;
struct profile;
struct syncopate_net;

/**
 * struct dest_key - what tells one destination from another
 * @addr: its address, IPv4 mapped
 * @port: its port
 * @vlan: VLAN tags, as in &struct flow_key
 * @domain: as in &struct flow_key; all PPPoE sessions have one
 * @proto: %IPPROTO_TCP or %IPPROTO_SCTP
 * @zero: padding
 */
struct dest_key {
	struct in6_addr addr;
	__be16 port;
	u16 vlan[FLOW_VLANS];
	u32 domain;
	u8 proto;
	u8 zero[3];
} KEY_ALIGNED;

/**
 * struct dest - a destination, as its answers show it
 * @node: in the table
 * @key: never changes
 * @rcu: freed after a grace period
 * @order: in the namespace's order of eviction
 * @sn: namespace; must not be used once the destination is out of the table
 * @refs: one of the table and one of each attempt
 * @used: when it was last asked for, in jiffies
 * @spared: it was asked for since it was last looked at for eviction
 * @known: it has answered; under the namespace's dest_lock
 * @asked_in: the second in which it was last asked for, likewise
 * @silent_in: the second in which it last let a SYN be repeated, likewise
 * @flows: attempts in the table, see share.c
 * @lock: protects what follows; taken with bottom halves off, within a flow's
 * @learn: what its answers have taught
 * @breaker: is it taken for dead?
 * @seed_rtt: round-trip time of the profile that @learn began with, ns
 * @seed_loss: and loss
 * @attempts: how many there were
 * @answered: how many showed that it lives, by an answer as a rule
 * @answer: when it last answered, CLOCK_MONOTONIC; 0 for never
 * @repeats: how many SYNs to it may still be repeated; by policies that observe, see
 *	repeats.c, would be
 * @told: when it was last told that more would have been, ns; 0 for never
 * @seen: an answer of its came by here
 * @elsewhere: attempts since the last one that were established all the same
 * @elsewhere_at: when the last of them was seen to be, CLOCK_MONOTONIC
 * @iif: interface index of where the SYN of the last attempt that ended came in,
 *	0 if it was this machine's own
 * @oif: and where it went out
 * @zone: and its zone of conntrack
 */
struct dest {
	struct rhash_head node;
	struct dest_key key;
	struct rcu_head rcu;
	struct list_head order;
	struct syncopate_net *sn;
	refcount_t refs;
	unsigned long used;
	bool spared;
	bool known;
	u32 asked_in;
	u32 silent_in;
	atomic_t flows;

	spinlock_t lock;
	struct learn learn;
	struct breaker breaker;
	u64 seed_rtt;
	u32 seed_loss;
	u64 attempts;
	u64 answered;
	ktime_t answer;
	struct budget repeats[2];
	u64 told;
	bool seen;
	u16 zone;
	u32 elsewhere;
	u32 iif;
	u32 oif;
	ktime_t elsewhere_at;
};

int dest_table_init(struct syncopate_net *sn);
void dest_table_destroy(struct syncopate_net *sn);
void dest_table_fit(struct syncopate_net *sn);
unsigned int dest_limit_default(void);

struct dest *dest_find(struct syncopate_net *sn, const struct packet *pkt,
		       u32 domain);
struct dest *dest_get(struct syncopate_net *sn, const struct flow_key *key,
		      unsigned int server);
void dest_put(struct dest *dest);
bool dest_was_asked(struct syncopate_net *sn, const struct flow_key *key,
		    unsigned int server);
void dest_spare(struct dest *dest);
bool dest_is_old(const struct dest *dest);
void dest_is_known(struct dest *dest);

void dest_pace(struct dest *dest, const struct policy *policy,
	       const struct profile *profile, struct pace *pace);
bool dest_passes(struct dest *dest, const struct policy *policy);
void dest_not_begun(struct dest *dest, const struct policy *policy);
void dest_waits(struct flow *flow);
void dest_answered(struct flow *flow, ktime_t now, u64 rtt);
void dest_heard(struct flow *flow);
void dest_elsewhere(struct flow *flow);
void dest_late(struct flow *flow);
bool dest_lives_since(const struct flow *flow);
void dest_silent(struct flow *flow, u32 limit);
unsigned int dest_up(struct syncopate_net *sn, const struct prefix *prefix,
		     u16 port);

#endif /* SYNCOPATE_DEST_H */
