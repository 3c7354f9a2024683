// SPDX-License-Identifier: GPL-2.0
/* What a statement says, as attributes of a message and as JSON. */
#include <string.h>

#include "nl.h"

#define KEY_SIZE 64

static void put_prefix(struct nlmsghdr *nlh, int attr, const struct prefix *prefix)
{
	mnl_attr_put(nlh, attr, prefix_bytes(prefix), prefix->addr);
	mnl_attr_put_u8(nlh, attr + 1, prefix->len);
}

static void put_value(struct nlmsghdr *nlh, int attr, enum kind kind, const void *value)
{
	const struct endpoint *dest = value;
	const struct ports *ports = value;
	const struct mark *mark = value;
	const struct shard *shard = value;

	switch (kind) {
	case KIND_FLAG:
		mnl_attr_put(nlh, attr, 0, NULL);
		break;
	case KIND_NAME:
	case KIND_INTERFACE:
	case KIND_TEXT:
		mnl_attr_put_strz(nlh, attr, value);
		break;
	case KIND_PREFIX:
		put_prefix(nlh, attr, value);
		break;
	case KIND_DEST:
		put_prefix(nlh, attr, &dest->prefix);
		if (dest->port)
			mnl_attr_put_u16(nlh, attr + 2, dest->port);
		break;
	case KIND_PORTS:
		mnl_attr_put_u16(nlh, attr, ports->min);
		mnl_attr_put_u16(nlh, attr + 1, ports->max);
		break;
	case KIND_MARK:
		mnl_attr_put_u32(nlh, attr, mark->value);
		mnl_attr_put_u32(nlh, attr + 1, mark->mask);
		break;
	case KIND_SHARD:
		mnl_attr_put_u32(nlh, attr, shard->of);
		mnl_attr_put_u32(nlh, attr + 1, shard->number);
		break;
	case KIND_PROTO:
		mnl_attr_put_u8(nlh, attr, *(const uint8_t *)value);
		break;
	case KIND_ON:
	case KIND_TIMING:
	case KIND_REQUIRE:
	case KIND_NUMBER:
	case KIND_LOSS:
		mnl_attr_put_u32(nlh, attr, *(const uint32_t *)value);
		break;
	case KIND_TIME:
		mnl_attr_put_u64(nlh, attr, *(const uint64_t *)value);
		break;
	}
}

/**
 * entry_put() - put what a statement says into a message
 * @nlh: the message
 * @grammar: of the statement
 * @object: what it says
 */
void entry_put(struct nlmsghdr *nlh, const struct grammar *grammar, const void *object)
{
	const struct keyword *subject = &grammar->subject;
	const uint64_t *given = object;
	const struct keyword *keyword;

	if (subject->value && *given & (1ull << subject->attr))
		put_value(nlh, subject->attr, subject->kind,
			  (const char *)object + subject->offset);
	for (keyword = grammar->keywords; keyword->word; keyword++) {
		if (*given & (1ull << keyword->attr))
			put_value(nlh, keyword->attr, keyword->kind,
				  (const char *)object + keyword->offset);
	}
}

static void read_prefix(struct prefix *prefix, const struct nlattr *const *attrs)
{
	size_t bytes = mnl_attr_get_payload_len(attrs[0]);

	if (bytes == sizeof(struct in_addr))
		prefix->family = AF_INET;
	else if (bytes == sizeof(struct in6_addr))
		prefix->family = AF_INET6;
	memcpy(prefix->addr, mnl_attr_get_payload(attrs[0]), prefix_bytes(prefix));
	prefix->len = attrs[1] ? nl_uint(attrs[1]) : 8 * prefix_bytes(prefix);
}

/* Returns whether it can be written as it is. */
static bool read_text(char *buf, size_t size, const struct nlattr *attr)
{
	if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0)
		return false;
	snprintf(buf, size, "%s", mnl_attr_get_str(attr));
	return text_clean(buf) && strlen(mnl_attr_get_str(attr)) < size;
}

/* @attrs begins with the attribute of the value. Returns whether it is read as it is. */
static bool read_value(enum kind kind, void *value, const struct nlattr *const *attrs)
{
	struct endpoint *dest = value;
	struct ports *ports = value;
	struct mark *mark = value;
	struct shard *shard = value;

	switch (kind) {
	case KIND_FLAG:
		break;
	case KIND_NAME:
		return read_text(value, SYNCOPATE_NAME_LEN, attrs[0]);
	case KIND_INTERFACE:
		return read_text(value, INTERFACE_SIZE, attrs[0]);
	case KIND_TEXT:
		return read_text(value, SYNCOPATE_COMMENT_LEN, attrs[0]);
	case KIND_PREFIX:
		read_prefix(value, attrs);
		break;
	case KIND_DEST:
		read_prefix(&dest->prefix, attrs);
		dest->port = nl_uint(attrs[2]);
		break;
	case KIND_PORTS:
		ports->min = nl_uint(attrs[0]);
		ports->max = attrs[1] ? nl_uint(attrs[1]) : ports->min;
		break;
	case KIND_MARK:
		mark->value = nl_uint(attrs[0]);
		mark->mask = attrs[1] ? nl_uint(attrs[1]) : UINT32_MAX;
		break;
	case KIND_SHARD:
		shard->of = nl_uint(attrs[0]);
		shard->number = attrs[1] ? nl_uint(attrs[1]) : 1;
		break;
	case KIND_PROTO:
		*(uint8_t *)value = nl_uint(attrs[0]);
		break;
	case KIND_ON:
	case KIND_TIMING:
	case KIND_REQUIRE:
	case KIND_NUMBER:
	case KIND_LOSS:
		*(uint32_t *)value = nl_uint(attrs[0]);
		break;
	case KIND_TIME:
		*(uint64_t *)value = nl_uint(attrs[0]);
		break;
	}
	return true;
}

/**
 * entry_read() - take what a statement would say out of a message
 * @grammar: of the statement
 * @object: the result, zeroed before
 * @tb: the attributes of the set of @grammar, all that are known
 *
 * Return: whether all texts in it can be written; what can not is '?'
 */
bool entry_read(const struct grammar *grammar, void *object, const struct nlattr *const *tb)
{
	const struct keyword *subject = &grammar->subject;
	const struct keyword *keyword;
	uint64_t *given = object;
	bool clean = true;

	if (subject->value && tb[subject->attr]) {
		*given |= 1ull << subject->attr;
		clean = read_value(subject->kind, (char *)object + subject->offset,
				   &tb[subject->attr]);
	}
	for (keyword = grammar->keywords; keyword->word; keyword++) {
		if (!tb[keyword->attr])
			continue;
		*given |= 1ull << keyword->attr;
		clean &= read_value(keyword->kind, (char *)object + keyword->offset,
				    &tb[keyword->attr]);
	}
	return clean;
}

static void set_number(json_t *json, const char *key, const char *suffix, uint64_t number)
{
	char name[KEY_SIZE];

	snprintf(name, sizeof(name), "%s%s", key, suffix);
	json_object_set_new(json, name, json_integer(number));
}

static void set_prefix(json_t *json, const char *key, const struct prefix *prefix)
{
	char text[PREFIX_SIZE];

	json_object_set_new(json, key, json_string(prefix_format(text, prefix)));
}

/* Values that are no numbers are as they are written, without quotes. */
static void set_value(json_t *json, const char *key, enum kind kind, const void *value)
{
	const struct endpoint *dest = value;
	const struct ports *ports = value;
	const struct mark *mark = value;
	const struct shard *shard = value;
	char text[VALUE_SIZE];

	switch (kind) {
	case KIND_FLAG:
		json_object_set_new(json, key, json_true());
		break;
	case KIND_NAME:
	case KIND_INTERFACE:
	case KIND_TEXT:
		json_object_set_new(json, key, json_string(value));
		break;
	case KIND_PREFIX:
		set_prefix(json, key, value);
		break;
	case KIND_DEST:
		set_prefix(json, "prefix", &dest->prefix);
		if (dest->port)
			set_number(json, "port", "", dest->port);
		break;
	case KIND_PORTS:
		set_number(json, key, "_min", ports->min);
		set_number(json, key, "_max", ports->max);
		break;
	case KIND_MARK:
		set_number(json, key, "", mark->value);
		set_number(json, key, "_mask", mark->mask);
		break;
	case KIND_SHARD:
		set_number(json, key, "", shard->number);
		set_number(json, key, "s", shard->of);
		break;
	case KIND_PROTO:
	case KIND_ON:
	case KIND_TIMING:
	case KIND_REQUIRE:
		json_object_set_new(json, key, json_string(value_format(text, kind, value)));
		break;
	case KIND_NUMBER:
		set_number(json, key, "", *(const uint32_t *)value);
		break;
	case KIND_LOSS:
		set_number(json, key, "_ppm", *(const uint32_t *)value);
		break;
	case KIND_TIME:
		set_number(json, key, "_ns", *(const uint64_t *)value);
		break;
	}
}

/* A word as a key: with '_' where it has '-'. */
static const char *key_of(char key[KEY_SIZE], const char *word)
{
	char *dash;

	snprintf(key, KEY_SIZE, "%s", word);
	while ((dash = strchr(key, '-')))
		*dash = '_';
	return key;
}

/**
 * entry_json() - what a statement says, as JSON
 * @grammar: of the statement
 * @object: what it says
 *
 * Return: the object, with the words of the statement as keys
 */
json_t *entry_json(const struct grammar *grammar, const void *object)
{
	const struct keyword *subject = &grammar->subject;
	const uint64_t *given = object;
	const struct keyword *keyword;
	json_t *json = json_object();
	char key[KEY_SIZE];

	if (subject->value && *given & (1ull << subject->attr))
		set_value(json, "name", subject->kind, (const char *)object + subject->offset);
	for (keyword = grammar->keywords; keyword->word; keyword++) {
		if (*given & (1ull << keyword->attr))
			set_value(json, key_of(key, keyword->word), keyword->kind,
				  (const char *)object + keyword->offset);
		else if (keyword->kind == KIND_FLAG)
			json_object_set_new(json, keyword->word, json_false());
	}
	return json;
}
