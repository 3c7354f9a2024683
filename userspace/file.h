/* SPDX-License-Identifier: GPL-2.0 */
/* Files: all that is set, as statements, one a line. */
#ifndef SYNCOPATE_TOOL_FILE_H
#define SYNCOPATE_TOOL_FILE_H

#include "syncopate.h"

/* How many faults of a file are told. */
#define FAULTS_MAX 20

/**
 * struct config - what a file sets
 * @policies: in their order, and the lines where they stand
 * @policies_count: how many
 * @dests: likewise, in the order of the file
 * @dests_count: how many
 * @limit: the limits
 * @limit_line: where they stand, 0 if nowhere
 */
struct config {
	struct policy_line {
		struct policy policy;
		unsigned int line;
	} *policies;
	size_t policies_count;
	struct dest_line {
		struct dest dest;
		unsigned int line;
	} *dests;
	size_t dests_count;
	struct limit limit;
	unsigned int limit_line;
};

/* Is told each fault: the line and column, in bytes from 1, and what is wrong there. */
typedef void fault_fn(void *data, unsigned int line, unsigned int column, const char *why);

/* file.c */
int config_parse(struct config *config, const char *text, size_t len, fault_fn *fault, void *data);
void config_free(struct config *config);
const struct grammar *statement_grammar(const struct line *line);

#endif /* SYNCOPATE_TOOL_FILE_H */
