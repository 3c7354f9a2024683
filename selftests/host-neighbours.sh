#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Connections of the box's own that others have a hand in: to a virtual service of IPVS on
# the box itself; from equal addresses and ports in two VRFs; by packets of a program's own
# making.
#
#   client               box                                server
#      routed --- c-routed [VRF red]     s-routed ------------ routed
#      10.2.0.1     10.2.0.9             10.3.0.9              10.3.0.2, .3 is silent
#                 dummy [VRF blue]
#                   10.2.0.9, nobody is there
. "${0%/*}/lib.sh"

need_module
need ipvsadm jq
borrow_module vrf
setup
start server -n "$server" 80
policy own on host

# each_way NAME V4 V6 PORT OPTION...: one attempt for each family.
each_way() {
	odd+=("$1-4 $2 $4 ${*:5}" "$1-6 $3 $4 ${*:5}")
}

# came TEXT NAME RESULT MS: of both families.
came() {
	came_to "$1, IPv4" "$2-4" "$3" "$4"
	came_to "$1, IPv6" "$2-6" "$3" "$4"
}

# --- packets of a program's own making: who sends them has no socket that waits

odd=()
each_way raw 10.3.0.3 fd03::3 80 raw
each_way live 10.3.0.2 fd03::2 80 raw
capture server/routed
attempt_oddly "$box" "${odd[@]}"
attempted
pause 2.3
captured
for to in 10.3.0.3:80 "[fd03::3]:80"; do
	seen "raw: $to: one SYN, and no other" server/routed to "$to" "0 SYN seq 1000"
done
for to in 10.3.0.2:80 "[fd03::2]:80"; do
	seen "raw: $to: TCP refuses the answer" server/routed to "$to" "0 SYN seq 1000" "- RST"
done
counters "raw: none of ours"

# --- a virtual service here: seen as it goes on from IPVS, as after a local DNAT

ip -n "$box" -batch - <<-END || exit 1
	link set lo up
	addr add 10.96.0.1/32 dev lo
	addr add fd96::1/128 dev lo nodad
END
ip -n "$server" -batch - <<-END || exit 1
	route add 10.96.0.1/32 via 10.3.0.9
	route add fd96::1/128 via fd03::9
END
inside "$box" ipvsadm -R 2> "$tmp/error" <<-END || skip "no IPVS: $(cat "$tmp/error")"
	-A -t 10.96.0.1:80 -s rr
	-a -t 10.96.0.1:80 -r 10.3.0.2:80 -m
	-A -t [fd96::1]:80 -s rr
	-a -t [fd96::1]:80 -r [fd03::2]:80 -m
	-A -t 10.96.0.1:81 -s rr
	-a -t 10.96.0.1:81 -r 10.3.0.3:81 -m
	-A -t [fd96::1]:81 -s rr
	-a -t [fd96::1]:81 -r [fd03::3]:81 -m
END
tool stats reset
capture server/routed
attempt "$box" -w 300 10.96.0.1:80 "[fd96::1]:80" 10.96.0.1:81 "[fd96::1]:81"
attempted
captured
for to in 10.96.0.1 "[fd96::1]"; do
	came_to "IPVS: $to: connected" "$to:80" connected 0 echoed
	came_to "IPVS: $to: refused" "$to:81" ECONNREFUSED 2000
done
for to in 10.3.0.3:81 "[fd03::3]:81"; do
	seen "IPVS: $to: four SYNs" server/routed to "$to" \
		"0 SYN" "500 SYN ip first" "1000 SYN" "1500 SYN"
done
counters "IPVS: paced once" started 4 answered 2 retransmitted 6 repeat-dropped 2..4 gave-up 2

# --- equal addresses and ports in two VRFs: who is answered in the one is not in the other

ip -n "$box" -batch - <<-END || exit 1
	link add red type vrf table 200
	link add blue type vrf table 201
	link set red up
	link set blue up
	link add dummy type dummy
	link set dummy addrgenmode none master blue up
	addr add 10.2.0.9/24 dev dummy
	addr add fd02::9/64 dev dummy nodad
	$(neighbours dummy $client_routed 10.2.0.1 10.2.0.5 fd02::1 fd02::5)
END
client_in_vrf red
start server -n "$client" 80
tool stats reset
odd=()
for vrf in red blue; do
	each_way "$vrf-one" 10.2.0.1 fd02::1 80 dev $vrf sport 4001
	each_way "$vrf-dead" 10.2.0.5 fd02::5 80 dev $vrf sport 4002
done
for n in "${!odd[@]}"; do
	[[ ${odd[n]} == *-4\ * ]] && odd[n]+=" from 10.2.0.9" || odd[n]+=" from fd02::9"
done
capture client/routed
attempt_oddly "$box" "${odd[@]}"
pause 1
is "VRFs: attempts tell of theirs" "$(tool -j flow | jq -r '.[] |
	select(.state == "pending") | "\(.server_port) \(.vrf_in) \(.vrf_out)"' | sort | uniq -c | tr -s ' \n' ' ')" \
	" 4 80 blue blue 2 80 red red "
is "VRFs: in words" "$(tool flow | grep -c ', policy own, vrf blue, host (-> dummy)$')" 4
attempted
captured
came "VRFs: answered where somebody is" red-one connected 0
came "VRFs: which is no answer in the other" blue-one ECONNREFUSED 2000
came "VRFs: nobody in the one" red-dead ECONNREFUSED 2000
came "VRFs: nor in the other" blue-dead ECONNREFUSED 2000
for to in 10.2.0.5:80 "[fd02::5]:80"; do
	seen "VRFs: $to: four SYNs in that where it is seen" client/routed to "$to" \
		"0 SYN" "500 SYN" "1000 SYN" "1500 SYN"
done
counters "VRFs: each is an attempt" started 8 answered 2 gave-up 6 retransmitted 18 \
	repeat-dropped 6..12
attempt_oddly "$box" "own-4 10.2.0.9 81 dev red" "own-6 fd02::9 81 dev red"
attempted
came "VRFs: its own addresses refuse" own ECONNREFUSED 0
counters "VRFs: which is none of ours" started 8 answered 2 gave-up 6 retransmitted 18 \
	repeat-dropped 6..12
is "VRFs: destinations tell of theirs" "$(tool -j dest learned | jq -r '.[] |
	select(.vrf_in) | "\(.vrf_in) \(.vrf_out)"' | sort | uniq -c | tr -s ' \n' ' ')" \
	" 4 blue blue 4 red red "

finish
