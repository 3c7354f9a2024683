#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What else is in a SYN, by the kernel's own hand: ECN, Fast Open, Multipath TCP, signatures,
# no timestamps, cookies in place of memory.  (Made-up frames with what no kernel sends:
# odd.sh.)
#
#   client              box              server
#     | SYN, more ------>|------------x   |      0 ms
#     |                  | SYN, more ---->|    400, 800  what the client sent
#     | SYN, less ------>|                |   1000  which now takes back what was too much
#     |                  | SYN, less ---->|   1200
#     |<-------- RST,ACK |                |   1600
#
# Ports of the server: 80 live, 81 loses a SYN, 82 three of them, 83 a SYN,ACK.
. "${0%/*}/lib.sh"

need_module
need nft nstat
setup

lose() {
	local way at

	for way in "${ways[@]}"; do
		[[ $way == *4 ]] && at="ip daddr" || at="ip6 daddr"
		at+=" ${live[$way]//[\[\]]}"
		echo "$at tcp dport 81 tcp flags syn limit rate 1/day burst 1 packets drop"
		echo "$at tcp dport 82 tcp flags syn limit rate 1/day burst 3 packets drop"
	done
}
# refill: loses them again.
refill() {
	inside "$server" nft -f - <<-END || exit 1
		table inet lossy
		delete table inet lossy
		table inet lossy {
			chain input {
				type filter hook input priority 0
				$(lose)
			}
			chain output {
				type filter hook output priority 0
				tcp sport 83 tcp flags & (syn | ack) == syn | ack jump once
			}
			chain once {
				oifname bridged meta nfproto ipv4 limit rate 1/day burst 1 packets drop
				oifname bridged meta nfproto ipv6 limit rate 1/day burst 1 packets drop
				oifname routed meta nfproto ipv4 limit rate 1/day burst 1 packets drop
				oifname routed meta nfproto ipv6 limit rate 1/day burst 1 packets drop
			}
		}
	END
}
policy interval 400ms

# serve WORD...: a server of that kind in place of the last one.
serve() {
	[ -z "${serving:-}" ] || { kill "$serving"; wait "$serving" 2> /dev/null; }
	start server -n "$server" "$@" 80 81 82 83
	serving=$started
}

# lossy NAME WORD...: all ports at once with sockets of that kind.
lossy() {
	local way

	refill
	tool stats reset
	capture
	each live 80 81 82 83
	targets=("${endpoints[@]}")
	each silent 80
	attempt "$client" "${@:2}" -w 2600 "${targets[@]}" "${endpoints[@]}"
	attempted
	captured
	for way in "${ways[@]}"; do
		came_to "$1, $way: connected" "${live[$way]}:80" connected 0 echoed
		came_to "$1, $way: a SYN lost" "${live[$way]}:81" connected 400 echoed
		came_to "$1, $way: three SYNs lost" "${live[$way]}:82" connected 1200 echoed
		came_to "$1, $way: a SYN,ACK lost" "${live[$way]}:83" connected 400 echoed
		came_to "$1, $way: refused" "${silent[$way]}:80" ECONNREFUSED 1600
	done
	read_counters
	is "$1: twenty attempts" "${counter[started]}" 20
	is "$1: four given up" "${counter[gave-up]}" 4
	is "$1: twelve repaired" "${counter[repaired]}" 12
	is "$1: none that was established elsewhere" "${counter[elsewhere]}" 0
}

serve
tell_kernel "$client" 1 net/ipv4/tcp_ecn
lossy ECN
for way in "${ways[@]}"; do
	to=${silent[$way]}:80
	only=" SYN" seen "ECN, $way: asked for twice, then the client asks for it no more" \
		"server/${port[$way]}" to "$to" "0 SYN,ECE,CWR" "400 SYN,ECE,CWR ip first" \
		"800 SYN,ECE,CWR ip first" "1200 SYN"
done
tell_kernel "$client" 2 net/ipv4/tcp_ecn

tell_kernel "$client" 0 net/ipv4/tcp_timestamps
lossy "no timestamps"
for way in "${ways[@]}"; do
	seen "no timestamps, $way: four times the same" "server/${port[$way]}" \
		to "${silent[$way]}:80" "0 SYN" "400 SYN tcp first" "800 SYN tcp first" \
		"1200 SYN tcp first"
done
# All that differs then is the flow label, which the client changes.
to=${silent[bridge6]}:80
seen "flow label: the client's second SYN is the first again" client/bridged to "$to" \
	"0 SYN" "- SYN tcp first"
check "flow label: but for the label" [ "${last[ip]}" != "${first[ip]}" ]
seen "flow label: of what the client sent last" server/bridged to "$to" \
	"0 SYN ip ${first[ip]}" "400 SYN ip first" "800 SYN ip first" "1200 SYN ip ${last[ip]}"
tell_kernel "$client" 1 net/ipv4/tcp_timestamps

tell_kernel "$server" 2 net/ipv4/tcp_syncookies
lossy "SYN cookies"
# Four of them are lost on their way.
is "SYN cookies: for each SYN that came" "$(nstat_of "$server" TcpExtSyncookiesSent)" 20
is "SYN cookies: and each came back" "$(nstat_of "$server" TcpExtSyncookiesRecv)" 16
tell_kernel "$server" 1 net/ipv4/tcp_syncookies

serve -o mptcp
lossy "Multipath TCP" -o mptcp
for way in "${ways[@]}"; do
	seen "Multipath TCP, $way: four SYNs, as the client sent them" "server/${port[$way]}" \
		to "${silent[$way]}:80" "0 SYN" "400 SYN tcp first" "800 SYN tcp first" "1200 SYN"
done
# The client gives it up after two repeats of its own, and has sent one at most.
is "Multipath TCP: all sixteen speak it" "$(nstat_of "$client" MPTcpExtMPCapableSYNACKRX)" 16

# Data in the SYN takes a cookie, which the first connection brings; then a SYN with data is
# lost, or never answered.
serve -o fastopen
tell_kernel "$client" 1 net/ipv4/tcp_fastopen
tell_kernel "$server" 2 net/ipv4/tcp_fastopen
# fast NAME SERVER...: what becomes of data that is sent at once.
fast() {
	tool stats reset
	attempt "$client" -o fastopen -w 0 "${@:2}"
	attempted
}
each live 80
fast "Fast Open" "${endpoints[@]}"
for way in "${ways[@]}"; do
	came_to "Fast Open, $way: the cookie comes" "${live[$way]}:80" connected 0 echoed
done
refill
each live 80 81
capture
fast "Fast Open" "${endpoints[@]}"
captured
for way in "${ways[@]}"; do
	for n in 80 81; do
		came_to "Fast Open, $way, $n: data in the SYN is echoed" "${live[$way]}:$n" \
			connected 0 echoed
	done
	only=" SYN seq" seen "Fast Open, $way: one SYN, with data" "server/${port[$way]}" \
		to "${live[$way]}:80" "0 SYN len 16"
	only=" SYN seq" seen "Fast Open, $way: one is lost, and repeated with its data" \
		"server/${port[$way]}" to "${live[$way]}:81" "0 SYN len 16" "400 SYN len 16 ip first"
done
counters "Fast Open" started 8 answered 8 retransmitted 4 repaired 4

# The server is dead from now on: the client repeats without data, and so do we.
inside "$server" nft add rule inet lossy input tcp dport 80 drop
capture
each live 80
fast "Fast Open" "${endpoints[@]}"
captured
for way in "${ways[@]}"; do
	to=${live[$way]}:80
	came_to "Fast Open, dead, $way: refused" "$to" connected 0 ECONNREFUSED
	seen "Fast Open, dead, $way: with data until the client takes it back" \
		"server/${port[$way]}" to "$to" "0 SYN len 16" "400 SYN len 16 ip first" \
		"800 SYN len 16 ip first" "1200 SYN len 0"
	seen "Fast Open, dead, $way: one RST" "client/${port[$way]}" from "$to" \
		"1600 RST,ACK seq 0 ack isn+1"
done
counters "Fast Open, dead" started 4 retransmitted 12 repeat-dropped 4 gave-up 4

# Signed: nobody but the two could take part.
tell_kernel "$client" 3 net/ipv4/tcp_syn_retries
for kind in md5 ao; do
	has_kind $kind || continue
	serve -o $kind
	refill
	tool stats reset
	capture
	each live 80
	targets=("${endpoints[@]}")
	each silent 80
	attempt "$client" -o $kind -t 2600 -w 2600 "${targets[@]}" "${endpoints[@]}"
	attempted
	captured
	for way in "${ways[@]}"; do
		# Not when: to sign takes a slow kernel a while.
		came_to "$kind, $way: connected" "${live[$way]}:80" connected - echoed
		came_to "$kind, $way: not refused" "${silent[$way]}:80" timeout -
		only=" SYN seq" seen "$kind, $way: the client's own SYNs, and no more" \
			"server/${port[$way]}" to "${silent[$way]}:80" "0 SYN" "- SYN"
		seen "$kind, $way: no RST" "client/${port[$way]}" from "${silent[$way]}:80"
	done
	counters "$kind: counted" signed 12
done

finish
