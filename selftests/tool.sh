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
prints "policy p1 $defaults
policy web dport 80 $defaults
policy p2 dst fd00::/8 src fd00::1 dport 5060-5061 retries 0 interval 1.5s deadline 3s linger 0s observe" \
	policy show
prints '[{"name": "p1", "retries": 3, "interval_ns": 500000000, "deadline_ns": 2000000000, "linger_ns": 5000000000, "observe": false},
 {"name": "web", "dport_min": 80, "dport_max": 80, "retries": 3, "interval_ns": 500000000, "deadline_ns": 2000000000, "linger_ns": 5000000000, "observe": false},
 {"name": "p2", "dst": "fd00::/8", "src": "fd00::1", "dport_min": 5060, "dport_max": 5061, "retries": 0, "interval_ns": 1500000000, "deadline_ns": 3000000000, "linger_ns": 0, "observe": true}]' \
	-j policy

# What the kernel refuses, it names.
refuses "a policy of this name exists" policy add web
refuses "no such policy" policy del nobody
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
misses "policy: unknown verb 'destroy'" "policy " policy destroy
misses "flows needs a value" "limit set " limit set flows
misses "unknown command 'destroy'" "" destroy
is "an unknown option" "$(syncopate -x 2>&1; echo $?)" \
	"syncopate: unknown option '-x'"$'\n'"see: syncopate -h"$'\n'2
is "after all this the policies are as they were" "$(tool policy | wc -l)" 3

prints "" limit set flows 1000
prints "limit flows 1000" limit
prints '{"flows": 1000}' -j limit show
prints "all counters are zero" stats
prints "" stats reset
prints "" flow
prints "[]" -j flow
prints "" policy del p1
prints "" policy flush
prints "" policy
prints "[]" -j policy
for words in "" "policy" "policy add" "stats" "flow" "limit set"; do
	# shellcheck disable=SC2086 # words
	check "help: $words -h" grep -q "^syncopate ${words:--}" <(syncopate $words -h)
done

rmmod syncopate
refuses "the kernel module is not loaded (try: modprobe syncopate)" policy
modprobe syncopate
prints "" policy

finish
