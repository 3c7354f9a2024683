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

# look: what is known, into the array $known by address, port and name; times in us.
look() {
	local endpoint name value

	known=()
	while read -r endpoint name value; do
		known[$endpoint $name]=$value
	done < <(tool -j dest learned | jq -r '.[] |
		"\(if .address | contains(":") then "[\(.address)]" else .address end):\(.port)" as $at |
		to_entries[] | "\($at) \(.key) \(if .key | endswith("_ns") then .value / 1000 | floor
						else .value end)"')
}
declare -A known

# lesson WAY PORT NAME: a number that is known of the silent address, 0 if it is not.
lesson() {
	echo "${known[${silent[$1]}:$2 $3]:-0}"
}

# lessons WAY PORT NAME...: several of them.
lessons() {
	local name

	for name in "${@:3}"; do
		printf '%s ' "$(lesson "$1" "$2" "$name")"
	done
}

# call WAY PORT NUMBER: a SYN from the guest.
call() {
	send client "$1" "$4 ${guest[$1]}:$3 > ${silent[$1]}:$2 SYN seq 1000"
}

# answered WAY PORT NUMBER @MS [ACK]: its answer.
answered() {
	send server "$1" "$4 ${silent[$1]}:$2 > ${guest[$1]}:$3 SYN,ACK seq 5000 ack ${5:-1001}"
}

# shellcheck disable=SC2317 # called by way of check
# is_ms WAY PORT VALUE: is the round-trip time about so long?  Who sends has to be scheduled.
is_ms() {
	is_about "$(($(lesson "$1" "$2" rtt_ns)))" "$3" $((tolerance + 15))
}

# --- what answers teach

policy rtt dport 81 timing rtt retries 2 interval 400ms linger 0s
policy adaptive dport 82 timing adaptive linger 0s
policy seeded dport 83-84 timing rtt retries 1 interval 300ms linger 0s
policy rest retries 1 interval 600ms linger 0s
is "nothing is known" "$(tool dest learned)" ""
# Only to know whether the machine stood still.
capture

# An emulator takes its time for what it does for the first time.
for way in "${ways[@]}"; do
	call "$way" 91 4000 @0
	send server "$way" "@50 ${silent[$way]}:91 > ${guest[$way]}:4000 RST,ACK seq 0 ack 1001"
done
for way in "${ways[@]}"; do
	for port in 81 82; do
		for n in 0 1 2 3 4 5 6 7; do
			call "$way" $port $((4000 + n)) "@$((400 + n * 200))"
			answered "$way" $port $((4000 + n)) "@$((500 + n * 200))"
		done
	done
	# Neither an answer that does not fit, nor one to nothing.
	call "$way" 85 4000 @200
	answered "$way" 85 4000 @220 7777
	answered "$way" 85 4001 @230
	send server "$way" "@240 ${silent[$way]}:85 > ${guest[$way]}:4000 RST,ACK seq 0 ack 7777"
	# It answers when the SYN has come a second time: which of them does it answer?
	call "$way" 86 4000 @200
	answered "$way" 86 4000 @1100
	# Its timestamp says so, where the client has sent a newer one: the third.
	send client "$way" "@200 ${guest[$way]}:4000 > ${silent[$way]}:87 SYN seq 1000 ts 100 0" \
		"@500 ${guest[$way]}:4000 > ${silent[$way]}:87 SYN seq 1000 ts 200 0"
	send server "$way" "@1100 ${silent[$way]}:87 > ${guest[$way]}:4000 SYN,ACK seq 5000 ack 1001 ts 9 200"
	# The second goes on at 600 ms, and is not forgotten for a third that does not.
	for port in 89 90; do
		for at in 0 300 750; do
			send client "$way" "@$((200 + at)) ${guest[$way]}:4000 > ${silent[$way]}:$port SYN seq 1000 ts $((at + 1)) 0"
		done
	done
	send server "$way" "@1100 ${silent[$way]}:89 > ${guest[$way]}:4000 SYN,ACK seq 5000 ack 1001 ts 9 1" \
		"@1100 ${silent[$way]}:90 > ${guest[$way]}:4000 SYN,ACK seq 5000 ack 1001 ts 9 301"
	# Refused is answered, but takes no time that would count.
	call "$way" 88 4000 @200
	send server "$way" "@250 ${silent[$way]}:88 > ${guest[$way]}:4000 RST,ACK seq 0 ack 1001"
done
sent
pause 0.5
captured
look

for way in "${ways[@]}"; do
	for port in 81 82; do
		is "$way, port $port: eight answers" "$(lessons "$way" $port attempts answered silent down)" \
			"8 8 0 false "
		check "$way, port $port: each after 100 ms" is_ms "$way" $port 100
		check "$way, port $port: set up in that time" \
			is_in "$(lesson "$way" $port setup_p50_ns)" 90000..$((150000 + tolerance * 1000))
		check "$way, port $port: nearly all of them" \
			is_in "$(lesson "$way" $port setup_p99_ns)" 100000..$((200000 + tolerance * 1000))
	done
	check "$way: nothing is lost, so far as eight tell" is_in "$(lesson "$way" 81 loss_ppm)" 40000..60000
	is "$way: what does not fit teaches nothing" "$(lessons "$way" 85 answered rtt_ns silent)" "0 0 1 "
	is "$way: an answer to one of two teaches no time (Karn)" \
		"$(lessons "$way" 86 answered rtt_ns)" "1 0 "
	check "$way: unless a timestamp tells which" is_ms "$way" 87 300
	is "$way: which is not the first SYN's if another was sent since" \
		"$(lessons "$way" 89 answered rtt_ns)" "1 0 "
	check "$way: nor forgotten for one that was not sent" is_ms "$way" 90 300
	is "$way: a refusal is a sign of life" "$(lessons "$way" 88 answered rtt_ns silent)" "1 0 0 "
done
check "in words" grep -q "^${silent[bridge4]}:81 answered .* ago, rtt .*, 8 of 8 answered, bridge br0$" \
	<(tool dest learned)
is "those of a prefix" "$(tool dest learned 10.1.0.0/16 | wc -l)" 9
is "of a port" "$(tool dest learned 0.0.0.0/0:81 | wc -l)" 2
is "of nothing" "$(tool -j dest learned 10.9.9.9)" "[]"

# --- a flood of forged answers

# Whoever sends them knows addresses and ports, but not what the clients' SYNs have said.
tool stats reset
for way in "${ways[@]}"; do
	send client "$way" "@0 ${guest[$way]}:20000 > ${silent[$way]}:95 SYN seq 1000 count 200"
	for n in 1 2 3 4 5; do
		send server "$way" "@$((100 + n * 50)) ${silent[$way]}:95 > ${guest[$way]}:20000 SYN,ACK seq 5000 ack 1002 count-to 200" \
			"@$((120 + n * 50)) ${silent[$way]}:95 > ${guest[$way]}:20000 RST,ACK seq 0 ack 1000 count-to 200"
	done
done
sent
pause 1.5
look
read_counters
check "eight thousand answers are forged, most of them in time" is_in "${counter[unfit]}" 4000..8000
for way in "${ways[@]}"; do
	is "$way: they teach nothing and bring no server to life" \
		"$(lessons "$way" 95 attempts answered silent rtt_ns)" "200 0 200 0 "
done

# --- the schedules

declare -A due
for way in "${ways[@]}"; do
	gap=$(($(lesson "$way" 81 rtt_ns) * 3 / 2))
	due[$way]="$((gap / 1000)) $((2 * gap / 1000)) $((3 * gap / 1000))"
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
pause 2.6
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

# --- an answer that is too late for the last SYN, by all that is known, and too early for nothing

# The round-trip time is not what it was thought to be: until one answer is clear the schedule
# takes twice the time.
policy explained position 1 dport 97 timing rtt retries 1 deadline 600ms linger 0s
capture
for way in "${ways[@]}"; do
	tool dest set "${silent[$way]}:97" rtt 40ms
	call "$way" 97 4000 @0
	answered "$way" 97 4000 @400
	call "$way" 97 4001 @500
	call "$way" 97 4002 @1200
	answered "$way" 97 4002 @1240
	call "$way" 97 4003 @1400
done
sent
pause 0.5
captured
for way in "${ways[@]}"; do
	number=4000
	for gap in 60 120 - 60; do
		events=("0 SYN" "$gap SYN")
		[ "$gap" != - ] || events=("0 SYN")
		seen "$way, an answer that fits no SYN: attempt $number, then $gap ms" \
			"server/${port[$way]}" from "${guest[$way]}:$number" "${events[@]}"
		((number++))
	done
done

# What the operator says anew, be it of losses alone, is where it begins again.
tool dest set "${silent[bridge4]}:97" rtt 40ms loss 50%
call bridge4 97 4004 @0
sent
look
check "another loss is believed" is_in "$(lesson bridge4 97 loss_ppm)" 400000..500000

# --- many silent at once

policy crowd position 1 dport 3000-3020 timing adaptive interval 200ms retries 2 linger 0s
pause 2.1
tool stats reset
capture
for way in "${ways[@]}"; do
	send client "$way" "@0 ${guest[$way]}:4000 > ${silent[$way]}:3000 SYN seq 1000 count-to 3"
	call "$way" 3010 4000 @300
done
sent
pause 3.2
call bridge4 3011 4000 @0
sent
pause 0.8
captured
for way in "${ways[@]}"; do
	seen "$way: the first of many that are silent is called as ever" "server/${port[$way]}" \
		to "${silent[$way]}:3000" "0 SYN" "200 SYN" "400 SYN"
	seen "$way: the next one at half the pace" "server/${port[$way]}" to "${silent[$way]}:3010" \
		"0 SYN" "400 SYN"
done
seen "and some time later as ever" server/bridged to "${silent[bridge4]}:3011" "0 SYN" "200 SYN" "400 SYN"
read_counters
is "it is counted" "${counter[backed-off]}" 4

# --- kept, limited

tool save --learned > "$tmp/learned"
is "what was learned can be saved" "$(grep -c '^dest .* rtt .* loss .*%$' "$tmp/learned")" 25
check "and checked" syncopate check "$tmp/learned"
tool save > "$tmp/before"
check "and loaded" tool load "$tmp/learned"
is "as profiles" "$(tool dest | sort)" "$(sort "$tmp/learned")"
tool load "$tmp/before"

tool stats reset
before=$(tool dest learned | wc -l)
check "of ten and no more" tool limit set learned 10
tool dest learned > "$tmp/left"
is "the others are forgotten at once" "$(wc -l < "$tmp/left")" 10
is "they are counted" "$(read_counters; echo "${counter[learned-evicted]}")" $((before - 10))
is "those first that have never answered" "$(grep -c "never answered" "$tmp/left")" 0
for ((n = 0; n < 20; n++)); do
	call bridge4 $((2000 + n)) 6000 "@$n"
done
sent
pause 0.2
read_counters
is "it is counted ($before before)" "${counter[learned-evicted]}" $((before + 20 - 10))
tool dest learned > "$tmp/left"
is "that many are there" "$(wc -l < "$tmp/left")" 10
is "and those that have answered stay longest" "$(grep -c "never answered" "$tmp/left")" 1
refuses() {
	local text=$1 output

	shift
	output=$(tool "$@" 2>&1)
	is "$*: $?" "$output" "syncopate: $text"
}
refuses "learned must be 1 to 1048576" limit set learned 0
refuses "confidence must be 90% to 99.9999%" policy add x timing adaptive confidence 80%

finish
