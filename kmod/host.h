/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_HOST_H
#define SYNCOPATE_HOST_H

#include "emit.h"

/**
 * enum host_client - how a socket of this machine's stands to its attempt
 * @HOST_WAITS: it waits for an answer
 * @HOST_CONNECTED: it has one, which did not come by us
 * @HOST_GONE: it was closed
 */
enum host_client {
	HOST_WAITS,
	HOST_CONNECTED,
	HOST_GONE,
};

bool host_path(struct net *net, const struct sk_buff *skb,
	       struct emit_path *path);
bool host_is_own(const struct sk_buff *skb);
enum host_client host_client(struct net *net, const struct emit_path *path,
			     u32 isn);
enum emit_result host_syn(struct net *net, struct sk_buff *skb,
			  const struct emit_path *path);
enum emit_result host_reset(struct net *net, const struct sk_buff *old,
			    const struct emit_path *path);

#endif /* SYNCOPATE_HOST_H */
