#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is printed for Prometheus: its own tool finds nothing wrong, and the numbers are those
# that the rest of the tool prints.
. "${0%/*}/lib.sh"

need_module
need promtool
setup

# well_formed TEXT: prints it once more, into the array $metric by name.
well_formed() {
	tool stats --prometheus > "$tmp/metrics"
	is "$1: promtool finds nothing wrong" "$(promtool check metrics < "$tmp/metrics" 2>&1; echo $?)" 0
	metric=()
	while read -r name value; do
		metric[$name]=$value
	done < <(grep -v '^#' "$tmp/metrics")
}
declare -A metric

well_formed "nothing is set"
is "no policy, no metric of policies" "$(grep -c policy_ "$tmp/metrics")" 0

# Names with all that they may have, comments with what a label would have to escape.
tool load - <<-END || exit 1
	limit flows 1234
	dest 10.9.0.0/16 rtt 40ms comment "quotes \\" and \\\\ backslash"
	policy a.b-c_d dst 10.9.0.0/16 comment "{policy=\\"x\\"} 1 \\\\n grün"
	policy "dst" dst 10.9.0.0/16 dport 7 comment "# HELP syncopate_flows"
	policy _ dport 81 retries 1 interval 100ms linger 0s
	policy 0 dport 82 observe retries 0 interval 100ms linger 0s
	policy $(printf '%031d' 1) retries 0 interval 1m
END
start server -n "$server" 80 81
each live 80 81
attempt "$client" "${endpoints[@]}"
attempted
each silent 81 82
targets=("${endpoints[@]}")
each silent 83
attempt "$client" -t 500 "${targets[@]}" "${endpoints[@]}"
attempted
well_formed "after some traffic"

is "policies" "${metric[syncopate_policies]}" 5
is "profiles" "${metric[syncopate_dests]}" 1
is "the limit" "${metric[syncopate_flows_limit]}" 1234
is "attempts in care" "${metric[syncopate_flows]}" 4
is "the version" "${metric["syncopate_build_info{version=\"$(cat /sys/module/syncopate/version)\"}"]:-}" 1

# The counters that stats shows, under their longer names.
read_counters
wrong=()
for name in "${!counter[@]}"; do
	value=
	for prefix in attempts_ syns_ ""; do
		value+=${metric[syncopate_$prefix${name//-/_}_total]:-}
	done
	[ "$value" = "${counter[$name]}" ] || wrong+=("$name: ${counter[$name]}, but ${value:-nothing}")
done
is "all counters are there, and say what stats says" "${wrong[*]}" ""
check "and there are some" [ "${#counter[@]}" -ge 20 ]

# of POLICY MATCHED ANSWERED RETRANSMITTED GAVE-UP
of() {
	local label="{policy=\"$1\"}" p=syncopate_policy

	is "policy $1" "${metric[${p}_attempts_matched_total$label]:-} ${metric[${p}_attempts_answered_total$label]:-} ${metric[${p}_syns_retransmitted_total$label]:-} ${metric[${p}_attempts_gave_up_total$label]:-}" "${*:2}"
}
of a.b-c_d 0 0 0 0
of dst 0 0 0 0
of _ 8 4 4 4
of 0 4 0 0 4
of "$(printf '%031d' 1)" 8 4 0 0

finish
