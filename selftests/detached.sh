#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Detached boxes: the one in the middle lets all pass and sends copies of the segments of
# handshakes to two others, which repeat SYNs and reset clients by the ports where the copies
# came in.
#
#   client ------------ box ------------ server
#                      /   \
#                    one   two
#
#   routed:   to-one 10.7.1.1 -- 10.7.1.2 routed        copies by `dup` of ip and ip6
#   bridged:  b-one, a port of br0 ---- bridged [br0]   copies by `dup` of netdev, and by tc of
#                                                       all that comes, as of a mirror port
#
# A box alone: the client's own repeats pass as well, and what it gets goes no further.
# Then both, each for its shard and 250 ms later for the other's, and one of them goes away.
. "${0%/*}/lib.sh"

need_module
need nft tc
setup
one=one-$$ two=two-$$
namespaces+=("$one" "$two")

# attach NAME NUMBER: a detached box.
attach() {
	local name=$1-$$ n=$2 mac=02:00:00:00:00:a$2 gateway=02:00:00:00:00:9$2

	ip -batch - <<-END || exit 1
		netns add $name
		link add to-$1 netns $box address $gateway type veth peer name routed address $mac netns $name
		link add b-$1 netns $box type veth peer name bridged netns $name
	END
	ip -n "$box" -batch - <<-END || exit 1
		link set to-$1 addrgenmode none up
		addr add 10.7.$n.1/24 dev to-$1
		addr add fd07:$n::1/64 dev to-$1 nodad
		$(neighbours "to-$1" "$mac" "10.7.$n.2" "fd07:$n::2")
		link set b-$1 addrgenmode none master br0 up
		link set b-$1 type bridge_slave learning off flood off mcast_flood off bcast_flood off
	END
	ip -n "$name" -batch - <<-END || exit 1
		link set routed addrgenmode none up
		addr add 10.7.$n.2/24 dev routed
		addr add fd07:$n::2/64 dev routed nodad
		$(neighbours routed "$gateway" "10.7.$n.1" "fd07:$n::1")
		route add default via 10.7.$n.1
		route add default via fd07:$n::1
		link add br0 type bridge forward_delay 0 mcast_snooping 0
		link set br0 addrgenmode none up
		link set bridged addrgenmode none master br0 up
		link set bridged type bridge_slave hairpin on
	END
	# Conntrack never confirms a connection none of which goes on.
	inside "$name" nft -f - 2> "$tmp/error" <<-END || skip "no conntrack: $(cat "$tmp/error")"
		table inet tracked {
			chain forward {
				type filter hook forward priority 0
				ct state new accept
			}
		}
	END
	tell_kernel "$name" 1 net/ipv4/ip_forward net/ipv6/conf/all/forwarding
	tell_kernel "$name" 0 net/ipv4/conf/{all,routed}/send_redirects net/ipv4/conf/{all,routed}/rp_filter
	tell_kernel "$box" 0 net/ipv4/conf/{all,"to-$1"}/rp_filter
}

# copy_to NAME...: what comes in from client and server and is of a handshake, TCP's or what
# $match says.
copy_to() {
	local name device family match=${match:-tcp flags & (syn | rst) != 0}

	inside "$box" nft flush ruleset
	for device in c-bridged s-bridged; do
		echo "table netdev $device {"; echo "chain copies {"
		echo "type filter hook ingress device $device priority 0; policy accept;"
		for name; do
			echo "$match dup to \"b-$name\""
		done
		echo "}"; echo "}"
	done > "$tmp/rules"
	for family in ip ip6; do
		echo "table $family copies {"; echo "chain copies {"
		echo "type filter hook prerouting priority -300;"
		for device in c-routed s-routed; do
			for name; do
				case $family/$name in
				ip/one) to=10.7.1.2 ;;
				ip/two) to=10.7.2.2 ;;
				ip6/one) to=fd07:1::2 ;;
				ip6/two) to=fd07:2::2 ;;
				esac
				echo "iifname $device $match dup to $to device \"to-$name\""
			done
		done
		echo "}"; echo "}"
	done >> "$tmp/rules"
	inside "$box" nft -f "$tmp/rules" 2> "$tmp/error" || skip "no dup: $(cat "$tmp/error")"
}

# --- one

attach one 1
copy_to one
is "copies must come in somewhere" "$(syncopate -n "$one" policy add detached 2>&1 | head -n 1)" \
	"syncopate: detached needs iif, where the copies come in"
# Of many interfaces, in whatever order, and some of them twice.
for iif in routed z0 a0 z0 bridged br1 routed r; do
	box=$one policy iif $iif detached
done
start server -n "$server" 80 82

# alone NAME PORT WAY...: what becomes of attempts on these ways, the guest's from that port.
alone() {
	local name=$1 guest_port=$2 way to at_client at_server targets=()

	shift 2
	lose_first "tcp dport 82 tcp flags syn"
	capture
	for way; do
		send client "$way" "${guest[$way]}:$guest_port > ${silent[$way]}:81 SYN seq 1000 mss 1460"
		send server "$way" "@2400 ${silent[$way]}:81 > ${guest[$way]}:$guest_port SYN,ACK seq 5 ack 1001"
		targets+=("${silent[$way]}:80" "${live[$way]}:80" "${live[$way]}:82" "${live[$way]}:99")
	done
	attempt "$client" -w 700 "${targets[@]}"
	sent
	attempted
	pause 0.3
	captured
	inside "$server" nft delete table inet lossy

	for way; do
		at_client=client/${port[$way]} at_server=server/${port[$way]}

		to=${silent[$way]}:81
		seen "$name, $way: the first SYN passes once, three are repeated" "$at_server" to "$to" \
			"0 SYN" "500 SYN tcp first" "1000 SYN tcp first" "1500 SYN tcp first"
		seen "$name, $way: one RST; what comes late passes" "$at_client" from "$to" \
			"2000 RST,ACK seq 0 ack isn+1" "2400 SYN,ACK"
		to=${silent[$way]}:80
		came_to "$name, $way: connect() is refused after two seconds" "$to" ECONNREFUSED 2000
		seen "$name, $way: the client's own repeat passes as well" "$at_server" to "$to" \
			"0 SYN" "500 SYN tcp first" "- SYN" "- SYN" "1500 SYN"
		seen "$name, $way: the client gets one RST" "$at_client" from "$to" \
			"2000 RST,ACK seq 0 ack isn+1"
		to=${live[$way]}:80
		came_to "$name, $way: a server that lives" "$to" connected 0 echoed
		only=SYN seen "$name, $way: gets one SYN" "$at_server" to "$to" "0 SYN"
		only=SYN seen "$name, $way: and the client one answer" "$at_client" from "$to" "0 SYN,ACK"
		to=${live[$way]}:82
		came_to "$name, $way: a SYN that was lost is repaired" "$to" connected 500 echoed
		to=${live[$way]}:99
		came_to "$name, $way: a closed port refuses" "$to" ECONNREFUSED 0
		seen "$name, $way: once" "$at_client" from "$to" "0 RST,ACK"
	done
}

alone dup 3000 "${ways[@]}"
for way in "${ways[@]}"; do
	only=" len 16 " seen "dup, $way: data come once" "server/${port[$way]}" \
		to "${live[$way]}:80" "- PSH,ACK"
done
box=$one counters "one: all that it got, and none went on" started 20 answered 8 repaired 4 \
	refused 4 retransmitted 28 gave-up 8 late 4 copies 40..60
counters "box: does nothing"

# A mirror copies all, also what is of no handshake: that goes on, and comes twice.
inside "$box" nft flush ruleset
for device in c-bridged s-bridged; do
	tc -n "$box" qdisc add dev $device clsact &&
		tc -n "$box" filter add dev $device ingress matchall \
			action mirred egress mirror dev b-one || exit 1
done
box=$one tool stats reset
alone mirror 3001 bridge4 bridge6
for way in bridge4 bridge6; do
	only=" len 16 " seen "mirror, $way: data come twice" server/bridged to "${live[$way]}:80" \
		"- PSH,ACK" "- PSH,ACK"
done
box=$one counters "mirror: all that it got, and no handshake went on" started 10 answered 4 \
	repaired 2 refused 2 retransmitted 14 gave-up 4 late 2 copies 20..30
counters "mirror: the box does nothing"
for device in c-bridged s-bridged; do
	tc -n "$box" qdisc del dev $device clsact
done

# --- two

# What lingers would take the guest's next SYN for a repeat of this one.
words="linger 0s detached"
attach two 2
copy_to one two

# share_out INTERVAL
share_out() {
	local name mine

	for name in "$one" "$two"; do
		mine=1/2
		[ "$name" = "$one" ] || mine=2/2
		syncopate -n "$name" load - <<-END || exit 1
			policy iif routed interval $1 shard $mine $words
			policy iif routed interval $1 offset 250ms $words
			policy iif bridged interval $1 shard $mine $words
			policy iif bridged interval $1 offset 250ms $words
		END
		syncopate -n "$name" stats reset
	done
}

# The shards of ports 4000 to 4004, see series.sh.
declare -A shard=([bridge4]=22122 [bridge6]=22121 [router4]=11111 [router6]=11212)

# A namespace takes its time to go.
# shellcheck disable=SC2317 # called by round
go_away() {
	ip -n "$two" link set bridged down
	ip -n "$two" link set routed down
	ip netns del "$two"
}

# round NAME SYNS1 RSTS1 SYNS2 RSTS2 COMMAND...: of the attempts of each shard; the command is
# done a little before 1.5 s.
round() {
	local name=$1 given=("$@") way i mine ms events

	capture
	clock
	for way in "${ways[@]}"; do
		send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:81 SYN seq 1000 mss 1460 count 5"
	done
	sent
	until_clock 1400
	"${@:6}"
	until_clock 2600
	[ "$6" = true ] || until_clock 4600
	captured
	for way in "${ways[@]}"; do
		for ((i = 0; i < 5; i++)); do
			mine=${shard[$way]:i:1} events=()
			for ms in ${given[mine * 2 - 1]}; do
				events+=("$ms SYN tcp first")
			done
			seen "$way, $name: port 400$i, of shard $mine" "server/${port[$way]}" \
				from "${guest[$way]}:400$i" "${events[@]}"
			events=()
			for ms in ${given[mine * 2]}; do
				events+=("$ms RST,ACK seq 0 ack 1001")
			done
			seen "$way, $name: and its RSTs" "client/${port[$way]}" \
				to "${guest[$way]}:400$i" "${events[@]}"
		done
	done
}

all="0 500 750 1000 1250 1500 1750"
share_out 500ms
round "both" "$all" "2000 2250" "$all" "2000 2250" true
for name in "$one" "$two"; do
	box=$name counters "${name%-*}: all attempts" started 20 retransmitted 60 gave-up 20 copies 20
done
share_out 1s
round "two goes away" "0 1000 1250 2000 3000" 4000 "0 1000 1250 2250 3250" 4250 go_away
box=$one counters "one: goes on" started 20 retransmitted 60 gave-up 20 copies 20

# --- one, of SCTP

# INIT, INIT ACK and ABORT, by the first chunk's type.
match="meta l4proto sctp @th,96,8 1-6" copy_to one
box=$one tool policy flush
box=$one policy iif routed proto sctp detached
box=$one policy iif bridged proto sctp detached
box=$one tool stats reset
# Else those on two ways are one attempt by their ports.
declare -A tag=([bridge4]=1000 [bridge6]=2000 [router4]=3000 [router6]=4000)
capture
for way in "${ways[@]}"; do
	from=${guest[$way]} to=${silent[$way]}:83
	send client "$way" "$from:3100 > $to INIT seq ${tag[$way]}" \
		"$from:3101 > $to INIT seq ${tag[$way]}"
	send server "$way" "@100 $to > $from:3101 INIT-ACK seq 5 ack ${tag[$way]}" \
		"@2400 $to > $from:3100 INIT-ACK seq 5 ack ${tag[$way]}"
done
sent
pause 0.3
captured
for way in "${ways[@]}"; do
	at_client=client/${port[$way]} at_server=server/${port[$way]}
	to=${guest[$way]}:3100
	seen "$way, SCTP: the first INIT passes once, three are repeated" "$at_server" from "$to" \
		"0 INIT sum ok" "500 INIT tcp first" "1000 INIT tcp first" "1500 INIT tcp first"
	seen "$way, SCTP: one ABORT; what comes late passes" "$at_client" to "$to" \
		"2000 ABORT ack ${tag[$way]} sum ok" "2400 INIT-ACK"
	to=${guest[$way]}:3101
	seen "$way, SCTP: who is answered is repeated no more" "$at_server" from "$to" "0 INIT"
	seen "$way, SCTP: and gets that one answer" "$at_client" to "$to" "100 INIT-ACK"
done
box=$one counters "one, SCTP: all that it got, and none went on" started 8 answered 4 \
	retransmitted 12 gave-up 4 late 4 copies 16

finish
