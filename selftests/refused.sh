#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A server that refuses, by RST or by ICMP error: the client learns it at once and the
# server sees no second SYN.  The answers come 20 ms late, for a Linux client overlooks
# an ICMP error that arrives while it is still sending.
#
#   client            box            server
#     | SYN ---------->|------------->|
#     |<---------------|<---- RST,ACK |  or ICMP unreachable
#     |                |              |  and not a single SYN more
. "${0%/*}/lib.sh"

need_module
need nft
setup
delay server 20ms
inside "$server" nft -f - <<-END || exit 1
	table inet refuse {
		chain input {
			type filter hook input priority 0
			tcp dport 81 reject with icmpx type host-unreachable
			tcp dport 82 reject with icmpx type admin-prohibited
			tcp dport 83 reject with icmpx type port-unreachable
		}
	}
END
policy
capture

each live 80 81 82 83
attempt "$client" "${endpoints[@]}"
attempted
pause 1.2
captured

for way in "${ways[@]}"; do
	came_to "$way: refused with a RST" "${live[$way]}:80" ECONNREFUSED 20
	came_to "$way: host unreachable" "${live[$way]}:81" EHOSTUNREACH 20
	[[ $way == *4 ]] && prohibited=EHOSTUNREACH || prohibited=EACCES
	came_to "$way: prohibited" "${live[$way]}:82" "$prohibited" 20
	came_to "$way: port unreachable" "${live[$way]}:83" ECONNREFUSED 20
	for number in 80 81 82 83; do
		seen "$way: the server gets one SYN to port $number" "server/${port[$way]}" \
			to "${live[$way]}:$number" "0 SYN"
	done
	only=RST seen "$way: one RST, the server's own" "client/${port[$way]}" \
		from "${live[$way]}" "- RST,ACK"
done
counters "four attempts refused, twelve unreachable" started 16 refused 4 unreachable 12

finish
