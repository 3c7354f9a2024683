#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tracepoints tell the story of an attempt: created, retransmitted, answered or gave
# up.
. "${0%/*}/lib.sh"

tracing=/sys/kernel/tracing
need_module
[ -d $tracing/events ] || mount -t tracefs none $tracing 2> /dev/null
[ -d $tracing/events/syncopate ] || skip "no tracefs"
setup
start server -n "$server" 80
policy retries 1 interval 100ms

# An instance of our own: others may be tracing.
instance=$tracing/instances/selftest-$$
mkdir $instance 2> /dev/null || skip "no instances in tracefs"
at_end rmdir $instance
echo 1 > $instance/events/syncopate/enable

each live 80
targets=("${endpoints[@]}")
each silent 80
attempt "$client" "${targets[@]}" "${endpoints[@]}"
attempted
echo 0 > $instance/events/syncopate/enable
mapfile -t trace < <(grep -v '^#' $instance/trace)

# told TEXT SERVER EVENT...: the events of that attempt, each a pattern.
told() {
	local text=$1 server=${2//[\[\]]} line found=()

	shift 2
	[[ $server == *:*:* ]] || server=::ffff:$server
	for line in "${trace[@]}"; do
		[[ $line != *" server=[${server%:*}]:${server##*:} "* ]] ||
			found+=("${line#*: syncopate_}")
	done
	while [ $# -gt 0 ]; do
		# shellcheck disable=SC2053 # a pattern
		[[ ${found[0]:-} == $1 ]] || break
		found=("${found[@]:1}")
		shift
	done
	if [ $# = 0 ] && [ "${#found[@]}" = 0 ]; then
		pass "$text"
	else
		fail "$text" "expected: ${1:-nothing more}" "seen: ${found[0]:-nothing more}" \
			"the trace:" "${trace[@]}"
	fi
}

for way in "${ways[@]}"; do
	[ "${port[$way]}" = bridged ] && bridge='[1-9]*' || bridge=0
	rest="proto=6 bridge=$bridge isn=[0-9]* retransmitted"
	told "$way: created and answered" "${live[$way]}:80" \
		"created: client=* $rest=0 observe=0 on=forward elapsed_ns=0" \
		"answered: client=* $rest=0 observe=0 on=forward elapsed_ns=[0-9]*"
	told "$way: created, retransmitted and given up after 200 ms" "${silent[$way]}:80" \
		"created: client=* $rest=0 observe=0 on=forward elapsed_ns=0" \
		"retransmitted: client=* $rest=1 observe=0 on=forward elapsed_ns=1????????" \
		"gave_up: client=* $rest=1 observe=0 on=forward elapsed_ns=2????????"
done

finish
