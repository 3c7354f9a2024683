#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The client's own repeats do not reach the server.  A Linux client repeats its SYN
# after 1, 3, 7 s (exponential), from 6.5 on after 1, 2, 3, 4, 5 s (linear).
#
#   client              box              server
#     | SYN ------------>|--------------->|      0 ms
#     | SYN ------------>|                |   1000
#     |(SYN ------------>|)               |   2000, if linear
#     | SYN ------------>|                |   3000
#     |                  | SYN ---------->|   3400, as the client sent it last
#     |<--------- RST,ACK|                |   3600
. "${0%/*}/lib.sh"

need_module
setup
policy retries 1 interval 3400ms deadline 3600ms

# round NAME REPEATS
round() {
	local way to repeats=()

	while [ "${#repeats[@]}" -lt "$2" ]; do
		repeats+=("- SYN seq isn")
	done
	tool stats reset
	capture
	each silent 80
	attempt "$client" "${endpoints[@]}"
	attempted
	captured
	for way in "${ways[@]}"; do
		to=${silent[$way]}:80
		came_to "$1, $way: refused at the deadline" "$to" ECONNREFUSED 3600
		seen "$1, $way: the client sends 1 + $2 SYNs" "client/${port[$way]}" to "$to" \
			"0 SYN" "${repeats[@]}"
		seen "$1, $way: the server gets two, the second is the client's last" \
			"server/${port[$way]}" to "$to" "0 SYN" "3400 SYN tcp ${last[tcp]:-}"
		seen "$1, $way: the client gets one RST" "client/${port[$way]}" from "$to" \
			"3600 RST,ACK seq 0 ack isn+1"
	done
	counters "$1: four attempts, $((4 * $2)) repeats dropped" \
		started 4 retransmitted 4 repeat-dropped $((4 * $2)) gave-up 4
}

linear=net/ipv4/tcp_syn_linear_timeouts
round exponential 2
if [ -e /proc/sys/$linear ]; then
	tell_kernel "$client" 4 $linear
	round linear 3
fi

finish
