#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# More SYNs would be repeated to a server than may be.  The client's own repeats go on then,
# and it is refused in the end, unless the server answers others: then it is let go.
#
#   client                box (10 repeats)      server
#     | 4 SYNs ---------->|------------------------>|    0 ms
#     |                   | 4 SYNs ---------------->|  150
#     |                   | 4 SYNs ---------------->|  300
#     |                   | 2 SYNs ---------------->|  450, two are held back
#     | all 4 again ----->| those 2 --------------->|  525
#     |<---- 4 RST,ACK    |                         |  600
#
# And to port 80, where the server hears others only: two RSTs, and two that get none.
#
# What a server has left is still there for it when it answers, if all was held back because too
# many others are silent.
. "${0%/*}/lib.sh"

need_module
need nft
setup
start server -n "$server" 80
inside "$server" nft -f - <<-END || exit 1
	table inet deaf {
		chain input {
			type filter hook input priority 0
			ip saddr 10.1.0.4 drop
			ip saddr 10.2.0.4 drop
			ip6 saddr fd01::4 drop
			ip6 saddr fd02::4 drop
		}
	}
END
policy retries 3 interval 150ms linger 0s
check "ten repeats to one server" tool limit set repeats 10
capture

for way in "${ways[@]}"; do
	send client "$way" "@0 ${guest[$way]}:4000 > ${silent[$way]}:81 SYN seq 1000 count 4"
	send client "$way" "@525 ${guest[$way]}:4000 > ${silent[$way]}:81 SYN seq 1000 count 4"
	send client "$way" "@0 ${guest[$way]}:5000 > ${live[$way]}:80 SYN seq 1000 count 4"
done
sent &
sending=$!
for _ in {1..200}; do
	[[ $(tool -j) != *'"flows": 32,'* ]] || break
	pause 0.01
done
each live 80
attempt "$client" -w 600 "${endpoints[@]}"
attempted
wait $sending
pause 0.8
captured

for way in "${ways[@]}"; do
	# Brackets mean something else in a pattern.
	guest_at=${guest[$way]//[\[\]]/?} silent_at=${silent[$way]//[\[\]]/?} live_at=${live[$way]//[\[\]]/?}
	is "$way: silent: four, ten repeats, and two of the client's" \
		"$(count "*server/${port[$way]} *$guest_at:* > $silent_at:81 SYN *")" 16
	is "$way: silent: all four are refused" \
		"$(count "*client/${port[$way]} *$silent_at:81 > * RST,ACK *")" 4
	is "$way: living: four, and ten repeats" \
		"$(count "*server/${port[$way]} *$guest_at:* > $live_at:80 SYN *")" 14
	is "$way: living: those are refused that had all their repeats" \
		"$(count "*client/${port[$way]} *$live_at:80 > $guest_at:* RST,ACK *")" 2
	came_to "$way: others are connected" "${live[$way]}:80" connected - echoed
done
counters "and it is counted" started 36 answered 4 retransmitted 80 held-back 16 \
	repeat-dropped 8 gave-up 24 let-go 8

# Forty silent ones use up what there is for all.  Then another is called, and answers.
capture
to=${silent[bridge4]}
send client bridge4 "@0 ${guest[bridge4]}:6000 > $to:1000 SYN seq 1000 count-to 40" \
	"@550 ${guest[bridge4]}:6000 > $to:90 SYN seq 1000 count 10" \
	"@1100 ${guest[bridge4]}:7000 > $to:90 SYN seq 1000 count 4"
send server bridge4 "@1050 $to:90 > ${guest[bridge4]}:6009 SYN,ACK seq 1 ack 1001"
sent
pause 0.8
captured
# Ten come in each second for all that are silent.
is_in "$(count "*server/bridged *:60[01]? > $to:90 SYN *")" 10..16
is "a silent one is called hardly more than once" $? 0
is_in "$(count "*server/bridged *:700? > $to:90 SYN *")" 8..16
is "and when it has answered its SYNs are repeated" $? 0

finish
