// SPDX-License-Identifier: GPL-2.0
/* Flows: the attempts in care now. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <net/if.h>
#include <string.h>

#include "nl.h"

/* Room for [ADDRESS]:PORT. */
#define ENDPOINT_SIZE (INET6_ADDRSTRLEN + sizeof("[]:65535"))

/*
 * interface_name() - name of an interface, or its number if it has gone.
 * A list may have a million flows but has few interfaces, and asking the
 * kernel takes three system calls: the answers are kept. The result is good
 * until another interface takes its place.
 */
static const char *interface_name(uint32_t index)
{
	static struct {
		uint32_t index;
		char name[IF_NAMESIZE];
	} known[64], *entry;
	char name[IF_NAMESIZE];

	entry = &known[index % 64];
	if (entry->index == index && entry->name[0])
		return entry->name;
	entry->index = index;
	if (if_indextoname(index, name))
		printable(entry->name, sizeof(entry->name), name);
	else
		snprintf(entry->name, sizeof(entry->name), "if%" PRIu32, index);
	return entry->name;
}

static const char *address_text(char buf[INET6_ADDRSTRLEN], const struct nlattr *attr)
{
	size_t len = attr ? mnl_attr_get_payload_len(attr) : 0;
	int family = len == sizeof(struct in_addr) ? AF_INET : AF_INET6;

	if (len != sizeof(struct in_addr) && len != sizeof(struct in6_addr))
		return "?";
	return inet_ntop(family, mnl_attr_get_payload(attr), buf, INET6_ADDRSTRLEN);
}

static const char *endpoint_text(char buf[ENDPOINT_SIZE], const struct nlattr *addr,
				 const struct nlattr *port)
{
	char room[INET6_ADDRSTRLEN];
	const char *text = address_text(room, addr);
	bool colons = strchr(text, ':');

	snprintf(buf, ENDPOINT_SIZE, "%s%s%s:%" PRIu16, colons ? "[" : "", text,
		 colons ? "]" : "", (uint16_t)nl_uint(port));
	return buf;
}

/* The attributes say in turn which VLAN, from the outside in; most frames have none. */
static void print_vlans(const struct nlmsghdr *msg)
{
	const struct nlattr *attr;
	char mark = ' ';

	mnl_attr_for_each(attr, msg, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != SYNCOPATE_A_FLOW_VLAN)
			continue;
		printf("%s%c%u", mark == ' ' ? ", vlan" : "", mark, (unsigned int)nl_uint(attr));
		mark = '.';
	}
}

static int print_line(const struct nlmsghdr *msg, void *data)
{
	const struct nlattr *tb[SYNCOPATE_A_FLOW_MAX + 1];
	char client[ENDPOINT_SIZE], server[ENDPOINT_SIZE];
	char next[TIME_SIZE], age[TIME_SIZE];
	char policy[SYNCOPATE_NAME_LEN];

	(void)data;
	nl_attrs(msg, tb, SYNCOPATE_A_FLOW_MAX);
	endpoint_text(client, tb[SYNCOPATE_A_FLOW_CLIENT], tb[SYNCOPATE_A_FLOW_CLIENT_PORT]);
	endpoint_text(server, tb[SYNCOPATE_A_FLOW_SERVER], tb[SYNCOPATE_A_FLOW_SERVER_PORT]);
	time_format(next, time_round_ms(nl_uint(tb[SYNCOPATE_A_FLOW_NEXT])));
	time_format(age, time_round_ms(nl_uint(tb[SYNCOPATE_A_FLOW_AGE])));

	printf("%s -> %s ", client, server);
	if (nl_uint(tb[SYNCOPATE_A_FLOW_STATE]) == SYNCOPATE_FLOW_STATE_GAVE_UP)
		printf("gave up, forgotten in %s", next);
	else
		printf("pending %u sent, next in %s",
		       (unsigned int)nl_uint(tb[SYNCOPATE_A_FLOW_RETRANSMITTED]), next);
	printf(", age %s", age);
	if (tb[SYNCOPATE_A_FLOW_POLICY]) {
		nl_text(policy, sizeof(policy), tb[SYNCOPATE_A_FLOW_POLICY]);
		printf(", policy %s", policy);
	}
	if (tb[SYNCOPATE_A_FLOW_OBSERVE])
		printf(", observe");
	print_vlans(msg);
	if (tb[SYNCOPATE_A_FLOW_BRIDGE])
		printf(", bridge %s", interface_name(nl_uint(tb[SYNCOPATE_A_FLOW_BRIDGE])));
	else
		printf(", routed");
	printf(" (%s", interface_name(nl_uint(tb[SYNCOPATE_A_FLOW_IIF])));
	printf(" -> %s)\n", interface_name(nl_uint(tb[SYNCOPATE_A_FLOW_OIF])));
	return output_error();
}

static void set_number(json_t *object, const char *key, const struct nlattr *attr)
{
	if (attr)
		json_object_set_new(object, key, json_integer(nl_uint(attr)));
}

static void set_address(json_t *object, const char *key, const struct nlattr *attr)
{
	char text[INET6_ADDRSTRLEN];

	json_object_set_new(object, key, json_string(address_text(text, attr)));
}

static void set_interface(json_t *object, const char *key, const char *key_index,
			  const struct nlattr *attr)
{
	if (attr)
		json_object_set_new(object, key, json_string(interface_name(nl_uint(attr))));
	set_number(object, key_index, attr);
}

static json_t *vlans_json(const struct nlmsghdr *msg)
{
	const struct nlattr *attr;
	json_t *list = json_array();

	mnl_attr_for_each(attr, msg, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == SYNCOPATE_A_FLOW_VLAN)
			json_array_append_new(list, json_integer(nl_uint(attr)));
	}
	return list;
}

static int print_json(const struct nlmsghdr *msg, void *data)
{
	const struct nlattr *tb[SYNCOPATE_A_FLOW_MAX + 1];
	char policy[SYNCOPATE_NAME_LEN];
	json_t *object = json_object();
	bool gave_up;

	nl_attrs(msg, tb, SYNCOPATE_A_FLOW_MAX);
	gave_up = nl_uint(tb[SYNCOPATE_A_FLOW_STATE]) == SYNCOPATE_FLOW_STATE_GAVE_UP;
	set_address(object, "client", tb[SYNCOPATE_A_FLOW_CLIENT]);
	set_number(object, "client_port", tb[SYNCOPATE_A_FLOW_CLIENT_PORT]);
	set_address(object, "server", tb[SYNCOPATE_A_FLOW_SERVER]);
	set_number(object, "server_port", tb[SYNCOPATE_A_FLOW_SERVER_PORT]);
	set_interface(object, "bridge", "bridge_index", tb[SYNCOPATE_A_FLOW_BRIDGE]);
	json_object_set_new(object, "vlan", vlans_json(msg));
	set_interface(object, "iif", "iif_index", tb[SYNCOPATE_A_FLOW_IIF]);
	set_interface(object, "oif", "oif_index", tb[SYNCOPATE_A_FLOW_OIF]);
	set_number(object, "isn", tb[SYNCOPATE_A_FLOW_ISN]);
	json_object_set_new(object, "state", json_string(gave_up ? "gave-up" : "pending"));
	set_number(object, "retransmitted", tb[SYNCOPATE_A_FLOW_RETRANSMITTED]);
	set_number(object, "age_ns", tb[SYNCOPATE_A_FLOW_AGE]);
	set_number(object, "next_ns", tb[SYNCOPATE_A_FLOW_NEXT]);
	if (tb[SYNCOPATE_A_FLOW_POLICY]) {
		nl_text(policy, sizeof(policy), tb[SYNCOPATE_A_FLOW_POLICY]);
		json_object_set_new(object, "policy", json_string(policy));
	}
	json_object_set_new(object, "observe", json_boolean(tb[SYNCOPATE_A_FLOW_OBSERVE]));
	json_list_put(data, object);
	return output_error();
}

static int run_show(struct ctx *ctx, int argc, char **argv)
{
	bool any = false;
	int ret;

	ret = no_words(ctx, argc, argv);
	if (ret)
		return ret;
	ret = nl_dump(ctx, SYNCOPATE_CMD_FLOW_GET, ctx->json ? print_json : print_line, &any);
	if (!ret && ctx->json)
		json_list_end(any);
	return ret;
}

static const struct verb verbs[] = {
	{
		.name = "show",
		.brief = "print the attempts in care now, one a line",
		.more =
"client -> server, then how many SYNs were repeated and when the next is due,\n"
"or that the attempt was given up; then how long ago the first SYN was, the\n"
"policy that selected it, its VLANs from the outside in, and the bridge it\n"
"crosses or 'routed' with the interfaces where it came in and went out.\n",
		.run = run_show,
	},
	{ 0 }
};

const struct noun flow_noun = { "flow", verbs };
