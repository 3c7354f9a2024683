#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The live screen, in a terminal that tells what is on it: what it shows, how it bears other
# sizes, and how it ends.
. "${0%/*}/lib.sh"

need_module
need setpriv
setup

# screen [-s ROWSxCOLUMNS] WORD...: begins to show the tool on one.
screen() {
	rm -f "$tmp/asked" "$tmp/told"
	mkfifo "$tmp/asked" "$tmp/told"
	terminal -n "$box" "$@" < "$tmp/asked" > "$tmp/told" &
	shown=$!
	at_end end_process $shown
	exec {ask}> "$tmp/asked" {tell}< "$tmp/told"
}

# says TEXT WORD...: what the terminal is asked, and what it says.
says() {
	local word=

	echo "${*:2}" >&"$ask"
	read -r word <&"$tell"
	is "${*:2}: $1" "$word" "$1"
}

# drawn NAME TEXT...: each is on the screen, or will be.
drawn() {
	local text word=

	for text in "${@:2}"; do
		echo "await $text" >&"$ask"
		read -r word <&"$tell"
		[ "$word" = seen ] || break
	done
	if [ "$word" = seen ]; then
		pass "on the screen: $1"
	else
		read_screen
		fail "on the screen: $1" "not there: $text" "${lines[@]}"
	fi
}

# read_screen: into the array $lines.
read_screen() {
	local line

	lines=()
	echo screen >&"$ask"
	while IFS= read -r line <&"$tell" && [ "$line" != "end of screen" ]; do
		lines+=("$line")
	done
}

# over: the terminal is not needed any more.
over() {
	exec {ask}>&- {tell}<&-
	wait $shown
}

policy slow dport 81 retries 0 interval 60s deadline 10m
policy web retries 0 interval 100ms linger 0s
start server -n "$server" 80

screen -s 40x100 syncopate top interval 200ms
drawn "what is set" "syncopate top, every 200ms, q quits" "flows 0 of" "policies 2" "unpaced"
each silent 80
attempt "$client" "${endpoints[@]}"
attempted
each live 80
attempt "$client" "${endpoints[@]}"
attempted
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:81 SYN seq 1000"
done
sent
drawn "destinations given up" "given up in the last minute" \
	"${silent[bridge4]}:80 " "${silent[bridge6]}:80 " "${silent[router4]}:80 " \
	"${silent[router6]}:80 " "none seen"
drawn "destinations that answer" "slowest in the last minute" "${live[bridge4]}:80 " "${live[router6]}:80 "
drawn "attempts that wait" "oldest of 4 pending attempts" "${guest[bridge4]}:4000 -> ${silent[bridge4]}:81" \
	"${guest[router6]}:4000 -> ${silent[router6]}:81" "policy slow"
drawn "how many there are" "flows 4 of"

# Other sizes, some of which have no room for anything.
for size in "12 40" "1 1" "2 200" "200 3" "5 20"; do
	echo "size $size" >&"$ask"
	pause 0.3
done
echo "size 60 120" >&"$ask"
drawn "all of it after other sizes" "syncopate top" "given up in the last minute" \
	"slowest in the last minute" "oldest of 4 pending attempts" "policy slow"
echo "size 8 30" >&"$ask"
drawn "what there is room for" "syncopate top, every 200ms, q"
pause 0.5
read_screen
is "no line is below the last" "${#lines[@]}" 8
is "the first is the first" "${lines[0]}" "syncopate top, every 200ms, q"
echo "type x" >&"$ask"
drawn "other keys mean nothing" "flows 4 of"
echo "type q" >&"$ask"
says "status 0, restored" end
over

screen -s 1x1 syncopate top
pause 0.5
echo "type Q" >&"$ask"
says "status 0, restored" end
over

# What ends it otherwise is told where it can be seen.
screen syncopate top interval 100ms
drawn "it is there" "policies 2"
tool policy flush
drawn "without a policy it goes on" "policies 0" "flows 0 of"
policy web dport 80
drawn "and on" "policies 1"
rmmod syncopate
says "status 1, restored" end
drawn "why it ended" "syncopate: the kernel module was removed"
read_screen
is "it is said once, on a screen of its own" "$(printf '%s\n' "${lines[@]}" | grep -c 'kernel module')" 1
over
screen syncopate top
says "status 1, restored" end
drawn "without the module it does not begin" "syncopate: the kernel module is not loaded"
over
modprobe syncopate

screen env TERM=nonsense syncopate top
says "status 1, restored" end
drawn "a terminal that it does not know" "syncopate: cannot draw on a terminal 'nonsense'"
over
screen setpriv --bounding-set=-all syncopate top
says "status 1, restored" end
drawn "without the right to see attempts" "syncopate: permission denied: needs CAP_NET_ADMIN"
over

# Where it is no terminal: one look.
policy web
is "without a terminal it prints one interval" "$(tool top interval 100ms < /dev/null | grep -c '^flows 0 of .*, policies 1, ')" 1
is "as JSON, too" "$(tool -j top interval 100ms | grep -o '"policies": 1')" '"policies": 1'
is "and what nobody can read is an error" \
	"$(tool top interval 100ms 2>&1 > /dev/full; echo $?)" "syncopate: cannot write the output: No space left on device"$'\n'1

finish
