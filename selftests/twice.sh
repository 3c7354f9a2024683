#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What leaves the box where it came in, or passes it twice, is one attempt: it is paced once.
#
#   client                          box                            server
#      bridged ------------------ c-bridged [br0], hairpin mode
#      peer, behind the same port (macvlan, VEPA)
#
#      routed 10.2.0.1 ---------- c-routed      s-routed --------- routed 10.3.0.2, .3 is silent
#                                    d-out      d-in
#                                      |          |
#                                     out        in
#                                        detour, another router
#
# First the detour leads to the server alone, then its answers come by it as well.
. "${0%/*}/lib.sh"

need_module
setup
policy

# --- out by the port where it came in

peer=peer-$$ peer_mac=02:00:00:00:00:c9
namespaces+=("$peer")
ip netns add "$peer" || exit 1
ip -n "$client" link add link bridged name peer netns "$peer" address $peer_mac \
	type macvlan mode vepa 2> "$tmp/error" || skip "no macvlan: $(cat "$tmp/error")"
ip -n "$peer" -batch - <<-END || exit 1
	link set peer addrgenmode none up
	addr add 10.1.0.20/24 dev peer
	addr add fd01::20/64 dev peer nodad
	$(neighbours peer $client_bridged 10.1.0.1 fd01::1)
END
ip -n "$client" -batch - <<< "$(neighbours bridged $peer_mac 10.1.0.{20,21} fd01::{20,21})" || exit 1
# Or the first of what nobody has learned goes out by all ports.
bridge -n "$box" -batch - <<-END || exit 1
	fdb replace $peer_mac dev c-bridged master static
	fdb replace $client_bridged dev c-bridged master static
	fdb replace $server_bridged dev s-bridged master static
	link set dev c-bridged hairpin on
END
start server -n "$peer" 80

dead=(10.1.0.21:80 "[fd01::21]:80")
capture client/bridged
attempt "$client" -w 600 10.1.0.20:80 "[fd01::20]:80" 10.1.0.20:99 "[fd01::20]:99" "${dead[@]}"
attempted
captured
for to in 10.1.0.20 "[fd01::20]"; do
	came_to "hairpin, $to: connected" "$to:80" connected 0 echoed
	only=" SYN seq" seen "hairpin, $to: with one SYN" "client/bridged in" to "$to:80" "0 SYN"
	came_to "hairpin, $to: refused by itself" "$to:99" ECONNREFUSED 0
done
for to in "${dead[@]}"; do
	came_to "hairpin, $to: refused after two seconds" "$to" ECONNREFUSED 2000
	seen "hairpin, $to: four SYNs" "client/bridged in" to "$to" \
		"0 SYN" "500 SYN tcp first" "1000 SYN tcp first" "1500 SYN"
	seen "hairpin, $to: one RST" "client/bridged in" from "$to" "2000 RST,ACK seq 0 ack isn+1"
done
counters "hairpin: each is one attempt" started 6 answered 2 refused 2 retransmitted 6 \
	repeat-dropped 2 gave-up 2

# An answer may come in where the SYN did only if the SYN went out there.
tool stats reset
made_here=()
capture
for way in bridge4 bridge6; do
	send client "$way" "@0 ${guest[$way]}:4000 > ${silent[$way]}:80 SYN seq 1000"
	made_here+=("@50 here ${silent[$way]}:80 > ${guest[$way]}:4000 SYN,ACK seq 5 ack 1001")
done
sent
frames here="$client/bridged,$client_bridged" -- "${made_here[@]}"
pause 2.3
captured
for way in bridge4 bridge6; do
	seen "$way: an answer of the client's own making ends nothing" server/bridged \
		from "${guest[$way]}:4000" "0 SYN" "500 SYN ip first" "1000 SYN ip first" \
		"1500 SYN ip first"
	seen "$way: it passes" "client/bridged in" from "${silent[$way]}:80" \
		"- SYN,ACK" "- RST,ACK seq 0 ack 1001"
done
counters "it does not fit" started 2 unfit 2 retransmitted 6 gave-up 2

# --- by the router twice

ways=(router4 router6)
detour=detour-$$ mac=02:00:00:00:00
namespaces+=("$detour")
ip -batch - <<-END || exit 1
	netns add $detour
	link add d-out netns $box address $mac:d1 type veth peer name out address $mac:d2 netns $detour
	link add d-in netns $box address $mac:d3 type veth peer name in address $mac:d4 netns $detour
END
ip -n "$box" -batch - <<-END || exit 1
	link set d-out addrgenmode none up
	link set d-in addrgenmode none up
	addr add 10.7.1.1/24 dev d-out
	addr add 10.7.2.1/24 dev d-in
	addr add fd07:1::1/64 dev d-out nodad
	addr add fd07:2::1/64 dev d-in nodad
	$(neighbours d-out $mac:d2 10.7.1.2 fd07:1::2)
	$(neighbours d-in $mac:d4 10.7.2.2 fd07:2::2)
	route add 10.3.0.0/24 via 10.7.1.2 table 101
	route add fd03::/64 via fd07:1::2 table 101
	route add 10.2.0.0/24 via 10.7.2.2 table 102
	route add fd02::/64 via fd07:2::2 table 102
	rule add iif c-routed lookup 101
END
ip -6 -n "$box" rule add iif c-routed lookup 101 || exit 1
ip -n "$detour" -batch - <<-END || exit 1
	link set out addrgenmode none up
	link set in addrgenmode none up
	addr add 10.7.1.2/24 dev out
	addr add 10.7.2.2/24 dev in
	addr add fd07:1::2/64 dev out nodad
	addr add fd07:2::2/64 dev in nodad
	$(neighbours out $mac:d1 10.7.1.1 fd07:1::1)
	$(neighbours in $mac:d3 10.7.2.1 fd07:2::1)
	route add 10.3.0.0/24 via 10.7.2.1
	route add fd03::/64 via fd07:2::1
	route add 10.2.0.0/24 via 10.7.1.1
	route add fd02::/64 via fd07:1::1
END
all_up "$box"
all_up "$detour"
tell_kernel "$detour" 1 net/ipv4/ip_forward net/ipv6/conf/all/forwarding
for name in "$box" "$detour"; do
	tell_kernel "$name" 0 net/ipv4/conf/{all,default,c-routed,s-routed,d-out,d-in,out,in}/rp_filter
done
start server -n "$server" 80

# round NAME
round() {
	local way to

	tool stats reset
	capture client/routed server/routed detour/in
	each live 80 99
	targets=("${endpoints[@]}")
	each silent 80
	attempt "$client" -w 600 "${targets[@]}" "${endpoints[@]}"
	attempted
	captured
	for way in "${ways[@]}"; do
		to=${live[$way]}
		came_to "$1, $way: connected" "$to:80" connected 0 echoed
		only=" SYN seq" seen "$1, $way: with one SYN" server/routed to "$to:80" "0 SYN"
		came_to "$1, $way: refused by the server" "$to:99" ECONNREFUSED 0
		to=${silent[$way]}:80
		came_to "$1, $way: refused after two seconds" "$to" ECONNREFUSED 2000
		seen "$1, $way: four SYNs, which have all been there" detour/in to "$to" \
			"0 SYN" "500 SYN tcp first" "1000 SYN" "1500 SYN"
		seen "$1, $way: and no others" server/routed to "$to" \
			"0 SYN" "500 SYN tcp first" "1000 SYN" "1500 SYN"
		seen "$1, $way: one RST" client/routed from "$to" "2000 RST,ACK seq 0 ack isn+1"
	done
	counters "$1: one attempt each; each SYN comes by once more" started 6 answered 2 refused 2 \
		retransmitted 6 repeat-dropped 2 gave-up 2 other-path 12
	is "$1: nothing to tell of other ways" "$(tool -j | tr -d ' \n' | grep -o '"kind":"[a-z]*"' |
		grep -v silent)" ""
}

round "twice"
ip -n "$box" rule add iif s-routed lookup 102 || exit 1
ip -6 -n "$box" rule add iif s-routed lookup 102 || exit 1
round "twice, and back twice"

finish
