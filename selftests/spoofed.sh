#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A flood of SYNs from addresses that are made up, to a server that is dead and to one that
# lives.  It is not multiplied, it does not take the table whole, and who connects to other
# servers through the same box does not notice.
#
#   10.9.0.0/16, nobody's          box (room for 1000)           server
#     | SYNs from everywhere ------->|------------------------->| 10.1.0.2 lives
#     |                              |                          | 10.1.0.3 is dead
#   client                           |                          |
#     | SYN ------------------------>|--------------------x     | 10.1.0.6 lives, the first
#     |                              | SYN, 500 ms later ------>|   SYN is lost
#     | SYN ------------------------>|------------------------->| 10.1.0.7 is dead
#     |<------ RST,ACK, after 2 s    |                          |
#
#   SYNCOPATE_FLOOD   so many SYNs instead of 10000, as fast as can be, and the limits as they
#                     are where nobody sets them
. "${0%/*}/lib.sh"

many=${SYNCOPATE_FLOOD:-10000}
rate=${SYNCOPATE_FLOOD:+1000000}
other=10.1.0.6 dead=10.1.0.7

need_module
need nft synbomb
setup
ip -n "$server" addr add $other/24 dev bridged || exit 1
# Who is flooded answers; the answers reach the client's machine, which forwards nothing.
ip -n "$server" route add 10.9.0.0/16 via 10.1.0.1 dev bridged || exit 1
ip -n "$client" -batch - <<-END || exit 1
	$(neighbours bridged $server_bridged $other $dead)
END
inside "$server" nft -f - <<-END || exit 1
	table ip lossy {
		chain input {
			type filter hook input priority 0
			ip daddr $other tcp flags syn limit rate 1/day burst 1 packets drop
		}
	}
END
start server -n "$server" 80
policy linger 1s
[ -n "${SYNCOPATE_FLOOD:-}" ] || tool limit set flows 1000 repeats 50 || exit 1

# arrived: how many frames the server's port has received.
arrived() {
	ip -n "$server" -s link show bridged | awk '/RX:/ { getline; print $2 }'
}

launch "$box" syncopate monitor dest > "$tmp/events"
before=$(arrived)
launch "$client" synbomb -j --seed 1 --server-ports 80 --mac $server_bridged --burst 50 \
	--rate "${rate:-1000}" --count "$many" --wait 1s bridged 10.9.0.0/16 10.1.0.2/31 \
	> "$tmp/bomb"
bombing=$launched

pause 3
attempt "$client" -w 4000 "$other:80" "$dead:80"
attempted
held=$(tool -j | grep -o '"flows": [0-9]*')
wait $bombing
# The last of them come to their end.
pause 4
read_counters
json=$(tail -n 1 "$tmp/bomb")
sent=$(grep -o '"sent":[0-9]*' <<< "${json%%,\"setup\"*}" | head -n 1)
resets=$(grep -o '"rsts":[0-9]*' <<< "${json%%,\"setup\"*}" | head -n 1)
onward=$(($(arrived) - before))
for name in share-full held-back retransmitted gave-up let-go table-full started answered; do
	echo "# $name ${counter[$name]}"
done
echo "# ${sent#*:} sent, $onward went on, ${resets#*:} RSTs came back, ${held#*: } attempts in care"

is "all are sent" "${sent#*:}" "$many"
check "of 10 SYNs no more than 11 go on" [ $((10 * onward)) -le $((11 * many)) ]
check "and all of them do" [ "$onward" -ge "$many" ]
check "there are repeats that were held back" [ "${counter[held-back]}" -gt 0 ]
check "no more RSTs come back than SYNs went" [ "${resets#*:}" -le "${sent#*:}" ]
# The default table has room for a flood that comes slowly.
[ -n "${SYNCOPATE_FLOOD:-}" ] ||
	check "a destination has its share of the table" [ "${counter[share-full]}" -gt 0 ]
is "the table was never full" "${counter[table-full]}" 0
is "nobody is in care in the end" "$(tool -j | grep -o '"flows": [0-9]*')" '"flows": 0'
came_to "a SYN to another server gets lost: it is repeated as ever" $other:80 connected 500 echoed
came_to "another server is dead: the client gets its RST as ever" $dead:80 ECONNREFUSED 2000
check "the operator is told which server it is" grep -q "dest-flooded 10.1.0.3:80" "$tmp/events"
# The one that lives may be unable to keep up.
is "and no other one" "$(grep -o 'dest-flooded [^ ]*' "$tmp/events" | grep -vc '10.1.0.[23]:80$')" 0
check "and what is wrong" grep -q "held-back ${counter[held-back]}:" <(tool)

finish
