// SPDX-License-Identifier: GPL-2.0
/* The machine's own addresses, whose segments its kernel would answer. */
#include <arpa/inet.h>
#include <ifaddrs.h>

#include "traffic.h"

static const void *address_of(const struct ifaddrs *own, int family)
{
	if (!own->ifa_addr || own->ifa_addr->sa_family != family)
		return NULL;
	if (family == AF_INET)
		return &((const struct sockaddr_in *)own->ifa_addr)->sin_addr;
	return &((const struct sockaddr_in6 *)own->ifa_addr)->sin6_addr;
}

/**
 * own_addresses() - is one of these terminals this machine?
 * @pool: the terminals
 * @addr: the first such address
 *
 * Return: whether there is one
 */
bool own_addresses(const struct pool *pool, char addr[INET6_ADDRSTRLEN])
{
	const struct ifaddrs *own;
	struct ifaddrs *list;
	bool found = false;
	const void *bytes;
	uint32_t index;

	if (getifaddrs(&list))
		return false;
	for (own = list; own && !found; own = own->ifa_next) {
		bytes = address_of(own, pool->prefix.family);
		found = bytes && pool_index(pool, bytes, &index) &&
			inet_ntop(pool->prefix.family, bytes, addr, INET6_ADDRSTRLEN);
	}
	freeifaddrs(list);
	return found;
}
