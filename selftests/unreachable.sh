#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ICMP errors, made up.  Those that a TCP takes for the end of an attempt (RFC 1122,
# RFC 4443) end it if they quote the SYN with its number; others pass without effect.
#
#   client              box              server
#     | SYN 1000 ------->|--------------->|      0 ms
#     |<-----------------|<-- ICMP error  |     50
#     |                  |(SYN ---------->|)   300, 600, 900
#     |<--------(RST,ACK)|                |   1200
. "${0%/*}/lib.sh"

need_module
setup
policy interval 300ms
capture

# Does it count, the error, the number it quotes.
v4=("yes 3/1 1000" "yes 3/13 1000" "yes 11/0 1000" "yes 12/0 1000"
	"no 3/1 1001" "no 3/4 1000" "no 5/1 1000")
v6=("yes 1/0 1000" "yes 1/4 1000" "yes 3/0 1000" "yes 4/1 1000"
	"no 1/0 1001" "no 2/0 1000" "no 127/0 1000")

for way in "${ways[@]}"; do
	[[ $way == *4 ]] && errors=("${v4[@]}") || errors=("${v6[@]}")
	syns=() answers=()
	for n in "${!errors[@]}"; do
		read -r _ error seq <<< "${errors[n]}"
		from=${guest[$way]}:$((4000 + n)) to=${silent[$way]}:80
		syns+=("@0 $from > $to SYN seq 1000")
		answers+=("@50 ${live[$way]} > ${guest[$way]} ICMP$error $from > $to SYN seq $seq")
	done
	send server "$way" "${answers[@]}"
	send client "$way" "${syns[@]}"
done
sent
pause 1.4
captured

for way in "${ways[@]}"; do
	[[ $way == *4 ]] && errors=("${v4[@]}") || errors=("${v6[@]}")
	for n in "${!errors[@]}"; do
		read -r counts error seq <<< "${errors[n]}"
		from=${guest[$way]}:$((4000 + n)) syns=("0 SYN") resets=()
		if [ "$counts" = no ]; then
			syns+=("300 SYN" "600 SYN" "900 SYN")
			resets=("1200 RST,ACK seq 0 ack 1001")
		fi
		only="about $from" seen "$way: ICMP$error about $seq arrives" \
			"client/${port[$way]}" to "${guest[$way]}" "- ICMP$error seq $seq"
		seen "$way: does it end the attempt? $counts" \
			"server/${port[$way]}" from "$from" "${syns[@]}"
		seen "$way: so a RST is ${resets[*]:-not sent}" \
			"client/${port[$way]}" to "$from" "${resets[@]}"
	done
done
counters "four ended it on each way, one did not fit" \
	started 28 unreachable 16 unfit 4 retransmitted 36 gave-up 12

finish
