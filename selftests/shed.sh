#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# While SYNs find no room in the table, first ones take a short cut (kmod/shed.c).  It must not
# be noticed: who is in care stays so, who is refused is told so, and what is counted is as
# ever.  That it is taken at all can be told by one thing: destinations that are asked for
# for the first time are not remembered.
#
#   client              box (room for 8)           server
#     | 2 SYNs ----------->|----------------------->|  on each way: in care
#     | SYN to port 81 --->|----------------------->|  no room: remembered, and the short cut begins
#     | SYN to port 82 --->|----------------------->|  no room: not remembered
#     | SYNs of all kinds  |                        |  as ever
#                     some seconds later
#     | SYN to port 83 --->|----------------------->|  no room: remembered, it is over
. "${0%/*}/lib.sh"

# ports: those of the destinations that are remembered on all ways.
ports() {
	tool -j dest learned | jq -r '[group_by(.port)[] | select(length == 4)[0].port] | @sh'
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

need_module
need jq
setup
policy dport 80-89 retries 1 interval 50s deadline 100s linger 0s breaker 1
check "room for eight" tool limit set flows 8
syns 80 4000
syns 80 4001
counters "eight in care" started 8
is "none was refused" "$(ports)" 80

tool stats reset
syns 81 5000
counters "no room for four" table-full 4
is "their destinations are remembered" "$(ports)" "80 81"
pause 2
tool stats reset
capture
syns 82 5001
syns 82 5002 mss 1460
syns 82 5003 mss 1460 len 5
captured
is "they pass" "$(count '*server/*:82 SYN *')" 12
counters "and are counted" table-full 12
is "by the short cut: nobody remembers them" "$(ports)" "80 81"

tool stats reset
capture
syns 80 4000
captured
is "a repeat of a client's in care does not pass" "$(count '*server/*:80 SYN *')" 0
counters "it is the schedule that does" repeat-dropped 4

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
is "remembered are those with an attempt, and who was refused the usual way" "$(ports)" "80 81 84 85 88"
syns 83 5012
is "and when it is over all are" "$(ports)" "80 81 83 84 85 88"

# Without policies nobody asks, and nothing is left.
pause 2
check "all policies go while it is on" tool policy flush
is "no attempt is left" "$(tool -j flow show)" "[]"

finish
