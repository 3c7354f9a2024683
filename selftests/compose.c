// SPDX-License-Identifier: GPL-2.0
/*
 * Requests are composed as the specification has them.  What comes depends on the seed alone.
 */
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>

#include "messages.h"

/* So much is all that is made for one message, give or take. */
#define SIZE_MAX_MADE	65000

/* A prefix that requests speak of, the same again and again. */
struct place {
	uint8_t addr[16];
	unsigned int addr_len, len;
};

static const struct place places[] = {
	{ { 10, 1, 0, 3 }, 4, 32 },
	{ { 10, 1 }, 4, 16 },
	{ { 10, 3, 0, 3 }, 4, 32 },
	{ { 0 }, 4, 0 },
	{ { 198, 51, 100, 128 }, 4, 25 },
	{ { 0xfd, 0x01, [15] = 3 }, 16, 128 },
	{ { 0xfd, 0x01 }, 16, 64 },
	{ { 0 }, 16, 0 },
};

static const char *const names[] = { "a", "b", "c", "d.e", "p1", "p2", "under_score", "sip-1" };
static const char *const devices[] = { "c-bridged", "s-routed", "eth0", "lo" };

static uint64_t state;
struct item items[ITEMS_MAX];
unsigned int num_items;
static uint8_t arena[1 << 20];
static size_t used;

void random_seed(uint64_t seed)
{
	/* Zero would stay zero. */
	state = seed * 2 + 1;
}

/* xorshift64*, by Vigna */
uint64_t random64(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dULL;
}

uint32_t random_below(uint32_t end)
{
	return (random64() >> 32) * end >> 32;
}

bool one_in(uint32_t n)
{
	return !random_below(n);
}

uint8_t *room(size_t len)
{
	uint8_t *data = arena + used;

	if (used + len > sizeof(arena))
		abort();
	used += len;
	memset(data, 0, len);
	return data;
}

void fill(uint8_t *data, size_t len)
{
	while (len--)
		*data++ = random64() >> 56;
}

void set_number(struct item *item, uint64_t value, size_t len)
{
	uint8_t *data = room(len);

	memcpy(data, &value, len);
	item->data = data;
	item->len = len;
}

size_t width(enum kind kind)
{
	return kind == KIND_U8 ? 1 : kind == KIND_U16 ? 2 : kind == KIND_U32 ? 4 : 8;
}

/* Small ones are as likely as large ones. */
static uint64_t number_between(uint64_t low, uint64_t high)
{
	uint64_t span = high - low, value;

	switch (random_below(4)) {
	case 0:
		return low;
	case 1:
		return high;
	}
	value = random64() >> random_below(64);
	return low + (span == UINT64_MAX ? value : value % (span + 1));
}

static void set_string(struct item *item)
{
	static const char foreign[] = "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80";
	const char *name = item->spec->name;
	char text[128] = "";
	unsigned int i, len;

	if (!strcmp(name, "name")) {
		strcpy(text, PICK(names));
	} else if (!strcmp(name, "iif")) {
		strcpy(text, PICK(devices));
	} else {
		len = random_below(item->spec->max < 127 ? item->spec->max + 1 : 128);
		for (i = 0; i < len; i++)
			text[i] = ' ' + random_below(95);
		/* Of 2, 3 and 4 bytes. */
		if (len >= sizeof(foreign) && !random_below(4))
			memcpy(text + random_below(len - strlen(foreign) + 1), foreign,
			       strlen(foreign));
	}
	len = strlen(text) + 1;
	item->data = room(len);
	memcpy(item->data, text, len);
	item->len = len;
}

static void set_good(struct item *item, const struct place *place)
{
	const struct attribute *spec = item->spec;
	size_t len = strlen(spec->name);

	switch (spec->kind) {
	case KIND_STRING:
		set_string(item);
		break;
	case KIND_BINARY:
		item->data = (uint8_t *)place->addr;
		item->len = place->addr_len;
		break;
	case KIND_U8 ... KIND_U64:
		if (len >= 3 && !strcmp(spec->name + len - 3, "len"))
			set_number(item, place->len, 1);
		else
			set_number(item, number_between(spec->low, spec->high), width(spec->kind));
		break;
	default:
		break;
	}
}

static struct item *add_item(const struct attribute *spec, unsigned int depth)
{
	struct item *item = &items[num_items];

	if (num_items == ITEMS_MAX)
		return NULL;
	num_items++;
	*item = (struct item){ .spec = spec, .depth = depth };
	if (spec)
		item->type = spec->type | (spec->kind == KIND_NEST ? NLA_F_NESTED : 0);
	return item;
}

/* Attributes of @set, those that go together with the others. */
static void make_attrs(const struct set *set, unsigned int depth)
{
	const struct place *place = &PICK(places);
	const struct attribute *spec;
	uint64_t there = 0;
	struct item *item;
	unsigned int i, n;

	for (i = 0; i < set->num; i++) {
		spec = &set->attrs[i];
		if (random_below(16) >= spec->chance ||
		    (spec->needs && !(there & 1ULL << spec->needs)))
			continue;
		there |= 1ULL << spec->type;
		n = !spec->multi ? 1 : one_in(64) ? 1 + random_below(900) : 1 + random_below(3);
		while (n-- && used < SIZE_MAX_MADE) {
			item = add_item(spec, depth);
			if (!item)
				return;
			if (spec->nest)
				make_attrs(spec->nest, depth + 1);
			else
				set_good(item, place);
		}
	}
	/* Only a prefix that is the whole address can do without its length. */
	for (i = 0; depth == 0 && i < num_items && place->len < place->addr_len * 8; i++)
		if (items[i].data == place->addr && one_in(2))
			items[i].data = (uint8_t *)places[place->addr_len == 4 ? 0 : 5].addr;
}

/* Writes items from @at on that are as deep as that, and returns how far it came. */
static uint8_t *write_items(uint8_t *to, const uint8_t *end, unsigned int *at)
{
	unsigned int depth = items[*at].depth;
	struct nlattr *attr;
	struct item *item;
	size_t len;

	while (*at < num_items && items[*at].depth >= depth) {
		item = &items[(*at)++];
		if (to + NLA_HDRLEN + NLA_ALIGN(item->len) > end)
			break;
		attr = (struct nlattr *)to;
		attr->nla_type = item->type;
		to += NLA_HDRLEN;
		memset(to, 0, NLA_ALIGN(item->len));
		if (item->len)
			memcpy(to, item->data, item->len);
		len = item->len;
		to += NLA_ALIGN(len);
		if (*at < num_items && items[*at].depth > depth) {
			to = write_items(to, end, at);
			len = to - (uint8_t *)attr - NLA_HDRLEN;
		}
		attr->nla_len = NLA_HDRLEN + len + item->lie;
	}
	return to;
}

static const struct command *pick_command(void)
{
	const struct command *command;

	/* What empties all would leave little to the others. */
	do
		command = &commands[random_below(num_commands)];
	while (command->way == WAY_EVENT || (strstr(command->name, "flush") && !one_in(8)));
	return command;
}

/**
 * message_make - make a request
 * @buf: has room for MESSAGE_MAX
 * @seq: its number
 *
 * Returns its true length, which need not be the one that its header tells.
 */
size_t message_make(void *buf, uint32_t seq)
{
	const struct command *command = pick_command();
	struct genlmsghdr *genl;
	struct nlmsghdr *nlh = buf;
	unsigned int n, at = 0;
	uint8_t *to;

	num_items = 0;
	used = 0;
	make_attrs(&command->request, 0);
	memset(nlh, 0, sizeof(*nlh) + sizeof(*genl));
	genl = (struct genlmsghdr *)(nlh + 1);
	to = (uint8_t *)(genl + 1);
	/* A quarter of them stays good. */
	n = random_below(4) ? 1 + random_below(4) : 0;
	while (n && !one_in(5)) {
		spoil_items(&command->request);
		n--;
	}
	while (at < num_items)
		to = write_items(to, (uint8_t *)buf + MESSAGE_MAX, &at);
	nlh->nlmsg_len = to - (uint8_t *)buf;
	nlh->nlmsg_type = FAMILY;
	nlh->nlmsg_seq = seq;
	nlh->nlmsg_flags = NLM_F_REQUEST | (one_in(4) ? 0 : NLM_F_ACK) | (one_in(8) ? NLM_F_ECHO : 0) |
			   (command->way == WAY_DUMP ? NLM_F_DUMP : 0);
	genl->cmd = command->cmd;
	genl->version = 1;
	for (; n; n--) {
		if (one_in(2))
			spoil_header(nlh);
		else if (to > (uint8_t *)(genl + 1))
			((uint8_t *)(genl + 1))[random_below(to - (uint8_t *)(genl + 1))] ^=
				1U << random_below(8);
	}
	/* Now and then its end is missing, or there is more. */
	if (one_in(200))
		to = (uint8_t *)buf + NLMSG_ALIGN(random_below(to - (uint8_t *)buf) + 1);
	return to - (uint8_t *)buf;
}
