#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Several boxes that copy, bridges in series, and several that get copies: as figures 17 and 18
# of "TCP hacker" place its SYN routers and SYN hackers.
#
#   client ------ near (box) ------ far ------ server
#                   |    \        /   |
#                   |      \    /     |
#                   |       /  \      |
#                   |     /      \    |
#                   one --         -- two
#
# Near and far forward, and copy the segments of handshakes, no more.  One and two have a bridge
# of one port for each of them: what they send goes by that.
#
# First near and far share the attempts out by the client's port, and copy to one alone.  Then
# each copies its share to both, which share by hash and stand in for each other, and one of them
# goes away.  At last near and far copy everything, far's later, and near stops.
. "${0%/*}/lib.sh"

ways=(bridge4 bridge6)

need_module
need nft
setup
far=far-$$ one=one-$$ two=two-$$
near=$box
namespaces+=("$far" "$one" "$two")
ip -batch - <<-END || exit 1
	netns add $far
	netns add $one
	netns add $two
	netns exec $box ip link set s-bridged nomaster netns $far
	link add s-bridged netns $box type veth peer name c-bridged netns $far
END
ip -n "$box" link set s-bridged addrgenmode none master br0 up || exit 1
ip -n "$far" -batch - <<-END || exit 1
	link add br0 type bridge forward_delay 0 mcast_snooping 0
	link set br0 addrgenmode none up
	link set c-bridged addrgenmode none master br0 up
	link set s-bridged addrgenmode none master br0 up
END
# attach NAME: to both.
attach() {
	local at

	for at in near far; do
		ip -batch - <<-END || exit 1
			link add b-$1 netns ${!at} type veth peer name $at netns $1-$$
			netns exec ${!at} ip link set b-$1 addrgenmode none master br0 up
			netns exec ${!at} ip link set b-$1 type bridge_slave learning off
			netns exec ${!at} ip link set b-$1 type bridge_slave flood off mcast_flood off bcast_flood off
			netns exec $1-$$ ip link add br-$at type bridge forward_delay 0 mcast_snooping 0
			netns exec $1-$$ ip link set br-$at addrgenmode none up
			netns exec $1-$$ ip link set $at addrgenmode none master br-$at up
			netns exec $1-$$ ip link set $at type bridge_slave hairpin on
		END
	done
}
attach one
attach two
for name in "$near" "$far" "$one" "$two"; do
	all_up "$name"
done

# copies BOX REST NAME...: of attempts whose client's port, divided by two, leaves that rest (or
# - for all) what comes in from either side.
copies() {
	local box=$1 rest=$2 name from_client='' from_server=''

	shift 2
	inside "$box" nft flush ruleset
	[ "$rest" = - ] || from_client="tcp sport & 1 == $rest" from_server="tcp dport & 1 == $rest"
	inside "$box" nft -f - 2> "$tmp/error" <<-END || skip "no dup: $(cat "$tmp/error")"
		table netdev copies {
			chain client {
				type filter hook ingress device c-bridged priority 0
				$(for name; do
					echo "tcp flags & (syn | rst) != 0 $from_client dup to \"b-$name\""
				done)
			}
			chain server {
				type filter hook ingress device s-bridged priority 0
				$(for name; do
					echo "tcp flags & (syn | rst) != 0 $from_server dup to \"b-$name\""
				done)
			}
		}
	END
}

# calls: twelve, from the same ports each time.
calls() {
	local way

	for way in "${ways[@]}"; do
		send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:81 SYN seq 1000 mss 1460 count 6"
	done
	sent
}

# The shards of these ports, see series.sh.
declare -A shard=([bridge4]=221221 [bridge6]=221211)

# came TEXT SYNS1 RSTS1 [SYNS2 RSTS2]: what became of them, of each shard if that differs.
came() {
	local given=("$@" "${@:2}") way i mine ms events

	for way in "${ways[@]}"; do
		for ((i = 0; i < 6; i++)); do
			mine=${shard[$way]:i:1} events=()
			for ms in ${given[mine * 2 - 1]}; do
				events+=("$ms SYN tcp first")
			done
			seen "$1, $way: port 400$i" server/bridged from "${guest[$way]}:400$i" "${events[@]}"
			events=()
			for ms in ${given[mine * 2]}; do
				events+=("$ms RST,ACK seq 0 ack 1001")
			done
			seen "$1, $way: port 400$i, RSTs" client/bridged \
				to "${guest[$way]}:400$i" "${events[@]}"
		done
	done
}

# What lingers would take the next SYN from there for a repeat of this one.
words="linger 0s detached"

# --- two that copy, one that gets the copies (figure 17)

start server -n "$server" 70 71
copies "$near" 0 one
copies "$far" 1 one
for at in near far; do
	# shellcheck disable=SC2086 # words
	box=$one policy iif $at $words
done
# Real ones as well: of each kind one is in the share of near, one in that of far.
targets=()
for way in "${ways[@]}"; do
	for n in 0 1; do
		targets+=("${own[$way]}:500$n,${live[$way]}:7$n" "${own[$way]}:501$n,${silent[$way]}:7$n"
			"${own[$way]}:502$n,${live[$way]}:9$n")
	done
done
capture client/bridged server/bridged
calls
attempt "$client" -w 300 "${targets[@]}"
attempted
pause 0.3
captured
came "shared out" "0 500 1000 1500" 2000
for way in "${ways[@]}"; do
	for n in 0 1; do
		came_to "shared out, $way, $n: connected" "${live[$way]}:7$n" connected 0 echoed
		came_to "shared out, $way, $n: refused after two seconds" "${silent[$way]}:7$n" \
			ECONNREFUSED 2000
		came_to "shared out, $way, $n: refused by the server" "${live[$way]}:9$n" ECONNREFUSED 0
	done
done
box=$one counters "shared out: each once" started 24 answered 4 refused 4 gave-up 16 \
	retransmitted 48 copies 36..48

# --- two that copy to two (figure 18)

# paces INTERVAL: one and two have a shard each, and come 250 ms later for the other.
paces() {
	local name mine at

	for name in "$one" "$two"; do
		mine=1/2
		[ "$name" = "$one" ] || mine=2/2
		for at in near far; do
			echo "policy iif $at interval $1 shard $mine $words"
			echo "policy iif $at interval $1 offset 250ms $words"
		done | syncopate -n "$name" load - || exit 1
		syncopate -n "$name" stats reset
	done
}

# It takes its time to go.
two_goes() {
	ip -n "$two" link set near down
	ip -n "$two" link set far down
	ip netns del "$two"
}

copies "$near" 0 one two
copies "$far" 1 one two
paces 500ms
all="0 500 750 1000 1250 1500 1750"
capture client/bridged server/bridged
calls
pause 2.4
captured
came "mesh" "$all" "2000 2250"
for name in "$one" "$two"; do
	box=$name counters "mesh, ${name%-*}: all attempts" \
		started 12 gave-up 12 retransmitted 36 copies 12
done

paces 1s
capture client/bridged server/bridged
clock
calls
until_clock 1400
two_goes
until_clock 4600
captured
came "two goes" "0 1000 1250 2000 3000" 4000 "0 1000 1250 2250 3250" 4250
box=$one counters "two goes: one does not" started 12 gave-up 12 retransmitted 36 copies 12

# --- two that copy everything, the one later

copies "$near" - one
copies "$far" - one
syncopate -n "$one" load - <<-END || exit 1
	policy iif near $words
	policy iif far offset 250ms $words
END
capture client/bridged server/bridged
calls
pause 2.4
captured
came "all by each" "$all" "2000 2250"

inside "$near" nft flush ruleset
box=$one tool stats reset
capture client/bridged server/bridged
calls
pause 2.4
captured
came "all by far alone" "0 750 1250 1750" 2250
box=$one counters "all by far alone" started 12 gave-up 12 retransmitted 36 copies 12
box=$near counters "near has paced nothing"
box=$far counters "nor has far"

finish
