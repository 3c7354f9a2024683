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
declare -A container

need_module
need setpriv unshare nsenter
# What its owner can reach.
chmod 755 "$tmp"
cp "$(type -P syncopate)" "$tmp/"

# user UID COMMAND...: without any right.
user() {
	setpriv --reuid "$1" --regid "$1" --clear-groups -- "${@:2}"
}

# in_container NAME COMMAND...: as its owner.
in_container() {
	user "${uid[$1]}" nsenter --preserve-credentials -U -n -t "${container[$1]}" -- "${@:2}"
}

# listen NAME: to the events there, from now on.
listen() {
	local i

	(
		exec setpriv --reuid "${uid[$1]}" --regid "${uid[$1]}" --clear-groups -- \
			nsenter --preserve-credentials -U -n -t "${container[$1]}" -- \
			"$tmp/syncopate" monitor
	) > "$tmp/$1" 2>&1 &
	listener[${uid[$1]}]=$!
	at_end end_process $!
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

# own NAME WORD...: the tool.
own() {
	in_container "$1" "$tmp/syncopate" "${@:2}"
}

user "${uid[one]}" unshare -Urn true 2> "$tmp/error" || skip "no user namespaces: $(cat "$tmp/error")"
syncopate save > "$tmp/before"
syncopate stats show --all >> "$tmp/before"
namespaces+=("$box")
ip netns add "$box"
policy box
for name in one two; do
	# The owner builds it.
	exec {built}< <(exec setpriv --reuid "${uid[$name]}" --regid "${uid[$name]}" --clear-groups \
		unshare -Urn sh -c '
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
		exec sleep 1000')
	container[$name]=$!
	at_end kill "${container[$name]}"
	read -r _ <&"$built" || skip "no bridges in containers"
	# A name, as tools of containers give it: what it names can be opened by everyone.
	ip netns attach "$name-$$" "${container[$name]}" || exit 1
	namespaces+=("$name-$$")
done

# --- each has its own

long="retries 0 interval 1m deadline 1m linger 0s"
for name in one two; do
	check "the owner of $name adds a policy" own $name policy add "of-$name" retries 0 interval 1m linger 0s
	own $name dest set 10.1.0.3 rtt 1s comment "$name"
	listen $name
	own $name stats reset
done
# The same addresses, the same ports.
declare -A attempts=([one]=3 [two]=5)
for name in one two; do
	frames here="$name-$$/sender,02:00:00:00:00:99" -- \
		"here 10.1.0.4:4000 > 10.1.0.3:80 SYN seq 1000 count ${attempts[$name]}"
done
for name in one two; do
	number=${attempts[$name]}
	box=$name-$$
	has_heard $name "$number"
	is "$name: what is set is its own" "$(own $name save)" "dest 10.1.0.3 rtt 1s comment \"$name\"
policy of-$name $long"
	is "$name: its attempts" "$(own $name flow | grep -c "policy of-$name")" "$number"
	is "$name: all of them" "$(own $name flow | wc -l)" "$number"
	counters "$name: what is counted" started "$number"
	is "$name: what its policy counts" "$(own $name -j policy | grep -o '"matched": [0-9]*')" \
		"\"matched\": $number"
	is "$name: its events, and no others" \
		"$(sed -E 's/^[^ ]* [^ ]* //; /^dest-/d; s/^(started) .*(policy [^,]*).*/\1 \2/' "$tmp/$name" | sort | uniq -c | sed 's/^ *//')" \
		"$number started policy of-$name
1 stats-reset"
done
box=box-$$

# --- neither reaches the other, nor the machine

own two save > "$tmp/two.save"
own two -j policy show of-two > "$tmp/two.policy"
tool save > "$tmp/box.save"
# Runs a command with each of several words, and prints what it says, and its exit status.
# shellcheck disable=SC2016 # for that shell
try='for words in "${@:2}"; do $1 $words 2>&1; echo $?; done'

# all_say TEXT WORDS...: so often.
all_say() {
	local _

	for _ in "${@:2}"; do
		printf 'syncopate: permission denied: %s\n1\n' "$1"
	done
}

words=("policy flush" "policy show" "flow show" "dest flush" "stats reset" "load /dev/null" save
	monitor top)
for name in "two-$$" "$box"; do
	is "one may do nothing in ${name%-*}" \
		"$(in_container one bash -c "$try" - "$tmp/syncopate -n $name" "${words[@]}")" \
		"$(all_say "network namespace '$name' needs CAP_SYS_ADMIN" "${words[@]}")"
done
is "nor by a path" "$(own one -n "/proc/${container[two]}/ns/net" policy flush > /dev/null 2>&1; echo $?)" 1
is "nor into the machine's first" "$(own one -n /proc/1/ns/net policy flush > /dev/null 2>&1; echo $?)" 1
check "but itself, by its name" own one -n "one-$$" policy show
own one policy flush
own one dest flush
own one stats reset
own one limit set flows 7
echo "policy new" | own one load -
is "what one does is one's own: what is set in two" "$(own two save | cmp - "$tmp/two.save")" ""
is "what two's policy counts" "$(own two -j policy show of-two | sed 's/"last_used_ns": [0-9]*/#/')" \
	"$(sed 's/"last_used_ns": [0-9]*/#/' "$tmp/two.policy")"
is "two's attempts" "$(own two flow | wc -l)" 5
is "what is set in the box" "$(tool save | cmp - "$tmp/box.save")" ""
is "of all that two has heard nothing" "$(grep -cE 'polic|limit|load' <(grep -v started "$tmp/two"))" 0

# --- without CAP_NET_ADMIN nobody sees attempts

words=("flow show" monitor top "policy flush")
is "in a container" \
	"$(in_container two setpriv --bounding-set=-all bash -c "$try" - "$tmp/syncopate" "${words[@]}")" \
	"$(all_say "needs CAP_NET_ADMIN in this network namespace" "${words[@]}")"
is "nor the owner of a container on the machine" \
	"$(user "${uid[one]}" bash -c "$try" - "$tmp/syncopate" "${words[@]}")" \
	"$(all_say "needs CAP_NET_ADMIN in this network namespace" "${words[@]}")"

# --- the end of one

kill "${container[one]}"
end_process "${listener[${uid[one]}]}" 2> /dev/null
umount "/run/netns/one-$$"
is "one ends, two goes on" "$(own two flow | wc -l)" 5
{ syncopate save; syncopate stats show --all; } > "$tmp/after"
is "the machine's own network is as it was" "$(cmp "$tmp/before" "$tmp/after")" ""

finish
