/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_TOOL_SCREEN_H
#define SYNCOPATE_TOOL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

int screen_open(void);
void screen_close(void);
size_t screen_rows(void);
void screen_draw(const char *text);
bool screen_quit(bool *resized);

#endif /* SYNCOPATE_TOOL_SCREEN_H */
