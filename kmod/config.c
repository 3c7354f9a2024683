// SPDX-License-Identifier: GPL-2.0
/*
 * What is set in a namespace, and its changes.  Each is made aside and comes into
 * force with one pointer, so that a packet goes by the old or by the new.  What can
 * fail comes before that: after an error all is as it was.
 *
 * Everything here is called with the namespace's lock held, and may sleep.
 */
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/slab.h>

#include "compat.h"
#include "config.h"
#include "dest.h"
#include "flow.h"
#include "hook.h"
#include "main.h"
#include "perturb.h"

/** config_of - what is set now, with the namespace's lock held */
const struct config *config_of(struct syncopate_net *sn)
{
	return rcu_dereference_protected(sn->config, lockdep_is_held(&sn->lock));
}

/**
 * config_create - begin with nothing set
 * @sn: new namespace
 *
 * Return: false if there is no memory.
 */
bool config_create(struct syncopate_net *sn)
{
	struct config *config = kzalloc(sizeof(*config), GFP_KERNEL);

	RCU_INIT_POINTER(sn->config, config);
	return config;
}

/**
 * config_publish - bring sets into force
 * @sn: namespace
 * @policies: complete, or the set in force, or NULL for no policy
 * @dests: likewise
 *
 * The sets that they replace are left to the caller, who knows what of them
 * passed on.
 * Return: 0 or a negative error, and then the new sets are freed.
 */
int config_publish(struct syncopate_net *sn, struct policy_set *policies,
		   struct profile_set *dests)
{
	const struct config *old = config_of(sn);
	unsigned int on = policies ? policies->on : 0;
	struct config *config;
	int err = -ENOMEM;

	config = kzalloc(sizeof(*config), GFP_KERNEL_ACCOUNT);
	if (!config)
		goto undo;
	if (policies) {
		err = flow_table_init(sn) ?: dest_table_init(sn) ?:
		      hook_register(sn, on);
		if (err)
			goto undo;
	}
	config->policies = policies;
	config->dests = dests;
	perturb();
	rcu_assign_pointer(sn->config, config);
	perturb();
	sn->generation++;
	hook_unregister(sn, sn->hooked & ~on);

	kfree_rcu((struct config *)old, rcu);
	return 0;

undo:
	kfree(config);
	if (old->policies != policies)
		policy_set_free(policies);
	if (old->dests != dests)
		profile_set_free(dests);
	return err;
}

/* Frees @set if it can not come into force, and the old one if it can. */
static int publish_policies(struct syncopate_net *sn, struct policy_set *set)
{
	const struct config *old = config_of(sn);
	struct policy_set *gone = old->policies;
	int err = set ? policy_set_complete(set) : 0;

	if (err) {
		policy_set_free(set);
		return err;
	}
	err = config_publish(sn, set, old->dests);
	if (!err)
		policy_set_free_later(gone);
	return err;
}

/* Likewise. */
static int publish_dests(struct syncopate_net *sn, struct profile_set *set)
{
	const struct config *old = config_of(sn);
	struct profile_set *gone = old->dests;
	int err = set ? profile_set_complete(set) : 0;

	if (err) {
		profile_set_free(set);
		return err;
	}
	err = config_publish(sn, old->policies, set);
	if (!err)
		profile_set_free_later(gone);
	return err;
}

/**
 * config_drop_policies - free a set that is not in force any more
 * @set: it, with all its policies; may be NULL
 */
void config_drop_policies(struct policy_set *set)
{
	unsigned int i;

	for (i = 0; set && i < set->num; i++)
		policy_free_later(set->list[i]);
	policy_set_free_later(set);
}

/**
 * config_drop_dests - free a set that is not in force any more
 * @set: it, with all its comments; may be NULL
 */
void config_drop_dests(struct profile_set *set)
{
	unsigned int i;

	for (i = 0; set && i < set->num; i++)
		kfree(set->list[i].comment);
	profile_set_free_later(set);
}

/**
 * config_destroy - free all that is set
 * @sn: namespace whose end has come, a grace period after its last hook
 */
void config_destroy(struct syncopate_net *sn)
{
	struct config *config = rcu_dereference_protected(sn->config, true);
	unsigned int i;

	if (config->policies)
		for (i = 0; i < config->policies->num; i++)
			policy_free(config->policies->list[i]);
	if (config->dests)
		for (i = 0; i < config->dests->num; i++)
			kfree(config->dests->list[i].comment);
	policy_set_free(config->policies);
	profile_set_free(config->dests);
	kfree(config);
}

/* --- policies ------------------------------------------------------------ */

/**
 * config_number - the number in a name like those of policies that were given none
 * @name: of a policy
 *
 * Return: 1 of p1, and so on; 0 of a name that is no such one.
 */
unsigned int config_number(const char *name)
{
	unsigned int number;

	if (name[0] != 'p' || name[1] == '0' || !isdigit(name[1]) ||
	    kstrtouint(name + 1, 10, &number))
		return 0;
	return number;
}

/* The lowest of p1, p2, ... that is free. There is one policy less than there may be. */
static void free_name(const struct policy_set *set, char *name)
{
	DECLARE_BITMAP(taken, SYNCOPATE_POLICIES_MAX + 1) = {};
	unsigned int i, number;

	for (i = 0; set && i < set->num; i++) {
		number = config_number(set->list[i]->use->name);
		if (number <= SYNCOPATE_POLICIES_MAX)
			__set_bit(number, taken);
	}
	number = find_next_zero_bit(taken, SYNCOPATE_POLICIES_MAX + 1, 1);
	snprintf(name, SYNCOPATE_NAME_LEN, "p%u", number);
}

/* A set like @old with one more, or one less, at @at; or NULL. */
static struct policy_set *with_room(const struct policy_set *old,
				    unsigned int at)
{
	unsigned int num = old ? old->num : 0;
	struct policy_set *set = policy_set_alloc(num + 1);

	if (!set)
		return NULL;
	if (at)
		memcpy(set->list, old->list, at * sizeof(*set->list));
	if (at < num)
		memcpy(set->list + at + 1, old->list + at,
		       (num - at) * sizeof(*set->list));
	return set;
}

static struct policy_set *without(const struct policy_set *old, unsigned int at)
{
	struct policy_set *set = policy_set_alloc(old->num - 1);

	if (!set)
		return NULL;
	memcpy(set->list, old->list, at * sizeof(*set->list));
	memcpy(set->list + at, old->list + at + 1,
	       (set->num - at) * sizeof(*set->list));
	return set;
}

/**
 * config_policy_add - add a policy
 * @sn: namespace
 * @req: the policy; gets a name if it has none; becomes the namespace's
 * @position: where it comes to stand, from 1; 0 for the end
 * @extack: for the reason of a refusal
 *
 * Return: 0, -EEXIST, -ENOSPC, -ERANGE or -ENOMEM; the policy is still the
 * caller's then.
 */
int config_policy_add(struct syncopate_net *sn, struct policy_request *req,
		      unsigned int position, struct netlink_ext_ack *extack)
{
	const struct policy_set *old = config_of(sn)->policies;
	unsigned int num = old ? old->num : 0;
	struct policy_set *set;
	int err;

	if (num >= SYNCOPATE_POLICIES_MAX) {
		NL_SET_ERR_MSG(extack, "there are " __stringify(SYNCOPATE_POLICIES_MAX)
			       " policies already, the most there may be");
		return -ENOSPC;
	}
	if (position > num + 1) {
		NL_SET_ERR_MSG(extack,
			       "position must be 1 to the number of policies plus one");
		return -ERANGE;
	}
	if (!req->name[0])
		free_name(old, req->name);
	if (policy_position(old, req->name) >= 0) {
		NL_SET_ERR_MSG(extack, "a policy of this name exists");
		return -EEXIST;
	}
	err = policy_name(req->policy, req->name, NULL);
	if (err)
		return err;

	position = position ? position - 1 : num;
	set = with_room(old, position);
	if (!set)
		return -ENOMEM;
	set->list[position] = req->policy;
	return publish_policies(sn, set);
}

/**
 * config_policy_replace - replace a policy by one of the same name
 * @sn: namespace
 * @req: the policy; becomes the namespace's
 * @position: where it comes to stand, from 1; 0 for where the old one is
 * @extack: for the reason of a refusal
 *
 * It keeps its counters.
 * Return: 0, -ENOENT, -ERANGE or -ENOMEM; the policy is still the caller's then.
 */
int config_policy_replace(struct syncopate_net *sn, struct policy_request *req,
			  unsigned int position, struct netlink_ext_ack *extack)
{
	const struct policy_set *old = config_of(sn)->policies;
	int at = policy_position(old, req->name);
	struct policy_set *set, *rest;
	struct policy *gone;
	int err;

	if (at < 0) {
		NL_SET_ERR_MSG(extack, "no such policy");
		return at;
	}
	if (position > old->num) {
		NL_SET_ERR_MSG(extack,
			       "position must be 1 to the number of policies");
		return -ERANGE;
	}
	gone = old->list[at];
	err = policy_name(req->policy, req->name, gone->use);
	if (err)
		return err;

	rest = without(old, at);
	if (!rest)
		return -ENOMEM;
	position = position ? position - 1 : at;
	set = with_room(rest, position);
	policy_set_free(rest);
	if (!set)
		return -ENOMEM;
	set->list[position] = req->policy;
	err = publish_policies(sn, set);
	if (!err)
		policy_free_later(gone);
	return err;
}

/**
 * config_policy_del - delete a policy
 * @sn: namespace
 * @name: of the policy
 * @extack: for the reason of a refusal
 *
 * Return: 0, -ENOENT or -ENOMEM.
 */
int config_policy_del(struct syncopate_net *sn, const char *name,
		      struct netlink_ext_ack *extack)
{
	const struct policy_set *old = config_of(sn)->policies;
	int at = policy_position(old, name);
	struct policy_set *set = NULL;
	struct policy *gone;
	int err;

	if (at < 0) {
		NL_SET_ERR_MSG(extack, "no such policy");
		return at;
	}
	gone = old->list[at];
	if (old->num > 1) {
		set = without(old, at);
		if (!set)
			return -ENOMEM;
	}
	err = publish_policies(sn, set);
	if (!err)
		policy_free_later(gone);
	return err;
}

/**
 * config_policy_flush - delete all policies
 * @sn: namespace
 *
 * Return: 0 or -ENOMEM.
 */
int config_policy_flush(struct syncopate_net *sn)
{
	const struct config *old = config_of(sn);
	struct policy_set *gone = old->policies;
	int err;

	err = config_publish(sn, NULL, old->dests);
	if (err)
		return err;
	config_drop_policies(gone);
	return 0;
}

/* --- destinations -------------------------------------------------------- */

/**
 * config_dest_set - set the profile of a destination
 * @sn: namespace
 * @profile: it; its comment becomes the namespace's
 * @extack: for the reason of a refusal
 *
 * Return: 0, -ENOSPC or -ENOMEM; the comment is still the caller's then.
 */
int config_dest_set(struct syncopate_net *sn, const struct profile *profile,
		    struct netlink_ext_ack *extack)
{
	const struct profile_set *old = config_of(sn)->dests;
	unsigned int at, num = old ? old->num : 0;
	bool there = profile_set_position(old, profile, &at);
	const char *comment = there ? old->list[at].comment : NULL;
	struct profile_set *set;
	int err;

	if (!there && num >= SYNCOPATE_DESTS_MAX) {
		NL_SET_ERR_MSG(extack, "there are " __stringify(SYNCOPATE_DESTS_MAX)
			       " profiles already, the most there may be");
		return -ENOSPC;
	}
	set = profile_set_alloc(num + !there);
	if (!set)
		return -ENOMEM;
	if (at)
		memcpy(set->list, old->list, at * sizeof(*set->list));
	set->list[at] = *profile;
	if (at + there < num)
		memcpy(set->list + at + 1, old->list + at + there,
		       (num - at - there) * sizeof(*set->list));
	err = publish_dests(sn, set);
	if (!err)
		kfree(comment);
	return err;
}

/**
 * config_dest_del - delete the profile of a destination
 * @sn: namespace
 * @profile: its prefix and port
 * @extack: for the reason of a refusal
 *
 * Return: 0, -ENOENT or -ENOMEM.
 */
int config_dest_del(struct syncopate_net *sn, const struct profile *profile,
		    struct netlink_ext_ack *extack)
{
	const struct profile_set *old = config_of(sn)->dests;
	struct profile_set *set = NULL;
	const char *comment;
	unsigned int at;
	int err;

	if (!profile_set_position(old, profile, &at)) {
		NL_SET_ERR_MSG(extack, "no such profile");
		return -ENOENT;
	}
	comment = old->list[at].comment;
	if (old->num > 1) {
		set = profile_set_alloc(old->num - 1);
		if (!set)
			return -ENOMEM;
		memcpy(set->list, old->list, at * sizeof(*set->list));
		memcpy(set->list + at, old->list + at + 1,
		       (set->num - at) * sizeof(*set->list));
	}
	err = publish_dests(sn, set);
	if (!err)
		kfree(comment);
	return err;
}

/* Sets a profile like @old, but that it is @down, with a comment of its own. */
static int set_down(struct syncopate_net *sn, const struct profile *old,
		    bool down, struct netlink_ext_ack *extack)
{
	struct profile profile = *old;
	int err;

	if (profile.comment) {
		profile.comment = kstrdup(profile.comment, GFP_KERNEL_ACCOUNT);
		if (!profile.comment)
			return -ENOMEM;
	}
	profile.down = down;
	err = config_dest_set(sn, &profile, extack);
	if (err)
		kfree(profile.comment);
	return err;
}

/**
 * config_dest_down - nobody is to get to a destination
 * @sn: namespace
 * @place: its prefix and port
 * @extack: for the reason of a refusal
 *
 * Its profile, if it has one, stays for the time after.
 * Return: 0, -ENOSPC or -ENOMEM.
 */
int config_dest_down(struct syncopate_net *sn, const struct profile *place,
		     struct netlink_ext_ack *extack)
{
	const struct profile_set *old = config_of(sn)->dests;
	unsigned int at;

	if (profile_set_position(old, place, &at))
		place = &old->list[at];
	return set_down(sn, place, true, extack);
}

/**
 * config_dest_up - let callers get to destinations again
 * @sn: namespace
 * @place: their prefix and port
 * @extack: for the reason of a refusal
 *
 * Whether it was the operator who took them down, by the same prefix and port,
 * or their silence.
 * Return: 0, -ENOENT, -EBUSY or -ENOMEM.
 */
int config_dest_up(struct syncopate_net *sn, const struct profile *place,
		   struct netlink_ext_ack *extack)
{
	const struct profile_set *old = config_of(sn)->dests;
	const struct prefix prefix = {
		.addr = place->addr,
		.len = place->len,
		.family = place->family,
	};
	bool was_down = false;
	unsigned int at;
	int err;

	if (profile_set_position(old, place, &at) && old->list[at].down) {
		/* It may have said nothing else. */
		if (old->list[at].rtt)
			err = set_down(sn, &old->list[at], false, extack);
		else
			err = config_dest_del(sn, place, extack);
		if (err)
			return err;
		was_down = true;
	}
	if (dest_up(sn, &prefix, place->port) || was_down)
		return 0;
	rcu_read_lock();
	was_down = profile_set_down(config_of(sn)->dests, &place->addr,
				    place->port);
	rcu_read_unlock();
	if (was_down) {
		NL_SET_ERR_MSG(extack, "a prefix that it is in is down");
		return -EBUSY;
	}
	NL_SET_ERR_MSG(extack, "no such destination is down");
	return -ENOENT;
}

/**
 * config_dest_flush - delete all profiles
 * @sn: namespace
 *
 * Return: 0 or -ENOMEM.
 */
int config_dest_flush(struct syncopate_net *sn)
{
	const struct config *old = config_of(sn);
	struct profile_set *gone = old->dests;
	int err;

	err = config_publish(sn, old->policies, NULL);
	if (err)
		return err;
	config_drop_dests(gone);
	return 0;
}

/* --- limits -------------------------------------------------------------- */

/**
 * config_limit_set - set how much there may be
 * @sn: namespace
 * @limits: that much
 *
 * May sleep.
 */
void config_limit_set(struct syncopate_net *sn, const struct limits *limits)
{
	lockdep_assert_held(&sn->lock);

	WRITE_ONCE(sn->flow_limit, limits->flows ?: flow_limit_default());
	kept_room_set(&sn->long_syns, sn->flow_limit);
	WRITE_ONCE(sn->dest_limit, limits->dests ?: dest_limit_default());
	WRITE_ONCE(sn->repeat_limit,
		   limits->repeats ?: SYNCOPATE_REPEATS_DEFAULT);
	dest_table_fit(sn);
	sn->generation++;
}
