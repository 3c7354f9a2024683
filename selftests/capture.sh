# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # read by lib.sh
#
# What went by: `capture` begins to watch, `captured` ends that, `seen` compares.

timeline=()
declare -A packet first last told concerned

# capture [POINT...]: a point is a machine with an interface, client/routed; without
# any it is all four interfaces of client and server.  With $everything frames of any kind
# are seen.
capture() {
	local point points=()

	[ $# -gt 0 ] || set -- client/bridged client/routed server/bridged server/routed
	for point; do
		points+=("$point=${point%%/*}-$$/${point#*/}")
	done
	start timeline -v ${everything:+-a} -o "$tmp/timeline" "${points[@]}"
	capturing=$started
	captured_all=$output
}

captured() {
	kill "$capturing"
	read -r _ <&"$captured_all"
	exec {captured_all}<&-
	mapfile -t timeline < "$tmp/timeline"
	note_stall
	tell_apart
}

# note_stall: takes the last line off, which says for how long the machine stood still.
note_stall() {
	local ms

	ms=${timeline[-1]#\# stall }
	unset "timeline[-1]"
	[ "${ms%.*}" -le "$stalled" ] || stalled=${ms%.*}
}
stalled=0

# tell_apart: which lines concern whom, by their numbers, into the array $concerned; with
# the port and without.
tell_apart() {
	local i w name

	concerned=()
	for i in "${!timeline[@]}"; do
		# shellcheck disable=SC2206 # words of a line
		w=(${timeline[i]})
		set -- "${w[3]}" "${w[5]}"
		[ "${w[7]}" != about ] || set -- "$@" "${w[8]}" "${w[10]}"
		for name; do
			[[ ${concerned[$name]:-} == *" $i" ]] || concerned[$name]+=" $i"
			name=${name%:*}
			[[ ${concerned[$name]:-} == *" $i" ]] || concerned[$name]+=" $i"
		done
	done
}

# read_packet LINE: what timeline printed, into the array $packet.
read_packet() {
	local i=7 w

	# shellcheck disable=SC2206 # words of a line
	w=($1)
	packet=([time]=$((10#${w[0]/./})) [from]=${w[3]} [to]=${w[5]} [flags]=${w[6]})
	[ "${w[7]}" != about ] || i=11
	for (( ; i < ${#w[@]}; i += 2)); do
		packet[${w[i]}]=${w[i + 1]}
	done
}

# remember NAME: copies $packet.
remember() {
	local -n copy=$1
	local name

	# shellcheck disable=SC2004,SC2034 # a reference to an array with names
	for name in "${!packet[@]}"; do
		copy[$name]=${packet[$name]}
	done
}

# fits EVENT: is $packet what the event says, in a conversation that began at $zero
# with a SYN that has the number $isn?
fits() {
	local value

	# shellcheck disable=SC2086 # words of an event
	set -- $1
	[ "$1" = - ] || is_about $((packet[time] - zero)) "$1" "$tolerance" || return
	[ "$2" = "${packet[flags]}" ] || return
	[ "${packet[sum]}" != bad ] || return
	shift 2
	while [ $# -gt 0 ]; do
		value=$2
		if [[ $value == isn* ]]; then
			# Nobody began it here.
			[ -n "$isn" ] || return
			value=$((${value/isn/$isn} & 0xffffffff))
		fi
		[ "$value" != first ] || value=${first[$1]}
		[ "${packet[$1]:-}" = "$value" ] || return
		shift 2
	done
}

# seen TEXT POINT from|to ENDPOINT [EVENT]...
#
# Exactly these segments passed at POINT from or to ENDPOINT, an address with a port
# or without.  An EVENT such as
#
#   "2000 RST,ACK seq 0 ack isn+1"
#
# has the time in milliseconds since the first segment there that concerns ENDPOINT
# (or - for any), the flags, and what else must hold in the words of timeline -v;
# isn is the number of the first SYN, the tag of the first INIT.  A segment with a wrong checksum fits nothing.
#
# Of these only the lines that contain $only count.  What the first and the
# last of them had is afterwards in the arrays $first and $last.
seen() {
	local text=$1 point=$2 side=$3 endpoint=$4 events=("${@:5}")
	local zero='' isn='' i line n=0 wrong='' context=()

	first=()
	# shellcheck disable=SC2034 # for the scenarios
	last=()
	for i in ${concerned[$endpoint]:-}; do
		line=${timeline[i]}
		context+=("$line")
		[[ $line == *" $point "* ]] || continue
		read_packet "$line"
		: "${zero:=${packet[time]}}"
		[[ ${packet[flags]} != @(SYN|INIT) ]] || : "${isn:=${packet[seq]}}"
		[[ ${packet[$side]} == "$endpoint" || ${packet[$side]} == "$endpoint":* ]] || continue
		[[ $line == *"${only:-}"* ]] || continue

		[ $((n++)) -gt 0 ] || remember first
		remember last
		if [ "$n" -gt "${#events[@]}" ]; then
			wrong="number $n is one too many"
		elif [ -z "$wrong" ] && ! fits "${events[n - 1]}"; then
			wrong="number $n is not '${events[n - 1]}'"
		fi
	done
	[ "$n" -ge "${#events[@]}" ] || : "${wrong:=there are only $n}"
	if [ -z "$wrong" ]; then
		pass "$text"
	else
		fail "$text" "expected at $point $side $endpoint:" "${events[@]/#/    }" "$wrong" \
			"$(tell "$endpoint" "${context[@]}")"
		told[$endpoint]=1
	fi
}

# count PATTERN: how many lines of the timeline match.
count() {
	local line n=0

	for line in "${timeline[@]}"; do
		# shellcheck disable=SC2053 # a pattern
		[[ $line != $1 ]] || ((n++))
	done
	echo "$n"
}

# tell ENDPOINT LINE...: the timeline of an endpoint, the first time it is asked for.
tell() {
	[ -z "${told[$1]:-}" ] || return
	echo "the timeline of $1:"
	shift
	printf '  %s\n' "$@"
}
