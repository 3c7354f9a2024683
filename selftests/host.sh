#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Connections that the box itself opens, paced by a policy `on host`.
#
#   box                                server
#    | connect()    SYN --------------->|      0 ms
#    |              SYN --------------->|    500, 1000, 1500
#    | TCP's own repeat: absorbed       |   1000 or so
#    | ECONNREFUSED <- RST,ACK by lo    |   2000
. "${0%/*}/lib.sh"

ways=(router4 router6)
declare -A here_is=([router4]=10.3.0.9 [router6]=[fd03::9])

need_module
need jq nft nstat
setup
ip -n "$box" link set lo up
tell_kernel "$box" 0 net/ipv4/tcp_syn_linear_timeouts
start server -n "$server" 80 82
start server -n "$box" 88
inside "$server" nft -f - <<-END 2> "$tmp/error" || skip "no nftables: $(cat "$tmp/error")"
	table inet refusing {
		chain input {
			type filter hook input priority 0
			tcp dport 83 reject with icmpx port-unreachable
		}
	}
END
lose_first "tcp dport 82 tcp flags syn"
# The box drops what it sends itself at this port, and nothing else.
inside "$box" nft -f - <<-END || exit 1
	table inet deaf {
		chain input {
			type filter hook input priority 0
			iifname lo tcp dport 89 tcp flags & (syn | rst) == syn drop
		}
	}
END
policy own on host

# --- dead, alive, refusing, lossy; and the box itself

capture server/routed box/lo
endpoints=()
for way in "${ways[@]}"; do
	endpoints+=("${silent[$way]}:80" "${live[$way]}:80" "${live[$way]}:81" "${live[$way]}:82"
		"${here_is[$way]}:88" "${here_is[$way]}:87" "${here_is[$way]}:89")
done
attempt "$box" -w 2400 "${endpoints[@]}"
attempted
captured

for way in "${ways[@]}"; do
	to=${silent[$way]}:80
	came_to "$way: refused after two seconds" "$to" ECONNREFUSED 2000
	seen "$way: the server gets a SYN every 500 ms, and no other" server/routed to "$to" \
		"0 SYN" "500 SYN tcp first" "- SYN" "1500 SYN"
	seen "$way: the RST comes by lo" box/lo from "$to" "- RST,ACK seq 0"
	came_to "$way: a living server answers" "${live[$way]}:80" connected 0 echoed
	came_to "$way: a closed port refuses" "${live[$way]}:81" ECONNREFUSED 0
	came_to "$way: a lost SYN is repeated" "${live[$way]}:82" connected 500 echoed
	came_to "$way: the box answers itself" "${here_is[$way]}:88" connected 0 echoed
	came_to "$way: and refuses itself" "${here_is[$way]}:87" ECONNREFUSED 0
	to=${here_is[$way]}:89
	came_to "$way: a port of its own that is silent is given up" "$to" ECONNREFUSED 2000
	seen "$way: with as many SYNs" box/lo to "$to" "0 SYN" "500 SYN" "- SYN" "1500 SYN"
	seen "$way: and one RST" box/lo from "$to" "- RST,ACK seq 0"
done
counters "each is counted once" started 14 answered 6 repaired 2 refused 4 gave-up 4 \
	retransmitted 14 repeat-dropped 4
is "of TCP's own repeats none failed" "$(nstat_of "$box" TcpExtTCPRetransFail)" 0
is "and it counts four" "$(nstat_of "$box" TcpExtTCPSynRetrans)" 4

# TCP does not take one that comes while connect() is still at work.
delay server 50ms
tool stats reset
attempt "$box" "${live[router4]}:83" "${live[router6]}:83"
attempted
for way in "${ways[@]}"; do
	came_to "$way: an ICMP error ends it" "${live[$way]}:83" ECONNREFUSED 50
done
counters "as unreachable" started 2 unreachable 2
delay server 0

# --- what it forwards is not its own, and the other way round

tool stats reset
attempt "$client" -t 1700 "${silent[router4]}:80" "${silent[router6]}:80"
attempted
for way in "${ways[@]}"; do
	came_to "$way: who is forwarded still waits" "${silent[$way]}:80" timeout -
done
counters "nothing was paced"
tool policy replace own on forward
attempt "$box" -t 1700 "${silent[router4]}:80" "${silent[router6]}:80"
attempted
for way in "${ways[@]}"; do
	came_to "$way: now the box does" "${silent[$way]}:80" timeout -
done
counters "nothing was paced either"
tool policy replace own on host
policy others on forward retries 0 interval 300ms
connect -n "$box" -t 2300 "${silent[router4]}:80" > "$tmp/own" &
own_attempt=$!
attempt "$client" -t 2300 "${silent[router6]}:80"
# The attempts may take a while to begin, and are listed for some time after their end.
for ((i = 0; i < 20; i++)); do
	pause 0.05
	tool flow > "$tmp/flows"
	[ "$(wc -l < "$tmp/flows")" != 2 ] || break
done
tool -j flow | tr -d ' \n' > "$tmp/flows.json"
attempted
came_to "both: the client goes by its policy" "${silent[router6]}:80" ECONNREFUSED 300
wait "$own_attempt"
is "and the box by its own" "$(sed 's/ [0-9.]*$//' "$tmp/own")" "${silent[router4]}:80 ECONNREFUSED"
is "the list tells one from the other" \
	"$(sed -E 's/^[^ ]* -> ([^ ]*) .*policy ([^,]*), (.*)/\1 \2 \3/' "$tmp/flows" | sort)" \
	"10.3.0.3:80 own host (-> s-routed)
[fd03::3]:80 others routed (c-routed -> s-routed)"
is "in JSON as well" "$(grep -o '"on":"[a-z]*"' "$tmp/flows.json" | sort | paste -sd' ')" \
	'"on":"forward" "on":"host"'
counters "one each" started 2 gave-up 2 retransmitted 3 repeat-dropped 1

# --- selected by server, port and mark; of all else nothing is paced

ip -n "$box" -batch - <<-END || exit 1
	$(neighbours s-routed "$server_routed" 10.3.0.4 fd03::4)
END
tool policy replace own on host dst 10.3.0.3
policy own6 on host dst fd03::3
policy by-port on host dport 90 retries 0 interval 300ms
tool stats reset
attempt "$box" -t 2600 10.3.0.3:80 "[fd03::3]:80" 10.3.0.4:80 "[fd03::4]:80" \
	10.3.0.4:90 "[fd03::4]:90"
attempted
came_to "this server, IPv4: refused" 10.3.0.3:80 ECONNREFUSED 2000
came_to "this server, IPv6: refused" "[fd03::3]:80" ECONNREFUSED 2000
came_to "another, IPv4: left to itself" 10.3.0.4:80 timeout -
came_to "another, IPv6: left to itself" "[fd03::4]:80" timeout -
came_to "at this port, IPv4: refused" 10.3.0.4:90 ECONNREFUSED 300
came_to "at this port, IPv6: refused" "[fd03::4]:90" ECONNREFUSED 300
counters "those selected are counted" started 4 gave-up 4 retransmitted 6 repeat-dropped 2

inside "$box" nft -f - <<-END || exit 1
	table inet marked {
		chain output {
			type filter hook output priority mangle
			meta skuid 65534 meta mark set 5
		}
	}
END
tool policy flush
policy marked on host mark 5
tool stats reset
attempt_oddly "$box" -t 2.6 "nobody-4 10.3.0.3 80 user 65534" "nobody-6 fd03::3 80 user 65534" \
	"root-4 10.3.0.3 80" "root-6 fd03::3 80"
attempted
for n in 4 6; do
	came_to "by this user, IPv$n: refused" nobody-$n ECONNREFUSED 2000
	came_to "by another, IPv$n: left to itself" root-$n timeout -
done
counters "those marked are counted" started 2 gave-up 2 retransmitted 6 repeat-dropped 2

# --- among many that are of one kind or the other

tool policy flush
for n in {1..5}; do
	policy "own-$n" on host dport "100$n" retries 0 interval 200ms
	policy "other-$n" on forward dport "100$n" retries 0 interval 400ms
done
tool stats reset
connect -n "$box" -t 900 "${silent[router4]}:1003" "${silent[router6]}:1005" > "$tmp/own" &
own_attempt=$!
attempt "$client" -t 900 "${silent[router4]}:1001" "${silent[router6]}:1005" \
	"${silent[router4]}:1006"
attempted
wait "$own_attempt"
while read -r to what when _; do
	outcome[own-$to]="$what $when"
done < "$tmp/own"
came_to "many, IPv4: the box's own by its policy" "own-${silent[router4]}:1003" ECONNREFUSED 200
came_to "many, IPv6: the box's own by its policy" "own-${silent[router6]}:1005" ECONNREFUSED 200
came_to "many, IPv4: who is forwarded by the other" "${silent[router4]}:1001" ECONNREFUSED 400
came_to "many, IPv6: who is forwarded by the other" "${silent[router6]}:1005" ECONNREFUSED 400
came_to "many: at no port of theirs" "${silent[router4]}:1006" timeout -
is "many: those selected, and no other" "$(tool -j policy | jq -r '.[] |
	select(.matched > 0) | "\(.name) \(.matched)"' | sort | paste -sd' ')" \
	"other-1 1 other-5 1 own-3 1 own-5 1"
counters "many: are counted" started 4 gave-up 4

# --- the RST comes by the loopback device

tool policy flush
policy own on host retries 0 interval 300ms
ip -n "$box" link set lo down
tool stats reset
attempt "$box" -t 900 "${silent[router4]}:95" "${silent[router6]}:95"
attempted
for way in "${ways[@]}"; do
	came_to "lo is down, $way: not refused" "${silent[$way]}:95" timeout -
done
counters "lo is down: which is counted" started 2 not-sent 2

finish
