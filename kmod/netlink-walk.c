// SPDX-License-Identifier: GPL-2.0
/* Netlink: a table is dumped, however large, while it changes. */
#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/skbuff.h>

#include "netlink.h"
#include "netlink-walk.h"
#include "perturb.h"
#include "walk.h"

/**
 * netlink_walk_begin - begin to dump a table
 * @cb: the dump
 * @walk: the state of it, the caller's
 * @ops: what the entries are
 * @table: it
 */
void netlink_walk_begin(struct netlink_callback *cb, struct netlink_walk *walk,
			const struct netlink_walk_ops *ops,
			struct rhashtable *table)
{
	walk->ops = ops;
	walk->held = NULL;
	rhashtable_walk_enter(table, &walk->iter);
	cb->seq = 1;
}

/**
 * netlink_walk_end - undo netlink_walk_begin()
 * @walk: the state of the dump
 */
void netlink_walk_end(struct netlink_walk *walk)
{
	if (walk->held)
		walk->ops->put(walk->held);
	rhashtable_walk_exit(&walk->iter);
}

/*
 * It begins with the entry that is held, which was not shown, or with the one
 * behind it if it has left the table since: or with the next but one, where others
 * of its chain have. What comes and goes meanwhile may be missing from a dump.
 * Return: whether there is more to look at.
 */
static bool walk_on(struct netlink_walk *walk, struct sk_buff *msg,
		    struct netlink_callback *cb)
{
	struct rhashtable_iter *iter = &walk->iter;
	void *entry, *held = walk->held;
	unsigned int n = 0;

	if (rhashtable_walk_start_check(iter) == -EAGAIN)
		cb->seq++;
	walk->held = NULL;
	for (entry = rhashtable_walk_peek(iter); entry;
	     entry = rhashtable_walk_next(iter)) {
		if (IS_ERR(entry)) {
			/* Resized: entries may come again, the reader is told. */
			cb->seq++;
			continue;
		}
		/* Where few entries are asked for, no message that is full ends this soon. */
		if (n++ < WALK_AT_ONCE && !walk->ops->dump(msg, cb, walk, entry))
			continue;
		/* As long as it is held, no other takes its address. */
		if (walk->ops->get(entry))
			walk->held = entry;
		break;
	}
	rhashtable_walk_stop(iter);
	perturb();
	if (held)
		walk->ops->put(held);
	return entry;
}

/**
 * netlink_walk_dump - fill a message with entries
 * @walk: the state of the dump
 * @msg: the message
 * @cb: the dump
 *
 * Return: what a dump returns: the length of the message, 0 at the end.
 */
int netlink_walk_dump(struct netlink_walk *walk, struct sk_buff *msg,
		      struct netlink_callback *cb)
{
	/* An empty message would be the last one. */
	while (walk_on(walk, msg, cb) && !msg->len)
		cond_resched();
	return msg->len;
}
