#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A router with synproxy stands in front of the box: it answers clients itself, and asks the
# server in a client's name when that has answered.  These SYNs are paced.  Their client is
# connected already: it is told at the deadline all the same, by a RST that the proxy
# makes one of that connection.
#
#   client               proxy                     box                  server
#      front --- c-proxy [synproxy] b-proxy --- c-proxy  s-routed --- routed
#      10.4.0.1   10.4.0.9        10.5.0.1    10.5.0.9   10.3.0.9     10.3.0.2, .3 is silent
. "${0%/*}/lib.sh"

ways=(router4 router6)

need_module
need nft
setup
proxy=proxy-$$
namespaces+=("$proxy")
mac=02:00:00:00:00
ip -batch - <<-END || exit 1
	netns add $proxy
	link add c-proxy netns $proxy address $mac:a1 type veth peer name front address $mac:a0 netns $client
	link add b-proxy netns $proxy address $mac:a2 type veth peer name c-proxy address $mac:a3 netns $box
END
ip -n "$client" -batch - <<-END || exit 1
	link set front addrgenmode none up
	addr add 10.4.0.1/24 dev front
	addr add fd04::1/64 dev front nodad
	$(neighbours front $mac:a1 10.4.0.9 fd04::9)
	route replace 10.3.0.0/24 via 10.4.0.9
	route replace fd03::/64 via fd04::9
END
ip -n "$proxy" -batch - <<-END || exit 1
	link set lo up
	link set c-proxy addrgenmode none up
	link set b-proxy addrgenmode none up
	addr add 10.4.0.9/24 dev c-proxy
	addr add fd04::9/64 dev c-proxy nodad
	addr add 10.5.0.1/24 dev b-proxy
	addr add fd05::1/64 dev b-proxy nodad
	$(neighbours c-proxy $mac:a0 10.4.0.1 fd04::1)
	$(neighbours b-proxy $mac:a3 10.5.0.9 fd05::9)
	route add 10.3.0.0/24 via 10.5.0.9
	route add fd03::/64 via fd05::9
END
ip -n "$box" -batch - <<-END || exit 1
	link set c-proxy addrgenmode none up
	addr add 10.5.0.9/24 dev c-proxy
	addr add fd05::9/64 dev c-proxy nodad
	$(neighbours c-proxy $mac:a2 10.5.0.1 fd05::1)
	route add 10.4.0.0/24 via 10.5.0.1
	route add fd04::/64 via fd05::1
END
ip -n "$server" -batch - <<-END || exit 1
	route add 10.4.0.0/24 via 10.3.0.9
	route add fd04::/64 via fd03::9
END
tell_kernel "$proxy" 1 net/ipv4/ip_forward net/ipv6/conf/all/forwarding
# Or conntrack takes the client's ACK for the middle of a connection.
inside "$proxy" nft -f - 2> "$tmp/error" <<-END || skip "no synproxy: $(cat "$tmp/error")"
	table inet proxy {
		chain raw {
			type filter hook prerouting priority raw
			iifname c-proxy tcp flags syn notrack
		}
		chain forward {
			type filter hook forward priority 0
			ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
			ct state invalid drop
		}
	}
END
tell_kernel "$proxy" 0 net/netfilter/nf_conntrack_tcp_loose
start server -n "$server" 80
policy

each live 80
targets=("${endpoints[@]}")
each silent 80
targets+=("${endpoints[@]}")
each silent 81
targets+=("${endpoints[@]}")
capture client/front server/routed
attempt "$client" -w 2600 "${targets[@]}"
attempted
pause 2
captured
for way in "${ways[@]}"; do
	to=${live[$way]}:80
	came_to "$way: connected, data flows" "$to" connected 0 echoed
	for port in 80 81; do
		to=${silent[$way]}:$port
		came_to "$way, $port: the proxy answers for who is dead" "$to" connected 0 closed
		seen "$way, $port: it asks him once, and the SYN is repeated" server/routed to "$to" \
			"0 SYN" "500 SYN ip first" "1000 SYN ip first" "1500 SYN ip first"
		seen "$way, $port: the client is told" client/front from "$to" \
			"0 SYN,ACK" "2000 RST,ACK"
	done
done
counters "the proxy's SYNs are paced" started 6 answered 2 retransmitted 12 gave-up 4

finish
