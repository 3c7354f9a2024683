#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Timing by the round-trip time of the destination: an interval of one and a half of it.
#
#   client              box              server (RTT 200 ms, two retries)
#     | SYN ------------>|--------------->|      0 ms
#     |                  | SYN ---------->|    300
#     |                  | SYN ---------->|    600
#     |<--------- RST,ACK|                |    900
. "${0%/*}/lib.sh"

# beat TEXT WAY PORT DEADLINE SYN-AT...: SYNs at the server, the RST at the client.
beat() {
	local text=$1 way=$2 to=${silent[$2]}:$3 deadline=$4

	shift 4
	seen "$text: SYNs at $*" "server/${port[$way]}" to "$to" "${@/%/ SYN}"
	seen "$text: RST at $deadline" "client/${port[$way]}" from "$to" "$deadline RST,ACK"
}

# dest WORD...: sets a profile.
dest() {
	tool dest set "$@" || exit 1
}

need_module
setup
policy fixed dport 90 retries 1 interval 400ms
policy limits dport 84-85 timing rtt retries 1 interval 600ms floor 150ms ceiling 500ms
policy given dport 86 timing rtt retries 2 deadline 1s
policy default timing rtt retries 2 interval 600ms
capture

for way in "${ways[@]}"; do
	to=${silent[$way]}
	dest "$to" rtt 200ms
	dest "$to:81" rtt 100ms loss 2% comment "the longest prefix, and the port"
	dest "$to:84" rtt 10ms
	dest "$to:85" rtt 2s
done
# A shorter prefix says nothing where there is a longer one.
for prefix in 10.1.0.0/16 10.3.0.0/16 fd01::/64 fd03::/64; do
	dest "$prefix" rtt 1ms
done
dest 10.1.0.0/16:81 rtt 1ms
dest 10.1.0.5 rtt 1ms
for way in "${ways[@]}"; do
	for number in 80 81 84 85 86 90; do
		send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:$number SYN seq 1000"
	done
done
sent
# What is set later is for those that come later.
tool dest flush
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:89 SYN seq 1000"
done
sent
pause 2
captured

for way in "${ways[@]}"; do
	beat "$way, one and a half round trips" "$way" 80 900 0 300 600
	beat "$way, a profile for the port" "$way" 81 450 0 150 300
	beat "$way, not below the floor" "$way" 84 300 0 150
	beat "$way, not above the ceiling" "$way" 85 1000 0 500
	beat "$way, a deadline of its own" "$way" 86 1000 0 300 600
	beat "$way, fixed timing asks no profile" "$way" 90 800 0 400
	beat "$way, no profile: the interval" "$way" 89 1800 0 600 1200
done

# The example that this began with: with 500 ms, SYNs at 0, 750 and 1500 ms, given up at 2250 ms.
dest "${silent[bridge4]}" rtt 500ms
capture
send client bridge4 "${guest[bridge4]}:5000 > ${silent[bridge4]}:80 SYN seq 1000"
sent
pause 2.5
captured
beat "500 ms" bridge4 80 2250 0 750 1500
counters "all of them given up" started 29 retransmitted 46 gave-up 29

finish
