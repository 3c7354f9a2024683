#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Connections of the box's own whose way is not the plain one: translated here, by rules of
# routing, by a VRF, by a bridge, bound to an interface, to and from addresses of the link alone,
# from an address that is not the box's; strict about where answers come from.
#
#   client                       box                          server
#     | 10.2.0.1      10.2.0.9 c-routed [VRF red]               |
#     |                  10.3.0.9 s-routed -------------------->| 10.3.0.2
#
# And one that goes through a container (the client) and is forwarded by the box as well.
. "${0%/*}/lib.sh"

need_module
need nft conntrack
borrow_module vrf
setup
ip -n "$box" -batch - <<-END || exit 1
	link set lo up
	addr add 10.3.0.8/24 dev s-routed
	addr add fd03::8/64 dev s-routed nodad
	addr add 10.96.0.1/32 dev lo
	addr add fd96::1/128 dev lo
	addr add fe80::9/64 dev s-routed nodad
	addr add fe80::9/64 dev c-routed nodad
	neigh add fe80::2 lladdr $server_routed dev s-routed
	neigh add fe80::3 lladdr $server_routed dev s-routed
	route add 10.99.0.0/24 via 10.3.0.2
	route add fd99::/64 via fd03::2
	rule add fwmark 7 lookup 100
	route add 10.97.0.0/24 via 10.3.0.2 table 100
	route add fd97::/64 via fd03::2 table 100
END
ip -6 -n "$box" rule add fwmark 7 lookup 100 || exit 1
ip -n "$server" -batch - <<-END || exit 1
	addr add fe80::2/64 dev routed nodad
	neigh add fe80::9 lladdr $box_s_routed dev routed
	neigh add 10.3.0.8 lladdr $box_s_routed dev routed
	neigh add fd03::8 lladdr $box_s_routed dev routed
	route add 10.96.0.1/32 via 10.3.0.9
	route add fd96::1/128 via fd03::9
	route add fd94::/64 dev routed
	route add fd97::/64 dev routed
END
tell_kernel "$box" 1 net/ipv4/conf/all/rp_filter net/ipv4/conf/s-routed/rp_filter
# Two sockets may by chance have the same port, one of which is translated to the other's server.
# The kernel looks for the socket of an answer before it translates that back, in IPv6, and the
# wrong one has it then.
tell_kernel "$box" 0 net/ipv4/tcp_early_demux
start server -n "$server" 80
inside "$box" nft -f - 2> "$tmp/error" <<-END || skip "no NAT: $(cat "$tmp/error")"
	table inet nat {
		chain output {
			type nat hook output priority -100
			ip daddr 10.99.0.2 dnat ip to 10.3.0.2
			ip daddr 10.99.0.3 dnat ip to 10.3.0.3
			ip6 daddr fd99::2 dnat ip6 to fd03::2
			ip6 daddr fd99::3 dnat ip6 to fd03::3
		}
		chain postrouting {
			type nat hook postrouting priority srcnat
			oifname s-routed meta nfproto ipv4 meta mark 8 snat ip to 10.3.0.8
			oifname s-routed meta nfproto ipv6 meta mark 8 snat ip6 to fd03::8
		}
	}
	table inet owners {
		chain postrouting {
			type filter hook postrouting priority 200
			oifname s-routed meta skuid 65534 counter
		}
	}
END
policy own on host

# --- out by s-routed

# each_way NAME V4 V6 PORT OPTION...: one attempt for each family.
each_way() {
	odd+=("$1-4 $2 $4 ${*:5}" "$1-6 $3 $4 ${*:5}")
}

odd=()
each_way dnat-live 10.99.0.2 fd99::2 80
each_way dnat-dead 10.99.0.3 fd99::3 80
each_way snat-live 10.3.0.2 fd03::2 80 mark 8
each_way snat-dead 10.3.0.3 fd03::3 80 mark 8
each_way both-live 10.99.0.2 fd99::2 80 mark 8
each_way both-dead 10.99.0.3 fd99::3 80 mark 8
each_way marked-dead 10.97.0.3 fd97::3 80 mark 7
each_way bound-live 10.3.0.2 fd03::2 80 dev s-routed
each_way bound-dead 10.3.0.3 fd03::3 80 dev s-routed
each_way near-dead 10.3.0.3 fd03::3 80 near
each_way user-dead 10.3.0.3 fd03::3 80 user 65534
odd+=("lo-live-4 10.3.0.2 80 from 10.96.0.1" "lo-live-6 fd03::2 80 from fd96::1")
odd+=("lo-dead-4 10.3.0.3 80 from 10.96.0.1 dev s-routed")
odd+=("lo-dead-6 fd03::3 80 from fd96::1 dev s-routed")
odd+=("foreign-dead-4 10.3.0.3 80 foreign from 10.95.0.1")
odd+=("foreign-dead-6 fd03::3 80 foreign from fd95::1")
odd+=("link-live-6 fe80::2%s-routed 80" "link-dead-6 fe80::3%s-routed 80")
# Conntrack takes the SYN for an answer, and has another name for the connection than the socket.
odd+=("turned-dead-4 10.3.0.3 84 from 10.3.0.9 sport 7000")
odd+=("turned-dead-6 fd03::3 84 from fd03::9 sport 7000")
check "turned: 10.3.0.3 has opened a connection" inside "$box" conntrack -I -p tcp \
	-s 10.3.0.3 -d 10.3.0.9 --sport 84 --dport 7000 --state SYN_SENT -t 60
check "turned: and so has fd03::3" inside "$box" conntrack -I -p tcp \
	-s fd03::3 -d fd03::9 --sport 84 --dport 7000 --state SYN_SENT -t 60
capture server/routed
attempt_oddly "$box" "${odd[@]}"
attempted
captured

given_up=0 answered=0
for text in "${odd[@]}"; do
	name=${text%% *}
	if [[ $name == *-dead-* ]]; then
		came_to "$name: refused after two seconds" "$name" ECONNREFUSED 2000
		((given_up++))
	else
		came_to "$name: answered" "$name" connected 0
		((answered++))
	fi
done
is "the server got four SYNs of each dead one, and one of each other" \
	"$(count '* server/routed *.*: SYN *')$(count '* SYN seq *')" "0$((4 * given_up + answered))"
counters "each is counted once" started $((given_up + answered)) answered "$answered" \
	gave-up "$given_up" retransmitted $((3 * given_up)) repeat-dropped "$given_up..$((2 * given_up))"
is "what is repeated is its owner's still" "$(inside "$box" nft list table inet owners |
	sed -n 's/.*counter packets \([0-9]*\) .*/\1/p')" 8

# --- out by a bridge that has the address

ip -n "$box" -batch - <<-END || exit 1
	link set br0 address 02:00:00:00:00:b5
	addr add 10.1.0.9/24 dev br0
	addr add fd01::9/64 dev br0 nodad
	$(neighbours br0 $server_bridged 10.1.0.2 10.1.0.3 fd01::2 fd01::3)
END
ip -n "$server" -batch - <<< "$(neighbours bridged 02:00:00:00:00:b5 10.1.0.9 fd01::9)"
tool stats reset
odd=()
each_way bridge-live 10.1.0.2 fd01::2 80
each_way bridge-dead 10.1.0.3 fd01::3 80
capture server/bridged
attempt_oddly "$box" "${odd[@]}"
attempted
captured
for n in 4 6; do
	came_to "bridge-dead-$n: refused after two seconds" bridge-dead-$n ECONNREFUSED 2000
	came_to "bridge-live-$n: answered" bridge-live-$n connected 0
done
for to in 10.1.0.3:80 [fd01::3]:80; do
	seen "$to: four SYNs" server/bridged to "$to" "0 SYN" "500 SYN tcp first" "1000 SYN" "1500 SYN"
done
counters "each is counted once" started 4 answered 2 gave-up 2 retransmitted 6 repeat-dropped 2..4

# --- in a VRF

ip -n "$box" -batch - <<-END || exit 1
	link add red type vrf table 200
	link set red up
END
client_in_vrf red
start server -n "$client" 80
tool stats reset
odd=()
each_way vrf-live 10.2.0.1 fd02::1 80 dev red
each_way vrf-dead 10.2.0.5 fd02::5 80 dev red
each_way port-live 10.2.0.1 fd02::1 80 dev c-routed
each_way port-dead 10.2.0.5 fd02::5 80 dev c-routed
capture client/routed
attempt_oddly "$box" "${odd[@]}"
attempted
captured
for text in "${odd[@]}"; do
	name=${text%% *}
	if [[ $name == *-dead-* ]]; then
		came_to "$name: refused after two seconds" "$name" ECONNREFUSED 2000
	else
		came_to "$name: answered" "$name" connected 0
	fi
done
is "four SYNs of each dead one, and one of each other" "$(count '* SYN seq *')" 20
counters "each is counted once" started 8 answered 4 gave-up 4 retransmitted 12 \
	repeat-dropped 4..8
ip -n "$box" -batch - <<-END || exit 1
	link set c-routed nomaster
	link del red
END
ip -n "$box" -batch - <<-END || exit 1
	addr replace fd02::9/64 dev c-routed nodad
	neigh replace 10.2.0.1 lladdr $client_routed dev c-routed
	neigh replace fd02::1 lladdr $client_routed dev c-routed
END

# --- through a container, and forwarded by the box itself

tell_kernel "$client" 1 net/ipv4/ip_forward net/ipv6/conf/all/forwarding
tell_kernel "$box" 0 net/ipv4/conf/all/rp_filter net/ipv4/conf/c-routed/rp_filter
tell_kernel "$box" 1 net/ipv4/conf/c-routed/accept_local
tell_kernel "$client" 0 net/ipv4/conf/all/send_redirects net/ipv4/conf/routed/send_redirects
ip -n "$client" -batch - <<-END || exit 1
	route add 10.94.0.0/24 via 10.2.0.9
	route add fd94::/64 via fd02::9
END
# What comes back is forwarded, by a rule, what is the box's own goes to the container.
ip -n "$box" -batch - <<-END || exit 1
	route add 10.94.0.0/24 via 10.2.0.1
	route add fd94::/64 via fd02::1
	rule add iif c-routed lookup 101
	route add 10.94.0.0/24 via 10.3.0.2 table 101
	route add fd94::/64 via fd03::2 table 101
END
ip -6 -n "$box" rule add iif c-routed lookup 101 || exit 1
policy others on forward retries 0 interval 300ms
tool stats reset
capture server/routed
attempt_oddly "$box" "through-4 10.94.0.3 80" "through-6 fd94::3 80"
attempted
captured
came_to "through a container, IPv4: by the box's own policy" through-4 ECONNREFUSED 2000
came_to "through a container, IPv6: by the box's own policy" through-6 ECONNREFUSED 2000
is "four SYNs of each" "$(count '* SYN seq *')" 8
counters "paced where it begins, and there alone" started 2 gave-up 2 retransmitted 6 \
	other-path 8 repeat-dropped 2..4

finish
