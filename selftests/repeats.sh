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
#
# One that asks for Multipath TCP first and then does not, as they do where such SYNs seem
# to get lost, is believed.
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

tool stats reset
capture
for way in "${ways[@]}"; do
	send client "$way" "@0 ${guest[$way]}:4000 > ${silent[$way]}:81 SYN seq 1000 mss 1460 mptcp"
	send client "$way" "@100 ${guest[$way]}:4000 > ${silent[$way]}:81 SYN seq 1000 mss 1460"
done
sent
pause 3.7
captured
for way in "${ways[@]}"; do
	to=${silent[$way]}:81
	seen "Multipath TCP, $way: the client takes it back" "client/${port[$way]}" to "$to" \
		"0 SYN" "100 SYN"
	asked=${first[tcp]} plain=${last[tcp]}
	check "Multipath TCP, $way: which shows" [ "$asked" != "$plain" ]
	seen "Multipath TCP, $way: and it is repeated without" "server/${port[$way]}" to "$to" \
		"0 SYN tcp $asked" "3400 SYN tcp $plain"
done
counters "Multipath TCP" started 4 retransmitted 4 repeat-dropped 4 gave-up 4

finish
