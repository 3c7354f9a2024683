#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The client uses the same ports again.
#
#   client                box                server
#     | SYN 1000 --------->|------------------>|      0 ms
#     |                    | SYN 1000 -------->|    200
#     | SYN 2000 --------->|------------------>|    300  another attempt: the old one is
#     |                    | SYN 2000 -------->|    500  forgotten
#     |                    | SYN 2000 -------->|    700
#     |                    | SYN 2000 -------->|    900
#     |<------ RST,ACK 2001|                   |   1100
#     | SYN 2000 --------->|                   |   1300  the RST was lost
#     |<------ RST,ACK 2001|                   |
#     | SYN 3000 --------->|------------------>|   1500  another attempt
#     |                    | SYN 3000 -------->|   1700, 1900, 2100
#     |<------ RST,ACK 3001|                   |   2300
. "${0%/*}/lib.sh"

need_module
setup
policy interval 200ms
capture

for way in "${ways[@]}"; do
	both="${guest[$way]}:4000 > ${silent[$way]}:80"
	send client "$way" "@0 $both SYN seq 1000" "@300 $both SYN seq 2000" \
		"@1300 $both SYN seq 2000" "@1500 $both SYN seq 3000"
done
sent
pause 1
captured

for way in "${ways[@]}"; do
	to=${silent[$way]}:80
	seen "$way: the server gets each attempt's SYNs in its turn" \
		"server/${port[$way]}" to "$to" "0 SYN seq 1000" "200 SYN seq 1000" \
		"300 SYN seq 2000" "500 SYN seq 2000" "700 SYN seq 2000" "900 SYN seq 2000" \
		"1500 SYN seq 3000" "1700 SYN seq 3000" "1900 SYN seq 3000" "2100 SYN seq 3000"
	seen "$way: the client gets a RST for the attempts it has not forgotten itself" \
		"client/${port[$way]}" from "$to" "1100 RST,ACK seq 0 ack 2001" \
		"1300 RST,ACK seq 0 ack 2001" "2300 RST,ACK seq 0 ack 3001"
done
counters "three attempts each" started 12 restarted 4 retransmitted 28 gave-up 8 reset-again 4

finish
