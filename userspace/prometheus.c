// SPDX-License-Identifier: GPL-2.0
/*
 * Counters in the text format that Prometheus reads, version 0.0.4.  Names and
 * sentences are those of the netlink interface.
 */
#include <inttypes.h>
#include <string.h>

#include "counters.h"
#include "prometheus.h"

/* @quotes: a label, which stands in quotes. */
static void put_escaped(FILE *out, const char *text, bool quotes)
{
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", out);
		else if (*text == '\\' || (quotes && *text == '"'))
			fprintf(out, "\\%c", *text);
		else
			putc(*text, out);
	}
}

/* What is counted stands in the name: attempts, and the SYNs of them. */
static const char *unit(const struct counter *counter)
{
	if (!strncmp(counter->doc, "Attempts ", strlen("Attempts ")))
		return "attempts_";
	if (!strncmp(counter->doc, "SYNs ", strlen("SYNs ")))
		return "syns_";
	return "";
}

static void put_name(FILE *out, const char *prefix, const char *part, const char *name,
		     const char *suffix)
{
	fprintf(out, "syncopate_%s%s", prefix, part);
	for (; *name; name++)
		putc(*name == '-' ? '_' : *name, out);
	fputs(suffix, out);
}

/* The lines that introduce a metric. */
static void put_head(FILE *out, const char *prefix, const char *part, const char *name,
		     const char *suffix, const char *doc, const char *type)
{
	fputs("# HELP ", out);
	put_name(out, prefix, part, name, suffix);
	putc(' ', out);
	put_escaped(out, doc, false);
	fputs("\n# TYPE ", out);
	put_name(out, prefix, part, name, suffix);
	fprintf(out, " %s\n", type);
}

static void put_gauge(FILE *out, int attr, uint64_t value)
{
	put_head(out, "", "", gauges[attr].name, "", gauges[attr].doc, "gauge");
	put_name(out, "", "", gauges[attr].name, "");
	fprintf(out, " %" PRIu64 "\n", value);
}

static void put_policies(FILE *out, int attr, const struct policy_use *uses, size_t count)
{
	const struct counter *counter = &policy_counters[attr];
	size_t i;

	if (!count)
		return;
	put_head(out, "policy_", unit(counter), counter->name, "_total", counter->doc, "counter");
	for (i = 0; i < count; i++) {
		put_name(out, "policy_", unit(counter), counter->name, "_total");
		fputs("{policy=\"", out);
		put_escaped(out, uses[i].name, true);
		fprintf(out, "\"} %" PRIu64 "\n", uses[i].value[attr]);
	}
}

/**
 * prometheus_print() - write all that can be measured
 * @out: where to
 * @stats: the counters
 * @limits: the numbers of the namespace
 * @uses: the counters of the policies
 * @count: how many policies
 */
void prometheus_print(FILE *out, const struct stats *stats, const struct limits *limits,
		      const struct policy_use *uses, size_t count)
{
	size_t i;

	put_head(out, "", "", "build_info", "", "Version of the module.", "gauge");
	fputs("syncopate_build_info{version=\"", out);
	put_escaped(out, limits->version, true);
	fputs("\"} 1\n", out);

	put_gauge(out, SYNCOPATE_A_STATUS_FLOWS, limits->flows);
	put_gauge(out, SYNCOPATE_A_STATUS_FLOWS_LIMIT, limits->flows_limit);
	put_gauge(out, SYNCOPATE_A_STATUS_POLICIES, limits->policies);
	put_gauge(out, SYNCOPATE_A_STATUS_DESTS, limits->dests);
	put_gauge(out, SYNCOPATE_A_STATUS_LEARNED, limits->learned);
	put_gauge(out, SYNCOPATE_A_STATUS_LEARNED_LIMIT, limits->learned_limit);
	put_gauge(out, SYNCOPATE_A_STATUS_REPEATS_LIMIT, limits->repeats_limit);

	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		if (!counters[i].name)
			continue;
		put_head(out, "", unit(&counters[i]), counters[i].name, "_total",
			 counters[i].doc, "counter");
		put_name(out, "", unit(&counters[i]), counters[i].name, "_total");
		fprintf(out, " %" PRIu64 "\n", stats->value[i]);
	}
	for (i = 0; i < ARRAY_SIZE(policy_counters); i++) {
		if (policy_counters[i].name)
			put_policies(out, i, uses, count);
	}
}
