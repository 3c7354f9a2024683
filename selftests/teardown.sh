#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A thousand attempts are pending and what they stand on is taken away: the policies, the
# module, a port of the bridge, the namespace.  Nothing stalls, nothing more is sent, and the traffic goes on.
. "${0%/*}/lib.sh"

# begin TEXT: a thousand attempts, shared out among the ways.
begin() {
	local way

	policy interval 1500ms
	for way in "${ways[@]}"; do
		send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:80 SYN seq 1000 count $((1000 / ${#ways[@]}))"
	done
	sent
	clock
	is "$1: a thousand attempts are pending" "$(tool -j | grep -o '"flows": [0-9]*')" '"flows": 1000'
}

# goes_on TEXT: when a SYN would be due nothing is sent, and who connects is connected.
goes_on() {
	local way

	each live 80
	capture "${points[@]}"
	attempt "$client" -w 600 "${endpoints[@]}"
	attempted
	until_clock 1900
	captured
	is "$1: no SYN is repeated" $(($(count '*.3:80 SYN *') + $(count '*::3]:80 SYN *'))) 0
	is "$1: nobody is reset" "$(count '* RST*')" 0
	for way in "${ways[@]}"; do
		came_to "$1, $way: who connects is connected" "${live[$way]}:80" connected 0 echoed
	done
}

points=(client/bridged client/routed server/bridged server/routed)
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
is "module: the tool says that it is not there" "$(tool policy 2>&1; echo "status $?")" \
	"syncopate: the kernel module is not loaded (try: modprobe syncopate)"$'\n'"status 1"
check "module: loaded again" modprobe syncopate
counters "module: it begins anew"

begin "port"
check "port: deleted" ip -n "$box" link del s-bridged
ways=(router4 router6)
until_clock 1900
counters "port: what went by it was forgotten, the others go on" \
	started 1000 forgotten 500 retransmitted 500
points=(client/bridged client/routed server/routed)
tool policy flush
goes_on "port"

begin "namespace"
ip netns del "$box"
# Its end of the cable goes with it, and so does the other end.
for _ in {1..40}; do
	ip -n "$client" link show bridged > /dev/null 2>&1 || break
	pause 0.1
done
is "namespace: gone, with its interfaces" "$(ip -n "$client" -br link show type veth)" ""

finish
