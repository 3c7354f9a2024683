// SPDX-License-Identifier: GPL-2.0
/* Attributes of a message. Each may be missing, shorter or longer than today's. */
#include <string.h>

#include "nl.h"

/**
 * nl_attrs() - index the attributes of a message
 * @msg: the message
 * @tb: room for @max + 1; NULL where an attribute is missing
 * @max: the last one that is known; a newer module may send more
 */
void nl_attrs(const struct nlmsghdr *msg, const struct nlattr **tb, uint16_t max)
{
	const struct nlattr *attr;

	memset(tb, 0, (max + 1) * sizeof(*tb));
	mnl_attr_for_each(attr, msg, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) <= max)
			tb[mnl_attr_get_type(attr)] = attr;
	}
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
