#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A server that answers: nobody notices the box.
#
#   client            box            server
#     | SYN ---------->|------------->|
#     |<---------------|<---- SYN,ACK |        and not a single SYN more
#     | ACK ---------->|------------->|
. "${0%/*}/lib.sh"

need_module
need ethtool
setup
no_offload
start server -n "$server" 80
policy
capture

each live 80
attempt "$client" -w 2200 "${endpoints[@]}"
attempted
captured

for way in "${ways[@]}"; do
	to=${live[$way]}:80

	came_to "$way: connected at once, data flows 2.2 s later" "$to" connected 0 echoed
	only=SYN seen "$way: the client sends one SYN" "client/${port[$way]}" to "$to" \
		"0 SYN sum ok"
	bytes=${first[ip]:-} segment=${first[tcp]:-}
	only=SYN seen "$way: the server gets that one" "server/${port[$way]}" to "$to" \
		"0 SYN sum ok tcp $segment"
	[ "${port[$way]}" = routed ] ||
		is "$way: it is the client's byte for byte" "${first[ip]:-}" "$bytes"
	only=SYN seen "$way: the client gets one SYN,ACK" "client/${port[$way]}" from "$to" \
		"0 SYN,ACK ack isn+1 sum ok"
	only=RST seen "$way: the client is not reset" "client/${port[$way]}" from "$to"
	only=RST seen "$way: the server is not reset" "server/${port[$way]}" to "$to"
done
counters "four attempts, four answers, nothing else" started 4 answered 4
is "no attempt is left" "$(tool -j flow show)" "[]"

finish
