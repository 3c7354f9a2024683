#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Very many attempts are listed while others come and go: each that waits all the while is in
# the list, once; and meanwhile connections are made as fast as before.
#
#        client                       box                      server
#   guest, 20000 ports ---- bridge ---- they wait ---- bridge ---- silent
#   connect ---------------- router, nothing waits --- router ---- server
#
# Few, so that an emulator can do it.  A million of them take some minutes:
#
#   scripts/vm -k uml -m 4G -- env SYNCOPATE_DUMP=1000000 selftests/dump.sh
. "${0%/*}/lib.sh"

most=${SYNCOPATE_DUMP:-2000}
# From so many ports, each to as many of the server's as it takes.
per_port=20000
[ "$most" -ge $per_port ] || per_port=$most

need_module
setup
start server -n "$server" 80
# One client and one server have half of it.
tool limit set flows $((2 * most + 1000)) || exit 1
policy wait dport 1000-2000 retries 0 interval 60s deadline 10m
policy pass retries 0 interval 100ms linger 0s

# connecting FILE: connects again and again, one after the other, until it is ended; how long
# each took, in milliseconds.
connecting() {
	while :; do
		connect -n "$client" "${live[router4]}:80"
		pause 0.05
	done > "$1" 2> /dev/null
}

# passing: attempts that come and go, some answered and some not.
passing() {
	while :; do
		frames here="$client/bridged,$server_bridged" -- \
			"here ${guest[bridge4]}:100 > ${silent[bridge4]}:90 SYN seq 1 count 50" \
			"here ${guest[bridge4]}:100 > ${live[bridge4]}:80 SYN seq 1 count 50"
		pause 0.2
	done
}

# measure FILE: the middle and the largest, in microseconds, and how many there are.
measure() {
	sed -n 's/.* connected //p' "$1" | sort -n | awk '{ v[NR] = $1 * 1000 } END { print int(v[int((NR + 1) / 2)]), int(v[NR]), NR }'
}

begun=${EPOCHREALTIME/[.,]/}
for ((i = 0; i * per_port < most; i++)); do
	send client bridge4 "${guest[bridge4]}:20000 > ${silent[bridge4]}:$((1000 + i)) SYN seq 1000 count $per_port"
done
sent
echo "# $most attempts in $(((${EPOCHREALTIME/[.,]/} - begun) / 1000)) ms"
read_counters
is "so many began" "${counter[started]}" "$most"

passing &
at_end end_process $!
connecting "$tmp/before" &
before=$!
pause 1
kill $before
wait $before 2> /dev/null

connecting "$tmp/during" &
during=$!
at_end end_process $during
begun=${EPOCHREALTIME/[.,]/}
launch "$box" syncopate -j flow show > "$tmp/list"
dump=$launched memory=nothing ticks="0 0"
# The last look at it before it ends tells what it took.
while kill -0 "$dump" 2> /dev/null; do
	now=$(sed -n 's/^VmHWM:[^0-9]*//p' "/proc/$dump/status" 2> /dev/null)
	memory=${now:-$memory}
	now=$(cut -d ' ' -f 14,15 "/proc/$dump/stat" 2> /dev/null)
	[ "${now:-0 0}" = "0 0" ] || ticks=$now
	pause 0.1
done
wait "$dump"
status=$?
took=$(((${EPOCHREALTIME/[.,]/} - begun) / 1000))
kill $during
is "they are listed" $status 0
echo "# listed in $took ms, with $memory of memory and $ticks ticks, $(wc -c < "$tmp/list") bytes of JSON"

# Of those that wait, by the number of port and port.
is "each that waits is in the list, once" "$(
	sed -n 's/.*"client_port": \([0-9]*\),.*"server_port": \([0-9]*\),.*"policy": "wait".*/\1 \2/p' "$tmp/list" |
		awk -v per="$per_port" -v most="$most" '
			{ if (seen[($2 - 1000) * per + $1 - 20000]++) twice++; n++ }
			END { print n - twice + 0 " of " most ", " twice + 0 " twice" }')" \
	"$most of $most, 0 twice"

# The kernel looks at the whole table for these, without a message that fills.
send client bridge4 "${guest[bridge4]}:30000 > ${silent[bridge4]}:2000 SYN seq 1000 count 3"
sent
is "three among them are found" "$(tool flow show dst "${silent[bridge4]}:2000" | wc -l)" 3
is "and none where there is none" "$(tool flow show dst 10.9.9.9)" ""

# Of so many ports something is known that they do not fit into one message.
tool limit set flows $((4 * most + 10000)) || exit 1
send client bridge4 "${guest[bridge4]}:31000 > ${silent[bridge4]}:1000 SYN seq 1000 count-to 900"
sent
is "what is known of each port is listed, once" "$(tool -j dest learned | grep -o '"port": [0-9]*' |
	awk '$2 >= 1000 && $2 < 1900 { n++; if (seen[$2]++) twice++ } END { print n, twice + 0 }')" "900 0"

read -r median longest n < <(measure "$tmp/before")
echo "# connect() before: $median us, at most $longest us, $n times"
read -r median_during longest_during n_during < <(measure "$tmp/during")
echo "# connect() meanwhile: $median_during us, at most $longest_during us, $n_during times"
check "connections are made meanwhile" [ "${n_during:-0}" -ge 1 ]
# Two processes share what one had, on a machine with one processor.
check "none waited long" [ "${longest_during:-9999999}" -le $((10 * longest + 200000)) ]

finish
