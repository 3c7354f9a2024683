#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two boxes in series, near the client and far from it, bridges and routers:
#
#   client ------ box (near) ------ far ------ server
#
# First they share the attempts out by hash: each is paced by one of them.
#
# Then both pace all, the near one 250 ms later.  As long as the far one works, it replaces
# the near one's repeats as it does a client's, and its RST ends the attempt there:
#
#   client             near                far            server
#     | SYN ------------>|------------------>|-------------->|      0 ms
#     |                  |                   | SYN --------->|    500, 1000, 1500
#     |                  | SYN ------------->|                    750, 1250, 1750
#     |<-----------------|<---------- RST,ACK|                   2000
#
# When one is stopped, which lets all pass, the other goes on.
. "${0%/*}/lib.sh"

need_module
need nft
setup
far=far-$$
near=$box
namespaces+=("$far")
near_mac=02:00:00:00:00:b3 far_mac=02:00:00:00:00:b4
ip -batch - <<-END || exit 1
	netns add $far
END
ip -n "$box" -batch - <<-END || exit 1
	link set s-bridged nomaster
	link set s-bridged netns $far
	link set s-routed netns $far
END
ip -batch - <<-END || exit 1
	link add s-bridged netns $box type veth peer name c-bridged netns $far
	link add s-routed netns $box address $near_mac type veth peer name c-routed address $far_mac netns $far
END
ip -n "$box" -batch - <<-END || exit 1
	link set s-bridged addrgenmode none master br0 up
	link set s-routed addrgenmode none up
	addr add 10.4.0.9/24 dev s-routed
	addr add fd04::9/64 dev s-routed nodad
	$(neighbours s-routed $far_mac 10.4.0.8 fd04::8)
	route add 10.3.0.0/24 via 10.4.0.8
	route add fd03::/64 via fd04::8
END
ip -n "$far" -batch - <<-END || exit 1
	link add br0 type bridge forward_delay 0 mcast_snooping 0
	link set br0 addrgenmode none up
	link set c-bridged addrgenmode none master br0 up
	link set s-bridged addrgenmode none master br0 up
	link set c-routed addrgenmode none up
	link set s-routed addrgenmode none up
	addr add 10.4.0.8/24 dev c-routed
	addr add 10.3.0.9/24 dev s-routed
	addr add fd04::8/64 dev c-routed nodad
	addr add fd03::9/64 dev s-routed nodad
	$(neighbours c-routed $near_mac 10.4.0.9 fd04::9)
	$(neighbours s-routed "$server_routed" 10.3.0.2 10.3.0.3 fd03::2 fd03::3)
	route add 10.2.0.0/24 via 10.4.0.9
	route add fd02::/64 via fd04::9
END
tell_kernel "$far" 1 net/ipv4/ip_forward net/ipv6/conf/all/forwarding

# --- shared out by hash

# The shards of ports 4000 to 4011, by another program than the module.
declare -A shard=(
	[bridge4]=221221212122 [bridge6]=221211111111
	[router4]=111111121122 [router6]=112121211121
)

# paces BOX SHARD [PROTO]: the attempts of that shard are in care there, and no others.
paces() {
	local way i ports=''

	for way in "${ways[@]}"; do
		for ((i = 0; i < 12; i++)); do
			[ "${shard[$way]:i:1}" != "$2" ] || ports+="${guest[$way]}:$((4000 + i)) "
		done
	done
	is "shard $2 is in care of ${1%-*}" "$(syncopate -n "$1" flow | grep "${3:-}" | cut -d ' ' -f 1 | sort)" \
		"$(tr ' ' '\n' <<< "$ports" | sed '/^$/d' | sort)"
}

is "an offset has a limit" "$(tool policy add offset 61s 2>&1)" "syncopate: offset must be 0s to 60s"
policy shard 1/2
box=$far policy shard 2/2
capture
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:81 SYN seq 1000 mss 1460 count 12"
done
sent
paces "$near" 1
paces "$far" 2
pause 2.4
captured
for way in "${ways[@]}"; do
	for ((i = 4000; i < 4012; i++)); do
		from=${guest[$way]}:$i
		seen "$way: port $i is paced once" "server/${port[$way]}" from "$from" \
			"0 SYN" "500 SYN tcp first" "1000 SYN tcp first" "1500 SYN tcp first"
		seen "$way: port $i is reset once" "client/${port[$way]}" to "$from" \
			"2000 RST,ACK seq 0 ack 1001"
	done
done
counters "near: 30 of 48" started 30 retransmitted 90 gave-up 30 other-shard 18
box=$far counters "far: 18; it lets the others and their repeats pass" \
	started 18 retransmitted 54 gave-up 18 other-shard 120

# --- the same attempts with another timing

# round NAME REFUSED SYNS RSTS [COMMAND...]: attempts at silent servers, during which the
# command is done 850 ms after the start.
round() {
	local name=$1 refused=$2 syns=() rsts=() ms

	for ms in $3; do
		syns+=("$ms SYN")
	done
	for ms in $4; do
		rsts+=("$ms RST,ACK seq 0 ack isn+1 len 0")
	done
	tool stats reset
	box=$far tool stats reset
	capture
	clock
	each silent 80
	attempt "$client" "${endpoints[@]}"
	until_clock 850
	"${@:5}"
	attempted
	until_clock 2600
	captured
	for way in "${ways[@]}"; do
		came_to "$way, $name: refused" "${silent[$way]}:80" ECONNREFUSED "$refused"
		seen "$way, $name: SYNs" "server/${port[$way]}" to "${silent[$way]}:80" "${syns[@]}"
		seen "$way, $name: RSTs" "client/${port[$way]}" from "${silent[$way]}:80" "${rsts[@]}"
	done
}

# shellcheck disable=SC2317 # called by round
stop_far() {
	box=$far tool policy flush
}

# both NEAR FAR: what they say of all attempts, each in words.
both() {
	tool policy flush
	box=$far tool policy flush
	# shellcheck disable=SC2086 # words
	policy $1
	# shellcheck disable=SC2086
	box=$far policy $2
}

both "offset 250ms" ""
round "both" 2000 "0 500 1000 1500" 2000 true
counters "near: its repeats are replaced, the far one's RST is a refusal" \
	started 4 retransmitted 12 repeat-dropped 4 refused 4
box=$far counters "far: it keeps the time" started 4 retransmitted 12 repeat-dropped 12 gave-up 4

both "offset 250ms" ""
round "far is stopped" 2250 "0 500 1250 1750" 2250 stop_far
counters "near: goes on" started 4 retransmitted 12 repeat-dropped 4 gave-up 4

both "offset 250ms" ""
round "near is stopped" 2000 "0 500 1000 1500" 2000 tool policy flush
box=$far counters "far: goes on" started 4 retransmitted 12 repeat-dropped 8 gave-up 4

both "" "offset 250ms"
round "the far one is late" 2000 "0 750 1250 1750" "2000 2250" true

# --- what an answer teaches where another repeats before us

start server -n "$server" 82
lose_first "tcp dport 82 tcp flags syn"
both "offset 250ms" ""
each live 82
attempt "$client" -w 0 "${endpoints[@]}"
attempted
for way in "${ways[@]}"; do
	came_to "$way: the far one's repeat is answered" "${live[$way]}:82" connected 500 echoed
	is "$way: the near one does not take that for the round-trip time" \
		"$(tool -p -j dest learned "${live[$way]}:82" | grep -c '"answered": 1\|"rtt_ns"')" 1
done

# --- SCTP, likewise

shard=(
	[bridge4]=221222212222 [bridge6]=112221222112
	[router4]=112121211222 [router6]=112212221221
)
# Else they are one attempt by their ports.
declare -A tag=([bridge4]=1000 [bridge6]=2000 [router4]=3000 [router6]=4000)

both "proto sctp shard 1/2" "proto sctp shard 2/2"
tool stats reset
box=$far tool stats reset
capture
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:81 INIT seq ${tag[$way]} count 12"
done
sent
paces "$near" 1 /sctp
paces "$far" 2 /sctp
pause 2.4
captured
for way in "${ways[@]}"; do
	for ((i = 4000; i < 4012; i++)); do
		from=${guest[$way]}:$i
		seen "$way, SCTP: port $i is paced once" "server/${port[$way]}" from "$from" \
			"0 INIT sum ok" "500 INIT tcp first" "1000 INIT tcp first" "1500 INIT tcp first"
		seen "$way, SCTP: port $i is aborted once" "client/${port[$way]}" to "$from" \
			"2000 ABORT ack ${tag[$way]} sum ok"
	done
done
counters "SCTP, near: 18 of 48" started 18 retransmitted 54 gave-up 18 other-shard 30
box=$far counters "SCTP, far: 30" started 30 retransmitted 90 gave-up 30 other-shard 72

# inits NAME INITS ABORTS: an attempt on each way; what comes of it.
inits() {
	local name=$1 sent_on=() aborts=() ms

	for ms in $2; do
		sent_on+=("$ms INIT tcp first sum ok")
	done
	tool stats reset
	box=$far tool stats reset
	capture
	for way in "${ways[@]}"; do
		send client "$way" "${guest[$way]}:4100 > ${silent[$way]}:81 INIT seq ${tag[$way]}"
	done
	sent
	pause 2.4
	captured
	for way in "${ways[@]}"; do
		aborts=()
		for ms in $3; do
			aborts+=("$ms ABORT ack ${tag[$way]} sum ok")
		done
		seen "$way, SCTP, $name: INITs" "server/${port[$way]}" to "${silent[$way]}:81" "${sent_on[@]}"
		seen "$way, SCTP, $name: ABORTs" "client/${port[$way]}" from "${silent[$way]}:81" "${aborts[@]}"
	done
}

both "proto sctp offset 250ms linger 0s" "proto sctp linger 0s"
inits "both" "0 500 1000 1500" 2000
counters "SCTP, near: its repeats are replaced, the far one's ABORT is a refusal" \
	started 4 retransmitted 12 refused 4
box=$far counters "SCTP, far: it keeps the time" started 4 retransmitted 12 repeat-dropped 12 gave-up 4
box=$far tool policy flush
inits "far is stopped" "0 750 1250 1750" 2250
counters "SCTP, near: goes on, in its own time" started 4 retransmitted 12 gave-up 4

finish
