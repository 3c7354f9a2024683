#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SYNs get lost: the connection is there with the first one that arrives, and nobody
# ever resets it.
#
#   client              box              server
#     | SYN ------------>|------------x   |      0 ms
#     |                  | SYN -------x   |    500
#     |                  | SYN ---------->|   1000
#     |<-----------------|<------ SYN,ACK |
#
# Port 81 loses the first SYN, 82 two of them, 83 three; port 84 the first SYN,ACK,
# which the server sends again because the SYN comes again.
. "${0%/*}/lib.sh"

need_module
need nft
setup
start server -n "$server" 81 82 83 84

# lose: each rule counts for itself.
lose() {
	local way at

	for way in "${ways[@]}"; do
		[[ $way == *4 ]] && at="ip daddr" || at="ip6 daddr"
		for n in 1 2 3; do
			echo "$at ${live[$way]//[\[\]]} tcp dport 8$n tcp flags syn" \
				"limit rate 1/day burst $n packets drop"
		done
	done
}
inside "$server" nft -f - <<-END || exit 1
	table inet lossy {
		chain input {
			type filter hook input priority 0
			$(lose)
		}
		chain output {
			type filter hook output priority 0
			tcp sport 84 tcp flags & (syn | ack) == syn | ack jump once
		}
		chain once {
			oifname bridged meta nfproto ipv4 limit rate 1/day burst 1 packets drop
			oifname bridged meta nfproto ipv6 limit rate 1/day burst 1 packets drop
			oifname routed meta nfproto ipv4 limit rate 1/day burst 1 packets drop
			oifname routed meta nfproto ipv6 limit rate 1/day burst 1 packets drop
		}
	}
END
policy
capture

each live 81 82 83 84
attempt "$client" -w 2600 "${endpoints[@]}"
attempted
captured

for way in "${ways[@]}"; do
	came_to "$way: one SYN lost" "${live[$way]}:81" connected 500 echoed
	came_to "$way: two SYNs lost" "${live[$way]}:82" connected 1000 echoed
	came_to "$way: three SYNs lost" "${live[$way]}:83" connected 1500 echoed
	came_to "$way: one SYN,ACK lost" "${live[$way]}:84" connected 500 echoed
	only=" SYN seq" seen "$way: the last SYN is the one that arrived" \
		"server/${port[$way]}" to "${live[$way]}:83" "0 SYN" "500 SYN" "1000 SYN" "1500 SYN"
	only=RST seen "$way: no RST to the client" "client/${port[$way]}" from "${live[$way]}"
	only=RST seen "$way: no RST to the server" "server/${port[$way]}" to "${live[$way]}"
done
# The client's own repeat comes just when two SYNs were lost, before the answer or after it;
# after it, it is another attempt, and answered.
counters "sixteen attempts, all repaired" started 16..20 answered 16..20 repaired 16 \
	retransmitted 28 repeat-dropped 4..8

finish
