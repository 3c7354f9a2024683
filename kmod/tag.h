/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_TAG_H
#define SYNCOPATE_TAG_H

#include <linux/types.h>

struct flow;
struct flow_key;
struct syncopate_net;

int tag_table_init(struct syncopate_net *sn);
void tag_table_destroy(struct syncopate_net *sn);
int tag_insert(struct flow *flow);
void tag_remove(struct flow *flow);
struct flow *tag_find(struct syncopate_net *sn, const struct flow_key *key,
		      unsigned int client, u32 tag);
bool tag_is(const struct flow *flow, const struct syncopate_net *sn,
	    const struct flow_key *key, unsigned int client, u32 tag);

#endif /* SYNCOPATE_TAG_H */
