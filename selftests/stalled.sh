#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Somebody begins to read the attempts in care and does not go on.  That holds nothing:
# with br_netfilter a kept SYN references the bridge, and the bridge goes away.
. "${0%/*}/lib.sh"

need_module
borrow_module br_netfilter
setup
# shellcheck disable=SC2016
inside "$box" sh -c '
	for name in ip ip6; do
		echo 1 > /proc/sys/net/bridge/bridge-nf-call-${name}tables
	done'
policy retries 1 interval 30s
for way in bridge4 bridge6; do
	send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:80 SYN seq 1000 count 400"
done
sent
is "eight hundred attempts are pending" "$(tool -j | grep -o '"flows": [0-9]*')" '"flows": 800'

start nsenter --net="/run/netns/$box" -- stalled
check "the bridge is deleted" ip -n "$box" link del br0
is "and the attempts with it" "$(tool -j | grep -o '"flows": [0-9]*')" '"flows": 0'
counters "they were forgotten" started 800 forgotten 800
pause 0.5
kill "$started"
pause 0.5
is "the reader goes on where there is nothing" "$(tool -j flow)" "[]"

finish
