#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Spoiled requests come in masses: by nobody, by the owner of a container and by root, while
# attempts wait, begin and end.  Each is answered as it must be (see messages.c), nobody sees
# or changes anything, and afterwards all works as before.
#
#   SYNCOPATE_MESSAGES   how many requests in all, and others each time: without it few, so
#                        that an emulator can do it, and always the same
#   SYNCOPATE_SEED       which ones
. "${0%/*}/lib.sh"

most=${SYNCOPATE_MESSAGES:-5000}
seed=${SYNCOPATE_SEED:-${SYNCOPATE_MESSAGES:+$SRANDOM}}
seed=${seed:-1}
if ! [[ $most =~ ^[1-9][0-9]{2,8}$ ]]; then
	fail "SYNCOPATE_MESSAGES is a number from 100 on" "not $most"
	finish
fi

need_module
setup
chmod 755 "$tmp"
echo "# seed $seed, $most requests"
tool limit show > "$tmp/limits"
policy wait dport 1000 retries 0 interval 60s deadline 10m
policy other timing adaptive breaker 3 comment "of all the others"
tool dest set "${silent[bridge4]}" rtt 20ms || exit 1
tool limit set flows 3000 || exit 1

# storm TEXT NUMBER OPTION...: so many requests, none of which comes to what it must not.
storm() {
	local text=$1 number=$2

	shift 2
	if messages -s "$seed" "$@" "$number" > "$tmp/storm" 2>&1; then
		pass "$text"
	else
		fail "$text" "$(head -n 100 "$tmp/storm")"
	fi
	sed 's/^/# /' "$tmp/storm"
}

# begin COUNT WAY...: attempts at port 1000, from so many ports.
begin() {
	local number=$1 way

	shift
	for way; do
		send client "$way" "${guest[$way]}:100 > ${silent[$way]}:1000 SYN seq 1 count $number"
	done
	sent
}

# passing: attempts begin again and again, and are looked at.
passing() {
	while :; do
		begin 50 bridge4 bridge6
		tool flow show > /dev/null
		tool dest learned > /dev/null
		pause 0.01
	done
}

# what_is: what is set, and what goes on: all that wait do so for minutes.
what_is() {
	tool save
	tool -j policy | sed 's,"last_used_ns": [0-9]*,#,'
	tool flow | wc -l
	tool -j stats show --all
}

# --- nobody

begin 10 bridge4 router6
tool save > "$tmp/set"
what_is > "$tmp/before"
storm "nobody's requests" $((most / 10)) -n "$box" -r nobody
is "nobody sees an attempt, or hears of one" "$(grep -o "([0-9]* attempts), [0-9]* events" "$tmp/storm")" \
	"(0 attempts), 0 events"
is "and changes nothing" "$(what_is | diff "$tmp/before" -)" ""

# --- all at the same time

passing 2> /dev/null &
beginning=$!
at_end end_process $beginning
if setpriv --reuid 65534 --clear-groups unshare -Urn true 2> "$tmp/error"; then
	storm "the owner of a container" $((most / 10)) -r owner
	digest=$(sed -n 's/.*digest //p' "$tmp/storm")
	storm "the same again" $((most / 10)) -r owner
	is "are the same requests" "$(sed -n 's/.*digest //p' "$tmp/storm")" "$digest"
	is "which change nothing in the box" "$(tool save | diff "$tmp/set" -)" ""
else
	echo "# LEFT OUT: the owner of a container, there are no user namespaces: $(cat "$tmp/error")"
fi
storm "root's requests" $((most * 7 / 10)) -n "$box"
check "attempts were shown meanwhile" grep -q "([1-9][0-9]* attempts)" "$tmp/storm"
end_process $beginning

# --- after it

check "what is set can be saved" tool save
tool save > "$tmp/saved"
check "and loaded" tool load "$tmp/saved"
is "and is the same then" "$(tool save | diff "$tmp/saved" - 2>&1)" ""
tool policy flush
check "a policy is added" tool policy add known dport 80 retries 1 interval 100ms linger 0s
is "shown" "$(tool save | grep "policy known")" "policy known dport 80 retries 1 interval 100ms deadline 200ms linger 0s"
check "deleted" tool policy del known
check "all policies are" tool policy flush
check "all profiles are" tool dest flush
check "limits are as in the beginning" tool load /dev/null
is "nothing is left that was set" "$(tool save)" ""
is "and no attempt" "$(tool flow)" ""
is "limits" "$(tool limit show | diff "$tmp/limits" -)" ""

finish
