// SPDX-License-Identifier: GPL-2.0
/*
 * The part of the parser that knows SCTP (RFC 9260), pure like packet.c.
 *
 * An association is set up as a connection is, but for one chunk more, and what
 * stands for the numbers of TCP are tags: the client's INIT has one of 32 random
 * bits, and whoever answers puts it into the common header.  So a chunk is told
 * as the segment that it corresponds to, with the tag as its number:
 *
 *   INIT			SYN, seq = its initiate tag
 *   INIT ACK			SYN-ACK, ack_seq = the header's tag + 1, seq = its own
 *   ABORT			RST with ACK, ack_seq = the header's tag + 1
 *   ABORT with the T bit	RST, seq = the header's tag: it is the sender's own,
 *				who does not know the other's (8.5.1)
 *   COOKIE ECHO		ACK: the client's, who has had an answer
 *
 * What comes after is not of our concern.  The checksum is not looked at, as
 * with TCP: a packet that is damaged has no effect but on itself.
 */
#include "sctp.h"

#define SCTP_HLEN	12
#define CHUNK_HLEN	4
#define INIT_LEN	20	/* of the chunk, without parameters */
#define INIT_TAG	4	/* where in the chunk its tag is */

#define CHUNK_INIT		1
#define CHUNK_INIT_ACK		2
#define CHUNK_ABORT		6
#define CHUNK_COOKIE_ECHO	10

#define ABORT_T		0x01	/* the tag is the sender's */

/**
 * sctp_is_nothing - tell the usual packet by a glance, see packet_glance()
 * @sctp: where SCTP begins
 * @len: bytes that can be read
 */
bool sctp_is_nothing(const u8 *sctp, unsigned int len)
{
	if (len < SCTP_HLEN + CHUNK_HLEN)
		return false;
	switch (sctp[SCTP_HLEN]) {
	case CHUNK_INIT:
	case CHUNK_INIT_ACK:
	case CHUNK_ABORT:
	case CHUNK_COOKIE_ECHO:
		return false;
	default:
		return true;
	}
}

/* Fills in the ports. Return: the tag of the header. */
static u32 read_header(struct packet *pkt, const u8 *sctp)
{
	pkt->sport = htons(get_unaligned_be16(sctp));
	pkt->dport = htons(get_unaligned_be16(sctp + 2));
	return get_unaligned_be32(sctp + 4);
}

/*
 * INIT and INIT ACK stand alone in their packets (6.10), and have a tag that is
 * not 0 (3.3.2, 3.3.3).
 */
static bool read_init(struct packet *pkt, struct view *view, unsigned int off)
{
	const u8 *chunk = view->data + off + SCTP_HLEN;
	unsigned int len = get_unaligned_be16(chunk + 2);
	unsigned int room = view->total - off - SCTP_HLEN;

	/* Who does not fill the last word is forgiven. */
	if (len < INIT_LEN || len > room || room - len > 3 ||
	    !view_has(view, off + SCTP_HLEN + INIT_LEN))
		return false;
	pkt->seq = get_unaligned_be32(chunk + INIT_TAG);
	return pkt->seq && pkt->sport && pkt->dport;
}

/**
 * sctp_parse - read an SCTP packet
 * @pkt: where to
 * @view: the packet
 * @off: where in it SCTP begins
 *
 * Return: what it is; %PACKET_OTHER, too, if @view then needs more.
 */
enum packet_kind sctp_parse(struct packet *pkt, struct view *view,
			    unsigned int off)
{
	const u8 *sctp = view->data + off, *chunk = sctp + SCTP_HLEN;
	u32 tag;

	if (!view_has(view, off + SCTP_HLEN + CHUNK_HLEN))
		return PACKET_OTHER;

	tag = read_header(pkt, sctp);
	pkt->seq = 0;
	pkt->ack = tag;
	pkt->ack_seq = tag + 1;
	pkt->payload = 0;
	pkt->stamp = 0;

	switch (chunk[0]) {
	case CHUNK_INIT:
		/* Nothing is known of the other side: its tag is 0 (8.5.1). */
		return !tag && read_init(pkt, view, off) ? PACKET_SYN :
							   PACKET_OTHER;
	case CHUNK_INIT_ACK:
		return tag && read_init(pkt, view, off) ? PACKET_SYNACK :
							  PACKET_OTHER;
	case CHUNK_ABORT:
		if (!tag)
			return PACKET_OTHER;
		if (chunk[1] & ABORT_T) {
			pkt->ack = false;
			pkt->seq = tag;
		}
		return PACKET_RST;
	case CHUNK_COOKIE_ECHO:
		return tag ? PACKET_ACK : PACKET_OTHER;
	default:
		return PACKET_OTHER;
	}
}

/**
 * sctp_parse_quote - read what an ICMP error quotes of an INIT
 * @pkt: where to
 * @view: the error
 * @off: where in it the quoted SCTP begins
 *
 * The header of an INIT has no tag.  Unless the quote goes as far as the one in
 * the chunk, anyone may have made it up (RFC 9260, appendix C, ICMP6).
 *
 * Return: false if it is no such quote, or if @view needs more.
 */
bool sctp_parse_quote(struct packet *pkt, struct view *view, unsigned int off)
{
	const u8 *sctp = view->data + off, *chunk = sctp + SCTP_HLEN;

	if (!view_has(view, off + SCTP_HLEN + INIT_TAG + 4) ||
	    read_header(pkt, sctp) || chunk[0] != CHUNK_INIT)
		return false;
	pkt->seq = get_unaligned_be32(chunk + INIT_TAG);
	return true;
}
