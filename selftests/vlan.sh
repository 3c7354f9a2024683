#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# VLANs over the bridge: what is sent bears the tags of what came, and the same addresses
# and ports in two VLANs are two attempts.
#
#   client                          box                          server
#      bridged ----- c-bridged [br0 filters or not] s-bridged ----- bridged
#      bridged.5                                                    bridged.5
#      bridged.100.7 (802.1ad)                                      bridged.100.7
. "${0%/*}/lib.sh"

need_module
setup
ip -n "$client" link add link bridged name bridged.5 type vlan id 5 2> "$tmp/error" ||
	skip "no VLAN devices: $(cat "$tmp/error")"
ip -n "$server" link add link bridged name bridged.5 type vlan id 5

# The real client and server, on VLAN devices: 10.5.0.0/24 and 10.7.0.0/24.
# vlans HERE THERE THERE-MAC
vlans() {
	cat <<-END
		link add link bridged name bridged.100 type vlan proto 802.1ad id 100
		link set bridged.100 addrgenmode none up
		link add link bridged.100 name bridged.100.7 type vlan id 7
	END
	for n in 5 100.7; do
		cat <<-END
			link set bridged.$n addrgenmode none up
			addr add 10.${n#*.}.0.$1/24 dev bridged.$n
			addr add fd0${n#*.}::$1/64 dev bridged.$n nodad
		END
		neighbours bridged.$n "$3" "10.${n#*.}.0.$2" "fd0${n#*.}::$2" \
			"10.${n#*.}.0.3" "fd0${n#*.}::3"
	done
}
ip -n "$client" -batch - <<< "$(vlans 1 2 $server_bridged)" || exit 1
ip -n "$server" -batch - <<< "$(vlans 2 1 $client_bridged)" || exit 1
start server -n "$server" 80
policy interval 200ms

# round NAME NUMBER... -- CASE...: the real client in these VLANs, and made-up SYNs from
# the same address and port with the tags of each case: "client's server's answered?", which
# is `past` where it is not paced.
round() {
	local name=$1 numbers=() endpoints=() way n from to answered back forth syns answers

	shift
	while [ "$1" != -- ]; do
		numbers+=("$1")
		endpoints+=("10.$1.0.2:80" "[fd0$1::2]:80" "10.$1.0.3:80" "[fd0$1::3]:80")
		shift
	done
	shift
	tool stats reset
	capture client/bridged server/bridged
	for way in bridge4 bridge6; do
		from=${guest[$way]}:4000 to=${silent[$way]}:80 n=0
		for case; do
			read -r forth back answered <<< "$case"
			((n += 1000))
			send client "$way" "@0 $from > $to SYN seq $n vlan $forth"
			[ "$answered" != yes ] || send server "$way" \
				"@100 $to > $from SYN,ACK seq 5 ack $((n + 1)) vlan $back"
		done
	done
	attempt "$client" "${endpoints[@]}"
	pause 0.1
	sent
	attempted
	pause 0.9
	captured

	for n in "${numbers[@]}"; do
		came_to "$name, VLAN $n, IPv4: connected" "10.$n.0.2:80" connected 0
		came_to "$name, VLAN $n, IPv6: connected" "[fd0$n::2]:80" connected 0
		came_to "$name, VLAN $n, IPv4: refused" "10.$n.0.3:80" ECONNREFUSED 800
		came_to "$name, VLAN $n, IPv6: refused" "[fd0$n::3]:80" ECONNREFUSED 800
	done
	for way in bridge4 bridge6; do
		from=${guest[$way]}:4000 to=${silent[$way]}:80 n=0
		for case; do
			read -r forth back answered <<< "$case"
			((n += 1000))
			syns=("0 SYN seq $n" "200 SYN ip first" "400 SYN ip first" "600 SYN ip first")
			answers=("800 RST,ACK seq 0 ack $((n + 1)) eth $server_bridged>$client_bridged")
			[ "$answered" = no ] || syns=("0 SYN seq $n") answers=("100 SYN,ACK seq 5")
			[ "$answered" != past ] || answers=()
			only=" vlan $back " seen "$name, $way, VLAN $forth: ${#syns[@]} SYNs to the server" \
				server/bridged from "$from" "${syns[@]}"
			only=" vlan $forth " seen "$name, $way, VLAN $forth: ${answers[0]:-nothing}" \
				client/bridged to "$from" "${answers[@]}"
		done
	done
}

round "not filtering" 5 7 -- "- - no" "5 5 no" "6 6 yes" "s100.7 s100.7 no" "s100.8 s100.8 yes" \
	"s100.7.3 s100.7.3 no" "s100.7.4 s100.7.4 yes" "s100.7.3.2 s100.7.3.2 past"
counters "each VLAN counts for itself, but for four within each other" \
	started 22 answered 10 retransmitted 36 gave-up 12

ip -n "$box" link set br0 type bridge vlan_filtering 1 2> "$tmp/error" ||
	skip "no VLAN filtering: $(cat "$tmp/error")"
bridge -n "$box" -batch - <<-END || exit 1
	vlan add dev c-bridged vid 5-6
	vlan add dev s-bridged vid 5-6
	vlan add dev c-bridged vid 9 pvid untagged
	vlan add dev s-bridged vid 9
	vlan add dev c-bridged vid 10
	vlan add dev s-bridged vid 10 pvid untagged
END
# Trunk to trunk, also with a tag inside; access port to trunk; trunk to access port.
round "filtering" 5 -- "5 5 no" "6 6 yes" "5.7 5.7 no" "- 9 no" "10 - no"
counters "each VLAN counts for itself" \
	started 14 answered 4 retransmitted 30 gave-up 10

round "filtering" 5 -- "- 9 yes" "10 - yes"
counters "answered with other tags than asked" \
	started 8 answered 6 retransmitted 6 gave-up 2

# Two VLANs leave s-bridged untagged, and c-bridged is in that one which is nobody's PVID.
bridge -n "$box" -batch - <<-END
	vlan del dev c-bridged vid 10
	vlan add dev c-bridged vid 11
	vlan add dev s-bridged vid 11 untagged
END
round "ambiguous" 5 -- "11 - past"
counters "of which VLAN an untagged frame was is not known" \
	started 4 answered 2 retransmitted 6 gave-up 2 no-vlan 2

# It passes, no more. So does what has more tags than are read, and what is for a group.
tool stats reset
group=01:00:5e:00:00:51
capture client/bridged server/bridged
for way in bridge4 bridge6; do
	to=${silent[$way]}:80
	send client "$way" "${guest[$way]}:5000 > $to SYN seq 1000 vlan 11" \
		"${guest[$way]}:5001 > $to SYN seq 1000 vlan 5.6.7.8"
	frames "group=$client/bridged,$group" -- "group ${guest[$way]}:5002 > $to SYN seq 1000 vlan 5"
done
sent
pause 0.9
captured
for way in bridge4 bridge6; do
	to=${silent[$way]}:80
	only=" vlan - " seen "passes, $way: a VLAN that can not be told" \
		server/bridged from "${guest[$way]}:5000" "- SYN"
	seen "passes, $way: four tags" server/bridged from "${guest[$way]}:5001" "- SYN"
	seen "passes, $way: for a group" server/bridged from "${guest[$way]}:5002" "- SYN"
	seen "passes, $way: nothing comes back" client/bridged from "$to"
done
counters "the first is counted" no-vlan 2

finish
