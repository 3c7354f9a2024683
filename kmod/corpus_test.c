// SPDX-License-Identifier: GPL-2.0
/*
 * corpus_test FOLDER: gives each file in it to a target of libFuzzer, without
 * libFuzzer: what was found once stays found, with any compiler.
 */
#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "test.h"

#define FILE_SIZE_MAX	(1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *current;

/* So that whatever finds a fault ends here, and it is told with which file. */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

const char *__asan_default_options(void)
{
	return "abort_on_error=1";
}

const char *__ubsan_default_options(void)
{
	return "abort_on_error=1:print_stacktrace=1";
}

static void aborted(int signal)
{
	check(0, "%s", current);
	check_done();
	fflush(stdout);
	_exit(128 + signal);
}

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Returns whether it could be read; no byte behind its end may be. */
static int feed(const char *folder, const char *name)
{
	static uint8_t room[FILE_SIZE_MAX];
	char path[4096];
	uint8_t *data;
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	if (!file)
		return 0;
	size = fread(room, 1, sizeof(room), file);
	if (ferror(file) || size == sizeof(room)) {
		fclose(file);
		return 0;
	}
	fclose(file);
	data = malloc(size ? size : 1);
	__builtin_memcpy(data, room, size);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 1;
}

int main(int argc, char **argv)
{
	struct dirent **entries;
	int count, i;

	if (argc != 2) {
		fputs("usage: corpus_test FOLDER\n", stderr);
		return 2;
	}
	count = scandir(argv[1], &entries, is_file, alphasort);
	if (count <= 0) {
		check(0, "%s has files", argv[1]);
		return check_done();
	}
	signal(SIGABRT, aborted);
	for (i = 0; i < count; i++) {
		current = entries[i]->d_name;
		check(feed(argv[1], current), "%s", current);
		free(entries[i]);
	}
	free(entries);
	signal(SIGABRT, SIG_DFL);
	return check_done();
}
