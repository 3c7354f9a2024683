#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SCTP: a silent server is given up with an ABORT, a lost INIT is repaired.
#
#   client              box              server
#     | INIT ----------->|--------------->|      0 ms
#     | INIT ----------->|                |    200, 600, ... the client's own repeats
#     |                  | INIT --------->|    300, 600, 900
#     |<----------- ABORT|                |   1200, with the client's own tag
#     |                  |<------INIT-ACK |    too late: dropped
#
# First real clients and servers, then made-up packets.  `seq` is the initiate tag of an
# INIT, `ack` the tag in the header.  A packet with a wrong CRC32c fits nothing.
. "${0%/*}/lib.sh"

need_module
need nft jq
borrow_module sctp
setup
start server -n "$server" -o sctp 80 84
start server -n "$server" 90
# Else the client's own repeat would come after three seconds.
tell_kernel "$client" 100 net/sctp/rto_min
tell_kernel "$client" 200 net/sctp/rto_initial
tell_kernel "$client" 400 net/sctp/rto_max
lose_first "sctp dport 84 sctp chunk init exists"

# --- a policy that does not name it leaves SCTP alone

policy tcp interval 300ms
capture client/bridged
for way in bridge4 bridge6; do
	send client "$way" "@0 ${guest[$way]}:4000 > ${silent[$way]}:80 INIT seq 1000"
done
sent
pause 0.5
captured
counters "a policy without a protocol does not select an INIT"
tool policy flush

# The same tag from the same ports is one attempt on a bridge, whatever its addresses are.
declare -A at=([bridge4]=0 [bridge6]=100 [router4]=200 [router6]=300)

# --- what is no INIT, or quotes none, is nothing to us

# It says how long it is: less than an INIT, more than there is, or that another chunk follows.
# And its tag may not be 0, nor that of the header another.
policy sctp proto sctp retries 0 interval 400ms
wrong=("seq 1000 offset 19" "seq 1000 offset 25 len 4" "seq 1000 offset 20 len 4" "seq 0"
	"seq 1000 ack 7")
capture
for way in "${ways[@]}"; do
	for n in "${!wrong[@]}"; do
		from=${guest[$way]}:$((4001 + n + at[$way]))
		send client "$way" "$from > ${silent[$way]}:80 INIT ${wrong[n]}"
	done
	there="${guest[$way]}:$((4000 + at[$way])) > ${silent[$way]}:80" error=ICMP3/2
	[[ $way != *6 ]] || error=ICMP4/1
	send client "$way" "@0 $there INIT seq 1000 len 1"
	send server "$way" "@100 ${silent[$way]} > ${guest[$way]} $error $there INIT-ACK seq 1000" \
		"@100 ${silent[$way]} > ${guest[$way]} $error $there INIT seq 1000 ack 7"
done
sent
pause 0.5
captured
for way in "${ways[@]}"; do
	for n in "${!wrong[@]}"; do
		seen "$way: no INIT: ${wrong[n]}: it passes" "server/${port[$way]}" \
			from "${guest[$way]}:$((4001 + n + at[$way]))" "0 INIT"
	done
	name="one that does not fill its last word is, and errors that quote none change nothing"
	only=" ABORT" seen "$way: $name" "client/${port[$way]}" from "${silent[$way]}:80" \
		"400 ABORT ack 1000"
done
counters "of these none is in care" started 4 gave-up 4
tool policy flush

# --- real ones, and with checksums left to be completed by a device as well

policy sctp proto sctp interval 300ms
each silent 80
targets=("${endpoints[@]}")
each live 80 82 84

# round NAME
round() {
	local way to

	tool stats reset
	capture
	attempt "$client" -o sctp -w 1500 "${targets[@]}" "${endpoints[@]}"
	attempted
	captured
	for way in "${ways[@]}"; do
		to=${silent[$way]}:80
		came_to "$1, $way: silent: refused at the deadline" "$to" ECONNREFUSED 1200
		came_to "$1, $way: alive: connected, and data passes" "${live[$way]}:80" \
			connected 0 echoed
		came_to "$1, $way: no one listens: refused by the server" "${live[$way]}:82" \
			ECONNREFUSED 0
	done
}

round "offloaded"
counters "four are given up, four answered, four refused, four repaired" \
	started 16 retransmitted 16 repeat-dropped 12..24 gave-up 4 answered 8 repaired 4 refused 4

no_offload
round "with checksums"
for way in "${ways[@]}"; do
	to=${silent[$way]}:80
	seen "$way: the server gets the same INIT four times" "server/${port[$way]}" to "$to" \
		"0 INIT ack 0 sum ok" "300 INIT tcp first" "600 INIT tcp first" "900 INIT tcp first"
	only=" ABORT" seen "$way: the client gets one ABORT, with its own tag" "client/${port[$way]}" \
		from "$to" "1200 ABORT ack isn len 4 sum ok"
	only=" ABORT" seen "$way: a server's own ABORT passes" "client/${port[$way]}" \
		from "${live[$way]}:82" "- ABORT ack isn"
done
is "the learned are told apart from those of TCP" \
	"$(tool -j dest learned 10.1.0.2:80 | jq -c '.[] | [.port, .proto, .attempts, .answered]')" \
	'[80,"sctp",2,2]'
is "as text, too" "$(tool dest learned 10.1.0.2:80 | cut -d' ' -f1)" "10.1.0.2:80/sctp"

# --- several addresses at the client

ip -n "$client" -batch - <<-END
	addr add 10.1.0.5/24 dev bridged
	addr add 10.2.0.5/24 dev routed
END
ip -n "$server" -batch - <<< "$(neighbours bridged $client_bridged 10.1.0.5)"
ip -n "$box" -batch - <<< "$(neighbours c-routed $client_routed 10.2.0.5)"
tool stats reset
attempt "$client" -o sctp -w 300 10.1.0.1+10.1.0.5,10.1.0.2:80 10.1.0.5+10.1.0.1,10.1.0.3:80 \
	10.2.0.5+10.2.0.1,10.3.0.2:80 10.2.0.1+10.2.0.5,10.3.0.3:80
attempted
for to in 10.1.0.2:80 10.3.0.2:80; do
	came_to "$to: connected from two addresses" $to connected 0 echoed
done
for to in 10.1.0.3:80 10.3.0.3:80; do
	came_to "$to: refused at two addresses" $to ECONNREFUSED 1200
done
counters "two answered, two given up" started 4 answered 2 retransmitted 6 gave-up 2 \
	repeat-dropped 4..12

# --- what fits and what does not

tool policy replace sctp proto sctp retries 1 interval 600ms
tool stats reset
capture
declare -A other=([bridge4]=10.1.0.7 [bridge6]=[fd01::7] [router4]=10.3.0.7 [router6]=[fd03::7])
declare -A second=([bridge4]=10.1.0.5 [bridge6]=[fd01::5] [router4]=10.2.0.5 [router6]=[fd02::5])
ip -n "$box" -batch - <<< "$(neighbours s-routed $server_routed 10.3.0.7 fd03::7)
$(neighbours c-routed $client_routed fd02::5)"

# Each by its ports, equal on both sides as peers have them: does it end the attempt, from
# where to where (s: the server, o: another address of it; c: the client, d: another of it).
cases=(
	"no  s c INIT-ACK seq 5000 ack 999"
	"no  s c INIT-ACK seq 5000 ack 0"
	"no  s c INIT-ACK seq 0 ack 1000"
	"no  s c ABORT ack 1001"
	"no  s c ABORT,T ack 1000"
	"no  s c COOKIE-ACK ack 1000"
	"no  o c INIT-ACK seq 5000 ack 999"
	"yes s c INIT-ACK seq 5000 ack 1000 len 100"
	"yes o c INIT-ACK seq 5000 ack 1000 address ${own[bridge4]}"
	"yes s d INIT-ACK seq 5000 ack 1000"
	"yes o d INIT-ACK seq 5000 ack 1000"
	"yes s c ABORT ack 1000"
	"yes o d ABORT ack 1000"
	"yes s c INIT seq 7000"			# both at once
)
for way in "${ways[@]}"; do
	declare -A who=([s]=${silent[$way]} [o]=${other[$way]} [c]=${guest[$way]} [d]=${second[$way]})
	for n in "${!cases[@]}"; do
		read -r _ from to answer <<< "${cases[n]}"
		number=$((4000 + at[$way] + n))
		send client "$way" "@0 ${who[c]}:$number > ${who[s]}:$number INIT seq 1000 \
			address ${who[c]} address ${who[d]}"
		send server "$way" "@50 ${who[$from]}:$number > ${who[$to]}:$number $answer"
	done
	# One way after the other: so many frames take a slow machine a while.
	sent
	pause 1.4
done
captured
for way in "${ways[@]}"; do
	for n in "${!cases[@]}"; do
		read -r fits from to answer <<< "${cases[n]}"
		number=$((4000 + at[$way] + n)) inits=("0 INIT seq 1000 sum ok")
		[ "$fits" = yes ] || inits+=("600 INIT tcp first")
		only=" seq 1000 " seen "$way: $from to $to: $answer: ${#inits[@]} INITs" \
			"server/${port[$way]}" from "${guest[$way]}:$number" "${inits[@]}"
		aborts=()
		[ "$fits" = yes ] || aborts=("1200 ABORT ack 1000 sum ok")
		[[ $answer != ABORT* || $from$to != sc ]] || aborts=("- ${answer% len*}" "${aborts[@]}")
		only=" ABORT" seen "$way: $from to $to: $answer: ${#aborts[@]} ABORTs" \
			"client/${port[$way]}" to "${guest[$way]}:$number" "${aborts[@]}"
	done
done
counters "of three it is told that they do not fit, seven do" started 56 answered 16 refused 8 simultaneous 4 \
	unfit 12 retransmitted 28 gave-up 28 stray 4

# --- the client's own repeats, other addresses, ports used again, answers by another way

tool policy replace sctp proto sctp interval 300ms
tool stats reset
capture
for way in "${ways[@]}"; do
	there="${guest[$way]}:$((5000 + at[$way])) > ${silent[$way]}:80"
	send client "$way" "@0 $there INIT seq 1000" "@100 $there INIT seq 1000" \
		"@200 ${guest[$way]}:$((5000 + at[$way])) > ${other[$way]}:80 INIT seq 1000"
	send server "$way" "@1250 ${other[$way]}:80 > ${guest[$way]}:$((5000 + at[$way])) INIT-ACK seq 1 ack 1000"
	send client "$way" "@1300 $there INIT seq 1000"
	there="${guest[$way]}:$((5001 + at[$way])) > ${silent[$way]}:80"
	send client "$way" "@0 $there INIT seq 1000" "@400 $there INIT seq 2000"
	there="${guest[$way]}:$((5002 + at[$way])) > ${silent[$way]}:80"
	send client "$way" "@0 $there INIT seq 1000" "@400 $there COOKIE-ECHO ack 3000 len 50"
	there="${guest[$way]}:$((5003 + at[$way])) > ${silent[$way]}:80"
	send client "$way" "@0 $there INIT seq 1000" "@400 $there ABORT,T ack 1000"
	there="${guest[$way]}:$((5004 + at[$way])) > ${silent[$way]}:80"
	error=ICMP3/2 host=ICMP3/1
	[[ $way != *6 ]] || error=ICMP4/1 host=ICMP1/3
	send client "$way" "@0 $there INIT seq 1000"
	send server "$way" "@100 ${silent[$way]} > ${guest[$way]} $host $there INIT seq 1000" \
		"@200 ${silent[$way]} > ${guest[$way]} $error $there INIT seq 1001" \
		"@400 ${silent[$way]} > ${guest[$way]} $error $there INIT seq 1000"
	sent
	pause 0.7
done
captured
for way in "${ways[@]}"; do
	seen "$way: a repeat is swallowed, to another address it passes" "server/${port[$way]}" \
		from "${guest[$way]}:$((5000 + at[$way]))" "0 INIT seq 1000 sum ok" "200 INIT seq 1000" \
		"300 INIT ip first" "600 INIT ip first" "900 INIT ip first"
	seen "$way: a late INIT-ACK does not pass, an INIT after it is answered again" \
		"client/${port[$way]}" to "${guest[$way]}:$((5000 + at[$way]))" "1200 ABORT ack 1000 sum ok" \
		"1300 ABORT ack 1000 sum ok"
	seen "$way: another tag is another attempt" "server/${port[$way]}" \
		from "${guest[$way]}:$((5001 + at[$way]))" "0 INIT seq 1000" "300 INIT seq 1000" "400 INIT seq 2000" \
		"700 INIT seq 2000" "1000 INIT seq 2000" "1300 INIT seq 2000"
	seen "$way: whoever echoes a cookie is not aborted" "client/${port[$way]}" \
		to "${guest[$way]}:$((5002 + at[$way]))"
	seen "$way: a client may withdraw" "server/${port[$way]}" \
		from "${guest[$way]}:$((5003 + at[$way]))" "0 INIT" "300 INIT" "400 ABORT,T"
	seen "$way: no SCTP there: that is an end, no host is none" "server/${port[$way]}" \
		from "${guest[$way]}:$((5004 + at[$way]))" "0 INIT" "300 INIT"
	seen "$way: no ABORT follows" "client/${port[$way]}" to "${guest[$way]}:$((5004 + at[$way]))"
done
counters "all of them" started 24 restarted 4 elsewhere 4 abandoned 4 unreachable 4 unfit 4 \
	other-path 4 repeat-dropped 4 reset-again 4 late 4 gave-up 8 retransmitted 40

# --- VLANs on the bridge

tool stats reset
capture client/bridged server/bridged
for way in bridge4 bridge6; do
	there="${guest[$way]}:$((6000 + at[$way])) > ${silent[$way]}:80"
	back="${silent[$way]}:80 > ${guest[$way]}:$((6000 + at[$way]))"
	send client "$way" "@0 $there INIT seq 1000 vlan 5" "@0 $there INIT seq 1000 vlan s100.7"
	send server "$way" "@50 $back INIT-ACK seq 1 ack 1000 vlan 5"
done
sent
pause 1.3
captured
for way in bridge4 bridge6; do
	only=" vlan 5 " seen "$way, VLAN 5: answered" server/bridged to "${silent[$way]}:80" "0 INIT"
	only=" vlan s100.7 " seen "$way, VLAN 100.7: repeated" server/bridged to "${silent[$way]}:80" \
		"0 INIT" "300 INIT ip first" "600 INIT ip first" "900 INIT ip first"
	only=" ABORT " seen "$way, VLAN 100.7: given up with the tags of the INIT" client/bridged \
		to "${guest[$way]}:$((6000 + at[$way]))" \
		"1200 ABORT ack 1000 vlan s100.7 sum ok eth $server_bridged>$client_bridged"
done
counters "each VLAN counts for itself" started 4 answered 2 retransmitted 6 gave-up 2

# --- who only observes changes nothing

tool policy replace sctp proto sctp retries 1 interval 200ms observe
tool stats reset
capture
for way in "${ways[@]}"; do
	number=$((6500 + at[$way]))
	there="${guest[$way]}:$number > ${silent[$way]}:80"
	send client "$way" "@0 $there INIT seq 1000" "@100 $there INIT seq 1000"
	send server "$way" "@600 ${silent[$way]}:80 > ${guest[$way]}:$number INIT-ACK seq 1 ack 1000"
done
sent
pause 0.1
captured
for way in "${ways[@]}"; do
	number=$((6500 + at[$way]))
	seen "$way, observed: both INITs pass, and no more" "server/${port[$way]}" \
		from "${guest[$way]}:$number" "0 INIT sum ok" "100 INIT ip first"
	seen "$way, observed: a late answer passes" "client/${port[$way]}" \
		to "${guest[$way]}:$number" "600 INIT-ACK ack 1000"
done
counters "what would have been done is counted" started 4 would-retransmit 4 would-drop 4 \
	would-reset 4 late 4

# --- who is down is refused at once

tool policy replace sctp proto sctp dport 85 retries 1 interval 100ms breaker 1 probe 60s
tool stats reset
capture
for way in "${ways[@]}"; do
	number=$((7000 + at[$way]))
	send client "$way" "@0 ${guest[$way]}:$number > ${silent[$way]}:85 INIT seq 1000" \
		"@300 ${guest[$way]}:$((number + 1)) > ${silent[$way]}:85 INIT seq 2000" \
		"@300 ${guest[$way]}:$number > ${silent[$way]}:85 SYN seq 1000"
done
sent
pause 0.1
is "a flow tells its protocol" \
	"$(tool -j flow show state gave-up | jq -c '[.[] | .proto] | unique')" '["sctp"]'
is "as text, too" "$(tool flow | sed -n 's/.*:\(7[0-3]00 -> \).*\(:85.* gave up\),.*/\1\2/p' | sort | xargs)" \
	"7000 -> :85/sctp gave up 7100 -> :85/sctp gave up 7200 -> :85/sctp gave up 7300 -> :85/sctp gave up"
captured
for way in "${ways[@]}"; do
	seen "$way: a second caller is refused at once" "client/${port[$way]}" \
		from "${silent[$way]}:85" "200 ABORT ack 1000" "300 ABORT ack 2000 sum ok"
done
counters "four given up, four refused" started 4 retransmitted 4 gave-up 4 shut 4

# --- set up where only the INIT passes here: it looks silent, and the ABORT ends it

# Under lockdep 6.12's own SCTP reports suspicious RCU use when an association is reset while it
# closes, as this one is now and then.
if [ -e /proc/lockdep ]; then
	left_out "past the box: the ABORT ends it" "this kernel's own SCTP is not sound under lockdep"
	finish
fi
inside "$box" nft -f - 2> "$tmp/error" <<-END || skip "no fwd: $(cat "$tmp/error")"
	table netdev past {
		chain client {
			type filter hook ingress device c-bridged priority 0
			sctp chunk init missing fwd to s-bridged
		}
		chain server {
			type filter hook ingress device s-bridged priority 0
			meta l4proto sctp fwd to c-bridged
		}
	}
END
start server -n "$server" -o sctp 86
to=("${live[bridge4]}:86" "${live[bridge6]}:86")
for round in never always; do
	tool policy flush
	policy proto sctp require-answers $round retries 1 interval 400ms
	tool stats reset
	capture client/bridged server/bridged
	attempt "$client" -o sctp -w 1200 "${to[@]}"
	attempted
	captured
	for way in bridge4 bridge6; do
		name="past the box, answers required: $round, $way"
		if [ $round = never ]; then
			came_to "$name: connected, and ended" "${live[$way]}:86" connected 0 ECONNRESET
			only=" ABORT" seen "$name: by one ABORT" client/bridged from "${live[$way]}:86" \
				"- ABORT ack isn len 4 sum ok"
		else
			came_to "$name: connected, and left alone" "${live[$way]}:86" connected 0 echoed
			only=" ABORT" seen "$name: no ABORT" client/bridged from "${live[$way]}:86"
		fi
	done
	[ $round = never ] && ends=gave-up || ends=unproven
	counters "past the box, answers required: $round" started 2 retransmitted 2 "$ends" 2
done

finish
