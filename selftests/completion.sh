#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the shell offers when the tool's words are completed, with the names that live in
# the namespace.
. "${0%/*}/lib.sh"

need_module
# Other scenarios have a box as well.
only=completion-$$
namespaces+=("$box" "$only")
ip netns add "$box"
ip netns add "$only"
strange="a\$(false)"
ip -n "$box" link add "$strange" type dummy
ip -n "$box" link add eth9 type dummy
policy web dport 80
policy wide dport 5060
tool dest set 10.1.0.3:5060 rtt 40ms
tool dest set 10.1.0.0/16 rtt 10ms
tool dest set [fd01::3]:80 rtt 10ms

# shellcheck source=../userspace/syncopate.bash
. "$here/../userspace/syncopate.bash"

# offers EXPECTED LINE: what is offered at its end, in any order.
offers() {
	local word seen expected

	COMP_LINE=$2 COMP_POINT=${#2} COMPREPLY=()
	# shellcheck disable=SC2034 # as bash does it
	read -ra COMP_WORDS <<< "$COMP_LINE"
	# shellcheck disable=SC2034
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_syncopate syncopate
	# Expected and not offered, offered and not expected.
	seen=" ${COMPREPLY[*]} " expected=" $1 "
	for word in $1; do
		[[ $seen != *" $word "* ]] || expected=${expected/" $word "/ } seen=${seen/" $word "/ }
	done
	is "${2/$box/box}_" "${seen// /}" "${expected// /}"
}

COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
offers "policy" "syncopate p"
offers "flow" "syncopate -j -n $box fl"
offers "-j -p -n -V -h" "syncopate -"
offers "$only" "syncopate -n ${only%-*}"
offers "add insert replace del flush show" "syncopate policy "
offers "show set del down up learned flush" "syncopate dest "
offers "" "syncopate load zz"
offers "monitor" "syncopate mo"

offers "deadline detached dport dst" "syncopate policy add d"
offers "detached dport dst" "syncopate policy add web deadline 2s d"
offers "" "syncopate policy add interval "
offers "fixed rtt adaptive" "syncopate policy add timing "
offers "pending gave-up" "syncopate flow show state "
offers "dst" "syncopate flow show state gave-up "
offers "flow dest config" "syncopate monitor "
offers "interval" "syncopate top "
offers "flows learned repeats" "syncopate limit set "
offers "--all --prometheus" "syncopate stats --"
offers "--prometheus" "syncopate stats show --p"

offers "web wide" "syncopate -n $box policy del "
offers "wide" "syncopate -n $box policy replace wi"
offers "web wide" "syncopate -n $box policy show "
offers "" "syncopate -n $box policy add w"
offers "" "syncopate policy del "
offers "eth9" "syncopate -n $box policy add iif e"
offers "lo" "syncopate policy add iif l"
offers "10.1.0.0/16 10.1.0.3:5060 [fd01::3]:80" "syncopate -n $box dest del "
offers "10.1.0.0/16 10.1.0.3:5060" "syncopate -n $box dest set 10"
offers "5060" "syncopate -n $box dest del 10.1.0.3:5"
offers "3]:80" "syncopate -n $box flow show dst [fd01::"
offers "" "syncopate -n $box dest set 10.1.0.3:5060 rtt "
offers "comment down loss" "syncopate -n $box dest set 10.1.0.3:5060 rtt 1ms "

cd "$tmp" || exit 1
mkdir rules.d
touch rules.conf 'rules of mine'
COMP_LINE="syncopate load rul" COMP_POINT=18
_syncopate syncopate
is "files" "$(printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ,)" "rules of mine,rules.conf,rules.d,"
offers "-" "syncopate check -"

# A name is never run.
COMP_LINE="syncopate -n $box policy add iif a" COMP_POINT=$((32 + ${#box}))
_syncopate syncopate
is "a strange name" "${COMPREPLY[*]}" "$strange"

# As the shell itself asks.
is "in a shell" "$(complete -p syncopate)" "complete -F _syncopate syncopate"

finish
