// SPDX-License-Identifier: GPL-2.0
/* Requests are spoiled in all the ways that a sender may get them wrong. */
#include <linux/genetlink.h>
#include <string.h>

#include "messages.h"

/* Longest attribute that is made. */
#define LEN_MAX		60000

static void insert(unsigned int at, const struct item *item)
{
	if (num_items == ITEMS_MAX)
		return;
	memmove(items + at + 1, items + at, (num_items - at) * sizeof(*items));
	items[at] = *item;
	num_items++;
}

static void resize(struct item *item, uint32_t len)
{
	uint8_t *data = room(len);

	if (one_in(2))
		fill(data, len);
	if (item->len)
		memcpy(data, item->data, item->len < len ? item->len : len);
	item->data = data;
	item->len = len;
}

static void spoil_length(struct item *item)
{
	switch (random_below(6)) {
	case 0:
		resize(item, 0);
		break;
	case 1:
		resize(item, item->len + 1);
		break;
	case 2:
		resize(item, item->len ? item->len - 1 : 1);
		break;
	case 3:
		resize(item, item->len * 2);
		break;
	case 4:
		resize(item, random_below(64));
		break;
	default:
		resize(item, one_in(16) ? random_below(LEN_MAX) : random_below(300));
	}
}

static void spoil_string(struct item *item)
{
	static const uint8_t bad[] = { 0, '\n', '/', ' ', '-', 0x7f, 0x80, 0xff };

	switch (random_below(5)) {
	case 0:
		/* Without its end. */
		if (item->len)
			item->len--;
		break;
	case 1:
		resize(item, item->spec->max + 1 + random_below(2));
		memset(item->data, 'x', item->spec->max + 1);
		break;
	case 2:
		/* A control of the second set, U+009B. */
		if (item->len < 3)
			break;
		resize(item, item->len);
		memcpy(item->data + random_below(item->len - 2), "\xc2\x9b", 2);
		break;
	default:
		if (!item->len)
			break;
		resize(item, item->len);
		item->data[one_in(2) ? 0 : random_below(item->len)] = PICK(bad);
	}
}

static void spoil_value(struct item *item)
{
	const struct attribute *spec = item->spec;

	if (!spec || spec->kind == KIND_NEST || spec->kind == KIND_FLAG || spec->kind == KIND_PAD) {
		spoil_length(item);
	} else if (spec->kind == KIND_STRING) {
		spoil_string(item);
	} else if (spec->kind == KIND_BINARY) {
		resize(item, PICK(((uint32_t[]){ 4, 16, 16, 5, 8, 32 })));
		fill(item->data, item->len);
		/* ::ffff:a.b.c.d */
		if (item->len == 16 && one_in(2))
			memcpy(item->data, (uint8_t[12]){ [10] = 0xff, [11] = 0xff }, 12);
	} else {
		uint64_t values[] = { spec->min - 1, spec->min, spec->max, spec->max + 1, 0,
				      UINT64_MAX, random64() >> random_below(64) };

		set_number(item, PICK(values), width(spec->kind));
	}
}

static void spoil_type(struct item *item)
{
	switch (random_below(5)) {
	case 0:
		item->type ^= NLA_F_NESTED;
		break;
	case 1:
		item->type ^= NLA_F_NET_BYTEORDER;
		break;
	case 2:
		item->type = PICK(((uint16_t[]){ 0, 64, 255, 0x3fff, 0xffff }));
		break;
	default:
		item->type = random_below(48);
	}
}

void spoil_items(const struct set *set)
{
	unsigned int at = random_below(num_items + !num_items);
	struct item item = {};

	if (!num_items || one_in(8)) {
		/* One that is not known, or not expected here. */
		item.type = random_below(60);
		item.depth = random_below(3);
		if (set->num && one_in(2)) {
			item.spec = &set->attrs[random_below(set->num)];
			item.type = item.spec->type;
		}
		spoil_length(&item);
		insert(random_below(num_items + 1), &item);
		return;
	}
	switch (random_below(9)) {
	case 0:
		spoil_type(&items[at]);
		break;
	case 1:
		spoil_length(&items[at]);
		break;
	case 2:
		items[at].lie = PICK(((int[]){ -1, 1, -4, 4, 8, -64, 4096, 65000 }));
		break;
	case 3:
		num_items--;
		memmove(items + at, items + at + 1, (num_items - at) * sizeof(*items));
		break;
	case 4:
		item = items[at];
		insert(random_below(num_items + 1), &item);
		if (one_in(2))
			spoil_value(&items[at]);
		break;
	case 5:
		items[at].depth = random_below(4);
		break;
	default:
		spoil_value(&items[at]);
	}
}

void spoil_header(struct nlmsghdr *nlh)
{
	struct genlmsghdr *genl = (struct genlmsghdr *)(nlh + 1);

	switch (random_below(20)) {
	case 0 ... 3:
		genl->cmd = one_in(2) ? random_below(num_commands + 4) : random_below(256);
		break;
	case 4 ... 5:
		genl->version = random_below(256);
		break;
	case 6 ... 7:
		genl->reserved = 1U << random_below(16);
		break;
	case 8 ... 13:
		nlh->nlmsg_flags ^= PICK(((uint16_t[]){ NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK,
			NLM_F_ECHO, NLM_F_DUMP, NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE,
			NLM_F_APPEND, NLM_F_DUMP_INTR, 0x8000 }));
		break;
	case 14:
		/* What follows in the buffer is lost, so this is seldom. */
		nlh->nlmsg_len = random_below(nlh->nlmsg_len + 1);
		break;
	case 15:
		nlh->nlmsg_len += PICK(((int[]){ 1, 4, -1, -4, 60000, -(int)nlh->nlmsg_len }));
		break;
	case 16 ... 17:
		nlh->nlmsg_type = one_in(2) ? random_below(NLMSG_MIN_TYPE) : 0xffff;
		break;
	default:
		nlh->nlmsg_pid = random64();
	}
}
