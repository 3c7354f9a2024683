#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# All that is set, from a file and into one: loaded whole or not at all, while attempts are
# in care and policies count; saved as it is loaded, byte for byte.
. "${0%/*}/lib.sh"

need_module
need setpriv unshare
setup

# load TEXT...: lines of a file.
load() {
	printf '%s\n' "$@" | tool load -
}

# set_are TEXT LINE...: the lines that `save` prints.
set_are() {
	local text=$1

	shift
	is "$text" "$(tool save)" "$(printf '%s\n' "$@")"
}

rest="retries 3 interval 500ms deadline 2s linger 5s"

# --- what is loaded is what is saved

set_are "nothing is set, nothing is saved"
lines=(
	"limit flows 1000"
	"dest 0.0.0.0/0 rtt 1s"
	"dest 10.20.0.0/16 rtt 40ms loss 0.25% comment \"the \\\"servers\\\" \\\\ # all\""
	"dest 10.20.1.7 rtt 41ms"
	"dest 10.20.1.7:5060 rtt 42ms loss 1%"
	"dest [2001:db8::/32]:5060 rtt 1us"
	"dest 2001:db8::1 rtt 1m comment \"grün\""
	"policy sip dst 10.20.0.0/16 src 10.0.0.0/8 dport 5060-5061 iif eth0 mark 0x00000005/0x000000ff proto tcp timing rtt retries 2 interval 1.5s floor 30ms ceiling 2s deadline 3s linger 0s observe comment \"a b\""
	"policy p1 iif \"eth#0\" mark 0x00000007 $rest"
	"policy \"dst\" dst 2001:db8::/32 $rest"
	"policy p2 timing rtt retries 3 interval 500ms floor 20ms ceiling 3s linger 5s"
	"policy copies iif eth0 $rest shard 2/3 offset 250ms detached"
)
check "a file with all there is" load "${lines[@]}"
set_are "is saved as it was" "${lines[@]}"
tool save > "$tmp/first"
check "what is saved is loaded" tool load "$tmp/first"
is "and saved again byte for byte" "$(tool save | cmp - "$tmp/first")" ""
check "what policies show is loaded" tool load <(tool policy show)
is "and without the rest" "$(tool save)" "$(grep ^policy "$tmp/first")"
check "in other words" load "# all" "" "policy dport 80-80 dst 10.0.0.1/32   # web" \
	"policy p1 timing fixed" "limit flows 7" "dest [10:0::1]:080 loss 1.50% rtt 0.04s"
set_are "in the tool's words" "limit flows 7" "dest [10::1]:80 rtt 40ms loss 1.5%" \
	"policy p2 dst 10.0.0.1 dport 80 $rest" "policy p1 $rest"
is "saved as JSON" "$(tool -j save)" \
	'{"limit": {"flows": 7}, "dests": [{"prefix": "10::1", "port": 80, "rtt_ns": 40000000, "loss_ppm": 15000, "down": false}], "policies": [{"name": "p2", "dst": "10.0.0.1", "dport_min": 80, "dport_max": 80, "on": "forward", "timing": "fixed", "retries": 3, "interval_ns": 500000000, "deadline_ns": 2000000000, "linger_ns": 5000000000, "detached": false, "observe": false}, {"name": "p1", "on": "forward", "timing": "fixed", "retries": 3, "interval_ns": 500000000, "deadline_ns": 2000000000, "linger_ns": 5000000000, "detached": false, "observe": false}]}'
check "an empty file" load ""
set_are "sets nothing"
is "as JSON" "$(tool -j save)" '{"limit": {}, "dests": [], "policies": []}'

# --- all or nothing

load "policy keep dport 80" "dest 10.0.0.1 rtt 1s" "limit flows 50"
tool save > "$tmp/before"

# refuses FAULTS LINE...: of a file of those lines, and nothing is changed.
refuses() {
	local faults=$1

	shift
	printf '%s\n' "$@" > "$tmp/file"
	is "refused: ${1:0:50}" "$(tool load "$tmp/file" 2>&1; echo $?)" \
		"${faults//@/$tmp/file:}"$'\n'1
	is "as when it is checked" "$(syncopate check "$tmp/file" 2>&1; echo $?)" \
		"${faults//@/$tmp/file:}"$'\n'1
	is "and nothing is changed" "$(tool save | cmp - "$tmp/before")" ""
}

refuses "@2:10: unknown word 'bogus'" "policy a" "policy b bogus"
refuses "@1:1: 'flow' is none of policy, dest and limit
@3:15: dport: '0' is no PORT or PORT-PORT from 1 to 65535
@4:1: rtt is missing
@5:18: the closing quote is missing" \
	"flow show" "# b" "	policy	dport 0" "dest 10.0.0.1" "policy c comment \"c"
refuses "@2:8: line 1 has a policy a already
@4:6: line 3 has a profile of 10.0.0.2 already" \
	"policy a" "policy a" "dest 10.0.0.2 rtt 1s" "dest 10.0.0.2/32 rtt 2s"
refuses "@1:17: interval must be 10ms to 1m" "policy interval 5ms"
refuses "@1:9: the line ends with CR LF; it must end with LF alone" $'policy a\r'
refuses "@1:10: position has no place in a file, where the order of lines counts" \
	"policy a position 1"
for ((i = 1; i <= 22; i++)); do
	echo "policy $i $i"
done > "$tmp/file"
is "of many faults twenty are told" "$(tool load "$tmp/file" 2>&1 | sed -n '1p;20,$p')" \
	"$tmp/file:1:10: unknown word '1'
$tmp/file:20:11: unknown word '20'
$tmp/file: 2 faults more"
is "no file" "$(tool load "$tmp/none" 2>&1; echo $?)" \
	"syncopate: $tmp/none: No such file or directory"$'\n'1
is "a folder" "$(tool load "$tmp" 2>&1; echo $?)" "syncopate: $tmp: Is a directory"$'\n'1
is "no name" "$(tool load 2>&1; echo $?)" \
	"syncopate: the FILE is missing"$'\n'"see: syncopate load -h"$'\n'2
is "nothing is changed" "$(tool save | cmp - "$tmp/before")" ""
check "a good file is checked without a word or a right" \
	setpriv --reuid 65534 --clear-groups --bounding-set=-all "$(type -P syncopate)" check - < "$tmp/before"

# --- while packets go by

# matched NAME: how many attempts a policy selected.
matched() {
	tool policy show "$1" | sed -n 's/ *# matched \([0-9]*\),.*/\1/p'
}

way=bridge4
load "policy dead dst ${silent[$way]} retries 1 interval 1s" "policy other"
capture
clock
send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:80 SYN seq 1000"
sent
is "a policy counts" "$(matched dead)" 1
tool policy replace dead dst "${silent[$way]}" retries 2 interval 1s
is "one in its place counts on" "$(matched dead)" 1
load "policy other" "policy dead dst ${silent[$way]} retries 3"
is "one that is loaded counts on" "$(matched dead)" 1
is "another counts for itself" "$(matched other)" 0
until_clock 2400
captured
seen "an attempt in care goes on as it began" "server/${port[$way]}" to "${silent[$way]}:80" \
	"0 SYN" "1000 SYN"
seen "to its end" "client/${port[$way]}" from "${silent[$way]}:80" "2000 RST,ACK"
is "and counts there" "$(tool policy show dead | sed -n 's/ *# \(.*\), last used.*/\1/p')" \
	"matched 1, answered 0, retransmitted 1, gave up 1"
load "policy new"
is "one of another name begins anew" "$(matched new)" 0

# --- large files

awk -v rest="$rest" 'BEGIN {
	for (i = 0; i < 4000; i++)
		printf "policy n%d dst 10.%d.%d.0/24 dport %d iif eth%d %s comment \"number %d\"\n",
			i, i / 256, i % 256, i + 1, i % 8, rest, i
}' > "$tmp/large"
awk 'BEGIN {
	for (i = 0; i < 6000; i++)
		printf "dest 10.%d.%d.7:5060 rtt %dms comment \"number %d\"\n",
			i / 256, i % 256, i % 999 + 1, i
}' > "$tmp/large.dests"
cat "$tmp/large.dests" "$tmp/large" > "$tmp/all"
begun=${EPOCHREALTIME/[.,]/}
check "ten thousand lines" tool load "$tmp/all"
echo "# loaded in $(((${EPOCHREALTIME/[.,]/} - begun) / 1000)) ms"
is "they are set" "$(tool save | cmp - "$tmp/all")" ""

# As much as there may be.
{
	printf 'policy n%d dport 80\n' {0..4095}
	awk 'BEGIN { for (i = 0; i < 65536; i++) printf "dest 10.9.%d.%d down\n", i / 256, i % 256 }'
} > "$tmp/most"
check "as much as there may be" tool load "$tmp/most"
is "no policy more" "$(tool policy add 2>&1)" \
	"syncopate: there are 4096 policies already, the most there may be"
is "no profile more" "$(tool dest set 10.8.0.0 rtt 1s 2>&1)" \
	"syncopate: there are 65536 profiles already, the most there may be"

# Those that have no name get one, and as many do so at hardly more cost.
load "policy p2" "policy p3" "policy p05" "policy p4294967297" "policy p4096" "policy q1"
is "the lowest numbers that are free" "$(for _ in 1 2 3; do tool policy add; done | xargs)" "p1 p4 p5"
printf 'policy dport 80\n%.0s' {0..4095} > "$tmp/unnamed"
# best FILE: how long it takes to load where there are others, in microseconds; of three.
best() {
	local least='' begun took

	for _ in 1 2 3; do
		printf 'policy m%d dport 80\n' {0..4095} | tool load -
		begun=${EPOCHREALTIME/[.,]/}
		tool load "$1"
		took=$((${EPOCHREALTIME/[.,]/} - begun))
		[ "${least:-$took}" -lt "$took" ] || least=$took
	done
	echo "$least"
}
printf 'policy n%d dport 80\n' {0..4095} > "$tmp/named"
if [ "${SYNCOPATE_VIRTUAL_TIME:-0}" = 1 ]; then
	left_out "four thousand names" "no time passes while a processor works"
	left_out "four thousand ways of copies" "likewise"
else
	named=$(best "$tmp/named") unnamed=$(best "$tmp/unnamed")
	check "four thousand names: $unnamed us, given $named us" [ "$unnamed" -le $((2 * named)) ]
	printf 'policy n%d iif eth%d\n' {0..8191} > "$tmp/attached"
	sed 's/$/ detached/' "$tmp/attached" > "$tmp/detached"
	attached=$(best "$tmp/attached") detached=$(best "$tmp/detached")
	check "four thousand ways of copies: $detached us, other ways $attached us" \
		[ "$detached" -le $((2 * attached)) ]
fi
tool load "$tmp/unnamed"
is "are p1 to p4096" "$(tool policy | awk '$1 == "policy" { print $2 }' | xargs)" "$(echo p{1..4096})"
tool load "$tmp/all"

# Whoever saves meanwhile gets one of both.
head -500 "$tmp/large" > "$tmp/part"
tail -500 "$tmp/large.dests" > "$tmp/other"
while :; do
	tool load "$tmp/part"
	tool load "$tmp/other"
done &
loading=$!
at_end end_process $loading
other=0
for ((i = 0; i < 20; i++)); do
	tool save > "$tmp/saved"
	cmp -s "$tmp/saved" "$tmp/part" || cmp -s "$tmp/saved" "$tmp/other" ||
		cmp -s "$tmp/saved" "$tmp/all" || ((other++))
done
end_process $loading
is "what is saved is never half of one and half of another" "$other" 0

# The owner of a namespace alone is not let load so much, and is told.
chmod 755 "$tmp"
cp "$(command -v syncopate)" "$tmp/"
alone() {
	setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Urn \
		bash -c "PATH=$tmp:$PATH; $1" 2>&1
}
printf 'policy a\n\n  limit flows 16777216 # all\n' > "$tmp/limit"
most=$(cat /proc/sys/net/core/wmem_max)
echo 100000 > /proc/sys/net/core/wmem_max
at_end "echo $most > /proc/sys/net/core/wmem_max"
is "a container's file" "$(alone "echo policy a | syncopate load - && syncopate save")" \
	"policy a $rest"
is "too long a file" "$(alone "syncopate load $tmp/all; syncopate save" |
	sed 's/of [0-9]* bytes/of N bytes/')" \
	"syncopate: $tmp/all: a request of N bytes is too long; but for the machine's administrator net.core.wmem_max sets the most"
is "what the kernel refuses is told with its place" \
	"$(alone "syncopate load $tmp/limit; syncopate save")" \
	"$tmp/limit:3:15: only the machine's administrator may set flows above the default"

finish
