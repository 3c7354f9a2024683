// SPDX-License-Identifier: GPL-2.0
/* Netlink: all that is set is replaced at once. */
#include <linux/mm.h>
#include <linux/slab.h>

#include "compat.h"
#include "config.h"
#include "event.h"
#include "main.h"
#include "netlink-gen.h"
#include "netlink.h"

static int read_policy(const struct nlattr *nest,
		       struct netlink_ext_ack *extack,
		       struct policy_request *req)
{
	struct nlattr *attrs[ARRAY_SIZE(syncopate_policy_entry_nl_policy)];
	int err;

	err = nla_parse_nested(attrs, ARRAY_SIZE(attrs) - 1, nest,
			       syncopate_policy_entry_nl_policy, extack);
	if (err)
		return err;
	req->attr = nest;
	return netlink_read_policy(attrs, extack, req);
}

static int read_dest(const struct nlattr *nest, struct netlink_ext_ack *extack,
		     struct dest_request *req)
{
	struct nlattr *attrs[SYNCOPATE_A_DEST_PAD + 1];
	int err;

	err = nla_parse_nested(attrs, SYNCOPATE_A_DEST_PAD, nest,
			       syncopate_dest_entry_nl_policy, extack);
	if (err)
		return err;
	req->attr = nest;
	return netlink_read_dest(attrs, extack, &req->profile);
}

/* Counts the entries and makes room for them. */
static int make_room(struct genl_info *info, struct config_request *req)
{
	unsigned int policies = 0, dests = 0;
	const struct nlattr *attr;
	int rem;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		policies += nla_type(attr) == SYNCOPATE_A_CONFIG_POLICY;
		dests += nla_type(attr) == SYNCOPATE_A_CONFIG_DEST;
		if (policies > SYNCOPATE_POLICIES_MAX)
			return netlink_refuse(info->extack, attr,
					      "there may be " __stringify(SYNCOPATE_POLICIES_MAX)
					      " policies at most", -ENOSPC);
		if (dests > SYNCOPATE_DESTS_MAX)
			return netlink_refuse(info->extack, attr,
					      "there may be " __stringify(SYNCOPATE_DESTS_MAX)
					      " profiles at most", -ENOSPC);
	}
	req->policies = kvcalloc(policies, sizeof(*req->policies),
				 GFP_KERNEL_ACCOUNT);
	req->dests = kvcalloc(dests, sizeof(*req->dests), GFP_KERNEL_ACCOUNT);
	return req->policies && req->dests ? 0 : -ENOMEM;
}

static int read_config(struct sk_buff *skb, struct genl_info *info,
		       struct config_request *req)
{
	const struct nlattr *attr;
	int err, rem;

	err = make_room(info, req);
	if (err)
		return err;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		switch (nla_type(attr)) {
		case SYNCOPATE_A_CONFIG_POLICY:
			err = read_policy(attr, info->extack,
					  &req->policies[req->num_policies++]);
			break;
		case SYNCOPATE_A_CONFIG_DEST:
			err = read_dest(attr, info->extack,
					&req->dests[req->num_dests++]);
			break;
		case SYNCOPATE_A_CONFIG_FLOWS_LIMIT:
			err = netlink_read_flow_limit(skb, attr, info->extack,
						      &req->limits.flows);
			break;
		case SYNCOPATE_A_CONFIG_LEARNED_LIMIT:
			err = netlink_read_learned_limit(skb, attr,
							 info->extack,
							 &req->limits.dests);
			break;
		case SYNCOPATE_A_CONFIG_REPEATS_LIMIT:
			err = netlink_read_repeat_limit(attr, info->extack,
							&req->limits.repeats);
			break;
		}
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

/* What did not become the namespace's. */
static void free_entries(struct config_request *req)
{
	unsigned int i;

	for (i = 0; i < req->num_policies; i++)
		policy_free(req->policies[i].policy);
	for (i = 0; i < req->num_dests; i++)
		kfree(req->dests[i].profile.comment);
}

int syncopate_nl_config_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));
	struct config_request req = {};
	int err;

	err = read_config(skb, info, &req);
	if (!err) {
		mutex_lock(&sn->lock);
		err = config_load(sn, &req, info->extack);
		if (!err)
			event_config(sn, SYNCOPATE_EVENT_KIND_CONFIG_LOADED,
				     NULL, NULL);
		mutex_unlock(&sn->lock);
	}
	if (err)
		free_entries(&req);
	kvfree(req.policies);
	kvfree(req.dests);
	return err;
}
