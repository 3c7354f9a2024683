#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A bridge that does not know where the server is sends the SYN to all ports.  Each copy
# passes, but there is one attempt, and it goes on by the port of the first copy.
#
#   client ----- c-bridged [br0] s-bridged ----- server
#                            |
#                            +-- o-bridged ----- other
. "${0%/*}/lib.sh"

other=other-$$

need_module
setup
namespaces+=("$other")
ip -batch - <<-END || exit 1
	netns add $other
	link add o-bridged netns $box type veth peer name bridged netns $other
END
ip -n "$box" link set o-bridged addrgenmode none master br0 up
ip -n "$other" link set bridged addrgenmode none up
policy interval 200ms
capture client/bridged server/bridged other/bridged

flooded=()
for way in bridge4 bridge6; do
	for at in @0 @500; do
		flooded+=("$at here ${guest[$way]}:4000 > ${silent[$way]}:80 SYN seq 1000")
	done
done
frames here="$client/bridged,02:00:00:00:00:99" -- "${flooded[@]}"
pause 0.6
captured

# Which port is first is the bridge's choice.
on=server off=other
[ "$(count '*server/bridged *:80 SYN *')" = 8 ] || on=other off=server
for way in bridge4 bridge6; do
	from=${guest[$way]}:4000
	seen "$way: it goes on by one port, where the client's own repeat is dropped" \
		$on/bridged from "$from" "0 SYN" "200 SYN ip first" "400 SYN ip first" "600 SYN ip first"
	seen "$way: the other one has what the client sent" \
		$off/bridged from "$from" "0 SYN" "500 SYN ip first"
	seen "$way: the client gets one RST" client/bridged to "$from" "800 RST,ACK seq 0 ack 1001"
done
counters "one attempt each, two copies passed by" started 2 other-path 4 repeat-dropped 2 \
	retransmitted 6 gave-up 2

finish
