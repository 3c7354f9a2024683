// SPDX-License-Identifier: GPL-2.0
/*
 * terminal [-n NETNS] [-s ROWSxCOLUMNS] COMMAND...
 *
 * Runs COMMAND in a terminal of that size (24x80), a VT52, and does what its standard input
 * asks for, line by line:
 *
 *   await TEXT           says `seen`, or `missing` if TEXT is not on the screen in ten seconds
 *   screen               says what is on the screen, then `end of screen`
 *   size ROWS COLUMNS    gives it another size
 *   type TEXT            types TEXT
 *   end                  waits for COMMAND and says `status N`, or `signal N`, and of the
 *                        terminal's modes `restored` or `changed`
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "helper.h"

#define ROWS_MAX 200
#define COLUMNS_MAX 400
#define PATIENCE_NS (10 * 1000000000LL)

/**
 * struct screen - what is seen
 * @rows: how many there are
 * @columns: likewise
 * @row: of the cursor
 * @column: likewise
 * @escaped: characters of an escape sequence, the first included, 0 outside of one
 * @sequence: those that follow the first
 * @text: the characters
 */
static struct screen {
	int rows;
	int columns;
	int row;
	int column;
	int escaped;
	char sequence[3];
	char text[ROWS_MAX][COLUMNS_MAX];
} screen = { .rows = 24, .columns = 80 };

static int master, slave;

static void move_to(int row, int column)
{
	screen.row = row < 0 ? 0 : row < screen.rows ? row : screen.rows - 1;
	screen.column = column < 0 ? 0 : column < screen.columns ? column : screen.columns - 1;
}

/* To the end of this line, and of those before line @to. */
static void blank(int row, int column, int to)
{
	for (; row < to; row++, column = 0)
		memset(screen.text[row] + column, ' ', COLUMNS_MAX - column);
}

static void next_line(void)
{
	if (screen.row < screen.rows - 1) {
		screen.row++;
		return;
	}
	memmove(screen.text[0], screen.text[1], (screen.rows - 1) * COLUMNS_MAX);
	blank(screen.row, 0, screen.rows);
}

/* Returns whether the sequence is complete. */
static int escape(void)
{
	const char *s = screen.sequence;

	switch (s[0]) {
	case 'A':
		move_to(screen.row - 1, screen.column);
		break;
	case 'B':
		move_to(screen.row + 1, screen.column);
		break;
	case 'C':
		move_to(screen.row, screen.column + 1);
		break;
	case 'D':
		move_to(screen.row, screen.column - 1);
		break;
	case 'H':
		move_to(0, 0);
		break;
	case 'J':
		blank(screen.row, screen.column, ROWS_MAX);
		break;
	case 'K':
		blank(screen.row, screen.column, screen.row + 1);
		break;
	case 'Y':
		if (screen.escaped < 4)
			return 0;
		move_to((unsigned char)s[1] - ' ', (unsigned char)s[2] - ' ');
		break;
	case 'F':
	case 'G':
	case '=':
	case '>':
		/* Another set of characters, another keypad. */
		break;
	default:
		die("a VT52 knows no ESC %c", s[0]);
	}
	return 1;
}

static void put(char c)
{
	if (screen.escaped) {
		screen.sequence[screen.escaped++ - 1] = c;
		if (escape())
			screen.escaped = 0;
		return;
	}
	switch (c) {
	case '\033':
		screen.escaped = 1;
		break;
	case '\r':
		screen.column = 0;
		break;
	case '\n':
		next_line();
		break;
	case '\b':
		move_to(screen.row, screen.column - 1);
		break;
	case '\t':
		move_to(screen.row, (screen.column | 7) + 1);
		break;
	case '\a':
		break;
	default:
		screen.text[screen.row][screen.column] = c;
		move_to(screen.row, screen.column + 1);
	}
}

/* Draws what comes within @ms. */
static void draw(int ms)
{
	struct pollfd fd = { .fd = master, .events = POLLIN };
	char buf[4096];
	ssize_t i, n;

	if (poll(&fd, 1, ms) <= 0)
		return;
	n = read(master, buf, sizeof(buf));
	for (i = 0; i < n; i++)
		put(buf[i]);
}

static int shows(const char *text)
{
	char line[COLUMNS_MAX + 1];
	int row;

	for (row = 0; row < screen.rows; row++) {
		memcpy(line, screen.text[row], screen.columns);
		line[screen.columns] = '\0';
		if (strstr(line, text))
			return 1;
	}
	return 0;
}

static void await(const char *text)
{
	int64_t begun = now_ns();

	while (!shows(text) && now_ns() - begun < PATIENCE_NS)
		draw(50);
	puts(shows(text) ? "seen" : "missing");
}

static void print(void)
{
	int row, len;

	for (row = 0; row < screen.rows; row++) {
		len = screen.columns;
		while (len && screen.text[row][len - 1] == ' ')
			len--;
		printf("%.*s\n", len, screen.text[row]);
	}
	puts("end of screen");
}

static void resize(const char *words)
{
	struct winsize size = { .ws_row = 0 };

	if (sscanf(words, "%d%*[ x]%d", &screen.rows, &screen.columns) != 2 ||
	    screen.rows < 1 || screen.rows > ROWS_MAX ||
	    screen.columns < 1 || screen.columns > COLUMNS_MAX)
		die("no size: %s", words);
	size.ws_row = screen.rows;
	size.ws_col = screen.columns;
	move_to(screen.row, screen.column);
	if (ioctl(slave, TIOCSWINSZ, &size))
		die("size of the terminal: %m");
}

static pid_t run(char **command)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork: %m");
	if (pid)
		return pid;
	settle();
	setsid();
	if (ioctl(slave, TIOCSCTTY, 0) || dup2(slave, 0) < 0 || dup2(slave, 1) < 0 ||
	    dup2(slave, 2) < 0)
		die("terminal: %m");
	close(slave);
	setenv("TERM", "vt52", 1);
	unsetenv("LINES");
	unsetenv("COLUMNS");
	execvp(command[0], command);
	die("%s: %m", command[0]);
}

static void end(pid_t pid, const struct termios *before)
{
	int64_t begun = now_ns();
	struct termios after;
	int status;
	pid_t done;

	while (!(done = waitpid(pid, &status, WNOHANG)) && now_ns() - begun < PATIENCE_NS)
		draw(50);
	draw(0);
	if (done != pid) {
		puts("still running");
		return;
	}
	tcgetattr(slave, &after);
	if (WIFEXITED(status))
		printf("status %d", WEXITSTATUS(status));
	else
		printf("signal %d", WTERMSIG(status));
	printf(", %s\n", after.c_iflag == before->c_iflag && after.c_oflag == before->c_oflag &&
	       after.c_cflag == before->c_cflag && after.c_lflag == before->c_lflag &&
	       !memcmp(after.c_cc, before->c_cc, sizeof(after.c_cc)) ? "restored" : "changed");
}

static void obey(char *line, pid_t pid, const struct termios *before)
{
	char *rest = strchr(line, ' ');

	line[strcspn(line, "\n")] = '\0';
	rest = rest ? rest + 1 : "";
	if (!strncmp(line, "await ", 6))
		await(rest);
	else if (!strcmp(line, "screen"))
		print();
	else if (!strncmp(line, "size ", 5))
		resize(rest);
	else if (!strncmp(line, "type ", 5) && write(master, rest, strlen(rest)) < 0)
		die("typing: %m");
	else if (!strcmp(line, "end"))
		end(pid, before);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	const char *size = "24x80";
	struct termios before;
	char line[1024];
	pid_t pid;
	int c;

	settle();
	while ((c = getopt(argc, argv, "+n:s:")) != -1) {
		if (c == 'n')
			enter_netns(optarg);
		else if (c == 's')
			size = optarg;
		else
			die("usage: terminal [-n NETNS] [-s ROWSxCOLUMNS] COMMAND...");
	}
	if (optind == argc)
		die("usage: terminal [-n NETNS] [-s ROWSxCOLUMNS] COMMAND...");

	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0 || grantpt(master) || unlockpt(master))
		die("no terminal: %m");
	/* Kept open: its modes outlive the command. */
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0 || tcgetattr(slave, &before))
		die("terminal: %m");
	blank(0, 0, ROWS_MAX);
	resize(size);
	pid = run(argv + optind);

	/* One line at a time, so that poll() knows of the next. */
	setvbuf(stdin, NULL, _IONBF, 0);
	for (;;) {
		draw(20);
		if (poll(&input, 1, 0) <= 0)
			continue;
		if (!fgets(line, sizeof(line), stdin))
			return 0;
		obey(line, pid, &before);
	}
}
