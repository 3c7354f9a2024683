/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_FLOW_H
#define SYNCOPATE_FLOW_H

#include <linux/hrtimer.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>

#include <uapi/linux/syncopate.h>

#include "emit.h"
#include "flow-key.h"
#include "kept.h"
#include "pace.h"

struct dest;
struct packet_ends;
struct policy;
struct syncopate_net;

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
 * @tag_node: in the table of tags, see tag.c
 * @refs: one of the table, one of the timer while it is armed or its callback
 *	runs, and one of a dump that stands on it
 * @sn: namespace; must not be used once the flow is dead
 * @use: of the policy that selected the SYN, a reference
 * @dest: where it goes, a reference; NULL if there was no memory
 * @pace: the schedule, as it was when the SYN came
 * @timer: see timer.c
 * @probe: from a probe of a destination that is down to the next, ns
 * @start: when the SYN came, CLOCK_MONOTONIC
 * @breaker: so many silences in a row bring the destination down, 0 for never
 * @isn: initial sequence number; of SCTP its initiate tag
 * @payload: bytes of data in the SYN (Fast Open, RFC 7413)
 * @source: its share of the table, see share.c
 * @bloom: number of the filter that counts it, or 0; under @lock until it is dead
 * @client: which end of @key sent the SYN
 * @require: what oneway_requires() said
 * @observe: change nothing on the wire
 * @has_stamps: its SYNs carry timestamps
 * @has_tag: it is in the table of tags; set under @lock, as soon as it is: who has
 *	found it there asks tag_is(), under the lock
 * @lock: protects what follows; taken with bottom halves off
 * @state: see &enum flow_state
 * @fresh: which of @stamp the kept SYN carries
 * @pass_next: the client's next repeat goes on, see on_rst(), on_too_big()
 * @unclear: repeats of the client's went on as well as ours
 * @lacking: a SYN was not repeated when it was due, see repeats_take()
 * @retransmitted: SYNs repeated
 * @due: when @timer acts next, CLOCK_MONOTONIC
 * @linger_end: when a flow that gave up is forgotten, CLOCK_MONOTONIC
 * @stamp: the timestamp of a SYN that was sent, and the newest
 * @path: how the SYN went on
 * @kept: the SYN to send again, or to answer with a RST; empty otherwise. When
 *	the flow is dead it belongs to whoever removes it: what it references
 *	must not depend on who still holds the flow
 * @rcu: for flow_reap(); in the place of @kept, which is empty then
 */
struct flow {
	struct rhash_head node;
	struct flow_key key;
	struct rhash_head tag_node;
	refcount_t refs;
	struct syncopate_net *sn;
	struct policy_use *use;
	struct dest *dest;
	struct pace pace;
	struct hrtimer timer;
	u64 probe;
	ktime_t start;
	u32 breaker;
	u32 isn;
	u32 payload;
	u16 source;
	u16 bloom;
	u8 client;
	u8 require;
	bool observe:1;
	bool has_stamps:1;
	bool has_tag:1;

	spinlock_t lock;
	u8 state;
	u8 fresh;
	bool pass_next:1;
	bool unclear:1;
	bool lacking:1;
	u32 retransmitted;
	ktime_t due;
	ktime_t linger_end;
	struct stamp stamp[2];
	struct emit_path path;
	union {
		struct kept kept;
		struct rcu_head rcu;
	};
};

int flow_init(void);
void flow_exit(void);
int flow_table_init(struct syncopate_net *sn);
void flow_table_destroy(struct syncopate_net *sn);
unsigned int flow_limit_default(void);

bool flow_may_be(struct syncopate_net *sn, const struct packet_ends *ends,
		 u32 domain);
struct flow *flow_find(struct syncopate_net *sn, const struct flow_key *key);
bool flow_is(const struct flow *flow, const struct syncopate_net *sn,
	     const struct flow_key *key);
struct flow *flow_alloc(struct syncopate_net *sn, const struct flow_key *key,
			unsigned int client, const struct policy *policy,
			struct dest *dest);
void flow_free(struct flow *flow);
int flow_insert(struct flow *flow);
void flow_remove(struct flow *flow);
void flow_put(struct flow *flow);
void flow_flush(struct syncopate_net *sn, unsigned int on, int ifindex,
		int bridge);

/* Is what was found in this namespace's table still there? Under its lock. */
static inline bool flow_lives(const struct flow *flow,
			      const struct syncopate_net *sn)
{
	return flow->state != FLOW_DEAD && flow->sn == sn;
}

/* Who opens the connection, SYNCOPATE_ON_*; it never changes. */
static inline u32 flow_on(const struct flow *flow)
{
	return flow->path.hook == NF_INET_FORWARD ? SYNCOPATE_ON_FORWARD :
						    SYNCOPATE_ON_HOST;
}

#endif /* SYNCOPATE_FLOW_H */
