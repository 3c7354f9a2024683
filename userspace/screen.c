// SPDX-License-Identifier: GPL-2.0
/* A terminal that is drawn anew again and again. */
#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen.h"
#include "syncopate.h"

static SCREEN *screen;

/**
 * screen_open() - take the terminal
 *
 * Return: exit status
 */
int screen_open(void)
{
	const char *term = getenv("TERM");

	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return fail("cannot draw on a terminal '%s'", term ? term : "");
	cbreak();
	noecho();
	curs_set(0);
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	/* What is said of a failure must still be there afterwards. */
	complain_after(screen_close);
	return DONE;
}

/**
 * screen_close() - give the terminal back; it may have been already
 */
void screen_close(void)
{
	complain_after(NULL);
	if (!screen)
		return;
	endwin();
	delscreen(screen);
	screen = NULL;
}

/**
 * screen_rows() - how large the terminal is now
 *
 * Return: its lines
 */
size_t screen_rows(void)
{
	return LINES > 0 ? LINES : 0;
}

/**
 * screen_draw() - show lines in place of those before
 * @text: lines of plain characters; one that follows an empty line is a heading
 */
void screen_draw(const char *text)
{
	bool heading = true;
	int row;

	erase();
	for (row = 0; row < LINES && *text; row++) {
		int len = strcspn(text, "\n");

		attrset(heading ? A_BOLD : A_NORMAL);
		mvaddnstr(row, 0, text, len < COLS ? len : COLS);
		heading = !len;
		text += len + !!text[len];
	}
	refresh();
}

/**
 * screen_quit() - read what was typed
 * @resized: set if the terminal has another size now
 *
 * Return: whether to end
 */
bool screen_quit(bool *resized)
{
	int key;

	while ((key = getch()) != ERR) {
		if (key == 'q' || key == 'Q')
			return true;
		if (key == KEY_RESIZE)
			*resized = true;
	}
	return false;
}
