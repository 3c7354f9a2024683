#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whoever calls a dead destination again is refused at once, until it answers.
#
#   client              box              server
#     | SYN ------------>|--------------->x    twice in vain: it is down
#     |<-------- RST,ACK |                |
#     | SYN ------------>|                |
#     |<-------- RST,ACK |                |    at once
#     |                  |                |    ... a probe is due
#     | SYN ------------>|--------------->|
#     |<-----------------|<------ SYN,ACK |    it is up again
#
# The guest calls the silent address, which answers by made-up frames.
. "${0%/*}/lib.sh"

need_module
need jq
setup

call() {
	send client "$1" "$4 ${guest[$1]}:$3 > ${silent[$1]}:$2 SYN seq 1000"
}

# look: how often each was silent and whether it is down, into the array $health.
look() {
	local endpoint value

	health=()
	while read -r endpoint value; do
		health[$endpoint]=$value
	done < <(tool -j dest learned | jq -r '.[] |
		"\(if .address | contains(":") then "[\(.address)]" else .address end):\(.port) \(.silent) \(.down)"')
}
declare -A health

# learned WAY PORT
learned() {
	echo "${health[${silent[$1]}:$2]:-}"
}

policy dead dport 80-81 retries 1 interval 100ms breaker 2 probe 6s linger 0s
policy plain dport 82 retries 1 interval 100ms linger 0s
policy look dport 83 retries 1 interval 100ms linger 0s breaker 1 observe
syncopate -n "$box" -j monitor dest > "$tmp/events" &
at_end kill $!

for way in "${ways[@]}"; do
	for port in 80 81 82; do
		call "$way" $port 4000 @0
		call "$way" $port 4001 @300
	done
	call "$way" 83 4000 @0
	# One that answers in between is not silent in a row.
	call "$way" 81 4002 @150
	send server "$way" "@160 ${silent[$way]}:81 > ${guest[$way]}:4002 SYN,ACK seq 1 ack 1001"
done
sent
pause 0.6
# --- refused at once, before a probe is due

clock
capture
for way in "${ways[@]}"; do
	call "$way" 80 5000 @0
	call "$way" 80 5001 @100
	call "$way" 82 5000 @0
	call "$way" 83 5000 @0
done
sent
pause 0.3
captured
look
for way in "${ways[@]}"; do
	is "$way: twice silent, and down" "$(learned "$way" 80)" "2 true"
	is "$way: one that answered in between is not" "$(learned "$way" 81)" "1 false"
	is "$way: nor is any without a breaker" "$(learned "$way" 82)" "3 false"
done
for way in "${ways[@]}"; do
	to=${silent[$way]}
	only="${guest[$way]}:5000 "
	seen "$way: a RST at once" "client/${port[$way]}" from "$to:80" "0 RST,ACK seq 0 ack 1001"
	only="${guest[$way]}:5001 "
	seen "$way: and again" "client/${port[$way]}" from "$to:80" "100 RST,ACK seq 0 ack 1001"
	only=
	seen "$way: and nothing gets there" "server/${port[$way]}" to "$to:80"
	seen "$way: others wait as ever" "client/${port[$way]}" from "$to:82" "200 RST,ACK"
	seen "$way: who observes does nothing" "server/${port[$way]}" to "$to:83" "0 SYN"
done
counters "counted" started 40 answered 4 retransmitted 28 gave-up 28 shut 8 \
	would-shut 4 would-retransmit 8 would-reset 8
is "by the policy, too" "$(tool -j policy show dead | jq '.[0].shut')" 8

# A real client learns it as quickly as it can.
start server -n "$server" 80
each live 80
attempt "$client" "${endpoints[@]}"
attempted
for endpoint in "${endpoints[@]}"; do
	came_to "those that live are not concerned" "$endpoint" connected 0
done

# --- a probe, and the answer to it

until_clock 6500
capture
for way in "${ways[@]}"; do
	call "$way" 80 6000 @0
	call "$way" 80 6001 @20
	send server "$way" "@50 ${silent[$way]}:80 > ${guest[$way]}:6000 SYN,ACK seq 1 ack 1001"
	call "$way" 80 6002 @70
	send server "$way" "@80 ${silent[$way]}:80 > ${guest[$way]}:6002 SYN,ACK seq 1 ack 1001"
done
sent
pause 0.1
captured
look
for way in "${ways[@]}"; do
	to=${silent[$way]}
	seen "$way: one probes, and when it is answered all may" "server/${port[$way]}" to "$to:80" \
		"0 SYN" "- SYN"
	only="${guest[$way]}:6001 "
	seen "$way: whoever comes in between is refused" "client/${port[$way]}" from "$to:80" "- RST,ACK"
	only=
	is "$way: it is up" "$(learned "$way" 80)" "0 false"
done
pause 0.3

# --- by hand

check "a prefix is taken down" tool dest down 10.1.0.0/24
check "an address, too" tool dest down "${silent[router6]}:82"
is "both are saved" "$(tool save | grep "down$")" "dest 10.1.0.0/24 down
dest ${silent[router6]}:82 down"
tool save > "$tmp/saved"
tool dest flush
check "and loaded" tool load "$tmp/saved"
is "as they were" "$(tool save)" "$(cat "$tmp/saved")"
tool dest set 10.1.0.3 rtt 20ms
each live 80
attempt "$client" "${endpoints[@]}"
attempted
came_to "refused at once" 10.1.0.2:80 ECONNREFUSED 0
came_to "where it is not down nobody is refused" 10.3.0.2:80 connected 0
capture
call bridge4 82 7000 @0
call router6 82 7000 @0
sent
pause 0.1
captured
seen "whatever a longer prefix says" client/bridged from "${silent[bridge4]}:82" "0 RST,ACK seq 0 ack 1001"
seen "by IPv6 and a route as well" client/routed from "${silent[router6]}:82" "0 RST,ACK seq 0 ack 1001"

refuses() {
	local text=$1 output

	shift
	output=$(tool "$@" 2>&1)
	is "$*: $?" "$output" "syncopate: $text"
}
refuses "a prefix that it is in is down" dest up 10.1.0.9
refuses "no such destination is down" dest up 10.9.9.9
check "up again" tool dest up 10.1.0.0/24
check "and the other" tool dest up "${silent[router6]}:82"
is "nothing is down any more" "$(tool save | grep -c "down$")" 0
attempt "$client" "${endpoints[@]}"
attempted
came_to "connected" 10.1.0.2:80 connected 0

# What its silence has taken down, the hand takes up.
call bridge4 80 8000 @0
call bridge4 80 8001 @0
sent
pause 0.3
look
is "down by its silence" "$(learned bridge4 80)" "2 true"
check "up by hand" tool dest up "${silent[bridge4]}"
look
is "so it is up" "$(learned bridge4 80)" "0 false"
call bridge4 80 8002 @0
call bridge4 80 8003 @0
call bridge4 81 8002 @0
call bridge4 81 8003 @0
sent
pause 0.3
check "of two ports one is up by hand" tool dest up "${silent[bridge4]}:80"
look
is "it and not the other" "$(learned bridge4 80), $(learned bridge4 81)" "0 false, 2 true"
check "which is then, too" tool dest up "${silent[bridge4]}:81"
pause 0.1
is "all of that was told" "$(jq -r .kind "$tmp/events" | sort | uniq -c | sed 's/^ *//')" "7 dest-down
7 dest-up"

# --- a probe for which there is no room

policy full position 1 dport 84 retries 0 interval 100ms breaker 1 probe 2s linger 0s
policy long position 2 dport 85 retries 0 interval 5s linger 0s
tool stats reset
call bridge4 84 9000 @0
sent
clock
until_clock 300
look
is "down again" "$(learned bridge4 84)" "1 true"
check "room for one" tool limit set flows 1
until_clock 2300
capture
call bridge4 85 9000 @0
call bridge4 84 9001 @10
sent
check "room for more" tool limit set flows 1000
call bridge4 84 9002 @0
sent
pause 0.3
captured
seen "it goes on without care, and the next one is a probe as well" server/bridged \
	to "${silent[bridge4]}:84" "0 SYN" "- SYN"
seen "which alone is given up" client/bridged from "${silent[bridge4]}:84" "- RST,ACK"
counters "counted" started 3 gave-up 2 table-full 1

tool dest flush
line='dest 10.8.0.0/16 rtt 30ms comment "far away"'
tool load - <<< "$line"
check "one with a profile is taken down" tool dest down 10.8.0.0/16
is "which stays" "$(tool save | grep ^dest)" "${line/ comment/ down comment}"
check "and up again" tool dest up 10.8.0.0/16
is "and is what it was" "$(tool save | grep ^dest)" "$line"

# --- by hand, while others go down

# For three seconds five are called in each millisecond, and down again after ten. To look through
# all that are known takes longer than a millisecond.
if [ "${SYNCOPATE_VIRTUAL_TIME:-0}" = 1 ]; then
	left_out "by hand, while others go down" "no time passes while a processor works"
else
	{
		echo "limit learned 60000"
		echo "policy many dport 1000-55999 retries 0 deadline 10ms linger 0s"
		echo "policy few dport 500-599 retries 0 deadline 10ms linger 0s breaker 1 probe 1m"
	} | tool load -
	send client bridge4 "${guest[bridge4]}:4000 > ${silent[bridge4]}:1000 SYN seq 1000 count-to 55000"
	sent
	pause 0.2
	for ((at = 0; at < 3000; at++)); do
		send client bridge4 "@$at ${guest[bridge4]}:4000 > ${silent[bridge4]}:$((500 + at % 20 * 5)) SYN seq 1000 count-to 5"
	done
	clock
	sent &
	sending=$!
	until_clock 500
	begun=${EPOCHREALTIME/[.,]/}
	check "many are brought up while others go down" tool dest up 0.0.0.0/0
	took=$(((${EPOCHREALTIME/[.,]/} - begun) / 1000))
	check "which comes to an end, after $took ms" [ "$took" -lt 1000 ]
	wait $sending
fi

refuses "breaker must be 1 to 1000" policy add x breaker 0
refuses "probe must be 100ms to 60m" policy add x breaker 3 probe 99ms

finish
