#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# All at once, again and again: answers that come just when a SYN is repeated or the client is
# told to give up, clients that repeat, policies and profiles that are replaced, dumps, and what
# attempts stand on is taken away, the module last of all.  More is found where the module
# tarries at the places that matter: SYNCOPATE_VARIANT=perturb, see kmod/perturb.h.
#
#   synbomb, guests, a client       box                         synreply, a server
#     | SYNs ---------------------->|-------------------------->| at 200 ms a SYN is repeated,
#     |                             |                           | at 400 the client is reset:
#     |<-------- SYN,ACK or RST,ACK |<------------------ SYN,ACK| half of the servers answer
#                                   |                           | just then, half just then
#
#   SYNCOPATE_MINUTES   so long, instead of a quarter; a third for each part
# shellcheck disable=SC2317 # `begin` calls them
. "${0%/*}/lib.sh"

seconds=$((${SYNCOPATE_MINUTES:-0} * 60))
[ $seconds -gt 0 ] || seconds=15
part=$((seconds / 3))
loads=$((seconds / 3))

declare -A from=([bridge4]=10.1.0.64/26 [bridge6]=fd01::4:0/112
		 [router4]=10.2.0.64/26 [router6]=fd02::4:0/112)
declare -A to=([bridge4]=10.1.0.128/25 [bridge6]=fd01::5:0/121
	       [router4]=10.3.0.128/25 [router6]=fd03::5:0/121)
declare -A half=([bridge4]=10.1.0.128/26 [bridge6]=fd01::5:0/122
		 [router4]=10.3.0.128/26 [router6]=fd03::5:0/122)
declare -A station=([bridge4]="--mac $server_bridged" [bridge6]="--mac $server_bridged"
		    [router4]="--mac $box_c_routed" [router6]="--mac $box_c_routed")

# --- traffic

round=0

# traffic SECONDS: on all ways, watched at the client.  What came of it is in the files
# $tmp/bomb-WAY, $tmp/reply-WAY and $tmp/seen.
traffic() {
	local way replies=() bombs=() watching watched repeating

	((round++))
	start timeline -v -o "$tmp/seen" "client/bridged=$client/bridged" "client/routed=$client/routed"
	watching=$started watched=$output
	for way in "${ways[@]}"; do
		: > "$tmp/ready-$way"
		launch "$server" synreply -j --seed $round --dead 10% --refusing 10% --delay 390ms~20ms \
			--delay "${half[$way]}=195ms~15ms" "${port[$way]}" "${to[$way]}" \
			> "$tmp/reply-$way" 2> "$tmp/ready-$way"
		replies+=("$launched")
	done
	for way in "${ways[@]}"; do
		until [ -s "$tmp/ready-$way" ]; do
			pause 0.02
		done
	done
	repeaters "$1" &
	repeating=$!
	for way in "${ways[@]}"; do
		# shellcheck disable=SC2086 # words
		launch "$client" synbomb -j --seed $round --clients 60 --server-ports 1000-2000 --burst 5 \
			--rate 100 --duration "$1s" --wait 2s ${station[$way]} "${port[$way]}" \
			"${from[$way]}" "${to[$way]}" > "$tmp/bomb-$way"
		bombs+=("$launched")
	done
	wait "${bombs[@]}" "$repeating"
	kill "${replies[@]}"
	wait "${replies[@]}"
	kill "$watching"
	read -r _ <&"$watched"
	exec {watched}<&-
}

# repeaters SECONDS: guests that repeat their SYNs, the last time when they have been reset.
repeaters() {
	local way n=0 end=$((SECONDS + $1))

	while [ $SECONDS -lt $end ]; do
		((n++))
		for way in "${ways[@]}"; do
			at="${guest[$way]}:$((4000 + n % 1000 * 8)) > ${silent[$way]}:90 SYN seq $n count 8"
			send client "$way" "@0 $at" "@90 $at" "@199 $at" "@399 $at" "@405 $at" "@490 $at"
		done
		sent
	done
}

# number FILE KEY: of the last line of what synbomb or synreply said.
number() {
	tail -n 1 "$tmp/$1" | sed -n "s/,\"setup\".*//; s/.*\"$2\":\([0-9]*\).*/\1/p"
}

# reset_after_answer [PATTERN]: RSTs that a client got after the SYN-ACK of the same attempt,
# with a sequence number that fits, unless it has ended the connection itself: an ACK of the
# server's that the box was slow to forward may cross its own last one, and then it
# acknowledges the end twice to a socket that is gone.
reset_after_answer() {
	awk -v number="${1:-.}" '
		$3 == "out" && $7 ~ /FIN/ { delete answered[$4 " " $6] }
		$3 != "in" { next }
		$7 == "SYN,ACK" { answered[$6 " " $4] = 1 }
		$7 ~ /RST/ && ($6 " " $4) in answered && $9 ~ number' "$tmp/seen"
}

# is_sound TEXT: the client's side of it.
is_sound() {
	local way answers=0 resets from to

	for way in "${ways[@]}"; do
		((answers += $(number "bomb-$way" syn_acks)))
		is "$1, $way: nothing was missed" \
			"$(number "bomb-$way" missed_frames) $(number "reply-$way" missed_frames)" "0 0"
	done
	echo "# $1: $answers answers"
	check "$1: there were answers" [ $answers -gt 0 ]
	# Zero is what no open connection takes for its own.
	resets=$(reset_after_answer '[1-9]')
	is "$1: no open connection is reset" "$resets" ""
	# What else its ends said to each other.
	while read -r _ _ _ from _ to _; do
		grep -F -e "$from > $to " -e "$to > $from " "$tmp/seen" | sed 's/^/# /'
	done <<< "$resets" | head -n 40
}

# --- what goes on beside it

beside=()

# begin FUNCTION: again and again, until `ended`.
begin() {
	while :; do
		"$1"
	done > /dev/null 2>> "$tmp/errors" &
	beside+=($!)
	at_end end_process $!
}

ended() {
	local process

	for process in "${beside[@]}"; do
		end_process "$process"
	done 2> /dev/null
	beside=()
}

replacing() {
	tool load "$tmp/b"
	pause 0.05
	tool load "$tmp/a"
	pause 0.03
}

reading() {
	tool flow
	tool -j flow show state pending
	tool dest
	tool -j stats
	tool policy
	# With one processor the others have to have their turn.
	pause 0.01
}

flushing() {
	tool policy flush
	tool load "$tmp/a"
	pause 0.3
}

replugging() {
	ip -n "$box" link set s-bridged nomaster
	ip -n "$box" link set s-bridged master br0
	pause 0.4
}

# A namespace with a bridge, in care of attempts when it goes.
removing() {
	local name=gone-$$

	ip -batch - <<-END
		netns add $name
	END
	ip -n "$name" -batch - <<-END
		link add br0 type bridge forward_delay 0 mcast_snooping 0
		link add from type veth peer name a
		link add to address 02:00:00:00:00:61 type veth peer name b
		link set a master br0 up
		link set b master br0 up
		link set from up
		link set to up
		link set br0 up
	END
	syncopate -n "$name" policy add interval 50ms
	frames "x=$name/from,02:00:00:00:00:61" -- "x 10.9.0.1:4000 > 10.9.0.2:80 SYN seq 1 count 50"
	pause 0.1
	ip netns del "$name"
}

# There is room for few, and then for many again.
crowding() {
	tool limit set flows 20
	pause 0.3
	tool limit set flows 4096
	pause 0.3
}

connecting() {
	connect -n "$client" -t 5000 "${live[router4]}:80" "${live[router6]}:80" >> "$tmp/connected"
	pause 0.1
}

# --- what must hold in the end

# The ends that an attempt may come to.
ends=(answered refused unreachable simultaneous elsewhere abandoned restarted gave-up forgotten
	path-gone unconfirmed let-go)

# settled TEXT: when all is over.
settled() {
	local name sum=0

	for _ in {1..100}; do
		[[ $(tool -j) != *'"flows": 0,'* ]] || break
		pause 0.1
	done
	is "$1: none is in care in the end" "$(tool -j | grep -o '"flows": [0-9]*')" '"flows": 0'
	read_counters
	for name in "${ends[@]}"; do
		((sum += counter[$name]))
	done
	echo "# $1: started ${counter[started]}: ${ends[*]/%/,}" "$(for name in "${ends[@]}"; do
		printf ' %s' "${counter[$name]}"; done), late ${counter[late]}, repaired ${counter[repaired]}"
	# One whose RST could not be sent is over as well.
	check "$1: started is the sum of the ends" \
		is_in $((counter[started] - sum)) "0..${counter[not-sent]}"
	is "$1: memory was enough" "${counter[no-memory]} ${counter[not-learned]}" "0 0"
}

need_module
need synbomb synreply
setup
each=("policy real dport 80 retries 3 interval 500ms"
	"limit flows 4096")
printf '%s\n' "${each[@]}" "policy races retries 1 interval 200ms linger 100ms" > "$tmp/a"
printf '%s\n' "policy other dst 198.51.100.0/24" "${each[@]}" "dest 10.0.0.0/8 rtt 1ms" \
	"policy races retries 1 interval 200ms linger 0s" > "$tmp/b"
# The tools' stations, which are nobody's addresses.
# shellcheck disable=SC2046 # words
ip -n "$box" -batch - <<-END || exit 1
	$(neighbours s-routed $server_routed 10.3.0.{128..255} $(printf 'fd03::5:%x ' {0..127}))
	$(neighbours c-routed $client_routed 10.2.0.{64..127} $(printf 'fd02::4:%x ' {0..63}))
END
start server -n "$server" 80
tool load "$tmp/a" || exit 1
[ ! -e /sys/module/syncopate/parameters/tarry ] || echo "# the module tarries"

# Nothing but answers, expiries and repeats, while what is set is replaced.
launch "$box" syncopate monitor > /dev/null
begin replacing
begin reading
for ((left = part; left > 0; left -= 20)); do
	tool stats reset
	traffic $((left < 20 ? left : 20))
	is_sound "answers"
	is "answers: nobody is reset who was answered" "$(reset_after_answer)" ""
	for way in "${ways[@]}"; do
		is "answers, $way: nobody waits" "$(number "bomb-$way" outstanding)" 0
	done
	settled "answers"
	check "answers: some came when it was too late, some in time" \
		[ "${counter[late]}" -gt 0 -a "${counter[answered]}" -gt 0 ]
done

# What attempts stand on is taken away.
begin flushing
begin replugging
begin removing
begin crowding
begin connecting
for ((left = part; left > 0; left -= 20)); do
	tool stats reset
	traffic $((left < 20 ? left : 20))
	is_sound "removals"
	settled "removals"
	check "removals: some were forgotten" [ "${counter[forgotten]}" -gt 0 ]
	check "removals: some found no room" \
		[ $((counter[table-full] + counter[share-full])) -gt 0 ]
done
ended

# The module goes and comes.
begin reading
begin replacing
begin removing
begin crowding
begin connecting
unloaded=0
for ((left = part; left > 0 || unloaded < loads; left -= 20)); do
	traffic $((part < 20 ? part : 20)) &
	going=$!
	while [ -d "/proc/$going" ]; do
		until rmmod syncopate 2> "$tmp/error"; do
			# A dump holds it, or a program that asks who it is.
			grep -q "in use\|not currently loaded" "$tmp/error" || break
			pause 0.01
		done
		((unloaded++))
		pause 0.0$((unloaded % 4))
		modprobe syncopate || break
		tool load "$tmp/a" 2> /dev/null
		pause 0.$((unloaded % 3))
	done
	wait $going
	is_sound "unloaded"
done
ended
echo "# unloaded and loaded $unloaded times"
check "unloaded: often enough" [ $unloaded -ge $loads ]
is "who connects is connected, always" "$(grep -vc ' connected ' "$tmp/connected")" 0
check "there were some" [ -s "$tmp/connected" ]
check "unloaded at last" rmmod syncopate
check "loaded at last" modprobe syncopate
counters "and it begins anew"

finish
