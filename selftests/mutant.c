// SPDX-License-Identifier: GPL-2.0
/*
 * Frames by number: what specimen.c makes, and what comes of that when it is cut, stretched
 * and lied about.  Seed and number decide every byte.
 *
 * A number belongs to a flow, often to one of those just before: so there are repeats of
 * a SYN that are no repeats, answers that do not fit, fragments that overlap.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "mutate.h"

static size_t somewhere(struct mutant *m, struct dice *d)
{
	/* Most of what matters is at the front, but seldom in the MAC addresses. */
	size_t from = one_in(d, 32) ? 0 : 12, room = m->len - from;

	return from + below(d, one_in(d, 4) || room < 100 ? room : 100);
}

static void lie(struct mutant *m, struct dice *d, size_t at)
{
	unsigned int value = at + 2 <= m->len ? m->data[at] << 8 | m->data[at + 1] : 0;

	switch (below(d, 4)) {
	case 0:
		set16(m, at, value + below(d, 17) - 8);
		break;
	case 1:
		set16(m, at, below(d, 2) * 0xffff);
		break;
	case 2:
		set16(m, at, below(d, 80));
		break;
	default:
		set16(m, at, roll(d));
	}
}

static void mutant_mutate(struct mutant *m, struct dice *d)
{
	static const uint16_t types[] = {
		ETH_P_IP, ETH_P_IPV6, ETH_P_8021Q, ETH_P_8021AD, ETH_P_ARP, ETH_P_PPP_SES,
		ETH_P_MPLS_UC, 60, 0x88b6,
	};
	bool v6 = m->data[m->l3] >> 4 == 6;
	size_t at, len;

	switch (below(d, 13)) {
	case 0:		/* cut anywhere */
		m->len = 14 + below(d, m->len - 13);
		break;
	case 1:		/* a runt, or cut in the headers */
		len = 14 + below(d, m->l4 + 30);
		m->len = len < m->len ? len : m->len;
		break;
	case 2:		/* padded, up to a jumbo */
		put_random(m, d, one_in(d, 8) ? below(d, FRAME_MAX) : below(d, 64));
		break;
	case 3:		/* the packet's length */
		lie(m, d, m->l3 + (v6 ? 4 : 2));
		break;
	case 4:		/* the header's length, the version */
		at = m->l3 + (v6 && one_in(d, 2) ? 6 : 0);
		m->data[at] = one_in(d, 4) ? roll(d) : (m->data[at] & 0xf0) | below(d, 16);
		break;
	case 5:		/* TCP's header's length */
		if (m->l4 + 12 < m->len)
			m->data[m->l4 + 12] = below(d, 16) << 4;
		break;
	case 6:		/* an option's length, or the option */
		at = m->l4 + 20 + below(d, 40);
		if (at < m->len)
			m->data[at] = one_in(d, 2) ? below(d, 4) : roll(d);
		break;
	case 7:		/* a fragment, which overlaps with others of the flow */
		if (v6)
			m->data[m->l3 + 6] = IPPROTO_FRAGMENT;
		else
			set16(m, m->l3 + 6, below(d, 2) << 13 | below(d, 8));
		break;
	case 8:		/* bits */
		for (len = 1 + below(d, 8); len; len--)
			m->data[somewhere(m, d)] ^= 1 << below(d, 8);
		break;
	case 9:		/* bytes */
		at = somewhere(m, d);
		for (len = 1 + below(d, 16); len && at < m->len; len--)
			m->data[at++] = roll(d);
		break;
	case 10:	/* TCP's flags */
		if (m->l4 + 13 < m->len)
			m->data[m->l4 + 13] = one_in(d, 2) ? roll(d) : 1u << below(d, 8);
		break;
	case 11:	/* some bytes are missing */
		at = somewhere(m, d);
		len = 1 + below(d, 8);
		if (at + len < m->len && m->len - len >= 14) {
			m->len -= len;
			memmove(m->data + at, m->data + at + len, m->len - at);
		}
		break;
	default:	/* what follows */
		at = 12 + 4 * below(d, 3);
		set16(m, at, types[below(d, sizeof(types) / sizeof(types[0]))]);
	}
}

/* Behind whatever tags. */
static bool says_v6(const struct mutant *m)
{
	size_t at;

	for (at = 12; at < 64 && at + 1 < m->len; at += 2)
		if (m->data[at] == 0x86 && m->data[at + 1] == 0xdd)
			return true;
	return false;
}

/* Most of it is nonsense, which the kernel sorts out. */
static void mutant_hint(struct mutant *m, struct dice *d)
{
	static const uint8_t gso[] = {
		VIRTIO_NET_HDR_GSO_NONE, VIRTIO_NET_HDR_GSO_TCPV4, VIRTIO_NET_HDR_GSO_TCPV6,
		VIRTIO_NET_HDR_GSO_UDP, VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN,
	};

	memset(&m->hints, 0, sizeof(m->hints));
	if (one_in(d, 2)) {
		m->hints.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		m->hints.csum_start = m->l4;
		m->hints.csum_offset = 16;
	}
	if (one_in(d, 2)) {
		m->hints.gso_type = gso[below(d, sizeof(gso))];
		/* The sender's kernel gives the fragments another number each time. */
		if (m->hints.gso_type == VIRTIO_NET_HDR_GSO_UDP && says_v6(m))
			m->hints.gso_type = VIRTIO_NET_HDR_GSO_NONE;
		m->hints.gso_size = m->hints.gso_type ? 1 + below(d, 1500) : 0;
		m->hints.hdr_len = m->l4 + 20;
	}
}

/**
 * mutant_make - make a frame up
 * @m: where to
 * @seed: which frames there are
 * @number: which one of them
 */
void mutant_make(struct mutant *m, uint64_t seed, uint64_t number)
{
	struct dice dice = { mix(seed ^ mix(number)) };
	uint64_t before = 0;
	unsigned int n;

	if (one_in(&dice, 2))
		before = below(&dice, 8);
	specimen_make(m, &dice, seed, number < before ? 0 : number - before, !before);
	n = one_in(&dice, 2) ? 0 : one_in(&dice, 4) ? 2 : 1;
	while (n--)
		mutant_mutate(m, &dice);
	/* A router takes nothing whose header has a wrong checksum. */
	if (!one_in(&dice, 4) && m->l3 < m->len && m->data[m->l3] >> 4 == 4)
		sum_v4(m, m->l3);
	mutant_hint(m, &dice);
}
