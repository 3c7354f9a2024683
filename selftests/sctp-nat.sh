#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SCTP on a router that masquerades: repeats and ABORT are translated as conntrack does
# the client's INIT and the server's answer, and it knows one association.
#
#   client                       box                       server
#     | 10.2.0.1 INIT ----------->| 10.3.0.9 INIT ---------->|      0 ms
#     |                           | 10.3.0.9 INIT ---------->|    500, 1000, 1500
#     |<--------- ABORT to 10.2.0.1                          |   2000
#
# Port 84 loses the first INIT on its way.  Port 82 is dropped by the box itself behind the
# forward hook: conntrack forgets the association, and so must Syncopate.
. "${0%/*}/lib.sh"

ways=(router4 router6)
declare -A nat=([router4]=10.3.0.9 [router6]=[fd03::9])

# known FAMILY PORT: how many associations with it conntrack knows.
known() {
	inside "$box" conntrack -L -f "$1" -p sctp --orig-port-dst "$2" 2> /dev/null |
		grep -c '^sctp '
}

need_module
need nft conntrack
borrow_module sctp
setup
no_offload
start server -n "$server" -o sctp 84
inside "$box" nft -f - 2> "$tmp/error" <<-END || skip "no NAT: $(cat "$tmp/error")"
	table inet nat {
		chain postrouting {
			type nat hook postrouting priority srcnat
			oifname s-routed masquerade
		}
		chain late {
			type filter hook postrouting priority 200
			oifname s-routed sctp dport 82 drop
		}
	}
END
lose_first "sctp dport 84"
policy proto sctp
capture

targets=()
for way in "${ways[@]}"; do
	targets+=("${silent[$way]}:80" "${live[$way]}:84" "${live[$way]}:85")
	send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:82 INIT seq ${#way}${way: -1}"
done
sent
attempt "$client" -o sctp -w 2400 "${targets[@]}"
attempted
for family in ipv4 ipv6; do
	is "$family: after four INITs conntrack knows one association" "$(known $family 80)" 1
	is "$family: it does not know the dropped one" "$(known $family 82)" 0
done
captured

for way in "${ways[@]}"; do
	to=${silent[$way]}:80
	came_to "$way: refused after two seconds" "$to" ECONNREFUSED 2000
	seen "$way: the server gets an INIT every 500 ms, all from one port" server/routed to "$to" \
		"0 INIT sum ok" "500 INIT tcp first sum ok" "1000 INIT tcp first" "1500 INIT tcp first"
	is "$way: which is the box's" "${first[from]%:*}" "${nat[$way]}"
	is "$way: and stays it" "${last[from]}" "${first[from]}"
	seen "$way: the client gets one ABORT" client/routed from "$to" \
		"2000 ABORT ack isn sum ok"
	is "$way: to its own address" "${first[to]%:*}" "${own[$way]}"
	came_to "$way: connected with the second INIT" "${live[$way]}:84" connected 500 echoed
	came_to "$way: refused by the server" "${live[$way]}:85" ECONNREFUSED 0
	seen "$way: the box drops what it drops" server/routed to "${silent[$way]}:82"
	seen "$way: and nobody is aborted for it" client/routed from "${silent[$way]}:82"
done
counters "two attempts given up, two repaired, two refused, two forgotten" started 8 \
	answered 2 repaired 2 refused 2 retransmitted 8 gave-up 2 unconfirmed 2

# How long conntrack knows of an INIT, 10 s else.
tell_kernel "$box" 1 net/netfilter/nf_conntrack_sctp_timeout_closed
tool policy flush
policy proto sctp interval 1500ms
tool stats reset
capture
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:4001 > ${silent[$way]}:83 INIT seq ${#way}${way: -1}"
done
sent
pause 1.7
captured
for way in "${ways[@]}"; do
	seen "$way: what conntrack has forgotten is not repeated" server/routed \
		to "${silent[$way]}:83" "0 INIT"
	seen "$way: nor given up" client/routed from "${silent[$way]}:83"
done
counters "two more are forgotten" started 2 unconfirmed 2

finish
