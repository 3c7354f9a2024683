#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The answer comes just when the client is told to give up: one of the two comes first,
# and the client sees that one only.
#
#   client              box              server
#     | SYN ------------>|--------------->|      0 ms
#     |<--------- RST,ACK|<------ SYN,ACK |    100, a little before or after
#
# Sixty times on each way.
. "${0%/*}/lib.sh"

need_module
setup
policy retries 0 interval 100ms
capture

for way in "${ways[@]}"; do
	from=${guest[$way]} to=${silent[$way]}:80
	send client "$way" "@0 $from:4000 > $to SYN seq 1000 count 60"
	for n in 0 1 2 3 4 5; do
		send server "$way" \
			"@$((60 + 10 * n)) $to > $from:40${n}0 SYN,ACK seq 5000 ack 1001 count-to 10"
	done
done
sent
pause 0.2
captured

declare -A ended=()
answers=0 resets=0 both=0
for line in "${timeline[@]}"; do
	[[ $line == *" client/"*" in "* ]] || continue
	# shellcheck disable=SC2206 # words of a line
	w=($line)
	[ -z "${ended[${w[5]}]:-}" ] || ((both++))
	ended[${w[5]}]=1
	case ${w[6]} in
	SYN,ACK) ((answers++)) ;;
	RST,ACK) ((resets++)) ;;
	esac
done
echo "# the answer came first $answers times, the end $resets times"
is "every attempt has an end" "${#ended[@]}" 240
is "no attempt has two" "$both" 0
is "the server is told of each answer that was too late" \
	"$(count '*server/*:80 RST seq 1001 *')" "$resets"
counters "so it is counted" started 240 answered "$answers" gave-up "$resets" late "$resets"

finish
