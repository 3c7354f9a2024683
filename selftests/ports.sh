#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A bond and a team as ports of the bridge: in the middle of an attempt the link that it
# went by fails, and it goes on by the other.
#
#   client                 box                      server
#      bridged --- c-bridged [br0] s-bridged     bridged, a bridge of its own
#                                  +-- s-one ----- one
#                                  +-- s-two ----- two
. "${0%/*}/lib.sh"

ways=(bridge4 bridge6)

need_module
need teamnl
setup

# The server's end is a bridge: it hears what comes by either link.
ip -batch - <<-END || exit 1
	netns exec $box ip link del s-bridged
	link add s-one netns $box type veth peer name one netns $server
	link add s-two netns $box type veth peer name two netns $server
END
ip -n "$server" -batch - <<-END || exit 1
	link add bridged address $server_bridged type bridge forward_delay 0 mcast_snooping 0
	link set bridged addrgenmode none up
	link set one addrgenmode none master bridged up
	link set two addrgenmode none master bridged up
	addr add 10.1.0.2/24 dev bridged
	addr add fd01::2/64 dev bridged nodad
	$(neighbours bridged $client_bridged 10.1.0.1 10.1.0.4 fd01::1 fd01::4)
END
start server -n "$server" 80
policy interval 500ms

# round KIND FAIL...: what makes it go by the other link.
round() {
	local way to

	capture client/bridged server/one server/two
	each silent 80
	targets=("${endpoints[@]}")
	each live 80
	attempt "$client" -w 2200 "${targets[@]}" "${endpoints[@]}"
	pause 0.65
	inside "$box" "${@:2}" || exit 1
	attempted
	captured
	for way in "${ways[@]}"; do
		to=${silent[$way]}:80
		came_to "$1, $way: connected, and the other link has the connection" \
			"${live[$way]}:80" connected 0 echoed
		came_to "$1, $way: refused" "$to" ECONNREFUSED 2000
		seen "$1, $way: two SYNs by the first link" server/one to "$to" "0 SYN" "500 SYN tcp first"
		is "$1, $way: two by the second" "$(count "* server/two in * > ${to//[\[\]]/?} SYN *")" 2
		seen "$1, $way: one RST" client/bridged from "$to" "2000 RST,ACK seq 0 ack isn+1"
	done
}

ip -n "$box" -batch - <<-END 2> "$tmp/error" || skip "no bond: $(cat "$tmp/error")"
	link add s-bridged type bond mode active-backup miimon 10
	link set s-one master s-bridged
	link set s-two master s-bridged
	link set s-bridged addrgenmode none master br0 up
END
all_up "$box" dev s-bridged
pause 0.3
ip -n "$box" link set s-bridged type bond active_slave s-one || exit 1
round bond ip link set s-one down
counters "bond" started 4 answered 2 retransmitted 6 repeat-dropped 2 gave-up 2

ip -n "$box" link del s-bridged
ip -n "$box" -batch - <<-END 2> "$tmp/error" || skip "no team: $(cat "$tmp/error")"
	link set s-one down
	link set s-two down
	link add s-bridged type team
END
inside "$box" teamnl s-bridged setoption mode activebackup || exit 1
ip -n "$box" -batch - <<-END || exit 1
	link set s-one master s-bridged
	link set s-two master s-bridged
	link set s-one addrgenmode none up
	link set s-two addrgenmode none up
	link set s-bridged addrgenmode none master br0 up
END
# number DEVICE: its index.
number() {
	ip -n "$box" -o link show dev "$1" | cut -d: -f1
}
inside "$box" teamnl s-bridged setoption activeport "$(number s-one)" || exit 1
all_up "$box" dev s-bridged
pause 0.3
tool stats reset
round team teamnl s-bridged setoption activeport "$(number s-two)"
counters "team" started 4 answered 2 retransmitted 6 repeat-dropped 2 gave-up 2

finish
