#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own client for generic netlink speaks with the module, by the specification
# in uapi/syncopate.yaml alone: every request, every dump, and the events.
. "${0%/*}/lib.sh"

# The client is part of the kernel's source: around us, or unpacked by scripts/kernel.
for cli in "$here/../../../net/ynl/cli.py" "${YNL:-}" \
	   "$("$here/../scripts/kernel" source 2> /dev/null)/tools/net/ynl/cli.py"; do
	[ ! -f "$cli" ] || break
done
spec=$here/../uapi/syncopate.yaml

# asked TEXT PATTERN OPTION...: the answer matches.
asked() {
	local text=$1 pattern=$2 answer=

	shift 2
	set -- "${@//[$'\n\t']/ }"
	echo "${*@Q}" >&"$to_client"
	read -r answer <&"$from_client"
	# shellcheck disable=SC2053 # a pattern
	if [[ $answer == $pattern ]]; then
		pass "$text"
	else
		fail "$text" "expected: $pattern" "seen:     $answer"
	fi
}

need_module
[ -f "$cli" ] || skip "no YNL client: set YNL to tools/net/ynl/cli.py of the kernel's source"
/usr/bin/python3 -c 'import yaml, jsonschema' 2> /dev/null || skip "no Python with yaml and jsonschema"
setup

# Some requests are long.
wmem=$(< /proc/sys/net/core/wmem_default)
at_end "echo $wmem > /proc/sys/net/core/wmem_default"
[ "$wmem" -ge 1000000 ] || echo 1000000 > /proc/sys/net/core/wmem_default

# client NAME: starts one, which reads $tmp/NAME.ask and writes $tmp/NAME.answer.
client() {
	mkfifo "$tmp/$1.ask" "$tmp/$1.answer"
	# shellcheck disable=SC2016 # for that shell
	launch "$box" sh -c 'exec "$@" < "$0.ask" > "$0.answer" 2>&1' \
		"$tmp/$1" "$here/ynl.py" "$cli" "$spec"
}
client asking
exec {to_client}> "$tmp/asking.ask" {from_client}< "$tmp/asking.answer"
client listening
exec {to_listener}> "$tmp/listening.ask" {from_listener}< "$tmp/listening.answer"
echo "--subscribe events --sleep 1" >&"$to_listener"
read -r listening <&"$from_listener"
is "it subscribes to events" "$listening" listening

asked "policy-add gives a name" '{"name": "p1"}' --do policy-add --json '{
	"dst": "0a010000", "dst-len": 16, "dport-min": 80, "dport-max": 90, "timing": "rtt",
	"retries": 1, "breaker": 1, "require-answers": "always", "comment": "by hand"}'
asked "policy-add at a position" '{"name": "top"}' --do policy-add --json '{
	"name": "top", "position": 1, "mark": 16, "mark-mask": 255, "iif": "eth0", "observe": true}'
asked "policy-get dumps both in order" \
	'[[]{"name": "top", "position": 1,*"observe": true*}, {"name": "p1", "position": 2,*"timing": "rtt"*"comment": "by hand"*"require-answers": "always"*}]' \
	--dump policy-get
asked "policy-replace" null --do policy-replace --json '{"name": "top", "retries": 0}'
asked "policy-del" null --do policy-del --json '{"name": "top"}'
asked "dest-set" null --do dest-set --json '{
	"addr": "0a010003", "port": 80, "rtt": 100000000, "loss": 20000, "comment": "near"}'
asked "dest-get" \
	'[[]{"addr": "0a010003", "len": 32, "port": 80, "rtt": 100000000, "loss": 20000, "comment": "near"}]' \
	--dump dest-get
for way in bridge4 router4; do
	send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:80 SYN seq 1000"
done
sent
asked "flow-get" '[[]{"client": "0a010004", "server": "0a010003", "client-port": 4000, "server-port": 80, *"policy": "p1"*}]' \
	--dump flow-get
asked "flow-get with a filter" '[[]*"server": "0a010003"*]' \
	--dump flow-get --json '{"server": "0a010000", "server-len": 16, "server-port": 80}'
asked "flow-get with a filter that nothing fits" '[[]]' \
	--dump flow-get --json '{"server": "0a020000", "server-len": 16}'
asked "flow-get with another port" '[[]]' \
	--dump flow-get --json '{"server": "0a010000", "server-len": 16, "server-port": 81}'
pause 0.6
asked "learned-get" '[[]{"addr": "0a010003", "port": 80, *"srtt": 100000000, *"attempts": 1, "answered": 0, "silent": 1, *}]' \
	--dump learned-get --json '{"addr": "0a010000", "len": 16}'
asked "learned-get with another port" '[[]]' \
	--dump learned-get --json '{"addr": "0a010000", "len": 16, "port": 81}'
asked "dest-down" null --do dest-down --json '{"addr": "0a010000", "len": 16}'
asked "dest-up" null --do dest-up --json '{"addr": "0a010000", "len": 16}'
asked "dest-del" null --do dest-del --json '{"addr": "0a010003", "port": 80}'
asked "dest-flush" null --do dest-flush
asked "limit-set" null --do limit-set --json '{"flows-limit": 1000}'
asked "status-get" '{*"policies": 1, "dests": 0, *"flows-limit": 1000, *}' --do status-get
asked "stats-get" '{"started": 1, *}' --do stats-get
asked "stats-reset" null --do stats-reset
asked "config-set" null --do config-set --json '{
	"policy": [{"name": "a", "retries": 0}, {"dport-min": 5060}],
	"dest": [{"addr": "fd010000000000000000000000000000", "len": 64, "rtt": 5000000}]}'
asked "and that is set" '[[]{"name": "a", "position": 1,*}, {"name": "p1", "position": 2,*}]' \
	--dump policy-get
asked "policy-flush" null --do policy-flush

asked "a refusal names the attribute and the limit" '*interval must be 10ms to 60s*.interval*' \
	--do policy-add --json '{"interval": 1}'
asked "an attribute of no use there is refused" '*Netlink error*' \
	--do policy-del --json '{"name": "a", "dport-min": 1}'
# What the tool does not ask for, as it knows better.
refuses() {
	asked "refused: $1" "*$1*$2*" "${@:3}"
}
refuses "a last port needs a first one" .dport-max --do policy-add --json '{"dport-max": 90}'
refuses "this is no name of an interface" .iif --do policy-add --json '{"iif": "a/b"}'
refuses "a mask needs a mark" .mark-mask --do policy-add --json '{"mark-mask": 1}'
refuses "floor and ceiling need timing rtt or adaptive" .floor \
	--do policy-add --json '{"floor": 20000000}'
refuses "floor is above ceiling" .floor \
	--do policy-add --json '{"timing": "rtt", "floor": 20000000, "ceiling": 10000000}'
refuses "floor and ceiling need timing rtt or adaptive" .ceiling \
	--do policy-add --json '{"ceiling": 20000000}'
refuses "floor is above ceiling" .ceiling \
	--do policy-add --json '{"timing": "rtt", "ceiling": 10000000}'
refuses "a probe needs a breaker" .probe --do policy-add --json '{"probe": 1000000000}'
refuses "a shard is one of so many shards" .shard --do policy-add --json '{"shard": 1}'
refuses "the shard is none of the shards" .shard \
	--do policy-add --json '{"shard": 3, "shards": 2}'
refuses "the shard is none of the shards" .shard \
	--do policy-add --json '{"shard": 0, "shards": 2}'
refuses "a name is 1 to 31 letters" .name --do policy-add --json '{"name": "-a"}'
refuses "a name is 1 to 31 letters" .name --do policy-add --json '{"name": ""}'
refuses "detached needs an iif" .detached --do policy-add --json '{"detached": true}'
refuses "a comment is UTF-8 without control characters" .comment \
	--do policy-add --json '{"comment": "a\u0007b"}'
refuses "an interface is named by UTF-8 without control characters" .iif \
	--do policy-add --json '{"iif": "a\u0007b"}'
refuses "source and destination are of different families" .src --do policy-add --json '{
	"src": "0a010000", "src-len": 16, "dst": "fd010000000000000000000000000000", "dst-len": 64}'
refuses "a port is 1 to 65535" .port --dump learned-get --json '{"port": 0}'
refuses "the round-trip time is missing" "" \
	--do dest-set --json '{"addr": "0a010003", "down": true, "loss": 1000}'
refuses "this destination has a profile already" .dest --do config-set --json '{"dest": [
	{"addr": "0a010003", "rtt": 5000000}, {"addr": "0a010003", "rtt": 6000000}]}'
refuses "there may be 4096 policies at most" .policy --do config-set --json "{\"policy\": [
	$(printf '{}, %.0s' {1..4096}){}]}"
refuses "there may be 65536 profiles at most" .dest --do config-set --json "{\"dest\": [
	$(printf '{}, %.0s' {1..65536}){}]}"
asked "after refusals all is as it was" '[[]]' --dump policy-get

echo >&"$to_listener"
read -r events <&"$from_listener"
is "every change was told, and the life of the attempt" \
	"$(grep -o '"kind": "[a-z-]*"' <<< "$events" | cut -d'"' -f4 | tr '\n' ' ')" \
	"policy-added policy-added policy-replaced policy-deleted dest-set started retransmitted dest-down gave-up dest-shut dest-up dest-opened dest-deleted dests-flushed limit-set stats-reset config-loaded policies-flushed "

finish
