#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Files are loaded again and again while attempts begin all the time.  Each is paced, and as
# one of the files says; those in care go on as they began.
#
#   guests at the client           box             server
#     | SYN, every 30 ms or so ---->|<- file A, B, a wrong one, A, B, ...
#     |                             |-- SYN ------->|  answers at one address, is silent at
#     |                             |               |  the other
#
# What paces takes a policy and a profile.  What one file says of both differs from what any
# mixture says:
#
#   policy of   profile of   SYNs at            RST at
#   A           A            0, 150, 300 ms     450 ms
#   B           B            0, 300             600
#   A           B            0, 300, 600        900
#   B           A            0, 150             300
#   A or B      none         0, 800 ...
. "${0%/*}/lib.sh"

need_module
setup

# A policy is at another place in the other file, and so is a profile: what finds them is
# made anew, too.
a=("limit flows 1000" "dest 192.0.2.0/24 rtt 7ms")
b=("limit flows 2000")
for way in "${ways[@]}"; do
	a+=("dest ${silent[$way]} rtt 100ms" "dest ${live[$way]} rtt 100ms")
	b+=("dest ${silent[$way]} rtt 200ms" "dest ${live[$way]} rtt 200ms")
done
for ((i = 0; i < 20; i++)); do
	a+=("policy other$i dst 198.51.100.$i dport $((i + 1))")
done
for number in 0 2; do
	a+=("policy web$number timing rtt dport $((80 + number)) retries 2 interval 800ms linger 0s")
	b+=("policy web$((2 - number)) timing rtt dport $((82 - number)) retries 1 interval 800ms linger 0s")
done
long="policy long dport 90 retries 0 interval 60s"
a+=("$long")
b+=("$long")
printf '%s\n' "${a[@]}" > "$tmp/a"
printf '%s\n' "${b[@]}" > "$tmp/b"
# Wrong in its last line: one is seen by the tool, the other by the kernel alone.
wrong='policy web0 retries 5 interval 50ms'
printf '%s\n' "$wrong" "policy web2 bogus" > "$tmp/unread"
printf '%s\n' "$wrong" "policy web2 interval 9ms" > "$tmp/refused"

# reload: loads them in turn, until it is ended.
reload() {
	local i name status

	for ((i = 0; ; i++)); do
		for name in a unread b refused; do
			tool load "$tmp/$name" 2> "$tmp/error"
			status=$?
			case $name$status in
			a0|b0|unread1|refused1) ;;
			*) echo "$name: $status $(cat "$tmp/error")" >> "$tmp/wrong" ;;
			esac
			echo $name >> "$tmp/loaded"
			pause 0.005
		done
	done
}

start server -n "$server" 80 82
check "a file is loaded" tool load "$tmp/a"
capture server/bridged server/routed
# These wait all the time, and go on as they began.
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:3000 > ${silent[$way]}:90 SYN seq 1000"
done
sent
reload &
loading=$!
at_end end_process $loading

# Twenty and twenty on each way.
each=20
for ((i = 0; i < each; i++)); do
	at=$((i * 120))
	for way in "${ways[@]}"; do
		to=$((80 + i % 2 * 2))
		send client "$way" "@$at ${guest[$way]}:$((4000 + i)) > ${silent[$way]}:$to SYN seq 1000" \
			"@$((at + 15)) ${guest[$way]}:$((4000 + i)) > ${live[$way]}:$to SYN seq 1000"
		at=$((at + 30))
	done
done
sent
pause 0.7
end_process $loading
captured
of_each=$((each * 4))

is "right files are loaded, wrong ones are not" "$(cat "$tmp/wrong" 2> /dev/null)" ""
loads=$(wc -l < "$tmp/loaded")
echo "# loaded $loads times"
check "there were several loads" [ "$loads" -ge 4 ]

# What was on the wire: the times of the SYNs to each port in turn, rounded to the beat.
awk -v tolerance="$tolerance" -v expected="$of_each" '
	$7 == "SYN" && $6 ~ /[.:]3\]?:8[02]$/ {
		flow = $4 " " $6
		if (!(flow in first))
			first[flow] = $1
		ms = ($1 - first[flow])
		beat = int(ms / 150 + 0.5) * 150
		off = ms - beat
		if (off > tolerance || off < -tolerance)
			beat = ms
		beats[flow] = beats[flow] " " beat
	}
	END {
		for (flow in beats) {
			n++
			if (beats[flow] == " 0 150 300")
				a++
			else if (beats[flow] == " 0 300")
				b++
			else
				print flow ":" beats[flow]
		}
		if (n != expected)
			print n " attempts of " expected
		print "# as A says " a + 0 ", as B says " b + 0 > "/dev/stderr"
		if (!a || !b)
			print "one file paced none"
	}' <(printf '%s\n' "${timeline[@]}") > "$tmp/mixed" 2> "$tmp/paced"
cat "$tmp/paced"
is "each attempt is paced as one of the files says" "$(cat "$tmp/mixed")" ""
repeats=$(awk '{ print 2 * $5 + $9 }' <(sed 's/,/ /' "$tmp/paced"))

# All that began has ended, but for those that still wait; none passed without.
counters "none passes unpaced, none is lost" started $((2 * of_each + 4)) answered $of_each \
	gave-up $of_each retransmitted "$repeats"
is "those from before still wait" "$(tool flow show dst 10.0.0.0/8 state pending | wc -l)" 2
is "on all ways" "$(tool -j flow | grep -c '"client_port": 3000.*"interval_ns": 60000000000,.*"policy": "long"')" 4
is "and there are no others" "$(tool -j flow | grep -c client_port)" 4

# matched NAME: how many attempts a policy selected.
matched() {
	tool policy show "$1" | sed -n 's/ *# \(matched.*\), last used.*/\1/p'
}
is "policies count on: one that is in both files" "$(matched long)" \
	"matched 4, answered 0, retransmitted 0, gave up 0"
for name in web0 web2; do
	is "policies count on: $name, whose place differs" "$(matched $name | sed 's/retransmitted [0-9]*/.../')" \
		"matched $of_each, answered $((of_each / 2)), ..., gave up $((of_each / 2))"
done

finish
