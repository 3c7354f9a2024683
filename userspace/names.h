/* SPDX-License-Identifier: GPL-2.0 */
/* Generated from uapi/syncopate.yaml by scripts/generate, do not edit. */
#include <linux/syncopate.h>

static const char *const flow_state_names[] = {
	[SYNCOPATE_FLOW_STATE_PENDING] = "pending",
	[SYNCOPATE_FLOW_STATE_GAVE_UP] = "gave-up",
};
static const char *const flow_action_names[] = {
	[SYNCOPATE_FLOW_ACTION_RETRANSMIT] = "retransmit",
	[SYNCOPATE_FLOW_ACTION_RESET] = "reset",
	[SYNCOPATE_FLOW_ACTION_FORGET] = "forget",
};
static const char *const timing_names[] = {
	[SYNCOPATE_TIMING_FIXED] = "fixed",
	[SYNCOPATE_TIMING_RTT] = "rtt",
	[SYNCOPATE_TIMING_ADAPTIVE] = "adaptive",
};
static const char *const on_names[] = {
	[SYNCOPATE_ON_FORWARD] = "forward",
	[SYNCOPATE_ON_HOST] = "host",
};
static const char *const require_names[] = {
	[SYNCOPATE_REQUIRE_AUTO] = "auto",
	[SYNCOPATE_REQUIRE_ALWAYS] = "always",
	[SYNCOPATE_REQUIRE_NEVER] = "never",
};
static const char *const event_kind_names[] = {
	[SYNCOPATE_EVENT_KIND_STARTED] = "started",
	[SYNCOPATE_EVENT_KIND_RETRANSMITTED] = "retransmitted",
	[SYNCOPATE_EVENT_KIND_ANSWERED] = "answered",
	[SYNCOPATE_EVENT_KIND_REFUSED] = "refused",
	[SYNCOPATE_EVENT_KIND_UNREACHABLE] = "unreachable",
	[SYNCOPATE_EVENT_KIND_SIMULTANEOUS] = "simultaneous",
	[SYNCOPATE_EVENT_KIND_ELSEWHERE] = "elsewhere",
	[SYNCOPATE_EVENT_KIND_ABANDONED] = "abandoned",
	[SYNCOPATE_EVENT_KIND_RESTARTED] = "restarted",
	[SYNCOPATE_EVENT_KIND_GAVE_UP] = "gave-up",
	[SYNCOPATE_EVENT_KIND_LATE] = "late",
	[SYNCOPATE_EVENT_KIND_FORGOTTEN] = "forgotten",
	[SYNCOPATE_EVENT_KIND_PATH_GONE] = "path-gone",
	[SYNCOPATE_EVENT_KIND_UNCONFIRMED] = "unconfirmed",
	[SYNCOPATE_EVENT_KIND_DEST_DOWN] = "dest-down",
	[SYNCOPATE_EVENT_KIND_DEST_UP] = "dest-up",
	[SYNCOPATE_EVENT_KIND_POLICY_ADDED] = "policy-added",
	[SYNCOPATE_EVENT_KIND_POLICY_REPLACED] = "policy-replaced",
	[SYNCOPATE_EVENT_KIND_POLICY_DELETED] = "policy-deleted",
	[SYNCOPATE_EVENT_KIND_POLICIES_FLUSHED] = "policies-flushed",
	[SYNCOPATE_EVENT_KIND_DEST_SET] = "dest-set",
	[SYNCOPATE_EVENT_KIND_DEST_SHUT] = "dest-shut",
	[SYNCOPATE_EVENT_KIND_DEST_OPENED] = "dest-opened",
	[SYNCOPATE_EVENT_KIND_DEST_DELETED] = "dest-deleted",
	[SYNCOPATE_EVENT_KIND_DESTS_FLUSHED] = "dests-flushed",
	[SYNCOPATE_EVENT_KIND_LIMIT_SET] = "limit-set",
	[SYNCOPATE_EVENT_KIND_CONFIG_LOADED] = "config-loaded",
	[SYNCOPATE_EVENT_KIND_STATS_RESET] = "stats-reset",
	[SYNCOPATE_EVENT_KIND_LET_GO] = "let-go",
	[SYNCOPATE_EVENT_KIND_DEST_FLOODED] = "dest-flooded",
	[SYNCOPATE_EVENT_KIND_UNPROVEN] = "unproven",
};
