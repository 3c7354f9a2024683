#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The examples of the manual and of the README do what they are there for.  They are taken
# from the pages themselves, and meet the traffic that they speak of:
#
#     client               box                    server
#   10.2.0.4 ------------ syncopate ------------ 10.20.1.7:5060, silent
. "${0%/*}/lib.sh"

need_module
need jq
pages=$here/../userspace
[ -f "$pages/syncopate.8" ] || skip "the manual is not beside this folder"
setup
ip -n "$box" -batch - <<-END || exit 1
	route add 10.20.0.0/16 dev s-routed
	neigh add 10.20.1.7 lladdr $server_routed dev s-routed
END

# displays FILE: the text that the examples of a page display, as it is printed.
displays() {
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/{ /^\.Bd -literal/,/^\.Ed/{ /^\.[BE]d/!p } }' "$1" |
		sed 's/\\e/\\/g'
}

# call NUMBER: attempts at the server.
call() {
	frames "here=$client/routed,$box_c_routed" -- \
		"here 10.2.0.4:$((port_of_next += 100)) > 10.20.1.7:5060 SYN seq 1000 count $1"
}
port_of_next=4000

# From here on the tool works in the box, and so do the examples.
syncopate() {
	command syncopate -n "$box" "$@"
}

# run COMMAND: a line of an example; what it prints is in $printed.  Files that it writes
# are ours.
run() {
	local line=${1//\/tmp\/saved/$tmp/saved}

	line=${line//\/etc\/syncopate.conf/$tmp/syncopate.conf}
	printed=$(set -o pipefail; eval "$line" 2>&1 < /dev/null)
	status=$?
	ran=$((ran + 1))
}
ran=0

# says PATTERN: that is what it printed, and it ended well.
says() {
	# shellcheck disable=SC2053 # a pattern
	if [ "$status" = 0 ] && [[ $printed == $1 ]]; then
		pass "$command"
	else
		fail "$command" "expected: $1" "status $status: $printed"
	fi
}

# follow COMMAND: one that does not end by itself, until two attempts were given up.
follow() {
	local i

	syncopate policy insert soon dport 5060 retries 0 interval 10ms linger 0s
	launch "$box" bash -c ":; $1" > "$tmp/followed" 2>&1
	until [ "$(inside "$box" grep -c '^[0-9a-f]* 16 ' /proc/net/netlink)" -ge 3 ]; do
		pause 0.05
	done
	pause 0.1
	call 2
	for ((i = 0; i < 100; i++)); do
		[[ $(syncopate -j policy show soon) != *'"gave_up": 2'* ]] || break
		pause 0.05
	done
	# The first of the commands ends, and then those that read from it.
	pkill -P "$launched" -x syncopate
	wait "$launched"
	status=$?
	printed=$(cat "$tmp/followed")
	ran=$((ran + 1))
	syncopate policy del soon
}

# --- syncopate(8)

mapfile -t commands < <(displays "$pages/syncopate.8" | sed -n 's/^# //p')
check "there are examples" [ "${#commands[@]}" -ge 15 ]
is "each line of them is a command" "$(displays "$pages/syncopate.8" | grep -c -v '^# ')" 0
for command in "${commands[@]}"; do
	case $command in
	*monitor*)
		follow "$command"
		says $'10.20.1.7\n10.20.1.7'
		continue ;;
	*" flow show "*)
		# They wait for as long as this takes.
		syncopate policy insert slow dport 5060 retries 0 interval 1m
		call 3 ;;
	esac
	run "$command"
	case $command in
	"syncopate policy")		says $'policy sip dst 10.20.0.0/16 dport 5060-5061 *\n *# matched 0, *' ;;
	syncopate)			says "*policies *1*" ;;
	*" policy show try")		says "policy try mark 0x00000010/0x000000f0 * observe*" ;;
	"syncopate stats")		says "all counters are zero" ;;
	*" dest show "*)		says "dest 10.20.1.7:5060 rtt 40ms loss 1%" ;;
	"syncopate stats --all")	says "*started *late *" ;;
	*" flow show "*pending)
		says "10.2.0.4:4* -> 10.20.1.7:5060 pending, *policy slow,*" ;;
	*" top "*)			says "flows * of *started*unpaced*" ;;
	*" uniq -c")			says " *3 10.20.1.7" ;;
	*)				says "" ;;
	esac
	case $command in
	*" policy insert try "*)
		is "it is the first" "$(syncopate policy | sed -n '1s/\(policy [a-z]*\).*/\1/p')" "policy try" ;;
	*" policy flush")
		is "all are gone" "$(syncopate policy)" "" ;;
	*" load "*)
		is "all is as it was saved" "$(syncopate save | cmp - "$tmp/saved")" ""
		is "and there is something" "$(syncopate policy show sip | grep -c 'timing adaptive')" 1 ;;
	esac
done
is "all were run" "$ran" "${#commands[@]}"

# --- syncopate.conf(5)

displays "$pages/syncopate.conf.5" > "$tmp/example"
check "the file is right" syncopate check "$tmp/example"
check "it is loaded" syncopate load "$tmp/example"
is "policies" "$(syncopate policy | grep -c ^policy)" "$(grep -c ^policy "$tmp/example")"
is "profiles" "$(syncopate dest | wc -l)" "$(grep -c ^dest "$tmp/example")"
is "the limit" "$(syncopate limit | sed "s/ learned .*//")" "$(grep ^limit "$tmp/example")"
is "the text with quotes" "$(syncopate -j policy show chosen | jq -r '.[].comment')" \
	'see "pace" in nftables.conf'
is "words mean what they say" "$(syncopate policy show sip | head -n 1)" \
	"policy sip dst 10.20.0.0/16 dport 5060-5061 retries 2 interval 400ms deadline 1.2s linger 5s"

# --- README

if [ -f "$here/../README.md" ]; then
	syncopate load /dev/null
	mapfile -t commands < <(sed -n 's/^    \(syncopate .*\)/\1/p' "$here/../README.md" |
		grep -v -e ' \.\.\. ' -e '^syncopate monitor')
	check "it has examples" [ "${#commands[@]}" -ge 8 ]
	for command in "${commands[@]}"; do
		run "$command"
		case $command in
		*" policy add "*|*" dest set "*)	says "" ;;
		*" save "*|*" check "*|*" load "*)	says "" ;;
		*)					says "*" ;;
		esac
	done
	is "they set four policies" "$(syncopate policy | sed -n 's/^policy \([a-z]*\).*/\1/p' | tr '\n' ' ')" "sip edge own as "
fi

finish
