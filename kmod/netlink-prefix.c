// SPDX-License-Identifier: GPL-2.0
/* Netlink: addresses and prefixes, read and written. */
#include <net/ipv6.h>
#include <net/netlink.h>

#include "compat.h"
#include "netlink.h"
#include "prefix.h"

/**
 * netlink_put_addr - put an address
 * @msg: message
 * @attr: attribute
 * @addr: address; a mapped one is put as IPv4
 *
 * Return: 0 or -EMSGSIZE.
 */
int netlink_put_addr(struct sk_buff *msg, int attr, const struct in6_addr *addr)
{
	if (ipv6_addr_v4mapped(addr))
		return nla_put_in_addr(msg, attr, addr->s6_addr32[3]);
	return nla_put_in6_addr(msg, attr, addr);
}

/**
 * netlink_put_prefix - put a prefix
 * @msg: message
 * @addr: attribute of its address
 * @len: attribute of its length
 * @prefix: nothing is put for one of no family
 *
 * Return: 0 or -EMSGSIZE.
 */
int netlink_put_prefix(struct sk_buff *msg, int addr, int len,
		       const struct prefix *prefix)
{
	u8 bits = prefix->family == AF_INET ? prefix->len - 96 : prefix->len;

	if (!prefix->family)
		return 0;
	/* ::ffff:0:0 of length 96 is 0.0.0.0/0, so the address tells families. */
	return netlink_put_addr(msg, addr, &prefix->addr) ?:
	       nla_put_u8(msg, len, bits);
}

/**
 * netlink_read_prefix - read a prefix
 * @addr: its address, NULL for all addresses
 * @len: its length, NULL for that of the address
 * @extack: for the reason of a refusal
 * @prefix: the result
 *
 * Return: 0 or -EINVAL.
 */
int netlink_read_prefix(const struct nlattr *addr, const struct nlattr *len,
			struct netlink_ext_ack *extack, struct prefix *prefix)
{
	unsigned int bytes, bits, offset = 0;
	struct in6_addr masked;

	memset(prefix, 0, sizeof(*prefix));
	if (!addr) {
		if (!len)
			return 0;
		return netlink_refuse(extack, len,
				      "a prefix length needs an address",
				      -EINVAL);
	}
	bytes = nla_len(addr);
	if (bytes != 4 && bytes != 16)
		return netlink_refuse(extack, addr,
				      "an address has 4 or 16 bytes", -EINVAL);
	bits = len ? nla_get_u8(len) : bytes * 8;
	if (bits > bytes * 8)
		return netlink_refuse(extack, len,
				      "a prefix has at most 32 bits in IPv4 and 128 in IPv6",
				      -EINVAL);
	if (bytes == 4) {
		offset = 96;
		ipv6_addr_set_v4mapped(nla_get_in_addr(addr), &prefix->addr);
	} else {
		prefix->addr = nla_get_in6_addr(addr);
		if (ipv6_addr_v4mapped(&prefix->addr))
			return netlink_refuse(extack, addr,
					      "a mapped address is given as IPv4",
					      -EINVAL);
	}
	prefix->family = bytes == 4 ? AF_INET : AF_INET6;
	prefix->len = offset + bits;
	ipv6_addr_prefix(&masked, &prefix->addr, prefix->len);
	if (!ipv6_addr_equal(&masked, &prefix->addr))
		return netlink_refuse(extack, addr,
				      "the address has bits set beyond its prefix length",
				      -EINVAL);
	return 0;
}
