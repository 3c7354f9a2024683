#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tunnels that only pass, over the bridge or through the router: what is in them is not looked
# into, neither paced nor counted, and not a byte of it changes.
#
#   client                       box                       server
#      bridged --- c-bridged [br0] s-bridged --- bridged
#      routed ---- c-routed         s-routed --- routed
#      NAME.b ==== over the bridge ============= NAME.b    10.N.0.2, fdN::2
#      NAME.r ==== through the router ========== NAME.r
#
# The kernel's own tunnels at both ends; in each net .3 is silent.
. "${0%/*}/lib.sh"

need_module
setup
for name in "$client" "$server"; do
	tell_kernel "$name" 0 net/ipv4/conf/all/rp_filter net/ipv4/conf/default/rp_filter \
		net/ipv4/conf/lo/rp_filter
done
start server -n "$server" 80
policy

# Those that are there: a name each, and of each the number of its nets.
names=()
declare -A net

# device NAME N HOST KIND HERE THERE HERE6 THERE6: lines for ip -batch that make one end of it.
device() {
	local other=$((3 - $3)) mac=02:00:00:00:$2

	case $4 in
	gre)
		echo "link add $1 type gre local $5 remote $6 ttl 64" ;;
	ip6gre)
		echo "link add $1 type ip6gre local $7 remote $8 hoplimit 64" ;;
	gretap)
		echo "link add $1 address $mac:0$3 type gretap local $5 remote $6 ttl 64" ;;
	vxlan)
		echo "link add $1 address $mac:0$3 type vxlan id $2 local $5 remote $6 dstport 4789" ;;
	vxlan6)
		echo "link add $1 address $mac:0$3 type vxlan id $2 local $7 remote $8 dstport 4789" ;;
	l2tp-udp)
		echo "l2tp add tunnel tunnel_id $2 peer_tunnel_id $2 encap udp local $5 remote $6" \
			"udp_sport 1701 udp_dport 1701" ;;
	l2tp-ip)
		echo "l2tp add tunnel tunnel_id $2 peer_tunnel_id $2 encap ip local $5 remote $6" ;;
	esac
	case $4 in
	l2tp-*)
		echo "l2tp add session name $1 tunnel_id $2 session_id $2 peer_session_id $2"
		echo "link set $1 address $mac:0$3" ;;
	esac
	# A call of PPTP's has its interface already.
	cat <<-END
		link set $1 addrgenmode none up
		addr add 10.$2.0.$3/24 dev $1
		addr add fd$2::$3/64 dev $1 nodad
	END
	[[ $4 == *gre || $4 == pptp ]] ||
		neighbours "$1" "$mac:0$other" "10.$2.0.$other" "fd$2::$other" "10.$2.0.3" "fd$2::3"
}

# tunnel KIND N MODULE...: two of that kind, over the bridge and through the router.
tunnel() {
	local kind=$1 n=$2 at=("$1.b" "$1.r")

	shift 2
	if ! modprobe -q -a "$@"; then
		left_out "$kind" "this kernel lacks one of: $*"
		return
	fi
	if [ "$kind" = pptp ]; then
		at=(ppp0 ppp1)
		start pppoe -n "$client" -t 10.1.0.1 10.1.0.2 1 2
		start pppoe -n "$server" -t 10.1.0.2 10.1.0.1 2 1
		start pppoe -n "$client" -t 10.2.0.1 10.3.0.2 3 4
		start pppoe -n "$server" -t 10.3.0.2 10.2.0.1 4 3
	fi
	ip -n "$client" -batch - <<-END && ip -n "$server" -batch - <<-END2 || exit 1
		$(device "${at[0]}" "$n" 1 "$kind" 10.1.0.1 10.1.0.2 fd01::1 fd01::2)
		$(device "${at[1]}" $((n + 1)) 1 "$kind" 10.2.0.1 10.3.0.2 fd02::1 fd03::2)
	END
		$(device "${at[0]}" "$n" 2 "$kind" 10.1.0.2 10.1.0.1 fd01::2 fd01::1)
		$(device "${at[1]}" $((n + 1)) 2 "$kind" 10.3.0.2 10.2.0.1 fd03::2 fd02::1)
	END2
	names+=("$kind, bridge" "$kind, router")
	net[$kind, bridge]=$n
	net[$kind, router]=$((n + 1))
}

tunnel gre 20 ip_gre
tunnel gretap 22 ip_gre
tunnel ip6gre 24 ip6_gre
tunnel vxlan 26 vxlan
tunnel vxlan6 28 vxlan
tunnel l2tp-udp 30 l2tp_eth l2tp_netlink
tunnel l2tp-ip 32 l2tp_eth l2tp_netlink l2tp_ip
tunnel pptp 34 pptp

# labelled NAME HOST OTHER LABEL BACK: of MPLS there is no device, and no router that is not
# one of MPLS passes it on.
labelled() {
	tell_kernel "$1" 1000 net/mpls/platform_labels
	tell_kernel "$1" 1 net/mpls/conf/bridged/input
	ip -n "$1" -batch - <<-END || exit 1
		addr add 10.36.0.$2/32 dev lo
		addr add fd36::$2/128 dev lo nodad
		route add 10.36.0.$3 encap mpls $4 via 10.1.0.$3 dev bridged src 10.36.0.$2
		route add fd36::$3 encap mpls $4 via fd01::$3 dev bridged src fd36::$2
	END
	ip -n "$1" -f mpls route add "$5" dev lo || exit 1
}
if modprobe -q -a mpls_router mpls_iptunnel; then
	labelled "$client" 1 2 100 200
	labelled "$server" 2 1 200 100
	ip -n "$client" -batch - <<-END || exit 1
		route add 10.36.0.3 encap mpls 100 via 10.1.0.2 dev bridged src 10.36.0.1
		route add fd36::3 encap mpls 100 via fd01::2 dev bridged src fd36::1
	END
	ip -n "$server" -batch - <<-END || exit 1
		route add blackhole 10.36.0.3
		route add blackhole fd36::3
	END
	names+=("mpls, bridge")
	net[mpls, bridge]=36
else
	left_out "mpls" "this kernel lacks one of: mpls_router mpls_iptunnel"
fi

# Two attempts outside of any tunnel show that there would be pacing.
targets=("${live[bridge4]}:80" "${live[router4]}:80")
for name in "${names[@]}"; do
	n=${net[$name]}
	targets+=("10.$n.0.2:80" "[fd$n::2]:80" "10.$n.0.3:81" "[fd$n::3]:81")
done
# Until the new interfaces have told of their groups, which each point would see some of.
pause 3
everything=1 capture client/bridged server/bridged
attempt "$client" -t 2600 -w 600 "${targets[@]}"
attempted
pause 0.2
captured
for name in "${names[@]}"; do
	n=${net[$name]}
	came_to "$name, IPv4: connected" "10.$n.0.2:80" connected - echoed
	came_to "$name, IPv6: connected" "[fd$n::2]:80" connected - echoed
	came_to "$name, IPv4: left alone" "10.$n.0.3:81" timeout -
	came_to "$name, IPv6: left alone" "[fd$n::3]:81" timeout -
done
counters "there is nothing but the two outside" started 2 answered 2

# passed_at POINT FROM TO: the frames between these two, as hashes.
passed_at() {
	printf '%s\n' "${timeline[@]}" | grep -F " $1 " | grep -F " eth $2>$3" |
		sed 's/.* ip \([0-9a-f]*\) .*/\1/' | sort
}
# both TEXT POINT FROM TO POINT: what goes in there comes out here.
both() {
	local went came

	went=$(passed_at "$2" "$3" "$4")
	came=$(passed_at "$5" "$3" "$4")
	check "$1: there are any, $(wc -l <<< "$went")" [ "$(wc -l <<< "$went")" -gt 20 ]
	is "$1: comes out as it went in" "$came" "$went"
}
both "to the server" "client/bridged out" $client_bridged $server_bridged "server/bridged in"
both "to the client" "server/bridged out" $server_bridged $client_bridged "client/bridged in"

# SCTP in UDP (RFC 6951), although a policy names SCTP.
modprobe -q sctp
if [ -e /proc/sys/net/sctp/encap_port ]; then
	for name in "$client" "$server"; do
		tell_kernel "$name" 9899 net/sctp/udp_port net/sctp/encap_port
	done
	start server -n "$server" -o sctp 80
	policy proto sctp
	tool stats reset
	each live 80
	targets=("${endpoints[@]}")
	each silent 81
	attempt "$client" -o sctp -t 2600 -w 600 "${targets[@]}" "${endpoints[@]}"
	attempted
	for way in "${ways[@]}"; do
		came_to "SCTP in UDP, $way: connected" "${live[$way]}:80" connected - echoed
		came_to "SCTP in UDP, $way: left alone" "${silent[$way]}:81" timeout -
	done
	counters "SCTP in UDP: none of ours"
else
	left_out "SCTP in UDP" "this kernel lacks it"
fi

finish
