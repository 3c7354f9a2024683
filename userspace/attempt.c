// SPDX-License-Identifier: GPL-2.0
/*
 * An attempt, as a list of flows or an event tells of it.
 *
 * There may be a million in a list: nothing of its line goes through printf().
 */
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
	flow->server.proto = nl_uint(tb[SYNCOPATE_A_FLOW_PROTO]);
	if (flow_has(flow, SYNCOPATE_A_FLOW_VLAN))
		read_vlans(flow, attrs, len);
	flow->pppoe = nl_uint(tb[SYNCOPATE_A_FLOW_PPPOE]);
	flow->bridge = nl_uint(tb[SYNCOPATE_A_FLOW_BRIDGE]);
	flow->vrf_in = nl_uint(tb[SYNCOPATE_A_FLOW_VRF_IN]);
	flow->vrf_out = nl_uint(tb[SYNCOPATE_A_FLOW_VRF_OUT]);
	flow->zone = nl_uint(tb[SYNCOPATE_A_FLOW_ZONE]);
	flow->iif = nl_uint(tb[SYNCOPATE_A_FLOW_IIF]);
	flow->oif = nl_uint(tb[SYNCOPATE_A_FLOW_OIF]);
	flow->isn = nl_uint(tb[SYNCOPATE_A_FLOW_ISN]);
	flow->state = nl_uint(tb[SYNCOPATE_A_FLOW_STATE]);
	flow->on = nl_uint(tb[SYNCOPATE_A_FLOW_ON]);
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

	fputs(peer_format(client, &flow->client), out);
	fputs(" -> ", out);
	fputs(peer_format(server, &flow->server), out);
}

/**
 * flow_print_progress() - write how far an attempt has come
 * @out: where to
 * @flow: the attempt
 */
void flow_print_progress(FILE *out, const struct flow *flow)
{
	static const char *const nexts[][2] = {
		[SYNCOPATE_FLOW_ACTION_RETRANSMIT] = { "next SYN", "next INIT" },
		[SYNCOPATE_FLOW_ACTION_RESET] = { "RST", "ABORT" },
		[SYNCOPATE_FLOW_ACTION_FORGET] = { "forgotten", "forgotten" },
	};
	char text[TIME_SIZE];

	fputs(flow->state == SYNCOPATE_FLOW_STATE_GAVE_UP ? "gave up, " : "pending, ", out);
	fputs(time_format(text, time_round_ms(flow->age)), out);
	fputs(" old, ", out);
	*digits_put(text, flow->retransmitted, 1) = '\0';
	fputs(text, out);
	fputs(" repeated", out);
	if (!flow_has(flow, SYNCOPATE_A_FLOW_ACTION) || flow->action >= ARRAY_SIZE(nexts))
		return;
	fputs(", ", out);
	fputs(nexts[flow->action][flow->server.proto == IPPROTO_SCTP], out);
	fputs(" in ", out);
	fputs(time_format(text, time_round_ms(flow->next)), out);
}

/**
 * domain_print() - write what tells equal addresses apart on a router
 * @out: where to, each detail after a comma; nothing if there is none
 * @vrf_in: interface number of the VRF where attempts come in, 0 for none
 * @vrf_out: and where they go out
 * @zone: conntrack's zone, 0 for none
 */
void domain_print(FILE *out, uint32_t vrf_in, uint32_t vrf_out, uint16_t zone)
{
	char text[16];

	if (vrf_in || vrf_out) {
		fputs(", vrf ", out);
		fputs(vrf_in ? interface_name(vrf_in) : "default", out);
	}
	if (vrf_in != vrf_out) {
		fputs(" -> ", out);
		fputs(vrf_out ? interface_name(vrf_out) : "default", out);
	}
	if (zone) {
		*digits_put(text, zone, 1) = '\0';
		fputs(", zone ", out);
		fputs(text, out);
	}
}

/**
 * flow_print_place() - write what selected an attempt and where it passes
 * @out: where to, each detail after a comma
 * @flow: the attempt
 */
void flow_print_place(FILE *out, const struct flow *flow)
{
	unsigned int i;

	if (flow->policy[0]) {
		fputs(", policy ", out);
		fputs(flow->policy, out);
	}
	if (flow_has(flow, SYNCOPATE_A_FLOW_OBSERVE))
		fputs(", observe", out);
	for (i = 0; i < flow->vlans; i++)
		fprintf(out, "%s%u", i ? "." : ", vlan ", flow->vlan[i]);
	if (flow_has(flow, SYNCOPATE_A_FLOW_PPPOE))
		fprintf(out, ", pppoe %u", flow->pppoe);
	domain_print(out, flow->vrf_in, flow->vrf_out, flow->zone);
	if (flow->on == SYNCOPATE_ON_HOST) {
		fputs(", host (-> ", out);
		fputs(interface_name(flow->oif), out);
		putc(')', out);
		return;
	}
	if (flow_has(flow, SYNCOPATE_A_FLOW_BRIDGE)) {
		fputs(", bridge ", out);
		fputs(interface_name(flow->bridge), out);
	} else {
		fputs(", routed", out);
	}
	fputs(" (", out);
	fputs(interface_name(flow->iif), out);
	fputs(" -> ", out);
	fputs(interface_name(flow->oif), out);
	putc(')', out);
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
	set_name(object, "on", flow, SYNCOPATE_A_FLOW_ON, NAME_OF(on_names, flow->on));
	set_name(object, "proto", flow, SYNCOPATE_A_FLOW_PROTO, proto_name(flow->server.proto));
	set_interface(object, "bridge", "bridge_index", flow, SYNCOPATE_A_FLOW_BRIDGE,
		      flow->bridge);
	json_object_set_new(object, "vlan", vlans);
	set_number(object, "pppoe", flow, SYNCOPATE_A_FLOW_PPPOE, flow->pppoe);
	set_interface(object, "vrf_in", "vrf_in_index", flow, SYNCOPATE_A_FLOW_VRF_IN,
		      flow->vrf_in);
	set_interface(object, "vrf_out", "vrf_out_index", flow, SYNCOPATE_A_FLOW_VRF_OUT,
		      flow->vrf_out);
	set_number(object, "zone", flow, SYNCOPATE_A_FLOW_ZONE, flow->zone);
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
