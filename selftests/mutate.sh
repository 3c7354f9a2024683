#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Frames of all kinds, most of them broken, over bridge and router in both directions (see
# mutate.c): what arrives is what arrives without Syncopate, byte for byte, but for what it
# is there to do.  SYNCOPATE_FRAMES says how many, and others each time, SYNCOPATE_SEED which
# ones; for more than run's time limit allows start this script itself.
. "${0%/*}/lib.sh"

tracing=/sys/kernel/tracing
frames=${SYNCOPATE_FRAMES:-3000}
seed=${SYNCOPATE_SEED:-${SYNCOPATE_FRAMES:+$SRANDOM}}
seed=${seed:-1}
echo "# seed $seed"
need_module
setup

# The ends send what they are told to and nothing else.
for name in "$client" "$server"; do
	tell_kernel "$name" 1 net/ipv6/conf/bridged/disable_ipv6 net/ipv6/conf/routed/disable_ipv6
	for device in bridged routed; do
		echo "addr flush dev $device"
		echo "link set $device mtu 9000 arp off"
	done | ip -n "$name" -batch - || exit 1
done
tell_kernel "$box" 1 net/ipv6/conf/{br0,c-bridged,s-bridged}/disable_ipv6
# Broken MAC addresses teach the bridge nothing that would lead the next frame elsewhere.
ip -n "$box" -batch - <<-END || exit 1
	link set c-bridged mtu 9000 type bridge_slave learning off
	link set s-bridged mtu 9000 type bridge_slave learning off
	link set c-routed mtu 9000
	link set s-routed mtu 9000
END

# However fast they come, each attempt that is not answered is repeated.
tool limit set repeats 16777216

# An instance of our own: others may be tracing.  It watches the frames that end a burst,
# which are sent as the burst is: does the bridge forward any that is not in one piece?
[ -d $tracing/events ] || mount -t tracefs none $tracing 2> /dev/null
instance=$tracing/instances/selftest-$$
if mkdir $instance 2> /dev/null; then
	at_end rmdir $instance
	echo "protocol == 0x88b5 && data_len > 0 && name == \"s-bridged\"" \
		> $instance/events/net/net_dev_start_xmit/filter
	echo 1 > $instance/events/net/net_dev_start_xmit/enable
fi

mutate -s "$seed" -n "$frames" "$client" "$box" "$server" > "$tmp/said"
status=$?
declare -A said=()
while read -r word value; do
	[ "$word" = "#" ] || said[$word]=$value
done < "$tmp/said"
echo "# frames sent: $frames without a policy, as many with one that waits, as many with one that acts"
sed 's/^\([^#]\)/# \1/' "$tmp/said"

if [ "$status" = 0 ]; then
	pass "what arrives is what arrives without, but for repeats and RSTs"
else
	fail "what arrives is what arrives without, but for repeats and RSTs" "status $status" \
		"$(grep '^#' "$tmp/said")"
fi
check "half of the frames arrive" [ "${said[arrived]:-0}" -gt $((frames / 2)) ]
for word in swallowed repeats resets; do
	check "some are $word" [ "${said[$word]:-0}" -gt $((frames / 200)) ]
done
if [ -d $instance ]; then
	echo 0 > $instance/events/net/net_dev_start_xmit/enable
	check "frames in several pieces pass the bridge" \
		grep -q 's-bridged.*protocol=0x88b5.*data_len=[1-9]' $instance/trace
else
	echo "# no tracefs: whether frames in several pieces pass was not looked at"
fi
read_counters
echo "# attempts: ${counter[started]}, signed: ${counter[signed]}"
check "attempts begin" [ "${counter[started]}" -gt $((frames / 4)) ]
is "each is over" "$(tool -j | grep -o '"flows": [0-9]*')" '"flows": 0'

# Would it have been noticed?
for fault in lost doubled altered; do
	mutate -s 1 -n 64 -p $fault "$client" "$box" "$server" > "$tmp/said"
	is "one frame that is $fault is noticed" "$?" 1
	echo "# $fault: $(grep '^findings' "$tmp/said")"
done

finish
