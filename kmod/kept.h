/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_KEPT_H
#define SYNCOPATE_KEPT_H

#include <linux/skbuff.h>

struct emit_conn;
struct kept_far;
struct net_device;

/* A TCP SYN over IPv6 with all of Linux's options takes 94, with MAC header. */
#define KEPT_NEAR 96

/* The room for long packets is counted in pieces of so many bytes. */
#define KEPT_PIECE 256
#define KEPT_PIECES_MIN 64U

/**
 * struct kept_room - how much memory there is for packets that are long
 * @most: so many pieces
 * @used: those that are taken
 *
 * A packet that takes no more than one is not counted: the most that headers come to.
 */
struct kept_room {
	unsigned int most;
	atomic_t used;
};

/**
 * struct kept - a packet, to be sent again
 * @headers: what the kernel itself copies in one piece
 * @cb: its control block, as the bridge or IP left it
 * @tstamp: when it was received or is to be sent
 * @dst: its route, a reference, or NULL
 * @ext: its extensions, a reference
 * @active_ext: which extensions these are, 0 for none
 * @queue_mapping: its queue
 * @headroom: bytes in front of its data when it was kept, to which the offsets
 *	in @headers refer
 * @room: bytes to leave in front of its data when it is sent again
 * @before: bytes in front of its data that belong to it: the MAC header
 * @len: its length, 0 if there is no packet
 * @near: its bytes, @before and @len
 * @far: the same if there are more than %KEPT_NEAR of them, see kept.c
 *
 * A tenth of the memory of a &struct sk_buff and its buffer is in use for the
 * header of a SYN, and most are answered before they are to be sent again. So
 * only what tells one from another is kept, of all that skb_copy() copies, and
 * a &struct sk_buff is made of it when one is sent.
 */
struct kept {
	typeof_member(struct sk_buff, headers) headers;
	char cb[sizeof_field(struct sk_buff, cb)] __aligned(8);
	ktime_t tstamp;
	struct dst_entry *dst;
#ifdef CONFIG_SKB_EXTENSIONS
	struct skb_ext *ext;
	u8 active_ext;
#endif
	u16 queue_mapping;
	u16 headroom;
	u16 room;
	u16 before;
	u32 len;
	union {
		u8 near[KEPT_NEAR];
		struct kept_far *far;
	};
};

/**
 * kept_room_set - say how much room there is
 * @room: it; what is taken stays
 * @packets: for so many packets, a piece for each
 */
static inline void kept_room_set(struct kept_room *room, unsigned int packets)
{
	/* Some may be long even where there are few. */
	WRITE_ONCE(room->most, max(packets, KEPT_PIECES_MIN));
}

/**
 * kept_init - begin to keep nothing
 * @kept: where
 */
static inline void kept_init(struct kept *kept)
{
	kept->len = 0;
}

bool kept_take(struct kept *kept, struct sk_buff *skb,
	       const struct net_device *out, struct emit_conn *conn,
	       struct kept_room *room);
struct sk_buff *kept_skb(const struct kept *kept);
void kept_drop(struct kept *kept);

#endif /* SYNCOPATE_KEPT_H */
