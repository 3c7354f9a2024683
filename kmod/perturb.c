// SPDX-License-Identifier: GPL-2.0
/* Delays at marked places: only in a module built to be tried out. */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/random.h>

#include "perturb.h"

/* In microseconds; what udelay() takes is limited. */
static unsigned int tarry = 200;
module_param(tarry, uint, 0644);
MODULE_PARM_DESC(tarry, "how long to tarry at marked places at most, us");

/**
 * perturb - tarry, perhaps
 *
 * From any context. Most times not at all, so that some get ahead of others;
 * long seldom, so that there is still a beat to be kept.
 */
void perturb(void)
{
	u32 dice = get_random_u32();
	unsigned int most = min(READ_ONCE(tarry), 1000U);

	if (!most || dice & 3)
		return;
	if (dice & 0x3c)
		most = most / 8 + 1;
	udelay((dice >> 8) % most);
}
