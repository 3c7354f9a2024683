/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Marks places where what happens next on one CPU may come before or after what
 * another does, and one of the two orders is rare. A module that is built to be
 * tried out (SYNCOPATE_VARIANT=perturb) tarries there at times; in any other
 * nothing is left of it.
 */
#ifndef SYNCOPATE_PERTURB_H
#define SYNCOPATE_PERTURB_H

#ifdef SYNCOPATE_PERTURB
void perturb(void);
#else
static inline void perturb(void)
{
}
#endif

#endif /* SYNCOPATE_PERTURB_H */
