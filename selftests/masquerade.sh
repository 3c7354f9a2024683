#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A router that masquerades: what the box sends is translated as the client's SYN was,
# and conntrack knows one connection.
#
#   client                       box                       server
#     | 10.2.0.1 SYN ------------>| 10.3.0.9 SYN ----------->|      0 ms
#     |                           | 10.3.0.9 SYN ----------->|    500, 1000, 1500
#     |<------- RST,ACK to 10.2.0.1                          |   2000
#
# Ports 85 and 86 are translated to an address that nobody has (a static `snat to`), which makes
# no other difference.
#
# Port 81 loses the first SYN on its way.  Port 82 is dropped by the box itself behind
# the forward hook: conntrack forgets the connection, and so must Syncopate.
. "${0%/*}/lib.sh"

ways=(router4 router6)
declare -A nat=([router4]=10.3.0.9 [router6]=[fd03::9])
declare -A static=([router4]=10.3.0.8 [router6]=[fd03::8])

# known FAMILY PORT: how many connections to it conntrack knows.
known() {
	inside "$box" conntrack -L -f "$1" -p tcp --orig-port-dst "$2" 2> /dev/null |
		grep -c '^tcp '
}

need_module
need nft conntrack
setup
start server -n "$server" 81 86
ip -n "$server" -batch - <<< "$(neighbours routed $box_s_routed 10.3.0.8 fd03::8)"
inside "$box" nft -f - 2> "$tmp/error" <<-END || skip "no NAT: $(cat "$tmp/error")"
	table inet nat {
		chain postrouting {
			type nat hook postrouting priority srcnat
			oifname s-routed tcp dport 85-86 meta nfproto ipv4 snat ip to 10.3.0.8
			oifname s-routed tcp dport 85-86 meta nfproto ipv6 snat ip6 to fd03::8
			oifname s-routed masquerade
		}
		chain late {
			type filter hook postrouting priority 200
			oifname s-routed tcp dport 82 drop
		}
	}
END
lose_first "tcp dport 81 tcp flags syn"
policy
capture

targets=()
for way in "${ways[@]}"; do
	targets+=("${silent[$way]}:80" "${live[$way]}:81" "${silent[$way]}:85" "${live[$way]}:86")
	send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:82 SYN seq 1000 mss 1460"
done
sent
attempt "$client" -w 2400 "${targets[@]}"
attempted
for family in ipv4 ipv6; do
	is "$family: after four SYNs conntrack knows one connection" "$(known $family 80)" 1
	is "$family: nor more where it translates to one address" "$(known $family 85)" 1
	is "$family: it does not know the dropped one" "$(known $family 82)" 0
done
captured

for way in "${ways[@]}"; do
	to=${silent[$way]}:80
	came_to "$way: refused after two seconds" "$to" ECONNREFUSED 2000
	seen "$way: the server gets a SYN every 500 ms, all from one port" server/routed to "$to" \
		"0 SYN" "500 SYN tcp first" "1000 SYN" "1500 SYN"
	is "$way: which is the box's" "${first[from]%:*}" "${nat[$way]}"
	is "$way: and stays it" "${last[from]}" "${first[from]}"
	seen "$way: the client gets one RST" client/routed from "$to" \
		"2000 RST,ACK seq 0 ack isn+1"
	is "$way: to its own address" "${first[to]%:*}" "${own[$way]}"
	to=${silent[$way]}:85
	came_to "$way, snat: refused after two seconds" "$to" ECONNREFUSED 2000
	seen "$way, snat: four SYNs, all from one port" server/routed to "$to" \
		"0 SYN" "500 SYN tcp first" "1000 SYN" "1500 SYN"
	is "$way, snat: of that address" "${first[from]%:*}" "${static[$way]}"
	is "$way, snat: and they stay from it" "${last[from]}" "${first[from]}"
	seen "$way, snat: one RST" client/routed from "$to" "2000 RST,ACK seq 0 ack isn+1"
	is "$way, snat: to the client's own address" "${first[to]%:*}" "${own[$way]}"
	came_to "$way, snat: a living server answers" "${live[$way]}:86" connected 0 echoed
	came_to "$way: connected with the second SYN" "${live[$way]}:81" connected 500 echoed
	seen "$way: the box drops what it drops" server/routed to "${silent[$way]}:82"
	seen "$way: and nobody is reset for it" client/routed from "${silent[$way]}:82"
done
counters "four attempts given up, two answered, two repaired, two forgotten" started 10 answered 4 \
	repaired 2 retransmitted 14 repeat-dropped 4 gave-up 4 unconfirmed 2

finish
