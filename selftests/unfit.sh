#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What pretends to answer but does not fit has no effect: it passes, and the schedule
# goes on.  Whoever forges an answer knows addresses and ports, not the number.
#
#   client              box              server
#     | SYN 1000 ------->|--------------->|      0 ms
#     |<-----------------|<--- this or that       50
#     |                  | SYN ---------->|    300, 600, 900
#     |<--------- RST,ACK|                |   1200
#
# And what fits ends the attempt, also where data came with the SYN (Fast Open).
. "${0%/*}/lib.sh"

need_module
setup
policy interval 300ms
capture

# Each by its client port: does it fit, the SYN's data, the answer.
cases=(
	"no  0 SYN,ACK seq 5000 ack 1000"	# acknowledges less than the SYN
	"no  0 SYN,ACK seq 5000 ack 1002"	# acknowledges more
	"no  0 RST seq 0"			# acknowledges nothing
	"no  0 RST,ACK seq 0 ack 1000"
	"no  0 RST,ACK seq 0 ack 1002"
	"no  0 ACK seq 5000 ack 1001"		# a challenge
	"yes 0 SYN,ACK seq 5000 ack 1001"
	"yes 0 SYN,ACK,ECE seq 5000 ack 1001"
	"yes 0 SYN,ACK,CWR,AE seq 5000 ack 1001"	# AccECN
	"yes 0 RST,ACK seq 0 ack 1001"
	"yes 3 SYN,ACK seq 5000 ack 1001"	# the data was not taken
	"yes 3 SYN,ACK seq 5000 ack 1004"	# it was
	"no  3 SYN,ACK seq 5000 ack 1005"
)

for way in bridge4 router6; do
	syns=() answers=()
	for n in "${!cases[@]}"; do
		read -r _ len answer <<< "${cases[n]}"
		from=${guest[$way]}:$((4000 + n)) to=${silent[$way]}:80
		syns+=("@0 $from > $to SYN seq 1000 len $len fastopen pad")
		answers+=("@50 $to > $from $answer")
	done
	send server "$way" "${answers[@]}"
	send client "$way" "${syns[@]}"
done
sent
pause 1.4
captured

for way in bridge4 router6; do
	for n in "${!cases[@]}"; do
		read -r fits len answer <<< "${cases[n]}"
		from=${guest[$way]}:$((4000 + n)) ack=$((1001 + len))
		if [ "$fits" = yes ]; then
			seen "$way: $answer ends the attempt" "server/${port[$way]}" from "$from" \
				"0 SYN len $len"
			seen "$way: $answer arrives" "client/${port[$way]}" to "$from" "- $answer"
		else
			seen "$way: $answer does not end the attempt" "server/${port[$way]}" \
				from "$from" "0 SYN len $len" "300 SYN" "600 SYN" "900 SYN"
			seen "$way: $answer arrives nevertheless" "client/${port[$way]}" \
				to "$from" "- $answer" "1200 RST,ACK seq 0 ack $ack"
		fi
	done
done
counters "seven did not fit, one of them not even an answer, six did" \
	started 26 unfit 12 answered 10 refused 2 retransmitted 42 gave-up 14

finish
