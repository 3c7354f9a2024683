/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_SEGMENT_H
#define SYNCOPATE_SEGMENT_H

#include <linux/types.h>

#include "emit.h"
#include "flow-key.h"
#include "packet.h"

struct net_device;
struct sk_buff;

/**
 * struct segment - a handshake segment at a hook
 * @skb: the packet
 * @in: the device that it came in by, on a bridge the port; NULL at
 *	%NF_INET_LOCAL_OUT
 * @out: the device that it goes out by; NULL at %NF_INET_LOCAL_IN
 * @pkt: what it says
 * @path: how it passes
 * @key: of its attempt
 * @from: which end of @key it comes from; for an ICMP error, which end sent the
 *	quoted segment
 * @copy: it is a copy, the segment itself went another way
 */
struct segment {
	struct sk_buff *skb;
	const struct net_device *in;
	const struct net_device *out;
	struct packet pkt;
	struct emit_path path;
	struct flow_key key;
	unsigned int from;
	bool copy;
};

#endif /* SYNCOPATE_SEGMENT_H */
