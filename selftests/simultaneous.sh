#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Simultaneous open: each side connects to the other, and the box leaves them alone.
#
#   client              box              server
#     | SYN ------------>|...        ...<--- SYN |
#     |<-----------------|                       |
#     |                  |---------------------->|
#     | SYN,ACK -------->|<-------------- SYN,ACK|
#
# Port 4000 is two real sockets, what they send comes 300 ms late; port 4001 is made
# up, and would be repeated and reset if the box missed the server's SYN.  Of port 4003 it
# does, and sees the client's answer to it.  Port 4002 is
# a thousand at once, whose two SYNs come to different processors of the box within
# microseconds: whichever is the second finds the first.
. "${0%/*}/lib.sh"

need_module
setup
delay client 300ms
delay server 300ms
policy
capture

there=() back=()
for way in "${ways[@]}"; do
	there+=("${own[$way]}:4000,${live[$way]}:4000")
	back+=("${live[$way]}:4000,${own[$way]}:4000")
done
# Both send the same bytes, so that each gets back what it sent.
connect -n "$server" -t 3000 -w 2600 "${back[@]}" > "$tmp/back" &
attempt "$client" -t 3000 -w 2600 "${there[@]}"
for way in "${ways[@]}"; do
	send client "$way" "@0 ${guest[$way]}:4001 > ${silent[$way]}:4001 SYN seq 1000"
	send server "$way" "@200 ${silent[$way]}:4001 > ${guest[$way]}:4001 SYN seq 2000"
	unseen="${guest[$way]}:4003 > ${silent[$way]}:4003"
	send client "$way" "@0 $unseen SYN seq 1000" "@200 $unseen SYN,ACK seq 1000 ack 2001"
done
sent
attempted
captured

for way in "${ways[@]}"; do
	came_to "$way: connected, data flows" "${live[$way]}:4000" connected - echoed
	only=RST seen "$way: nobody is reset" "client/${port[$way]}" from "${live[$way]}:4000"
	only=" SYN seq" seen "$way: the client's SYN comes once" "server/${port[$way]}" \
		to "${live[$way]}:4000" "- SYN"
	only=" SYN seq" seen "$way: the server's SYN comes once" "client/${port[$way]}" \
		from "${live[$way]}:4000" "- SYN"

	seen "$way: made up, the client's SYN comes once" "server/${port[$way]}" \
		to "${silent[$way]}:4001" "- SYN seq 1000"
	seen "$way: made up, the server's SYN comes once and no RST" "client/${port[$way]}" \
		from "${silent[$way]}:4001" "- SYN seq 2000"
	seen "$way: not seen, the client's SYN comes once, and its answer" "server/${port[$way]}" \
		to "${silent[$way]}:4003" "- SYN seq 1000" "- SYN,ACK seq 1000"
done
# A SYN-ACK of who was the client looks like one whose SYN did not come by.
counters "twelve times both sides sent a SYN" started 12 simultaneous 12 stray 4

for name in "$client" "$server"; do
	for device in bridged routed; do
		tc -n "$name" qdisc del dev $device root
	done
done
tool stats reset
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:5000 > ${silent[$way]}:4002 SYN seq 1000 count 250"
done
sent &
crossing=$!
made_up=()
for way in "${ways[@]}"; do
	send server "$way" "${silent[$way]}:4002 > ${guest[$way]}:5000 SYN seq 2000 count-to 250"
done
sent
wait "$crossing"
counters "and a thousand times at once" started 1000 simultaneous 1000

finish
