#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# While SYNs find no room in the table, first ones take a short cut (kmod/shed.c).  It must not
# be noticed: who is in care stays so, who is refused is told so, and what is counted is as
# ever, but for answers to SYNs that did not come by: they can not be told from those to SYNs
# which did, and are not, until those are old.  That it is taken at all is seen by what of the
# module is called.
#
#   client              box (room for 8)           server
#     | 2 SYNs ----------->|----------------------->|  on each way: in care
#     | SYN -------------->|----------------------->|  no room: the short cut begins
#     | SYNs of all kinds  |                        |
#                     some seconds later
#     | SYN -------------->|----------------------->|  no room, the usual way
. "${0%/*}/lib.sh"

tracing=/sys/kernel/tracing
traced=

# called FUNCTION TEXT NUMBER: since the last time so often (a number or a range).
called() {
	local number

	[ -n "$traced" ] || return 0
	number=$(grep -c ": $1 " $tracing/trace)
	check "$2" is_in "$number" "$3"
	is_in "$number" "$3" || echo "# $number times"
	echo > $tracing/trace
}

# usual TEXT NUMBER: so many segments went the usual way.
usual() {
	called handshake_event "$@"
}

# syns PORT SPORT [WORD...]: one on each way.
syns() {
	local way to=$1 from=$2

	shift 2
	for way in "${ways[@]}"; do
		send client "$way" "${guest[$way]}:$from > ${silent[$way]}:$to SYN seq 1000 $*"
	done
	sent
	pause 0.1
}

# answers PORT DPORT: a SYN-ACK on each way.
answers() {
	local way

	for way in "${ways[@]}"; do
		send server "$way" "${silent[$way]}:$1 > ${guest[$way]}:$2 SYN,ACK seq 2000 ack 1001"
	done
	sent
}

need_module
setup
[ -e $tracing/trace ] || mount -t tracefs none $tracing 2> "$tmp/error"
if grep -qw handshake_event $tracing/available_filter_functions 2>> "$tmp/error"; then
	at_end eval "echo nop > $tracing/current_tracer; echo > $tracing/set_ftrace_filter"
	echo handshake_event flow_bloom_drop > $tracing/set_ftrace_filter
	echo function > $tracing/current_tracer
	echo > $tracing/trace
	traced=1
else
	left_out "which way they go" "no calls are traced: $(cat "$tmp/error")"
fi
policy dport 80-89 retries 1 interval 50s deadline 100s linger 0s breaker 1
answers 87 4000
counters "answers to SYNs that did not come by are told" stray 4
tool stats reset
[ -z "$traced" ] || echo > $tracing/trace
check "room for eight" tool limit set flows 8
syns 80 4000
syns 80 4001
counters "eight in care" started 8
usual "which come the usual way" 8

tool stats reset
syns 80 5000
counters "no room for four" table-full 4
usual "which go the usual way" 4
pause 2
syns 82 5000
usual "by the short cut, though they are the first to a destination" 0..2
tool stats reset
capture
answers 82 5000
captured
is "their answers pass" "$(count '*client/* SYN,ACK *')" 4
# They are not said to be answers to nothing.
counters "and are not counted"
usual "on the usual way" 4
tool stats reset
capture
syns 82 5001
syns 82 5002 mss 1460
syns 82 5003 mss 1460 len 5
captured
is "they pass" "$(count '*server/*:82 SYN *')" 12
counters "and are counted" table-full 12
# One that the filter takes for possible, by chance, goes the usual way.
usual "by the short cut" 0..2

tool stats reset
capture
syns 80 4000
captured
is "a repeat of a client's in care does not pass" "$(count '*server/*:80 SYN *')" 0
counters "it is the schedule that does" repeat-dropped 4
usual "the usual way" 4

tool stats reset
capture
syns 443 5004
syns 82 5005 md5
captured
is "what no policy selects passes, and what is signed" "$(count '*server/* SYN *')" 8
counters "and is not counted as one without room" signed 4

for way in "${ways[@]}"; do
	check "$way: a destination is taken down" tool dest down "${silent[$way]}:88"
done
tool stats reset
capture
syns 88 5006
captured
is "who calls it is told so at once" "$(count '*client/* > * RST,ACK *')" 4
is "and does not pass" "$(count '*server/*:88 SYN *')" 0
counters "counted" shut 4

tool stats reset
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:4001 > ${silent[$way]}:80 RST seq 1001"
done
sent
syns 84 5007
syns 84 5008
counters "where four end there is room for four" abandoned 4 started 4 table-full 4

tool stats reset
capture
for way in "${ways[@]}"; do
	send client "$way" "@0 ${guest[$way]}:5007 > ${silent[$way]}:84 SYN seq 1000" \
		"@50 ${guest[$way]}:5007 > ${silent[$way]}:84 RST seq 1001" \
		"@100 ${guest[$way]}:5007 > ${silent[$way]}:84 SYN seq 5000" \
		"@150 ${guest[$way]}:5007 > ${silent[$way]}:84 SYN seq 5000"
done
sent
captured
is "those that began meanwhile are found, and found no more" "$(count '*server/*:84 SYN *')" 4
counters "each repeat is dropped" repeat-dropped 8 abandoned 4 started 4

check "the limit is raised" tool limit set flows 2000
pause 2
tool stats reset
syns 85 5009
counters "there is room" started 4
check "and lowered to what there is" tool limit set flows 12
syns 86 5010
pause 2
tool stats reset
syns 86 5011
syns 85 5009
counters "as before" table-full 4 repeat-dropped 4

pause 8
tool stats reset
answers 82 5000
answers 87 5000
counters "when it is over such answers may still come"
tool stats reset
[ -z "$traced" ] || echo > $tracing/trace
syns 82 5012
counters "and for SYNs there is no room" table-full 4
usual "they go the usual way again" 4
if [ "${SYNCOPATE_VIRTUAL_TIME:-0}" = 1 ]; then
	pause 64
	tool stats reset
	answers 87 5000
	counters "a minute later answers to nothing are told again" stray 4
else
	left_out "that answers to nothing are told again" "a minute would have to pass"
fi

# A client's, or a destination's, share of a larger table.
check "room for two hundred" tool limit set flows 200
send client bridge4 "${guest[bridge4]}:6000 > ${silent[bridge4]}:80 SYN seq 1000 count 150"
sent
pause 2
tool stats reset
[ -z "$traced" ] || echo > $tracing/trace
send client bridge4 "${guest[bridge4]}:7000 > ${silent[bridge4]}:80 SYN seq 1000 count 50"
sent
pause 0.1
counters "no share for fifty" share-full 50
usual "by the short cut" 0..8

# Without policies nobody asks, and nothing is left.
check "all policies go while it is on" tool policy flush
is "no attempt is left" "$(tool -j flow show)" "[]"
[ -z "$traced" ] || echo > $tracing/trace
pause 8
called flow_bloom_drop "and no filter" 1..3

finish
