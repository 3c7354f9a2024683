#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A router with synproxy stands in front of the box, a router or a bridge: it answers clients
# itself, and asks the server in a client's name when that has answered.  These SYNs are paced.
# Their client is connected already: it is told at the deadline all the same, by a RST that the
# proxy makes one of that connection.
#
#   client               proxy                     box                  server
#      front --- c-proxy [synproxy] b-proxy --- c-proxy  s-routed --- routed
#      10.4.0.1   10.4.0.9        10.5.0.1    10.5.0.9   10.3.0.9     10.3.0.2, .3 is silent
#                            b-bridged --- p-bridged [br0] s-bridged --- bridged
#                             10.1.0.8                                 10.1.0.2, .3 is silent
. "${0%/*}/lib.sh"

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
	link add b-bridged netns $proxy address $mac:a4 type veth peer name p-bridged netns $box
END
ip -n "$client" -batch - <<-END || exit 1
	link set front addrgenmode none up
	addr add 10.4.0.1/24 dev front
	addr add fd04::1/64 dev front nodad
	$(neighbours front $mac:a1 10.4.0.9 fd04::9)
	route replace 10.3.0.0/24 via 10.4.0.9
	route replace fd03::/64 via fd04::9
	route add 10.1.0.2/31 via 10.4.0.9
	route add fd01::2/127 via fd04::9
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
	link set b-bridged addrgenmode none up
	addr add 10.1.0.8/24 dev b-bridged
	addr add fd01::8/64 dev b-bridged nodad
	$(neighbours b-bridged "$server_bridged" 10.1.0.2 10.1.0.3 fd01::2 fd01::3)
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
	link set p-bridged addrgenmode none master br0 up
END
# Or the first of what nobody has learned goes out by all ports.
bridge -n "$box" -batch - <<-END || exit 1
	fdb replace $server_bridged dev s-bridged master static
	fdb replace $mac:a4 dev p-bridged master static
END
ip -n "$server" -batch - <<-END || exit 1
	route add 10.4.0.0/24 via 10.3.0.9
	route add fd04::/64 via fd03::9
	$(neighbours bridged $mac:a4 10.1.0.8 fd01::8)
	route add 10.4.0.0/24 via 10.1.0.8 table 110
	route add fd04::/64 via fd01::8 table 110
	rule add from 10.1.0.0/24 lookup 110
END
ip -6 -n "$server" rule add from fd01::/64 lookup 110 || exit 1
all_up "$proxy"
all_up "$box"
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
capture client/front server/routed server/bridged
attempt "$client" -w 2600 "${targets[@]}"
attempted
pause 2
captured
for way in "${ways[@]}"; do
	to=${live[$way]}:80
	came_to "$way: connected, data flows" "$to" connected 0 echoed
	for number in 80 81; do
		to=${silent[$way]}:$number
		came_to "$way, $number: the proxy answers for who is dead" "$to" connected 0 closed
		seen "$way, $number: it asks him once, and the SYN is repeated" "server/${port[$way]}" \
			to "$to" "0 SYN" "500 SYN ip first" "1000 SYN ip first" "1500 SYN ip first"
		seen "$way, $number: the client is told" client/front from "$to" \
			"0 SYN,ACK" "2000 RST,ACK"
	done
done
counters "the proxy's SYNs are paced" started 12 answered 4 retransmitted 24 gave-up 8

finish
