#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who may do what: to look at numbers is free, to change them or to see who talks to whom
# needs CAP_NET_ADMIN in that network namespace.
. "${0%/*}/lib.sh"

denied="syncopate: permission denied: needs CAP_NET_ADMIN in this network namespace"

need_module
need setpriv unshare
namespaces+=("$box")
ip netns add "$box"
policy first

# as_nobody WORD...: the tool in the box, without any right.
as_nobody() {
	inside "$box" setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all \
		syncopate "$@"
}

for words in "policy add" "policy replace first" "policy del first" "policy flush" \
	     "dest set 10.0.0.1 rtt 1s" "dest del 10.0.0.1" "dest flush" "load /dev/null" \
	     "stats reset" "limit set flows 5" "flow show"; do
	# shellcheck disable=SC2086 # words
	is "nobody may not: $words" "$(as_nobody $words 2>&1; echo $?)" "$denied"$'\n'1
done
for words in "policy show" "dest show" "stats show" "limit show" save ""; do
	# shellcheck disable=SC2086
	check "anybody may: ${words:-the summary}" as_nobody $words
done
is "the policy is still there" "$(tool policy show | grep -c ^policy)" 1

# The owner of a namespace may, also without any right on the machine, but no more than
# the machine's share of memory.
# The tool is copied to where such an owner can reach it.
chmod 755 "$tmp"
cp "$(command -v syncopate)" "$tmp/"
alone() {
	setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Urn \
		bash -c "PATH=$tmp:$PATH; $1" 2>&1
}
if ! alone true > "$tmp/error"; then
	skip "no user namespaces: $(cat "$tmp/error")"
fi
is "the owner of a namespace adds a policy" "$(alone 'syncopate policy add mine'; echo $?)" 0
is "and sets a lower limit" "$(alone 'syncopate limit set flows 5'; echo $?)" 0
is "but no higher one" "$(alone 'syncopate limit set flows 16777216'; echo $?)" \
	"syncopate: only the machine's administrator may set flows above the default"$'\n'1

finish
