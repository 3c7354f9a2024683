# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the scenarios share: results, processes, the product.  A scenario reads this
# file first and ends with `finish`.
#
#   topology.sh  lays out client, box and server
#   capture.sh   tells what went by

set -u -f

here=${BASH_SOURCE[0]%/*}
[[ $here == /* ]] || here=$PWD/$here
PATH=$here:$here/../build/selftests:$here/../build/userspace:$PATH

# How far off a time may be, in milliseconds: that of a segment on the wire, and that of a
# program, which has to be scheduled as well.
tolerance=60
slack=250
[ "${SYNCOPATE_VIRTUAL_TIME:-0}" = 1 ] && tolerance=1 slack=1

# --- results, as TAP

tests=0
failed=0
finished=
softirqd=

pass() {
	echo "ok $((++tests)) - $1"
}

# fail TEXT DIAGNOSTIC...
fail() {
	echo "not ok $((++tests)) - $1"
	shift
	[ $# = 0 ] || printf '%s\n' "$@" | sed 's/^/#   /'
	failed=1
}

# check TEXT COMMAND...: the command must succeed.
check() {
	local text=$1 output

	shift
	if output=$("$@" 2>&1); then
		pass "$text"
	else
		fail "$text" "failed: $*" "$output"
	fi
}

# is TEXT SEEN EXPECTED
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "expected: $3" "seen:     $2"
	fi
}

# skip REASON: what is needed is missing; but what has failed until then has failed.
skip() {
	if [ "$failed" != 0 ]; then
		echo "# no more: $*"
		echo "1..$tests"
		finished=1
		exit 1
	fi
	echo "1..0 # SKIP $*"
	finished=1
	exit 4
}

# left_out TEXT REASON: a check that can not be made here; the run goes on, and counts it.
left_out() {
	echo "ok $((++tests)) - $1 # SKIP $2"
}

# softirqd_ran: how often the kernel has handed its soft interrupts to a thread.
softirqd_ran() {
	sed -n 's/^voluntary_ctxt_switches:[[:space:]]*//p' "/proc/$(pgrep -x ksoftirqd/0)/status"
}

finish() {
	echo "1..$tests"
	# In virtual time that thread may wait for the next event, be it a second away.
	[ "$failed" = 0 ] || [ -z "${softirqd:-}" ] || [ "$(softirqd_ran)" = "$softirqd" ] ||
		echo "# disturbed: soft interrupts were left to a thread, which was late"
	[ "$failed" = 0 ] || [ "$stalled" -lt 30 ] ||
		echo "# disturbed: the machine stood still for $stalled ms"
	finished=1
	exit "$failed"
}

# is_about SEEN EXPECTED TOLERANCE: two times, in milliseconds such as 2000.118
is_about() {
	local off=$((10#${1/./} - $2 * 1000))

	[ "${off#-}" -le $(($3 * 1000)) ]
}

# is_in VALUE RANGE: a range is a number or two of them, 4..8
is_in() {
	[ "$1" -ge "${2%%..*}" ] && [ "$1" -le "${2##*..}" ]
}

[ "${SYNCOPATE_VIRTUAL_TIME:-0}" != 1 ] || softirqd=$(softirqd_ran)

# --- what has to be there

# need COMMAND...
need() {
	local command

	for command; do
		command -v "$command" > /dev/null || skip "no command $command"
	done
}

need_module() {
	need syncopate
	[ -d /sys/module/syncopate ] || modprobe -q syncopate || skip "no module syncopate"
}

# borrow_module NAME: loads it unless it is there, unloads it at the end.
borrow_module() {
	[ -d "/sys/module/$1" ] || {
		modprobe -q "$1" || skip "no module $1"
		at_end modprobe -q -r "$1"
	}
}

# --- the end, whichever way it comes

tmp=$(mktemp -d)
namespaces=()
undo=()

# at_end COMMAND...: what is done last is undone first.
at_end() {
	undo=("${*@Q}" "${undo[@]}")
}

clean_up() {
	local name command

	for command in "${undo[@]}"; do
		eval "$command" > /dev/null 2>&1
	done
	for name in "${namespaces[@]}"; do
		echo "netns del $name"
	done | ip -force -batch - 2> /dev/null
	rm -rf "$tmp"
	if [ -z "$finished" ]; then
		echo "not ok $((++tests)) - the script came to its end"
		echo "1..$tests"
		exit 1
	fi
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# --- processes

exec {never}<> <(:)

# pause SECONDS: sleeps without starting a process.
pause() {
	read -rt "$1" <&"$never"
}

# clock: from now on counts what `until_clock` waits for.
clock() {
	begun=${EPOCHREALTIME/[.,]/}
}

# until_clock MS: sleeps until so much time has passed.
until_clock() {
	local left=$((begun + $1 * 1000 - ${EPOCHREALTIME/[.,]/}))

	[ "$left" -le 0 ] || pause "$((left / 1000000)).$(printf %06d $((left % 1000000)))"
}

# inside NETNS COMMAND...
inside() {
	local name=$1

	shift
	nsenter --net="/run/netns/$name" -- "$@"
}

# launch NETNS COMMAND...: in the background, as process $launched, which ends with the
# scenario: nothing stays behind that holds its output open.
launch() {
	nsenter --net="/run/netns/$1" -- "${@:2}" &
	launched=$!
	at_end end_process $launched
}

end_process() {
	kill "$1"
	wait "$1"
}

# start HELPER...: runs it in the background, returns when it says `ready`.  It is process
# $started then, its output can be read from $output.  It ends with this shell.
start() {
	local word=

	exec {output}< <(exec "$@")
	started=$!
	read -r word <&"$output"
	[ "$word" = ready ] || exit 1
}

# attempt NETNS [OPTION...] SERVER...: begins to connect, see connect.c.
attempt() {
	local name=$1

	shift
	connect -n "$name" "$@" > "$tmp/outcomes" &
	attempting=$!
}

# attempt_oddly NETNS [OPTION...] ATTEMPT...: the same with sockets that are not the usual
# ones, see sockets.py.
attempt_oddly() {
	local name=$1

	shift
	inside "$name" /usr/bin/python3 "$here/sockets.py" "$@" > "$tmp/outcomes" &
	attempting=$!
}

# attempted: waits for the end of that.
attempted() {
	local line

	wait "$attempting"
	outcome=()
	while read -r line; do
		outcome[${line%% *}]=${line#* }
	done < "$tmp/outcomes"
}
declare -A outcome

# came_to TEXT SERVER RESULT MS [ECHO]: what the attempt at SERVER came to, and when (or
# - for whenever).
came_to() {
	local seen

	# shellcheck disable=SC2206 # words of a line
	seen=(${outcome[$2]:-nothing 0})
	if [ "${seen[0]}" = "$3" ] && { [ "$4" = - ] || is_about "${seen[1]}" "$4" "$slack"; } &&
	   [ "${seen[2]:-}" = "${5:-}" ]; then
		pass "$1"
	else
		fail "$1" "expected: $2 $3 $4 ${5:-}" "seen:     $2 ${seen[*]}"
	fi
}

# nstat_of NETNS COUNTER: what its kernel has counted, see nstat(8).
nstat_of() {
	inside "$1" nstat -asz "$2" | awk -v name="$2" '$1 == name { print $2 }'
}

# has_kind KIND: does this kernel have such sockets (see sockets.h)?
has_kind() {
	server -n "$server" -o "$1" 99 > "$tmp/kind" 2>&1 &
	pause 0.3
	kill $! 2> /dev/null
	wait $! 2> /dev/null
	grep -q ready "$tmp/kind" && return
	echo "# this kernel has no $1: $(cat "$tmp/kind")"
	return 1
}

# --- the product, at work in the box

tool() {
	syncopate -n "$box" "$@"
}

# policy WORD...: adds a policy.
policy() {
	tool policy add "$@" > /dev/null || exit 1
}

# read_counters: all of them, into the array $counter.
read_counters() {
	local json

	json=$(tool -j stats show --all)
	counter=()
	while [[ $json =~ \"([a-z-]+)\":\ *([0-9]+)(.*) ]]; do
		counter[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
		json=${BASH_REMATCH[3]}
	done
}
declare -A counter

# counters TEXT [NAME VALUE]...: those named are so (a number or a range) and all
# others are zero.
counters() {
	local text=$1 name wrong=()
	local -A expected=()

	shift
	while [ $# -gt 0 ]; do
		expected[$1]=$2
		shift 2
	done
	read_counters
	for name in "${!expected[@]}"; do
		[ -n "${counter[$name]:-}" ] || wrong+=("$name: there is no such counter")
	done
	for name in "${!counter[@]}"; do
		is_in "${counter[$name]}" "${expected[$name]:-0}" ||
			wrong+=("$name: expected ${expected[$name]:-0}, seen ${counter[$name]}")
	done
	if [ "${#wrong[@]}" = 0 ]; then
		pass "$text"
	else
		fail "$text" "${wrong[@]}"
	fi
}

# shellcheck source-path=SCRIPTDIR
. "$here/topology.sh"
# shellcheck source-path=SCRIPTDIR
. "$here/capture.sh"
