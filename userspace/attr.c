// SPDX-License-Identifier: GPL-2.0
/* Attributes of a message. Each may be missing, shorter or longer than today's. */
#include <string.h>

#include "nl.h"

/**
 * nl_attrs_in() - index attributes that stand one behind the other
 * @attrs: the first of them
 * @len: length of all
 * @tb: room for @max + 1; NULL where an attribute is missing
 * @max: the last one that is known; a newer module may send more
 */
void nl_attrs_in(const void *attrs, size_t len, const struct nlattr **tb, uint16_t max)
{
	const struct nlattr *attr;

	memset(tb, 0, (max + 1) * sizeof(*tb));
	mnl_attr_for_each_payload(attrs, len) {
		if (mnl_attr_get_type(attr) <= max)
			tb[mnl_attr_get_type(attr)] = attr;
	}
}

/**
 * nl_attrs() - index the attributes of a message
 * @msg: the message
 * @tb: room for @max + 1; NULL where an attribute is missing
 * @max: the last one that is known; a newer module may send more
 */
void nl_attrs(const struct nlmsghdr *msg, const struct nlattr **tb, uint16_t max)
{
	nl_attrs_in(nl_payload(msg), nl_payload_len(msg), tb, max);
}

/**
 * nl_nested() - index the attributes in an attribute
 * @nest: the attribute
 * @tb: room for @max + 1; NULL where an attribute is missing
 * @max: the last one that is known; a newer module may send more
 */
void nl_nested(const struct nlattr *nest, const struct nlattr **tb, uint16_t max)
{
	nl_attrs_in(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest), tb, max);
}

/**
 * nl_payload() - the attributes of a message
 * @msg: the message
 *
 * Return: the first of them
 */
const void *nl_payload(const struct nlmsghdr *msg)
{
	return mnl_nlmsg_get_payload_offset(msg, sizeof(struct genlmsghdr));
}

/**
 * nl_payload_len() - length of the attributes of a message
 * @msg: the message
 *
 * Return: of all together
 */
size_t nl_payload_len(const struct nlmsghdr *msg)
{
	size_t len = mnl_nlmsg_get_payload_len(msg);

	return len > GENL_HDRLEN ? len - GENL_HDRLEN : 0;
}

/**
 * nl_uint() - value of an unsigned attribute of any width
 * @attr: the attribute, or NULL
 *
 * Return: its value, 0 if there is none
 */
uint64_t nl_uint(const struct nlattr *attr)
{
	switch (attr ? mnl_attr_get_payload_len(attr) : 0) {
	case sizeof(uint8_t):
		return mnl_attr_get_u8(attr);
	case sizeof(uint16_t):
		return mnl_attr_get_u16(attr);
	case sizeof(uint32_t):
		return mnl_attr_get_u32(attr);
	case sizeof(uint64_t):
		return mnl_attr_get_u64(attr);
	default:
		return 0;
	}
}

/**
 * nl_text() - copy of a string attribute that is safe to print
 * @buf: where it goes, empty if there is none
 * @size: room there
 * @attr: the attribute, or NULL
 */
void nl_text(char *buf, size_t size, const struct nlattr *attr)
{
	const char *text = "";

	if (attr && mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
		text = mnl_attr_get_str(attr);
	printable(buf, size, text);
}
