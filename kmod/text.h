/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_TEXT_H
#define SYNCOPATE_TEXT_H

#include "pure.h"

bool text_is_plain(const char *text);

#endif /* SYNCOPATE_TEXT_H */
