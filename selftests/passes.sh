#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The client's own repeats that are not swallowed, because the schedule does not stand
# for them.
#
#   client              box              server
#     | SYN ------------>|--------------->|      0 ms   a server that remembers an older
#     |<-----------------|<---------- ACK |     50      connection challenges
#     | RST ------------>|--------------->|     60      and is told to forget it:
#     | SYN ------------>|--------------->|     70      this SYN will be heard
#     | SYN ------------>|                |    150      this one is a repeat again
#
#     | SYN ------------>|--------------->|      0      no retries, a deadline far away
#     | SYN ------------>|                |    100
#     | SYN ------------>|--------------->|    300      the schedule is over
#
#     | SYN, data ------>|--------------->|      0      a router asks for less
#     |<-----------------|<--- "too big"  |     50
#     | SYN ------------>|--------------->|     60      this is less
#     | SYN ------------>|                |    100      this one is a repeat again
#
#     | SYN ------------>|--------------->|      0
#     | SYN, spoiled --->|--------------->|    100      who would hear that?
#     |                  | SYN ---------->|    400      the good one
#
#     | SYN ------------>|--------------->|      0      given up at 200
#     | SYN ------------>|                |    400      the RST was lost: once more
#     | SYN ------------>|--------------->|    900      500 ms after giving up: forgotten
. "${0%/*}/lib.sh"

need_module
setup
policy challenged dport 80 retries 1 interval 400ms
policy short dport 81 retries 0 interval 200ms deadline 800ms
policy smaller dport 83 retries 1 interval 400ms
policy spoiled dport 84 retries 1 interval 400ms
policy lingers dport 82 retries 0 interval 200ms linger 500ms
capture

for way in "${ways[@]}"; do
	from=${guest[$way]}:4000 to=${silent[$way]}
	send client "$way" "@0 $from > $to:80 SYN seq 1000"
	send server "$way" "@50 $to:80 > $from ACK seq 7000 ack 9000"
	send client "$way" "@60 $from > $to:80 RST seq 9000"
	send client "$way" "@70 $from > $to:80 SYN seq 1000"
	send client "$way" "@150 $from > $to:80 SYN seq 1000"
	for at in 0 100 300; do
		send client "$way" "@$at $from > $to:81 SYN seq 1000"
	done
	[[ $way == *4 ]] && error=ICMP3/4 || error=ICMP2/0
	send client "$way" "@0 $from > $to:83 SYN seq 1000 len 1200 fastopen"
	send server "$way" "@50 $to > ${guest[$way]} $error $from > $to:83 SYN seq 1000"
	send client "$way" "@60 $from > $to:83 SYN seq 1000 fastopen"
	send client "$way" "@100 $from > $to:83 SYN seq 1000 fastopen"
	# Of another SYN: nothing.
	send server "$way" "@200 $to > ${guest[$way]} $error $from > $to:83 SYN seq 1001"
	send client "$way" "@210 $from > $to:83 SYN seq 1000 fastopen"
	send client "$way" "@0 $from > $to:84 SYN seq 1000 pad"
	send client "$way" "@100 $from > $to:84 SYN seq 1000 ts 7 0 pad spoiled"
	send client "$way" "@500 $from > $to:84 SYN seq 1000 ts 8 0 pad"
	for at in 0 400 900; do
		send client "$way" "@$at $from > $to:82 SYN seq 1000"
	done
done
sent
pause 0.4
captured

for way in "${ways[@]}"; do
	to=${silent[$way]}
	only=" SYN seq" seen "$way: the SYN after the challenge goes on, the next does not" \
		"server/${port[$way]}" to "$to:80" "0 SYN" "70 SYN" "400 SYN"
	only=RST seen "$way: the deadline is as it was" "client/${port[$way]}" from "$to:80" \
		"800 RST,ACK"
	seen "$way: after the schedule the client goes on by itself" "server/${port[$way]}" \
		to "$to:81" "0 SYN" "300 SYN"
	seen "$way: until the deadline" "client/${port[$way]}" from "$to:81" "800 RST,ACK"
	seen "$way: less than was too much goes on, and is repeated" "server/${port[$way]}" \
		to "$to:83" "0 SYN len 1200" "60 SYN len 0" "400 SYN len 0"
	only=RST seen "$way: the RST acknowledges no data" "client/${port[$way]}" from "$to:83" \
		"800 RST,ACK ack 1001"
	only=" sum ok " seen "$way: a repeat with a wrong checksum is not sent instead of the good one" \
		"server/${port[$way]}" to "$to:84" "0 SYN" "400 SYN tcp first"
	is "$way: but passes" "$(count "*server/${port[$way]} in * > ${to//[\[\]]/?}:84 SYN * sum bad *")" 1
	seen "$way: the linger time is not put off" "server/${port[$way]}" to "$to:82" \
		"0 SYN" "900 SYN"
	seen "$way: a lost RST is repeated" "client/${port[$way]}" from "$to:82" \
		"200 RST,ACK" "400 RST,ACK" "1100 RST,ACK"
done
counters "and so it is counted" started 24 retransmitted 12 repeat-dropped 20 unfit 12 \
	gave-up 24 reset-again 4

finish
