// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing of what reads messages. An input is the attributes of an event, or of a policy
 * if its first byte is odd. Whatever the module is, an older or a newer one: what is
 * printed is one line of plain text, and as JSON it is JSON.
 */
#include <stdlib.h>
#include <string.h>

#include "nl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds, const char *what, const char *text)
{
	if (holds)
		return;
	fprintf(stderr, "message_fuzz: %s: %s\n", what, text);
	abort();
}

static void check_line(const char *line)
{
	size_t len = strlen(line), i;

	must(len && line[len - 1] == '\n', "no line", line);
	for (i = 0; i + 1 < len; i++)
		must((unsigned char)line[i] >= ' ' && line[i] != 0x7f, "a control character", line);
}

/* Takes the object. */
static void check_json(json_t *object, const char *line)
{
	char *text = json_dumps(object, JSON_COMPACT);
	json_t *again;

	must(text, "no JSON", line);
	again = json_loads(text, 0, NULL);
	must(again && json_equal(object, again), "JSON says something else", text);
	json_decref(again);
	json_decref(object);
	free(text);
}

static void read_event(const struct nlmsghdr *nlh, FILE *out, json_t **json)
{
	struct event event;

	event_read(&event, nlh);
	flow_print_progress(out, &event.flow);
	event_print(out, &event);
	*json = event_json(&event);
}

static void read_policy(const struct nlmsghdr *nlh, FILE *out, json_t **json)
{
	const struct nlattr *tb[SYNCOPATE_A_POLICY_MAX + 1];
	struct policy policy = { 0 };
	char statement[STATEMENT_SIZE];
	char selection[SELECTION_SIZE];

	nl_attrs(nlh, tb, SYNCOPATE_A_POLICY_MAX);
	entry_read(&policy_grammar, &policy, tb);
	fprintf(out, "%s%s\n", statement_format(statement, &policy_grammar, &policy),
		selection_format(selection, &policy));
	*json = entry_json(&policy_grammar, &policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *nlh;
	size_t line_len;
	json_t *json;
	char *line;
	FILE *out;

	if (!size)
		return 0;
	nlh = calloc(1, MNL_NLMSG_HDRLEN + GENL_HDRLEN + size - 1);
	mnl_nlmsg_put_header(nlh);
	mnl_nlmsg_put_extra_header(nlh, GENL_HDRLEN);
	memcpy(mnl_nlmsg_get_payload_tail(nlh), data + 1, size - 1);
	nlh->nlmsg_len += size - 1;

	out = open_memstream(&line, &line_len);
	if (data[0] & 1)
		read_policy(nlh, out, &json);
	else
		read_event(nlh, out, &json);
	fclose(out);
	check_line(line);
	check_json(json, line);
	free(line);
	free(nlh);
	return 0;
}
