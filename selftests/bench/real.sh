#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# real.sh TIMING [CONNECTIONS]: some cells of the matrix with real kernels and netem, held
# against timing.json; as many come before and are not counted, from which rtt and adaptive
# learn.  TIMING is `linux` (no box), `fixed`, `rtt` or `adaptive`.  A virtual
# machine with virtual time is the place for it:
#
#	scripts/vm -k uml --virtual-time -- selftests/bench/real.sh fixed
#
# shellcheck disable=SC2154 # client, box and so on: from topology.sh
. "${0%/*}/../lib.sh"

# RTT in ms, jitter and loss in %, of what
cells=("1 0 10 both" "20 0 0 syn" "20 30 10 syn" "100 0 5 both" "100 30 20 both"
       "300 0 10 syn" "300 30 10 both")
batch=50

# shape NETNS DEVICE RTT JITTER LOSS: one direction, between box and server.
shape() {
	local us=$(($3 * 500))

	tc -n "$1" qdisc replace dev "$2" root netem limit 100000 \
		delay "${us}us" "$((us * $4 / 100))us" loss "$5%" || exit 1
}

timing=${1:-fixed} connections=${2:-1000}
need tc python3
setup
tell_kernel "$client" 4 net/ipv4/tcp_syn_linear_timeouts
# What is learned of one cell is not that of the next: each has a port of its own.
start server -n "$server" 80 81 82 83 84 85 86
patience=10000
case $timing in
linux)	  patience=140000 ;;
fixed)	  need_module; policy real timing fixed ;;
rtt)	  need_module; policy real timing rtt ;;
adaptive) need_module; policy real timing adaptive confidence 99.99% ;;
*)	  skip "no timing $timing" ;;
esac

# connections TO FILE: so many, some at a time.
connections() {
	local i endpoints=()

	for ((i = 0; i < batch; i++)); do
		endpoints+=("$1")
	done
	for ((i = 0; i < connections; i += batch)); do
		connect -n "$client" -t "$patience" "${endpoints[@]}"
	done > "$2"
}

port=80
for cell in "${cells[@]}"; do
	to=${live[bridge4]}:$((port++))
	read -r rtt jitter loss of <<< "$cell"
	shape "$box" s-bridged "$rtt" "$jitter" "$loss"
	[ "$of" = both ] || loss=0
	shape "$server" bridged "$rtt" "$jitter" "$loss"
	case $timing in
	rtt|adaptive) connections "$to" /dev/null ;;
	esac
	connections "$to" "$tmp/seen"
	read -r rtt jitter loss of <<< "$cell"
	check "$timing, $cell" "$here/bench/compare.py" "$here/bench/timing.json" \
		"$timing" "$rtt" "$jitter" "$loss" "$of" "$tmp/seen"
	"$here/bench/compare.py" "$here/bench/timing.json" \
		"$timing" "$rtt" "$jitter" "$loss" "$of" "$tmp/seen" | sed 's/^/# /'
done
finish
