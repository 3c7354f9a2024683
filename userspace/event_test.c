// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "nl.h"
#include "tap.h"

/* 2026-11-22 01:02:03.456789012 UTC */
#define WHEN UINT64_C(1795309323456789012)
#define FAR 4000000		/* number of no interface */

static struct nl_request message;

static void begin(uint32_t kind)
{
	memset(&message, 0, sizeof(message));
	message.nlh = mnl_nlmsg_put_header(message.room);
	mnl_nlmsg_put_extra_header(message.nlh, sizeof(struct genlmsghdr));
	mnl_attr_put_u32(message.nlh, SYNCOPATE_A_EVENT_KIND, kind);
	mnl_attr_put_u64(message.nlh, SYNCOPATE_A_EVENT_SEQ, 7);
	mnl_attr_put_u64(message.nlh, SYNCOPATE_A_EVENT_TIME, WHEN);
}

static void put_address(int attr, int family, const char *text)
{
	uint8_t addr[16];

	inet_pton(family, text, addr);
	mnl_attr_put(message.nlh, attr, family == AF_INET ? 4 : 16, addr);
}

static void put_flow(int family, const char *client, const char *server)
{
	struct nlattr *nest = mnl_attr_nest_start(message.nlh, SYNCOPATE_A_EVENT_FLOW);

	put_address(SYNCOPATE_A_FLOW_CLIENT, family, client);
	put_address(SYNCOPATE_A_FLOW_SERVER, family, server);
	mnl_attr_put_u16(message.nlh, SYNCOPATE_A_FLOW_CLIENT_PORT, 4000);
	mnl_attr_put_u16(message.nlh, SYNCOPATE_A_FLOW_SERVER_PORT, 80);
	mnl_attr_put_u16(message.nlh, SYNCOPATE_A_FLOW_VLAN, 5);
	mnl_attr_put_u16(message.nlh, SYNCOPATE_A_FLOW_VLAN, 6);
	mnl_attr_put_u16(message.nlh, SYNCOPATE_A_FLOW_PPPOE, 17);
	mnl_attr_put_u32(message.nlh, SYNCOPATE_A_FLOW_BRIDGE, FAR);
	mnl_attr_put_u32(message.nlh, SYNCOPATE_A_FLOW_IIF, FAR + 1);
	mnl_attr_put_u32(message.nlh, SYNCOPATE_A_FLOW_OIF, FAR + 2);
	mnl_attr_put_u32(message.nlh, SYNCOPATE_A_FLOW_RETRANSMITTED, 2);
	mnl_attr_put_u64(message.nlh, SYNCOPATE_A_FLOW_AGE, 1000123456);
	mnl_attr_put_strz(message.nlh, SYNCOPATE_A_FLOW_POLICY, "web");
	mnl_attr_nest_end(message.nlh, nest);
}

/* Of a router; without VRF or zone where these are 0. */
static void put_routed(uint32_t vrf_in, uint32_t vrf_out, uint16_t zone)
{
	struct nlattr *nest = mnl_attr_nest_start(message.nlh, SYNCOPATE_A_EVENT_FLOW);

	put_address(SYNCOPATE_A_FLOW_CLIENT, AF_INET, "10.1.0.1");
	put_address(SYNCOPATE_A_FLOW_SERVER, AF_INET, "10.1.0.2");
	if (vrf_in)
		mnl_attr_put_u32(message.nlh, SYNCOPATE_A_FLOW_VRF_IN, vrf_in);
	if (vrf_out)
		mnl_attr_put_u32(message.nlh, SYNCOPATE_A_FLOW_VRF_OUT, vrf_out);
	if (zone)
		mnl_attr_put_u16(message.nlh, SYNCOPATE_A_FLOW_ZONE, zone);
	mnl_attr_put_u32(message.nlh, SYNCOPATE_A_FLOW_IIF, FAR + 1);
	mnl_attr_put_u32(message.nlh, SYNCOPATE_A_FLOW_OIF, FAR + 2);
	mnl_attr_nest_end(message.nlh, nest);
}

static void put_learned(bool lives)
{
	struct nlattr *nest = mnl_attr_nest_start(message.nlh, SYNCOPATE_A_EVENT_LEARNED);

	put_address(SYNCOPATE_A_LEARNED_ADDR, AF_INET, "10.1.0.3");
	mnl_attr_put_u16(message.nlh, SYNCOPATE_A_LEARNED_PORT, 80);
	mnl_attr_put_u32(message.nlh, SYNCOPATE_A_LEARNED_LOSS, lives ? 2500 : 100000);
	mnl_attr_put_u64(message.nlh, SYNCOPATE_A_LEARNED_ATTEMPTS, 3);
	mnl_attr_put_u64(message.nlh, SYNCOPATE_A_LEARNED_ANSWERED, lives);
	mnl_attr_put_u32(message.nlh, SYNCOPATE_A_LEARNED_SILENT, lives ? 0 : 3);
	mnl_attr_put_u64(message.nlh, SYNCOPATE_A_LEARNED_LAST_USED, 2000000000);
	if (lives) {
		mnl_attr_put_u16(message.nlh, SYNCOPATE_A_LEARNED_VLAN, 5);
		mnl_attr_put_u32(message.nlh, SYNCOPATE_A_LEARNED_VRF_IN, FAR + 3);
		mnl_attr_put_u32(message.nlh, SYNCOPATE_A_LEARNED_VRF_OUT, FAR + 4);
		mnl_attr_put_u16(message.nlh, SYNCOPATE_A_LEARNED_ZONE, 65535);
		mnl_attr_put_u32(message.nlh, SYNCOPATE_A_LEARNED_BRIDGE, FAR);
		mnl_attr_put_u64(message.nlh, SYNCOPATE_A_LEARNED_SRTT, 20600000);
		mnl_attr_put_u64(message.nlh, SYNCOPATE_A_LEARNED_RTTVAR, 1500000);
		mnl_attr_put_u64(message.nlh, SYNCOPATE_A_LEARNED_LAST_ANSWER, 1000000000);
		mnl_attr_put_u64(message.nlh, SYNCOPATE_A_LEARNED_P50, 26000000);
		mnl_attr_put_u64(message.nlh, SYNCOPATE_A_LEARNED_P90, 31000000);
		mnl_attr_put_u64(message.nlh, SYNCOPATE_A_LEARNED_P99, 524000000);
	} else {
		mnl_attr_put_u64(message.nlh, SYNCOPATE_A_LEARNED_DOWN, 0);
		mnl_attr_put_u64(message.nlh, SYNCOPATE_A_LEARNED_PROBE, 10000000000);
	}
	mnl_attr_nest_end(message.nlh, nest);
}

static void put_dest(const char *addr, uint8_t len, uint16_t port, uint64_t rtt)
{
	struct nlattr *nest = mnl_attr_nest_start(message.nlh, SYNCOPATE_A_EVENT_DEST);

	put_address(SYNCOPATE_A_DEST_ADDR, AF_INET, addr);
	mnl_attr_put_u8(message.nlh, SYNCOPATE_A_DEST_LEN, len);
	mnl_attr_put_u16(message.nlh, SYNCOPATE_A_DEST_PORT, port);
	mnl_attr_put_u64(message.nlh, SYNCOPATE_A_DEST_RTT, rtt);
	mnl_attr_nest_end(message.nlh, nest);
}

static void is_line(const char *expected)
{
	struct event event;
	char *text = NULL;
	size_t size;
	FILE *out;

	out = open_memstream(&text, &size);
	event_read(&event, message.nlh);
	event_print(out, &event);
	fclose(out);
	ok(!strcmp(text, expected), "%.*s (%.*s)", (int)strcspn(expected, "\n"), expected,
	   (int)strcspn(text, "\n"), text);
	free(text);
}

static void is_json(const char *expected)
{
	struct event event;
	json_t *object;
	char *text;

	event_read(&event, message.nlh);
	object = event_json(&event);
	text = json_dumps(object, JSON_COMPACT);
	ok(!strcmp(text, expected), "%s (%s)", expected, text);
	free(text);
	json_decref(object);
}

int main(void)
{
	setenv("TZ", "UTC", 1);

	begin(SYNCOPATE_EVENT_KIND_ANSWERED);
	put_flow(AF_INET, "10.1.0.1", "10.1.0.2");
	is_line("2026-11-22 01:02:03.456789 answered 10.1.0.1:4000 -> 10.1.0.2:80, "
		"after 1000.123ms, 2 repeated, policy web, vlan 5.6, pppoe 17, "
		"bridge if4000000 (if4000001 -> if4000002)\n");
	is_json("{\"time_ns\":1795309323456789012,\"seq\":7,\"kind\":\"answered\",\"flow\":{"
		"\"client\":\"10.1.0.1\",\"client_port\":4000,"
		"\"server\":\"10.1.0.2\",\"server_port\":80,"
		"\"bridge\":\"if4000000\",\"bridge_index\":4000000,\"vlan\":[5,6],\"pppoe\":17,"
		"\"iif\":\"if4000001\",\"iif_index\":4000001,"
		"\"oif\":\"if4000002\",\"oif_index\":4000002,"
		"\"retransmitted\":2,\"age_ns\":1000123456,\"policy\":\"web\",\"observe\":false}}");

	begin(SYNCOPATE_EVENT_KIND_STARTED);
	put_flow(AF_INET6, "fd01::1", "fd01::2");
	is_line("2026-11-22 01:02:03.456789 started [fd01::1]:4000 -> [fd01::2]:80, "
		"2 repeated, policy web, vlan 5.6, pppoe 17, "
		"bridge if4000000 (if4000001 -> if4000002)\n");

	begin(SYNCOPATE_EVENT_KIND_STARTED);
	put_routed(FAR + 3, FAR + 3, 7);
	is_line("2026-11-22 01:02:03.456789 started 10.1.0.1:0 -> 10.1.0.2:0, "
		"vrf if4000003, zone 7, routed (if4000001 -> if4000002)\n");
	is_json("{\"time_ns\":1795309323456789012,\"seq\":7,\"kind\":\"started\",\"flow\":{"
		"\"client\":\"10.1.0.1\",\"client_port\":0,"
		"\"server\":\"10.1.0.2\",\"server_port\":0,\"vlan\":[],"
		"\"vrf_in\":\"if4000003\",\"vrf_in_index\":4000003,"
		"\"vrf_out\":\"if4000003\",\"vrf_out_index\":4000003,\"zone\":7,"
		"\"iif\":\"if4000001\",\"iif_index\":4000001,"
		"\"oif\":\"if4000002\",\"oif_index\":4000002,\"observe\":false}}");
	begin(SYNCOPATE_EVENT_KIND_STARTED);
	put_routed(FAR + 3, 0, 0);
	is_line("2026-11-22 01:02:03.456789 started 10.1.0.1:0 -> 10.1.0.2:0, "
		"vrf if4000003 -> default, routed (if4000001 -> if4000002)\n");
	begin(SYNCOPATE_EVENT_KIND_STARTED);
	put_routed(0, FAR + 3, 0);
	is_line("2026-11-22 01:02:03.456789 started 10.1.0.1:0 -> 10.1.0.2:0, "
		"vrf default -> if4000003, routed (if4000001 -> if4000002)\n");

	begin(SYNCOPATE_EVENT_KIND_POLICY_REPLACED);
	mnl_attr_put_strz(message.nlh, SYNCOPATE_A_EVENT_POLICY, "w\033b");
	is_line("2026-11-22 01:02:03.456789 policy-replaced w?b\n");
	is_json("{\"time_ns\":1795309323456789012,\"seq\":7,\"kind\":\"policy-replaced\","
		"\"policy\":\"w?b\"}");

	begin(SYNCOPATE_EVENT_KIND_DEST_SET);
	put_dest("10.1.0.0", 16, 80, 40000000);
	is_line("2026-11-22 01:02:03.456789 dest-set 10.1.0.0/16:80 rtt 40ms\n");
	is_json("{\"time_ns\":1795309323456789012,\"seq\":7,\"kind\":\"dest-set\","
		"\"dest\":{\"prefix\":\"10.1.0.0/16\",\"port\":80,\"rtt_ns\":40000000,\"down\":false}}");

	begin(SYNCOPATE_EVENT_KIND_STATS_RESET);
	is_line("2026-11-22 01:02:03.456789 stats-reset\n");

	begin(SYNCOPATE_EVENT_KIND_DEST_DOWN);
	put_learned(false);
	is_line("2026-11-22 01:02:03.456789 dest-down 10.1.0.3:80 down for 0us, next probe in 10.0s, "
		"silent 3 times in a row, never answered, 0 of 3 answered, routed\n");
	is_json("{\"time_ns\":1795309323456789012,\"seq\":7,\"kind\":\"dest-down\","
		"\"learned\":{\"address\":\"10.1.0.3\",\"port\":80,\"vlan\":[],\"down\":true,"
		"\"down_for_ns\":0,\"probe_ns\":10000000000,\"silent\":3,\"loss_ppm\":100000,"
		"\"attempts\":3,\"answered\":0,\"last_used_ns\":2000000000,\"seen\":false}}");
	begin(SYNCOPATE_EVENT_KIND_DEST_UP);
	put_learned(true);
	is_line("2026-11-22 01:02:03.456789 dest-up 10.1.0.3:80 answered 1.0s ago, "
		"rtt 21ms +- 1.5ms, loss 0.25%, set up in 26ms, 90% in 31ms, 99% in 524ms, "
		"1 of 3 answered, vlan 5, vrf if4000003 -> if4000004, zone 65535, "
		"bridge if4000000\n");
	is_json("{\"time_ns\":1795309323456789012,\"seq\":7,\"kind\":\"dest-up\","
		"\"learned\":{\"address\":\"10.1.0.3\",\"port\":80,"
		"\"bridge\":\"if4000000\",\"bridge_index\":4000000,\"vlan\":[5],"
		"\"vrf_in\":\"if4000003\",\"vrf_in_index\":4000003,"
		"\"vrf_out\":\"if4000004\",\"vrf_out_index\":4000004,\"zone\":65535,"
		"\"down\":false,\"silent\":0,\"rtt_ns\":20600000,\"rttvar_ns\":1500000,"
		"\"loss_ppm\":2500,\"attempts\":3,\"answered\":1,"
		"\"last_answer_ns\":1000000000,\"last_used_ns\":2000000000,\"seen\":false,"
		"\"setup_p50_ns\":26000000,\"setup_p90_ns\":31000000,\"setup_p99_ns\":524000000}}");

	/* What a newer module may send. */
	begin(12345);
	mnl_attr_put_u32(message.nlh, SYNCOPATE_A_EVENT_MAX + 1, 1);
	is_line("2026-11-22 01:02:03.456789 ?\n");

	return tap_end();
}
