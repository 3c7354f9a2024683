#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SCTP's own programs, lksctp-tools: with a silent server their wait ends after two seconds
# and not after 343 (3, 6, 12, 24, 48 s and four times 60, and a little for chance), and with
# one that lives all is as ever.
. "${0%/*}/lib.sh"

need_module
need sctp_test sctp_darn
borrow_module sctp
setup
launch "$server" sctp_test -H 10.1.0.2 -P 81 -l > /dev/null 2>&1
# Until it listens.
for _ in {1..100}; do
	! inside "$server" grep -q ' 81 ' /proc/self/net/sctp/eps || break
	pause 0.1
done

# run COMMAND...: from the client; what it says is in $said, how many ms it took in $took.
run() {
	clock
	said=$(timeout -s KILL 60 nsenter --net="/run/netns/$client" -- "$@" <<< hello 2>&1)
	status=$?
	took=$(((${EPOCHREALTIME/[.,]/} - begun) / 1000))
}

# ended TEXT WORDS RANGE: it said these words, and ended so late.
ended() {
	if [[ $said == *"$2"* ]] && is_in "$took" "$3"; then
		pass "$1"
	else
		fail "$1" "expected: '$2' after $3 ms" "seen, after $took ms, status $status:" "$said"
	fi
}

policy proto sctp
# On a busy emulator it takes a second or two to begin, and to end.
run sctp_test -H 10.1.0.1 -P 4000 -h 10.1.0.3 -p 80 -s -x 1 -c 0 -T
ended "sctp_test, one-to-one: connect() fails" "*** connect:  Connection refused ***" 2000..7000
run sctp_darn -H 10.1.0.1 -P 4001 -h 10.1.0.3 -p 80 -s
ended "sctp_darn, one-to-many: its event comes" SCTP_CANT_STR_ASSOC 2000..7000
run sctp_darn -H 10.1.0.1 -B 10.2.0.1 -P 4002 -h 10.1.0.3 -p 80 -s
ended "sctp_darn, with two addresses: its event comes" SCTP_CANT_STR_ASSOC 2000..7000
run sctp_darn -H fd01::1 -P 4001 -h fd01::3 -p 80 -s
ended "sctp_darn, IPv6: its event comes" SCTP_CANT_STR_ASSOC 2000..7000
run sctp_test -H 10.2.0.1 -P 4000 -h 10.3.0.3 -p 80 -s -x 1 -c 0 -T
ended "sctp_test, by a router: connect() fails" "*** connect:  Connection refused ***" 2000..7000
run sctp_test -H fd02::1 -P 4000 -h fd03::3 -p 80 -s -x 1 -c 0 -T
ended "sctp_test, by a router, IPv6: connect() fails" "*** connect:  Connection refused ***" 2000..7000
run sctp_darn -H fd02::1 -P 4001 -h fd03::3 -p 80 -s
ended "sctp_darn, by a router, IPv6: its event comes" SCTP_CANT_STR_ASSOC 2000..7000
run sctp_test -H 10.1.0.1 -P 4003 -h 10.1.0.2 -p 81 -s -x 1 -c 0 -T
is "a server that lives is written to" "$status" 0
counters "seven given up, one answered" started 8 answered 1 retransmitted 21 gave-up 7

finish
