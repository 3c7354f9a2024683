#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What answers teach: round-trip times, loss, set-up times; and the schedules that follow
# from them when a server falls silent.
#
#   client              box              server
#     | SYN ------------>|--------------->|  0 ms
#     |<-----------------|<------ SYN,ACK |  100: the round-trip time is learned
#     |                  |                x  dead from now on
#     | SYN ------------>|--------------->x  0 ms
#     |                  | SYN ---------->x  1.5 round-trip times: timing rtt
#     |                  | SYN ---------->x  3
#
# Made-up frames of the guest and the silent address say when which answer comes.
. "${0%/*}/lib.sh"

need_module
need jq
setup

# lesson WAY PORT FILTER: what is known of the silent address, by a filter of jq.
lesson() {
	tool -j dest learned "${silent[$1]}:$2" | jq -c "$3"
}

# call WAY PORT NUMBER: a SYN from the guest.
call() {
	send client "$1" "$4 ${guest[$1]}:$3 > ${silent[$1]}:$2 SYN seq 1000"
}

# answered WAY PORT NUMBER @MS [ACK]: its answer.
answered() {
	send server "$1" "$4 ${silent[$1]}:$2 > ${guest[$1]}:$3 SYN,ACK seq 5000 ack ${5:-1001}"
}

# in_ms NAME VALUE: an expression of jq that holds if the time is about so long.  Who
# sends has to be scheduled.
in_ms() {
	echo "(.[0].$1 / 1000000 - $2 | fabs) <= $((tolerance + 15))"
}

# ms WAY PORT FACTOR: so many round-trip times, as they were learned, in milliseconds.
ms() {
	lesson "$1" "$2" ".[0].rtt_ns * $3 / 1000000 | floor"
}

# --- what answers teach

policy rtt dport 81 timing rtt retries 2 interval 400ms linger 0s
policy adaptive dport 82 timing adaptive linger 0s
policy seeded dport 83-84 timing rtt retries 1 interval 300ms linger 0s
policy rest retries 1 interval 300ms linger 0s
is "nothing is known" "$(tool dest learned)" ""

for way in "${ways[@]}"; do
	for port in 81 82; do
		for n in 0 1 2 3 4 5 6 7; do
			call "$way" $port $((4000 + n)) "@$((n * 200))"
			answered "$way" $port $((4000 + n)) "@$((n * 200 + 100))"
		done
	done
	# Neither an answer that does not fit, nor one to nothing.
	call "$way" 85 4000 @0
	answered "$way" 85 4000 @20 7777
	answered "$way" 85 4001 @30
	send server "$way" "@40 ${silent[$way]}:85 > ${guest[$way]}:4000 RST,ACK seq 0 ack 7777"
	# It answers when the SYN has come a second time: which of them does it answer?
	call "$way" 86 4000 @0
	answered "$way" 86 4000 @350
	# Its timestamp says so, where the client has sent a newer one: the third.
	send client "$way" "@0 ${guest[$way]}:4000 > ${silent[$way]}:87 SYN seq 1000 ts 100 0" \
		"@200 ${guest[$way]}:4000 > ${silent[$way]}:87 SYN seq 1000 ts 200 0"
	send server "$way" "@350 ${silent[$way]}:87 > ${guest[$way]}:4000 SYN,ACK seq 5000 ack 1001 ts 9 200"
	# Refused is answered, but takes no time that would count.
	call "$way" 88 4000 @0
	send server "$way" "@50 ${silent[$way]}:88 > ${guest[$way]}:4000 RST,ACK seq 0 ack 1001"
done
sent
pause 0.5

for way in "${ways[@]}"; do
	for port in 81 82; do
		check "$way, port $port: eight answers, each after 100 ms" \
			[ "$(lesson "$way" $port "$(in_ms rtt_ns 100) and .[0].attempts == 8 and
			   .[0].answered == 8 and .[0].silent == 0 and (.[0].down | not)")" = true ]
		check "$way, port $port: set up in that time" \
			[ "$(lesson "$way" $port ".[0] | .setup_p50_ns >= 90000000 and
			   .setup_p99_ns < 220000000 and .setup_p50_ns <= .setup_p90_ns")" = true ]
	done
	check "$way: nothing is lost, so far as eight tell" \
		[ "$(lesson "$way" 81 '.[0].loss_ppm > 40000 and .[0].loss_ppm < 60000')" = true ]
	is "$way: what does not fit teaches nothing" \
		"$(lesson "$way" 85 '.[0] | [.answered, .rtt_ns, .silent]')" "[0,null,1]"
	is "$way: an answer to one of two teaches no time (Karn)" \
		"$(lesson "$way" 86 '.[0] | [.answered, .rtt_ns]')" "[1,null]"
	check "$way: unless a timestamp tells which" \
		[ "$(lesson "$way" 87 "$(in_ms rtt_ns 50)")" = true ]
	is "$way: a refusal is a sign of life" \
		"$(lesson "$way" 88 '.[0] | [.answered, .rtt_ns, .silent]')" "[1,null,0]"
done
check "in words" grep -q "^${silent[bridge4]}:81 answered .* ago, rtt .*, 8 of 8 answered, bridge br0$" \
	<(tool dest learned)
is "those of a prefix" "$(tool dest learned 10.1.0.0/16 | wc -l)" 6
is "of a port" "$(tool dest learned 0.0.0.0/0:81 | wc -l)" 2
is "of nothing" "$(tool -j dest learned 10.9.9.9)" "[]"

# --- the schedules

declare -A due
for way in "${ways[@]}"; do
	due[$way]="$(ms "$way" 81 1.5) $(ms "$way" 81 3) $(ms "$way" 81 4.5)"
done
capture
for way in "${ways[@]}"; do
	call "$way" 81 5000 @0
	call "$way" 82 5000 @0
	tool dest set "${silent[$way]}:83" rtt 40ms
	call "$way" 83 5000 @0
done
tool dest set 10.1.0.0/16:84 rtt 60ms
call bridge4 84 5000 @0
sent
pause 1.8
captured
for way in "${ways[@]}"; do
	to=${silent[$way]}
	read -r second third reset <<< "${due[$way]}"
	seen "$way, timing rtt: one and a half of what was learned" "server/${port[$way]}" to "$to:81" \
		"0 SYN" "$second SYN" "$third SYN"
	seen "$way, and then the RST" "client/${port[$way]}" from "$to:81" \
		"$reset RST,ACK seq 0 ack 1001"
	seen "$way, a profile is where it begins" "server/${port[$way]}" to "$to:83" "0 SYN" "60 SYN"
done
seen "one of the prefix as well" server/bridged to "${silent[bridge4]}:84" "0 SYN" "90 SYN"

# It depends on what has been learned to the millisecond, but it has a shape.
for way in "${ways[@]}"; do
	gaps=()
	before=
	for i in ${concerned["${silent[$way]}:82"]}; do
		read_packet "${timeline[i]}"
		[[ ${timeline[i]} == *" server/${port[$way]} "* ]] || continue
		[ -z "$before" ] || gaps+=($(((packet[time] - before) / 1000)))
		before=${packet[time]}
	done
	check "$way, timing adaptive: a little more than the round-trip time at first (${gaps[*]})" \
		[ "${gaps[0]}" -ge 105 -a "${gaps[0]}" -le $((220 + tolerance)) ]
	check "$way, then twice that, but half a second at most" \
		is_in "${gaps[1]}" $((2 * gaps[0] - 2 * tolerance))..$((500 + tolerance))
	seen "$way, given up" "client/${port[$way]}" from "${silent[$way]}:82" "- RST,ACK seq 0 ack 1001"
done
check "in less than two seconds" [ "$(tool -j stats | jq '."gave-up"')" -ge 13 ]

# --- kept, limited

tool save --learned > "$tmp/learned"
is "what was learned can be saved" "$(grep -c '^dest .* rtt .* loss .*%$' "$tmp/learned")" 17
check "and checked" syncopate check "$tmp/learned"
tool save > "$tmp/before"
check "and loaded" tool load "$tmp/learned"
is "as profiles" "$(tool dest | sort)" "$(sort "$tmp/learned")"
tool load "$tmp/before"

tool stats reset
check "of ten and no more" tool limit set learned 10
known=$(tool -j dest learned | jq length)
for ((n = 0; n < 20; n++)); do
	call bridge4 $((2000 + n)) 6000 "@$n"
done
sent
pause 0.2
is "that many are there" "$(tool -j dest learned | jq length)" 10
check "it is counted ($known before)" \
	[ "$(tool -j stats show --all | jq '."learned-evicted"')" = $((known + 20 - 10)) ]
check "those that have answered stay longest" \
	[ "$(tool -j dest learned | jq '[.[] | select(.answered > 0)] | length')" -ge 9 ]
refuses() {
	local text=$1 output

	shift
	output=$(tool "$@" 2>&1)
	is "$*: $?" "$output" "syncopate: $text"
}
refuses "learned must be 1 to 1048576" limit set learned 0
refuses "confidence must be 90% to 99.9999%" policy add x timing adaptive confidence 80%

finish
