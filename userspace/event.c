// SPDX-License-Identifier: GPL-2.0
/* Events: what the module tells as it happens. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "names.h"
#include "nl.h"

static void read_dest(struct dest *dest, const struct nlattr *nest)
{
	const struct nlattr *tb[SYNCOPATE_A_DEST_MAX + 1];

	nl_nested(nest, tb, SYNCOPATE_A_DEST_MAX);
	entry_read(&dest_grammar, dest, tb);
}

/**
 * event_read() - take an event out of a message
 * @event: the result
 * @msg: the message
 */
void event_read(struct event *event, const struct nlmsghdr *msg)
{
	const struct nlattr *tb[SYNCOPATE_A_EVENT_MAX + 1];
	const struct nlattr *flow, *learned;

	nl_attrs(msg, tb, SYNCOPATE_A_EVENT_MAX);
	memset(event, 0, sizeof(*event));
	event->kind = nl_uint(tb[SYNCOPATE_A_EVENT_KIND]);
	event->seq = nl_uint(tb[SYNCOPATE_A_EVENT_SEQ]);
	event->time = nl_uint(tb[SYNCOPATE_A_EVENT_TIME]);
	flow = tb[SYNCOPATE_A_EVENT_FLOW];
	event->has_flow = flow;
	if (flow)
		flow_read(&event->flow, mnl_attr_get_payload(flow),
			  mnl_attr_get_payload_len(flow));
	nl_text(event->policy, sizeof(event->policy), tb[SYNCOPATE_A_EVENT_POLICY]);
	learned = tb[SYNCOPATE_A_EVENT_LEARNED];
	if (learned)
		learned_read(&event->learned, mnl_attr_get_payload(learned),
			     mnl_attr_get_payload_len(learned));
	if (tb[SYNCOPATE_A_EVENT_DEST])
		read_dest(&event->dest, tb[SYNCOPATE_A_EVENT_DEST]);
}

/**
 * event_print_time() - write a time of day, with the date: a log may be long
 * @out: where to
 * @ns: nanoseconds since 1970
 */
void event_print_time(FILE *out, uint64_t ns)
{
	time_t seconds = ns / 1000000000;
	struct tm local = { 0 };
	char text[64];

	localtime_r(&seconds, &local);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &local);
	fprintf(out, "%s.%06u", text, (unsigned int)(ns % 1000000000 / 1000));
}

/* All times in the same unit, with digits enough to compare one with another. */
static void print_flow(FILE *out, uint32_t kind, const struct flow *flow)
{
	uint64_t us = flow->age / 1000;

	putc(' ', out);
	flow_print_ends(out, flow);
	if (kind != SYNCOPATE_EVENT_KIND_STARTED)
		fprintf(out, ", after %" PRIu64 ".%03" PRIu64 "ms", us / 1000, us % 1000);
	if (flow->retransmitted)
		fprintf(out, ", %" PRIu32 " repeated", flow->retransmitted);
	flow_print_place(out, flow);
}

/**
 * event_print() - write an event as a line
 * @out: where to
 * @event: the event
 */
void event_print(FILE *out, const struct event *event)
{
	char statement[STATEMENT_SIZE];

	event_print_time(out, event->time);
	fprintf(out, " %s", NAME_OF(event_kind_names, event->kind));
	if (event->has_flow)
		print_flow(out, event->kind, &event->flow);
	if (event->policy[0])
		fprintf(out, " %s", event->policy);
	if (event->learned.given) {
		putc(' ', out);
		learned_print(out, &event->learned);
	}
	/* Its first word has been said. */
	if (event->dest.given)
		fputs(strchr(statement_format(statement, &dest_grammar, &event->dest), ' '), out);
	putc('\n', out);
}

/**
 * event_json() - an event as JSON
 * @event: the event
 *
 * Return: the object
 */
json_t *event_json(const struct event *event)
{
	json_t *object = json_object();

	json_object_set_new(object, "time_ns", json_integer(event->time));
	json_object_set_new(object, "seq", json_integer(event->seq));
	json_object_set_new(object, "kind",
			    json_string(NAME_OF(event_kind_names, event->kind)));
	if (event->has_flow)
		json_object_set_new(object, "flow", flow_json(&event->flow));
	if (event->policy[0])
		json_object_set_new(object, "policy", json_string(event->policy));
	if (event->dest.given)
		json_object_set_new(object, "dest", entry_json(&dest_grammar, &event->dest));
	if (event->learned.given)
		json_object_set_new(object, "learned", learned_json(&event->learned));
	return object;
}
