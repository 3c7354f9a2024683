#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Associations that the box itself opens, paced by a policy `on host proto sctp`.
#
#   box                                server
#    | connect()    INIT -------------->|      0 ms
#    |              INIT -------------->|    500, 1000, 1500
#    | SCTP's own repeat: absorbed      |    700
#    | ECONNREFUSED <- ABORT by lo      |   2000
. "${0%/*}/lib.sh"

ways=(router4 router6)
declare -A here_is=([router4]=10.3.0.9 [router6]=[fd03::9])

need_module
need nft sctp_darn
borrow_module sctp
setup
ip -n "$box" link set lo up
# Else its own repeat would come after three seconds.
tell_kernel "$box" 700 net/sctp/rto_initial
tell_kernel "$box" 700 net/sctp/rto_min
start server -n "$server" -o sctp 80 82
start server -n "$box" -o sctp 88
lose_first "sctp dport 82 sctp chunk init exists"
# The box drops what it sends itself at this port.
inside "$box" nft -f - <<-END || exit 1
	table inet deaf {
		chain input {
			type filter hook input priority 0
			iifname lo sctp dport 89 sctp chunk init exists drop
		}
	}
END

# --- a policy of TCP's is none of SCTP's

policy own on host
attempt "$box" -o sctp -w 2400 "${silent[router4]}:80"
attempted
came_to "a policy without a protocol does not select an INIT" "${silent[router4]}:80" timeout -
counters "nothing was paced"
tool policy flush

# --- dead, alive, refusing, lossy; and the box itself

policy own on host proto sctp
tool stats reset
capture server/routed box/lo
endpoints=()
for way in "${ways[@]}"; do
	endpoints+=("${silent[$way]}:80" "${live[$way]}:80" "${live[$way]}:81" "${live[$way]}:82"
		"${here_is[$way]}:88" "${here_is[$way]}:87" "${here_is[$way]}:89")
done
attempt "$box" -o sctp -w 2400 "${endpoints[@]}"
attempted
captured
for way in "${ways[@]}"; do
	to=${silent[$way]}:80
	came_to "$way: refused after two seconds" "$to" ECONNREFUSED 2000
	seen "$way: the server gets the same INIT every 500 ms, and no other" server/routed to "$to" \
		"0 INIT" "500 INIT tcp first" "1000 INIT tcp first" "1500 INIT tcp first"
	seen "$way: the ABORT comes by lo" box/lo from "$to" "- ABORT len 4 sum ok"
	came_to "$way: a living server answers" "${live[$way]}:80" connected 0 echoed
	came_to "$way: a closed port refuses" "${live[$way]}:81" ECONNREFUSED 0
	came_to "$way: a lost INIT is repeated" "${live[$way]}:82" connected 500 echoed
	came_to "$way: the box answers itself" "${here_is[$way]}:88" connected 0 echoed
	came_to "$way: and refuses itself" "${here_is[$way]}:87" ECONNREFUSED 0
	came_to "$way: a port of its own that is silent is given up" "${here_is[$way]}:89" \
		ECONNREFUSED 2000
done
counters "each is counted once" started 14 answered 6 repaired 2 refused 4 gave-up 4 \
	retransmitted 14 repeat-dropped 4..12
is "what gave up is no sign of life" \
	"$(tool -j dest learned 10.3.0.3:80 | tr -d ' \n' | grep -o '"silent":[0-9]*')" '"silent":1'

# --- translated, bound to an interface, with several associations, in haste

inside "$box" nft -f - <<-END || exit 1
	table inet nat {
		chain output {
			type nat hook output priority -100
			ip daddr 10.99.0.3 sctp dport 80 dnat ip to 10.3.0.3
			ip daddr 10.99.0.2 sctp dport 80 dnat ip to 10.3.0.2
		}
	}
END
ip -n "$box" route add 10.99.0.0/24 via 10.3.0.2
tool stats reset
attempt_oddly "$box" -t 3 "dnat 10.99.0.3 80 sctp" "dnat-live 10.99.0.2 80 sctp" \
	"bound 10.3.0.3 80 sctp dev s-routed"
attempted
came_to "translated, refused after two seconds" dnat ECONNREFUSED 2000
came_to "translated, a living server answers" dnat-live connected 0
came_to "bound to an interface, it still waits" bound timeout -
counters "one was given up, one not paced" started 2 answered 1 gave-up 1 retransmitted 3 \
	repeat-dropped 1..3
check "sctp_darn, one-to-many: its event comes" grep -q SCTP_CANT_STR_ASSOC < <(timeout -s KILL 60 \
	nsenter --net="/run/netns/$box" -- sctp_darn -H 10.3.0.9 -P 4001 -h 10.3.0.3 -p 80 -s \
	<<< hello 2>&1)

# --- several addresses

ip -n "$server" -batch - <<-END || exit 1
	route replace 10.2.0.0/24 via 10.3.0.9
	route replace fd02::/64 via fd03::9
END
declare -A both=([router4]=10.3.0.9+10.2.0.9 [router6]=[fd03::9]+[fd02::9])
tool policy replace own on host proto sctp
tool stats reset
capture server/routed box/lo
endpoints=()
for way in "${ways[@]}"; do
	endpoints+=("${both[$way]},${silent[$way]}:89" "${both[$way]},${live[$way]}:80")
done
attempt "$box" -o sctp -w 2400 "${endpoints[@]}"
attempted
captured
for way in "${ways[@]}"; do
	to=${silent[$way]}:89
	came_to "$way, from two addresses: refused after two seconds" "$to" ECONNREFUSED 2000
	seen "$way, from two addresses: four INITs" server/routed to "$to" \
		"0 INIT" "500 INIT tcp first" "1000 INIT tcp first" "1500 INIT tcp first"
	seen "$way, from two addresses: one ABORT" box/lo from "$to" "- ABORT len 4 sum ok"
	came_to "$way, from two addresses: connected" "${live[$way]}:80" connected 0 echoed
done
counters "two are given up, two answered" started 4 answered 2 gave-up 2 retransmitted 6 \
	repeat-dropped 2..4

# --- what ends an attempt, or would for TCP; made up once the tags of the INITs are known

tool policy replace own on host proto sctp retries 1 interval 1500ms
tell_kernel "$box" 9000 net/sctp/rto_initial
ip -n "$box" -batch - <<< "$(neighbours s-routed $server_routed 10.3.0.7 fd03::7)"
declare -A other=([router4]=10.3.0.7 [router6]=[fd03::7])
declare -A second=([router4]=10.2.0.9 [router6]=[fd02::9])
inside "$box" nft -f - <<-END || exit 1
	table inet owners {
		chain postrouting {
			type filter hook postrouting priority 200
			oifname s-routed sctp chunk init exists meta skuid 65534 counter
			oifname s-routed sctp dport 96 sctp chunk init exists counter
		}
	}
END
tool stats reset
endpoints=() closed=()
for way in "${ways[@]}"; do
	for n in 91 92 93 94; do
		endpoints+=("${here_is[$way]}:41$n+${second[$way]},${silent[$way]}:$n")
	done
	to=$(tr -d '[]' <<< "${silent[$way]}") from=$(tr -d '[]' <<< "${here_is[$way]}")
	closed+=("closed-$way $to 95 sctp from $from sport 4195 close 0.3")
	closed+=("owned-$way $to 96 sctp user 65534")
done
capture server/routed
attempt "$box" -o sctp -t 6000 "${endpoints[@]}"
connecting=$attempting
inside "$box" /usr/bin/python3 "$here/sockets.py" -t 4 "${closed[@]}" > "$tmp/closed" &
closing=$!
pause 0.9
captured
declare -A tag=()
for way in "${ways[@]}"; do
	for n in 91 92 93 94 95; do
		seen "$way: the INIT to port $n" server/routed to "${silent[$way]}:$n" "0 INIT"
		tag[$way$n]=${last[seq]:-0}
	done
done
capture server/routed
for way in "${ways[@]}"; do
	from=${silent[$way]} to=${here_is[$way]}
	error=ICMP3/2 deaf=ICMP3/3
	[[ $way != *6 ]] || error=ICMP4/1 deaf=ICMP1/4
	send server "$way" \
		"@0 ${other[$way]}:91 > ${second[$way]}:4191 INIT-ACK seq 7000 ack ${tag[${way}91]}" \
		"@0 ${other[$way]}:92 > $to:4192 INIT-ACK seq 7000 ack ${tag[${way}92]} address $from" \
		"@0 $from > $to $error $to:4193 > $from:93 INIT seq ${tag[${way}93]}" \
		"@0 $from > $to $deaf $to:4194 > $from:94 INIT seq ${tag[${way}94]}" \
		"@1200 $from:95 > $to:4195 INIT-ACK seq 7000 ack ${tag[${way}95]}"
done
sent
wait "$closing"
attempting=$connecting
attempted
captured
for way in "${ways[@]}"; do
	to=${silent[$way]}
	came_to "$way: answered from another address, at another: the rest is its socket's" \
		"$to:91" timeout -
	seen "$way: its INIT is repeated no more" server/routed to "$to:91"
	came_to "$way: answered from an unlisted address, without a cookie" "$to:92" ECONNREFUSED -
	seen "$way: that was SCTP, and no repeat" server/routed to "$to:92" "- ABORT ack 7000"
	came_to "$way: no SCTP there" "$to:93" ENOPROTOOPT -
	seen "$way: its INIT is not repeated" server/routed to "$to:93"
	came_to "$way: an error that SCTP ignores: refused at the deadline" "$to:94" ECONNREFUSED 3000
	seen "$way: after a repeat" server/routed to "$to:94" "- INIT"
	is "$way: a socket was closed early" "$(grep -c "closed-$way ECANCELED" "$tmp/closed")" 1
	seen "$way: its INIT is repeated, and an INIT ACK answered by an ABORT" server/routed \
		to "$to:95" "- INIT" "- ABORT,T ack ${tag[${way}95]}"
done
is "of a user's two INITs each the first is his, the repeat is nobody's" "$(inside "$box" \
	nft list table inet owners | sed -n 's/.*counter packets \([0-9]*\) .*/\1/p' | xargs)" "2 4"
counters "each ended as it should, the closed ones after a repeat" started 12 answered 6 repaired 2 \
	unreachable 2 gave-up 4 retransmitted 6

# --- in a VRF

borrow_module vrf
ip -n "$box" -batch - <<-END || exit 1
	link add red type vrf table 200
	link set red up
END
client_in_vrf red
tool stats reset
capture client/routed
attempt_oddly "$box" -t 4 "vrf-4 10.2.0.5 80 sctp dev red" "vrf-6 fd02::5 80 sctp dev red"
attempted
captured
for n in 4 6; do
	came_to "bound to a VRF, IPv$n: it still waits" vrf-$n timeout -
done
is "one INIT each" "$(count '* INIT *')" 2
counters "bound to a VRF, none is paced"

# --- who is down

tool dest down 10.3.0.3
attempt "$box" -o sctp -w 2400 "${silent[router4]}:80"
attempted
came_to "what is down is refused at once" "${silent[router4]}:80" ECONNREFUSED 0

finish
