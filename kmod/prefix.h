/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_PREFIX_H
#define SYNCOPATE_PREFIX_H

#include <linux/in6.h>
#include <linux/socket.h>
#include <net/ipv6.h>

/**
 * struct prefix - a range of addresses
 * @addr: IPv4 is mapped (::ffff:a.b.c.d); bits beyond @len are 0
 * @len: in bits of the 128, so 96 and more for IPv4
 * @family: %AF_INET or %AF_INET6, 0 for all addresses of both
 */
struct prefix {
	struct in6_addr addr;
	u8 len;
	u8 family;
};

/**
 * prefix_matches - is an address in a prefix?
 * @prefix: the prefix
 * @addr: the address, IPv4 is mapped
 *
 * A mapped address is no IPv6 address: ::/0 does not match IPv4.
 */
static inline bool prefix_matches(const struct prefix *prefix,
				  const struct in6_addr *addr)
{
	if (!prefix->family)
		return true;
	return (prefix->family == AF_INET) == ipv6_addr_v4mapped(addr) &&
	       ipv6_prefix_equal(addr, &prefix->addr, prefix->len);
}

#endif /* SYNCOPATE_PREFIX_H */
