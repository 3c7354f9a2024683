#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The load tools talk to each other, on all ways at the same time, and their numbers are
# the module's.  A tenth of the servers is dead, a tenth refuses, and of the SYNs to the
# others a tenth is lost.
#
#     client                         box                        server
#     synbomb, four times                                       synreply, four times
#     | 200 SYNs ------------------->|------------------------->| some have no answer:
#     |                              | repeated --------------->| with Syncopate all
#     |<-------------------- RST,ACK |                          | come to an end
#
# The terminals are nobody's addresses.  On the routed ways the box asks who has them, by
# ARP and neighbour discovery, and the tools say that they do.
. "${0%/*}/lib.sh"

declare -A from=([bridge4]=10.1.0.64/26 [bridge6]=fd01::4:0/112
		 [router4]=10.2.0.64/26 [router6]=fd02::4:0/112)
declare -A to=([bridge4]=10.1.0.128/25 [bridge6]=fd01::5:0/112
	       [router4]=10.3.0.128/25 [router6]=fd03::5:0/112)
# Whom to send to: named, the first server's station, or a gateway's.
declare -A station=([bridge4]="--mac $server_bridged" [bridge6]=""
		    [router4]="--gateway 10.2.0.9" [router6]="--gateway fd02::9")

# load NAME WAIT WAY...: 200 requests on each of these ways, in two seconds; what came of it to
# $tmp/NAME-WAY-bomb and $tmp/NAME-WAY-reply.
load() {
	local name=$1 wait=$2 way replies=() bombs=()

	shift 2
	for way; do
		launch "$server" synreply -j --servers 40 --dead 10% --refusing 10% --drop 10% \
			"${port[$way]}" "${to[$way]}" > "$tmp/$name-$way-reply" 2> "$tmp/$way-ready"
		replies+=("$launched")
	done
	for way; do
		until [ -s "$tmp/$way-ready" ]; do
			pause 0.02
		done
	done
	for way; do
		# shellcheck disable=SC2086 # words
		launch "$client" synbomb -j --seed 1 --clients 40 --servers 40 --burst 10 --rate 100 \
			--count 200 --wait "$wait" ${station[$way]} "${port[$way]}" "${from[$way]}" \
			"${to[$way]}" > "$tmp/$name-$way-bomb"
		bombs+=("$launched")
	done
	wait "${bombs[@]}"
	kill "${replies[@]}"
	wait "${replies[@]}"
}

# numbers NAME WAY: all that the two said at the end, into the arrays $bomb and $reply.
numbers() {
	local file=$tmp/$1-$2 json

	bomb=() reply=()
	json=$(tail -n 1 "$file-bomb")
	[[ $json =~ \"refusal\":\{[^}]*\"max_ns\":([0-9]+) ]] && bomb[slowest]=${BASH_REMATCH[1]}
	json=${json%%,\"setup\"*}
	while [[ $json =~ \"([a-z_]+)\":([0-9]+)(.*) ]]; do
		bomb[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
		json=${BASH_REMATCH[3]}
	done
	json=$(tail -n 1 "$file-reply")
	while [[ $json =~ \"([a-z_]+)\":([0-9]+)(.*) ]]; do
		reply[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
		json=${BASH_REMATCH[3]}
	done
}
declare -A bomb reply

# add_up TEXT: what holds with and without Syncopate.
add_up() {
	is "$1: all 200 are sent" "${bomb[sent]:-none}" 200
	is "$1: each one is answered or outstanding" \
		$((bomb[syn_acks] + bomb[rsts] + bomb[outstanding])) 200
	is "$1: nothing else came" \
		"${bomb[unfit]} ${bomb[returned_syns]} ${bomb[left_out]} ${bomb[missed_frames]}" \
		"0 0 0 0"
	is "$1: all arrive, and the repeated ones" "${reply[syns]}" $((200 + reply[repeats]))
	is "$1: each SYN is answered or dropped" \
		$((reply[syn_acks] + reply[rsts] + reply[dropped])) "${reply[syns]}"
}

need_module
need synbomb synreply
setup
# Who asks for a neighbour does it by such an address.
ip -n "$box" addr add fe80::9/64 dev c-routed nodad
ip -n "$box" addr add fe80::9/64 dev s-routed nodad

load without 1.5s "${ways[@]}"
for way in "${ways[@]}"; do
	numbers without "$way"
	add_up "$way, without"
	is "$way, without: the answers sent are those received" \
		"${bomb[syn_acks]} ${bomb[rsts]}" "${reply[syn_acks]} ${reply[rsts]}"
	is "$way, without: who is not answered waits" "${bomb[outstanding]}" "${reply[dropped]}"
	check "$way, without: these are some" [ "${bomb[outstanding]}" -ge 10 ]
	is "$way, without: nothing is repeated" "${reply[repeats]}" 0
	case $way in
	router*) check "$way, without: the box has asked" [ "${reply[neighbours]}" -gt 0 ] ;;
	esac
done
load again 1.5s bridge4
numbers without bridge4
before="${bomb[syn_acks]} ${bomb[rsts]} ${bomb[outstanding]}"
numbers again bridge4
is "the same seed, the same fate" "${bomb[syn_acks]} ${bomb[rsts]} ${bomb[outstanding]}" "$before"

policy
load with 5s "${ways[@]}"
read_counters
answered=0 refused=0 syn_acks=0 resets=0 repeats=0
for way in "${ways[@]}"; do
	numbers with "$way"
	add_up "$way, with"
	is "$way, with: nobody waits" "${bomb[outstanding]}" 0
	check "$way, with: SYNs are repeated" [ "${reply[repeats]}" -ge 10 ]
	check "$way, with: who is refused last is it after two seconds" \
		is_in $((bomb[slowest] / 1000000)) 1999..2500
	((answered += bomb[syn_acks], refused += bomb[rsts], repeats += reply[repeats]))
	# What is sent and has not been received once or twice; a slow machine answers twice.
	((syn_acks += reply[syn_acks] - bomb[syn_acks] - bomb[duplicate_syn_acks]))
	((resets += bomb[rsts] + bomb[duplicate_rsts] - reply[rsts]))
done
check "with: the box gives up some" [ "${counter[gave-up]}" -ge 40 ]
is "with: the RSTs received are the servers' and its own" $resets "${counter[gave-up]}"
is "with: the SYN-ACKs sent are those received, but for late ones" $syn_acks "${counter[late]}"
counters "the module's numbers are the tools'" started 800 answered $answered \
	repaired 1..$answered refused $((refused - counter[gave-up])) \
	gave-up "${counter[gave-up]}" retransmitted $repeats late "${counter[late]}"

finish
