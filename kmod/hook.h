/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_HOOK_H
#define SYNCOPATE_HOOK_H

struct syncopate_net;

int hook_register(struct syncopate_net *sn);
void hook_unregister(struct syncopate_net *sn);

#endif /* SYNCOPATE_HOOK_H */
