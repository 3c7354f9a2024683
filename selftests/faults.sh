#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Of all the memory that the module asks for in the course of an operation one request is
# refused, each in its turn.
#
#   client              box              server
#     | SYN ------------>|--------------->|      whatever is refused, it goes on
#     | SYN ------------>|(-------------->|)     the client's own repeat, too, if nobody cares
#     |                  |(SYN ---------->|)     one of ours may be missing,
#     |(<-------- RST,ACK|)               |      and a counter says why
#
# What is set is changed whole or not at all; nothing leaks; and at the end all lines of the
# module that ask for memory have been refused it, but those listed below.  Needs a kernel
# that refuses memory to whom one likes, see fault-injection in its documentation.
# shellcheck disable=SC2317 # called by name
. "${0%/*}/lib.sh"

inject=/sys/kernel/debug
slabs=/sys/kernel/slab
tracing=/sys/kernel/tracing/instances/faults-$$
sources=$here/../kmod
no_memory="syncopate: the kernel did not do it: Cannot allocate memory"

need_module
need addr2line
for kind in failslab fail_page_alloc; do
	[ -e $inject/$kind/require-start ] || skip "no $kind with a filter by caller"
done
[ -e "$sources/main.c" ] || skip "no sources of the module"

# --- refusing

# callers START END: what is called from there may be refused.
callers() {
	for kind in fail_page_alloc failslab; do
		echo "$1" > $inject/$kind/require-start
		echo "$2" > $inject/$kind/require-end
	done
}

# function_at PATTERN: where it begins and where the next one does.
function_at() {
	sort /proc/kallsyms |
		awk -v name="^($1)\$" '$3 ~ name { from = $1; next } from { print "0x" from, "0x" $1; exit }'
}

callers_module() {
	local text size

	text=$(< /sys/module/syncopate/sections/.text)
	size=$(awk '$1 == "syncopate" { print $2 }' /proc/modules)
	callers "$text" "$(printf '0x%x' $((text + size)))"
}

# caches PATTERN: those that may refuse.
caches() {
	local cache flag

	while read -r cache; do
		# What watches the kernel takes a note of each request.
		# shellcheck disable=SC2053 # a pattern
		[[ $cache != @(kmemleak_object|debug_objects_cache) && $cache == $1 ]]
		flag=$?
		echo $((1 - flag)) > "$slabs/$cache/failslab"
	done < <(ls $slabs)
}

# arm SPACE: of what is asked for the request that comes to so many bytes is refused (where
# $kinds is fail_page_alloc: pages), or, where $times is -1, all from there on.
arm() {
	for kind in "${kinds[@]}"; do
		echo "$1" > "$inject/$kind/space"
		echo "$times" > "$inject/$kind/times"
		echo 100 > "$inject/$kind/probability"
	done
}

# disarm: what is left of the space comes into $left.
disarm() {
	for kind in "${kinds[@]}"; do
		echo 0 > "$inject/$kind/probability"
		left=$(< "$inject/$kind/space")
	done
}

# refuse NAME ACT JUDGE: calls ACT and JUDGE again and again.  In the first $run, 0, nothing is
# refused, in each further one a single request, from the last to the first: what is left of
# the space tells how much was asked for before, and that is the space of the next run.
# Where $times is -1 there is one more run, in which all is refused.
refuse() {
	local space=$((1 << 30)) need

	arm $space
	run=0
	"$2"
	disarm
	"$3"
	need=$((space - left))
	[ "$times" = 1 ] || need=1
	while [ "$need" -gt 0 ]; do
		((run++))
		arm "$need"
		"$2"
		disarm
		"$3"
		need=$((need - left))
	done
	echo "# $1: $run times"
}

# --- attempts

# frames_go: the frames of $script on all ways, those of each run to a port of its own.  A
# frame is written "client|server MS WHAT".
frames_go() {
	local way frame from to

	clock
	for way in "${ways[@]}"; do
		for frame in "${script[@]}"; do
			from=${guest[$way]}:4000 to=${silent[$way]}:$((base + stride * run))
			[[ $frame == client* ]] || { to=$from from=${silent[$way]}:$((base + stride * run)); }
			# shellcheck disable=SC2086 # words of a frame
			set -- $frame
			send "$1" "$way" "@$2 $from > $to ${*:3}"
		done
	done
	sent
	until_clock "$over"
}

# The same where the attempts need a new page.
frames_go_anew() {
	echo 1 > "$slabs/syncopate_flow/shrink"
	frames_go
}

# sockets_go: the box itself connects.
sockets_go() {
	local way

	clock
	endpoints=()
	for way in "${ways[@]}"; do
		endpoints+=("${silent[$way]}:$((base + stride * run))")
	done
	attempt "$box" -t "$over" "${endpoints[@]}"
	attempted
	for way in "${ways[@]}"; do
		# shellcheck disable=SC2206 # words of a line
		ended=(${outcome[${silent[$way]}:$((base + stride * run))]})
		came[$run$way]="${ended[0]} $((${ended[1]%.*} / 100 * 100))"
	done
	until_clock "$over"
}

# note_counters: what the counters say of this run, as far as it is not what they say of run 0.
note_counters() {
	local name by deltas=()

	read_counters
	for name in "${!counter[@]}"; do
		by=$((counter[$name] - ${count_before[$name]:-0}))
		count_before[$name]=${counter[$name]}
		[ "$run" -gt 0 ] || usual[$name]=$by
		[ "$by" = "${usual[$name]}" ] || deltas+=("$name$(printf %+d $((by - usual[$name])))")
	done
	said[run]=nothing
	[ ${#deltas[@]} = 0 ] || said[run]=$(printf '%s\n' "${deltas[@]}" | sort | paste -sd' ')
}

# story WAY RUN: what arrived of that, and when, comes into $story.
story() {
	local to=${silent[$1]}:$((base + stride * $2)) zero='' offered='' word former='' again=1 i

	for i in ${concerned[$to]:-}; do
		read_packet "${timeline[i]}"
		: "${zero:=${packet[time]}}"
		[[ ${timeline[i]} != *" out "* ]] || offered+="${packet[tcp]} "
	done
	story=
	for i in ${concerned[$to]:-}; do
		[[ ${timeline[i]} == *" in "* ]] || continue
		read_packet "${timeline[i]}"
		word=server
		[[ ${timeline[i]} != *" client/"* ]] || word=client
		word+=" $(((packet[time] - zero + 500) / 1000 / grain * grain)) ${packet[flags]}"
		# What the box answers is in order; all else is what was sent, byte for byte.
		if [[ ${packet[flags]} == @(RST|ABORT)* ]]; then
			[ "${packet[sum]}" != bad ] || word+=" bad"
		else
			: "${offered:=${packet[tcp]} }"
			[[ " $offered" == *" ${packet[tcp]} "* ]] || word+=" altered"
		fi
		if [ "$word" = "$former" ]; then
			story="${story% x*} x$((++again))"
		else
			story+="${story:+, }$word" former=$word again=1
		fi
	done
	story+=${came[$2$1]:+; ${came[$2$1]}}
}

# attempts NAME GO USUAL [LINE]...: when nothing is refused what happens is USUAL, on each
# way; else it is so on all ways but one at most, and the difference is as one of the LINEs
# says; and each of them does happen.
attempts() {
	local name=$1 go=$2 usual_story=$3 way n line differs
	local -A seen=() count_before=() usual=() came=()
	local said=()

	read_counters
	for line in "${!counter[@]}"; do
		count_before[$line]=${counter[$line]}
	done
	capture
	refuse "$name" "$go" note_counters
	captured
	for ((n = 0; n <= run; n++)); do
		differs=()
		for way in "${ways[@]}"; do
			story "$way" $n
			[ "$story" = "$usual_story" ] || differs+=("$story")
		done
		line="${said[n]}: ${differs[0]:-as ever}"
		[ ${#differs[@]} -le 1 ] || line+=", and ${differs[*]:1}"
		seen[$line]=1
	done
	shift 3
	is "$name" "$(printf '%s\n' "${!seen[@]}" | sort)" \
		"$(printf '%s\n' "nothing: as ever" "$@" | sort -u)"
}

# --- changes and questions

command_go() {
	"${command[@]}" > /dev/null 2> "$tmp/error" < "$tmp/input"
	status=$?
}

# All of it was done, or nothing, and the reason is told.
change_judge() {
	local now

	now=$(tool save)
	[ "$run" -gt 0 ] || after=$now
	if [ "$status" = 0 ]; then
		[ "$now" = "$after" ] || seen["done, but not as it should be"]=1
	else
		[ "$now" = "$before" ] || seen["not done, but not as it was"]=1
		question_judge
	fi
	[ "$now" = "$before" ] || tool load - <<< "$before"
}

question_judge() {
	local why

	why=$(< "$tmp/error")
	[ "$status" = 0 ] || seen[${why:-no reason is told}]=1
}

namespace_begins() {
	ip netns add "$other" && syncopate -n "$other" policy add
}

namespace_judge() {
	question_judge
	[ ! -e "/run/netns/$other" ] || ip netns del "$other"
}

module_begins() {
	[ ! -d /sys/module/syncopate ] || rmmod syncopate
	modprobe syncopate
}

module_judge() {
	question_judge
	[ "$status" != 0 ] || [ -d /sys/module/syncopate ] || seen["not there"]=1
	[ "$status" = 0 ] || [ ! -d /sys/module/syncopate ] || seen["there nevertheless"]=1
}

# all_or_nothing JUDGE NAME COMMAND...: all errors that it comes to are in $errors.
all_or_nothing() {
	local before after='' status
	local -A seen=()

	command=("${@:3}")
	before=$(tool save)
	refuse "$2" command_go "$1"
	is "$2" "$(printf '%s\n' "${!seen[@]}" | sort)" "$errors"
}
errors=$no_memory

: > "$tmp/input"

# --- places

# What the module calls that asks for memory.
asks='k[vmz]+alloc(_array)?|kvcalloc|kstrdup|nla_strdup|kmem_cache_(create|alloc)|alloc_percpu_gfp'
asks+='|netdev_alloc_pcpu_stats|alloc_skb|skb_clone|skb_linearize|pskb_may_pull|pskb_trim_rcsum'
asks+='|genlmsg_(new|reply|multicast_netns)|rhashtable_(init|lookup_(get_)?insert_[a-z]+)'
asks+='|nf_reject_skb_v[46]_tcp_reset|nf_register_net_hooks|register_pernet_subsys'
asks+='|register_netdevice_notifier|genl_register_family|ip_route_(me_harder|output_key|input)'
asks+='|ip6_route_(me_harder|output|input_lookup)|xfrm[46]_route_forward|okfn|br_forward'
asks+='|ip6?_local_out|netif_rx'

# note_places: the lines of the sources in which the module was refused what it asked for: of
# each trace the innermost frame that is the module's.
note_places() {
	local section base ranges=() ko addrs

	ko=$(modinfo -n syncopate)
	for section in .text .init.text; do
		base=$(< /sys/module/syncopate/sections/$section)
		size=$(size -A "$ko" | awk -v name=$section '$1 == name { print $2 }')
		ranges+=("$(printf 'x%016x x%016x' $((base)) $((base + size)))")
		mapfile -t addrs < <(awk -v range="${ranges[*]}" '
			BEGIN { split(range, end); last = end[3] == "" ? 1 : 3 }
			/<stack trace>/ { want = 1; next }
			!/^ =>/ { want = 0 }
			want {
				addr = "x" $NF
				gsub(/[<>]/, "", addr)
				for (i = 1; i <= last; i += 2)
					if (addr >= end[i] && addr < end[i + 1]) {
						want = 0
						if (i == last)
							print substr(addr, 2)
					}
			}' $tracing/trace | sort -u)
		[ ${#addrs[@]} = 0 ] ||
			for addr in "${addrs[@]}"; do
				printf '0x%x\n' $((0x$addr - base - 1))
			done | addr2line -a -i -j $section -e "$ko" | awk '
				/^0x/ { want = 1; next }
				want && sub(/.*kmod\//, "") { print $1; want = 0 }' >> "$tmp/places"
	done
	echo > $tracing/trace
}

# unrefused: the calls that were never refused anything, and lines that were but have none.
unrefused() {
	local files

	mapfile -t files < <(sed -n "s|.*\(kmod/.*\)\.o.*|$sources/../\1.c|p" "$sources/../Kbuild")
	awk -v asks="(^|[^a-z0-9_])($asks)[(]" '
		function ends() {
			if (call != "" && !found)
				print file, call
			call = ""
			found = 0
		}
		FNR == NR { refused[$1] = 1; next }
		FNR == 1 { ends(); file = FILENAME; sub(/.*\//, "", file) }
		/^ ?[\/ ]\*/ { next }
		match($0, asks) {
			ends()
			call = substr($0, RSTART, RLENGTH)
			gsub(/[^a-z0-9_]/, "", call)
		}
		(file ":" FNR) in refused {
			if (call == "")
				print file ":" FNR, "is not known to ask"
			found = 1
		}
		/;/ { ends() }
		END { ends() }' "$tmp/places" "${files[@]}" | sort -u
}

# --- ready

for kind in fail_page_alloc failslab; do
	at_end "echo 0 > $inject/$kind/probability"
	echo 0 > $inject/$kind/probability
	echo 32 > $inject/$kind/stacktrace-depth
	echo 1 > $inject/$kind/interval
	echo 0 > $inject/$kind/verbose
	echo N > $inject/$kind/ignore-gfp-wait
	# Not to those who watch the module, who would complain.
	read -r from to < <(function_at ref_tracker_alloc)
	echo "${from:-0}" > $inject/$kind/reject-start
	echo "${to:-0}" > $inject/$kind/reject-end
done
echo Y > $inject/failslab/cache-filter
echo N > $inject/fail_page_alloc/ignore-gfp-highmem
echo 0 > $inject/fail_page_alloc/min-order
mkdir $tracing
at_end rmdir $tracing
echo 8192 > $tracing/buffer_size_kb
for option in stacktrace sym-offset sym-addr; do
	echo 1 > $tracing/options/$option
done
for event in kmalloc kmem_cache_alloc; do
	echo 'ptr == 0' > $tracing/events/kmem/$event/filter
	echo 1 > $tracing/events/kmem/$event/enable
done
caches '*'

setup
for device in c-bridged s-bridged c-routed s-routed; do
	ip -n "$box" link set $device mtu 9000
done
for name in "$client" "$server"; do
	for device in bridged routed; do
		ip -n "$name" link set $device mtu 9000
	done
done
ip -n "$box" link set lo up
all_ways=("${ways[@]}")

# --- an attempt's whole life

times=-1 grain=1
# So many that a table grows while they come, before a thread can do it: no room is made.
frames_go_at_once() {
	chrt -f -p 1 $$
	frames_go
	chrt -o -p 0 $$
}
# Nor is there one to look after what is queued.
backlog=$(< /proc/sys/net/core/netdev_max_backlog)
at_end "echo $backlog > /proc/sys/net/core/netdev_max_backlog"
echo 5000 > /proc/sys/net/core/netdev_max_backlog
# shellcheck disable=SC2046 # two words
callers $(function_at rhashtable_insert_slow)
kinds=(failslab fail_page_alloc)
policy retries 0 interval 10s deadline 10s linger 0s
ways=(bridge4) over=200 base=1000 stride=300
script=("client 0 SYN seq 1000 count-to $stride")
attempts "a crowd of destinations" frames_go_at_once "server 0 SYN" "not-learned+87: as ever"
tool policy flush
policy retries 0 interval 10s deadline 10s linger 0s
base=1900 stride=1
script=("client 0 SYN seq 1000 count 1100")
attempts "a crowd of clients" frames_go_at_once "server 0 SYN x1100" \
	"not-inserted+151 started-151: as ever"
tool policy flush
callers_module
kinds=(failslab) times=1 over=110

# --- one after the other

policy retries 1 interval 40ms linger 0s
usually="server 0 SYN, server 40 SYN, client 80 RST,ACK"
known=(
	"no-memory+1 repeat-dropped-1: server 0 SYN, server 20 SYN, server 60 SYN, client 100 RST,ACK"
	"not-sent+1 retransmitted-1: server 0 SYN, client 80 RST,ACK"
	"gave-up-1 not-sent+1: server 0 SYN, server 40 SYN"
)
nothing="server 0 SYN, server 20 SYN"
script=("client 0 SYN seq 1000" "client 20 SYN seq 1000")
ways=(bridge6 router4) base=2100
attempts "silent" frames_go "$usually" "${known[@]}" "not-learned+1: as ever"
ways=(bridge6)
kinds=(fail_page_alloc) times=-1
attempts "silent, no page at all" frames_go_anew "$usually" \
	"gave-up-1 no-memory+2 repeat-dropped-1 retransmitted-1 started-1: $nothing"
kinds=(failslab) base=2200
attempts "silent, no memory at all" frames_go "$usually" \
	"gave-up-1 no-memory+2 not-learned+2 repeat-dropped-1 retransmitted-1 started-1: $nothing"
times=1 base=2300
# Who captures, and has not read it yet, has a share in each: nothing is put together in place.
watching=()
for device in c-bridged c-routed; do
	launch "$box" /usr/bin/python3 -c 'import signal, socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.setsockopt(socket.SOL_SOCKET, 33, 1 << 26) # SO_RCVBUFFORCE
s.bind((sys.argv[1], 3))
signal.pause()' $device
	watching+=("$launched")
done
pause 0.5
script=("client 0 SYN seq 1000 len 4300 apart" "client 20 SYN seq 1000 len 4300 apart")
ways=(bridge6 router4)
attempts "in pieces" frames_go "$usually" "${known[@]}" "not-learned+1: as ever" \
	"no-memory+1: as ever" \
	"no-memory+1 repeat-dropped-1: server 0 SYN, server 20 SYN, server 40 SYN, client 80 RST,ACK"
for n in "${watching[@]}"; do
	end_process "$n"
done

watching=()
for n in 1 2; do
	launch "$box" syncopate monitor > /dev/null
	watching+=("$launched")
done
pause 0.1
ways=(bridge4) base=2400
script=("client 0 SYN seq 1000" "client 20 SYN seq 1000")
attempts "silent, and two are told" frames_go "$usually" "${known[@]}" \
	"not-learned+1: as ever" "events-lost+1: as ever"
for n in "${watching[@]}"; do
	end_process "$n"
done
tool policy flush

# A filter is made for those that come when the table is full, after a second if there was no
# memory, and is gone after some.
policy retries 0 deadline 600s linger 0s
tool limit set flows 1
send client bridge4 "${guest[bridge4]}:4000 > ${silent[bridge4]}:2449 SYN seq 1000"
sent
ways=(bridge4) base=2450 over=8000
script=("client 0 SYN seq 1000" "client 500 SYN seq 1000" "client 2000 SYN seq 1000")
attempts "no room" frames_go "server 0 SYN, server 500 SYN, server 2000 SYN" \
	"not-learned+1: as ever"
tool limit set flows 4096
tool policy flush

policy retries 0 interval 40ms linger 60ms
ways=(bridge4 router6) base=2500 over=110
script=("client 0 SYN seq 1000" "client 50 SYN seq 1000" "server 60 SYN,ACK seq 7000 ack 1001")
attempts "late" frames_go "server 0 SYN, client 40 RST,ACK, client 50 RST,ACK, server 60 RST" \
	"answered+1 gave-up-1 late-1 no-memory+1 reset-again-1: server 0 SYN, server 50 SYN, client 60 SYN,ACK" \
	"gave-up-1 not-sent+1: server 0 SYN, client 50 RST,ACK, server 60 RST" \
	"not-sent+1 reset-again-1: server 0 SYN, client 40 RST,ACK, server 60 RST" \
	"late-1 not-sent+1: server 0 SYN, client 40 RST,ACK, client 50 RST,ACK, client 60 SYN,ACK" \
	"not-learned+1: as ever"
tool policy flush

policy proto sctp retries 1 interval 40ms linger 0s
base=2600
script=("client 0 INIT seq 1000" "client 20 INIT seq 1000")
known=("${known[@]//SYN/INIT}")
attempts "SCTP" frames_go "server 0 INIT, server 40 INIT, client 80 ABORT" \
	"${known[@]//RST,ACK/ABORT}" "not-learned+1: as ever"
tool policy flush

policy retries 1 interval 40ms linger 0s
tool dest down 10.0.0.0/8
ways=(bridge4 router4) base=2700
script=("client 0 SYN seq 1000")
attempts "down" frames_go "client 0 RST,ACK" "not-learned+1: as ever" \
	"gave-up+1 not-sent+1 retransmitted+1 shut-1 started+1: $usually"
tool dest flush
tool policy flush

policy on host retries 1 interval 200ms linger 0s
tell_kernel "$box" 0 net/ipv4/tcp_timestamps
ways=(router4 router6) base=2800 over=1600 grain=100
attempts "of the box itself" sockets_go "server 0 SYN, server 200 SYN; ECONNREFUSED 400" \
	"no-memory+1: server 0 SYN, server 1000 SYN, server 1200 SYN; ECONNREFUSED 1400" \
	"not-sent+1 retransmitted-1: server 0 SYN; ECONNREFUSED 400" \
	"not-sent+1 retransmitted+1 started+1: server 0 SYN, server 200 SYN, server 1000 SYN, server 1200 SYN; ECONNREFUSED 1400" \
	"not-learned+1: as ever"
tool policy flush
ways=("${all_ways[@]}")

# --- what is set

# More than are asked one by one, so that there is an index.
for n in {1..4}; do
	policy "few$n" dport "100$n"
done
policy a dport 1-100
tool dest set 10.9.0.1 rtt 5ms comment one
all_or_nothing change_judge "adding a policy" tool policy add b iif eth0 dst 10.9.0.0/16 detached comment two
policy b iif eth0 dst 10.9.0.0/16 detached comment two
all_or_nothing change_judge "replacing a policy" tool policy replace b dport 200-300 src fd00::/8 mark 7 comment three
all_or_nothing change_judge "deleting a policy" tool policy del a
all_or_nothing change_judge "setting a destination" tool dest set 10.9.0.2:80 rtt 7ms comment four
tool dest set 10.9.0.2:80 rtt 7ms comment four
all_or_nothing change_judge "taking a destination down" tool dest down 10.9.0.2:80
tool dest down 10.9.0.2:80
all_or_nothing change_judge "letting callers get there" tool dest up 10.9.0.2:80
all_or_nothing change_judge "deleting a destination" tool dest del 10.9.0.1
cat > "$tmp/input" <<-END
	dest 10.9.0.3 rtt 5ms comment "of the file"
	dest 10.9.0.4 down
	policy c dport 80 iif eth0 detached comment "of the file"
	policy on host
	policy few1 dport 1001
	policy few2 dport 1002
	policy few3 dport 1003
END
all_or_nothing change_judge "loading a file" tool load -
for n in {1..40}; do
	echo "policy a$n dst 10.9.$n.0/24 dport $n"
	echo "dest 10.9.$n.0/24 rtt 5ms"
done > "$tmp/input"
# Where there is no room in one piece there is in several.
kinds=(fail_page_alloc)
errors='' all_or_nothing change_judge "loading a large file, a page" tool load -
times=-1
all_or_nothing change_judge "loading a large file, no page at all" tool load -
times=1 kinds=(failslab)
for n in {1..1000}; do
	echo "policy"
done > "$tmp/input"
# shellcheck disable=SC2046 # two words
callers $(function_at policy_name)
caches 'kmalloc-@(192|256|512|1k)'
all_or_nothing change_judge "loading more policies than the reserve of per-CPU memory has" tool load -
caches '*'
callers_module
: > "$tmp/input"
all_or_nothing change_judge "flushing policies" tool policy flush
all_or_nothing change_judge "flushing destinations" tool dest flush
all_or_nothing question_judge "status" tool
all_or_nothing question_judge "counters" tool stats
all_or_nothing question_judge "attempts" tool flow
all_or_nothing question_judge "the learned" tool dest learned
all_or_nothing question_judge "saving" tool save

# --- a namespace's beginning, and the module's

other=other-$$
at_end ip netns del $other
errors="Failed to create a new network namespace \"$other\": Cannot allocate memory
$no_memory" all_or_nothing namespace_judge "a namespace begins" namespace_begins
kinds=(fail_page_alloc) times=-1
all_or_nothing namespace_judge "a namespace begins, no page at all" namespace_begins
# shellcheck disable=SC2046 # two words
callers $(function_at 'rhashtable_init(_noprof)?')
# It insists, and cannot be refused then.
errors='' all_or_nothing namespace_judge "a namespace begins, no page for a table" namespace_begins
kinds=(failslab) times=1
note_places
pause 0.5
echo 1 > $slabs/syncopate_flow/shrink
is "no attempt is left" "$(sed 's/ .*//' $slabs/syncopate_flow/objects)" 0

# shellcheck disable=SC2046 # two words
callers $(function_at do_one_initcall)
# The kernel itself leaks a name when it can not show a cache in sysfs.
read -r from to < <(function_at sysfs_slab_add)
echo "$from" > $inject/failslab/reject-start
echo "$to" > $inject/failslab/reject-end
errors="modprobe: ERROR: could not insert 'syncopate': Cannot allocate memory" \
	all_or_nothing module_judge "the module begins" module_begins
check "the module is loaded again" modprobe syncopate
note_places

policy retries 1 interval 200ms
each live 80
start server -n "$server" 80
attempt "$client" -w 100 "${endpoints[@]}"
attempted
for way in "${ways[@]}"; do
	came_to "afterwards, $way: who connects is connected" "${live[$way]}:80" connected 0 echoed
done

# --- was everything refused?

# Sends a packet, for which nothing more is needed on these ways:
spared="\
emit.c okfn
emit.c ip6_local_out
host.c okfn
host.c netif_rx
"
# Finds a route, of which there is one already as long as no route changes:
spared+="\
emit.c ip_route_me_harder
emit.c ip6_route_me_harder
host.c ip_route_me_harder
host.c ip6_route_me_harder
host.c ip_route_output_key
host.c ip6_route_output
route.c ip_route_input
route.c ip6_route_input_lookup
route.c xfrm4_route_forward
route.c xfrm6_route_forward
"
# Has room in front or is in one piece here, so that nothing is copied:
spared+="\
emit.c pskb_trim_rcsum
"
# Would take a crowd of INITs; the crowd of SYNs is refused the same in flow.c:
spared+="\
tag.c rhashtable_lookup_insert_key
"
# Comes of the reserve of per-CPU memory, which does not run out here; asks for nothing:
spared+="\
main.c netdev_alloc_pcpu_stats
main.c register_netdevice_notifier
"
echo "# refused at: $(sort -uV "$tmp/places" | paste -sd' ')"
is "all calls were refused what they asked for, but these" "$(unrefused)" \
	"$(sort <<< "${spared%?}")"

finish
