// SPDX-License-Identifier: GPL-2.0
/* The rule set: immutable, replaced whole. */
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "compat.h"
#include "packet.h"
#include "policy.h"

static atomic64_t last_id;

/* A mapped address is no IPv6 address: ::/0 must not select IPv4. */
static bool prefix_matches(const struct prefix *prefix,
			   const struct in6_addr *addr)
{
	if (!prefix->family)
		return true;
	return (prefix->family == AF_INET) == ipv6_addr_v4mapped(addr) &&
	       ipv6_prefix_equal(addr, &prefix->addr, prefix->len);
}

static bool policy_matches(const struct policy *policy,
			   const struct packet *pkt)
{
	u16 dport = ntohs(pkt->dport);

	return dport >= policy->dport_min && dport <= policy->dport_max &&
	       prefix_matches(&policy->dst, &pkt->daddr) &&
	       prefix_matches(&policy->src, &pkt->saddr);
}

/**
 * policy_find - the policy that selects a SYN
 * @set: where to look
 * @pkt: the SYN
 *
 * Under RCU.
 * Return: the first policy that matches, or NULL.
 */
const struct policy *policy_find(const struct policy_set *set,
				 const struct packet *pkt)
{
	unsigned int i;

	for (i = 0; i < set->num; i++)
		if (policy_matches(&set->list[i], pkt))
			return &set->list[i];
	return NULL;
}

/**
 * policy_by_id - a policy that a flow remembers
 * @set: where to look, may be NULL
 * @id: of the policy
 *
 * Under RCU or the namespace's lock.
 * Return: the policy, or NULL if it is gone.
 */
const struct policy *policy_by_id(const struct policy_set *set, u64 id)
{
	unsigned int i;

	for (i = 0; set && i < set->num; i++)
		if (set->list[i].id == id)
			return &set->list[i];
	return NULL;
}

static const struct policy *policy_by_name(const struct policy_set *set,
					   const char *name)
{
	unsigned int i;

	for (i = 0; set && i < set->num; i++)
		if (!strcmp(set->list[i].name, name))
			return &set->list[i];
	return NULL;
}

/* The lowest of p1, p2, ... that is free: one of num + 1 names must be. */
static void policy_name(const struct policy_set *set, struct policy *policy)
{
	unsigned int i = 1;

	do {
		snprintf(policy->name, sizeof(policy->name), "p%u", i++);
	} while (policy_by_name(set, policy->name));
}

static struct policy_set *policy_set_alloc(unsigned int num)
{
	struct policy_set *set;

	set = kvzalloc(struct_size(set, list, num), GFP_KERNEL_ACCOUNT);
	if (set)
		set->num = num;
	return set;
}

/**
 * policy_set_add - a set with one more policy at its end
 * @old: the set as it is, or NULL; stays as it is
 * @policy: what to add; gets an id, and a name if it has none
 * @extack: for the reason of a refusal
 *
 * Under the namespace's lock; may sleep.
 * Return: the new set, or -EEXIST, -ENOSPC or -ENOMEM.
 */
struct policy_set *policy_set_add(const struct policy_set *old,
				  struct policy *policy,
				  struct netlink_ext_ack *extack)
{
	unsigned int num = old ? old->num : 0;
	struct policy_set *set;

	if (num >= SYNCOPATE_POLICIES_MAX) {
		NL_SET_ERR_MSG(extack, "there are " __stringify(SYNCOPATE_POLICIES_MAX)
			       " policies already, the most there may be");
		return ERR_PTR(-ENOSPC);
	}
	if (!policy->name[0])
		policy_name(old, policy);
	if (policy_by_name(old, policy->name)) {
		NL_SET_ERR_MSG(extack, "a policy of this name exists");
		return ERR_PTR(-EEXIST);
	}

	set = policy_set_alloc(num + 1);
	if (!set)
		return ERR_PTR(-ENOMEM);

	policy->id = atomic64_inc_return(&last_id);
	if (num)
		memcpy(set->list, old->list, num * sizeof(*set->list));
	set->list[num] = *policy;
	return set;
}

/**
 * policy_set_del - a set without one policy
 * @old: the set as it is, or NULL; stays as it is
 * @name: of the policy to leave out
 * @extack: for the reason of a refusal
 *
 * Under the namespace's lock; may sleep.
 * Return: the new set, NULL if it would be empty, or -ENOENT or -ENOMEM.
 */
struct policy_set *policy_set_del(const struct policy_set *old,
				  const char *name,
				  struct netlink_ext_ack *extack)
{
	const struct policy *gone = policy_by_name(old, name);
	struct policy_set *set;
	unsigned int at;

	if (!gone) {
		NL_SET_ERR_MSG(extack, "no such policy");
		return ERR_PTR(-ENOENT);
	}
	if (old->num == 1)
		return NULL;

	set = policy_set_alloc(old->num - 1);
	if (!set)
		return ERR_PTR(-ENOMEM);

	at = gone - old->list;
	memcpy(set->list, old->list, at * sizeof(*set->list));
	memcpy(set->list + at, gone + 1, (set->num - at) * sizeof(*set->list));
	return set;
}
