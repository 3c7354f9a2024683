/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_FLOW_H
#define SYNCOPATE_FLOW_H

#include <linux/hrtimer.h>
#include <linux/in6.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>

#include "emit.h"
#include "pace.h"

struct dest;
struct packet;
struct policy;
struct syncopate_net;

/* VLAN tags that are told apart: the one beside the frame and two inside. */
#define FLOW_VLANS 3
#define FLOW_VLAN_TAG	0x8000	/* there is a tag */
#define FLOW_VLAN_AD	0x4000	/* of 802.1ad */

/**
 * struct flow_key - what tells one attempt from another
 * @addr: both ends, IPv4 mapped; the end with the lower address and port first,
 *	so that both directions have one key
 * @port: their ports
 * @vlan: VLAN tags from the outside in, FLOW_VLAN_TAG | FLOW_VLAN_AD | VID
 * @proto: %IPPROTO_TCP
 * @zero: padding
 * @bridge: interface index of the bridge, 0 if routed
 * @hash: of all this, so that it is made once for each packet
 */
struct flow_key {
	struct in6_addr addr[2];
	__be16 port[2];
	u16 vlan[FLOW_VLANS];
	u8 proto;
	u8 zero;
	u32 bridge;
	u32 hash;
};

/**
 * enum flow_state - where an attempt stands
 * @FLOW_PENDING: no answer yet, SYNs are repeated
 * @FLOW_GAVE_UP: the client got its RST, a late answer is awaited
 * @FLOW_DEAD: over, to be forgotten; never left again
 */
enum flow_state {
	FLOW_PENDING,
	FLOW_GAVE_UP,
	FLOW_DEAD,
};

/**
 * struct stamp - a timestamp (RFC 7323) that SYNs of an attempt carried
 * @value: the timestamp
 * @sent: how many of them went on
 * @at: when the last one did, CLOCK_MONOTONIC
 */
struct stamp {
	u32 value;
	u32 sent;
	ktime_t at;
};

/**
 * struct flow - one connection attempt
 * @node: in the table
 * @key: never changes
 * @rcu: freed after a grace period
 * @sn: namespace; must not be used once the flow is dead
 * @use: of the policy that selected the SYN, a reference
 * @dest: where it goes, a reference; NULL if there was no memory
 * @pace: the schedule, as it was when the SYN came
 * @breaker: so many silences in a row bring the destination down, 0 for never
 * @probe: from a probe of a destination that is down to the next, ns
 * @start: when that was, CLOCK_MONOTONIC
 * @isn: initial sequence number
 * @payload: bytes of data in the SYN (Fast Open, RFC 7413)
 * @client: which end of @key sent the SYN
 * @source: its share of the table, see share.c
 * @observe: change nothing on the wire
 * @has_stamps: its SYNs carry timestamps
 * @refs: one of the table, one of the timer while it is armed or its callback
 *	runs, and one of a dump that stands on it
 * @timer: see timer.c
 * @lock: protects what follows; taken with bottom halves off
 * @state: see &enum flow_state
 * @retransmitted: SYNs repeated
 * @due: when @timer acts next, CLOCK_MONOTONIC
 * @path: how the SYN went on
 * @linger_end: when a flow that gave up is forgotten, CLOCK_MONOTONIC
 * @pass_next: the client's next repeat goes on, see on_rst()
 * @unclear: repeats of the client's went on as well as ours
 * @lacking: a SYN was not repeated when it was due, see repeats_take()
 * @fresh: which of @stamp the kept SYN carries
 * @stamp: the timestamp of a SYN that was sent, and the newest
 * @kept: the SYN to send again, or to answer with a RST; NULL otherwise. When
 *	the flow is dead it belongs to whoever removes it: what it references
 *	must not depend on who still holds the flow
 */
struct flow {
	struct rhash_head node;
	struct flow_key key;
	struct rcu_head rcu;
	struct syncopate_net *sn;
	struct policy_use *use;
	struct dest *dest;
	struct pace pace;
	u32 breaker;
	u64 probe;
	ktime_t start;
	u32 isn;
	u32 payload;
	u8 client;
	u16 source;
	bool observe;
	bool has_stamps;
	refcount_t refs;
	struct hrtimer timer;

	spinlock_t lock;
	u8 state;
	u32 retransmitted;
	ktime_t due;
	ktime_t linger_end;
	bool pass_next;
	bool unclear;
	bool lacking;
	u8 fresh;
	struct stamp stamp[2];
	struct emit_path path;
	struct sk_buff *kept;
};

int flow_init(void);
void flow_exit(void);
int flow_table_init(struct syncopate_net *sn);
void flow_table_destroy(struct syncopate_net *sn);
unsigned int flow_limit_default(void);

unsigned int flow_key_make(struct flow_key *key, const struct packet *pkt,
			   const struct emit_path *path, const u16 *vlan);
struct flow *flow_find(struct syncopate_net *sn, const struct flow_key *key);
struct flow *flow_alloc(struct syncopate_net *sn, const struct flow_key *key,
			unsigned int client, const struct policy *policy,
			struct dest *dest);
void flow_free(struct flow *flow);
int flow_insert(struct flow *flow);
void flow_remove(struct flow *flow);
void flow_put(struct flow *flow);
void flow_flush(struct syncopate_net *sn, int ifindex, int bridge);

#endif /* SYNCOPATE_FLOW_H */
