#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Where Syncopate is at home: between an S-CSCF and its application servers (AS).  SIPp
# calls, Kamailio sends each call over TCP to the first AS of a group, or else to the next
# one, and what counts is how long a caller waits until it rings.
#
#        client                       box              server
#   +----------------------+       +-------+       +------------------------------+
#   | sipp ---> kamailio   |-------| [br0] |-------| as1, as2, as3: sipp, alive   |
#   |      UDP     10.1.0.1|  TCP  |       |       |     10.1.0.11, .12, .13      |
#   +----------------------+       +-------+       | as4: sipp, stopped    .31    |
#                                                  | nobody, silent   .21 to .24  |
#                                                  +------------------------------+
#
# telecom/scscf.cfg says what Kamailio does, and why; telecom/dispatcher.list which groups
# there are.  Three run beside each other: one connects and waits (tcp_async=no, port 5060),
# one is as it comes (tcp_async=yes, 5062), and one of these remembers who is dead as well
# (use_dst_blocklist=yes, 5064).
#
# In each phase the AS that is asked first was dead before it, so each call meets a new
# connection to it.  With an AS that dies later it is like this: a connection that is there
# is used again, and what is sent on it gets lost like anything else; that is for Kamailio's
# fr_timer to notice, and TCP's own time-outs.  If the host of the AS is still there, or
# starts again, it resets the connection.  With the next call Kamailio connects, and from
# then on it is as it is here.
#
# A fourth asks its servers over SCTP (5066): as5, 10.1.0.15, or one that is silent first.
# Kamailio does not wait for an association either, nor tells a call that there is none; but
# that is remembered (use_dst_blocklist=yes) for the calls to come.
#
#   SYNCOPATE_TELECOM_CALLS   how many calls in a phase: 20, and few where they take long
#   SYNCOPATE_TELECOM_JSON    a file for the figures
#   SYNCOPATE_TELECOM_POLICY  the words of a policy with a breaker, for the last phase
. "${0%/*}/lib.sh"

calls=${SYNCOPATE_TELECOM_CALLS:-20}
few=${SYNCOPATE_TELECOM_CALLS:-4}
json=${SYNCOPATE_TELECOM_JSON:-}
breaker=${SYNCOPATE_TELECOM_POLICY-timing adaptive breaker 3 probe 10s}
config=$here/telecom

# Kamailio's timers, in milliseconds: its clock for the first one counts seconds.
connect_timeout=9000..$((11000 + slack))
fr_timer=29900..$((30500 + slack))

need_module
need kamailio sipp
borrow_module sctp
setup
ip -n "$client" -batch - <<-END || exit 1
	$(neighbours bridged $server_bridged 10.1.0.11 10.1.0.12 10.1.0.13 10.1.0.15 10.1.0.21 \
		10.1.0.22 10.1.0.23 10.1.0.24 10.1.0.31)
END
for host in 11 12 13 15 31; do
	ip -n "$server" addr add 10.1.0.$host/24 dev bridged || exit 1
done

# answer NAME ADDRESS [TRANSPORT]: an application server.
answer() {
	launch "$server" sipp -sf "$config/as.xml" -t "${3:-t1}" -i "$2" -p 5060 -key server "$1" \
		-nostdin > "$tmp/$1.log" 2>&1
}

# scscf PORT WORKERS MODE...: Kamailio.
scscf() {
	local mode modes=()

	for mode in "${@:3}"; do
		modes+=(-A "$mode=1")
	done
	mkdir "$tmp/$1"
	launch "$client" kamailio -DD -E -f "$config/scscf.cfg" -Y "$tmp/$1" -m 32 -M 4 \
		-A PORT="$1" -A WORKERS="$2" "${modes[@]}" -A "LIST=\"$config/dispatcher.list\"" \
		> "$tmp/kamailio.$1" 2>&1
}

# call PHASE GROUP PORT CALLS RATE: begins to call, so many times a second.
call() {
	mkdir "$tmp/$1"
	launch "$client" env -C "$tmp/$1" sipp -sf "$config/caller.xml" -s "$2" -t u1 -i 10.1.0.1 \
		-p $((7000 + ++callers)) -m "$4" -r "$5" -l "$4" -recv_timeout 40000 -nostdin \
		-trace_rtt -rtt_freq 1 -trace_logs -trace_stat "10.1.0.1:$3" > "$tmp/$1.log" 2>&1
	calling[$1]=$launched
	many[$1]=$4
}
declare -A calling=() many=()
# Where they can be reached; SIPp takes ports from 6000 on for media.
callers=0

# called PHASE: waits for the end of that.  What is known then: $answered (by whom, how
# often), $lost (calls that came to nothing), all $times in milliseconds, sorted, and of
# these $p50, $p99 and $max.
called() {
	local name

	wait "${calling[$1]}"
	name=$tmp/$1/caller_${calling[$1]}
	mapfile -t times < <(awk -F';' 'FNR > 1 { printf "%d\n", $2 }' "${name}_rtt.csv" | sort -n)
	answered=$(sort "${name}_logs.log" | uniq -c |
		   awk '{ printf "%s%s %d", comma, $3, $1; comma = ", " }')
	# The last line of its statistics, by the names in the first.
	lost=$((many[$1] - $(awk -F';' 'NR == 1 { while ($++n != "SuccessfulCall(C)"); }
					END { print $n + 0 }' "${name}_.csv")))
	[ ${#times[@]} -gt 0 ] || times=(999999)
	p50=${times[(${#times[@]} * 50 + 99) / 100 - 1]}
	p99=${times[(${#times[@]} * 99 + 99) / 100 - 1]}
	max=${times[-1]}
	echo "# $1: ${many[$1]} calls, $answered, $lost lost; p50 $p50 p99 $p99 max $max ms"
	figures+=("$(printf '{"phase": "%s", "calls": %d, "answered": "%s", "lost": %d, %s}' \
		"$1" "${many[$1]}" "$answered" "$lost" \
		"\"p50_ms\": $p50, \"p99_ms\": $p99, \"max_ms\": $max")")
}
figures=()

# late PHASE: how many calls did not ring at once.
late() {
	awk -F';' "FNR > 1 && \$2 > 50 + $slack { n++ } END { print n + 0 }" \
		"$tmp/$1/caller_${calling[$1]}_rtt.csv"
}

# rings PHASE TEXT SERVER RANGE [EARLY]: all calls are answered by this one, after such a time;
# its end is for 99 of 100, and so many may ring before.
rings() {
	local min

	called "$1"
	is "$2" "$answered, $lost lost" "$3 ${many[$1]}, 0 lost"
	min=${times[${5:-0}]:-0}
	[ "$min" -ge "${4%%..*}" ] && is_in "$p99" "$4"
	is "$2: it rings after $4 ms" "$? ($min to $p99 ms)" "0 ($min to $p99 ms)"
}

# remembered PHASE TEXT HOWMANY [SERVER]: so many calls waited for fr_timer, the others did not.
remembered() {
	local slow

	called "$1"
	slow=$(late "$1")
	is "$2" "$answered, $lost lost" "${4:-as2} ${many[$1]}, 0 lost"
	is_in "$slow" "$3"
	is "$2: only the first $3 calls wait" "$? ($slow)" "0 ($slow)"
}

answer as1 10.1.0.11
answer as2 10.1.0.12
answer as3 10.1.0.13
answer as4 10.1.0.31
hanging=$launched
answer as5 10.1.0.15 s1
# For 10 calls a second that take 2 s each, or 5 that take 4 s, and some to spare.
scscf 5060 24
scscf 5062 4 WITH_ASYNC
scscf 5064 4 WITH_ASYNC WITH_BLOCKLIST
scscf 5066 4 WITH_SCTP WITH_BLOCKLIST
# Until all listen (0A) on port 5060 (13C4).
for _ in {1..100}; do
	[ "$(inside "$server" grep -c ':13C4 0*:0000 0A' /proc/self/net/tcp)" -lt 4 ] || break
	pause 0.1
done
kill -STOP "$hanging"
at_end kill -CONT "$hanging"
# Until each Kamailio can do its work.
call "warm-up" 1 5060 1 1
call "warm-up, async" 1 5062 1 1
call "warm-up, listed" 1 5064 1 1
call "warm-up, SCTP" 8 5066 1 1
called "warm-up"
called "warm-up, async"
called "warm-up, listed"
called "warm-up, SCTP"
figures=()

# What takes fr_timer begins now, for the sake of time.  Policies there are for two servers
# only, one that is silent and the one that hangs.
policy dst 10.1.0.22 dport 5060
policy dst 10.1.0.31 dport 5060
policy dst 10.1.0.22 dport 5060 proto sctp
# The RST ends the connection, but nobody tells the transaction.
call "paced, async" 7 5062 "$few" 4
# But where the failure is remembered, the calls that come later need not wait.
call "paced, listed" 7 5064 12 1
call "paced, SCTP" 10 5066 12 1
# Its kernel answers the SYN: a hung program looks like a healthy one.
call hanging 4 5060 "$few" 4

# Without Syncopate.  Whoever waits for connect() waits as long as Kamailio lets it.  Whoever
# does not wait loses the connection after that time, too, but it takes fr_timer until the
# call goes on.  (No more calls a second than workers for 10 s each.)
call silent 2 5060 "$few" 2
call "silent, async" 2 5062 "$few" 4
call "silent, listed" 6 5064 12 1
# SCTP itself would try for 343 s.
call "silent, SCTP" 9 5066 12 1
call alive 1 5060 "$calls" 10
rings alive "all servers alive" as1 0..$((50 + slack))
rings silent "a silent server, no policy: tcp_connect_timeout" as2 "$connect_timeout"

# The RST gets to connect(), which ends, and the next server is asked.
policy dport 5060
call paced 2 5060 "$calls" 10
rings paced "a silent server" as2 2000..2500
call "two paced" 3 5060 "$calls" 5
rings "two paced" "two silent servers" as3 4000..5000
read_counters
is_in "${counter[gave-up]}" $((calls * 3 + 3))..$((calls * 3 + few + 4))
is "each call's attempt at a silent server was given up" "$? (${counter[gave-up]})" \
	"0 (${counter[gave-up]})"

# What is known to be down is not waited for.  While that is being learned calls take the
# schedule's time, and so does each that tries whether the server is back.
# (Asked of the Kamailio that waits for connect().  Here the other ones would see such a RST,
# too, as it is back before connect() returns; on a wire it is not.)
if [ -n "$breaker" ]; then
	tool policy flush
	# shellcheck disable=SC2086 # words
	policy dport 5060 $breaker
	call learning 5 5060 3 10
	rings learning "a silent server, breaker" as2 1000..2500
	clock
	call breaker 5 5060 "$calls" 10
	called breaker
	probes=$(((${EPOCHREALTIME/[.,]/} - begun) / 10000000 + 1))
	slow="$(late breaker) of $calls do not"
	is "a silent server known to be down" "$answered, $lost lost" "as2 $calls, 0 lost"
	is_in "$(late breaker)" 0..$probes
	is "it rings at once, but for the probes" "$? ($slow)" "0 ($slow)"
else
	echo "# LEFT OUT: the breaker, as SYNCOPATE_TELECOM_POLICY has no words for it"
fi

# What began long ago.  (A request that comes just when the connection has had its time,
# before it is dropped, can not be queued, and so the next server is asked at once.)
rings "silent, async" "a silent server, no policy, async: fr_timer" as2 "$fr_timer" $((few / 40))
remembered "silent, listed" "a silent server, no policy, async, remembered" 9..11
rings "paced, async" "a silent server, async: fr_timer still" as2 "$fr_timer"
remembered "paced, listed" "a silent server, async, remembered" 2..4
remembered "silent, SCTP" "a silent server, SCTP, no policy" 12 as5
remembered "paced, SCTP" "a silent server, SCTP" 2..4 as5
rings hanging "a server that hangs: fr_timer still" as2 "$fr_timer"

if [ "$failed" = 1 ]; then
	tail -n 20 "$tmp/kamailio.5060" "$tmp/kamailio.5062" "$tmp/kamailio.5066" | cut -c-200 | sed 's/^/#   /'
fi
if [ -n "$json" ]; then
	printf '{"kernel": "%s", "calls": %d, "phases": [\n' "$(uname -r)" "$calls"
	printf '%s,\n' "${figures[@]}" | sed '$s/,$//'
	printf ']}\n'
fi > "${json:-/dev/null}"
finish
