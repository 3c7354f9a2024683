// SPDX-License-Identifier: GPL-2.0
/*
 * SCTP's attempts by their tags, beside the table by addresses.
 *
 * Either end of an association may have several addresses: those of the client
 * are listed in its INIT, those of the server nobody knows before it answers, and
 * it may do so from any of them to any of the client's.  What an answer has for
 * certain are the two ports and the client's tag, 32 random bits.  So nothing of
 * the list of addresses has to be read.
 *
 * Two attempts in the same place, with the same ports and the same tag, are the
 * same attempt to another address, or by a chance of one in four billion two of
 * different clients.  In either case the second one is not taken into care.
 */
#include <linux/random.h>
#include <linux/rhashtable.h>
#include <linux/siphash.h>

#include "flow.h"
#include "key.h"
#include "main.h"
#include "tag.h"

static hsiphash_key_t tag_secret __read_mostly;

/**
 * struct tag_key - what tells one tag from another
 * @port: the client's port and the server's
 * @vlan: VLAN tags, as in &struct flow_key
 * @zero: padding
 * @domain: likewise
 * @session: likewise
 * @tag: the client's tag, host order
 */
struct tag_key {
	__be16 port[2];
	u16 vlan[FLOW_VLANS];
	u16 zero;
	u32 domain;
	u32 session;
	u32 tag;
} KEY_ALIGNED;

static void tag_key_make(struct tag_key *key, const struct flow_key *flow,
			 unsigned int client, u32 tag)
{
	key->port[0] = flow->port[client];
	key->port[1] = flow->port[!client];
	memcpy(key->vlan, flow->vlan, sizeof(key->vlan));
	key->zero = 0;
	key->domain = flow->domain;
	key->session = flow->session;
	key->tag = tag;
}

/* Ports and tags are the attacker's choice: with a secret. */
static u32 tag_hash(const void *data, u32 len, u32 seed)
{
	return hsiphash(data, sizeof(struct tag_key), &tag_secret);
}

static u32 tag_hash_flow(const void *data, u32 len, u32 seed)
{
	const struct flow *flow = data;
	struct tag_key key;

	tag_key_make(&key, &flow->key, flow->client, flow->isn);
	return tag_hash(&key, sizeof(key), seed);
}

static int tag_compare(struct rhashtable_compare_arg *arg, const void *ptr)
{
	const struct flow *flow = ptr;
	struct tag_key key;

	tag_key_make(&key, &flow->key, flow->client, flow->isn);
	return key_differs(&key, arg->key, sizeof(key));
}

static const struct rhashtable_params tag_params = {
	.key_len = sizeof(struct tag_key),
	.head_offset = offsetof(struct flow, tag_node),
	.hashfn = tag_hash,
	.obj_hashfn = tag_hash_flow,
	.obj_cmpfn = tag_compare,
	.automatic_shrinking = true,
};

/**
 * tag_table_init - set up a namespace's table, once
 * @sn: namespace, its lock held
 *
 * Return: 0 or -ENOMEM.
 */
int tag_table_init(struct syncopate_net *sn)
{
	/* A hole in the key would be hashed and compared. */
	BUILD_BUG_ON(sizeof(struct tag_key) != 24);

	get_random_once(&tag_secret, sizeof(tag_secret));
	return rhashtable_init(&sn->tags, &tag_params);
}

/**
 * tag_table_destroy - undo tag_table_init()
 * @sn: namespace, without attempts
 */
void tag_table_destroy(struct syncopate_net *sn)
{
	rhashtable_destroy(&sn->tags);
}

/**
 * tag_insert - make an attempt known by its tag
 * @flow: of SCTP, in the other table already, its lock held
 *
 * Return: 0, -EEXIST if there is another, or what else the table says, see
 * flow_insert().
 */
int tag_insert(struct flow *flow)
{
	struct tag_key key;
	int err;

	tag_key_make(&key, &flow->key, flow->client, flow->isn);
	err = rhashtable_lookup_insert_key(&flow->sn->tags, &key,
					   &flow->tag_node, tag_params);
	flow->has_tag = !err;
	return err;
}

/**
 * tag_remove - undo tag_insert()
 * @flow: dead; memory that a reader of the table may still look at
 */
void tag_remove(struct flow *flow)
{
	rhashtable_remove_fast(&flow->sn->tags, &flow->tag_node, tag_params);
}

/**
 * tag_find - look an attempt up, whatever its addresses are
 * @sn: namespace
 * @key: that of a packet of SCTP
 * @client: which end of it is the client
 * @tag: the client's tag
 *
 * Under RCU. Return: the flow, for tag_is() to be asked about; or NULL. Its key
 * may have other addresses than @key, and its ends in another order.
 */
struct flow *tag_find(struct syncopate_net *sn, const struct flow_key *key,
		      unsigned int client, u32 tag)
{
	struct tag_key wanted;

	if (!atomic_read(&sn->flow_count))
		return NULL;
	tag_key_make(&wanted, key, client, tag);
	return rhashtable_lookup(&sn->tags, &wanted, tag_params);
}

/**
 * tag_is - is a flow that was found still the one that was looked for?
 * @flow: found under RCU, its lock held since
 * @sn: namespace
 * @key: as of tag_find()
 * @client: likewise
 * @tag: likewise
 *
 * Return: false if it is dead or its memory that of another one.
 */
bool tag_is(const struct flow *flow, const struct syncopate_net *sn,
	    const struct flow_key *key, unsigned int client, u32 tag)
{
	struct tag_key wanted, found;

	if (!flow_lives(flow, sn) || !flow->has_tag)
		return false;
	tag_key_make(&wanted, key, client, tag);
	tag_key_make(&found, &flow->key, flow->client, flow->isn);
	return !key_differs(&found, &wanted, sizeof(wanted));
}
