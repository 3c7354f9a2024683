/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_SCTP_H
#define SYNCOPATE_SCTP_H

#include "packet.h"
#include "view.h"

bool sctp_is_nothing(const u8 *sctp, unsigned int len);
enum packet_kind sctp_parse(struct packet *pkt, struct view *view,
			    unsigned int off);
bool sctp_parse_quote(struct packet *pkt, struct view *view, unsigned int off);

#endif /* SYNCOPATE_SCTP_H */
