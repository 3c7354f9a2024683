#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Routers that know more than one way: VRFs, policy routing, several next hops.  Routes
# change while attempts wait.
#
#   client                      box                        server
#      routed 10.2.0.1 --- c-routed     s-routed ------ routed 10.3.0.3, also .5
#                                        s-other ------ other, where nothing is to go
#   redclient                  [red]                      redserver
#      routed 10.2.0.1 ------ c-red       s-red ------- routed 10.3.0.3, also .5
#
# What is red has the same addresses as what is not.  Behind 10.2.0.4 is 10.6.0.4, behind
# 10.3.0.3 is 10.4.0.3.  The same with fd02:: for 10.2.0 and so on.
. "${0%/*}/lib.sh"

need_module
need nft jq
setup
ip -n "$box" link add red type vrf table 10 2> "$tmp/error" || skip "no VRF: $(cat "$tmp/error")"
redclient=redclient-$$ redserver=redserver-$$
namespaces+=("$redclient" "$redserver")
box_c_red=02:00:00:00:00:b3 box_s_red=02:00:00:00:00:b4 box_s_other=02:00:00:00:00:b5
fifth=02:00:00:00:00:55 other=02:00:00:00:00:56

ip -batch - <<-END || exit 1
	netns add $redclient
	netns add $redserver
	link add c-red netns $box address $box_c_red type veth peer name routed address $client_routed netns $redclient
	link add s-red netns $box address $box_s_red type veth peer name routed address $server_routed netns $redserver
	link add s-other netns $box address $box_s_other type veth peer name other address $other netns $server
END
for name in "$redclient" "$redserver"; do
	ip -n "$name" link set routed addrgenmode none up
done
ip -n "$server" link set other addrgenmode none up
tell_kernel "$box" 0 net/ipv4/conf/all/rp_filter net/ipv4/conf/default/rp_filter

# For both families: N.M is 10.N.0.M or fd0N::M.
lines=$(cat <<-'END'
	addr add 2.9#net dev c-red#nodad
	addr add 3.9#net dev s-red#nodad
	addr add 9.9#net dev s-other#nodad
	neigh add 2.4 lladdr CLIENT dev c-red
	neigh add 3.3 lladdr SERVER dev s-red
	neigh add 3.5 lladdr FIFTH dev s-red
	neigh add 3.5 lladdr FIFTH dev s-routed
	neigh add 9.2 lladdr OTHER dev s-other
	route add 4.0#net via 3.3 dev s-red table 10
	route add 6.0#net via 2.4 dev c-red table 10
	rule add iif c-routed lookup 101 pref 101
	rule add iif s-routed lookup 102 pref 102
	rule add fwmark 7 lookup 103 pref 90
	route add 4.0#net via 3.3 dev s-routed table 101
	route add 6.0#net via 2.4 dev c-routed table 102
	route add 7.0#net via 3.3 dev s-routed table 103
	route add 4.0#net via 9.2 dev s-other
	route add 6.0#net via 9.2 dev s-other
	route add 7.0#net via 9.2 dev s-other
	route add 5.0#net nexthop via 3.3 dev s-routed nexthop via 3.5 dev s-routed
END
)
lines=$(sed "s/CLIENT/$client_routed/; s/SERVER/$server_routed/; s/FIFTH/$fifth/; s/OTHER/$other/" <<< "$lines")
# expand 4|6: from standard input, N.M into an address of that family.
expand() {
	if [ "$1" = 4 ]; then
		sed -E 's/(^| )([0-9])\.([0-9])/\110.\2.0.\3/g; s/#net/\/24/g; s/#nodad//'
	else
		sed -E 's/(^| )([0-9])\.([0-9])/\1fd0\2::\3/g; s/::0/::/g; s/#net/\/64/g; s/#nodad/ nodad/'
	fi
}
ip -n "$box" -batch - <<-END || exit 1
	link set red up
	link set c-red addrgenmode none master red up
	link set s-red addrgenmode none master red up
	link set s-other addrgenmode none up
END
for family in 4 6; do
	expand $family <<< "$lines" | ip -"$family" -n "$box" -batch - || exit 1
done
inside "$box" nft -f - <<-END || exit 1
	table inet marks {
		chain prerouting {
			type filter hook prerouting priority mangle
			tcp dport 82 meta mark set 7
		}
	}
END
# A station that forwards nothing says so in IPv6.  It is to be silent.
inside "$server" nft -f - <<-END || exit 1
	table inet quiet {
		chain output {
			type filter hook output priority 0
			icmpv6 type destination-unreachable drop
		}
	}
END
policy interval 600ms

# change LINES: of routes, in both families and at once.
change() {
	ip -n "$box" -batch - <<< "$1" || exit 1
}
# planned LINE: in both families.
planned() {
	expand 4 <<< "$1"
	expand 6 <<< "$1"
}
red_change=$(planned "route replace 4.0#net via 3.5 dev s-red table 10")
rules_change=$(planned "route replace 4.0#net via 3.5 dev s-routed table 101"
	planned "route replace 7.0#net via 3.5 dev s-routed table 103")
hops_change=$(planned "route replace 5.0#net via 3.5 dev s-routed")

# at FAMILY N.M PORT: an endpoint.
at() {
	local address

	address=$(expand "$1" <<< "$2")
	[ "$1" = 4 ] && echo "$address:$3" || echo "[$address]:$3"
}

made=()
# from POINT FAMILY SOURCE DESTINATION PORT WORD...: a frame of port 4000, or to it.
from() {
	local point=$1 family=$2

	made+=("${*:6:1} $point $(at "$family" "$3" 4000) > $(at "$family" "$4" "$5") ${*:7}")
}

go() {
	frames "client=$client/routed,$box_c_routed" "server=$server/routed,$box_s_routed" \
		"other=$server/other,$box_s_other" \
		"redclient=$redclient/routed,$box_c_red" -- "${made[@]}"
	made=()
}

points=(client/routed server/routed server/other redclient/routed redserver/routed)
to_third="eth $box_s_routed>$server_routed" to_fifth="eth $box_s_routed>$fifth"
red_to_third="eth $box_s_red>$server_routed" red_to_fifth="eth $box_s_red>$fifth"

# The same SYNs in two VRFs at the same time; of each pair one is answered.  The third goes
# by a route of the VRF that changes.
capture "${points[@]}"
for family in 4 6; do
	for port in 80 81; do
		from client $family 2.4 3.3 $port @0 SYN seq 1000
		from redclient $family 2.4 3.3 $port @0 SYN seq 1000
	done
	made+=("@100 server $(at $family 3.3 80) > $(at $family 2.4 4000) SYN,ACK seq 5 ack 1001")
	from redclient $family 6.4 4.3 83 @0 SYN seq 1000
done
go
flows=$(tool flow)
flows_json=$(tool -j flow)
pause 0.7
change "$red_change"
pause 2
captured
for family in 4 6; do
	to=$(at $family 3.3 80)
	seen "IPv$family, VRF: answered where it is answered" client/routed from "$to" "100 SYN,ACK"
	seen "IPv$family, VRF: and not repeated there" server/routed to "$to" "0 SYN"
	seen "IPv$family, VRF: but where nobody answers" redserver/routed to "$to" \
		"0 SYN $red_to_third" "600 SYN ip first" "1200 SYN ip first" "1800 SYN ip first"
	seen "IPv$family, VRF: which is told" redclient/routed from "$to" \
		"2400 RST,ACK seq 0 ack 1001 eth $box_c_red>$client_routed"
	to=$(at $family 3.3 81)
	for n in "" red; do
		seen "IPv$family, VRF: two attempts, ${n:-plain}" "${n}server/routed" to "$to" \
			"0 SYN" "600 SYN ip first" "1200 SYN ip first" "1800 SYN ip first"
		seen "IPv$family, VRF: two RSTs, ${n:-plain}" "${n}client/routed" from "$to" \
			"2400 RST,ACK seq 0 ack 1001"
	done
	to=$(at $family 4.3 83)
	seen "IPv$family, VRF: its route changes" redserver/routed to "$to" \
		"0 SYN $red_to_third" "600 SYN $red_to_third" "1200 SYN $red_to_fifth" "1800 SYN $red_to_fifth"
	seen "IPv$family, VRF: other tables are not asked" server/other to "$to"
	seen "IPv$family, VRF: nor on the way back" redclient/routed from "$to" "2400 RST,ACK"
done
counters "VRF" started 10 answered 2 retransmitted 24 gave-up 8

# Of each pair one is in the VRF.
told="null null null
null null null
red red $(ip -n "$box" -j link show red | jq '.[].ifindex')"
told+=$'\n'${told##*$'\n'}
is "VRF: attempts tell of theirs" "$(jq -r '.[] | select(.server_port == 81) |
	"\(.vrf_in) \(.vrf_out) \(.vrf_out_index)"' <<< "$flows_json" | sort)" "$told"
is "VRF: in words" "$(grep -c ':81 .*, vrf red, routed (red -> s-red)$' <<< "$flows")" 2
is "VRF: there alone" "$(grep -c ':81 .*, policy p1, routed (c-routed -> s-routed)$' <<< "$flows")" 2
is "VRF: destinations tell of theirs" "$(tool -j dest learned | jq -r '.[] | select(.port == 81) |
	"\(.vrf_in) \(.vrf_out) \(.vrf_out_index)"' | sort)" "$told"
is "VRF: in words" "$(tool dest learned | grep -c ':81 .* answered, vrf red, routed$')" 2

# Rules of the interface of arrival, on the way there and back, and of a mark.
tool stats reset
capture "${points[@]}"
for family in 4 6; do
	from client $family 6.4 4.3 80 @0 SYN seq 1000
	from client $family 6.4 7.3 82 @0 SYN seq 1000
done
go
pause 0.7
change "$rules_change"
pause 2
captured
for family in 4 6; do
	for to in "$(at $family 4.3 80)" "$(at $family 7.3 82)"; do
		seen "IPv$family, rules, $to: the table's new next hop" server/routed to "$to" \
			"0 SYN $to_third" "600 SYN $to_third" "1200 SYN $to_fifth" "1800 SYN $to_fifth"
		seen "IPv$family, rules, $to: the main table is not asked" server/other to "$to"
		seen "IPv$family, rules, $to: the client is told" client/routed from "$to" \
			"2400 RST,ACK seq 0 ack 1001 eth $box_c_routed>$client_routed"
		seen "IPv$family, rules, $to: nor for that" server/other from "$to"
	done
done
counters "rules" started 4 retransmitted 12 gave-up 4

# Several next hops: an attempt keeps to one, unless that goes.  Its answer comes by another
# interface.
tool stats reset
capture "${points[@]}"
for family in 4 6; do
	for port in 84 85 86 87; do
		from client $family 2.4 5.3 $port @0 SYN seq 1000
	done
	made+=("@1500 other $(at $family 5.3 87) > $(at $family 2.4 4000) SYN,ACK seq 5 ack 1001")
done
(go) &
going=$!
pause 0.7
change "$hops_change"
wait $going
made=()
pause 1.5
captured
for family in 4 6; do
	for port in 84 85 86 87; do
		to=$(at $family 5.3 $port)
		events=("0 SYN" "600 SYN eth first" "1200 SYN $to_fifth")
		answers=("2400 RST,ACK")
		[ $port = 87 ] && answers=("1500 SYN,ACK") || events+=("1800 SYN $to_fifth")
		seen "IPv$family, next hops, $port: the one, then the other" server/routed to "$to" \
			"${events[@]}"
		seen "IPv$family, next hops, $port: ${answers[0]}" client/routed from "$to" \
			"${answers[@]}"
	done
done
counters "next hops" started 8 answered 2 repaired 2 retransmitted 22 gave-up 6

# Where the server's answers would not be let through the RST goes as one of the router's own;
# and where there is no way for that either none is sent.
for family in 4 6; do
	ip -$family -n "$box" route add prohibit "$(expand $family <<< 2.0#net)" table 102
done
tool stats reset
capture "${points[@]}"
for family in 4 6; do
	from client $family 2.4 4.3 89 @0 SYN seq 1000
done
go
pause 2.6
captured
for family in 4 6; do
	seen "IPv$family, prohibited: the client is told" client/routed \
		from "$(at $family 4.3 89)" "2400 RST,ACK seq 0 ack 1001"
done
counters "prohibited" started 2 retransmitted 6 gave-up 2

for family in 4 6; do
	ip -$family -n "$box" rule add prohibit to "$(expand $family <<< 2.0#net)" pref 80
	tool dest down "$(expand $family <<< 4.5)"
done
tool stats reset
capture "${points[@]}"
for family in 4 6; do
	from client $family 2.4 4.3 90 @0 SYN seq 1000
	from client $family 2.4 4.5 90 @0 SYN seq 1000
done
go
pause 2.6
captured
for family in 4 6; do
	for to in "$(at $family 4.3 90)" "$(at $family 4.5 90)"; do
		seen "IPv$family, no way back, $to: four SYNs, were it down" server/routed to "$to" \
			"0 SYN" "600 SYN" "1200 SYN" "1800 SYN"
		seen "IPv$family, no way back, $to: no RST" client/routed from "$to"
	done
done
counters "no way back" started 4 retransmitted 12 path-gone 4 not-sent 2
for family in 4 6; do
	ip -$family -n "$box" rule del pref 80
	ip -$family -n "$box" route del prohibit "$(expand $family <<< 2.0#net)" table 102
done
tool dest flush

# A server's address becomes the router's own: nothing more is forwarded to it.
tool stats reset
capture "${points[@]}"
for family in 4 6; do
	from client $family 2.4 4.3 91 @0 SYN seq 1000
done
go
pause 0.3
ip -n "$box" -batch - <<-END || exit 1
	link set lo up
	addr add 10.4.0.3/32 dev lo
	addr add fd04::3/128 dev lo nodad
END
pause 2.3
ip -n "$box" -batch - <<-END || exit 1
	addr del 10.4.0.3/32 dev lo
	addr del fd04::3/128 dev lo
END
captured
for family in 4 6; do
	to=$(at $family 4.3 91)
	seen "IPv$family, the router's own: no SYN follows" server/routed to "$to" "0 SYN"
	seen "IPv$family, the router's own: and no RST" client/routed from "$to"
done
counters "the router's own" started 2 path-gone 2

# From one VRF into another, and from none: each attempt is one of its own.
tool stats reset
ip -n "$box" -batch - <<-END || exit 1
	route add 10.33.0.3 dev s-routed table 10
	neigh add 10.33.0.3 lladdr $server_routed dev s-routed
	route add 10.34.0.3 dev s-red
	neigh add 10.34.0.3 lladdr $server_routed dev s-red
END
made=("@0 redclient 10.2.0.4:4000 > 10.33.0.3:88 SYN seq 1000"
	"@0 client 10.2.0.4:4000 > 10.34.0.3:88 SYN seq 1000")
go
is "out of a VRF, in words" "$(tool flow | grep -c ':88 .*, vrf red -> default, routed (red -> s-routed)$')" 1
is "into a VRF, in words" "$(tool flow | grep -c ':88 .*, vrf default -> red, routed (c-routed -> s-red)$')" 1
pause 2.6
is "JSON" "$(tool -j dest learned | jq -r '.[] | select(.port == 88) |
	"\(.address) \(.vrf_in) \(.vrf_out)"' | sort)" "10.33.0.3 red null
10.34.0.3 null red"
counters "across" started 2 retransmitted 6 gave-up 2

# What comes in by a port of a VRF comes in by the VRF, for a policy as for nftables.
tool policy flush
policy iif c-red retries 0 interval 200ms
policy iif red retries 1 interval 200ms
policy iif c-routed retries 2 interval 200ms
tool stats reset
capture "${points[@]}"
for family in 4 6; do
	from client $family 2.4 3.3 92 @0 SYN seq 1000
	from redclient $family 2.4 3.3 92 @0 SYN seq 1000
done
go
pause 0.8
captured
for family in 4 6; do
	seen "IPv$family, iif: the VRF's policy" redserver/routed to "$(at $family 3.3 92)" "0 SYN" "200 SYN"
	seen "IPv$family, iif: the port's where it has none" server/routed to "$(at $family 3.3 92)" \
		"0 SYN" "200 SYN" "400 SYN"
done
counters "iif" started 4 retransmitted 6 gave-up 4

finish
