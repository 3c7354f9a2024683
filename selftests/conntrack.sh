#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Conntrack beside us, on a router that masquerades.  A queue behind the forward hook
# gets every packet (it refuses those whose unconfirmed connection somebody else holds).
# And where connections are flushed in mid-attempt, nothing is sent in the name of one
# that is gone: the client's next SYN makes it anew.  On a bridge it is the same.
. "${0%/*}/lib.sh"

ways=(router4 router6)

need_module
need nft conntrack
setup
start server -n "$server" 80 81
inside "$box" nft -f - 2> "$tmp/error" <<-END || skip "no NAT or no queues: $(cat "$tmp/error")"
	table inet nat {
		chain postrouting {
			type nat hook postrouting priority srcnat
			oifname s-routed masquerade
		}
		chain queued {
			type filter hook postrouting priority 0
			tcp dport 80 queue num 0
		}
	}
END
start nsenter --net="/run/netns/$box" -- queue 0
# The box forgets before this one's first repeat, the client repeats after it.
policy flushed dport 81 retries 1 interval 900ms
policy last dport 82 retries 0 interval 900ms
policy turned dport 83 retries 1 interval 900ms
policy

capture
each live 80
targets=("${endpoints[@]}")
each silent 80
attempt "$client" -w 2400 "${targets[@]}" "${endpoints[@]}"
attempted
captured
for way in "${ways[@]}"; do
	came_to "queued, $way: connected at once" "${live[$way]}:80" connected 0 echoed
	came_to "queued, $way: refused after two seconds" "${silent[$way]}:80" ECONNREFUSED 2000
	# When is up to who reads the queue.
	only=" SYN seq" seen "queued, $way: the server gets four SYNs" \
		"server/${port[$way]}" to "${silent[$way]}:80" "0 SYN" "- SYN" "- SYN" "- SYN"
done
counters "queued: it is counted so" started 4 answered 2 retransmitted 6 repeat-dropped 2 gave-up 2

# A first SYN is lost, and then the box forgets.
lose_first "tcp dport 81 tcp flags syn"
tool stats reset
capture
each live 81
attempt "$client" -w 1600 "${endpoints[@]}"
pause 0.1
inside "$box" conntrack -F 2> /dev/null
attempted
captured
for way in "${ways[@]}"; do
	to=${live[$way]}:81
	came_to "flushed, $way: connected with the client's own repeat" "$to" connected - echoed
	only=" SYN seq" seen "flushed, $way: nothing is sent in between" "server/${port[$way]}" \
		to "$to" "0 SYN" "- SYN"
	only=RST seen "flushed, $way: nobody is reset" "client/${port[$way]}" from "$to"
done
counters "flushed: forgotten and begun anew" started 4 answered 2 unconfirmed 2

# There is no repeat, and the box forgets before it gives up.
tool stats reset
each silent 82
attempt "$client" "${endpoints[@]}"
pause 0.1
inside "$box" conntrack -F 2> /dev/null
attempted
for way in "${ways[@]}"; do
	came_to "flushed at last, $way: refused when the client's own repeat was given up" \
		"${silent[$way]}:82" ECONNREFUSED -
done
counters "flushed at last: likewise" started 4 unconfirmed 2 gave-up 2

# Or it forgets, and the server's end has opened a connection between the same ports since, which
# the SYN would be an answer to: translated like one it is sent from the client's own address.
tool stats reset
capture
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:83 SYN seq 1000"
done
sent
pause 0.1
inside "$box" conntrack -F 2> /dev/null
for way in "${ways[@]}"; do
	from=${silent[$way]//[\[\]]} to=${guest[$way]//[\[\]]}
	check "turned, $way: another connection is there" inside "$box" conntrack -I -p tcp \
		-s "$from" -d "$to" --sport 83 --dport 4000 --state SYN_SENT -t 60
done
pause 2
captured
for way in "${ways[@]}"; do
	seen "turned, $way: no SYN is sent in its name" server/routed to "${silent[$way]}:83" "0 SYN"
	seen "turned, $way: and no RST" client/routed from "${silent[$way]}:83"
done
counters "turned: forgotten" started 2 unconfirmed 2

# It forgets one that was given up: the client's next repeat is the first that it sees, and goes
# on.  The one after that is answered again.
tool stats reset
policy again position 1 dport 84 retries 0 interval 300ms linger 2s
capture
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:84 SYN seq 1000"
done
sent
pause 0.5
inside "$box" conntrack -F 2> /dev/null
for n in 0 200; do
	for way in "${ways[@]}"; do
		send client "$way" "@$n ${guest[$way]}:4000 > ${silent[$way]}:84 SYN seq 1000"
	done
done
sent
pause 0.3
captured
for way in "${ways[@]}"; do
	seen "given up and forgotten, $way: the next SYN goes on" server/routed \
		to "${silent[$way]}:84" "0 SYN" "- SYN"
	seen "given up and forgotten, $way: the one after it is answered" client/routed \
		from "${silent[$way]}:84" "300 RST,ACK seq 0 ack 1001" "- RST,ACK seq 0 ack 1001"
done
counters "given up and forgotten: counted so" started 2 gave-up 2 reset-again 2

# On a bridge that tracks connections nothing is sent in the name of one that is gone either.
if inside "$box" nft -f - 2> "$tmp/error" <<-END
	table bridge tracked {
		chain forward {
			type filter hook forward priority 0
			ct state new,established tcp dport 80-89 counter
		}
	}
	END
then
	ways=(bridge4 bridge6)
	tool stats reset
	policy bridged position 1 dport 85 retries 1 interval 900ms
	capture
	for way in "${ways[@]}"; do
		for dport in 82 85 86; do
			send client "$way" \
				"${guest[$way]}:4000 > ${silent[$way]}:$dport SYN seq 1000"
		done
	done
	sent
	pause 0.1
	inside "$box" conntrack -D -p tcp --dport 82 > /dev/null 2>&1
	inside "$box" conntrack -D -p tcp --dport 85 > /dev/null 2>&1
	inside "$box" conntrack -D -f ipv6 -p tcp --dport 82 > /dev/null 2>&1
	inside "$box" conntrack -D -f ipv6 -p tcp --dport 85 > /dev/null 2>&1
	pause 2.1
	captured
	for way in "${ways[@]}"; do
		for dport in 82 85; do
			seen "bridge, $way, port $dport: forgotten, no SYN follows" server/bridged \
				to "${silent[$way]}:$dport" "0 SYN"
			seen "bridge, $way, port $dport: and no RST" client/bridged \
				from "${silent[$way]}:$dport"
		done
		seen "bridge, $way: known, given up" client/bridged from "${silent[$way]}:86" \
			"2000 RST,ACK seq 0 ack 1001"
	done
	counters "bridge: counted so" started 6 unconfirmed 4 retransmitted 6 gave-up 2
else
	left_out "connections of a bridge" "no conntrack for bridges: $(cat "$tmp/error")"
fi

finish
