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
tool dest down 10.3.0.3
attempt "$box" -o sctp -w 2400 "${silent[router4]}:80"
attempted
came_to "what is down is refused at once" "${silent[router4]}:80" ECONNREFUSED 0

finish
