/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_CONFIG_H
#define SYNCOPATE_CONFIG_H

#include <linux/rcupdate.h>

#include <uapi/linux/syncopate.h>

#include "profile-set.h"
#include "policy.h"

struct netlink_ext_ack;
struct nlattr;
struct syncopate_net;

/**
 * struct config - what packets go by, all of one moment
 * @rcu: freed after a grace period
 * @policies: NULL without any
 * @dests: NULL without any
 *
 * Published whole and never changed after.
 */
struct config {
	struct rcu_head rcu;
	struct policy_set *policies;
	struct profile_set *dests;
};

/**
 * struct policy_request - a policy that is to be set
 * @policy: it, without a name
 * @name: its name, empty if it is to get one
 * @attr: what asked for it, for the reason of a refusal; may be NULL
 */
struct policy_request {
	struct policy *policy;
	char name[SYNCOPATE_NAME_LEN];
	const struct nlattr *attr;
};

/**
 * struct dest_request - a profile that is to be set
 * @profile: it
 * @attr: what asked for it, for the reason of a refusal; may be NULL
 */
struct dest_request {
	struct profile profile;
	const struct nlattr *attr;
};

/**
 * struct limits - how much there may be, 0 for the default
 * @flows: most attempts
 * @dests: most destinations of which something is learned
 * @repeats: most SYNs that are repeated in a second
 */
struct limits {
	unsigned int flows;
	unsigned int dests;
	unsigned int repeats;
};

/**
 * struct config_request - all that is to be set
 * @policies: policies in their order, and their number
 * @num_policies: their number
 * @dests: profiles in any order
 * @num_dests: their number
 * @limits: limits
 */
struct config_request {
	struct policy_request *policies;
	unsigned int num_policies;
	struct dest_request *dests;
	unsigned int num_dests;
	struct limits limits;
};

const struct config *config_of(struct syncopate_net *sn);
bool config_create(struct syncopate_net *sn);
void config_destroy(struct syncopate_net *sn);
int config_publish(struct syncopate_net *sn, struct policy_set *policies,
		   struct profile_set *dests);
void config_drop_policies(struct policy_set *set);
void config_drop_dests(struct profile_set *set);
unsigned int config_number(const char *name);
int config_policy_add(struct syncopate_net *sn, struct policy_request *req,
		      unsigned int position, struct netlink_ext_ack *extack);
int config_policy_replace(struct syncopate_net *sn, struct policy_request *req,
			  unsigned int position,
			  struct netlink_ext_ack *extack);
int config_policy_del(struct syncopate_net *sn, const char *name,
		      struct netlink_ext_ack *extack);
int config_policy_flush(struct syncopate_net *sn);
int config_dest_set(struct syncopate_net *sn, const struct profile *profile,
		    struct netlink_ext_ack *extack);
int config_dest_del(struct syncopate_net *sn, const struct profile *profile,
		    struct netlink_ext_ack *extack);
int config_dest_down(struct syncopate_net *sn, const struct profile *place,
		     struct netlink_ext_ack *extack);
int config_dest_up(struct syncopate_net *sn, const struct profile *place,
		   struct netlink_ext_ack *extack);
int config_dest_flush(struct syncopate_net *sn);
void config_limit_set(struct syncopate_net *sn, const struct limits *limits);
int config_load(struct syncopate_net *sn, struct config_request *req,
		struct netlink_ext_ack *extack);

#endif /* SYNCOPATE_CONFIG_H */
