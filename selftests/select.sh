#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What selects an attempt beside addresses and ports: the interface that it comes in by,
# the mark that nftables gives it, the protocol; and which policy is asked first.
#
#   client/bridged      c-bridged       server
#     | SYN to 81 ------>| mark 0x11        |
#   client/routed       c-routed            |
#     | SYN to 82 ------>| mark 0x210       |
#
# Attempts are observed only, and slowly: what selected them is read from the counters.
. "${0%/*}/lib.sh"

# matched NAME: how many attempts a policy has selected.
matched() {
	local json

	json=$(tool -j policy show "$1")
	[[ $json =~ \"matched\":\ *([0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}

# names: of the policies, in the order in which they are asked.
names() {
	tool policy show | awk '$1 == "policy" { printf "%s%s", sep, $2; sep = " " }'
}

# syns PORT...: one from the guest on every way to each of these ports; not from where
# others came from.
syns() {
	local way number

	((++source))
	for way in "${ways[@]}"; do
		for number; do
			send client "$way" "${guest[$way]}:$source > ${silent[$way]}:$number SYN seq 1000"
		done
	done
	sent
}
source=4000

need_module
need nft
setup
inside "$box" nft -f - 2> "$tmp/error" <<-END || skip "no bridge rules: $(cat "$tmp/error")"
	table inet routed {
		chain prerouting {
			type filter hook prerouting priority 0
			tcp dport 81 meta mark set 0x11
			tcp dport 82 meta mark set 0x210
		}
	}
	table bridge bridged {
		chain prerouting {
			type filter hook prerouting priority 0
			tcp dport 81 meta mark set 0x11
			tcp dport 82 meta mark set 0x210
		}
	}
END

# Each is the only one that selects what it does.
interfaces() {
	policy bridge iif c-bridged dport 80 interval 60s observe
	policy router iif c-routed dport 80 interval 60s observe
	policy absent iif eth7 interval 60s observe
	policy other-way iif s-bridged interval 60s observe
}
marks() {
	policy all-bits mark 0x11 interval 60s observe
	policy some-bits mark 0x200/0xf00 interval 60s observe
	policy no-bits mark 0x0/0xf interval 60s observe dport 83 proto tcp
}
interfaces
marks
syns 80 81 82 83 84
is "by interface, on the bridge its port" "$(matched bridge)" 2
is "by interface, on the router" "$(matched router)" 2
is "not by one that is not there" "$(matched absent)" 0
is "not by the one it goes out by" "$(matched other-way)" 0
is "by the mark" "$(matched all-bits)" 4
is "by some of its bits" "$(matched some-bits)" 4
is "by bits that are not set, by protocol" "$(matched no-bits)" 4
counters "the rest is let alone" started 16

# These were found by an index. So few are asked one by one.
tool policy flush
interfaces
syns 80 84
is "of four, by interface" "$(matched bridge) $(matched router) $(matched absent) $(matched other-way)" \
	"2 2 0 0"
tool policy flush
marks
syns 81 82 83 84
is "of three, by mark and protocol" "$(matched all-bits) $(matched some-bits) $(matched no-bits)" "4 4 4"
tool policy flush
interfaces

# Renamed: a policy means the name.
ip -n "$box" -batch - <<-END || exit 1
	link set c-routed down
	link set c-routed name eth7
	link set eth7 up
END
syns 84
is "an interface gets a name that a policy knows" "$(matched absent)" 2

tool policy flush
policy first dport 80 interval 60s observe
policy last interval 60s observe
policy middle position 2 dport 81 interval 60s observe
is "position: what was there moves on" "$(names)" "first middle last"
tool policy insert top dport 80-82 interval 60s observe > /dev/null
is "insert: before all others" "$(names)" "top first middle last"
syns 80 81 82 83
is "the first that selects is it" "$(matched top) $(matched first) $(matched middle) $(matched last)" \
	"12 0 0 4"
tool policy replace top dport 82 interval 60s observe
is "replace: at its place" "$(names)" "top first middle last"
syns 80 81 82 83
is "with its counters, but what it selects is new" \
	"$(matched top) $(matched first) $(matched middle) $(matched last)" "16 4 4 8"
tool policy replace top position 4 interval 60s observe
is "replace: at another place" "$(names)" "first middle last top"
tool policy del middle
syns 81
is "delete: the next is asked" "$(matched last)" 12

finish
