/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_TOOL_PROMETHEUS_H
#define SYNCOPATE_TOOL_PROMETHEUS_H

#include "syncopate.h"

/**
 * struct policy_use - what became of a policy's attempts
 * @name: name of the policy
 * @value: its counters by their attributes, SYNCOPATE_A_POLICY_...
 */
struct policy_use {
	char name[SYNCOPATE_NAME_LEN];
	uint64_t value[SYNCOPATE_A_POLICY_MAX + 1];
};

void prometheus_print(FILE *out, const struct stats *stats, const struct limits *limits,
		      const struct policy_use *uses, size_t count);

#endif /* SYNCOPATE_TOOL_PROMETHEUS_H */
