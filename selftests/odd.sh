#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SYNs that are unusual.  Those that can be paced are, byte for byte; those that can not
# (signed, in fragments, malformed) pass once and nothing else happens.  At last SYNs between
# unusual ends.
#
#   client              box              server
#     | odd SYN -------->|--------------->|      0 ms
#     |                 (| SYN ---------->|)   100, if it is paced
#     |<--------(RST,ACK)|                |    200
. "${0%/*}/lib.sh"

need_module
setup
policy retries 1 interval 100ms
capture

# Each by its client port: is it paced, the frame, the number that the RST acknowledges.
cases=(
	"yes 1001 SYN seq 1000 mss 1460 sack ts 77 0"
	"yes 1001 SYN seq 1000 pad"
	"yes 1001 SYN,ECE,CWR seq 1000"
	"yes 1001 SYN,ECE,CWR,AE seq 1000"
	"yes 1001 SYN seq 1000 mss 1 wscale 15"
	"yes 1001 SYN seq 1000 wscale 255"
	"yes 1001 SYN seq 1000 label 0xabcde"
	"yes 1001 SYN seq 1000 exts"
	"yes 1011 SYN seq 1000 exts ipoption len 10"
	"yes 1011 SYN seq 1000 len 10 fastopen"
	"yes 1101 SYN seq 1000 len 100 ts 77 0 fastopen"
	"yes 1001 SYN seq 1000 ipoption"
	"yes 0    SYN seq 4294967295"
	"no  -    SYN seq 1000 md5"
	"no  -    SYN seq 1000 mss 1460 ao"
	"no  -    SYN seq 1000 fragment"
	"no  -    SYN seq 1000 offset 4"
	"no  -    SYN seq 1000 offset 15"
	"no  -    SYN,FIN seq 1000"
	"no  -    SYN,RST seq 1000"
	"no  -    none seq 1000"
	"no  -    FIN,PSH,URG seq 1000"
	"no  -    ACK seq 1000 ack 1"
)
for way in "${ways[@]}"; do
	for n in "${!cases[@]}"; do
		read -r _ _ frame <<< "${cases[n]}"
		send client "$way" "${guest[$way]}:$((4000 + n)) > ${silent[$way]}:80 $frame"
	done
done
sent
pause 0.4
captured

for way in "${ways[@]}"; do
	for n in "${!cases[@]}"; do
		read -r paced ack frame <<< "${cases[n]}"
		read -r flags _ <<< "$frame"
		from=${guest[$way]}:$((4000 + n))
		events=("0 $flags") resets=()
		if [ "$paced" = yes ]; then
			events+=("100 $flags ip first")
			resets=("200 RST,ACK seq 0 ack $ack len 0")
		fi
		seen "$way: $frame: ${#events[@]} at the server" "server/${port[$way]}" \
			from "$from" "${events[@]}"
		seen "$way: $frame: ${#resets[@]} RST" "client/${port[$way]}" to "$from" \
			"${resets[@]}"
	done
done
counters "thirteen are paced on each way, two are signed" \
	started 52 retransmitted 52 gave-up 52 signed 8

# A client whose own repeat takes AccECN back is repeated without.
tool stats reset
capture
for way in "${ways[@]}"; do
	there="${guest[$way]}:5000 > ${silent[$way]}:80"
	send client "$way" "@0 $there SYN,ECE,CWR,AE seq 1000" "@50 $there SYN seq 1000"
done
sent
pause 0.4
captured
for way in "${ways[@]}"; do
	seen "$way: AccECN, taken back: repeated without" "server/${port[$way]}" \
		from "${guest[$way]}:5000" "0 SYN,ECE,CWR,AE" "100 SYN"
	seen "$way: AccECN, taken back: one RST" "client/${port[$way]}" to "${guest[$way]}:5000" \
		"- RST,ACK seq 0 ack 1001 len 0"
done
counters "AccECN, taken back: one attempt on each way" started 4 repeat-dropped 4 \
	retransmitted 4 gave-up 4

# Ends that are hard to tell apart, or to put in order, and of another family than they look.
# Each attempt is found by what goes by between them: a segment of the client's that belongs to
# an older connection, and one of the server's, neither of which says anything.
ends=(
	"bridge4 10.1.0.4:4000 10.1.0.4:80"
	"bridge4 10.1.0.4:81 10.1.0.4:4001"
	"bridge6 [fd01::4]:4002 [fd01::4]:82"
	"bridge6 [fd05::4]:4003 [fd01::4]:83"
	"bridge6 [::ffff:10.1.0.4]:5005 [::ffff:10.1.0.3]:80"
)
tool stats reset
capture client/bridged server/bridged
for line in "${ends[@]}"; do
	read -r way from to <<< "$line"
	send client "$way" "@0 $from > $to SYN seq 1000" "@50 $from > $to ACK seq 3000000000 ack 1 len 10"
	send server "$way" "@50 $to > $from ACK seq 5 ack 1 len 10"
done
sent
pause 0.3
captured
for line in "${ends[@]}"; do
	read -r way from to <<< "$line"
	seen "from $from to $to: paced" server/bridged from "$from" \
		"0 SYN" "50 ACK" "100 SYN ip first"
	seen "from $from to $to: given up" client/bridged from "$to" "50 ACK" \
		"200 RST,ACK seq 0 ack 1001"
done
counters "all five are" started 5 retransmitted 5 gave-up 5

finish
