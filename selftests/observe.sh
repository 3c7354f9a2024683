#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A policy that observes follows and counts, and changes nothing on the wire.
#
#   client            box            server
#     | SYN ---------->|------------->|      0 ms
#     |                |              |    500, 1000, 1500  would repeat it
#     | SYN ---------->|------------->|   1000 or so, the client's own repeat
#     |                |              |   2000              would give up
. "${0%/*}/lib.sh"

need_module
setup
start server -n "$server" 80
policy observe
capture

each silent 80
targets=("${endpoints[@]}")
each live 80
attempt "$client" -t 2300 -w 2300 "${targets[@]}" "${endpoints[@]}"
attempted
captured

for way in "${ways[@]}"; do
	to=${silent[$way]}:80
	came_to "$way: the client still waits" "$to" timeout -
	sent=()
	for i in ${concerned[$to]:-}; do
		read_packet "${timeline[i]}"
		[[ ${timeline[i]} != *" client/${port[$way]} "* ]] ||
			sent+=("- SYN tcp ${packet[tcp]}")
	done
	seen "$way: the server gets the client's SYNs, all ${#sent[@]}, and no other" \
		"server/${port[$way]}" to "$to" "${sent[@]}"
	seen "$way: the client gets nothing" "client/${port[$way]}" from "$to"
	came_to "$way: one that is answered is connected" "${live[$way]}:80" connected 0 echoed
done
counters "what would have been is counted" started 8 answered 4 would-retransmit 12 \
	would-drop 4 would-reset 4

# What would be dropped of a client's own repeats: not what comes where nothing stands for it any
# more, nor what would be answered.
tool stats reset
policy short position 1 dport 81 observe retries 0 interval 100ms deadline 300ms linger 1s
capture
for way in "${ways[@]}"; do
	there="${guest[$way]}:4000 > ${silent[$way]}:81"
	send client "$way" "@0 $there SYN seq 1000" "@50 $there SYN seq 1000" \
		"@200 $there SYN seq 1000" "@400 $there SYN seq 1000"
done
sent
pause 0.1
captured
for way in "${ways[@]}"; do
	seen "repeats, $way: all go on" "server/${port[$way]}" to "${silent[$way]}:81" \
		"0 SYN" "50 SYN" "200 SYN" "400 SYN"
	seen "repeats, $way: the client gets nothing" "client/${port[$way]}" \
		from "${silent[$way]}:81"
done
counters "repeats: one of three would be dropped" started 4 would-drop 4 would-reset 4

# Nor is anything taken from others: so many as may be repeated to all that are silent would
# be for those that are observed, and then as many are for those that are cared for.
{
	echo "limit repeats 10"
	printf 'policy %s retries 3 interval 150ms linger 0s\n' "look dport 1000-1999 observe" \
		"care dport 2000-2999"
} | tool load -
tool stats reset
capture
from=${guest[bridge4]}:6000 to=${silent[bridge4]}
send client bridge4 "@0 $from > $to:1000 SYN seq 1000 count-to 40" \
	"@700 $from > $to:2000 SYN seq 1000 count-to 40"
sent
pause 0.8
captured
is "of those that are observed the first SYNs" "$(count "*server/bridged *:6000 > $to:1??? SYN *")" 40
care=$(count "*server/bridged *:6000 > $to:2??? SYN *")
is_in "$care" 140..160
is "of the others these and a hundred repeats: $care" $? 0
counters "and it is counted" started 80 would-retransmit 100..120 retransmitted 100..120 \
	held-back 0..40 would-reset 40 gave-up 40

finish
