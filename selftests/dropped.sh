#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the box's own rules drop before Syncopate sees it is not taken into care.
#
#   client            box            server
#     | SYN --------->X              |      prerouting (port 81) or forward (82)
#     |               |              |      and nothing comes after it
. "${0%/*}/lib.sh"

need_module
need nft
setup
inside "$box" nft -f - 2> "$tmp/error" <<-END || skip "no bridge rules: $(cat "$tmp/error")"
	table inet routed {
		chain prerouting {
			type filter hook prerouting priority 0
			tcp dport 81 drop
		}
		chain forward {
			type filter hook forward priority 0
			tcp dport 82 drop
		}
	}
	table bridge bridged {
		chain prerouting {
			type filter hook prerouting priority 0
			tcp dport 81 drop
		}
		chain forward {
			type filter hook forward priority 0
			tcp dport 82 drop
		}
	}
END
policy interval 100ms
capture

for way in "${ways[@]}"; do
	for number in 80 81 82; do
		send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:$number SYN seq 1000"
	done
done
sent
pause 0.6
captured

for way in "${ways[@]}"; do
	for number in 81 82; do
		seen "$way: nothing arrives at port $number" "server/${port[$way]}" \
			to "${silent[$way]}:$number"
		seen "$way: nothing comes back from port $number" "client/${port[$way]}" \
			from "${silent[$way]}:$number"
	done
	seen "$way: others are in care" "client/${port[$way]}" from "${silent[$way]}:80" \
		"400 RST,ACK"
done
counters "only the others were counted" started 4 retransmitted 12 gave-up 4

finish
