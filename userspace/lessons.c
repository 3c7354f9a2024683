// SPDX-License-Identifier: GPL-2.0
/* What answers have taught of destinations, read whole. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nl.h"

static int take_learned(const struct nlmsghdr *msg, void *data)
{
	struct learned_list *list = data;
	struct learned *more;

	if (list->count == list->room) {
		more = reallocarray(list->entry, 2 * list->room + 64, sizeof(*more));
		if (!more)
			return -ENOMEM;
		list->entry = more;
		list->room = 2 * list->room + 64;
	}
	learned_read(&list->entry[list->count++], nl_payload(msg), nl_payload_len(msg));
	return 0;
}

/* By address and port; of one that is behind several bridges the last used first. */
static int compare(const void *a, const void *b)
{
	const struct learned *one = a, *other = b;
	int order;

	if (one->peer.family != other->peer.family)
		return one->peer.family < other->peer.family ? -1 : 1;
	order = memcmp(one->peer.addr, other->peer.addr, sizeof(one->peer.addr));
	if (order)
		return order;
	if (one->peer.port != other->peer.port)
		return one->peer.port < other->peer.port ? -1 : 1;
	if (one->peer.proto != other->peer.proto)
		return one->peer.proto < other->peer.proto ? -1 : 1;
	return one->last_used < other->last_used ? -1 : one->last_used > other->last_used;
}

/* Carries out a request for a list. Returns an exit status. */
static int look(struct ctx *ctx, struct nl_request *req, struct learned_list *list)
{
	int ret = nl_dump_request(ctx, req, take_learned, list);

	if (!ret && list->count)
		qsort(list->entry, list->count, sizeof(*list->entry), compare);
	return ret;
}

/**
 * learned_get() - read what answers have taught
 * @ctx: run of the tool
 * @where: of these destinations, NULL for all
 * @list: the result, sorted; its entries are to be freed
 *
 * Return: exit status
 */
int learned_get(struct ctx *ctx, const struct endpoint *where, struct learned_list *list)
{
	struct nl_request req;

	memset(list, 0, sizeof(*list));
	nl_request(&req, SYNCOPATE_CMD_LEARNED_GET);
	req.loose = true;
	if (where) {
		mnl_attr_put(req.nlh, SYNCOPATE_A_LEARNED_ADDR, prefix_bytes(&where->prefix),
			     where->prefix.addr);
		mnl_attr_put_u8(req.nlh, SYNCOPATE_A_LEARNED_LEN, where->prefix.len);
		if (where->port)
			mnl_attr_put_u16(req.nlh, SYNCOPATE_A_LEARNED_PORT, where->port);
	}
	return look(ctx, &req, list);
}

/**
 * learned_look() - read what answers have taught of all, if one may
 * @ctx: run of the tool
 * @list: the result, sorted; its entries are to be freed
 * @denied: set if one may not
 *
 * Return: exit status
 */
int learned_look(struct ctx *ctx, struct learned_list *list, bool *denied)
{
	struct nl_request req;
	int ret;

	memset(list, 0, sizeof(*list));
	nl_request(&req, SYNCOPATE_CMD_LEARNED_GET);
	req.loose = true;
	req.modest = true;
	ret = look(ctx, &req, list);
	*denied = req.denied;
	return ret;
}
