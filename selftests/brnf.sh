#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With br_netfilter a bridged segment passes the router's hooks inside the bridge's: it
# counts once, and so does what the box itself sends.  Whether it is on, off, or comes and goes
# while attempts wait changes nothing, on the bridge or on a router beside it.
#
#   client ----- c-bridged [br0, bridge-nf-call-iptables] s-bridged ----- server
. "${0%/*}/lib.sh"

need_module
need nft
borrow_module br_netfilter
setup
start server -n "$server" 80
# shellcheck disable=SC2016
inside "$box" sh -c '
	for name in ip ip6; do
		echo 1 > /proc/sys/net/bridge/bridge-nf-call-${name}tables
	done'
# Port 83 shows that the router's hooks see what is bridged.
inside "$box" nft -f - <<-END || exit 1
	table inet watch {
		chain forward {
			type filter hook forward priority 0
			tcp dport 83 drop
		}
	}
END
policy
capture

each live 80
targets=("${endpoints[@]}")
each silent 80
attempt "$client" -w 2200 "${targets[@]}" "${endpoints[@]}"
for way in bridge4 bridge6; do
	send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:83 SYN seq 1000"
done
sent
attempted
pause 0.6
captured

for way in bridge4 bridge6; do
	seen "$way: the router's hooks see what is bridged" "server/bridged" to "${silent[$way]}:83"
done
for way in "${ways[@]}"; do
	came_to "$way: connected" "${live[$way]}:80" connected 0 echoed
	to=${silent[$way]}:80
	came_to "$way: refused after two seconds" "$to" ECONNREFUSED 2000
	seen "$way: the server gets a SYN every 500 ms" "server/${port[$way]}" to "$to" \
		"0 SYN" "500 SYN tcp first" "1000 SYN" "1500 SYN"
	seen "$way: the client gets one RST" "client/${port[$way]}" from "$to" \
		"2000 RST,ACK seq 0 ack isn+1"
done
counters "eight attempts, each counted once" \
	started 8 answered 4 retransmitted 12 repeat-dropped 4 gave-up 4

# Switched on and off all the time, it changes nothing.
# switch VALUE
switch() {
	tell_kernel "$box" "$1" net/bridge/bridge-nf-call-iptables net/bridge/bridge-nf-call-ip6tables
}
switched() {
	while :; do
		switch 0
		pause 0.13
		switch 1
		pause 0.13
	done
}
tool stats reset
capture
each live 80
targets=("${endpoints[@]}")
each silent 80
switched &
switching=$!
attempt "$client" -w 2200 "${targets[@]}" "${endpoints[@]}"
attempted
kill $switching
wait $switching 2> /dev/null
captured
for way in "${ways[@]}"; do
	came_to "on and off, $way: connected" "${live[$way]}:80" connected 0 echoed
	came_to "on and off, $way: refused" "${silent[$way]}:80" ECONNREFUSED 2000
	seen "on and off, $way: four SYNs" "server/${port[$way]}" to "${silent[$way]}:80" \
		"0 SYN" "500 SYN" "1000 SYN" "1500 SYN"
	seen "on and off, $way: one RST" "client/${port[$way]}" from "${silent[$way]}:80" \
		"2000 RST,ACK seq 0 ack isn+1"
done
counters "on and off: the same" \
	started 8 answered 4 retransmitted 12 repeat-dropped 4 gave-up 4

# It comes and goes while attempts wait, and sees what is in a VLAN, which port 83 shows.
switch 1
tell_kernel "$box" 1 net/bridge/bridge-nf-filter-vlan-tagged
tool stats reset
capture
for way in bridge4 bridge6; do
	send client "$way" "${guest[$way]}:4001 > ${silent[$way]}:80 SYN seq 1000 vlan 5" \
		"${guest[$way]}:4002 > ${silent[$way]}:83 SYN seq 1000 vlan 5"
done
clock
attempt "$client" "${endpoints[@]}"
sent
until_clock 700
check "br_netfilter goes while attempts wait" modprobe -r br_netfilter
until_clock 1200
check "and comes again" modprobe br_netfilter
attempted
pause 0.6
captured
for way in "${ways[@]}"; do
	came_to "gone and come, $way: refused" "${silent[$way]}:80" ECONNREFUSED 2000
	only=" vlan - " seen "gone and come, $way: four SYNs" "server/${port[$way]}" \
		from "${own[$way]}" "0 SYN" "500 SYN" "1000 SYN" "1500 SYN"
	only=" vlan - " seen "gone and come, $way: one RST" "client/${port[$way]}" \
		to "${own[$way]}" "2000 RST,ACK seq 0 ack isn+1"
done
for way in bridge4 bridge6; do
	only=" vlan 5 " seen "gone and come, $way, VLAN 5: four SYNs" server/bridged \
		from "${guest[$way]}:4001" "0 SYN" "500 SYN tcp first" "1000 SYN tcp first" "1500 SYN tcp first"
	only=" vlan 5 " seen "gone and come, $way, VLAN 5: one RST" client/bridged \
		to "${guest[$way]}:4001" "2000 RST,ACK seq 0 ack 1001"
	seen "$way, VLAN 5: the router's hooks see what is bridged" server/bridged \
		from "${guest[$way]}:4002"
done
counters "gone and come: the same" started 6 retransmitted 18 repeat-dropped 4 gave-up 6

finish
