#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Events that come faster than they are read are lost, and whoever reads is told how many.
#
#   sender ----- c-port [br0] s-port ----- nobody
. "${0%/*}/lib.sh"

need_module

# In a namespace of an owner without rights on the machine, for whom the kernel keeps but
# a few hundred events.
if [ "${1:-}" != owner ]; then
	unshare -Urn true 2> "$tmp/error" || skip "no user namespaces: $(cat "$tmp/error")"
	rm -r "$tmp"
	exec unshare -Urn "$0" owner
fi
ip -batch - <<-END || exit 1
	link add name sender type veth peer name c-port
	link add name nobody type veth peer name s-port
	link add name br0 type bridge forward_delay 0 mcast_snooping 0
	link set br0 addrgenmode none up
	link set c-port addrgenmode none master br0 up
	link set s-port addrgenmode none master br0 up
	link set sender addrgenmode none up
	link set nobody addrgenmode none up
END

# All of their repeats, and no word of a flood.
syncopate limit set repeats 16777216
syncopate -j monitor > "$tmp/json" &
reader=$!
at_end kill -KILL $reader
resets=0
until [ -s "$tmp/json" ]; do
	syncopate stats reset
	resets=$((resets + 1))
	pause 0.05
done
syncopate policy add many retries 16 interval 20ms linger 0s

# The reader stands still while 200 attempts tell of up to 18 events each.
kill -STOP $reader
frames here=sender,02:00:00:00:00:99 -- "here 10.1.0.4:4000 > 10.1.0.3:80 SYN seq 1000 count 200"
pause 0.5
for ((i = 0; i < 300; i++)); do
	[ "$(syncopate -j flow)" != "[]" ] || break
	pause 0.1
done
kill -CONT $reader
# Only a later event tells how many were lost before it.
for ((i = 0; i < 300; i++)); do
	pause 0.1
	syncopate stats reset
	resets=$((resets + 1))
	[[ $(tail -n 1 "$tmp/json") != *stats-reset* ]] || break
done
kill -INT $reader
wait $reader
is "it ends well" $? 0

mapfile -t numbers < <(grep -o '"seq": [0-9]*' "$tmp/json" | sed 's/.* //')
all=$((numbers[-1] - numbers[0] + 1))
lost=0
while read -r number; do
	lost=$((lost + number))
done < <(sed -n 's/^{"kind": "lost", "count": \([0-9]*\)}$/\1/p' "$tmp/json")
# A timer that is late leaves a repeat out, so it is the policy that says how many
# there were.
syncopate -j policy show many > "$tmp/policy"
told=1
while read -r number; do
	told=$((told + number))
done < <(grep -oE '"(matched|retransmitted|gave_up)": [0-9]+' "$tmp/policy" | sed 's/.* //')
check "all that happened is numbered" is_in $all $told..$((told + resets))
check "some were lost" [ $lost -gt 0 ]
# One that a processor numbered and then stood still is told after later ones, and may have
# been taken for lost until then.
late=0 highest=0
for number in "${numbers[@]}"; do
	[ "$number" -gt "$highest" ] && highest=$number || late=$((late + 1))
done
echo "# $all numbers, ${#numbers[@]} told, $late of them late, $lost lost"
check "those told and those lost are all" is_in $((${#numbers[@]} + lost)) $all..$((all + late))

finish
