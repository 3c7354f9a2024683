// SPDX-License-Identifier: GPL-2.0
/* Netlink: profiles of destinations are set, deleted and shown. */
#include <linux/slab.h>
#include <net/sock.h>

#include "compat.h"
#include "config.h"
#include "event.h"
#include "main.h"
#include "netlink-gen.h"
#include "netlink.h"

/* Which destination: all that a deletion needs. */
static int read_place(struct nlattr **attrs, struct netlink_ext_ack *extack,
		      struct profile *profile)
{
	const struct nlattr *port = attrs[SYNCOPATE_A_DEST_PORT];
	struct prefix prefix;
	int err;

	memset(profile, 0, sizeof(*profile));
	if (!attrs[SYNCOPATE_A_DEST_ADDR])
		return netlink_refuse(extack, NULL,
				      "the address of the destination is missing",
				      -EINVAL);
	err = netlink_read_prefix(attrs[SYNCOPATE_A_DEST_ADDR],
				  attrs[SYNCOPATE_A_DEST_LEN], extack, &prefix);
	if (err)
		return err;
	profile->addr = prefix.addr;
	profile->len = prefix.len;
	profile->family = prefix.family;
	if (!port)
		return 0;
	profile->port = nla_get_u16(port);
	if (!profile->port)
		return netlink_refuse(extack, port, "a port is 1 to 65535",
				      -EINVAL);
	return 0;
}

/**
 * netlink_read_dest - read a profile
 * @attrs: of a request or nest
 * @extack: for the reason of a refusal
 * @profile: the result; its comment is the caller's to free
 *
 * Return: 0, -EINVAL, -ERANGE or -ENOMEM.
 */
int netlink_read_dest(struct nlattr **attrs, struct netlink_ext_ack *extack,
		      struct profile *profile)
{
	const struct nlattr *rtt = attrs[SYNCOPATE_A_DEST_RTT];
	const struct nlattr *loss = attrs[SYNCOPATE_A_DEST_LOSS];
	char *comment;
	int err;

	err = read_place(attrs, extack, profile);
	if (err)
		return err;
	profile->down = attrs[SYNCOPATE_A_DEST_DOWN];
	if (!rtt && !(profile->down && !loss))
		return netlink_refuse(extack, NULL,
				      "the round-trip time is missing", -EINVAL);
	if (rtt)
		profile->rtt = nla_get_u64(rtt);
	if (rtt && (profile->rtt < SYNCOPATE_RTT_MIN_US * NSEC_PER_USEC ||
		    profile->rtt > (u64)SYNCOPATE_RTT_MAX_MS * NSEC_PER_MSEC))
		return netlink_refuse(extack, rtt, "rtt must be 1us to 60s",
				      -ERANGE);
	if (loss)
		profile->loss = nla_get_u32(loss);
	if (profile->loss > SYNCOPATE_LOSS_MAX)
		return netlink_refuse(extack, loss, "loss must be 0 to 100 %",
				      -ERANGE);
	err = netlink_read_comment(attrs[SYNCOPATE_A_DEST_COMMENT], extack,
				   &comment);
	profile->comment = comment;
	return err;
}

/**
 * netlink_put_dest - put a profile
 * @msg: message
 * @profile: it
 *
 * Return: 0 or -EMSGSIZE.
 */
int netlink_put_dest(struct sk_buff *msg, const struct profile *profile)
{
	const struct prefix prefix = {
		.addr = profile->addr,
		.len = profile->len,
		.family = profile->family,
	};

	return netlink_put_prefix(msg, SYNCOPATE_A_DEST_ADDR,
				  SYNCOPATE_A_DEST_LEN, &prefix) ?:
	       (profile->port ? nla_put_u16(msg, SYNCOPATE_A_DEST_PORT,
					    profile->port) : 0) ?:
	       (profile->rtt ? netlink_put_u64(msg, SYNCOPATE_A_DEST_RTT,
						 profile->rtt) : 0) ?:
	       (profile->loss ? nla_put_u32(msg, SYNCOPATE_A_DEST_LOSS,
					    profile->loss) : 0) ?:
	       (profile->down ? nla_put_flag(msg, SYNCOPATE_A_DEST_DOWN) : 0) ?:
	       (profile->comment ? nla_put_string(msg, SYNCOPATE_A_DEST_COMMENT,
						  profile->comment) : 0);
}

int syncopate_nl_dest_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));
	struct profile profile;
	int err;

	err = netlink_read_dest(info->attrs, info->extack, &profile);
	if (err)
		return err;

	mutex_lock(&sn->lock);
	err = config_dest_set(sn, &profile, info->extack);
	if (!err)
		event_config(sn, SYNCOPATE_EVENT_KIND_DEST_SET, NULL, &profile);
	mutex_unlock(&sn->lock);
	if (err)
		kfree(profile.comment);
	return err;
}

/* A request that names a destination and no more: @change it, tell of it as @kind. */
static int change_place(struct genl_info *info, int kind,
			int (*change)(struct syncopate_net *sn,
				      const struct profile *place,
				      struct netlink_ext_ack *extack))
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));
	struct profile place;
	int err;

	err = read_place(info->attrs, info->extack, &place);
	if (err)
		return err;

	mutex_lock(&sn->lock);
	err = change(sn, &place, info->extack);
	if (!err)
		event_config(sn, kind, NULL, &place);
	mutex_unlock(&sn->lock);
	return err;
}

int syncopate_nl_dest_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return change_place(info, SYNCOPATE_EVENT_KIND_DEST_DELETED,
			    config_dest_del);
}

int syncopate_nl_dest_down_doit(struct sk_buff *skb, struct genl_info *info)
{
	return change_place(info, SYNCOPATE_EVENT_KIND_DEST_SHUT,
			    config_dest_down);
}

int syncopate_nl_dest_up_doit(struct sk_buff *skb, struct genl_info *info)
{
	return change_place(info, SYNCOPATE_EVENT_KIND_DEST_OPENED,
			    config_dest_up);
}

int syncopate_nl_dest_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct syncopate_net *sn = syncopate_net(genl_info_net(info));
	int err;

	mutex_lock(&sn->lock);
	err = config_dest_flush(sn);
	if (!err)
		event_config(sn, SYNCOPATE_EVENT_KIND_DESTS_FLUSHED, NULL,
			     NULL);
	mutex_unlock(&sn->lock);
	return err;
}

/* cb->args[0]: the index of the next profile. */
int syncopate_nl_dest_get_dumpit(struct sk_buff *msg,
				 struct netlink_callback *cb)
{
	struct syncopate_net *sn = syncopate_net(sock_net(msg->sk));
	const struct profile_set *set;
	void *hdr;

	mutex_lock(&sn->lock);
	cb->seq = sn->generation;
	set = config_of(sn)->dests;
	for (; set && cb->args[0] < set->num; cb->args[0]++) {
		hdr = netlink_dump_begin(msg, cb, SYNCOPATE_CMD_DEST_GET);
		if (!hdr)
			break;
		if (netlink_put_dest(msg, &set->list[cb->args[0]])) {
			genlmsg_cancel(msg, hdr);
			break;
		}
		genlmsg_end(msg, hdr);
	}
	mutex_unlock(&sn->lock);
	return msg->len;
}
