#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Established connections: 100 MB by iperf3, a quarter on each way, and 100 MB that are
# echoed and compared byte by byte as they come back.
#
#   client ====== box ====== server
#
# In a machine with virtual time, which is slow under its sanitizers, a fifth of that.
# Checksums are made and verified as on a real wire.  (iperf3 itself can not compare: with
# -F it mixes up what it sends whenever the socket takes a part of a block.)
. "${0%/*}/lib.sh"

# checksum_errors: how many segments had a wrong checksum, at both ends.
checksum_errors() {
	local name

	for name in "$client" "$server"; do
		inside "$name" nstat -asz TcpInCsumErrors
	done | awk '/TcpInCsumErrors/ { n += $2 } END { print NR ? n : "unknown" }'
}

amount=25
[ "${SYNCOPATE_VIRTUAL_TIME:-0}" = 1 ] && amount=5

need_module
need iperf3 nstat
setup
no_offload
start server -n "$server" 80
policy

declare -A sender=()
receivers=()
for way in "${ways[@]}"; do
	address=${live[$way]#[}
	launch "$server" iperf3 -s -1 -B "${address%]}" > /dev/null 2>&1
	receivers+=("$launched")
done
for _ in {1..100}; do
	[ "$(inside "$server" ss -Hltn 'sport = :5201' | wc -l)" -lt ${#ways[@]} ] || break
	pause 0.1
done
for way in "${ways[@]}"; do
	address=${live[$way]#[}
	launch "$client" iperf3 -J -c "${address%]}" -n ${amount}000000 > "$tmp/$way" 2>&1
	sender[$way]=$launched
done
for way in "${ways[@]}"; do
	wait "${sender[$way]}"
	is "$way: iperf3 ends well" $? 0
	sum=$(sed -n '/"sum_sent"/,/}/s/.*"bytes":[[:space:]]*\([0-9]*\).*/\1/p' "$tmp/$way")
	check "$way: it has sent $amount MB" [ "${sum:-0}" -ge ${amount}000000 ]
done
wait "${receivers[@]}"
# A control connection and one for the data, on each way.
counters "eight attempts, then nothing of interest" started 8 answered 8

each live 80
attempt "$client" -w 0 -b ${amount}000000 "${endpoints[@]}"
attempted
for way in "${ways[@]}"; do
	came_to "$way: $amount MB come back as they were sent" "${live[$way]}:80" connected 0 echoed
done
counters "four more" started 12 answered 12
is "no segment had a wrong checksum" "$(checksum_errors)" 0

finish
