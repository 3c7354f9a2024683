// SPDX-License-Identifier: GPL-2.0
/* Names of metrics stand in dashboards and alerts: none changes unnoticed. */
#include <stdlib.h>
#include <string.h>

#include "prometheus.h"
#include "tap.h"

static const char *const names[] = {
	"syncopate_build_info gauge",
	"syncopate_flows gauge",
	"syncopate_flows_limit gauge",
	"syncopate_policies gauge",
	"syncopate_dests gauge",
	"syncopate_learned gauge",
	"syncopate_learned_limit gauge",
	"syncopate_repeats_limit gauge",
	"syncopate_attempts_started_total counter",
	"syncopate_attempts_answered_total counter",
	"syncopate_attempts_repaired_total counter",
	"syncopate_attempts_refused_total counter",
	"syncopate_attempts_unreachable_total counter",
	"syncopate_attempts_simultaneous_total counter",
	"syncopate_attempts_elsewhere_total counter",
	"syncopate_attempts_abandoned_total counter",
	"syncopate_attempts_restarted_total counter",
	"syncopate_attempts_gave_up_total counter",
	"syncopate_attempts_forgotten_total counter",
	"syncopate_syns_retransmitted_total counter",
	"syncopate_repeat_dropped_total counter",
	"syncopate_reset_again_total counter",
	"syncopate_late_total counter",
	"syncopate_syns_would_retransmit_total counter",
	"syncopate_would_drop_total counter",
	"syncopate_attempts_would_reset_total counter",
	"syncopate_syns_table_full_total counter",
	"syncopate_syns_no_memory_total counter",
	"syncopate_syns_not_inserted_total counter",
	"syncopate_syns_not_sent_total counter",
	"syncopate_attempts_path_gone_total counter",
	"syncopate_attempts_unconfirmed_total counter",
	"syncopate_other_path_total counter",
	"syncopate_unfit_total counter",
	"syncopate_syns_signed_total counter",
	"syncopate_syns_no_vlan_total counter",
	"syncopate_events_lost_total counter",
	"syncopate_syns_shut_total counter",
	"syncopate_syns_would_shut_total counter",
	"syncopate_attempts_not_learned_total counter",
	"syncopate_learned_evicted_total counter",
	"syncopate_attempts_backed_off_total counter",
	"syncopate_syns_share_full_total counter",
	"syncopate_syns_held_back_total counter",
	"syncopate_attempts_let_go_total counter",
	"syncopate_attempts_unproven_total counter",
	"syncopate_stray_total counter",
	"syncopate_syns_other_shard_total counter",
	"syncopate_copies_total counter",
	"syncopate_policy_attempts_matched_total counter",
	"syncopate_policy_attempts_answered_total counter",
	"syncopate_policy_syns_retransmitted_total counter",
	"syncopate_policy_attempts_gave_up_total counter",
	"syncopate_policy_attempts_shut_total counter",
};

static char *text;

static void print(const struct stats *stats, const struct limits *limits,
		  const struct policy_use *uses, size_t count)
{
	size_t size;
	FILE *out;

	free(text);
	out = open_memstream(&text, &size);
	prometheus_print(out, stats, limits, uses, count);
	fclose(out);
}

/* The lines stand there, one behind the other. */
static void has(const char *lines)
{
	ok(strstr(text, lines), "%.*s", (int)strcspn(lines, "\n"), lines);
}

static size_t count_lines(const char *begin)
{
	size_t count = 0;
	const char *at;

	for (at = text; (at = strstr(at, begin)); at++)
		count += at == text || at[-1] == '\n';
	return count;
}

int main(void)
{
	struct limits limits = {
		.version = "1\\2\"3\n4", .policies = 2, .dests = 3, .flows = 4, .flows_limit = 5,
	};
	struct policy_use uses[] = { { .name = "web" }, { .name = "s\"i\\p" } };
	struct stats stats = { 0 };
	char line[128];
	size_t i;

	stats.value[SYNCOPATE_A_STATS_GAVE_UP] = UINT64_MAX;
	uses[0].value[SYNCOPATE_A_POLICY_MATCHED] = 6;
	uses[1].value[SYNCOPATE_A_POLICY_MATCHED] = 7;
	print(&stats, &limits, uses, 2);

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(line, sizeof(line), "\n# TYPE %s\n", names[i]);
		has(line + 1);
	}
	ok(count_lines("# TYPE ") == ARRAY_SIZE(names), "no other metric");
	ok(count_lines("# HELP ") == ARRAY_SIZE(names), "each is explained");
	ok(count_lines("syncopate_") == ARRAY_SIZE(names) + 5, "each has its values");
	ok(!strstr(text, "\n\n") && text[strlen(text) - 1] == '\n', "no line is empty");

	has("# HELP syncopate_attempts_gave_up_total Attempts given up at the deadline, "
	    "the client got a RST.\n"
	    "# TYPE syncopate_attempts_gave_up_total counter\n"
	    "syncopate_attempts_gave_up_total 18446744073709551615\n");
	has("\nsyncopate_build_info{version=\"1\\\\2\\\"3\\n4\"} 1\n");
	has("\nsyncopate_flows 4\n");
	has("\nsyncopate_flows_limit 5\n");
	has("\nsyncopate_policies 2\n");
	has("\nsyncopate_dests 3\n");
	has("# HELP syncopate_policy_attempts_matched_total Attempts that the policy selected.\n"
	    "# TYPE syncopate_policy_attempts_matched_total counter\n"
	    "syncopate_policy_attempts_matched_total{policy=\"web\"} 6\n"
	    "syncopate_policy_attempts_matched_total{policy=\"s\\\"i\\\\p\"} 7\n");

	print(&stats, &limits, NULL, 0);
	ok(count_lines("# TYPE ") == ARRAY_SIZE(names) - 5, "without a policy none of theirs");
	free(text);
	return tap_end();
}
