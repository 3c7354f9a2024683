#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tool says.  Done is 0; refused or failed is 1, and one line says why; wrong
# usage is 2, and another line says where help is.
. "${0%/*}/lib.sh"

need_module
namespaces+=("$box")
ip netns add "$box"

# prints OUTPUT WORD...: it does so, and all is well.
prints() {
	local output=$1

	shift
	is "${*:-no word}" "$(tool "$@" 2>&1; echo "status $?")" "${output:+$output$'\n'}status 0"
}

# refuses REASON WORD...
refuses() {
	local reason=$1

	shift
	is "$*: $reason" "$(tool "$@" 2>&1; echo "status $?")" "syncopate: $reason"$'\n'"status 1"
}

# misses REASON HELP WORD...: wrong usage.
misses() {
	local reason=$1 help=$2

	shift 2
	is "${*:-no word}: $reason" "$(tool "$@" 2>&1; echo "status $?")" \
		"syncopate: $reason"$'\n'"see: syncopate $help-h"$'\n'"status 2"
}

defaults="retries 3 interval 500ms deadline 2s linger 5s"

prints p1 policy add
prints "" policy add web dport 80
prints p2 policy add dst fd00::/8 src fd00::1 dport 5060-5061 retries 0 interval 1.5s \
	deadline 3s linger 0s observe
unused="    # matched 0, answered 0, retransmitted 0, gave up 0, never used"
prints "policy p1 $defaults
$unused
policy web dport 80 $defaults
$unused
policy p2 dst fd00::/8 src fd00::1 dport 5060-5061 retries 0 interval 1.5s deadline 3s linger 0s observe
$unused" policy show
prints "policy web dport 80 $defaults
$unused" policy show web
unused='"matched": 0, "answered": 0, "retransmitted": 0, "gave_up": 0, "shut": 0'
prints '[{"name": "p1", "position": 1, "on": "forward", "timing": "fixed", "retries": 3, "interval_ns": 500000000, "deadline_ns": 2000000000, "linger_ns": 5000000000, "detached": false, "observe": false, '"$unused"'},
 {"name": "web", "position": 2, "dport_min": 80, "dport_max": 80, "on": "forward", "timing": "fixed", "retries": 3, "interval_ns": 500000000, "deadline_ns": 2000000000, "linger_ns": 5000000000, "detached": false, "observe": false, '"$unused"'},
 {"name": "p2", "position": 3, "dst": "fd00::/8", "src": "fd00::1", "dport_min": 5060, "dport_max": 5061, "on": "forward", "timing": "fixed", "retries": 0, "interval_ns": 1500000000, "deadline_ns": 3000000000, "linger_ns": 0, "detached": false, "observe": true, '"$unused"'}]' \
	-j policy

# The order can be chosen, a policy replaced where it is.
order() {
	is "$1" "$(tool policy | sed -n 's/^policy \([^ ]*\).*/\1/p' | tr '\n' ' ')" "$2"
}
prints "" policy insert first
prints p3 policy insert position 3
prints "" policy add last mark 0x10/0xf0 iif eth0 proto tcp timing rtt floor 30ms comment 'a "b"'
order "positions" "first p1 p3 web p2 last "
prints "" policy replace p3 comment c
order "a policy is replaced where it is" "first p1 p3 web p2 last "
prints "" policy replace p3 position 1
order "or moved" "p3 first p1 web p2 last "
prints '[{"name": "last", "position": 6, "iif": "eth0", "mark": 16, "mark_mask": 240, "proto": "tcp", "on": "forward", "timing": "rtt", "retries": 3, "interval_ns": 500000000, "floor_ns": 30000000, "ceiling_ns": 3000000000, "linger_ns": 5000000000, "detached": false, "observe": false, "comment": "a \"b\"", '"$unused"'}]' \
	-j policy show last
for name in first p3 last; do
	prints "" policy del $name
done

prints "" dest set 10.20.0.0/16 rtt 40ms
prints "" dest set 10.20.1.7:5060 rtt 41ms loss 0.25% comment "a b"
prints "" dest set 10.20.0.0/16 rtt 42ms
prints "" dest set '[2001:db8::/32]:5060' rtt 1us
prints 'dest 10.20.0.0/16 rtt 42ms
dest 10.20.1.7:5060 rtt 41ms loss 0.25% comment "a b"
dest [2001:db8::/32]:5060 rtt 1us' dest
prints 'dest 10.20.0.0/16 rtt 42ms' dest show 10.20.2.0/24
prints 'dest [2001:db8::/32]:5060 rtt 1us' dest show ::/0
prints "" dest show 10.0.0.0/16
prints '[{"prefix": "10.20.0.0/16", "rtt_ns": 42000000, "down": false},
 {"prefix": "10.20.1.7", "port": 5060, "rtt_ns": 41000000, "loss_ppm": 2500, "down": false, "comment": "a b"},
 {"prefix": "2001:db8::/32", "port": 5060, "rtt_ns": 1000, "down": false}]' -j dest
refuses "no such profile" dest del 10.20.1.7
prints "" dest del 10.20.1.7:5060

# What the kernel refuses, it names.
refuses "a policy of this name exists" policy add web
refuses "no such policy" policy del nobody
refuses "no such policy" policy show nobody
refuses "no such policy" policy replace nobody
refuses "position must be 1 to the number of policies plus one" policy add position 5
refuses "position must be 1 to the number of policies" policy replace web position 4
refuses "positions begin with 1" policy add position 0
refuses "floor must be 10ms to 60s" policy add timing rtt floor 9ms
refuses "ceiling must be 10ms to 60s" policy add timing rtt ceiling 61s
refuses "rtt must be 1us to 60s" dest set 10.0.0.1 rtt 999ns
refuses "rtt must be 1us to 60s" dest set 10.0.0.1 rtt 61s
refuses "loss must be 0 to 100 %" dest set 10.0.0.1 rtt 1s loss 101%
refuses "interval must be 10ms to 60s" policy add interval 9ms
refuses "interval must be 10ms to 60s" policy add interval 61s
refuses "retries must be 0 to 16" policy add retries 17
refuses "deadline must be 10ms to 1020s" policy add deadline 5ms
refuses "deadline must be 10ms to 1020s" policy add deadline 1021s
refuses "linger must be 0s to 60s" policy add linger 61s
refuses "flows must be 1 to 16777216" limit set flows 0
refuses "flows must be 1 to 16777216" limit set flows 16777217
is "another namespace: there is none of this name" "$(syncopate -n nowhere policy 2>&1; echo $?)" \
	"syncopate: no network namespace 'nowhere'"$'\n'1

# What can not be meant, the tool does not send.
add="policy add "
misses "dst: 'foo' is no IPv4 or IPv6 address" "$add" policy add dst foo
misses "dst: the length '/33' is no number from 0 to 32" "$add" policy add dst 10.0.0.1/33
misses "dst: 10.0.0.1/24 has bits set beyond its length; did you mean 10.0.0.0/24?" "$add" \
	policy add dst 10.0.0.1/24
misses "dst and src are of different families, IPv4 and IPv6" "$add" \
	policy add dst 10.0.0.1 src fd00::1
misses "dport: '0' is no PORT or PORT-PORT from 1 to 65535" "$add" policy add dport 0
misses "dport: '65536' is no PORT or PORT-PORT from 1 to 65535" "$add" policy add dport 65536
misses "dport: the first port of 81-80 is above the last" "$add" policy add dport 81-80
misses "interval: 5 has no unit; write it like 500ms, 1.5s or 750us" "$add" \
	policy add interval 5
misses "interval: 'soon' is no time; write it like 500ms, 1.5s or 750us" "$add" \
	policy add interval soon
misses "retries: '-1' is no whole number" "$add" policy add retries -1
misses "retries needs a value" "$add" policy add retries
misses "retries is given twice" "$add" policy add retries 1 retries 1
misses "unknown word 'quickly'" "$add" policy add web quickly
misses "the NAME of the policy is missing" "policy del " policy del
misses "the NAME of the policy is missing" "policy replace " policy replace dport 80
misses "iif: 'a/b' is no name of an interface" "$add" policy add iif a/b
misses "mark: 3/1 has bits set beyond its mask" "$add" policy add mark 3/1
misses "proto: 'udp' is not paced, only tcp and sctp are" "$add" policy add proto udp
misses "timing: 'slow' is none of fixed, rtt and adaptive" "$add" policy add timing slow
misses "floor and ceiling need timing rtt or adaptive" "$add" policy add floor 20ms
misses "the floor, 2s, is above the ceiling, 1s" "$add" \
	policy add timing rtt floor 2s ceiling 1s
misses "comment: the text has a control character" "$add" policy add comment $'a\nb'
misses "the DEST is missing" "dest set " dest set
misses "the DEST is missing" "dest del " dest del
misses "rtt is missing" "dest set " dest set 10.0.0.1
misses "loss: '1' is no percentage; write it like 1% or 0.25%" "dest set " \
	dest set 10.0.0.1 rtt 1s loss 1
misses "':0' is no :PORT from 1 to 65535" "dest set " dest set 10.0.0.1:0 rtt 1s
misses "'host' is no IPv4 or IPv6 address" "dest show " dest show host
misses "the FILE is missing" "load " load
misses "the FILE is missing" "check " check
misses "unknown word '-x'; options stand before the command" "load " load -x
misses "unknown word 'b'" "check " check a b
misses "unknown word 'all'" "save " save all
misses "policy: unknown verb 'destroy'" "policy " policy destroy
misses "flows needs a value" "limit set " limit set flows
misses "unknown command 'destroy'" "" destroy
is "an unknown option" "$(syncopate -x 2>&1; echo $?)" \
	"syncopate: unknown option '-x'"$'\n'"see: syncopate -h"$'\n'2
is "after all this the policies are as they were" "$(tool policy | grep -c ^policy)" 3
is "and so are the profiles" "$(tool dest | wc -l)" 2

prints "" limit set flows 1000 learned 500 repeats 50
prints "limit flows 1000 learned 500 repeats 50" limit
prints '{"flows": 1000, "learned": 500, "repeats": 50}' -j limit show
prints "all counters are zero" stats
prints "" stats reset
prints "" flow
prints "[]" -j flow
prints "" policy del p1
prints "" policy flush
prints "" policy
prints "[]" -j policy
prints "" dest flush
prints "" dest
prints "[]" -j dest
for words in "" "policy" "policy add" "dest set" "stats" "flow" "limit set" load save check; do
	# shellcheck disable=SC2086 # words
	check "help: $words -h" grep -q "^syncopate ${words:--}" <(syncopate $words -h)
done

finish
