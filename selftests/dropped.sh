#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the box's own rules drop before Syncopate sees it is not taken into care; what they
# drop of its own it does not take for sent.
#
#   client            box            server
#     | SYN --------->X              |      prerouting (port 81) or forward (82)
#     |               |              |      and nothing comes after it
#     | SYN --------->|------------->|      a router's output (83)
#     |          X RST|              |
#     | SYN --------->|---->X        |      postrouting (84), behind it: where no conntrack
#     |<-----------RST|              |      forgets the connection, it looks silent
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
		chain output {
			type filter hook output priority 0
			tcp sport 83 drop
		}
		chain postrouting {
			type filter hook postrouting priority 0
			tcp dport 84 drop
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
		chain postrouting {
			type filter hook postrouting priority 0
			tcp dport 84 drop
		}
	}
END
policy interval 100ms
capture

for way in "${ways[@]}"; do
	for number in 80 81 82 84; do
		send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:$number SYN seq 1000"
	done
	[[ $way != router* ]] ||
		send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:83 SYN seq 1000"
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
	seen "$way: nothing arrives at port 84" "server/${port[$way]}" to "${silent[$way]}:84"
	seen "$way: for which the client is refused" "client/${port[$way]}" from "${silent[$way]}:84" \
		"400 RST,ACK"
done
for way in router4 router6; do
	seen "$way: all SYNs arrive whose RST is dropped" "server/${port[$way]}" \
		to "${silent[$way]}:83" "0 SYN" "100 SYN" "200 SYN" "300 SYN"
	seen "$way: which does not come" "client/${port[$way]}" from "${silent[$way]}:83"
done
counters "only the others were counted, and who was not told" \
	started 10 retransmitted 30 gave-up 8 not-sent 2

finish
