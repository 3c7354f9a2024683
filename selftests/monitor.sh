#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Events as they happen: what becomes of attempts on all ways, and what is set.
. "${0%/*}/lib.sh"

need_module
setup

# watch NAME WORD...: begins to print events into a file of that name.
watch() {
	local name=$1

	shift
	launch "$box" syncopate "$@" > "$tmp/$name" 2>&1
	watching[$name]=$launched
	# Each has three sockets, the third of which hears of events.
	until [ "$(inside "$box" grep -c '^[0-9a-f]* 16 ' /proc/net/netlink)" -ge $((3 * ${#watching[@]})) ]; do
		pause 0.05
	done
	pause 0.1
}
declare -A watching

# ended NAME: its exit status.
ended() {
	wait "${watching[$1]}"
	status=$?
	unset "watching[$1]"
}

# has_come LINES NAME: waits until so many lines have been printed.
has_come() {
	local i

	for ((i = 0; i < 100; i++)); do
		[ "$(wc -l < "$tmp/$2")" -lt "$1" ] || return
		pause 0.05
	done
}

# undated NAME: its lines, the time of each checked and taken off.
undated() {
	sed -E 's/^2[0-9]{3}-[01][0-9]-[0-3][0-9] [012][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{6} //' "$tmp/$1"
}

watch all monitor
watch flows monitor flow
watch config monitor config
watch json -j monitor

began=$(date +%s%N)
start server -n "$server" 80
policy web retries 1 interval 200ms linger 0s
tool dest set 10.1.0.3:5060 rtt 40ms loss 1%
tool policy replace web dport 80-81 retries 1 interval 200ms linger 0s
tool dest set 10.2.0.0/16 rtt 1ms
tool dest del 10.2.0.0/16
tool limit set flows 1000
# Only to know whether the machine stood still.
capture
each silent 80
attempt "$client" "${endpoints[@]}"
attempted
captured
each live 80
attempt "$client" "${endpoints[@]}"
attempted
each live 81
attempt "$client" "${endpoints[@]}"
attempted
tool policy add other
tool policy del other
tool stats reset
tool policy flush
tool dest flush
echo 'limit flows 1000' | tool load -
has_come 40 all
has_come 28 flows
has_come 12 config
has_come 40 json

config='policy-added web
dest-set 10.1.0.3:5060 rtt 40ms loss 1%
policy-replaced web
dest-set 10.2.0.0/16 rtt 1ms
dest-deleted 10.2.0.0/16
limit-set
policy-added other
policy-deleted other
stats-reset
policies-flushed
dests-flushed
config-loaded'
is "what is set" "$(undated config)" "$config"

# told WAY KIND SERVER TIME [MORE]: the line is there, and says that it took so long, in
# milliseconds.
told() {
	local seen line when='' place="bridge br0"

	[ "${port[$1]}" = bridged ] || place=routed
	place+=" (c-${port[$1]} -> s-${port[$1]})"
	for line in "${flows[@]}"; do
		[[ $line != "$2 ${own[$1]}:"*" -> $3, "* ]] || seen=$line
	done
	if [ "$2" != started ]; then
		[[ ${seen:-} =~ ,\ after\ ([0-9]+\.[0-9]{3})ms, ]] && when=${BASH_REMATCH[1]}
		check "$1: $2 after $4 ms (${when:-not})" is_about "${when:-9999.999}" "$4" "$tolerance"
		seen=${seen/ after ${when}ms,}
	fi
	[[ ${seen:-} =~ ^([^>]*):[0-9]+(.*) ]] && seen="${BASH_REMATCH[1]}:#${BASH_REMATCH[2]}"
	is "$1: $2" "${seen:-nothing}" "$2 ${own[$1]}:# -> $3${5:-}, policy web, $place"
}
mapfile -t flows < <(undated flows)
for way in "${ways[@]}"; do
	told "$way" started "${silent[$way]}:80" 0
	told "$way" retransmitted "${silent[$way]}:80" 200 ", 1 repeated"
	told "$way" gave-up "${silent[$way]}:80" 400 ", 1 repeated"
	told "$way" started "${live[$way]}:80" 0
	told "$way" answered "${live[$way]}:80" 0
	told "$way" started "${live[$way]}:81" 0
	told "$way" refused "${live[$way]}:81" 0
done
is "of attempts there is no more to tell" "$(wc -l < "$tmp/flows")" 28
is "all together" "$(sort "$tmp/all")" "$(sort "$tmp/flows" "$tmp/config")"

# As JSON: the same, numbered.  What two processors tell at the same time comes to each
# listener in an order of its own.
field() {
	sed -nE "s/.*\"$1\": \"?([^\",}]*).*/\1/p" "$tmp/json"
}
is "as JSON" "$(field kind | sort)" "$(undated all | sed 's/ .*//' | sort)"
is "numbered without a gap" "$(field seq | sort -n | awk 'NR > 1 && $1 != last + 1 { print } { last = $1 }')" ""
is "each with its time" "$(field time_ns | awk -v from="$began" -v to="$(date +%s%N)" \
	'$1 >= from && $1 <= to' | wc -l)" 40
check "what an attempt is" grep -qE '"kind": "gave-up", "flow": \{"client": "10\.1\.0\.1", "client_port": [0-9]+, "server": "10\.1\.0\.3", "server_port": 80, .*"retransmitted": 1, "interval_ns": 200000000, "age_ns": 4[0-9]+, .*"policy": "web", "observe": false\}\}$' "$tmp/json"
check "what a profile is" grep -qE '"kind": "dest-set", "dest": \{"prefix": "10\.1\.0\.3", "port": 5060, "rtt_ns": 40000000, "loss_ppm": 10000, "down": false\}\}$' "$tmp/json"

# How it ends.
kill -INT "${watching[all]}"
ended all
is "interrupted, it is done" $status 0
kill -TERM "${watching[flows]}"
ended flows
is "terminated, too" $status 0
{
	inside "$box" syncopate monitor 2> "$tmp/error"
	echo $? > "$tmp/status"
} | read -r _ &
reader=$!
until [ -s "$tmp/status" ]; do
	tool stats reset
	pause 0.1
done
wait $reader
is "when nobody reads it ends without a word" "$(cat "$tmp/error")" ""

rmmod syncopate
ended config
is "without the module it fails" $status 1
is "and says so" "$(tail -n 1 "$tmp/config")" "syncopate: the kernel module was removed"
modprobe syncopate

finish
