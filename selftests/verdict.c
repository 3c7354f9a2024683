// SPDX-License-Identifier: GPL-2.0
/*
 * What must come of a request, and what an answer may hold, by the specification alone: an
 * opinion to compare the module's with.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <iconv.h>
#include <linux/genetlink.h>
#include <string.h>

#include "messages.h"

#define TYPES_MAX	64

static uint64_t number_of(const struct nlattr *attr)
{
	uint64_t value = 0;
	size_t len = attr->nla_len - NLA_HDRLEN;

	/* Little-endian, as all machines that the tests run on. */
	memcpy(&value, attr + 1, len < sizeof(value) ? len : sizeof(value));
	return value;
}

/* UTF-8 without control characters, as the C library reads it. */
static bool is_plain(const char *text)
{
	static iconv_t utf8;
	uint32_t code[256], *to = code, *c;
	size_t left = strlen(text), room = sizeof(code);

	if (!utf8)
		utf8 = iconv_open("UCS-4LE", "UTF-8");
	if (utf8 == (iconv_t)-1)
		err(2, "UTF-8");
	iconv(utf8, NULL, NULL, NULL, NULL);
	if (iconv(utf8, (char **)&text, &left, (char **)&to, &room) == (size_t)-1)
		return false;
	for (c = code; c < to; c++)
		if (*c < ' ' || (*c >= 0x7f && *c < 0xa0) || *c > 0x10ffff)
			return false;
	return true;
}

static const char *verdict_text(const struct attribute *spec, const char *text)
{
	const char *c;

	if (!strcmp(spec->name, "name")) {
		if (!*text || *text == '-')
			return "bad begin of a name";
		for (c = text; *c; c++)
			if (!isascii(*c) || (!isalnum(*c) && !strchr("_.-", *c)))
				return "bad character in a name";
	} else if (!strcmp(spec->name, "comment")) {
		if (!is_plain(text))
			return "a comment that is no plain UTF-8";
	} else if (!strcmp(spec->name, "iif")) {
		if (!*text || strchr(text, '/') || strchr(text, ':') || strchr(text, ' '))
			return "no name of an interface";
		if (!is_plain(text))
			return "an interface whose name is no plain UTF-8";
	}
	return NULL;
}

/* The form, which has to be right of each: also of one that another of its type replaces. */
static const char *verdict_form(const struct attribute *spec, const struct nlattr *attr)
{
	size_t len = attr->nla_len - NLA_HDRLEN, most;
	const char *text = (const char *)(attr + 1);

	if (!(attr->nla_type & NLA_F_NESTED) != (spec->kind != KIND_NEST))
		return "a nest, or none, where it is to be otherwise";
	switch (spec->kind) {
	case KIND_FLAG:
		return len ? "a flag that holds something" : NULL;
	case KIND_U8:
		return len == 1 ? NULL : "not 8 bits";
	case KIND_U16:
		return len == 2 ? NULL : "not 16 bits";
	case KIND_U32:
		return len == 4 ? NULL : "not 32 bits";
	case KIND_U64:
		return len == 8 ? NULL : "not 64 bits";
	case KIND_STRING:
		most = len < spec->max + 1 ? len : spec->max + 1;
		if (!most || !memchr(text, '\0', most))
			return "a text without an end";
		if (len - !text[len - 1] > spec->max)
			return "a text that is too long";
		return NULL;
	case KIND_PAD:
		return "padding";
	default:
		return NULL;
	}
}

static const char *verdict_value(const struct attribute *spec, const struct nlattr *attr)
{
	size_t len = attr->nla_len - NLA_HDRLEN;

	switch (spec->kind) {
	case KIND_STRING:
		return verdict_text(spec, (const char *)(attr + 1));
	case KIND_BINARY:
		return len == 4 || len == 16 ? NULL : "an address of neither 4 nor 16 bytes";
	case KIND_U8 ... KIND_U64:
		if (number_of(attr) < spec->min || number_of(attr) > spec->max)
			return "out of range";
		return NULL;
	default:
		return NULL;
	}
}

static const struct attribute *find(const struct set *set, unsigned int type)
{
	unsigned int i;

	for (i = 0; i < set->num; i++)
		if (set->attrs[i].type == type)
			return &set->attrs[i];
	return NULL;
}

/* What is wrong with attributes, NULL if it is nothing that can be told here. */
static const char *verdict_attrs(const void *data, size_t len, const struct set *set)
{
	const struct nlattr *attr, *last[TYPES_MAX] = {};
	const struct attribute *spec;
	const char *fault;
	unsigned int i;
	size_t total;

	while (len >= NLA_HDRLEN) {
		attr = data;
		if (attr->nla_len < NLA_HDRLEN || attr->nla_len > len)
			break;
		spec = find(set, attr->nla_type & NLA_TYPE_MASK);
		if (!spec)
			return "an attribute that is not known here";
		fault = verdict_form(spec, attr);
		if (!fault && spec->nest)
			fault = verdict_attrs(attr + 1, attr->nla_len - NLA_HDRLEN, spec->nest);
		if (fault)
			return fault;
		last[spec->type] = attr;
		total = NLA_ALIGN(attr->nla_len);
		data = (const char *)data + total;
		len = total < len ? len - total : 0;
	}
	if (len)
		return "bytes behind the last attribute";
	for (i = 0; i < set->num; i++) {
		spec = &set->attrs[i];
		attr = last[spec->type];
		if (!attr && spec->required)
			return "a required attribute is missing";
		if (attr && spec->needs && !last[spec->needs])
			return "an attribute without the one that it needs";
		fault = attr ? verdict_value(spec, attr) : NULL;
		if (fault)
			return fault;
	}
	return NULL;
}

const struct command *command_of(uint8_t cmd)
{
	unsigned int i;

	for (i = 0; i < num_commands; i++)
		if (commands[i].cmd == cmd)
			return &commands[i];
	return NULL;
}

/**
 * verdict_request - what must come of a request to the family
 * @nlh: it, complete
 * @admin: who asks has CAP_NET_ADMIN
 *
 * Returns a negative error if it must be that, 1 if it must be refused, 0 if that depends.
 */
int verdict_request(const struct nlmsghdr *nlh, bool admin)
{
	const struct genlmsghdr *genl = (const struct genlmsghdr *)(nlh + 1);
	bool dump = (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	unsigned int flags = nlh->nlmsg_flags & ~(dump ? NLM_F_DUMP : 0);
	const struct command *command;
	size_t len = nlh->nlmsg_len;

	if (len < NLMSG_LENGTH(GENL_HDRLEN))
		return -EINVAL;
	if (genl->reserved || flags & ~(NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO))
		return -EINVAL;
	command = command_of(genl->cmd);
	if (!command || command->way == WAY_EVENT)
		return -EOPNOTSUPP;
	/* A kernel may look first at who asks, or at what. */
	if (command->way != (dump ? WAY_DUMP : WAY_DO))
		return command->admin && !admin ? 1 : -EOPNOTSUPP;
	if (command->admin && !admin)
		return -EPERM;
	if (!command->request.num)
		return 0;
	return verdict_attrs(genl + 1, len - NLMSG_LENGTH(GENL_HDRLEN), &command->request) ? 1 : 0;
}

/**
 * verdict_reply - whether an answer or event is as the specification has it
 * @nlh: it
 *
 * Returns what is wrong with it, or NULL.
 */
const char *verdict_reply(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = (const struct genlmsghdr *)(nlh + 1);
	const struct command *command;

	if (nlh->nlmsg_len < NLMSG_LENGTH(GENL_HDRLEN))
		return "no command";
	command = command_of(genl->cmd);
	if (!command || !command->reply.num)
		return "a command that has no answer";
	return verdict_attrs(genl + 1, nlh->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN), &command->reply);
}
