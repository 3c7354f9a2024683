#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Established connections: 100 MB there and back, a quarter on each way, byte for byte.
#
#   client ====== box ====== server
. "${0%/*}/lib.sh"

need_module
setup
start server -n "$server" 80
policy

each live 80
attempt "$client" -w 0 -b 25000000 "${endpoints[@]}"
attempted
for way in "${ways[@]}"; do
	came_to "$way: 25 MB come back as they were sent" "${live[$way]}:80" connected 0 echoed
done
counters "four attempts, then nothing of interest" started 4 answered 4

finish
