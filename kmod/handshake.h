/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_HANDSHAKE_H
#define SYNCOPATE_HANDSHAKE_H

struct segment;
struct syncopate_net;

unsigned int handshake_event(struct syncopate_net *sn, struct segment *seg);

#endif /* SYNCOPATE_HANDSHAKE_H */
