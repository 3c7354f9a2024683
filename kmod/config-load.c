// SPDX-License-Identifier: GPL-2.0
/* All that is set is replaced in one step, or nothing of it. */
#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "compat.h"
#include "config.h"
#include "main.h"
#include "netlink.h"

/*
 * The uses of the policies named p1, p2, ..., by their numbers up to @last, where there
 * are such. Return: to be freed; NULL if there is no memory.
 */
static struct policy_use **numbered_uses(const struct policy_set *set,
					 unsigned int last)
{
	struct policy_use **uses;
	unsigned int i, number;

	uses = kvcalloc(last + 1, sizeof(*uses), GFP_KERNEL_ACCOUNT);
	for (i = 0; uses && set && i < set->num; i++) {
		number = config_number(set->list[i]->use->name);
		if (number <= last)
			uses[number] = set->list[i]->use;
	}
	return uses;
}

/* By name; of equal ones, and of those without, in the order of asking. */
static int compare_requests(const void *a, const void *b)
{
	const struct policy_request *one = *(const struct policy_request **)a;
	const struct policy_request *other = *(const struct policy_request **)b;

	return strcmp(one->name, other->name) ?:
	       (one > other) - (one < other);
}

static struct policy_request *request_of(struct policy_request **sorted,
					 unsigned int num, const char *name)
{
	unsigned int low = 0, high = num, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcmp(sorted[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < num && !strcmp(sorted[low]->name, name) ? sorted[low] : NULL;
}

/*
 * Gives the policies of a request names and counters, those of the policies in
 * force where the names are the same.
 */
static int name_policies(struct syncopate_net *sn, struct config_request *req,
			 struct netlink_ext_ack *extack)
{
	const struct policy_set *old = config_of(sn)->policies;
	unsigned int i, number = 0, num = req->num_policies;
	struct policy_request **sorted, *one;
	char name[SYNCOPATE_NAME_LEN];
	struct policy_use **uses;
	int err = 0;

	sorted = kvmalloc_array(num, sizeof(*sorted), GFP_KERNEL_ACCOUNT);
	/* So many numbers will do, be some of the names with one given. */
	uses = numbered_uses(old, num);
	if (!sorted || !uses) {
		err = -ENOMEM;
		goto out;
	}
	for (i = 0; i < num; i++)
		sorted[i] = &req->policies[i];
	sort(sorted, num, sizeof(*sorted), compare_requests, NULL);

	for (i = 1; i < num && !err; i++)
		if (sorted[i]->name[0] &&
		    !strcmp(sorted[i]->name, sorted[i - 1]->name))
			err = netlink_refuse(extack, sorted[i]->attr,
					     "a policy of this name stands above", -EEXIST);

	for (i = 0; old && i < old->num && !err; i++) {
		one = request_of(sorted, num, old->list[i]->use->name);
		if (one)
			err = policy_name(one->policy, one->name,
					  old->list[i]->use);
	}
	for (i = 0; i < num && !err; i++) {
		one = &req->policies[i];
		if (one->policy->use)
			continue;
		if (one->name[0]) {
			err = policy_name(one->policy, one->name, NULL);
			continue;
		}
		do
			snprintf(name, sizeof(name), "p%u", ++number);
		while (request_of(sorted, num, name));
		err = policy_name(one->policy, name, uses[number]);
	}
out:
	kvfree(uses);
	kvfree(sorted);
	return err;
}

/* Equal ones in the order of asking, so that the later is the one refused. */
static int compare_dests(const void *a, const void *b)
{
	const struct dest_request *one = a, *other = b;

	return profile_compare(&one->profile, &other->profile) ?:
	       (one->attr > other->attr) - (one->attr < other->attr);
}

static int load_dests(struct config_request *req, struct profile_set **dests,
		      struct netlink_ext_ack *extack)
{
	struct profile_set *set;
	unsigned int i;
	int err;

	*dests = NULL;
	if (!req->num_dests)
		return 0;
	sort(req->dests, req->num_dests, sizeof(*req->dests), compare_dests,
	     NULL);
	set = profile_set_alloc(req->num_dests);
	if (!set)
		return -ENOMEM;
	for (i = 0; i < set->num; i++) {
		set->list[i] = req->dests[i].profile;
		if (i && !profile_compare(&set->list[i - 1], &set->list[i])) {
			err = netlink_refuse(extack, req->dests[i].attr,
					     "this destination has a profile already",
					     -EEXIST);
			goto undo;
		}
	}
	err = profile_set_complete(set);
	if (err)
		goto undo;
	*dests = set;
	return 0;

undo:
	profile_set_free(set);
	return err;
}

static int load_policies(struct syncopate_net *sn, struct config_request *req,
			 struct policy_set **policies,
			 struct netlink_ext_ack *extack)
{
	struct policy_set *set;
	unsigned int i;
	int err;

	*policies = NULL;
	if (!req->num_policies)
		return 0;
	err = name_policies(sn, req, extack);
	if (err)
		return err;
	set = policy_set_alloc(req->num_policies);
	if (!set)
		return -ENOMEM;
	for (i = 0; i < set->num; i++)
		set->list[i] = req->policies[i].policy;
	err = policy_set_complete(set);
	if (err)
		policy_set_free(set);
	else
		*policies = set;
	return err;
}

/**
 * config_load - replace all that is set
 * @sn: namespace
 * @req: what to set; its policies and comments become the namespace's
 * @extack: for the reason of a refusal
 *
 * Attempts in care go on as they began, unless no policy is left.
 * Return: 0, -EEXIST, -ENOMEM or what the hooks say; policies and comments are
 * still the caller's then, and all is as it was.
 */
int config_load(struct syncopate_net *sn, struct config_request *req,
		struct netlink_ext_ack *extack)
{
	const struct config *old = config_of(sn);
	struct policy_set *policies, *gone = old->policies;
	struct profile_set *dests, *gone_dests = old->dests;
	int err;

	err = load_dests(req, &dests, extack);
	if (err)
		return err;
	err = load_policies(sn, req, &policies, extack);
	if (err) {
		profile_set_free(dests);
		return err;
	}
	err = config_publish(sn, policies, dests);
	if (err)
		return err;
	config_limit_set(sn, &req->limits);
	config_drop_policies(gone);
	config_drop_dests(gone_dests);
	return 0;
}
