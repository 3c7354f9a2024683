#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Others who have a hand in a router's connections.  What they forward is paced, once; what
# they answer themselves never passes the forward hook, and is left to them.
#
#   port  who                                     the attempt
#   80    an nft flow table                       is paced; it takes over after the answer
#   84    one whose rule does not wait for that   is paced; older kernels take a repeated SYN
#   85    synproxy                                is the proxy's, which answers the client
#   86    TPROXY                                  is the program's
#   87    IPVS, which translates (NAT)            is IPVS's, by way of the local hooks
#   88    IPVS, which does not (direct routing)   the same; answers go another way
#   89    REDIRECT                                is the program's
#   90    DNAT and masquerade                     is paced; ICMP errors are found, translated
#   91    masquerade, in two zones                is paced, twice from the same address and port
#   92    answers that are redirected past us     is over with the client's first ACK
#   93    and the client's ACKs, too              is given up, to no harm
#
#   client 10.2.0.1 --- c-routed  box  s-routed --- server 10.3.0.2, .3 is silent
#   blue   10.2.0.1 --- c-blue                  (zones)
. "${0%/*}/lib.sh"

ways=(router4 router6)

need_module
need nft conntrack ipvsadm jq tc
setup
start server -n "$server" 80 84 85 87 88 92 93
start server -n "$box" -o transparent 8600 8900
policy loose dport 84 retries 0 interval 500ms deadline 2s
policy
tell_kernel "$box" 0 net/ipv4/conf/all/rp_filter net/ipv4/conf/default/rp_filter
tell_kernel "$box" 0 net/ipv4/conf/c-routed/rp_filter net/ipv4/conf/s-routed/rp_filter
# Or conntrack takes the client's ACK for the middle of a connection.
tell_kernel "$box" 0 net/netfilter/nf_conntrack_tcp_loose

inside "$box" nft -f - 2> "$tmp/error" <<-END || skip "nft can not: $(cat "$tmp/error")"
	table inet others {
		chain raw {
			type filter hook prerouting priority raw
			iifname c-routed tcp dport 85 tcp flags syn notrack
			iifname c-routed tcp dport 91 ct original zone set 1
			iifname c-blue tcp dport 91 ct original zone set 2
			iifname c-blue meta mark set 2
		}
		chain mangle {
			type filter hook prerouting priority mangle
			iifname c-routed meta nfproto ipv4 tcp dport 86 tproxy ip to :8600 meta mark set 1
			iifname c-routed meta nfproto ipv6 tcp dport 86 tproxy ip6 to :8600 meta mark set 1
		}
		chain prerouting {
			type nat hook prerouting priority dstnat
			tcp dport 89 redirect to :8900
			ip daddr 10.8.0.1 dnat ip to 10.3.0.3
			ip6 daddr fd08::1 dnat ip6 to fd03::3
		}
		chain forward {
			type filter hook forward priority 0
			tcp dport 85 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
			tcp sport 85 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
			tcp dport 85 ct state invalid drop
		}
		chain postrouting {
			type nat hook postrouting priority srcnat
			tcp dport 90 masquerade
			tcp dport 91 masquerade
		}
	}
END
ip -n "$box" link set lo up
# Under lockdep 6.12's own nf_tables warns of any flow table: there the checks of what it
# takes are left out, and the rest is as without.
table=yes
[ ! -e /proc/lockdep ] || table=
[ -n "$table" ] || echo "# no flow table under lockdep"
[ -z "$table" ] || inside "$box" nft -f - 2> "$tmp/error" <<-END || skip "no flow table: $(cat "$tmp/error")"
	table inet fast {
		flowtable fast {
			hook ingress priority 0
			devices = { c-routed, s-routed }
		}
		chain forward {
			type filter hook forward priority 1
			tcp dport 80 ct state established flow add @fast
			tcp dport 84 flow add @fast
		}
	}
END
for family in -4 -6; do
	ip $family -n "$box" rule add fwmark 1 lookup 100
	ip $family -n "$box" route add local default dev lo table 100
done
ip -n "$client" route add 10.8.0.1 via 10.2.0.9
ip -n "$client" route add fd08::1 via fd02::9

# paced TEXT PORT: to who lives and to who does not.
paced() {
	each live "$2"
	targets=("${endpoints[@]}")
	each silent "$2"
	tool stats reset
	attempt "$client" -w 1000 "${targets[@]}" "${endpoints[@]}"
}

# The connection is in the flow table while it lasts.
paced "flow table" 80
pause 0.8
for way in "${ways[@]}"; do
	[ -n "$table" ] || continue
	[[ $way == *4 ]] && family=ipv4 || family=ipv6
	is "flow table, $way: it has taken the one that is answered" "$(inside "$box" conntrack \
		-L -f "$family" -p tcp --orig-port-dst 80 2> /dev/null | grep -c OFFLOAD)" 1
done
attempted
for way in "${ways[@]}"; do
	came_to "flow table, $way: connected" "${live[$way]}:80" connected 0 echoed
	came_to "flow table, $way: refused" "${silent[$way]}:80" ECONNREFUSED 2000
done
counters "flow table: paced" started 4 answered 2 retransmitted 6 repeat-dropped 2 gave-up 2

# A SYN is lost, the client's own repeat is not: with some kernels it takes the connection
# into the flow table, and the answer goes past us.  That does no harm.
lose_first "tcp dport 84 tcp flags syn"
tool stats reset
each live 84
attempt "$client" -w 2400 "${endpoints[@]}"
attempted
for way in "${ways[@]}"; do
	came_to "loose flow table, $way: connected by the client's repeat, data flows after 2.4 s" \
		"${live[$way]}:84" connected - echoed
done
read_counters
is "loose flow table: answered (${counter[answered]}), or given up to no effect" \
	$((counter[answered] + counter[gave-up])) 2

# served TEXT ENDPOINT...: others see to these. The answers to SYNs that this box sends
# itself come by it, and are not taken for those of SYNs that go another way.
served() {
	local to

	tool stats reset
	attempt "$client" -t 3000 -w 300 "${@:2}"
	attempted
	for to in "${@:2}"; do
		came_to "$1, $to: connected" "$to" connected 0 echoed
	done
	counters "$1: none of our business"
}

each live 85
served "synproxy" "${endpoints[@]}"
each silent 86
served "TPROXY" "${endpoints[@]}"
each silent 89
served "REDIRECT" "${endpoints[@]}"

# The virtual server's addresses are the box's, and for direct routing the server's, too.
ip -batch - <<-END || exit 1
	link add direct netns $client address 02:00:00:00:00:d1 type veth peer name direct address 02:00:00:00:00:d2 netns $server
	netns exec $client ip link set direct addrgenmode none up
	netns exec $server ip link set direct addrgenmode none up
	netns exec $box ip addr add 10.2.0.8/32 dev c-routed
	netns exec $box ip addr add fd02::8/128 dev c-routed nodad
	netns exec $server ip addr add 10.2.0.8/32 dev lo
	netns exec $server ip addr add fd02::8/128 dev lo nodad
	netns exec $client ip neigh add 10.2.0.8 lladdr $box_c_routed dev routed
	netns exec $client ip neigh add fd02::8 lladdr $box_c_routed dev routed
END
tell_kernel "$client" 0 net/ipv4/conf/all/rp_filter net/ipv4/conf/direct/rp_filter \
	net/ipv4/conf/routed/rp_filter
inside "$box" ipvsadm -R 2> "$tmp/error" <<-END || skip "no IPVS: $(cat "$tmp/error")"
	-A -t 10.2.0.8:87 -s rr
	-a -t 10.2.0.8:87 -r 10.3.0.2:87 -m
	-A -t [fd02::8]:87 -s rr
	-a -t [fd02::8]:87 -r [fd03::2]:87 -m
	-A -t 10.2.0.8:88 -s rr
	-a -t 10.2.0.8:88 -r 10.3.0.2:88 -g
	-A -t [fd02::8]:88 -s rr
	-a -t [fd02::8]:88 -r [fd03::2]:88 -g
END
served "IPVS, NAT" 10.2.0.8:87 "[fd02::8]:87"
ip -n "$server" -batch - <<-END || exit 1
	$(neighbours direct 02:00:00:00:00:d1 10.2.0.1 fd02::1)
	route add 10.2.0.1 dev direct
	route add fd02::1 dev direct
END
served "IPVS, direct routing" 10.2.0.8:88 "[fd02::8]:88"
ip -n "$server" route del 10.2.0.1 dev direct
ip -n "$server" -6 route del fd02::1 dev direct

# An ICMP error about a SYN whose both addresses were translated.
tool stats reset
capture client/routed server/routed
send client router4 "@0 10.2.0.4:4000 > 10.8.0.1:90 SYN seq 1000"
send client router6 "@0 [fd02::4]:4000 > [fd08::1]:90 SYN seq 1000"
send server router4 "@100 10.3.0.3 > 10.3.0.9 ICMP3/1 10.3.0.9:4000 > 10.3.0.3:90 SYN seq 1000"
send server router6 "@100 [fd03::3] > [fd03::9] ICMP1/0 [fd03::9]:4000 > [fd03::3]:90 SYN seq 1000"
sent
pause 0.7
captured
is "ICMP, IPv4: what the client is told is about what it sent" \
	"$(count "*client/routed in * ICMP3/1 about 10.2.0.4:4000 > 10.8.0.1:90 seq 1000 *")" 1
is "ICMP, IPv6: what the client is told is about what it sent" \
	"$(count "*client/routed in * ICMP1/0 about ?fd02::4?:4000 > ?fd08::1?:90 seq 1000 *")" 1
is "ICMP: and no SYN follows" "$(count "*server/routed in *:90 SYN *")" 2
counters "ICMP" started 2 unreachable 2

# Two clients with one address, and one port, in two zones.  The mark is what leads back.
blue=blue-$$
namespaces+=("$blue")
ip -batch - <<-END || exit 1
	netns add $blue
	link add c-blue netns $box address 02:00:00:00:00:b6 type veth peer name routed address 02:00:00:00:00:c6 netns $blue
END
ip -n "$blue" -batch - <<-END || exit 1
	link set routed addrgenmode none up
	addr add 10.2.0.1/24 dev routed
	addr add fd02::1/64 dev routed nodad
	$(neighbours routed 02:00:00:00:00:b6 10.2.0.9 fd02::9)
	route add default via 10.2.0.9
	route add default via fd02::9
END
ip -n "$box" -batch - <<-END || exit 1
	link set c-blue addrgenmode none up
	route add 10.2.0.1 dev c-blue table 2
	route add fd02::1 dev c-blue table 2
	$(neighbours c-blue 02:00:00:00:00:c6 10.2.0.1 fd02::1)
END
for family in -4 -6; do
	ip $family -n "$box" rule add fwmark 2 lookup 2
done
tell_kernel "$box" 1 net/ipv4/fwmark_reflect net/ipv6/fwmark_reflect
tell_kernel "$box" 0 net/ipv4/conf/c-blue/rp_filter
tool stats reset
capture client/routed blue/routed server/routed
for way in "${ways[@]}"; do
	targets[0]="${own[$way]}:5000,${silent[$way]}:91"
	connect -n "$blue" "${targets[0]}" > "$tmp/blue-$way" &
	connect -n "$client" "${targets[0]}" > "$tmp/plain-$way" &
done
pause 0.7
is "zones: attempts tell of theirs" "$(tool -j flow | jq -r '.[].zone' | sort | tr '\n' ' ')" \
	"1 1 2 2 "
is "zones: in words" "$(tool flow | grep -c ', policy p1, zone 2, routed (c-blue -> s-routed)$')" 2
pause 2
captured
is "zones: destinations tell of theirs" "$(tool -j dest learned | jq -r '.[] |
	select(.port == 91).zone' | sort | tr '\n' ' ')" "1 1 2 2 "
is "zones: in words" "$(tool dest learned | grep -c ':91 .* answered, zone 2, routed$')" 2
for way in "${ways[@]}"; do
	to=${silent[$way]}:91
	for name in blue plain; do
		read -r _ result ms < "$tmp/$name-$way"
		is "zones, $way: $name: $result" "$result" ECONNREFUSED
		check "zones, $way: $name: after 2 s, $ms" is_about "$ms" 2000 "$slack"
	done
	is "zones, $way: eight SYNs" "$(count "*server/routed in * > ${to//[\[\]]/?} SYN *")" 8
	for name in client blue; do
		seen "zones, $way: one RST to $name" $name/routed from "$to" "- RST,ACK seq 0 ack isn+1"
	done
done
counters "zones" started 4 retransmitted 12 repeat-dropped 4 gave-up 4

# past TEXT PORT: what comes of it over the bridge, when answers go past us.
past() {
	local ways=(bridge4 bridge6) way

	tool stats reset
	capture client/bridged
	each live "$2"
	attempt "$client" -w 2600 "${endpoints[@]}"
	attempted
	captured
	for way in "${ways[@]}"; do
		came_to "$1, $way: connected, data flows after 2.6 s" "${live[$way]}:$2" \
			connected 0 echoed
	done
}
tc -n "$box" qdisc add dev s-bridged clsact
tc -n "$box" filter add dev s-bridged ingress matchall action mirred egress redirect \
	dev c-bridged || exit 1
past "answers past us" 92
counters "answers past us" started 2 elsewhere 2
inside "$box" nft -f - <<-END || exit 1
	table netdev past {
		chain ingress {
			type filter hook ingress device c-bridged priority 0
			tcp flags & syn == 0 fwd to s-bridged
		}
	}
END
past "all but SYNs past us" 93
counters "all but SYNs past us: given up, to no effect" started 2 retransmitted 6 gave-up 2

finish
