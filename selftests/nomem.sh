#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Memory is refused to the module, always and now and then: segments pass as if it were
# not there, and the counters say why.  Needs a kernel with failslab.
. "${0%/*}/lib.sh"

failslab=/sys/kernel/debug/failslab

# refuse PERCENT: of the module's requests.
refuse() {
	echo "$1" > $failslab/probability
}

need_module
[ -d $failslab ] || mount -t debugfs none /sys/kernel/debug 2> /dev/null
[ -e $failslab/require-start ] || skip "no failslab with a filter by caller"
text=$(cat /sys/module/syncopate/sections/.text)
size=$(awk '$1 == "syncopate" { print $2 }' /proc/modules)
at_end refuse 0
echo "$text" > $failslab/require-start
printf '0x%x\n' $((text + size)) > $failslab/require-end
# Not to those who watch the module, who would complain.
watcher=$(awk '$3 == "ref_tracker_alloc" { from = $1; next } from { print from, $1; exit }' /proc/kallsyms)
if [ -n "$watcher" ]; then
	echo "0x${watcher% *}" > $failslab/reject-start
	echo "0x${watcher#* }" > $failslab/reject-end
fi
echo 32 > $failslab/stacktrace-depth
echo 1 > $failslab/interval
echo -1 > $failslab/times
echo 0 > $failslab/verbose
echo N > $failslab/ignore-gfp-wait

setup
start server -n "$server" 80
policy retries 1 interval 200ms linger 0s

# burst PORT: 50 SYNs on each way.
burst() {
	local way

	capture
	for way in "${ways[@]}"; do
		send client "$way" "${guest[$way]}:$1 > ${silent[$way]}:80 SYN seq 1000 count 50"
	done
	sent
	pause 0.8
	captured
}

refuse 100
burst 4000
is "refused always: every SYN arrives, once" "$(count '*server/*:80 SYN *')" 200
is "refused always: no RST" "$(count '* RST*')" 0
refuse 0
counters "refused always: nothing is in care" no-memory 200 not-learned 200

tool stats reset
refuse 30
burst 5000
refuse 0
read_counters
is "refused at times: every SYN arrives, and the repeated ones" \
	"$(count '*server/*:80 SYN *')" $((200 + counter[retransmitted]))
is "refused at times: as many RSTs as are counted" "$(count '*client/* RST*')" "${counter[gave-up]}"
is "refused at times: every SYN is counted" \
	$((counter[started] + counter[no-memory] + counter[not-inserted])) 200
# The last: where neither way to a route back had memory.
is "refused at times: and so is every repeat and every end" \
	$((counter[retransmitted] + counter[gave-up] + counter[not-sent] + counter[path-gone])) \
	$((2 * counter[started]))
check "refused at times: some were refused, some were not" \
	[ "${counter[no-memory]}" -gt 0 -a "${counter[retransmitted]}" -gt 0 ]

# What the client sends in the place of its first SYN is too long to be kept without memory.
tool stats reset
capture
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:6000 > ${silent[$way]}:80 SYN seq 1000 len 200 fastopen"
done
sent
refuse 100
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:6000 > ${silent[$way]}:80 SYN seq 1000 len 100 fastopen"
done
sent
refuse 0
pause 0.5
captured
is "refused a repeat: the first one is sent again" \
	"$(count '*server/*:80 SYN * len 200 *')/$(count '*server/*:80 SYN *')" 8/8
counters "refused a repeat: it is counted" \
	started 4 no-memory 4 repeat-dropped 4 retransmitted 4 gave-up 4

# A policy is there as a whole or not at all.
tool policy flush
refuse 8
added=0
for n in {1..30}; do
	if tool policy add "p$n" > /dev/null 2>> "$tmp/error"; then
		((added++))
	fi
done
refuse 0
is "policies: as many as were added" "$(tool policy show | grep -c ^policy)" "$added"
check "policies: some were refused, some were not" [ "$added" -gt 0 -a "$added" -lt 30 ]
is "policies: the reason is told" "$(sort -u "$tmp/error")" \
	"syncopate: the kernel did not do it: Cannot allocate memory"

# And so is a file: all of it, or what was there before.
tool policy flush
loaded=0 half=0 before=
for n in {1..40}; do
	cat > "$tmp/file" <<-END
		dest 10.9.0.$n rtt 5ms comment "of file $n"
		policy a$n dport $n
		policy b$n iif eth$n comment "of file $n"
	END
	refuse 3
	if tool load "$tmp/file" 2>> "$tmp/error"; then
		((loaded++))
		before="dest a$n b$n"
	fi
	refuse 0
	[ "$(tool save | awk '{ printf "%s%s", sep, $1 == "policy" ? $2 : $1; sep = " " }')" = "$before" ] ||
		((half++))
done
is "files: all or nothing" "$half" 0
check "files: some were refused, some were not ($loaded)" [ "$loaded" -gt 0 -a "$loaded" -lt 40 ]
tool load - <<< "policy retries 1 interval 200ms linger 0s"

# Nor is there a filter for SYNs without room, see kmod/shed.c.
tool limit set flows 4
tool stats reset
capture
for way in "${ways[@]}"; do
	send client "$way" "@0 ${guest[$way]}:7000 > ${silent[$way]}:80 SYN seq 1000"
done
sent
tool stats reset
refuse 100
for way in "${ways[@]}"; do
	send client "$way" "@0 ${guest[$way]}:7001 > ${silent[$way]}:80 SYN seq 1000" \
		"@100 ${guest[$way]}:7002 > ${silent[$way]}:80 SYN seq 1000"
done
sent
refuse 0
captured
is "no filter: every SYN arrives" "$(count '*client/*:700[12] > *:80 SYN *')/$(count '*server/*:700[12] > *:80 SYN *')" 8/8
counters "no filter: each is counted" table-full 8 retransmitted 0..4 not-sent 0..8 gave-up 0..4
tool limit set flows 1000

each live 80
attempt "$client" -w 100 "${endpoints[@]}"
attempted
for way in "${ways[@]}"; do
	came_to "afterwards, $way: who connects is connected" "${live[$way]}:80" connected 0 echoed
done

finish
