// SPDX-License-Identifier: GPL-2.0
/* Names of interfaces. */
#include <inttypes.h>
#include <net/if.h>
#include <string.h>

#include "syncopate.h"

/*
 * A list may have a million flows but has few interfaces, and asking the
 * kernel takes three system calls: the answers are kept.
 */
static struct {
	uint32_t index;
	char name[IF_NAMESIZE];
} known[64];

/**
 * interface_name() - name of an interface
 * @index: its number
 *
 * Return: its name, or its number if it has gone; good until another interface
 *	takes its place
 */
const char *interface_name(uint32_t index)
{
	char *kept = known[index % ARRAY_SIZE(known)].name;
	char name[IF_NAMESIZE];

	if (known[index % ARRAY_SIZE(known)].index == index && kept[0])
		return kept;
	known[index % ARRAY_SIZE(known)].index = index;
	if (if_indextoname(index, name))
		printable(kept, IF_NAMESIZE, name);
	else
		snprintf(kept, IF_NAMESIZE, "if%" PRIu32, index);
	return kept;
}

/**
 * interfaces_forget() - ask anew from now on
 *
 * For what runs long: interfaces are renamed, and others get their numbers.
 */
void interfaces_forget(void)
{
	memset(known, 0, sizeof(known));
}
