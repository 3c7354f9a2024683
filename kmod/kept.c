// SPDX-License-Identifier: GPL-2.0
/*
 * A packet that is kept to be sent again.
 *
 * It lives in whoever keeps it, and he locks it.
 */
#include <linux/log2.h>
#include <linux/netdevice.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <net/dst.h>

#include "emit.h"
#include "kept.h"

/**
 * struct kept_far - the bytes of a packet that has many
 * @room: where they are counted
 * @bytes: as they were
 */
struct kept_far {
	struct kept_room *room;
	u8 bytes[];
};

/* Bytes of the packet, those in front of its data included. */
static unsigned int kept_size(const struct kept *kept)
{
	return kept->before + kept->len;
}

/* How many pieces are counted for a packet of so many bytes. */
static unsigned int far_pieces(unsigned int size)
{
	size = roundup_pow_of_two(sizeof(struct kept_far) + size);
	return size > KEPT_PIECE ? size / KEPT_PIECE : 0;
}

/* @given_back: pieces of what it takes the place of */
static struct kept_far *far_alloc(unsigned int size, struct kept_room *room,
				  unsigned int given_back)
{
	unsigned int pieces = far_pieces(size);
	unsigned int used = atomic_add_return(pieces, &room->used);
	struct kept_far *far = NULL;

	if (pieces <= given_back || used - given_back <= READ_ONCE(room->most))
		far = kmalloc(struct_size(far, bytes, size),
			      GFP_ATOMIC | __GFP_NOWARN);
	if (far)
		far->room = room;
	else
		atomic_sub(pieces, &room->used);
	return far;
}

/* How many are counted for what is kept. */
static unsigned int kept_pieces(const struct kept *kept)
{
	return kept->len && kept_size(kept) > KEPT_NEAR ?
	       far_pieces(kept_size(kept)) : 0;
}

/* @far: may be NULL */
static void far_free(struct kept_far *far, unsigned int size)
{
	if (!far)
		return;
	atomic_sub(far_pieces(size), &far->room->used);
	kfree(far);
}

static void ext_keep(struct kept *kept, const struct sk_buff *skb)
{
#ifdef CONFIG_SKB_EXTENSIONS
	kept->active_ext = skb->active_extensions;
	if (!kept->active_ext)
		return;
	kept->ext = skb->extensions;
	refcount_inc(&kept->ext->refcnt);
#endif
}

static void ext_give(const struct kept *kept, struct sk_buff *skb)
{
#ifdef CONFIG_SKB_EXTENSIONS
	skb->active_extensions = kept->active_ext;
	if (!kept->active_ext)
		return;
	skb->extensions = kept->ext;
	refcount_inc(&kept->ext->refcnt);
#endif
}

static void ext_drop(struct kept *kept)
{
#ifdef CONFIG_SKB_EXTENSIONS
	if (kept->active_ext)
		__skb_ext_put(kept->ext);
#endif
}

/*
 * The name of a packet's conntrack entry; the reference stays with the packet,
 * see &struct emit_conn.
 */
static void kept_conn(struct emit_conn *conn, const struct sk_buff *skb)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	conn->known = ct && !nf_ct_is_template(ct);
	if (!conn->known)
		return;
	conn->ctinfo = ctinfo;
	conn->zone = *nf_ct_zone(ct);
	/*
	 * That of its own direction, as it was before it is translated: of a
	 * connection of this machine's own it is what the socket calls it.
	 */
	conn->tuple = ct->tuplehash[CTINFO2DIR(ctinfo)].tuple;
}

/**
 * kept_take - keep a packet
 * @kept: where; what was kept there is dropped if that succeeds
 * @skb: the packet, at a hook; it stays the caller's, and is made linear
 * @out: where it goes
 * @conn: where to put the name of its conntrack entry
 * @room: for its bytes, if they are many; must be there as long as it is kept
 *
 * Of the packet are kept its bytes from the MAC header on, a reference on its
 * route and one on its extensions. Under RCU.
 *
 * Return: false if there is no memory or the route is going away.
 */
bool kept_take(struct kept *kept, struct sk_buff *skb,
	       const struct net_device *out, struct emit_conn *conn,
	       struct kept_room *room)
{
	struct dst_entry *dst = skb_dst(skb);
	unsigned int before = 0, size;
	u8 *bytes = kept->near;
	struct kept_far *far = NULL;

	if (skb_linearize(skb))
		return false;
	if (skb_mac_header_was_set(skb))
		before = skb->data - skb_mac_header(skb);
	size = before + skb->len;
	if (size > KEPT_NEAR) {
		far = far_alloc(size, room, kept_pieces(kept));
		if (!far)
			return false;
		bytes = far->bytes;
	}
	if (dst && !dst_hold_safe(dst)) {
		far_free(far, size);
		return false;
	}

	kept_drop(kept);
	memcpy(bytes, skb->data - before, size);
	if (far)
		kept->far = far;
	kept->dst = dst;
	ext_keep(kept, skb);
	memcpy(kept->cb, skb->cb, sizeof(kept->cb));
	kept->headers = skb->headers;
	kept->tstamp = skb->tstamp;
	kept->queue_mapping = skb->queue_mapping;
	kept->headroom = skb_headroom(skb);
	kept->room = max_t(unsigned int, LL_RESERVED_SPACE(out), before);
	kept->before = before;
	kept->len = skb->len;
	kept_conn(conn, skb);
	return true;
}

/**
 * kept_skb - the packet again
 * @kept: what was kept of it
 *
 * Like skb_copy() of what it was, with room in front for the header of the
 * device where it went, but without device and conntrack entry.
 *
 * Return: the packet, the caller's; or NULL if there is no memory.
 */
struct sk_buff *kept_skb(const struct kept *kept)
{
	const u8 *bytes = kept->near;
	struct sk_buff *skb;

	skb = alloc_skb(kept->room + kept->len, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return NULL;
	if (kept_size(kept) > KEPT_NEAR)
		bytes = kept->far->bytes;
	skb_reserve(skb, kept->room);
	skb_put(skb, kept->len);
	memcpy(skb->data - kept->before, bytes, kept_size(kept));

	if (kept->dst) {
		dst_hold(kept->dst);
		skb_dst_set(skb, kept->dst);
	}
	ext_give(kept, skb);
	memcpy(skb->cb, kept->cb, sizeof(skb->cb));
	memcpy(&skb->headers, &kept->headers, sizeof(skb->headers));
	skb->tstamp = kept->tstamp;
	skb->queue_mapping = kept->queue_mapping;
	skb_headers_offset_update(skb, kept->room - kept->headroom);
	return skb;
}

/**
 * kept_drop - keep a packet no longer
 * @kept: what was kept of it, or nothing
 */
void kept_drop(struct kept *kept)
{
	if (!kept->len)
		return;
	if (kept_size(kept) > KEPT_NEAR)
		far_free(kept->far, kept_size(kept));
	ext_drop(kept);
	dst_release(kept->dst);
	kept->len = 0;
}
