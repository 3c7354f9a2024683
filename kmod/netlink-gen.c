// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/syncopate.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink-gen.h"

#include <uapi/linux/syncopate.h>

/* Common nested types */
const struct nla_policy syncopate_dest_entry_nl_policy[SYNCOPATE_A_DEST_PAD + 1] = {
	[SYNCOPATE_A_DEST_ADDR] = { .type = NLA_BINARY, },
	[SYNCOPATE_A_DEST_LEN] = { .type = NLA_U8, },
	[SYNCOPATE_A_DEST_PORT] = { .type = NLA_U16, },
	[SYNCOPATE_A_DEST_RTT] = { .type = NLA_U64, },
	[SYNCOPATE_A_DEST_LOSS] = { .type = NLA_U32, },
	[SYNCOPATE_A_DEST_DOWN] = { .type = NLA_FLAG, },
	[SYNCOPATE_A_DEST_COMMENT] = { .type = NLA_NUL_STRING, .len = 127, },
};

const struct nla_policy syncopate_policy_entry_nl_policy[SYNCOPATE_A_POLICY_DETACHED + 1] = {
	[SYNCOPATE_A_POLICY_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
	[SYNCOPATE_A_POLICY_DST] = { .type = NLA_BINARY, },
	[SYNCOPATE_A_POLICY_DST_LEN] = { .type = NLA_U8, },
	[SYNCOPATE_A_POLICY_SRC] = { .type = NLA_BINARY, },
	[SYNCOPATE_A_POLICY_SRC_LEN] = { .type = NLA_U8, },
	[SYNCOPATE_A_POLICY_DPORT_MIN] = { .type = NLA_U16, },
	[SYNCOPATE_A_POLICY_DPORT_MAX] = { .type = NLA_U16, },
	[SYNCOPATE_A_POLICY_IIF] = { .type = NLA_NUL_STRING, .len = 15, },
	[SYNCOPATE_A_POLICY_MARK] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_MARK_MASK] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_PROTO] = { .type = NLA_U8, },
	[SYNCOPATE_A_POLICY_ON] = NLA_POLICY_MAX(NLA_U32, 1),
	[SYNCOPATE_A_POLICY_RETRIES] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_INTERVAL] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_DEADLINE] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_LINGER] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_TIMING] = NLA_POLICY_MAX(NLA_U32, 2),
	[SYNCOPATE_A_POLICY_FLOOR] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_CEILING] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_CONFIDENCE] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_BREAKER] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_PROBE] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_OBSERVE] = { .type = NLA_FLAG, },
	[SYNCOPATE_A_POLICY_COMMENT] = { .type = NLA_NUL_STRING, .len = 127, },
	[SYNCOPATE_A_POLICY_SHARDS] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_SHARD] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_OFFSET] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_DETACHED] = { .type = NLA_FLAG, },
	[SYNCOPATE_A_POLICY_REQUIRE_ANSWERS] = NLA_POLICY_MAX(NLA_U32, 2),
};

/* SYNCOPATE_CMD_POLICY_GET - dump */
static const struct nla_policy syncopate_policy_get_nl_policy[SYNCOPATE_A_POLICY_PAD + 1] = {
};

/* SYNCOPATE_CMD_POLICY_ADD - do */
static const struct nla_policy syncopate_policy_add_nl_policy[SYNCOPATE_A_POLICY_DETACHED + 1] = {
	[SYNCOPATE_A_POLICY_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
	[SYNCOPATE_A_POLICY_POSITION] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_DST] = { .type = NLA_BINARY, },
	[SYNCOPATE_A_POLICY_DST_LEN] = { .type = NLA_U8, },
	[SYNCOPATE_A_POLICY_SRC] = { .type = NLA_BINARY, },
	[SYNCOPATE_A_POLICY_SRC_LEN] = { .type = NLA_U8, },
	[SYNCOPATE_A_POLICY_DPORT_MIN] = { .type = NLA_U16, },
	[SYNCOPATE_A_POLICY_DPORT_MAX] = { .type = NLA_U16, },
	[SYNCOPATE_A_POLICY_IIF] = { .type = NLA_NUL_STRING, .len = 15, },
	[SYNCOPATE_A_POLICY_MARK] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_MARK_MASK] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_PROTO] = { .type = NLA_U8, },
	[SYNCOPATE_A_POLICY_ON] = NLA_POLICY_MAX(NLA_U32, 1),
	[SYNCOPATE_A_POLICY_RETRIES] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_INTERVAL] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_DEADLINE] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_LINGER] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_TIMING] = NLA_POLICY_MAX(NLA_U32, 2),
	[SYNCOPATE_A_POLICY_FLOOR] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_CEILING] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_CONFIDENCE] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_BREAKER] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_PROBE] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_OBSERVE] = { .type = NLA_FLAG, },
	[SYNCOPATE_A_POLICY_COMMENT] = { .type = NLA_NUL_STRING, .len = 127, },
	[SYNCOPATE_A_POLICY_REQUIRE_ANSWERS] = NLA_POLICY_MAX(NLA_U32, 2),
	[SYNCOPATE_A_POLICY_SHARDS] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_SHARD] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_OFFSET] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_DETACHED] = { .type = NLA_FLAG, },
};

/* SYNCOPATE_CMD_POLICY_DEL - do */
static const struct nla_policy syncopate_policy_del_nl_policy[SYNCOPATE_A_POLICY_NAME + 1] = {
	[SYNCOPATE_A_POLICY_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* SYNCOPATE_CMD_POLICY_FLUSH - do */
static const struct nla_policy syncopate_policy_flush_nl_policy[SYNCOPATE_A_POLICY_PAD + 1] = {
};

/* SYNCOPATE_CMD_FLOW_GET - dump */
static const struct nla_policy syncopate_flow_get_nl_policy[SYNCOPATE_A_FLOW_SERVER_LEN + 1] = {
	[SYNCOPATE_A_FLOW_SERVER] = { .type = NLA_BINARY, },
	[SYNCOPATE_A_FLOW_SERVER_LEN] = { .type = NLA_U8, },
	[SYNCOPATE_A_FLOW_SERVER_PORT] = { .type = NLA_U16, },
	[SYNCOPATE_A_FLOW_STATE] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* SYNCOPATE_CMD_STATUS_GET - do */
static const struct nla_policy syncopate_status_get_nl_policy[SYNCOPATE_A_STATUS_PAD + 1] = {
};

/* SYNCOPATE_CMD_LIMIT_SET - do */
static const struct nla_policy syncopate_limit_set_nl_policy[SYNCOPATE_A_STATUS_REPEATS_LIMIT + 1] = {
	[SYNCOPATE_A_STATUS_FLOWS_LIMIT] = { .type = NLA_U32, },
	[SYNCOPATE_A_STATUS_LEARNED_LIMIT] = { .type = NLA_U32, },
	[SYNCOPATE_A_STATUS_REPEATS_LIMIT] = { .type = NLA_U32, },
};

/* SYNCOPATE_CMD_STATS_GET - do */
static const struct nla_policy syncopate_stats_get_nl_policy[SYNCOPATE_A_STATS_PAD + 1] = {
};

/* SYNCOPATE_CMD_STATS_RESET - do */
static const struct nla_policy syncopate_stats_reset_nl_policy[SYNCOPATE_A_STATS_PAD + 1] = {
};

/* SYNCOPATE_CMD_POLICY_REPLACE - do */
static const struct nla_policy syncopate_policy_replace_nl_policy[SYNCOPATE_A_POLICY_DETACHED + 1] = {
	[SYNCOPATE_A_POLICY_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
	[SYNCOPATE_A_POLICY_POSITION] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_DST] = { .type = NLA_BINARY, },
	[SYNCOPATE_A_POLICY_DST_LEN] = { .type = NLA_U8, },
	[SYNCOPATE_A_POLICY_SRC] = { .type = NLA_BINARY, },
	[SYNCOPATE_A_POLICY_SRC_LEN] = { .type = NLA_U8, },
	[SYNCOPATE_A_POLICY_DPORT_MIN] = { .type = NLA_U16, },
	[SYNCOPATE_A_POLICY_DPORT_MAX] = { .type = NLA_U16, },
	[SYNCOPATE_A_POLICY_IIF] = { .type = NLA_NUL_STRING, .len = 15, },
	[SYNCOPATE_A_POLICY_MARK] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_MARK_MASK] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_PROTO] = { .type = NLA_U8, },
	[SYNCOPATE_A_POLICY_ON] = NLA_POLICY_MAX(NLA_U32, 1),
	[SYNCOPATE_A_POLICY_RETRIES] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_INTERVAL] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_DEADLINE] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_LINGER] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_TIMING] = NLA_POLICY_MAX(NLA_U32, 2),
	[SYNCOPATE_A_POLICY_FLOOR] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_CEILING] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_CONFIDENCE] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_BREAKER] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_PROBE] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_OBSERVE] = { .type = NLA_FLAG, },
	[SYNCOPATE_A_POLICY_COMMENT] = { .type = NLA_NUL_STRING, .len = 127, },
	[SYNCOPATE_A_POLICY_REQUIRE_ANSWERS] = NLA_POLICY_MAX(NLA_U32, 2),
	[SYNCOPATE_A_POLICY_SHARDS] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_SHARD] = { .type = NLA_U32, },
	[SYNCOPATE_A_POLICY_OFFSET] = { .type = NLA_U64, },
	[SYNCOPATE_A_POLICY_DETACHED] = { .type = NLA_FLAG, },
};

/* SYNCOPATE_CMD_DEST_GET - dump */
static const struct nla_policy syncopate_dest_get_nl_policy[SYNCOPATE_A_DEST_PAD + 1] = {
};

/* SYNCOPATE_CMD_DEST_SET - do */
static const struct nla_policy syncopate_dest_set_nl_policy[SYNCOPATE_A_DEST_COMMENT + 1] = {
	[SYNCOPATE_A_DEST_ADDR] = { .type = NLA_BINARY, },
	[SYNCOPATE_A_DEST_LEN] = { .type = NLA_U8, },
	[SYNCOPATE_A_DEST_PORT] = { .type = NLA_U16, },
	[SYNCOPATE_A_DEST_RTT] = { .type = NLA_U64, },
	[SYNCOPATE_A_DEST_LOSS] = { .type = NLA_U32, },
	[SYNCOPATE_A_DEST_DOWN] = { .type = NLA_FLAG, },
	[SYNCOPATE_A_DEST_COMMENT] = { .type = NLA_NUL_STRING, .len = 127, },
};

/* SYNCOPATE_CMD_DEST_DEL - do */
static const struct nla_policy syncopate_dest_del_nl_policy[SYNCOPATE_A_DEST_PORT + 1] = {
	[SYNCOPATE_A_DEST_ADDR] = { .type = NLA_BINARY, },
	[SYNCOPATE_A_DEST_LEN] = { .type = NLA_U8, },
	[SYNCOPATE_A_DEST_PORT] = { .type = NLA_U16, },
};

/* SYNCOPATE_CMD_DEST_FLUSH - do */
static const struct nla_policy syncopate_dest_flush_nl_policy[SYNCOPATE_A_DEST_PAD + 1] = {
};

/* SYNCOPATE_CMD_DEST_DOWN - do */
static const struct nla_policy syncopate_dest_down_nl_policy[SYNCOPATE_A_DEST_PORT + 1] = {
	[SYNCOPATE_A_DEST_ADDR] = { .type = NLA_BINARY, },
	[SYNCOPATE_A_DEST_LEN] = { .type = NLA_U8, },
	[SYNCOPATE_A_DEST_PORT] = { .type = NLA_U16, },
};

/* SYNCOPATE_CMD_DEST_UP - do */
static const struct nla_policy syncopate_dest_up_nl_policy[SYNCOPATE_A_DEST_PORT + 1] = {
	[SYNCOPATE_A_DEST_ADDR] = { .type = NLA_BINARY, },
	[SYNCOPATE_A_DEST_LEN] = { .type = NLA_U8, },
	[SYNCOPATE_A_DEST_PORT] = { .type = NLA_U16, },
};

/* SYNCOPATE_CMD_LEARNED_GET - dump */
static const struct nla_policy syncopate_learned_get_nl_policy[SYNCOPATE_A_LEARNED_PORT + 1] = {
	[SYNCOPATE_A_LEARNED_ADDR] = { .type = NLA_BINARY, },
	[SYNCOPATE_A_LEARNED_LEN] = { .type = NLA_U8, },
	[SYNCOPATE_A_LEARNED_PORT] = { .type = NLA_U16, },
};

/* SYNCOPATE_CMD_CONFIG_SET - do */
static const struct nla_policy syncopate_config_set_nl_policy[SYNCOPATE_A_CONFIG_REPEATS_LIMIT + 1] = {
	[SYNCOPATE_A_CONFIG_POLICY] = NLA_POLICY_NESTED(syncopate_policy_entry_nl_policy),
	[SYNCOPATE_A_CONFIG_DEST] = NLA_POLICY_NESTED(syncopate_dest_entry_nl_policy),
	[SYNCOPATE_A_CONFIG_FLOWS_LIMIT] = { .type = NLA_U32, },
	[SYNCOPATE_A_CONFIG_LEARNED_LIMIT] = { .type = NLA_U32, },
	[SYNCOPATE_A_CONFIG_REPEATS_LIMIT] = { .type = NLA_U32, },
};

/* Ops table for syncopate */
const struct genl_split_ops syncopate_nl_ops[18] = {
	{
		.cmd		= SYNCOPATE_CMD_POLICY_GET,
		.dumpit		= syncopate_nl_policy_get_dumpit,
		.policy		= syncopate_policy_get_nl_policy,
		.maxattr	= SYNCOPATE_A_POLICY_PAD,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= SYNCOPATE_CMD_POLICY_ADD,
		.doit		= syncopate_nl_policy_add_doit,
		.policy		= syncopate_policy_add_nl_policy,
		.maxattr	= SYNCOPATE_A_POLICY_DETACHED,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= SYNCOPATE_CMD_POLICY_DEL,
		.doit		= syncopate_nl_policy_del_doit,
		.policy		= syncopate_policy_del_nl_policy,
		.maxattr	= SYNCOPATE_A_POLICY_NAME,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= SYNCOPATE_CMD_POLICY_FLUSH,
		.doit		= syncopate_nl_policy_flush_doit,
		.policy		= syncopate_policy_flush_nl_policy,
		.maxattr	= SYNCOPATE_A_POLICY_PAD,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= SYNCOPATE_CMD_FLOW_GET,
		.start		= syncopate_nl_flow_get_start,
		.dumpit		= syncopate_nl_flow_get_dumpit,
		.done		= syncopate_nl_flow_get_done,
		.policy		= syncopate_flow_get_nl_policy,
		.maxattr	= SYNCOPATE_A_FLOW_SERVER_LEN,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= SYNCOPATE_CMD_STATUS_GET,
		.doit		= syncopate_nl_status_get_doit,
		.policy		= syncopate_status_get_nl_policy,
		.maxattr	= SYNCOPATE_A_STATUS_PAD,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= SYNCOPATE_CMD_LIMIT_SET,
		.doit		= syncopate_nl_limit_set_doit,
		.policy		= syncopate_limit_set_nl_policy,
		.maxattr	= SYNCOPATE_A_STATUS_REPEATS_LIMIT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= SYNCOPATE_CMD_STATS_GET,
		.doit		= syncopate_nl_stats_get_doit,
		.policy		= syncopate_stats_get_nl_policy,
		.maxattr	= SYNCOPATE_A_STATS_PAD,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= SYNCOPATE_CMD_STATS_RESET,
		.doit		= syncopate_nl_stats_reset_doit,
		.policy		= syncopate_stats_reset_nl_policy,
		.maxattr	= SYNCOPATE_A_STATS_PAD,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= SYNCOPATE_CMD_POLICY_REPLACE,
		.doit		= syncopate_nl_policy_replace_doit,
		.policy		= syncopate_policy_replace_nl_policy,
		.maxattr	= SYNCOPATE_A_POLICY_DETACHED,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= SYNCOPATE_CMD_DEST_GET,
		.dumpit		= syncopate_nl_dest_get_dumpit,
		.policy		= syncopate_dest_get_nl_policy,
		.maxattr	= SYNCOPATE_A_DEST_PAD,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= SYNCOPATE_CMD_DEST_SET,
		.doit		= syncopate_nl_dest_set_doit,
		.policy		= syncopate_dest_set_nl_policy,
		.maxattr	= SYNCOPATE_A_DEST_COMMENT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= SYNCOPATE_CMD_DEST_DEL,
		.doit		= syncopate_nl_dest_del_doit,
		.policy		= syncopate_dest_del_nl_policy,
		.maxattr	= SYNCOPATE_A_DEST_PORT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= SYNCOPATE_CMD_DEST_FLUSH,
		.doit		= syncopate_nl_dest_flush_doit,
		.policy		= syncopate_dest_flush_nl_policy,
		.maxattr	= SYNCOPATE_A_DEST_PAD,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= SYNCOPATE_CMD_DEST_DOWN,
		.doit		= syncopate_nl_dest_down_doit,
		.policy		= syncopate_dest_down_nl_policy,
		.maxattr	= SYNCOPATE_A_DEST_PORT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= SYNCOPATE_CMD_DEST_UP,
		.doit		= syncopate_nl_dest_up_doit,
		.policy		= syncopate_dest_up_nl_policy,
		.maxattr	= SYNCOPATE_A_DEST_PORT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= SYNCOPATE_CMD_LEARNED_GET,
		.start		= syncopate_nl_learned_get_start,
		.dumpit		= syncopate_nl_learned_get_dumpit,
		.done		= syncopate_nl_learned_get_done,
		.policy		= syncopate_learned_get_nl_policy,
		.maxattr	= SYNCOPATE_A_LEARNED_PORT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= SYNCOPATE_CMD_CONFIG_SET,
		.doit		= syncopate_nl_config_set_doit,
		.policy		= syncopate_config_set_nl_policy,
		.maxattr	= SYNCOPATE_A_CONFIG_REPEATS_LIMIT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
};

static const struct genl_multicast_group syncopate_nl_mcgrps[] = {
	[SYNCOPATE_NLGRP_EVENTS] = { "events", },
};
