#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The answer comes after the client was told to give up: the server is told, too.
#
#   client              box              server
#     | SYN ------------>|--------------->|      0 ms
#     |                  | SYN ---------->|    100, 200, 300
#     |<--------- RST,ACK|                |    400
#     |                  |<------- SYN,ACK|   1600
#     |                  | RST ---------->|
#
# First a real server, whose segments come 1.6 s late; then made-up ones, of which one
# does not fit (550 ms) and one comes when the linger time is over (1000 ms). An ICMP error
# (430 ms) is too late to say anything.  A client that withdraws, of which the RST was lost, calls
# anew.
. "${0%/*}/lib.sh"

# half_open: how many connections the server holds half open (SYN_RECV is 03).
half_open() {
	inside "$server" cat /proc/self/net/tcp /proc/self/net/tcp6 |
		grep -c '^ *[0-9]*: [0-9A-F:]* [0-9A-F:]* 03 '
}

need_module
setup
delay server 2600ms
start server -n "$server" 80
policy dport 80 interval 100ms
policy dport 81 retries 0 interval 300ms linger 500ms
capture

each live 80
clock
attempt "$client" "${endpoints[@]}"
attempted
is "the server holds four connections half open" "$(half_open)" 4
until_clock 3900
is "then it holds none" "$(half_open)" 0
captured

for way in "${ways[@]}"; do
	to=${live[$way]}:80
	came_to "$way: refused at the deadline" "$to" ECONNREFUSED 400
	seen "$way: nothing more comes to the client" "client/${port[$way]}" from "$to" \
		"400 RST,ACK seq 0 ack isn+1"
	# The server may answer a repeated SYN once more.
	answers=()
	for line in "${timeline[@]}"; do
		[[ $line == *" server/"*" $to > "*" SYN,ACK "* ]] && answers+=("- RST seq isn+1")
	done
	only=" RST seq" seen "$way: every late answer is answered with a RST" \
		"server/${port[$way]}" to "$to" "${answers[@]:-- RST seq isn+1}"
done
counters "four attempts given up, answers came late" \
	started 4 retransmitted 12 gave-up 4 late 4..16

delay server 0
tool stats reset
capture
for way in "${ways[@]}"; do
	there="${guest[$way]}:4000 > ${silent[$way]}:81"
	back="${silent[$way]}:81 > ${guest[$way]}:4000"
	error=ICMP3/1
	[[ $way == *4 ]] || error=ICMP1/0
	send server "$way" "@430 ${live[$way]} > ${guest[$way]} $error $there SYN seq 1000" \
		"@450 $back SYN,ACK seq 7000 ack 1001" \
		"@550 $back SYN,ACK seq 8000 ack 1500" "@1000 $back SYN,ACK seq 9000 ack 1001"
	send client "$way" "@0 $there SYN seq 1000"
done
sent
captured

for way in "${ways[@]}"; do
	to=${silent[$way]}:81
	seen "$way: the client gets what does not fit and what comes too late" \
		"client/${port[$way]}" from "$to" "300 RST,ACK seq 0 ack 1001" \
		"550 SYN,ACK seq 8000 ack 1500" "1000 SYN,ACK seq 9000 ack 1001"
	seen "$way: the server gets a RST for the one that fits" "server/${port[$way]}" \
		to "$to" "- SYN seq 1000" "- RST seq 1001"
	error=ICMP3/1
	[[ $way == *4 ]] || error=ICMP1/0
	only=about seen "$way: an ICMP error passes" "client/${port[$way]}" to "${guest[$way]}" \
		"- $error seq 1000"
done
counters "one late answer each, one unfit" started 4 gave-up 4 late 4 unfit 4

tool stats reset
policy withdrawn position 1 dport 82 retries 0 interval 300ms linger 2s
capture
for way in "${ways[@]}"; do
	there="${guest[$way]}:4000 > ${silent[$way]}:82"
	send client "$way" "@0 $there SYN seq 1000" "@350 $there RST seq 1001" \
		"@400 $there SYN seq 1000"
done
sent
pause 0.5
captured
for way in "${ways[@]}"; do
	to=${silent[$way]}:82
	seen "withdrawn, $way: all that the client sends goes on" "server/${port[$way]}" to "$to" \
		"0 SYN" "350 RST" "400 SYN"
	seen "withdrawn, $way: each attempt has its end" "client/${port[$way]}" from "$to" \
		"300 RST,ACK ack 1001" "700 RST,ACK ack 1001"
done
counters "withdrawn: two attempts on each way" started 8 gave-up 8

finish
