/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_SHARD_H
#define SYNCOPATE_SHARD_H

#include "pure.h"

struct packet;

u64 shard_hash(const struct packet *pkt, u8 proto);
u32 shard_of(u64 hash, u32 shards);

#endif /* SYNCOPATE_SHARD_H */
