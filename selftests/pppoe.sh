#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# PPPoE sessions over the bridge: what is sent is of the session of what came, and the same
# addresses and ports in two sessions are two attempts.
#
#   client                          box                          server
#      bridged ----------- c-bridged [br0] s-bridged ----------- bridged
#      ppp0 10.5.0.1               session 17                    ppp0 10.5.0.2
#
# The kernel's own PPPoE at both ends, and made-up frames in other sessions, also in VLANs.
# Then all that again with br_netfilter, which looks into sessions if it is told to.
. "${0%/*}/lib.sh"

need_module
need nft jq
borrow_module pppoe
setup

# --- a frame that ends before the packet in it begins passes as it is

# br_netfilter would drop it, and is not there yet.
if [ -e /proc/sys/net/bridge ]; then
	left_out "cut off: they go on" "br_netfilter is there already"
else
	policy interval 200ms
	everything=1 capture client/bridged server/bridged
	# Of the inner tag two bytes are left, of PPPoE all but the two of PPP.
	for cut in "s100.5 cut 20" "p1 cut 20" "s100.p1 cut 24"; do
		send client bridge4 "${guest[bridge4]}:4000 > ${silent[bridge4]}:80 SYN seq 1 vlan $cut"
	done
	sent
	pause 0.3
	captured
	is "cut off: they go on" \
		"$(count "* server/bridged in * OTHER * eth $client_bridged>$server_bridged*")" 3
	counters "cut off: and are nothing to us"
	tool policy flush
fi

borrow_module br_netfilter
start pppoe -n "$client" bridged $server_bridged 17
start pppoe -n "$server" bridged $client_bridged 17
for n in 1 2; do
	name=$client
	[ $n = 1 ] || name=$server
	ip -n "$name" -batch - <<-END || exit 1
		link set ppp0 mtu 1492 addrgenmode none up
		addr add 10.5.0.$n/24 dev ppp0
		addr add fd05::$n/64 dev ppp0 nodad
	END
done
start server -n "$server" 80
# Port 83 shows whether the router's hooks see what is in a session.
inside "$box" nft -f - <<-END || exit 1
	table inet watch {
		chain forward {
			type filter hook forward priority 0
			tcp dport 83 drop
		}
	}
END
policy interval 200ms

# --- sessions

# Each by its tags: is it answered?
cases=("p1 no" "p2 yes" "5.p1 no" "5.p2 yes" "s100.5.p1 no" "- no")

# What was given up in the one round is still remembered in the next.
source=4000
# round NAME LOOKED: are sessions looked into by the router's hooks?
round() {
	local way n from to tags answered syns answers

	((source++))
	tool stats reset
	capture client/bridged server/bridged
	for way in bridge4 bridge6; do
		from=${guest[$way]}:$source to=${silent[$way]}:80 n=0
		for case in "${cases[@]}"; do
			read -r tags answered <<< "$case"
			((n += 1000))
			send client "$way" "@0 $from > $to SYN seq $n vlan $tags mss 1452"
			[ "$answered" = no ] || send server "$way" \
				"@100 $to > $from SYN,ACK seq 5 ack $((n + 1)) vlan $tags"
		done
		send client "$way" "@0 $from > ${silent[$way]}:83 SYN seq 1 vlan p1"
	done
	attempt "$client" -w 1000 "${real[@]}"
	sent
	is "$1: attempts tell of their sessions" "$(tool -j flow | jq -r '.[] |
		select(.server_port == 80 and .state == "pending") |
		(.vlan | map("\(.).") | join("")) + "p\(.pppoe)"' | sort | uniq -c |
		tr -s ' \n' ' ')" " 2 100.5.p1 2 5.p1 2 p1 2 p17 2 pnull "
	is "$1: in words" "$(tool flow | grep -c ':80 pending, .*, vlan 5, pppoe 1, bridge br0 ')" 2
	attempted
	pause 0.2
	captured

	came_to "$1, IPv4: connected" 10.5.0.2:80 connected 0 echoed
	came_to "$1, IPv6: connected" "[fd05::2]:80" connected 0 echoed
	for to in 10.5.0.3:80 "[fd05::3]:80"; do
		came_to "$1, $to: refused" "$to" ECONNREFUSED 800
		only=" vlan p17 " seen "$1, $to: four SYNs" server/bridged to "$to" \
			"0 SYN" "200 SYN ip first" "400 SYN ip first" "600 SYN ip first"
	done
	for way in bridge4 bridge6; do
		from=${guest[$way]}:$source to=${silent[$way]}:80 n=0
		for case in "${cases[@]}"; do
			read -r tags answered <<< "$case"
			((n += 1000))
			syns=("0 SYN seq $n" "200 SYN ip first" "400 SYN ip first" "600 SYN ip first")
			answers=("800 RST,ACK seq 0 ack $((n + 1)) eth $server_bridged>$client_bridged")
			[ "$answered" = no ] || syns=("0 SYN seq $n") answers=("100 SYN,ACK seq 5")
			only=" vlan $tags " seen "$1, $way, $tags: ${#syns[@]} SYNs to the server" \
				server/bridged to "$to" "${syns[@]}"
			only=" vlan $tags " seen "$1, $way, $tags: ${answers[0]}" \
				client/bridged from "$to" "${answers[@]}"
		done
		syns=()
		[ "$2" = yes ] || syns=("0 SYN" "200 SYN" "400 SYN" "600 SYN")
		seen "$1, $way: looked into by others, $2" server/bridged \
			to "${silent[$way]}:83" "${syns[@]}"
	done
}

real=(10.5.0.2:80 "[fd05::2]:80" 10.5.0.3:80 "[fd05::3]:80")
round "bridge" no
counters "each session counts for itself" started 18 answered 6 retransmitted 36 gave-up 12
is "what is learned of a server is so for all of its VLAN" "$(tool -j dest learned "${silent[bridge4]}:80" |
	jq -c '[.[] | [.attempts, .answered]] | sort')" "[[1,0],[2,1],[3,1]]"

# shellcheck disable=SC2016
inside "$box" sh -c '
	for name in call-iptables call-ip6tables filter-pppoe-tagged filter-vlan-tagged; do
		echo 1 > /proc/sys/net/bridge/bridge-nf-$name
	done'
round "br_netfilter" yes
counters "br_netfilter: the same" started 16 answered 6 retransmitted 30 gave-up 10

finish
