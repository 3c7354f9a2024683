# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # read by lib.sh
#
# The network of most scenarios, three namespaces:
#
#        client                          box                           server
#   +---------------+       +---------------------------+       +---------------+
#   |       bridged |-------| c-bridged [br0] s-bridged |-------| bridged       |
#   |               |       |                           |       |               |
#   |        routed |-------| c-routed         s-routed |-------| routed        |
#   +---------------+       +---------------------------+       +---------------+
#
#   bridged:  10.1.0.1                                           10.1.0.2
#             fd01::1                                            fd01::2
#   routed:   10.2.0.1         10.2.0.9         10.3.0.9         10.3.0.2
#             fd02::1          fd02::9          fd03::9          fd03::2
#
# So there are four ways from the client to the server, and a scenario can go all
# of them at the same time.  Each has two addresses more, which lead to the right
# machine but belong to nobody: .3 at the server is silent; .4 at the client, the
# guest, sends made-up frames and no kernel sees the answers.
#
# Neighbours are permanent: nothing but the segments in question is on the wire,
# and no time passes for address resolution.

client=client-$$
box=box-$$
server=server-$$

ways=(bridge4 bridge6 router4 router6)

# shellcheck disable=SC2034 # used by the scenarios
{
declare -A port=([bridge4]=bridged [bridge6]=bridged [router4]=routed [router6]=routed)
declare -A own=([bridge4]=10.1.0.1 [bridge6]=[fd01::1] [router4]=10.2.0.1 [router6]=[fd02::1])
declare -A guest=([bridge4]=10.1.0.4 [bridge6]=[fd01::4] [router4]=10.2.0.4 [router6]=[fd02::4])
declare -A live=([bridge4]=10.1.0.2 [bridge6]=[fd01::2] [router4]=10.3.0.2 [router6]=[fd03::2])
declare -A silent=([bridge4]=10.1.0.3 [bridge6]=[fd01::3] [router4]=10.3.0.3 [router6]=[fd03::3])
}

client_bridged=02:00:00:00:00:c1 client_routed=02:00:00:00:00:c2
server_bridged=02:00:00:00:00:51 server_routed=02:00:00:00:00:52
box_c_routed=02:00:00:00:00:b1 box_s_routed=02:00:00:00:00:b2

setup() {
	local name

	namespaces+=("$client" "$box" "$server")
	ip -batch - <<-END || exit 1
		netns add $client
		netns add $box
		netns add $server
		link add c-bridged netns $box type veth peer name bridged address $client_bridged netns $client
		link add s-bridged netns $box type veth peer name bridged address $server_bridged netns $server
		link add c-routed netns $box address $box_c_routed type veth peer name routed address $client_routed netns $client
		link add s-routed netns $box address $box_s_routed type veth peer name routed address $server_routed netns $server
	END
	ip -n "$box" -batch - <<-END || exit 1
		link add br0 type bridge forward_delay 0 mcast_snooping 0
		link set br0 addrgenmode none up
		link set c-bridged addrgenmode none master br0 up
		link set s-bridged addrgenmode none master br0 up
		link set c-routed addrgenmode none up
		link set s-routed addrgenmode none up
		addr add 10.2.0.9/24 dev c-routed
		addr add 10.3.0.9/24 dev s-routed
		addr add fd02::9/64 dev c-routed nodad
		addr add fd03::9/64 dev s-routed nodad
		neigh add 10.2.0.1 lladdr $client_routed dev c-routed
		neigh add 10.2.0.4 lladdr $client_routed dev c-routed
		neigh add fd02::1 lladdr $client_routed dev c-routed
		neigh add fd02::4 lladdr $client_routed dev c-routed
		neigh add 10.3.0.2 lladdr $server_routed dev s-routed
		neigh add 10.3.0.3 lladdr $server_routed dev s-routed
		neigh add fd03::2 lladdr $server_routed dev s-routed
		neigh add fd03::3 lladdr $server_routed dev s-routed
	END
	ip -n "$client" -batch - <<-END || exit 1
		link set lo up
		link set bridged addrgenmode none up
		link set routed addrgenmode none up
		addr add 10.1.0.1/24 dev bridged
		addr add 10.2.0.1/24 dev routed
		addr add fd01::1/64 dev bridged nodad
		addr add fd02::1/64 dev routed nodad
		neigh add 10.1.0.2 lladdr $server_bridged dev bridged
		neigh add 10.1.0.3 lladdr $server_bridged dev bridged
		neigh add fd01::2 lladdr $server_bridged dev bridged
		neigh add fd01::3 lladdr $server_bridged dev bridged
		neigh add 10.2.0.9 lladdr $box_c_routed dev routed
		neigh add fd02::9 lladdr $box_c_routed dev routed
		route add 10.3.0.0/24 via 10.2.0.9
		route add fd03::/64 via fd02::9
	END
	ip -n "$server" -batch - <<-END || exit 1
		link set lo up
		link set bridged addrgenmode none up
		link set routed addrgenmode none up
		addr add 10.1.0.2/24 dev bridged
		addr add 10.3.0.2/24 dev routed
		addr add fd01::2/64 dev bridged nodad
		addr add fd03::2/64 dev routed nodad
		neigh add 10.1.0.1 lladdr $client_bridged dev bridged
		neigh add 10.1.0.4 lladdr $client_bridged dev bridged
		neigh add fd01::1 lladdr $client_bridged dev bridged
		neigh add fd01::4 lladdr $client_bridged dev bridged
		neigh add 10.3.0.9 lladdr $box_s_routed dev routed
		neigh add fd03::9 lladdr $box_s_routed dev routed
		route add 10.2.0.0/24 via 10.3.0.9
		route add fd02::/64 via fd03::9
	END
	tell_kernel "$box" 1 net/ipv4/ip_forward net/ipv6/conf/all/forwarding
	# Its second repeat would coincide with the default deadline (see repeats.sh).
	tell_kernel "$client" 0 net/ipv4/tcp_syn_linear_timeouts
	for name in "$client" "$box" "$server"; do
		all_up "$name"
	done
}

# all_up NETNS [WORD...]: waits for devices, all pairs or what else `ip link show` takes. What is
# sent by one, or through a bridge's port, is lost until the kernel has looked at its carrier,
# which it does once a second.
all_up() {
	local name=$1

	shift
	[ $# -gt 0 ] || set -- type veth up
	for _ in {1..100}; do
		ip -n "$name" -br link show "$@" | grep -qv ' UP ' || return 0
		pause 0.02
	done
	fail "the devices of $name are up"
}

# tell_kernel NETNS VALUE SYSCTL...: those that this kernel has.
tell_kernel() {
	local name=$1 value=$2

	shift 2
	# shellcheck disable=SC2016 # for that shell
	inside "$name" sh -c 'cd /proc/sys; value=$0; for name; do [ ! -e $name ] || echo $value > $name; done' \
		"$value" "$@"
}

# client_in_vrf VRF: the box's port towards the client is in that one from now on, and forgets
# meanwhile whom it knew there; 10.2.0.5 and fd02::5 are nobody's.
client_in_vrf() {
	ip -n "$box" link set c-routed master "$1" &&
		ip -n "$box" -batch - <<-END || exit 1
			addr replace fd02::9/64 dev c-routed nodad
			neigh replace 10.2.0.1 lladdr $client_routed dev c-routed
			neigh replace 10.2.0.5 lladdr $client_routed dev c-routed
			neigh replace fd02::1 lladdr $client_routed dev c-routed
			neigh replace fd02::5 lladdr $client_routed dev c-routed
		END
}

# lose_first MATCH: of what fits these words of nft's the server loses the first, on each way.
lose_first() {
	inside "$server" nft -f - <<-END || exit 1
		table inet lossy {
			chain input {
				type filter hook input priority 0
				iifname bridged meta nfproto ipv4 $1 limit rate 1/day burst 1 packets drop
				iifname bridged meta nfproto ipv6 $1 limit rate 1/day burst 1 packets drop
				iifname routed meta nfproto ipv4 $1 limit rate 1/day burst 1 packets drop
				iifname routed meta nfproto ipv6 $1 limit rate 1/day burst 1 packets drop
			}
		}
	END
}

# no_offload: checksums as on a real wire, not left to be completed by a device.
no_offload() {
	local name device

	for name in "$client" "$server"; do
		for device in bridged routed; do
			inside "$name" ethtool -K "$device" tx off > /dev/null
		done
	done
	for device in c-bridged s-bridged c-routed s-routed; do
		inside "$box" ethtool -K "$device" tx off > /dev/null
	done
}

# send client|server WAY FRAME...: adds made-up frames to those that `sent` sends, each
# in its time; see frames.c.
send() {
	local point=$1/${port[$2]} frame

	shift 2
	for frame; do
		case $frame in
		@*) frame="${frame%% *} $point ${frame#* }" ;;
		*) frame="$point $frame" ;;
		esac
		made_up+=("$frame")
	done
}
made_up=()

sent() {
	local point points=()

	for point in "client/bridged,$server_bridged" "client/routed,$box_c_routed" \
		     "server/bridged,$client_bridged" "server/routed,$box_s_routed"; do
		[[ " ${made_up[*]}" != *" ${point%,*} "* ]] ||
			points+=("${point%,*}=${point%%/*}-$$/${point#*/}")
	done
	frames "${points[@]}" -- "${made_up[@]}"
	made_up=()
}

# each live|silent PORT...: the endpoints on all ways, into the array $endpoints.
each() {
	local -n address=$1
	local way number

	shift
	endpoints=()
	for way in "${ways[@]}"; do
		for number; do
			endpoints+=("${address[$way]}:$number")
		done
	done
}

# delay client|server TIME: what leaves it comes so much later.
delay() {
	local device

	need tc
	for device in bridged routed; do
		tc -n "$1-$$" qdisc replace dev $device root netem delay "$2" 2> "$tmp/error" ||
			skip "no netem: $(cat "$tmp/error")"
	done
}

# neighbours DEVICE MAC ADDRESS...: lines for ip -batch.
neighbours() {
	local device=$1 lladdr=$2 address

	shift 2
	for address; do
		echo "neigh add $address lladdr $lladdr dev $device"
	done
}
