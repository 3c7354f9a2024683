#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# XDP takes one direction past the bridge, or both, and tc past the router: no connection is
# harmed, and `syncopate` says what it does not see.
#
#   client                       box                        server
#      bridged ------- c-bridged [br0] s-bridged ------- bridged
#                          ^---- redirected ---'
#
#      routed -------- c-routed       s-routed -------- routed
#                          ^---- redirected ---'
#
# By the kernel's own XDP, which each interface has, and by the driver's.
. "${0%/*}/lib.sh"

ways=(bridge4 bridge6)

need_module
need jq ethtool tc
setup
# The driver's XDP leaves no checksum to be completed, and sends to a peer that takes it.
no_offload
inside "$client" ethtool -K bridged gro on || exit 1
inside "$server" ethtool -K bridged gro on || exit 1
start server -n "$server" 80 81 82
policy

# told: what goes only one way, with its interface and ports, but for who is dead.
told() {
	tool -j | jq -r '.one_way[] | select(.kind != "silent") | "\(.kind) \(.interface) \([.named[].port] | unique)"'
}

# redirect_all MODE FROM TO: until `end_process`.
redirect_all() {
	# shellcheck disable=SC2086 # no word, if it is the driver's
	start redirect -n "$box" $1 "$2" "$3"
}

# connects TEXT PORT: on both ways, and data flow.
connects() {
	local way

	tool stats reset
	each live "$2"
	attempt "$client" -w 600 "${endpoints[@]}"
	attempted
	for way in "${ways[@]}"; do
		came_to "$1, $way: connected" "${live[$way]}:$2" connected 0 echoed
	done
}

for mode in -g ""; do
	name=${mode:+"the kernel's"}
	name=${name:-"the driver's"}
	redirect_all "$mode" s-bridged c-bridged
	answers=$started
	connects "$name, answers past us" 80
	counters "$name, answers past us: the client's ACKs are seen" started 2 elsewhere 2
	is "$name, answers past us: is told" "$(told)" "elsewhere s-bridged [80]"
	each silent 80
	attempt "$client" "${endpoints[@]}"
	attempted
	for way in "${ways[@]}"; do
		came_to "$name, answers past us, $way: who is dead is given up" \
			"${silent[$way]}:80" ECONNREFUSED 2000
	done

	redirect_all "$mode" c-bridged s-bridged
	requests=$started
	connects "$name, all past us" 81
	counters "$name, all past us: there is nothing"

	end_process "$answers"
	connects "$name, SYNs past us" 82
	counters "$name, SYNs past us: answers to nothing" stray 2
	is "$name, SYNs past us: is told" "$(told | grep stray)" "stray s-bridged [82]"

	end_process "$requests"
	connects "$name, nothing past us" 80
	counters "$name, nothing past us: paced and seen" started 2 answered 2
	is "$name, nothing past us: no more of that" "$(told)" ""
done

# --- past the router

ways=(router4 router6)

# What is redirected keeps its MAC addresses: each end has that of the box's other side.
ip -n "$client" link set routed address "$box_s_routed"
ip -n "$server" link set routed address "$box_c_routed"
# known NETNS DEVICE MAC ADDRESS...: again, where that made it forget them.
known() {
	local lines

	lines=$(neighbours "${@:2}")
	ip -n "$1" -batch - <<< "${lines//neigh add/neigh replace}" || exit 1
}
known "$client" routed $box_c_routed 10.2.0.9 fd02::9
known "$server" routed $box_s_routed 10.3.0.9 fd03::9
known "$box" c-routed $box_s_routed 10.2.0.1 fd02::1
known "$box" s-routed $box_c_routed 10.3.0.2 10.3.0.3 fd03::2 fd03::3

# past FROM TO: what comes in by FROM goes out by TO.
past() {
	tc -n "$box" -batch - 2> "$tmp/error" <<-END || skip "no tc: $(cat "$tmp/error")"
		qdisc add dev $1 clsact
		filter add dev $1 ingress matchall action mirred egress redirect dev $2
	END
}

past s-routed c-routed
connects "tc, answers past us" 80
counters "tc, answers past us: the client's ACKs are seen" started 2 elsewhere 2
is "tc, answers past us: is told" "$(told)" "elsewhere s-routed [80]"
each silent 80
attempt "$client" "${endpoints[@]}"
attempted
for way in "${ways[@]}"; do
	came_to "tc, answers past us, $way: who is dead is given up" "${silent[$way]}:80" ECONNREFUSED 2000
done

past c-routed s-routed
connects "tc, all past us" 81
counters "tc, all past us: there is nothing"

tc -n "$box" qdisc del dev s-routed clsact
connects "tc, SYNs past us" 82
counters "tc, SYNs past us: answers to nothing" stray 2
is "tc, SYNs past us: is told" "$(told | grep stray)" "stray s-routed [82]"

tc -n "$box" qdisc del dev c-routed clsact
connects "tc, nothing past us" 80
counters "tc, nothing past us: paced and seen" started 2 answered 2
is "tc, nothing past us: no more of that" "$(told)" ""

finish
