#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The server's answers take another way and the box never sees them.
#
#   client --------------- box --------------- server
#      |                                          |
#      +---------------- direct ------------------+
#
# Nothing that is established is ever reset.  First the client's own segments still come
# by the box, which learns from them that there was an answer.  Then only its SYNs do:
# a router gives up after two seconds, and so does a bridge that is told to; the RST does
# no harm.
. "${0%/*}/lib.sh"

need_module
need nft
setup
start server -n "$server" 80
policy

# shellcheck disable=SC2016
strict='for file in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > $file; done'
ip -batch - <<-END || exit 1
	link add direct netns $client address 02:00:00:00:00:d1 type veth peer name direct address 02:00:00:00:00:d2 netns $server
END
ip -n "$server" -batch - <<-END || exit 1
	link set direct addrgenmode none up
	$(neighbours direct 02:00:00:00:00:d1 10.1.0.1 fd01::1 10.2.0.1 fd02::1)
	route add 10.1.0.1 dev direct
	route add 10.2.0.1 dev direct
	route add fd01::1 dev direct
	route add fd02::1 dev direct
END
ip -n "$client" -batch - <<-END || exit 1
	link set direct addrgenmode none up
	$(neighbours direct 02:00:00:00:00:d2 10.1.0.2 fd01::2 10.3.0.2 fd03::2)
END
inside "$client" sh -c "$strict"
inside "$server" sh -c "$strict"

# round NAME BRIDGED ROUTED: all four ways at once, and how many RSTs come of it.
round() {
	local way number resets

	tool stats reset
	capture
	each live 80
	attempt "$client" -w 2600 "${endpoints[@]}"
	attempted
	captured
	for way in "${ways[@]}"; do
		number=$3 resets=()
		[[ $way != bridge* ]] || number=$2
		[ "$number" = 0 ] || resets=("2000 RST,ACK seq 0 ack isn+1")
		came_to "$way, $1: connected, data flows after 2.6 s" "${live[$way]}:80" \
			connected 0 echoed
		seen "$way, $1: no answer comes by the box, $number RST" "client/${port[$way]}" \
			from "${live[$way]}" "${resets[@]}"
	done
}

round "answers go another way" 0 0
counters "four attempts established elsewhere" started 4 elsewhere 4

# Whatever is no SYN goes the other way from now on.
ip -n "$client" -batch - <<-END || exit 1
	rule add fwmark 1 lookup 1
	route add default dev direct table 1
END
ip -6 -n "$client" -batch - <<-END || exit 1
	rule add fwmark 1 lookup 1
	route add default dev direct table 1
END
inside "$client" nft -f - <<-END || exit 1
	table inet away {
		chain output {
			type route hook output priority 0
			meta l4proto tcp tcp flags & syn == 0 meta mark set 1
		}
	}
END
# A bridge knows of these servers that they live, and that their answers are not seen.
round "only SYNs come by the box" 0 1
counters "four attempts left to the client or given up, to no effect" \
	started 4 retransmitted 12 gave-up 2 unproven 2
tool policy replace p1 require-answers never
round "only SYNs come by, and no answer is required" 1 1
counters "four attempts given up, to no effect" started 4 retransmitted 12 gave-up 4

finish
