// SPDX-License-Identifier: GPL-2.0
/* A destination as its answers show it, as a list or an event tells of it. */
#include <inttypes.h>
#include <string.h>

#include "nl.h"

static bool has(const struct learned *learned, int attr)
{
	return learned->given & (1u << attr);
}

static void read_vlans(struct learned *learned, const void *attrs, size_t len)
{
	const struct nlattr *attr;

	mnl_attr_for_each_payload(attrs, len) {
		if (mnl_attr_get_type(attr) == SYNCOPATE_A_LEARNED_VLAN &&
		    learned->vlans < ARRAY_SIZE(learned->vlan))
			learned->vlan[learned->vlans++] = nl_uint(attr);
	}
}

/**
 * learned_read() - take a destination out of a message
 * @learned: the result
 * @attrs: its attributes, a message's or nested in one
 * @len: length of all
 */
void learned_read(struct learned *learned, const void *attrs, size_t len)
{
	const struct nlattr *tb[SYNCOPATE_A_LEARNED_MAX + 1];
	int attr;

	nl_attrs_in(attrs, len, tb, SYNCOPATE_A_LEARNED_MAX);
	memset(learned, 0, sizeof(*learned));
	for (attr = 0; attr <= SYNCOPATE_A_LEARNED_MAX; attr++)
		learned->given |= tb[attr] ? 1u << attr : 0;

	peer_read(&learned->peer, tb[SYNCOPATE_A_LEARNED_ADDR]);
	learned->peer.port = nl_uint(tb[SYNCOPATE_A_LEARNED_PORT]);
	learned->peer.proto = nl_uint(tb[SYNCOPATE_A_LEARNED_PROTO]);
	read_vlans(learned, attrs, len);
	learned->bridge = nl_uint(tb[SYNCOPATE_A_LEARNED_BRIDGE]);
	learned->vrf_in = nl_uint(tb[SYNCOPATE_A_LEARNED_VRF_IN]);
	learned->vrf_out = nl_uint(tb[SYNCOPATE_A_LEARNED_VRF_OUT]);
	learned->zone = nl_uint(tb[SYNCOPATE_A_LEARNED_ZONE]);
	learned->srtt = nl_uint(tb[SYNCOPATE_A_LEARNED_SRTT]);
	learned->rttvar = nl_uint(tb[SYNCOPATE_A_LEARNED_RTTVAR]);
	learned->loss = nl_uint(tb[SYNCOPATE_A_LEARNED_LOSS]);
	learned->attempts = nl_uint(tb[SYNCOPATE_A_LEARNED_ATTEMPTS]);
	learned->answered = nl_uint(tb[SYNCOPATE_A_LEARNED_ANSWERED]);
	learned->silent = nl_uint(tb[SYNCOPATE_A_LEARNED_SILENT]);
	learned->down = nl_uint(tb[SYNCOPATE_A_LEARNED_DOWN]);
	learned->probe = nl_uint(tb[SYNCOPATE_A_LEARNED_PROBE]);
	learned->last_answer = nl_uint(tb[SYNCOPATE_A_LEARNED_LAST_ANSWER]);
	learned->last_used = nl_uint(tb[SYNCOPATE_A_LEARNED_LAST_USED]);
	learned->p50 = nl_uint(tb[SYNCOPATE_A_LEARNED_P50]);
	learned->p90 = nl_uint(tb[SYNCOPATE_A_LEARNED_P90]);
	learned->p99 = nl_uint(tb[SYNCOPATE_A_LEARNED_P99]);
	learned->oif = nl_uint(tb[SYNCOPATE_A_LEARNED_OIF]);
	learned->elsewhere = nl_uint(tb[SYNCOPATE_A_LEARNED_ELSEWHERE]);
}

static void print_time(FILE *out, const char *text, uint64_t ns)
{
	char time[TIME_SIZE];

	fprintf(out, "%s%s", text, time_format_short(time, ns));
}

static void print_health(FILE *out, const struct learned *learned)
{
	if (has(learned, SYNCOPATE_A_LEARNED_DOWN)) {
		print_time(out, " down for ", learned->down);
		print_time(out, ", next probe in ", learned->probe);
		putc(',', out);
	}
	if (learned->silent)
		fprintf(out, " silent %" PRIu32 " times in a row,", learned->silent);
	if (has(learned, SYNCOPATE_A_LEARNED_LAST_ANSWER))
		print_time(out, " answered ", learned->last_answer);
	else
		fputs(" never answered", out);
	if (has(learned, SYNCOPATE_A_LEARNED_LAST_ANSWER))
		fputs(" ago", out);
	if (learned->elsewhere)
		fprintf(out, " another way (%" PRIu32 " in a row)", learned->elsewhere);
}

static void print_place(FILE *out, const struct learned *learned)
{
	unsigned int i;

	for (i = 0; i < learned->vlans; i++)
		fprintf(out, "%s%u", i ? "." : ", vlan ", learned->vlan[i]);
	domain_print(out, learned->vrf_in, learned->vrf_out, learned->zone);
	if (has(learned, SYNCOPATE_A_LEARNED_BRIDGE))
		fprintf(out, ", bridge %s", interface_name(learned->bridge));
	else
		fputs(", routed", out);
}

/**
 * learned_print() - write a destination, without the end of the line
 * @out: where to
 * @learned: the destination
 */
void learned_print(FILE *out, const struct learned *learned)
{
	char peer[PEER_SIZE];
	char loss[VALUE_SIZE];

	fprintf(out, "%s", peer_format(peer, &learned->peer));
	print_health(out, learned);
	if (has(learned, SYNCOPATE_A_LEARNED_SRTT)) {
		print_time(out, ", rtt ", learned->srtt);
		print_time(out, " +- ", learned->rttvar);
		fprintf(out, ", loss %s", value_format(loss, KIND_LOSS, &learned->loss));
	}
	if (has(learned, SYNCOPATE_A_LEARNED_P50)) {
		print_time(out, ", set up in ", learned->p50);
		print_time(out, ", 90% in ", learned->p90);
		print_time(out, ", 99% in ", learned->p99);
	}
	fprintf(out, ", %" PRIu64 " of %" PRIu64 " answered", learned->answered,
		learned->attempts);
	print_place(out, learned);
}

static void set_number(json_t *object, const char *key, const struct learned *learned,
		       int attr, uint64_t value)
{
	if (has(learned, attr))
		json_object_set_new(object, key, json_integer(value));
}

static void set_interface(json_t *object, const char *key, const char *key_index,
			  const struct learned *learned, int attr, uint32_t index)
{
	if (has(learned, attr))
		json_object_set_new(object, key, json_string(interface_name(index)));
	set_number(object, key_index, learned, attr, index);
}

/**
 * learned_json() - a destination as JSON
 * @learned: the destination
 *
 * Return: the object; what is not known of the destination is not in it
 */
json_t *learned_json(const struct learned *learned)
{
	json_t *object = json_object();
	json_t *vlans = json_array();
	char address[INET6_ADDRSTRLEN];
	unsigned int i;

	for (i = 0; i < learned->vlans; i++)
		json_array_append_new(vlans, json_integer(learned->vlan[i]));
	json_object_set_new(object, "address",
			    json_string(peer_address(address, &learned->peer)));
	json_object_set_new(object, "port", json_integer(learned->peer.port));
	if (has(learned, SYNCOPATE_A_LEARNED_PROTO))
		json_object_set_new(object, "proto",
				    json_string(proto_name(learned->peer.proto)));
	set_interface(object, "bridge", "bridge_index", learned, SYNCOPATE_A_LEARNED_BRIDGE,
		      learned->bridge);
	json_object_set_new(object, "vlan", vlans);
	set_interface(object, "vrf_in", "vrf_in_index", learned, SYNCOPATE_A_LEARNED_VRF_IN,
		      learned->vrf_in);
	set_interface(object, "vrf_out", "vrf_out_index", learned, SYNCOPATE_A_LEARNED_VRF_OUT,
		      learned->vrf_out);
	set_number(object, "zone", learned, SYNCOPATE_A_LEARNED_ZONE, learned->zone);
	json_object_set_new(object, "down",
			    json_boolean(has(learned, SYNCOPATE_A_LEARNED_DOWN)));
	set_number(object, "down_for_ns", learned, SYNCOPATE_A_LEARNED_DOWN, learned->down);
	set_number(object, "probe_ns", learned, SYNCOPATE_A_LEARNED_PROBE, learned->probe);
	set_number(object, "silent", learned, SYNCOPATE_A_LEARNED_SILENT, learned->silent);
	set_number(object, "rtt_ns", learned, SYNCOPATE_A_LEARNED_SRTT, learned->srtt);
	set_number(object, "rttvar_ns", learned, SYNCOPATE_A_LEARNED_RTTVAR, learned->rttvar);
	set_number(object, "loss_ppm", learned, SYNCOPATE_A_LEARNED_LOSS, learned->loss);
	set_number(object, "attempts", learned, SYNCOPATE_A_LEARNED_ATTEMPTS, learned->attempts);
	set_number(object, "answered", learned, SYNCOPATE_A_LEARNED_ANSWERED, learned->answered);
	set_number(object, "last_answer_ns", learned, SYNCOPATE_A_LEARNED_LAST_ANSWER,
		   learned->last_answer);
	set_number(object, "last_used_ns", learned, SYNCOPATE_A_LEARNED_LAST_USED,
		   learned->last_used);
	json_object_set_new(object, "seen",
			    json_boolean(has(learned, SYNCOPATE_A_LEARNED_SEEN)));
	set_number(object, "elsewhere", learned, SYNCOPATE_A_LEARNED_ELSEWHERE,
		   learned->elsewhere);
	set_interface(object, "oif", "oif_index", learned, SYNCOPATE_A_LEARNED_OIF, learned->oif);
	set_number(object, "setup_p50_ns", learned, SYNCOPATE_A_LEARNED_P50, learned->p50);
	set_number(object, "setup_p90_ns", learned, SYNCOPATE_A_LEARNED_P90, learned->p90);
	set_number(object, "setup_p99_ns", learned, SYNCOPATE_A_LEARNED_P99, learned->p99);
	return object;
}

/**
 * learned_dest() - the profile that says what was learned
 * @dest: the result
 * @learned: a destination, its round-trip time known
 */
void learned_dest(struct dest *dest, const struct learned *learned)
{
	memset(dest, 0, sizeof(*dest));
	dest->given = 1ull << SYNCOPATE_A_DEST_ADDR | 1ull << SYNCOPATE_A_DEST_RTT |
		      1ull << SYNCOPATE_A_DEST_LOSS;
	dest->where.prefix.family = learned->peer.family;
	memcpy(dest->where.prefix.addr, learned->peer.addr, sizeof(learned->peer.addr));
	dest->where.prefix.len = 8 * prefix_bytes(&dest->where.prefix);
	dest->where.port = learned->peer.port;
	/* As good as it is known: microseconds, and hundredths of a percent. */
	dest->rtt = (learned->srtt + 500) / 1000 * 1000;
	if (dest->rtt < SYNCOPATE_RTT_MIN_US * 1000)
		dest->rtt = SYNCOPATE_RTT_MIN_US * 1000;
	if (dest->rtt > SYNCOPATE_RTT_MAX_MS * UINT64_C(1000000))
		dest->rtt = SYNCOPATE_RTT_MAX_MS * UINT64_C(1000000);
	dest->loss = (learned->loss + 50) / 100 * 100;
}
