#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A silent server: the client is told after two seconds.
#
#   client              box              server
#     | SYN ------------>|--------------->|      0 ms
#     |                  | SYN ---------->|    500
#     |                  | SYN ---------->|   1000
#     | SYN ------------>|                |   1000 or so, the client's own repeat
#     |                  | SYN ---------->|   1500
#     |<--------- RST,ACK|                |   2000
#
# A server that is dead altogether does not even answer the router's question for its MAC
# address: there the SYNs wait in the router, and the client is told all the same.
#
# The client's own repeats bear a newer timestamp, and so does what the box sends
# after them (see repeats.sh).  The guest sends its SYN only once: four times the same.
. "${0%/*}/lib.sh"

need_module
setup
policy
capture

each silent 80
attempt "$client" "${endpoints[@]}" 10.3.0.77:80 "[fd03::77]:80"
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:81 SYN seq 4294967295 mss 1460 pad"
done
sent
attempted
pause 0.6
captured

for way in "${ways[@]}"; do
	to=${silent[$way]}:80

	came_to "$way: connect() is refused after two seconds" "$to" ECONNREFUSED 2000
	seen "$way: the server gets a SYN every 500 ms" "server/${port[$way]}" to "$to" \
		"0 SYN" "500 SYN tcp first" "1000 SYN seq isn" "1500 SYN seq isn"
	seen "$way: the client gets nothing but a RST" "client/${port[$way]}" from "$to" \
		"2000 RST,ACK seq 0 ack isn+1 len 0"

	to=${silent[$way]}:81
	seen "$way: one SYN becomes four, the same byte for byte" "server/${port[$way]}" to "$to" \
		"0 SYN sum ok" "500 SYN ip first" "1000 SYN ip first" "1500 SYN ip first"
	seen "$way: one SYN brings one RST" "client/${port[$way]}" from "$to" \
		"2000 RST,ACK seq 0 ack 0 len 0"
done
came_to "router4: a dead server is given up, too" 10.3.0.77:80 ECONNREFUSED 2000
came_to "router6: a dead server is given up, too" "[fd03::77]:80" ECONNREFUSED 2000
counters "ten attempts given up, the client's own repeats replaced" \
	started 10 retransmitted 30 repeat-dropped 6 gave-up 10

finish
