#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Interfaces and routes change while attempts are pending.  What is renamed is the same;
# what went by something that is gone is forgotten, and the client is left alone.
. "${0%/*}/lib.sh"

# begin POLICY...: an attempt on each way, watched.
begin() {
	local way

	tool policy flush
	tool stats reset
	policy "$@"
	capture
	for way in "${ways[@]}"; do
		send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:80 SYN seq 1000"
	done
	sent
}

# forgotten TEXT WAY...: one SYN, and no word after it.
forgotten() {
	local text=$1 way

	shift
	for way; do
		seen "$text, $way: no SYN comes after the first" "server/${port[$way]}" \
			to "${silent[$way]}:80" "0 SYN"
		seen "$text, $way: and no RST" "client/${port[$way]}" from "${silent[$way]}:80"
	done
}

need_module
setup

begin retries 1 interval 800ms
ip -n "$box" -batch - <<-END || exit 1
	link set s-bridged down
	link set s-bridged name new-bridged
	link set new-bridged up
	link set br0 down
	link set br0 name new-br0
	link set new-br0 up
END
pause 1.6
captured
for way in bridge4 bridge6; do
	seen "renamed, $way: the SYN goes on" server/bridged to "${silent[$way]}:80" \
		"0 SYN" "800 SYN ip first"
	seen "renamed, $way: and so does the RST" client/bridged from "${silent[$way]}:80" \
		"1600 RST,ACK"
done
counters "renamed: nothing is lost" started 4 retransmitted 4 gave-up 4

begin retries 1 interval 1500ms
ip -n "$box" -batch - <<-END || exit 1
	link set new-bridged nomaster
	link set new-bridged master new-br0
	route add unreachable 10.3.0.3
	route add unreachable fd03::3
END
pause 1.6
captured
forgotten "port or route gone" "${ways[@]}"
counters "port or route gone: the attempts are" started 4 forgotten 2 path-gone 2

ip -n "$box" -batch - <<-END || exit 1
	route del unreachable 10.3.0.3
	route del unreachable fd03::3
END
begin retries 1 interval 1500ms
ip -n "$box" -batch - <<-END || exit 1
	link del c-routed
	link del new-br0
END
pause 1.6
captured
for way in "${ways[@]}"; do
	seen "bridge or interface deleted, $way: no SYN comes after the first" \
		"server/${port[$way]}" to "${silent[$way]}:80" "0 SYN"
done
counters "bridge or interface deleted: the attempts are" started 4 forgotten 4

finish
