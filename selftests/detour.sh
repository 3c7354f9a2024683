#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A router whose interface to the client is a bridge, with br_netfilter, as on a host of
# containers; and it translates the server's address.  The RST comes from the address
# that the client asked for, and from the router's MAC address.
#
#   client 10.1.0.1 -- c-bridged [br0 10.1.0.9, box] s-routed -- 10.3.0.3 silent
#             10.8.0.1 is translated to 10.3.0.3
. "${0%/*}/lib.sh"

need_module
need nft
borrow_module br_netfilter
setup
# shellcheck disable=SC2016
inside "$box" sh -c '
	for name in ip ip6; do
		echo 1 > /proc/sys/net/bridge/bridge-nf-call-${name}tables
	done'
bridge_mac=02:00:00:00:00:b9
ip -n "$box" -batch - <<-END || exit 1
	link set br0 address $bridge_mac
	addr add 10.1.0.9/24 dev br0
	addr add fd01::9/64 dev br0 nodad
	$(neighbours br0 $client_bridged 10.1.0.1 fd01::1)
END
ip -n "$client" -batch - <<-END || exit 1
	$(neighbours bridged $bridge_mac 10.1.0.9 fd01::9)
	route replace 10.3.0.0/24 via 10.1.0.9
	route replace fd03::/64 via fd01::9
	route add 10.8.0.1 via 10.1.0.9
	route add fd08::1 via fd01::9
END
inside "$box" nft -f - 2> "$tmp/error" <<-END || skip "no NAT: $(cat "$tmp/error")"
	table inet nat {
		chain prerouting {
			type nat hook prerouting priority dstnat
			ip daddr 10.8.0.1 dnat ip to 10.3.0.3
			ip6 daddr fd08::1 dnat ip6 to fd03::3
		}
	}
END
policy
capture

plain=(10.3.0.3:80 "[fd03::3]:80")
translated=(10.8.0.1:81 "[fd08::1]:81")
attempt "$client" "${plain[@]}" "${translated[@]}"
attempted
pause 0.3
captured

for to in "${plain[@]}" "${translated[@]}"; do
	came_to "$to: refused after two seconds" "$to" ECONNREFUSED 2000
	seen "$to: by the router, in the name of who was asked" client/bridged from "$to" \
		"2000 RST,ACK seq 0 ack isn+1 eth $bridge_mac>$client_bridged"
done
for to in 10.3.0.3:80 10.3.0.3:81 "[fd03::3]:80" "[fd03::3]:81"; do
	seen "$to: four SYNs to the server" server/routed to "$to" \
		"0 SYN" "500 SYN" "1000 SYN" "1500 SYN"
done
counters "four attempts, each counted once" \
	started 4 retransmitted 12 repeat-dropped 4 gave-up 4

finish
