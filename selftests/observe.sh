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

finish
