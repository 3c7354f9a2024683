#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A thousand attempts are pending and what they stand on is taken away: the policies, the
# module, a port of the bridge, the namespace.  Nothing stalls, nothing more is sent, and the
# traffic goes on.  Nothing of them is left: no timer, no object of the module's own, no cache
# of these, no namespace.  (What else there is to be left the kernel tells by itself where it is
# built to: references to devices and namespaces, timers in memory that is freed, memory that
# nobody knows any more.)
# shellcheck disable=SC2317 # 'becomes' calls them
. "${0%/*}/lib.sh"

slabs=/sys/kernel/slab

# timers: how many wait for the module, or for what is no more.
timers() {
	grep -cE '^ #.*(\[syncopate\]|, (0x)?[0-9a-f]{8,}, S:)' /proc/timer_list
}

# all_caches: by name. Their folder can not be read where one has a / in its name.
all_caches() {
	sed '/^#/d; /^slabinfo /d; s/ .*//' /proc/slabinfo | sort
}

# objects CACHE: how many objects are in it, as far as none of its pages is kept for the next.
objects() {
	local count

	echo 1 > "$slabs/$1/shrink"
	read -r count _ < "$slabs/$1/objects"
	echo "$count"
}

# namespaces_known: how many; a kernel may free one only when another has gone.
namespaces_known() {
	ip netns add "passing-$$"
	ip netns del "passing-$$"
	pause 0.5
	objects net_namespace
}

# own_objects: those in the module's own caches.
own_objects() {
	local cache sum=0

	for cache in "${caches[@]}"; do
		((sum += $(objects "$cache")))
	done
	echo $sum
}

# becomes TEXT EXPECTED COMMAND...: what it prints is so, or soon will be.
becomes() {
	local seen

	for _ in {1..50}; do
		seen=$("${@:3}")
		[ "$seen" != "$2" ] || break
		pause 0.1
	done
	is "$1" "$seen" "$2"
}

# caches_left: which of the module's own there are still.
caches_left() {
	local cache

	for cache in "${caches[@]}"; do
		[ ! -e "$slabs/$cache" ] || echo "$cache"
	done
}

# begin TEXT: a thousand attempts, shared out among the ways.
begin() {
	local way

	policy interval 1500ms
	for way in "${ways[@]}"; do
		send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:80 SYN seq 1000 count $((1000 / ${#ways[@]}))"
	done
	sent
	clock
	is "$1: a thousand attempts are pending" "$(tool -j | grep -o '"flows": [0-9]*')" '"flows": 1000'
	is "$1: with a timer each" "$(timers)" 1000
	check "$1: and what they are made of" [ "$(own_objects)" -ge 1000 ]
}

# goes_on TEXT: when a SYN would be due nothing is sent, and who connects is connected.
goes_on() {
	local way

	each live 80
	capture "${points[@]}"
	attempt "$client" -w 600 "${endpoints[@]}"
	attempted
	until_clock 1900
	captured
	is "$1: no SYN is repeated" $(($(count '*.3:80 SYN *') + $(count '*::3]:80 SYN *'))) 0
	is "$1: nobody is reset" "$(count '* RST*')" 0
	for way in "${ways[@]}"; do
		came_to "$1, $way: who connects is connected" "${live[$way]}:80" connected 0 echoed
	done
}

points=(client/bridged client/routed server/bridged server/routed)
need_module
[ -e $slabs/net_namespace/objects ] || skip "a kernel that does not tell what objects there are"
rmmod syncopate
# Older kernels let go of a cache in a work of their own, some time after.
pause 1
all_caches > "$tmp/caches"
modprobe syncopate
mapfile -t caches < <(all_caches | comm -13 "$tmp/caches" -)
echo "# its own caches: ${caches[*]}"
check "the module has caches of its own" [ ${#caches[@]} -gt 0 ]
setup
start server -n "$server" 80

begin "policies"
check "policies: all removed" tool policy flush
is "policies: no timer is left" "$(timers)" 0
becomes "policies: and no object" 0 own_objects
goes_on "policies"
counters "policies: the attempts were forgotten" started 1000 forgotten 1000

begin "module"
check "module: removed" rmmod syncopate
is "module: no timer is left" "$(timers)" 0
becomes "module: and no cache" "" caches_left
goes_on "module"
is "module: the tool says that it is not there" "$(tool policy 2>&1; echo "status $?")" \
	"syncopate: the kernel module is not loaded (try: modprobe syncopate)"$'\n'"status 1"
check "module: loaded again" modprobe syncopate
counters "module: it begins anew"

begin "port"
check "port: deleted" ip -n "$box" link del s-bridged
ways=(router4 router6)
until_clock 1900
counters "port: what went by it was forgotten, the others go on" \
	started 1000 forgotten 500 retransmitted 500
points=(client/bridged client/routed server/routed)
tool policy flush
goes_on "port"

begin "namespace"
before=$(namespaces_known)
ip netns del "$box"
# Its end of the cable goes with it, and so does the other end.
for _ in {1..40}; do
	ip -n "$client" link show bridged > /dev/null 2>&1 || break
	pause 0.1
done
is "namespace: gone, with its interfaces" "$(ip -n "$client" -br link show type veth)" ""
becomes "namespace: and all that was known of it" $((before - 1)) namespaces_known
is "namespace: no timer is left" "$(timers)" 0
becomes "namespace: and no object" 0 own_objects

finish
