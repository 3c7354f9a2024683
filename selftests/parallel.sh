#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two routers on equal paths, among which client and server choose by the hash of addresses
# and ports:
#
#              +--- box ----+
#   client ----+            +---- server
#              +--- twin ---+
#
# Then one fails, and the routes lead by the other alone.  Attempts in its care go on by the other when the client
# repeats its SYN, after a second: the other takes it for the first and gives up two seconds
# later.
. "${0%/*}/lib.sh"

need_module
setup
twin=twin-$$
namespaces+=("$twin")
client_mac=02:00:00:00:00:c5 server_mac=02:00:00:00:00:55
twin_c_mac=02:00:00:00:00:b5 twin_s_mac=02:00:00:00:00:b6
ip -batch - <<-END || exit 1
	netns add $twin
	link add c-routed netns $twin address $twin_c_mac type veth peer name other address $client_mac netns $client
	link add s-routed netns $twin address $twin_s_mac type veth peer name other address $server_mac netns $server
END
ip -n "$twin" -batch - <<-END || exit 1
	link set c-routed addrgenmode none up
	link set s-routed addrgenmode none up
	addr add 10.5.0.8/24 dev c-routed
	addr add 10.6.0.8/24 dev s-routed
	addr add fd05::8/64 dev c-routed nodad
	addr add fd06::8/64 dev s-routed nodad
	$(neighbours c-routed $client_mac 10.5.0.1 fd05::1)
	$(neighbours s-routed $server_mac 10.6.0.2 fd06::2)
	route add 10.2.0.0/24 via 10.5.0.1
	route add 10.3.0.0/24 via 10.6.0.2
	route add fd02::/64 via fd05::1
	route add fd03::/64 via fd06::2
END
ip -n "$client" -batch - <<-END || exit 1
	link set other addrgenmode none up
	addr add 10.5.0.1/24 dev other
	addr add fd05::1/64 dev other nodad
	$(neighbours other $twin_c_mac 10.5.0.8 fd05::8)
	route del 10.3.0.0/24
	route del fd03::/64
	route add 10.3.0.0/24 nexthop via 10.2.0.9 dev routed nexthop via 10.5.0.8 dev other
	route add fd03::/64 nexthop via fd02::9 dev routed nexthop via fd05::8 dev other
END
ip -n "$server" -batch - <<-END || exit 1
	link set other addrgenmode none up
	addr add 10.6.0.2/24 dev other
	addr add fd06::2/64 dev other nodad
	$(neighbours other $twin_s_mac 10.6.0.8 fd06::8)
	route del 10.2.0.0/24
	route del fd02::/64
	route add 10.2.0.0/24 nexthop via 10.3.0.9 dev routed nexthop via 10.6.0.8 dev other
	route add fd02::/64 nexthop via fd03::9 dev routed nexthop via fd06::8 dev other
END
tell_kernel "$twin" 1 net/ipv4/ip_forward net/ipv6/conf/all/forwarding
for name in "$client" "$server"; do
	tell_kernel "$name" 1 net/ipv4/fib_multipath_hash_policy net/ipv6/fib_multipath_hash_policy
	tell_kernel "$name" 0 net/ipv4/conf/{all,routed,other}/rp_filter
done

ways=(router4 router6)
policy linger 0s
box=$twin policy linger 0s

# --- each attempt goes one way, and so does its answer

start server -n "$server" 80
targets=()
for way in "${ways[@]}"; do
	for ((i = 0; i < 20; i++)); do
		targets+=("${own[$way]}:$((5000 + i)),${live[$way]}:80")
	done
done
attempt "$client" -w 0 "${targets[@]}"
attempted
read_counters
share=${counter[started]}
check "box has a part of 40 attempts" [ "$share" -gt 0 ]
check "and twin as well" [ "$share" -lt 40 ]
counters "box: each is answered where it went" started "$share" answered "$share"
box=$twin counters "twin: and here the others" started $((40 - share)) answered $((40 - share))

# --- one fails

tool stats reset
box=$twin tool stats reset
targets=()
for way in "${ways[@]}"; do
	for ((i = 0; i < 12; i++)); do
		targets+=("${own[$way]}:$((6000 + i)),${silent[$way]}:$((6000 + i))")
	done
done
capture client/routed client/other server/routed server/other
clock
attempt "$client" "${targets[@]}"
until_clock 650
ip -n "$twin" -batch - <<-END || exit 1
	link set c-routed down
	link set s-routed down
END
ip -n "$client" -batch - <<-END || exit 1
	route replace 10.3.0.0/24 via 10.2.0.9
	route replace fd03::/64 via fd02::9
END
ip -n "$server" route replace 10.2.0.0/24 via 10.3.0.9
ip -n "$server" route replace fd02::/64 via fd03::9
attempted
pause 0.2
captured

# Two seconds after the client has taken the other path, with its first repeat or the second:
# with IPv6 a socket may keep the old one for one more.
moved=0
for way in "${ways[@]}"; do
	for ((i = 6000; i < 6012; i++)); do
		to=${silent[$way]}:$i
		if [ "$(count "* client/other out *> ${to/[/\\[} SYN*")" = 0 ]; then
			came_to "$way: $i by box is refused" "$to" ECONNREFUSED 2000
			seen "$way: $i by box" server/routed to "$to" "0 SYN" "500 SYN" "1000 SYN" "1500 SYN"
			continue
		fi
		((moved++))
		ms=${outcome[$to]#* }
		is "$way: $i that was by twin is refused" "${outcome[$to]%% *}" ECONNREFUSED
		check "$way: $i in ${ms%.*} ms" is_in "${ms%.*}" 2990..5400
		seen "$way: $i by twin" server/other to "$to" "0 SYN" "500 SYN"
		seen "$way: $i then by box" server/routed to "$to" \
			"0 SYN" "500 SYN" "1000 SYN" "1500 SYN"
		seen "$way: $i box resets it" client/routed from "$to" "2000 RST,ACK seq 0 ack isn+1"
	done
done
check "some of 24 were by twin" [ "$moved" -gt 0 ]
check "and some were not" [ "$moved" -lt 24 ]
read_counters
is "box has given all of them up" "${counter[started]} ${counter[gave-up]}" "24 24"

finish
