#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What else a socket of the box's own may be or do: Fast Open, Multipath TCP, TCP-MD5 and -AO,
# with servers that can it and others; closed before its time; a server that is down or late; a policy, or a namespace, that goes meanwhile;
# a container that paces its own behind a box that paces it as well.
. "${0%/*}/lib.sh"

ways=(router4 router6)

# each_way NAME SERVER PORT OPTION...: one attempt for each family, at live or silent.
each_way() {
	local -n address=$2
	local way

	for way in "${ways[@]}"; do
		odd+=("$1-${way#router} $(tr -d '[]' <<< "${address[$way]}") ${*:3}")
	done
}

# came TEXT NAME RESULT MS: of both families.
came() {
	came_to "$1, IPv4" "$2-4" "$3" "$4"
	came_to "$1, IPv6" "$2-6" "$3" "$4"
}

# half_open: how many connections the server holds half open (SYN_RECV is 03).
half_open() {
	inside "$server" cat /proc/self/net/tcp /proc/self/net/tcp6 |
		grep -c '^ *[0-9]*: [0-9A-F:]* [0-9A-F:]* 03 '
}

# shellcheck disable=SC2317 # called by check
# ended_soon: is the namespace of $tmp/ns gone, or soon?
ended_soon() {
	local i inode

	inode=$(tr -dc 0-9 < "$tmp/ns")
	for ((i = 0; i < 40; i++)); do
		lsns -t net -n -o NS | grep -qw "$inode" || return 0
		pause 0.05
	done
	return 1
}

need_module
need nft nstat tc lsns
setup
ip -n "$box" link set lo up
tell_kernel "$box" 0 net/ipv4/tcp_syn_linear_timeouts
# Data goes with the SYN although no server has given a cookie.
tell_kernel "$box" 5 net/ipv4/tcp_fastopen
tell_kernel "$box" 1 net/mptcp/enabled
start server -n "$server" 80
policy own on host

# --- kinds of sockets

odd=()
each_way fast-live live 80 data 100
each_way fast-dead silent 80 data 100
each_way fast-refused live 81 data 100
each_way mptcp-live live 80 mptcp
each_way mptcp-dead silent 80 mptcp
each_way closed silent 82 close 0.7
each_way signed silent 83 signed
each_way listened silent 85 listened
capture server/routed
attempt_oddly "$box" -t 2.4 "${odd[@]}"
attempted
captured
came "Fast Open: answered" fast-live connected -
came "Fast Open: given up" fast-dead ECONNREFUSED 2000
came "Fast Open: refused" fast-refused ECONNREFUSED -
came "Multipath TCP: answered" mptcp-live connected -
came "Multipath TCP: given up" mptcp-dead ECONNREFUSED 2000
came "closed before its time" closed ECANCELED 700
came "TCP-MD5: left alone" signed timeout -
came "listened before: left alone" listened timeout -
for way in "${ways[@]}"; do
	seen "$way: nothing is repeated for one that was closed" server/routed to \
		"${silent[$way]}:82" "0 SYN" "500 SYN"
done
counters "each is counted once" started 12 answered 4 refused 2 gave-up 4 abandoned 2 \
	retransmitted 14 repeat-dropped 4 signed 2..4

# --- and of servers

# meet KIND PORT: attempts at servers of that kind, with data.
meet() {
	tool stats reset
	capture server/routed
	attempt "$box" -o "$1" -w "${wait:-0}" "${live[router4]}:$2" "${live[router6]}:$2"
	attempted
	captured
}

# lost_first: the server loses the first SYN.
lost_first() {
	lose_first "tcp flags & (syn | ack) == syn"
	"$@"
	inside "$server" nft delete table inet lossy
}

tell_kernel "$box" 1 net/ipv4/tcp_fastopen
tell_kernel "$server" 2 net/ipv4/tcp_fastopen
start server -n "$server" -o fastopen 84
meet fastopen 84
for way in "${ways[@]}"; do
	came_to "Fast Open, $way: the cookie comes" "${live[$way]}:84" connected 0 echoed
	only=" SYN seq" seen "Fast Open, $way: for which the SYN asks" server/routed \
		to "${live[$way]}:84" "0 SYN len 0"
done
meet fastopen 84
for way in "${ways[@]}"; do
	came_to "Fast Open, $way: data in the SYN are echoed" "${live[$way]}:84" connected 0 echoed
	only=" SYN seq" seen "Fast Open, $way: there is one" server/routed \
		to "${live[$way]}:84" "0 SYN len 16"
done
counters "Fast Open: counted" started 2 answered 2
lost_first meet fastopen 84
for way in "${ways[@]}"; do
	came_to "Fast Open, $way: lost, and echoed" "${live[$way]}:84" connected 0 echoed
	only=" SYN seq" seen "Fast Open, $way: repeated with its data" server/routed \
		to "${live[$way]}:84" "0 SYN len 16" "500 SYN len 16 tcp first"
done
counters "Fast Open, lost: counted" started 2 answered 2 retransmitted 2 repaired 2
tell_kernel "$box" 5 net/ipv4/tcp_fastopen

start server -n "$server" -o mptcp 85
spoken=$(nstat_of "$box" MPTcpExtMPCapableSYNACKRX)
meet mptcp 85
for way in "${ways[@]}"; do
	came_to "Multipath TCP, $way: data are echoed" "${live[$way]}:85" connected 0 echoed
done
counters "Multipath TCP: counted" started 2 answered 2
wait=600 lost_first meet mptcp 85
for way in "${ways[@]}"; do
	came_to "Multipath TCP, $way: lost, repeated, echoed" "${live[$way]}:85" connected 500 echoed
done
counters "Multipath TCP, lost: counted" started 2 answered 2 retransmitted 2 repaired 2
is "Multipath TCP: all four speak it, the two before did not" \
	"$spoken $(nstat_of "$box" MPTcpExtMPCapableSYNACKRX)" "0 4"

for kind in md5 ao; do
	has_kind $kind || continue
	[ $kind = md5 ] && number=86 || number=87
	start server -n "$server" -o $kind "$number"
	tool stats reset
	capture server/routed
	each live "$number"
	targets=("${endpoints[@]}")
	each silent "$number"
	attempt "$box" -o $kind -t 2600 -w 2600 "${targets[@]}" "${endpoints[@]}"
	attempted
	captured
	for way in "${ways[@]}"; do
		# Not when: to sign takes a slow kernel a while.
		came_to "$kind, $way: connected" "${live[$way]}:$number" connected - echoed
		came_to "$kind, $way: not refused" "${silent[$way]}:$number" timeout -
		only=" SYN seq" seen "$kind, $way: the socket's own SYNs, and no more" server/routed \
			to "${silent[$way]}:$number" "0 SYN" "- SYN"
	done
	counters "$kind: counted" signed 6
done

# --- what observes lets all go

tool policy replace own on host observe
tool stats reset
odd=()
each_way watched silent 80
each_way closed silent 82 close 0.7
attempt_oddly "$box" -t 2.4 "${odd[@]}"
attempted
came "observed: still waits" watched timeout -
counters "observed: what would have been" started 4 would-retransmit 8 would-drop 2 \
	would-reset 2 abandoned 2

# --- down

tool policy replace own on host breaker 1 retries 0 interval 300ms
tool stats reset
odd=()
each_way closed silent 88 close 0.1
attempt_oddly "$box" "${odd[@]}"
attempted
odd=()
each_way next silent 88
attempt_oddly "$box" "${odd[@]}"
attempted
came "closed before its time: no silence, the next one waits" next ECONNREFUSED 300
odd=()
each_way first silent 80
attempt_oddly "$box" "${odd[@]}"
attempted
came "the first one waits" first ECONNREFUSED 300
odd=()
each_way second silent 80
each_way fast silent 80 data 100
each_way mptcp silent 80 mptcp
attempt_oddly "$box" "${odd[@]}"
attempted
came "the next is refused at once" second ECONNREFUSED 0
came "with Fast Open" fast ECONNREFUSED 0
came "and Multipath TCP" mptcp ECONNREFUSED 0
counters "each is counted once" started 6 abandoned 2 gave-up 4 shut 6
tool dest down 10.3.0.2
attempt "$box" "${live[router4]}:80"
attempted
came_to "the operator's word goes for the box itself" "${live[router4]}:80" ECONNREFUSED 0
tool dest up 10.3.0.2
attempt "$box" -w 100 "${live[router4]}:80"
attempted
came_to "and back" "${live[router4]}:80" connected 0 echoed

# --- late

delay server 900ms
tool policy replace own on host retries 1 interval 200ms
tool stats reset
attempt "$box" "${live[router4]}:80" "${live[router6]}:80"
attempted
pause 0.8
for way in "${ways[@]}"; do
	came_to "$way: a late server is given up" "${live[$way]}:80" ECONNREFUSED 400
done
pause 1.2
is "and holds nothing half open" "$(half_open)" 0
counters "that it was late is counted" started 2 gave-up 2 retransmitted 2 late 2
delay server 0

# --- the policy goes, the namespace goes

tool policy replace own on host
tool stats reset
attempt "$box" -t 1700 "${silent[router4]}:80" "${silent[router6]}:80"
pause 0.2
tool policy flush
attempted
for way in "${ways[@]}"; do
	came_to "$way: without the policy the client is left to itself" "${silent[$way]}:80" timeout -
done
counters "they were forgotten" started 2 forgotten 2

ip netns add "gone-$$"
namespaces+=("gone-$$")
ip -n "gone-$$" -batch - <<-END || exit 1
	link set lo up
	link add d0 type dummy
	link set d0 addrgenmode none up
	addr add 10.8.0.1/24 dev d0
	neigh add 10.8.0.3 lladdr $server_routed dev d0
END
syncopate -n "gone-$$" policy add own on host interval 1m > /dev/null
ip netns exec "gone-$$" readlink /proc/self/ns/net > "$tmp/ns"
connect -n "gone-$$" -t 60000 10.8.0.3:80 10.8.0.3:81 > /dev/null &
pending=$!
pause 0.3
is "a namespace has attempts pending" "$(syncopate -n "gone-$$" flow | grep -c ' host (-> d0)')" 2
ip netns del "gone-$$"
kill "$pending"
wait "$pending" 2> /dev/null
check "and they do not hold it" ended_soon

# --- a container that paces its own, and the box that forwards it

syncopate -n "$client" policy add own on host > /dev/null
policy others
tool stats reset
tell_kernel "$client" 0 net/ipv4/tcp_syn_linear_timeouts
capture server/routed
attempt "$client" "${silent[router4]}:80" "${silent[router6]}:80"
attempted
captured
for way in "${ways[@]}"; do
	to=${silent[$way]}:80
	came_to "$way: both pace: refused after two seconds" "$to" ECONNREFUSED 2000
	only=" SYN seq" seen "$way: with no more SYNs than of one" server/routed to "$to" \
		"0 SYN" "500 SYN" "- SYN" "1500 SYN"
done

finish
