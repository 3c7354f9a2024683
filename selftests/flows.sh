#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tool shows of an attempt, from the first SYN to the end of the linger time.
. "${0%/*}/lib.sh"

need_module
setup
# So slow because a busy emulator needs a second for a few commands.
policy web retries 1 interval 3s linger 8s

# shown TEXT STATE SENT ACTION: the attempts on all ways are shown so, with times and indexes
# that are not looked at.
shown() {
	local way seen expected

	for way in "${ways[@]}"; do
		expected+="{\"client\": \"${guest[$way]//[\[\]]}\", \"client_port\": 4000,"
		expected+=" \"server\": \"${silent[$way]//[\[\]]}\", \"server_port\": 80, \"on\": \"forward\","
		expected+=" \"proto\": \"tcp\","
		[ "${port[$way]}" = routed ] || expected+=" \"bridge\": \"br0\", \"bridge_index\": #,"
		expected+=" \"vlan\": [], \"iif\": \"c-${port[$way]}\", \"iif_index\": #,"
		expected+=" \"oif\": \"s-${port[$way]}\", \"oif_index\": #, \"isn\": 1000,"
		expected+=" \"state\": \"$2\", \"retransmitted\": $3, \"interval_ns\": 3000000000,"
		expected+=" \"age_ns\": #, \"next_ns\": #, \"action\": \"$4\","
		expected+=" \"policy\": \"web\", \"observe\": false}"$'\n'
	done
	seen=$(tool -j flow show | sed -E 's/^[[ ]//; s/[],]$//; s/("([a-z]*_index|age_ns|next_ns)": )[0-9]+/\1#/g')
	is "$1" "$(sort <<< "$seen")" "$(sort <<< "${expected%$'\n'}")"
}

for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:80 SYN seq 1000"
done
sent
clock
shown "at first they are pending" pending 0 retransmit
is "as text, too" "$(tool flow | grep -c ' pending, .* old, 0 repeated, next SYN in .*, policy web, ')" 4
until_clock 3300
shown "then the SYN has been repeated" pending 1 reset
until_clock 6300
shown "then they are given up" gave-up 1 forget
is "as text, too" "$(tool flow | grep -c ' gave up, .* old, 1 repeated, forgotten in .*, policy web, ')" 4
is "the summary counts them" "$(tool | grep -c '^flows  *4 now')" 1
until_clock 14300
is "then they are forgotten" "$(tool -j flow show)" "[]"

finish
