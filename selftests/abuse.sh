#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Somebody sends segments in the name of others.  He knows or guesses addresses and ports,
# not numbers.
#
#   client ---------- box ---------- server
#   (others beside)    |             (others beside)
#                   stranger, off the path
#
# What he is not to achieve: a RST that is believed, an attempt that waits longer than
# without the box, a RST in the name of who did not ask, the answers of others.
#
#   who       sends                                then
#   --------  -----------------------------------  ------------------------------------------
#   stranger  an attempt waits:
#               SYN-ACK, RST, ICMP error, wrong    passes, the schedule goes on, the RST comes
#               number, ports or direction         in time (from beside the server, and ACK:
#                                                  unfit.sh, unreachable.sh; an ICMP error
#                                                  cut short: packet_test.c)
#               RST, data or SYN-ACK of the        passes, the same
#               client, wrong
#               its SYN, right number, elsewhere   passes, goes on where it began
#               SYN of the client, of the server   is taken for the truth; the client's own
#                                                  repeat passes and is paced anew
#   client's  the same                             the same
#   others    from another port with its MAC       the RST goes to where the SYN came from
#   any       all that in another VLAN, also with  nothing: another attempt (vlan.sh)
#               the right number
#   any       it was given up:
#               SYN-ACK, wrong                     passes, no RST to the server (from beside
#                                                  it: late.sh)
#               RST or data of the client, wrong   passes; a late answer is still told
#   any       it is established:
#               SYN in its name                    it lives; what RST comes has SEQ 0
#   any       it has not begun:
#               SYN of client or server            it begins as ever
#   stranger  SYN-ACK and RST to a real client,    it answers as ever; refused in time, no RST
#               wrong                              but its own
#
# Elsewhere: answers that take another way (asymmetric.sh), ports used again (reuse.sh), a
# server that answers some (breaker.sh), odd segments (odd.sh), other users and containers
# (unpriv.sh, containers.sh).  What can not be helped: SECURITY CONSIDERATIONS, syncopate(8).
. "${0%/*}/lib.sh"

stranger=stranger-$$
box_x_routed=02:00:00:00:00:b3
twin=02:00:00:00:00:c3

# The stranger, and one more port for the client and for who pretends to be there.
lay_out() {
	setup
	namespaces+=("$stranger")
	ip -batch - <<-END || exit 1
		netns add $stranger
		link add x-bridged netns $box type veth peer name bridged netns $stranger
		link add x-routed netns $box address $box_x_routed type veth peer name routed netns $stranger
		link add c-twin netns $box type veth peer name twin address $twin netns $client
		link add x-twin netns $box type veth peer name twin address $twin netns $stranger
	END
	ip -n "$box" -batch - <<-END || exit 1
		link set x-bridged addrgenmode none master br0 up
		link set c-twin addrgenmode none master br0 up
		link set x-twin addrgenmode none master br0 up
		link set x-routed addrgenmode none up
	END
	# What is not known yet would go to all.
	bridge -n "$box" fdb replace $server_bridged dev s-bridged master static || exit 1
	bridge -n "$box" fdb replace $client_bridged dev c-bridged master static || exit 1
	for device in bridged routed twin; do
		ip -n "$stranger" link set $device addrgenmode none up || exit 1
	done
	ip -n "$client" link set twin addrgenmode none up || exit 1
	# shellcheck disable=SC2016 # for that shell
	inside "$box" sh -c 'for file in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > $file; done'
}

# forge WHO WAY @MS forth|back|icmp REST: in the name of $from to $to, or the other way,
# or an ICMP error that quotes REST.
forge() {
	local who=$1 way=$2 at=$3 rest=$5 error=3/1 path

	[[ $way == *4 ]] || error=1/0
	# The bridge takes it to whom it is sent to.
	[ "$who" != stranger ] || who=${4/icmp/back}
	case $4 in
	forth)
		path="$from > $to"
		;;
	back)
		path="$to > $from"
		;;
	icmp)
		path="${live[$way]} > ${from%:*} ICMP$error"
		rest=${rest/CLIENT/$from} rest=${rest/SERVER/$to}
		rest=${rest/OTHER/${to%:*}:99}
		;;
	esac
	made_up+=("$at $who/${port[$way]} $path $rest")
}

# forged: sends all of that.
forged() {
	frames "client/bridged=$client/bridged,$server_bridged" \
		"client/routed=$client/routed,$box_c_routed" \
		"server/bridged=$server/bridged,$client_bridged" \
		"server/routed=$server/routed,$box_s_routed" \
		"forth/bridged=$stranger/bridged,$server_bridged" \
		"forth/routed=$stranger/routed,$box_x_routed" \
		"back/bridged=$stranger/bridged,$client_bridged" \
		"back/routed=$stranger/routed,$box_x_routed" \
		"twin/client=$client/twin,$server_bridged" \
		"twin/stranger=$stranger/twin,$server_bridged" -- "${made_up[@]}"
	made_up=()
}

# Each by its client port: when, who sends it, as whom, and what. VLANs are the bridge's.
cases=(
	# While the attempt waits, to no effect.
	"waiting stranger back SYN,ACK seq 5000 ack 1002"
	"waiting stranger back RST,ACK seq 0 ack 1002"
	"waiting stranger icmp CLIENT > SERVER SYN seq 1001"
	"waiting stranger icmp CLIENT > OTHER SYN seq 1000"
	"waiting stranger icmp SERVER > CLIENT SYN seq 1000"
	"waiting stranger forth RST seq 999"
	"waiting stranger forth ACK seq 90000 ack 1"
	"waiting stranger forth SYN seq 1000"
	"waiting stranger forth SYN,ACK seq 9000 ack 1"
	"waiting client forth RST seq 5000"
	"waiting client forth SYN seq 9000 vlan 5"
	"waiting client forth ACK seq 1001 ack 1 vlan 5"
	"waiting stranger back SYN,ACK seq 5000 ack 1001 vlan 5"
	"waiting stranger back SYN seq 9000 vlan 5"
	"waiting server back RST,ACK seq 0 ack 1001 vlan s5"
	"waiting server icmp CLIENT > SERVER SYN seq 1000 vlan 5"
	# After the RST.
	"over stranger back SYN,ACK seq 5000 ack 1002"
	"over stranger back RST,ACK seq 0 ack 1002"
	"over stranger forth RST seq 5000"
	"over stranger forth ACK seq 90000 ack 1"
	"over stranger back SYN,ACK seq 5000 ack 1001 vlan 5"
	"over client forth SYN seq 9000 vlan 5"
	# While it waits, and it takes the client's own repeat to go on.
	"believed client forth SYN seq 9000"
	"believed stranger forth SYN seq 9000"
	"believed stranger back SYN seq 9000"
)
trials=()
for n in "${!cases[@]}"; do
	for way in "${ways[@]}"; do
		[[ $way == router* && ${cases[n]} == *vlan* ]] ||
			trials+=("$way $((4000 + n)) ${cases[n]}")
	done
done

# read_trial TRIAL
read_trial() {
	read -r way number when who kind rest <<< "$1"
	from=${guest[$way]}:$number to=${silent[$way]}:80
}

# begin_trial MS: it begins then.
begin_trial() {
	send client "$way" "@$1 $from > $to SYN seq 1000"
	case $when in
	waiting)
		forge "$who" "$way" "@$(($1 + 100))" "$kind" "$rest"
		;;
	over)
		forge "$who" "$way" "@$(($1 + 1300))" "$kind" "$rest"
		send server "$way" "@$(($1 + 1400)) $to > $from SYN,ACK seq 7000 ack 1001"
		;;
	believed)
		forge "$who" "$way" "@$(($1 + 100))" "$kind" "$rest"
		send client "$way" "@$(($1 + 500)) $from > $to SYN seq 1000"
		;;
	esac
}

check_trial() {
	local text="$way, $when: $who, $kind $rest" there=("0 SYN seq 1000") here=() arrives=()
	local only=" vlan - "

	[[ $rest == *vlan* ]] || arrives=("- $rest")
	case $when in
	waiting)
		[ "$kind" != forth ] || there+=("${arrives[@]}")
		[ "$kind" != back ] || here+=("${arrives[@]}")
		there+=("300 SYN ip first" "600 SYN ip first" "900 SYN ip first")
		here+=("1200 RST,ACK seq 0 ack 1001")
		;;
	over)
		there+=("300 SYN ip first" "600 SYN ip first" "900 SYN ip first")
		here+=("1200 RST,ACK seq 0 ack 1001")
		[ "$kind" != forth ] || there+=("${arrives[@]}")
		[ "$kind" != back ] || here+=("${arrives[@]}")
		there+=("- RST seq 1001")
		;;
	believed)
		[ "$kind" != forth ] || there+=("${arrives[@]}")
		[ "$kind" != back ] || here+=("${arrives[@]}")
		[ "$kind $rest" != "forth SYN seq 9000" ] || there+=("- SYN seq 9000")
		there+=("- SYN ip first" "- SYN ip first" "- SYN ip first" "- SYN ip first")
		here+=("- RST,ACK seq 0 ack 1001")
		;;
	esac
	seen "$text: to the server" "server/${port[$way]}" from "$from" "${there[@]}"
	seen "$text: to the client" "client/${port[$way]}" to "$from" "${here[@]}"
}

# --- real clients, each by its server's port

# Established, then a SYN comes; not begun yet.
declare -A established=([80]="client forth SYN seq 9000" [81]="stranger forth SYN seq 9000"
			[82]="stranger forth SYN seq 9000 vlan 5")

# real live|silent PORT...: pairs of endpoints with a source port that is known.
real() {
	local -n address=$1
	local way number

	shift
	for way in "${ways[@]}"; do
		for number; do
			endpoints+=("${own[$way]}:$((4900 + number)),${address[$way]}:$number")
		done
	done
}

# of_real live|silent PORT: its $from and $to on $way
of_real() {
	local -n address=$1

	from=${own[$way]}:$((4900 + $2)) to=${address[$way]}:$2
}

need_module
lay_out
start server -n "$server" 80 81 82 84
policy interval 300ms linger 2s
for way in "${ways[@]}"; do
	for number in "${!established[@]}"; do
		read -r who kind rest <<< "${established[$number]}"
		[[ $way == bridge* || $rest != *vlan* ]] || continue
		of_real live "$number"
		forge "$who" "$way" @200 "$kind" "$rest"
	done
	of_real silent 83
	forge stranger "$way" @200 back "RST,ACK seq 0 ack 77"
	forge stranger "$way" @200 back "SYN,ACK seq 5000 ack 77"
	of_real live 84
	forge stranger "$way" @0 forth "SYN seq 9000"
	of_real silent 85
	forge stranger "$way" @0 forth "SYN seq 9000"
	of_real silent 86
	forge server "$way" @0 back "SYN seq 9000"
done
for way in bridge4 bridge6; do
	to=${silent[$way]}:80
	for number in 4300 4301; do
		made_up+=("@0 twin/client ${guest[$way]}:$number > $to SYN seq 1000")
	done
	# Its MAC address moves, by what has nothing to do with the attempt or as much as it can.
	made_up+=("@200 twin/stranger ${guest[$way]}:4300 > $to ACK seq 90000 ack 1"
		"@600 twin/stranger ${guest[$way]}:4301 > $to SYN seq 1000")
done
# One after the other: each is attacked in its time, however slow the machine is.
for i in "${!trials[@]}"; do
	read_trial "${trials[i]}"
	begin_trial $((i * 12))
done

capture client/bridged client/routed server/bridged server/routed client/twin stranger/twin

endpoints=()
real live "${!established[@]}"
real silent 83
attempt "$client" -w 2600 "${endpoints[@]}"
pause 0.3
forged &
forging=$!
pause 0.5
endpoints=()
real live 84
real silent 85 86
connect -n "$client" -w 1500 "${endpoints[@]}" > "$tmp/later" &
connecting=$!
wait "$forging" "$connecting"
attempted
pause 0.8
while read -r to rest; do
	outcome[$to]=$rest
done < "$tmp/later"
captured

for trial in "${trials[@]}"; do
	read_trial "$trial"
	check_trial
done

for way in bridge4 bridge6; do
	for number in 4300 4301; do
		from=${guest[$way]}:$number
		seen "$way: its MAC address moved, the RST goes to where the SYN came from" \
			client/twin to "$from" "1200 RST,ACK seq 0 ack 1001"
		seen "$way: and not to where it is now" stranger/twin to "$from"
	done
done

for way in "${ways[@]}"; do
	for number in "${!established[@]}"; do
		read -r who kind rest <<< "${established[$number]}"
		[[ $way == bridge* || $rest != *vlan* ]] || continue
		of_real live "$number"
		came_to "$way: established, then $rest of $who: data flows" "$to" connected 0 echoed
		# On a bridge the RST goes to where the SYN came from.
		resets=()
		[[ "$way $who" == bridge*stranger ]] || resets=("- RST,ACK seq 0 ack 9001")
		only=RST seen "$way: ${#resets[@]} RST, out of its window" "client/${port[$way]}" \
			to "$from" "${resets[@]}"
	done

	of_real silent 83
	came_to "$way: wrong answers to a real client: refused in time" "$to" ECONNREFUSED 1200
	only=RST seen "$way: by one RST that fits" "client/${port[$way]}" to "$from" \
		"- RST,ACK seq 0 ack 77" "- RST,ACK seq 0 ack isn+1"
	only=RST seen "$way: and the server has the client's own" "server/${port[$way]}" \
		from "$from" "- RST seq 77"

	of_real live 84
	came_to "$way: a SYN came before its own: connected" "$to" connected 0 echoed
	only=RST seen "$way: without a RST" "client/${port[$way]}" to "$from"
	for number in 85 86; do
		of_real silent $number
		came_to "$way: $number, a SYN came before its own: refused in time" "$to" \
			ECONNREFUSED 1200
		only=" RST,ACK seq 0" seen "$way: by one RST" "client/${port[$way]}" to "$from" \
			"- RST,ACK seq 0"
	done
done

finish
