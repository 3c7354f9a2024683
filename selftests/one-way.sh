#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Only one direction comes by the box, of some servers or of all.
#
#   client              box              server
#     | SYN ------------>|--------------->|
#     |<- - - - - - - - - - - - - SYN,ACK |   another way
#     | ACK ------------>|--------------->|   it lives, then: no RST in its name
#
# The box says of whom it sees no answers, or no SYNs, and behind which interface.  The
# guest's calls at the silent address, and its answers, are made-up frames.
. "${0%/*}/lib.sh"

need_module
need jq setpriv tc
setup

# call WAY PORT FROM @MS
call() {
	send client "$1" "$4 ${guest[$1]}:$3 > ${silent[$1]}:$2 SYN seq 1000"
}

# established WAY PORT FROM @MS: the client goes on as if it had been answered.
established() {
	send client "$1" "$4 ${guest[$1]}:$3 > ${silent[$1]}:$2 ACK seq 1001 ack 78"
}

# answer WAY PORT FROM @MS: the server answers by here.
answer() {
	send server "$1" "$4 ${silent[$1]}:$2 > ${guest[$1]}:$3 SYN,ACK seq 77 ack 1001"
}

# ways_of KIND: where that is so, and how many are there.
ways_of() {
	tool -j | jq -r --arg kind "$1" '.one_way[] | select(.kind == $kind) |
		"\(.interface) \(.destinations // .answers)"' | sort
}

# says TEXT PATTERN: the screen does, its lines joined.
says() {
	local screen

	screen=$(tool | tr -s ' \n' ' ')
	# shellcheck disable=SC2053 # a pattern
	if [[ $screen == *$2* ]]; then
		pass "$1"
	else
		fail "$1" "expected: $2" "seen:     $screen"
	fi
}

short="retries 1 interval 100ms linger 0s"
# shellcheck disable=SC2086 # words
{
policy auto dport 80 $short
policy always dport 81 $short require-answers always breaker 2
policy never dport 82 $short require-answers never
policy vouched dport 83 $short require-answers always
policy dead dport 84 $short
policy proved dport 85 $short require-answers always
policy answers dport 2000-4000 $short
policy real dport 7000-7001
}
for way in "${ways[@]}"; do
	tool dest set "${silent[$way]}:83" rtt 20ms || exit 1
done
is "nothing is told of what is not known" "$(tool -j | jq -c .one_way)" "[]"
syncopate -n "$box" -j monitor flow > "$tmp/events" &
at_end kill $!

# --- no answers

capture
for way in "${ways[@]}"; do
	for port in 80 82; do
		call "$way" $port 4000 @0
		established "$way" $port 4000 @20
	done
	call "$way" 85 4000 @0
	answer "$way" 85 4000 @20
	for port in 80 81 82 83 84 85; do
		call "$way" $port 5000 @50
	done
	call "$way" 81 5001 @50
	call "$way" 81 6000 @350
done
sent
pause 0.4
captured

for way in "${ways[@]}"; do
	at=client/${port[$way]} to=${silent[$way]}
	known=("- RST,ACK seq 0 ack 1001")
	[[ $way != bridge* ]] || known=()
	seen "$way: it is known to live: ${#known[@]} RST" "$at" from "$to:80" "${known[@]}"
	seen "$way: no RST before an answer, nor is it down" "$at" from "$to:81"
	seen "$way: its callers get through" "server/${port[$way]}" to "$to:81" "- SYN" "- SYN" \
		"- SYN" "- SYN" "- SYN" "- SYN"
	seen "$way: a RST whatever is known" "$at" from "$to:82" "- RST,ACK seq 0 ack 1001"
	seen "$way: a profile vouches" "$at" from "$to:83" "- RST,ACK seq 0 ack 1001"
	seen "$way: of who was never seen there is a RST" "$at" from "$to:84" \
		"- RST,ACK seq 0 ack 1001"
	seen "$way: of who has answered once as well" "$at" from "$to:85" "- SYN,ACK" \
		"- RST,ACK seq 0 ack 1001"
done
pause 0.3
counters "they are counted" started 44 retransmitted 32 elsewhere 8 answered 4 gave-up 18 unproven 14
is "and told" "$(jq -r .kind "$tmp/events" | grep -c unproven)" 14

is "clients got connected another way" "$(ways_of elsewhere)" "s-bridged 4
s-routed 4"
is "nobody answered" "$(ways_of silent)" "s-bridged 6
s-routed 6"
says "in words" "answers none seen behind s-bridged, though 4 attempts got through to 10.1.0.3:80, "
says "and of both" "none seen behind s-routed, though 4 attempts got through to 10.3.0.3:80, "
says "who answers is not among them" "answers take another way and the like in 2 more cases, see: syncopate -j"
is "the others as well" "$(tool -j | jq -c '[.one_way[] | select(.kind == "silent") | .others_answer]')" \
	"[true,true]"
is "a destination tells of itself" "$(tool -j dest learned "${silent[bridge4]}:80" |
	jq -c '.[0] | [.seen, .elsewhere, .oif, .silent]')" '[false,1,"s-bridged",1]'
check "in words" grep -q "answered .* ago another way (1 in a row), " <(tool dest learned "${silent[bridge4]}:80")
lines=$(tool | wc -l)
check "it is one screen: $lines lines" [ "$lines" -le 23 ]
is "no line is longer than it is wide" "$(tool | awk 'length > 80')" ""

# A minute is long where it has to be waited for.
if [ "${SYNCOPATE_VIRTUAL_TIME:-0}" = 1 ]; then
	pause 60
	capture
	call bridge6 80 5001 @0
	sent
	pause 0.3
	captured
	seen "a minute later it is not known any more" client/bridged from "${silent[bridge6]}:80" \
		"- RST,ACK seq 0 ack 1001"
else
	echo "# LEFT OUT in real time: for how long it is known"
fi

# --- and then they come

# Of the silent address nothing can be said twice: each port is a destination.
tool stats reset
capture
for way in "${ways[@]}"; do
	for port in 80 81 82 84; do
		call "$way" $port 7000 @0
		answer "$way" $port 7000 @20
	done
	for port in 80 81; do
		call "$way" $port 8000 @50
	done
done
sent
pause 0.3
captured
for way in "${ways[@]}"; do
	for port in 80 81; do
		seen "$way: one answer will do" "client/${port[$way]}" from "${silent[$way]}:$port" \
			"- SYN,ACK" "- RST,ACK seq 0 ack 1001"
	done
done
is "but for one there is nothing to tell any more" "$(ways_of elsewhere; ways_of silent)" "s-bridged 2
s-routed 2"

# --- no SYNs

tool stats reset
for way in "${ways[@]}"; do
	answer "$way" 3999 4000 @0
	send server "$way" "${silent[$way]}:100 > ${guest[$way]}:4000 SYN,ACK seq 1 ack 1 count 50"
done
sent
counters "answers that nobody asked for, where a policy would have" stray 4
before=$(tool -j | jq .learned)
send server bridge4 "${silent[bridge4]}:2000 > ${guest[bridge4]}:4000 SYN,ACK seq 1 ack 1 count 1000"
sent
is "however many there are, nothing is kept of them" "$(tool -j | jq .learned)" "$before"
counters "but their number" stray 1004
is "it is told where they came from" "$(ways_of stray)" "s-bridged 1004"
is "once in a second" "$(tool -j | jq -r '.one_way[] | select(.kind == "stray") | .named[0].address')" \
	"$(tr -d '[]' <<< "${silent[bridge4]}")"
says "in words" "1004 to SYNs that did not come by, the last "
is "not to everyone" "$(inside "$box" setpriv --reuid 65534 --regid 65534 --clear-groups \
	--bounding-set=-all syncopate -j | jq 'has("one_way")')" false
pause 1.1
answer router4 3998 4000 @0
sent
says "the next one" " by s-routed from 10.3.0.3:3998: SYNs take another way"
call router4 3998 4000 @0
sent
is "until there is a SYN" "$(ways_of stray)" ""
pause 0.3

# --- two real servers, the answers of one of them are redirected before the bridge

tool stats reset
start server -n "$server" 7000 7001
tc -n "$box" -batch - <<-END || exit 1
	qdisc add dev s-bridged clsact
	filter add dev s-bridged ingress protocol ip u32 match ip sport 7000 0xffff action mirred egress redirect dev c-bridged
END
attempt "$client" "${live[bridge4]}:7000" "${live[bridge4]}:7001"
attempted
came_to "redirected: connected" "${live[bridge4]}:7000" connected 0
came_to "bridged: connected" "${live[bridge4]}:7001" connected 0
counters "one of them elsewhere" started 2 elsewhere 1 answered 1
is "the other one answers by here" "$(tool -j | jq -r '.one_way[] | select(.kind == "elsewhere") |
	"\(.interface) \(.named[] | "\(.address):\(.port)")"')" "s-bridged 10.1.0.2:7000"
says "in words" "none seen behind s-bridged, though 1 attempt got through to 10.1.0.2:7000: "
tc -n "$box" qdisc del dev s-bridged clsact || exit 1
attempt "$client" "${live[bridge4]}:7000"
attempted
is "not redirected any more: nothing to tell" "$(ways_of elsewhere)" ""

finish
