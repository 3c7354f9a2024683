// SPDX-License-Identifier: GPL-2.0
/* Help, made of the tables that commands are found in. */
#include <string.h>

#include "syncopate.h"

/* The synopsis of a verb; the lines of its arguments stand below each other. */
static void print_synopsis(const struct noun *noun, const struct verb *verb)
{
	const char *args = verb->args ? verb->args : "";
	int column;

	column = printf("syncopate %s", noun->name);
	if (*verb->name)
		column += printf(verb == noun->verbs ? " [%s]" : " %s", verb->name);
	while (*args) {
		int len = strcspn(args, "\n");

		printf(" %.*s", len, args);
		args += len;
		if (*args++ != '\n')
			break;
		printf("\n%*s", column, "");
	}
	putchar('\n');
}

/**
 * help_verb() - all about a verb
 * @noun: its noun
 * @verb: the verb
 */
void help_verb(const struct noun *noun, const struct verb *verb)
{
	print_synopsis(noun, verb);
	printf("    %s\n", verb->brief);
	if (verb->more)
		printf("\n%s", verb->more);
}

/**
 * help_noun() - what can be done with a noun
 * @noun: the noun
 */
void help_noun(const struct noun *noun)
{
	const struct verb *verb = noun->verbs;

	if (!*verb->name) {
		help_verb(noun, verb);
		return;
	}
	for (; verb->name; verb++) {
		print_synopsis(noun, verb);
		printf("    %s\n", verb->brief);
	}
	printf("\nAll about one of them: syncopate %s %s -h\n", noun->name, noun->verbs->name);
}

/**
 * help_all() - all that the tool can do
 * @nouns: its nouns, NULL at the end
 */
void help_all(const struct noun *const *nouns)
{
	const struct verb *verb;

	puts("syncopate - pace the TCP handshakes that this machine forwards\n"
	     "\n"
	     "syncopate [-j] [-n NETNS] [COMMAND]\n"
	     "    without COMMAND: what is going on, on one screen\n"
	     "\n"
	     "  -j        print JSON\n"
	     "  -n NETNS  work in another network namespace, a name in /run/netns or a path\n"
	     "  -V        print the version\n"
	     "  -h        help, also after a command\n");
	for (; *nouns; nouns++) {
		for (verb = (*nouns)->verbs; verb->name; verb++)
			printf("  %-7s %-7s  %s\n", (*nouns)->name, verb->name, verb->brief);
	}
}
