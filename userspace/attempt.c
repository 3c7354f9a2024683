// SPDX-License-Identifier: GPL-2.0
/* An attempt, as a list of flows or an event tells of it. */
#include <inttypes.h>
#include <string.h>

#include "names.h"
#include "nl.h"

/* The attributes say in turn which VLAN, from the outside in; most frames have none. */
static void read_vlans(struct flow *flow, const void *attrs, size_t len)
{
	const struct nlattr *attr;

	mnl_attr_for_each_payload(attrs, len) {
		if (mnl_attr_get_type(attr) == SYNCOPATE_A_FLOW_VLAN &&
		    flow->vlans < ARRAY_SIZE(flow->vlan))
			flow->vlan[flow->vlans++] = nl_uint(attr);
	}
}

/**
 * flow_read() - take an attempt out of a message
 * @flow: the result
 * @attrs: its attributes, a message's or nested in one
 * @len: length of all
 */
void flow_read(struct flow *flow, const void *attrs, size_t len)
{
	const struct nlattr *tb[SYNCOPATE_A_FLOW_MAX + 1];
	int attr;

	nl_attrs_in(attrs, len, tb, SYNCOPATE_A_FLOW_MAX);
	memset(flow, 0, sizeof(*flow));
	for (attr = 0; attr <= SYNCOPATE_A_FLOW_MAX; attr++)
		flow->given |= tb[attr] ? 1u << attr : 0;

	peer_read(&flow->client, tb[SYNCOPATE_A_FLOW_CLIENT]);
	peer_read(&flow->server, tb[SYNCOPATE_A_FLOW_SERVER]);
	flow->client.port = nl_uint(tb[SYNCOPATE_A_FLOW_CLIENT_PORT]);
	flow->server.port = nl_uint(tb[SYNCOPATE_A_FLOW_SERVER_PORT]);
	read_vlans(flow, attrs, len);
	flow->bridge = nl_uint(tb[SYNCOPATE_A_FLOW_BRIDGE]);
	flow->iif = nl_uint(tb[SYNCOPATE_A_FLOW_IIF]);
	flow->oif = nl_uint(tb[SYNCOPATE_A_FLOW_OIF]);
	flow->isn = nl_uint(tb[SYNCOPATE_A_FLOW_ISN]);
	flow->state = nl_uint(tb[SYNCOPATE_A_FLOW_STATE]);
	flow->action = nl_uint(tb[SYNCOPATE_A_FLOW_ACTION]);
	flow->retransmitted = nl_uint(tb[SYNCOPATE_A_FLOW_RETRANSMITTED]);
	flow->interval = nl_uint(tb[SYNCOPATE_A_FLOW_INTERVAL]);
	flow->age = nl_uint(tb[SYNCOPATE_A_FLOW_AGE]);
	flow->next = nl_uint(tb[SYNCOPATE_A_FLOW_NEXT]);
	nl_text(flow->policy, sizeof(flow->policy), tb[SYNCOPATE_A_FLOW_POLICY]);
}

/**
 * flow_print_ends() - write who wants to connect to whom
 * @out: where to
 * @flow: the attempt
 */
void flow_print_ends(FILE *out, const struct flow *flow)
{
	char client[PEER_SIZE], server[PEER_SIZE];

	fprintf(out, "%s -> %s", peer_format(client, &flow->client),
		peer_format(server, &flow->server));
}

/**
 * flow_print_progress() - write how far an attempt has come
 * @out: where to
 * @flow: the attempt
 */
void flow_print_progress(FILE *out, const struct flow *flow)
{
	static const char *const nexts[] = {
		[SYNCOPATE_FLOW_ACTION_RETRANSMIT] = "next SYN",
		[SYNCOPATE_FLOW_ACTION_RESET] = "RST",
		[SYNCOPATE_FLOW_ACTION_FORGET] = "forgotten",
	};
	char next[TIME_SIZE], age[TIME_SIZE];

	fprintf(out, "%s, %s old, %" PRIu32 " repeated",
		flow->state == SYNCOPATE_FLOW_STATE_GAVE_UP ? "gave up" : "pending",
		time_format(age, time_round_ms(flow->age)), flow->retransmitted);
	if (flow_has(flow, SYNCOPATE_A_FLOW_ACTION) && flow->action < ARRAY_SIZE(nexts))
		fprintf(out, ", %s in %s", nexts[flow->action],
			time_format(next, time_round_ms(flow->next)));
}

/**
 * flow_print_place() - write what selected an attempt and where it passes
 * @out: where to, each detail after a comma
 * @flow: the attempt
 */
void flow_print_place(FILE *out, const struct flow *flow)
{
	unsigned int i;

	if (flow->policy[0])
		fprintf(out, ", policy %s", flow->policy);
	if (flow_has(flow, SYNCOPATE_A_FLOW_OBSERVE))
		fputs(", observe", out);
	for (i = 0; i < flow->vlans; i++)
		fprintf(out, "%s%u", i ? "." : ", vlan ", flow->vlan[i]);
	if (flow_has(flow, SYNCOPATE_A_FLOW_BRIDGE))
		fprintf(out, ", bridge %s", interface_name(flow->bridge));
	else
		fputs(", routed", out);
	fprintf(out, " (%s", interface_name(flow->iif));
	fprintf(out, " -> %s)", interface_name(flow->oif));
}

static void set_address(json_t *object, const char *key, const struct peer *peer)
{
	char text[INET6_ADDRSTRLEN];

	json_object_set_new(object, key, json_string(peer_address(text, peer)));
}

static void set_number(json_t *object, const char *key, const struct flow *flow, int attr,
		       uint64_t value)
{
	if (flow_has(flow, attr))
		json_object_set_new(object, key, json_integer(value));
}

static void set_name(json_t *object, const char *key, const struct flow *flow, int attr,
		     const char *name)
{
	if (flow_has(flow, attr))
		json_object_set_new(object, key, json_string(name));
}

static void set_interface(json_t *object, const char *key, const char *key_index,
			  const struct flow *flow, int attr, uint32_t index)
{
	if (flow_has(flow, attr))
		json_object_set_new(object, key, json_string(interface_name(index)));
	set_number(object, key_index, flow, attr, index);
}

/**
 * flow_json() - an attempt as JSON
 * @flow: the attempt
 *
 * Return: the object; what was not told of the attempt is not in it
 */
json_t *flow_json(const struct flow *flow)
{
	json_t *object = json_object();
	json_t *vlans = json_array();
	unsigned int i;

	for (i = 0; i < flow->vlans; i++)
		json_array_append_new(vlans, json_integer(flow->vlan[i]));

	set_address(object, "client", &flow->client);
	json_object_set_new(object, "client_port", json_integer(flow->client.port));
	set_address(object, "server", &flow->server);
	json_object_set_new(object, "server_port", json_integer(flow->server.port));
	set_interface(object, "bridge", "bridge_index", flow, SYNCOPATE_A_FLOW_BRIDGE,
		      flow->bridge);
	json_object_set_new(object, "vlan", vlans);
	set_interface(object, "iif", "iif_index", flow, SYNCOPATE_A_FLOW_IIF, flow->iif);
	set_interface(object, "oif", "oif_index", flow, SYNCOPATE_A_FLOW_OIF, flow->oif);
	set_number(object, "isn", flow, SYNCOPATE_A_FLOW_ISN, flow->isn);
	set_name(object, "state", flow, SYNCOPATE_A_FLOW_STATE,
		 NAME_OF(flow_state_names, flow->state));
	set_number(object, "retransmitted", flow, SYNCOPATE_A_FLOW_RETRANSMITTED,
		   flow->retransmitted);
	set_number(object, "interval_ns", flow, SYNCOPATE_A_FLOW_INTERVAL, flow->interval);
	set_number(object, "age_ns", flow, SYNCOPATE_A_FLOW_AGE, flow->age);
	set_number(object, "next_ns", flow, SYNCOPATE_A_FLOW_NEXT, flow->next);
	set_name(object, "action", flow, SYNCOPATE_A_FLOW_ACTION,
		 NAME_OF(flow_action_names, flow->action));
	set_name(object, "policy", flow, SYNCOPATE_A_FLOW_POLICY, flow->policy);
	json_object_set_new(object, "observe",
			    json_boolean(flow_has(flow, SYNCOPATE_A_FLOW_OBSERVE)));
	return object;
}
