/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_HANDSHAKE_H
#define SYNCOPATE_HANDSHAKE_H

#include "emit.h"
#include "flow.h"
#include "packet.h"

/**
 * struct segment - a handshake segment at a forward hook
 * @skb: the packet
 * @in: the device that it came in by, on a bridge the port
 * @out: the device that it goes out by
 * @pkt: what it says
 * @path: how it passes
 * @key: of its attempt
 * @from: which end of @key it comes from; for an ICMP error, which end sent the
 *	quoted segment
 */
struct segment {
	struct sk_buff *skb;
	const struct net_device *in;
	const struct net_device *out;
	struct packet pkt;
	struct emit_path path;
	struct flow_key key;
	unsigned int from;
};

unsigned int handshake_event(struct syncopate_net *sn, struct segment *seg);

#endif /* SYNCOPATE_HANDSHAKE_H */
