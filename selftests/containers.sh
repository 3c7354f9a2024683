#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two containers, each with a network of its own and an owner who has no right on the
# machine.  Each paces its own handshakes; of the other, and of the machine, neither learns
# or changes anything.
#
#   one:  sender ----- c-port [br0] s-port ----- nobody
#   two:  sender ----- c-port [br0] s-port ----- nobody
#   box:  the machine's, as is the network that this was begun in
. "${0%/*}/lib.sh"

declare -A uid=([one]=65533 [two]=65532)
declare -A container ask answer

# What is first in a container: does what it is asked, and says how it ended.
# shellcheck disable=SC2016 # for that shell
first_process='
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
echo ready
while IFS= read -r line; do
	eval "$line" 2>&1 < /dev/null
	echo "status $?"
done'

# begin NAME: a container.
begin() {
	local word='' to='' from=''

	mkfifo "$tmp/$1.ask" "$tmp/$1.answer"
	setpriv --reuid "${uid[$1]}" --regid "${uid[$1]}" --clear-groups unshare -Urn \
		bash -c "PATH=$tmp:$PATH$first_process" < "$tmp/$1.ask" > "$tmp/$1.answer" &
	container[$1]=$!
	at_end end_process $!
	exec {to}> "$tmp/$1.ask" {from}< "$tmp/$1.answer"
	ask[$1]=$to
	answer[$1]=$from
	read -r word <&"${answer[$1]}"
	[ "$word" = ready ] || skip "no bridges in containers"
	# A name, as tools of containers give it: what it names can be opened by everyone.
	ip netns attach "$1-$$" "${container[$1]}" || exit 1
	namespaces+=("$1-$$")
}

# in_container NAME LINE: runs it there, as its owner.
in_container() {
	local line

	echo "$2" >&"${ask[$1]}"
	while IFS= read -r line <&"${answer[$1]}"; do
		[[ $line != "status "* ]] || return "${line#status }"
		printf '%s\n' "$line"
	done
	return 1
}

# own NAME WORD...: the tool there.
own() {
	local words=("${@:2}")

	in_container "$1" "syncopate ${words[*]@Q}"
}

# listen NAME: to the events there, from now on.
listen() {
	local i

	: > "$tmp/$1"
	chmod 666 "$tmp/$1"
	in_container "$1" "syncopate monitor > $tmp/$1 & listener=\$!"
	for ((i = 0; i < 200; i++)); do
		own "$1" dest set 10.9.0.1 rtt 1s
		[ ! -s "$tmp/$1" ] || break
		pause 0.05
	done
	own "$1" dest del 10.9.0.1
}

# has_heard NAME NUMBER: waits until so many attempts have been told of.
has_heard() {
	local i

	for ((i = 0; i < 200; i++)); do
		[ "$(grep -c " started " "$tmp/$1")" -lt "$2" ] || break
		pause 0.05
	done
}

need_module
need setpriv unshare
# What an owner can reach.
chmod 755 "$tmp"
cp "$(type -P syncopate)" "$tmp/"
unshare -Urn true 2> "$tmp/error" || skip "no user namespaces: $(cat "$tmp/error")"
{ syncopate save; syncopate stats show --all; } > "$tmp/before"
namespaces+=("$box")
ip netns add "$box"
policy box

# --- each has its own

declare -A attempts=([one]=3 [two]=5)
for name in one two; do
	begin $name
	check "the owner of $name adds a policy" own $name policy add "of-$name" retries 0 interval 1m linger 0s
	own $name dest set 10.1.0.3 rtt 1s comment "$name"
	listen $name
	own $name stats reset
done
# The same addresses, the same ports.
for name in one two; do
	frames here="$name-$$/sender,02:00:00:00:00:99" -- \
		"here 10.1.0.4:4000 > 10.1.0.3:80 SYN seq 1000 count ${attempts[$name]}"
done
for name in one two; do
	number=${attempts[$name]}
	has_heard $name "$number"
	is "$name: what is set is its own" "$(own $name save)" "dest 10.1.0.3 rtt 1s comment \"$name\"
policy of-$name retries 0 interval 1m deadline 1m linger 0s"
	own $name flow > "$tmp/flows"
	is "$name: its attempts" "$(grep -c "policy of-$name" "$tmp/flows")" "$number"
	is "$name: all of them" "$(wc -l < "$tmp/flows")" "$number"
	box=$name-$$ counters "$name: what is counted" started "$number"
	is "$name: what its policy counts" "$(own $name -j policy | grep -o '"matched": [0-9]*')" \
		"\"matched\": $number"
	is "$name: its events, and no others" \
		"$(sed -E 's/^[^ ]* [^ ]* //; /^dest-/d; s/^(started) .*(policy [^,]*).*/\1 \2/' "$tmp/$name" |
			sort | uniq -c | sed 's/^ *//')" \
		"$number started policy of-$name
1 stats-reset"
done

# --- neither reaches the other, nor the machine

# all_say TEXT WORDS...: so often.
all_say() {
	local _

	for _ in "${@:2}"; do
		printf 'syncopate: permission denied: %s\n1\n' "$1"
	done
}

own two save > "$tmp/two.save"
own two -j policy show of-two | sed 's/"last_used_ns": [0-9]*/#/' > "$tmp/two.policy"
tool save > "$tmp/box.save"
words=("policy flush" "policy show" "flow show" "dest flush" "stats reset" "load /dev/null" save
	monitor top)
for name in "two-$$" "$box"; do
	is "one may do nothing in ${name%-*}" \
		"$(in_container one "for words in ${words[*]@Q}; do timeout 10 syncopate -n $name \$words; echo \$?; done")" \
		"$(all_say "network namespace '$name' needs CAP_SYS_ADMIN" "${words[@]}")"
done
is "nor by a path" "$(own one -n "/proc/${container[two]}/ns/net" policy flush > /dev/null; echo $?)" 1
is "nor in the machine's first" "$(own one -n /proc/1/ns/net policy flush > /dev/null; echo $?)" 1
check "but in itself, by its name" own one -n "one-$$" policy show
echo "policy new" > "$tmp/new"
in_container one "for words in 'policy flush' 'dest flush' 'stats reset' 'limit set flows 7' \
'load $tmp/new'; do syncopate \$words; done"
is "what one does is one's own: what is set in two" "$(own two save | cmp - "$tmp/two.save")" ""
is "what two's policy counts" "$(own two -j policy show of-two | sed 's/"last_used_ns": [0-9]*/#/' |
	cmp - "$tmp/two.policy")" ""
is "two's attempts" "$(own two flow | wc -l)" 5
is "what is set in the box" "$(tool save | cmp - "$tmp/box.save")" ""
is "one has heard of it" "$(grep -cE 'polic|limit|load' <(grep -v -e '->' "$tmp/one"))" 3
is "two has not" "$(grep -cE 'polic|limit|load' <(grep -v -e '->' "$tmp/two"))" 0

# --- without CAP_NET_ADMIN nobody sees attempts

denied="needs CAP_NET_ADMIN in this network namespace"
words=("flow show" monitor top "policy flush")
try="for words in ${words[*]@Q}; do timeout 10 syncopate \$words 2>&1; echo \$?; done"
is "in a container" "$(in_container two "setpriv --bounding-set=-all bash -c ${try@Q}")" \
	"$(all_say "$denied" "${words[@]}")"
is "nor the owner of a container on the machine" \
	"$(setpriv --reuid "${uid[one]}" --regid "${uid[one]}" --clear-groups \
		bash -c "PATH=$tmp:$PATH; $try")" \
	"$(all_say "$denied" "${words[@]}")"

# --- the end of one

# shellcheck disable=SC2016 # for that shell
in_container one 'kill $listener'
echo exit >&"${ask[one]}"
wait "${container[one]}"
umount "/run/netns/one-$$"
is "one ends, two goes on" "$(own two flow | wc -l)" 5
{ syncopate save; syncopate stats show --all; } > "$tmp/after"
is "the machine's own network is as it was" "$(cmp "$tmp/before" "$tmp/after")" ""

finish
