#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which policy selects an attempt, and what its schedule is: the first that matches, by
# destination, source and port.  Hooks are registered while there is one.
. "${0%/*}/lib.sh"

# hooks: how many of ours the kernel lists.
hooks() {
	inside "$box" nft list hooks 2> /dev/null | grep -c '\[syncopate\]'
}

need_module
need nft
setup
capture

# schedule TEXT WAY PORT DEADLINE [SYN-AT...]: SYNs at the server, the RST at the client.
schedule() {
	local text=$1 way=$2 to=${silent[$2]}:$3 deadline=$4 syns reset=()

	shift 4
	syns=("${@/%/ SYN}")
	[ "$deadline" = never ] || reset=("$deadline RST,ACK")
	seen "$text: SYNs at $*" "server/${port[$way]}" to "$to" "${syns[@]}"
	seen "$text: RST at $deadline" "client/${port[$way]}" from "$to" "${reset[@]}"
}

policy sip dport 5060-5061 retries 1 interval 150ms
policy host dst "${silent[bridge4]}" retries 0 deadline 400ms
policy guests src 10.2.0.0/29 retries 2 interval 100ms deadline 500ms
policy v6 dst fd01::/64 src fd01::4/127 dport 81 retries 0 interval 250ms

# Not every kernel can list hooks: one that can lists this chain, too.
inside "$box" nft -f - <<-END
	table inet probe {
		chain forward {
			type filter hook forward priority 0
		}
	}
END
lists_hooks=
[[ $(inside "$box" nft list hooks 2> /dev/null) != *'inet probe forward'* ]] || lists_hooks=1
[ -z "$lists_hooks" ] || is "policies: three hooks" "$(hooks)" 3

for number in 5059 5060 5061 5062; do
	send client bridge4 "${guest[bridge4]}:4000 > ${silent[bridge4]}:$number SYN seq 1000"
done
for number in 80 5060; do
	send client router4 "${guest[router4]}:4000 > ${silent[router4]}:$number SYN seq 1000"
	send client router6 "${guest[router6]}:4000 > ${silent[router6]}:$number SYN seq 1000"
done
for number in 80 81; do
	send client bridge6 "${guest[bridge6]}:4000 > ${silent[bridge6]}:$number SYN seq 1000"
done
sent
# A policy that goes does not take along what it has begun.
tool policy del guests
pause 0.8
captured

schedule "below the ports: the address" bridge4 5059 400 0
schedule "first port" bridge4 5060 300 0 150
schedule "last port" bridge4 5061 300 0 150
schedule "above the ports: the address" bridge4 5062 400 0
schedule "by source" router4 80 500 0 100 200
schedule "the first that matches" router4 5060 300 0 150
schedule "of either family" router6 5060 300 0 150
schedule "none" router6 80 never 0
schedule "not the port" bridge6 80 never 0
schedule "all of dst, src and port" bridge6 81 250 0
counters "only what a policy selects is counted" started 8 retransmitted 6 gave-up 8

tool policy flush
tool stats reset
[ -z "$lists_hooks" ] || is "no policies: no hook" "$(hooks)" 0
capture
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:4001 > ${silent[$way]}:80 SYN seq 1000"
done
sent
pause 0.6
captured
for way in "${ways[@]}"; do
	schedule "$way, without policies" "$way" 80 never 0
done
counters "and without policies there is nothing to count"

finish
