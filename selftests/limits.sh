#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The table of attempts is full: what has no room in it passes as if the module were not
# there.
#
#   client              box (room for 10)      server
#     | 25 SYNs -------->|----------------------->|  on each way, 100 in all
#     |                  | 10 SYNs -------------->|  repeated
#     |<------ 10 RST,ACK|                        |
#     | 4 SYNs --------->|----------------------->|  there is room again
#
# And of a larger table no network of clients gets more than half, nor do long SYNs take more
# memory than is left for them: a piece of 256 bytes for each attempt that the table holds.
. "${0%/*}/lib.sh"

need_module
setup
policy retries 1 interval 300ms linger 0s
check "room for ten" tool limit set flows 10
capture

for way in "${ways[@]}"; do
	send client "$way" "@0 ${guest[$way]}:4000 > ${silent[$way]}:80 SYN seq 1000 count 25"
	send client "$way" "@900 ${guest[$way]}:5000 > ${silent[$way]}:80 SYN seq 1000"
done
sent
pause 0.7
captured

is "every SYN arrives, and fourteen of them twice" "$(count '*server/*:80 SYN *')" 118
is "as many are given up" "$(count '*client/*:80 > * RST,ACK *')" 14
counters "ten and four in care, ninety for which there was no room" \
	started 14 table-full 90 retransmitted 14 gave-up 14

check "room for two hundred" tool limit set flows 200
tool stats reset
send client bridge4 "${guest[bridge4]}:6000 > ${silent[bridge4]}:1000 SYN seq 1000 count-to 150"
sent
counters "a hundred in care, of one network at many ports" \
	started 100 share-full 50 retransmitted 0..100 gave-up 0..100

# Each takes eight pieces of two hundred. A repeat of the client's takes the place of what is kept.
for way in bridge4 router6; do
	pause 0.8
	tool stats reset
	send client "$way" "${guest[$way]}:7000 > ${silent[$way]}:1000 SYN seq 1000 len 1400 count-to 50" \
		"@50 ${guest[$way]}:7000 > ${silent[$way]}:1000 SYN seq 1000 len 1400 count-to 20" \
		"@50 ${guest[$way]}:7000 > ${silent[$way]}:2000 SYN seq 1000 len 150 count-to 20"
	sent
	counters "$way: long SYNs: 25 in care, of short ones all" \
		started 45 no-memory 25 repeat-dropped 20 retransmitted 0..45 gave-up 0..45
done

finish
