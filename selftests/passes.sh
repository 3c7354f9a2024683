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
#     | SYN ------------>|--------------->|      0      given up at 200
#     | SYN ------------>|                |    400      the RST was lost: once more
#     | SYN ------------>|--------------->|    900      500 ms after giving up: forgotten
. "${0%/*}/lib.sh"

need_module
setup
policy challenged dport 80 retries 1 interval 400ms
policy short dport 81 retries 0 interval 200ms deadline 800ms
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
	seen "$way: the linger time is not put off" "server/${port[$way]}" to "$to:82" \
		"0 SYN" "900 SYN"
	seen "$way: a lost RST is repeated" "client/${port[$way]}" from "$to:82" \
		"200 RST,ACK" "400 RST,ACK" "1100 RST,ACK"
done
counters "and so it is counted" started 16 retransmitted 4 repeat-dropped 8 unfit 4 \
	gave-up 16 reset-again 4

finish
