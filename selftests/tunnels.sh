#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tunnels as the way out of a router, and a way that is narrower than the SYN.
#
#   client               box                        server
#      routed --- c-routed   s-routed ----------- routed
#                            gre     ============ gre      10.11.0.2  fd11::2
#                            ipip    ============ ipip     10.12.0.2
#                            wg      ============ wg       10.13.0.2  fd13::2
#                            ip6gre  ============ ip6gre   10.14.0.2  fd14::2  over IPv6
#                            ip6tnl  ============ ip6tnl   10.15.0.2  fd15::2  over IPv6
#
# Answers come back by the tunnel, but for IPIP, where they come as they are.  In each net
# .3 is silent.
. "${0%/*}/lib.sh"

ways=(router4 router6)

need_module
need nft wg
setup
tell_kernel "$box" 0 net/ipv4/conf/all/rp_filter net/ipv4/conf/default/rp_filter
tell_kernel "$server" 0 net/ipv4/conf/all/rp_filter net/ipv4/conf/default/rp_filter

# tunnels LOCAL REMOTE HOST: from .LOCAL to .REMOTE, with .HOST inside.
tunnels() {
	cat <<-END
		link add gre type gre local 10.3.0.$1 remote 10.3.0.$2 ttl 64
		link add ipip type ipip local 10.3.0.$1 remote 10.3.0.$2 ttl 64
		link add wg type wireguard
		link add ip6gre type ip6gre local fd03::$1 remote fd03::$2 hoplimit 64
		link add ip6tnl type ip6tnl mode any local fd03::$1 remote fd03::$2 hoplimit 64
	END
	for n in gre/11 ipip/12 wg/13 ip6gre/14 ip6tnl/15; do
		cat <<-END
			link set ${n%/*} addrgenmode none up
			addr add 10.${n#*/}.0.$3/24 dev ${n%/*}
			addr add fd${n#*/}::$3/64 dev ${n%/*} nodad
		END
	done
}
ip -n "$box" -batch - <<< "$(tunnels 9 2 9)" 2> "$tmp/error" ||
	skip "no tunnels: $(cat "$tmp/error")"
ip -n "$server" -batch - <<< "$(tunnels 2 9 2)" || exit 1
for n in 11 12 13 14 15; do
	ip -n "$client" route add 10.$n.0.0/24 via 10.2.0.9
	ip -n "$client" route add fd$n::/64 via fd02::9
	[ $n != 12 ] || continue
	ip -n "$server" rule add from 10.$n.0.0/24 lookup $n
	ip -n "$server" -6 rule add from fd$n::/64 lookup $n
	ip -n "$server" route add default via 10.$n.0.9 table $n
	ip -n "$server" -6 route add default via fd$n::9 table $n
done

# peer NAME OTHER ADDRESS: with keys that are made here.
(umask 077 && wg genkey > "$tmp/$box" && wg genkey > "$tmp/$server")
peer() {
	inside "$1" wg set wg listen-port 5000 private-key "$tmp/$1" \
		peer "$(wg pubkey < "$tmp/$2")" endpoint "$3:5000" allowed-ips 0.0.0.0/0,::/0
}
peer "$box" "$server" 10.3.0.2
peer "$server" "$box" 10.3.0.9

names=(gre4 gre6 ipip4 wg4 wg6 ip6gre4 ip6gre6 ip6tnl4 ip6tnl6)
declare -A inner=([gre4]=10.11.0 [gre6]=fd11: [ipip4]=10.12.0 [wg4]=10.13.0 [wg6]=fd13:
	[ip6gre4]=10.14.0 [ip6gre6]=fd14: [ip6tnl4]=10.15.0 [ip6tnl6]=fd15:)
# to NAME HOST PORT
to() {
	case $1 in
	*4) echo "${inner[$1]}.$2:$3" ;;
	*) echo "[${inner[$1]}:$2]:$3" ;;
	esac
}
inside "$server" nft -f - <<-END || exit 1
	table inet count {
		$(printf 'counter %s { }\n' "${names[@]}")
		chain prerouting {
			type filter hook prerouting priority 0
			$(for name in "${names[@]}"; do
				echo "iifname ${name%?} meta nfproto ipv${name: -1} tcp dport 81" \
					"tcp flags syn counter name $name"
			done)
		}
	}
END
# counted NAME: SYNs to the silent one that came out of the tunnel.
counted() {
	inside "$server" nft list counter inet count "$1" |
		sed -n 's/.*packets \([0-9]*\) .*/\1/p'
}
start server -n "$server" 80
policy

targets=()
for name in "${names[@]}"; do
	targets+=("$(to "$name" 2 80)" "$(to "$name" 3 81)")
done
attempt "$client" -w 600 "${targets[@]}"
attempted
for name in "${names[@]}"; do
	# WireGuard has to shake hands itself, first.
	came_to "$name: connected" "$(to "$name" 2 80)" connected - echoed
	came_to "$name: refused" "$(to "$name" 3 81)" ECONNREFUSED 2000
	is "$name: four SYNs came out" "$(counted "$name")" 4
done
counters "tunnels" started 18 answered 9 retransmitted 27 repeat-dropped 9 gave-up 9

# The way out is too narrow: who may not fragment says so before any attempt begins.
ip -n "$box" link set s-routed mtu 1280
tool stats reset
capture client/routed server/routed
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:82 SYN seq 1000 len 1300 fastopen"
done
send client router4 "${guest[router4]}:4000 > ${silent[router4]}:83 SYN seq 1000 len 1300 fastopen nodf"
sent
pause 2.3
captured
for way in "${ways[@]}"; do
	to=${silent[$way]//[\[\]]/?}
	[[ $way == *4 ]] && error=ICMP3/4 || error=ICMP2/0
	is "$way: too big: the client is told" \
		"$(count "*client/routed in * $error about * > $to:82 *")" 1
	is "$way: too big: nobody gets it" "$(count "*server/routed in * > $to:82 *")" 0
	is "$way: too big: and nobody resets it" "$(count "*client/routed in $to:82 > *")" 0
done
to=${silent[router4]}:83
is "in fragments: four SYNs" "$(count "*server/routed in * > $to SYN *")" 4
seen "in fragments: one RST" client/routed from "$to" "2000 RST,ACK seq 0 ack 2301"
counters "MTU" started 1 retransmitted 3 gave-up 1

finish
