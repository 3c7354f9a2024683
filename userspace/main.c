// SPDX-License-Identifier: GPL-2.0
/* The command line: options, and from words to the function that does it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nl.h"

static const struct noun *const nouns[] = {
	&policy_noun,
	&dest_noun,
	&flow_noun,
	&stats_noun,
	&limit_noun,
	&load_noun,
	&save_noun,
	&check_noun,
	&monitor_noun,
	&top_noun,
	NULL
};

/* The word help is understood where a noun, verb or argument begins, -h everywhere. */
static bool asks_help(int argc, char **argv)
{
	int i;

	if (argc && !strcmp(argv[0], "help"))
		return true;
	for (i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "-h"))
			return true;
	}
	return false;
}

static int run_verb(struct ctx *ctx, const struct verb *verb, int argc, char **argv)
{
	ctx->verb = verb;
	if (asks_help(argc, argv)) {
		help_verb(ctx->noun, verb);
		return DONE;
	}
	return verb->run(ctx, argc, argv);
}

static int run_noun(struct ctx *ctx, const struct noun *noun, int argc, char **argv)
{
	const struct verb *verb = noun->verbs;

	ctx->noun = noun;
	if (argc && (!strcmp(argv[0], "help") || !strcmp(argv[0], "-h"))) {
		help_noun(noun);
		return DONE;
	}
	/* What begins with '-' is for the default verb. */
	if (!argc || argv[0][0] == '-' || !*verb->name)
		return run_verb(ctx, verb, argc, argv);
	for (; verb->name; verb++) {
		if (!strcmp(verb->name, argv[0]))
			return run_verb(ctx, verb, argc - 1, argv + 1);
	}
	return usage(ctx, "%s: unknown verb '%.60s'", noun->name, argv[0]);
}

static int run_words(struct ctx *ctx, int argc, char **argv)
{
	const struct noun *const *noun;

	if (!argc)
		return status_run(ctx, argc, argv);
	if (!strcmp(argv[0], "help")) {
		help_all(nouns);
		return DONE;
	}
	for (noun = nouns; *noun; noun++) {
		if (!strcmp((*noun)->name, argv[0]))
			return run_noun(ctx, *noun, argc - 1, argv + 1);
	}
	return usage(ctx, "unknown command '%.60s'", argv[0]);
}

static int run(struct ctx *ctx, int argc, char **argv)
{
	int at = 1;
	int opt;

	opterr = 0;
	while ((opt = getopt(argc, argv, "+:hjn:pV")) >= 0) {
		switch (opt) {
		case 'h':
			help_all(nouns);
			return DONE;
		case 'V':
			printf("syncopate %s\n", VERSION);
			return DONE;
		case 'j':
			ctx->json = true;
			break;
		case 'p':
			ctx->json = true;
			json_pretty();
			break;
		case 'n':
			ctx->netns = optarg;
			break;
		case ':':
			return usage(ctx, "option -%c needs a value", optopt);
		default:
			return usage(ctx, "unknown option '%.60s'", argv[at]);
		}
		at = optind;
	}
	return run_words(ctx, argc - optind, argv + optind);
}

/* A socket or file must not come to stand where output is written to. */
static void fill_standard_files(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct ctx ctx = { 0 };
	int ret, err;

	fill_standard_files();
	ret = run(&ctx, argc, argv);
	nl_close(&ctx);

	/* A script that reads half a list must learn that it is half. */
	fflush(stdout);
	err = output_error();
	if (fclose(stdout) && !err)
		err = -errno;
	if (!err || ret != DONE)
		return ret;
	/* Whoever reads no more does not want to hear of it. */
	if (err == -EPIPE)
		return FAILED;
	return fail("cannot write the output: %s", strerror(-err));
}
