#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What changes around connections of the box's own while they wait: the loopback device is
# down when they are to be refused, their route goes and comes again, conntrack forgets them, a
# rule sends copies of their SYNs, another socket has their ports, and they are answered by a way
# on which the box does not look for them.
#
#   box                                server
#      lo, by which a RST comes
#      s-routed ------------------------ routed, 10.3.0.2 answers, .3 is silent
#      back [VRF red] ------------------ forth, by which 10.3.0.4 answers
. "${0%/*}/lib.sh"

ways=(router4 router6)

need_module
need nft conntrack jq
borrow_module vrf
setup
tell_kernel "$box" 0 net/ipv4/tcp_syn_linear_timeouts
policy own on host
policy once position 1 on host dport 81 retries 0 interval 200ms linger 2s
policy late position 1 on host dport 82 retries 1 interval 900ms
policy brief position 1 on host dport 83-84 retries 1 interval 200ms

# --- there is no loopback device to be told by, and nothing else is taken for it

# round NAME
round() {
	local way to

	tool stats reset
	capture server/routed
	attempt "$box" "${silent[router4]}:81" "${silent[router6]}:81"
	pause 0.6
	ip -n "$box" link set lo up
	attempted
	captured
	for way in "${ways[@]}"; do
		to=${silent[$way]}:81
		came_to "$1, $way: refused when TCP repeats its SYN" "$to" ECONNREFUSED -
		seen "$1, $way: which goes no further" server/routed to "$to" "0 SYN"
	done
	counters "$1: it is not sent, and then it is" started 2 not-sent 2 reset-again 2
}

round "no loopback"
ip -n "$box" -batch - <<-END || exit 1
	link set lo down
	route add default via 10.3.0.2
	route add default via fd03::2
END
round "no loopback, but a default route"
ip -n "$box" -batch - <<-END || exit 1
	route del default via 10.3.0.2
	route del default via fd03::2
END

# --- a route that is gone when a SYN is due, and there again for the next

# change add|del
change() {
	ip -n "$box" -batch - <<-END || exit 1
		route $1 10.98.0.0/24 via 10.3.0.3
		route $1 fd98::/64 via fd03::3
	END
}
# It forwards nothing, but would say so in IPv6 if it had no route.
ip -n "$server" route add fd98::/64 dev routed || exit 1
targets=(10.98.0.3:80 "[fd98::3]:80")
tool stats reset
change add
capture server/routed
clock
attempt "$box" "${targets[@]}"
until_clock 300
change del
until_clock 700
change add
attempted
captured
for to in "${targets[@]}"; do
	came_to "no route, $to: refused after two seconds" "$to" ECONNREFUSED 2000
	seen "no route, $to: one SYN is missing" server/routed to "$to" \
		"0 SYN" "1000 SYN" "1500 SYN"
done
counters "no route: and is counted" started 2 not-sent 2 retransmitted 4 repeat-dropped 2 gave-up 2

# --- conntrack forgets

inside "$box" nft -f - 2> "$tmp/error" <<-END || skip "no conntrack: $(cat "$tmp/error")"
	table inet tracked {
		chain output {
			type filter hook output priority 0
			ct state invalid counter
		}
	}
END
tool stats reset
capture server/routed
attempt "$box" "${silent[router4]}:82" "${silent[router6]}:82"
pause 0.1
inside "$box" conntrack -F 2> /dev/null
attempted
captured
for way in "${ways[@]}"; do
	to=${silent[$way]}:82
	came_to "forgotten, $way: refused when TCP's own repeat was given up" "$to" ECONNREFUSED -
	seen "forgotten, $way: nothing is sent in between" server/routed to "$to" \
		"0 SYN" "- SYN" "- SYN"
done
counters "forgotten: and begun anew" started 4 unconfirmed 2 retransmitted 2 gave-up 2
inside "$box" nft delete table inet tracked

# --- a copy of a SYN is of no socket that would wait, and is not cared for

copies() {
	inside "$box" nft -f - 2> "$tmp/error" <<-END
		table ip copies {
			chain output {
				type filter hook output priority 0
				tcp dport 83 dup to 10.3.0.2 device s-routed
			}
		}
		table ip6 copies {
			chain output {
				type filter hook output priority 0
				tcp dport 83 dup to fd03::2 device s-routed
			}
		}
	END
}
if copies; then
	tool stats reset
	capture server/routed
	attempt "$box" "${silent[router4]}:83" "${silent[router6]}:83"
	attempted
	captured
	for way in "${ways[@]}"; do
		to=${silent[$way]}:83
		came_to "copied, $way: refused in its time" "$to" ECONNREFUSED 400
		seen "copied, $way: one SYN is copied, and one is repeated" server/routed to "$to" \
			"0 SYN" "0 SYN tcp first" "200 SYN tcp first"
	done
	counters "copied: one attempt each" started 2 retransmitted 2 gave-up 2
else
	left_out "copied SYNs" "no dup: $(cat "$tmp/error")"
fi

# --- a socket is closed, and one of whose SYNs we are not told has its ports, and the same server

tool stats reset
capture server/routed
for n in 1 2; do
	word=
	[ $n = 1 ] || word=listened
	attempt_oddly "$box" -t 0.$((n * 3 - 2)) "$n-4 10.3.0.3 84 from 10.3.0.9 sport 7001 $word" \
		"$n-6 fd03::3 84 from fd03::9 sport 7001 $word"
	attempted
	came_to "its ports, IPv4: number $n waits" $n-4 timeout -
	came_to "its ports, IPv6: number $n waits" $n-6 timeout -
done
captured
for way in "${ways[@]}"; do
	seen "its ports, $way: the first one's SYN is not repeated for the second" server/routed \
		to "${silent[$way]}:84" "0 SYN" "- SYN"
done
counters "its ports: the first is gone" started 2 abandoned 2

# --- answered by a VRF, where nobody looks for it: the socket says that it is connected

back=02:00:00:00:00:b6 forth=02:00:00:00:00:56
ip -batch - <<-END || exit 1
	link add back netns $box address $back type veth peer name forth netns $server
END
ip -n "$server" -batch - <<-END || exit 1
	link set forth address $forth addrgenmode none up
	addr add 10.9.0.2/24 dev forth
	addr add fd09::2/64 dev forth nodad
	addr add 10.3.0.4/32 dev lo
	addr add fd03::4/128 dev lo nodad
	$(neighbours forth $back 10.9.0.9 fd09::9)
	rule add from 10.3.0.4 lookup 110
	route add 10.3.0.9/32 via 10.9.0.9 table 110
	route add fd03::9/128 via fd09::9 table 110
END
ip -6 -n "$server" rule add from fd03::4 lookup 110 || exit 1
ip -n "$box" -batch - <<-END || exit 1
	link add red type vrf table 200
	link set red up
	link set back addrgenmode none master red up
	addr add 10.9.0.9/24 dev back
	addr add fd09::9/64 dev back nodad
	$(neighbours s-routed $server_routed 10.3.0.4 fd03::4)
END
all_up "$box"
all_up "$server"
tell_kernel "$box" 1 net/ipv4/tcp_l3mdev_accept
tell_kernel "$box" 0 net/ipv4/conf/{all,back,red}/rp_filter
start server -n "$server" 85
tool stats reset
targets=(10.3.0.4:85 "[fd03::4]:85")
capture server/routed
attempt "$box" -w 700 "${targets[@]}"
attempted
pause 0.2
captured
for to in "${targets[@]}"; do
	came_to "another way, $to: connected" "$to" connected 0 echoed
	only=" SYN seq" seen "another way, $to: no SYN is repeated" server/routed to "$to" "0 SYN"
done
counters "another way: and it is not held against the server" started 2 elsewhere 2
is "another way: it is known to live" "$(tool -j dest learned | jq -c '.[] |
	select(.port == 85) | [.attempts, .answered, .elsewhere, .silent]' | paste -sd' ')" \
	"[1,1,1,0] [1,1,1,0]"

finish
