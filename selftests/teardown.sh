#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A thousand attempts are pending and what they stand on is taken away: the policies, the
# module, the namespace.  Nothing stalls, nothing more is sent, and the traffic goes on.
. "${0%/*}/lib.sh"

# begin TEXT: 250 attempts on each way.
begin() {
	local way

	policy interval 1500ms
	for way in "${ways[@]}"; do
		send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:80 SYN seq 1000 count 250"
	done
	sent
	clock
	is "$1: a thousand attempts are pending" "$(tool -j | grep -o '"flows": [0-9]*')" '"flows": 1000'
}

# goes_on TEXT: when a SYN would be due nothing is sent, and who connects is connected.
goes_on() {
	local way

	each live 80
	capture
	attempt "$client" -w 600 "${endpoints[@]}"
	attempted
	until_clock 1900
	captured
	is "$1: no SYN is repeated" "$(count '*:80 SYN *10.*.3:80*')" 0
	is "$1: nobody is reset" "$(count '* RST*')" 0
	for way in "${ways[@]}"; do
		came_to "$1, $way: who connects is connected" "${live[$way]}:80" connected 0 echoed
	done
}

need_module
setup
start server -n "$server" 80

begin "policies"
check "policies: all removed" tool policy flush
goes_on "policies"
counters "policies: the attempts were forgotten" started 1000 forgotten 1000

begin "module"
check "module: removed" rmmod syncopate
goes_on "module"
check "module: loaded again" modprobe syncopate
counters "module: it begins anew"

begin "namespace"
ip netns del "$box"
# Its end of the cable goes with it, and so does the other end.
for _ in {1..40}; do
	ip -n "$client" link show bridged > /dev/null 2>&1 || break
	pause 0.1
done
is "namespace: gone, with its interfaces" "$(ip -n "$client" -br link show type veth)" ""

finish
