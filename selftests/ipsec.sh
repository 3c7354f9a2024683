#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# IPsec, set by hand and without a cipher: it is about the ways.  What a router sends into a
# tunnel it repeats into the tunnel, and who asked through one is refused through it.  What
# only passes is not looked into.
#
#   client                     box                        server
#      routed ============= c-routed
#      10.40.0.1, fd40::1
#                                 s-routed ============= routed
#                                                        10.50.0.2, fd50::2, .3 is silent
#      bridged ------- c-bridged [br0] s-bridged ------- bridged    transport mode
. "${0%/*}/lib.sh"

need_module
need nft
# The kernel would load them one by one, and look for others before, which takes its time.
modprobe -q -a crypto_null authenc echainiv esp4 esp6 xfrm_user || skip "no IPsec"
setup
tell_kernel "$box" 0 net/ipv4/conf/all/rp_filter net/ipv4/conf/default/rp_filter

# secure NAME OTHER FROM TO SPI MODE INNER OUTER: what NAME sends from INNER to OUTER goes to
# OTHER by ESP, by addresses FROM and TO; what comes in of that must have.
secure() {
	local name

	ip -n "$1" xfrm policy add src "$7" dst "$8" dir out \
		tmpl src "$3" dst "$4" proto esp mode "$6" &&
		ip -n "$2" xfrm policy add src "$7" dst "$8" dir in \
			tmpl src "$3" dst "$4" proto esp mode "$6" &&
		ip -n "$2" xfrm policy add src "$7" dst "$8" dir fwd \
			tmpl src "$3" dst "$4" proto esp mode "$6" || return
	for name in "$1" "$2"; do
		ip -n "$name" xfrm state add src "$3" dst "$4" proto esp spi "$5" mode "$6" \
			enc "ecb(cipher_null)" "" || return
	done
}

# both NAME OTHER FROM TO SPI MODE INNER OUTER: in both directions.
both() {
	secure "$@" && secure "$2" "$1" "$4" "$3" $(($5 + 1)) "$6" "$8" "$7"
}
both "$client" "$box" 10.2.0.1 10.2.0.9 100 tunnel 10.40.0.0/24 0.0.0.0/0 2> "$tmp/error" ||
	skip "no IPsec: $(tail -n 1 "$tmp/error")"
both "$client" "$box" fd02::1 fd02::9 110 tunnel fd40::/64 ::/0 || exit 1
both "$box" "$server" 10.3.0.9 10.3.0.2 120 tunnel 0.0.0.0/0 10.50.0.0/24 || exit 1
both "$box" "$server" fd03::9 fd03::2 130 tunnel ::/0 fd50::/64 || exit 1
both "$client" "$server" 10.1.0.1 10.1.0.2 140 transport 10.1.0.1/32 10.1.0.2/32 || exit 1
both "$client" "$server" fd01::1 fd01::2 150 transport fd01::1/128 fd01::2/128 || exit 1

ip -n "$client" -batch - <<-END || exit 1
	addr add 10.40.0.1/32 dev lo
	addr add fd40::1/128 dev lo nodad
	route add 10.50.0.0/24 via 10.2.0.9
	route add fd50::/64 via fd02::9
END
ip -n "$box" -batch - <<-END || exit 1
	route add 10.40.0.0/24 via 10.2.0.1
	route add fd40::/64 via fd02::1
	route add 10.50.0.0/24 via 10.3.0.2
	route add fd50::/64 via fd03::2
END
# A host may say that it has no route to what it is asked for: it shall be silent.
ip -n "$server" -batch - <<-END || exit 1
	addr add 10.50.0.2/32 dev lo
	addr add fd50::2/128 dev lo nodad
	route add blackhole 10.50.0.3
	route add blackhole fd50::3
	route add 10.40.0.0/24 via 10.3.0.9
	route add fd40::/64 via fd03::9
END
# What comes, secured and in the clear.
inside "$server" nft -f - 2> "$tmp/error" <<-END || skip "nft can not: $(cat "$tmp/error")"
	table inet count {
		counter secured { }
		counter clear { }
		counter own4 { }
		counter own6 { }
		chain prerouting {
			type filter hook prerouting priority 0
			tcp dport 81 tcp flags syn meta secpath exists counter name secured
			tcp dport 81 tcp flags syn meta secpath missing counter name clear
			ip daddr 10.3.0.3 meta l4proto esp counter name own4
			ip6 daddr fd03::3 meta l4proto esp counter name own6
		}
	}
END
# came NAME: how many SYNs.
came() {
	inside "$server" nft list counter inet count "$1" |
		sed -n 's/.*packets \([0-9]*\) .*/\1/p'
	inside "$server" nft reset counter inet count "$1" > /dev/null
}
start server -n "$server" 80
policy

# secured TEXT FROM4 TO4 FROM6 TO6 SECURED: from there to who lives and to who does not.  A
# policy that comes meanwhile, whatever it is about, has the kernel look for all routes anew.
secured() {
	local text=$1 from4=$2 to4=$3 from6=$4 to6=$5 n=$tests

	tool stats reset
	attempt "$client" -w 1000 "$from4,$to4.2:80" "[$from6],[$to6::2]:80" \
		"$from4,$to4.3:81" "[$from6],[$to6::3]:81"
	pause 0.7
	ip -n "$box" -batch - <<-END || exit 1
		xfrm policy add src 192.0.2.$n/32 dst 192.0.2.0/24 dir out action block
		xfrm policy add src 2001:db8::$n/128 dst 2001:db8::/64 dir out action block
	END
	attempted
	came_to "$text, IPv4: connected" "$to4.2:80" connected 0 echoed
	came_to "$text, IPv6: connected" "[$to6::2]:80" connected 0 echoed
	came_to "$text, IPv4: refused" "$to4.3:81" ECONNREFUSED 2000
	came_to "$text, IPv6: refused" "[$to6::3]:81" ECONNREFUSED 2000
	is "$text: four SYNs of each, ${6/0/none} of them secured" "$(came secured) $(came clear)" \
		"$6 $((8 - $6))"
	counters "$text" started 4 answered 2 retransmitted 6 repeat-dropped 2 gave-up 2
}
secured "to the server" 10.2.0.1 10.50.0 fd02::1 fd50 8
secured "from the client" 10.40.0.1 10.3.0 fd40::1 fd03 0
secured "on both sides" 10.40.0.1 10.50.0 fd40::1 fd50 8

# The bridge sees ESP.
tool stats reset
attempt "$client" -w 600 10.1.0.2:80 "[fd01::2]:80"
attempted
came_to "over the bridge, IPv4: connected" 10.1.0.2:80 connected 0 echoed
came_to "over the bridge, IPv6: connected" "[fd01::2]:80" connected 0 echoed
counters "over the bridge: none of ours"

# The box's own: of IPv6 the RST is not let in.
both "$box" "$server" 10.3.0.9 10.3.0.2 160 transport 10.3.0.9/32 10.3.0.2/32 || exit 1
both "$box" "$server" fd03::9 fd03::2 170 transport fd03::9/128 fd03::2/128 || exit 1
# In transport mode each address has its own, or nothing would leave.
both "$box" "$server" 10.3.0.9 10.3.0.3 180 transport 10.3.0.9/32 10.3.0.3/32 || exit 1
both "$box" "$server" fd03::9 fd03::3 190 transport fd03::9/128 fd03::3/128 || exit 1
tell_kernel "$box" 0 net/ipv4/tcp_syn_linear_timeouts
policy own on host
ip -n "$box" link set lo up
tool stats reset
attempt "$box" -t 3200 -w 600 10.3.0.2:80 "[fd03::2]:80" 10.3.0.3:81 "[fd03::3]:81"
attempted
came_to "the box's own, IPv4: connected" 10.3.0.2:80 connected 0 echoed
came_to "the box's own, IPv6: connected" "[fd03::2]:80" connected 0 echoed
came_to "the box's own, IPv4: refused" 10.3.0.3:81 ECONNREFUSED 2000
came_to "the box's own, IPv6: left to itself" "[fd03::3]:81" timeout -
counters "the box's own: its SYN after that is answered in vain as well" started 4 answered 2 \
	retransmitted 6 repeat-dropped 2 gave-up 2 reset-again 1
is "the box's own: four SYNs of each, all of them secured" \
	"$(came own4) $(came own6) $(came clear)" "4 4 0"

finish
