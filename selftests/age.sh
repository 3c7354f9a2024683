#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A destination that nobody has asked for in an hour is as good as gone: it is not shown, and
# who asks for it then begins anew, whatever it was.  Where no time passes it is not waited for:
# this is for virtual time.
#
#   client              box              server
#     | SYN ------------>|--------------->|  it answers, after 100 ms
#     | SYN ------------>|--------------->x  and then it does not: it is down
#     |<-------- RST,ACK |                |
#     |                  |                |  ... an hour
#     | SYN ------------>|--------------->x  is no probe, and teaches anew
. "${0%/*}/lib.sh"

need_module
need jq
[ "${SYNCOPATE_VIRTUAL_TIME:-0}" = 1 ] || skip "an hour would have to pass"
setup
policy retries 0 interval 300ms linger 0s breaker 1 probe 60m

# known: of each destination how often it was asked, answered and was silent, and is it down?
known() {
	tool -j dest learned | jq -c '.[] | [.attempts, .answered, .silent, .down, has("rtt_ns")]'
}
# each_of LINE: it, once for each way.
each_of() {
	printf "%s\n" "$1" "$1" "$1" "$1"
}

for way in "${ways[@]}"; do
	send client "$way" "@0 ${guest[$way]}:4000 > ${silent[$way]}:80 SYN seq 1000"
	send server "$way" "@100 ${silent[$way]}:80 > ${guest[$way]}:4000 SYN,ACK seq 5000 ack 1001"
	send client "$way" "@200 ${guest[$way]}:4001 > ${silent[$way]}:80 SYN seq 1000"
done
sent
pause 0.5
is "each is known, and down" "$(known)" "$(each_of "[2,1,1,true,true]")"
pause 3500
is "nearly an hour later, too" "$(known)" "$(each_of "[2,1,1,true,true]")"
pause 110
is "and then none" "$(known)" ""

tool stats reset
capture
for way in "${ways[@]}"; do
	for n in 2 3; do
		send client "$way" "@0 ${guest[$way]}:400$n > ${silent[$way]}:80 SYN seq 1000"
	done
done
sent
pause 0.4
captured
for way in "${ways[@]}"; do
	seen "$way: who asks again is heard, and so is another" "server/${port[$way]}" \
		to "${silent[$way]}:80" "0 SYN" "0 SYN"
	seen "$way: both wait as long as ever" "client/${port[$way]}" from "${silent[$way]}:80" \
		"300 RST,ACK" "300 RST,ACK"
done
counters "nobody is refused" started 8 gave-up 8
is "what was known is forgotten" "$(known)" "$(each_of "[2,0,2,true,false]")"

finish
