/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_NETLINK_WALK_H
#define SYNCOPATE_NETLINK_WALK_H

#include <linux/rhashtable-types.h>
#include <linux/types.h>

struct netlink_callback;
struct netlink_walk;
struct sk_buff;

/**
 * struct netlink_walk_ops - what a table holds
 * @dump: put an entry, under RCU; 0, also for one that is not asked for, or
 *	-EMSGSIZE if the message is full
 * @get: take a reference; false if the entry is about to be freed
 * @put: let go of it
 */
struct netlink_walk_ops {
	int (*dump)(struct sk_buff *msg, struct netlink_callback *cb,
		    struct netlink_walk *walk, void *entry);
	bool (*get)(void *entry);
	void (*put)(void *entry);
};

/**
 * struct netlink_walk - a table's dump under way
 * @ops: what the entries are
 * @iter: where it stands
 * @held: the entry that is next, with a reference, or NULL
 */
struct netlink_walk {
	const struct netlink_walk_ops *ops;
	struct rhashtable_iter iter;
	void *held;
};

void netlink_walk_begin(struct netlink_callback *cb, struct netlink_walk *walk,
			const struct netlink_walk_ops *ops,
			struct rhashtable *table);
void netlink_walk_end(struct netlink_walk *walk);
int netlink_walk_dump(struct netlink_walk *walk, struct sk_buff *msg,
		      struct netlink_callback *cb);

#endif /* SYNCOPATE_NETLINK_WALK_H */
