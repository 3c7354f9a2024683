/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the tool share.
 *
 * Functions that run something return an exit status and have already said
 * on stderr what failed.
 */
#ifndef SYNCOPATE_TOOL_H
#define SYNCOPATE_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>
#include <linux/syncopate.h>

#include "statement.h"

enum status {
	DONE = 0,
	FAILED = 1,		/* refused by the kernel, or did not work */
	WRONG_USAGE = 2,
};

struct ctx;
struct nlmsghdr;

/**
 * struct verb - what can be done with a noun
 * @name: the word, or empty if the noun has this verb alone and says it itself
 * @args: what may follow it, in the notation of a synopsis; lines broken with \n
 * @brief: one line that says what it does
 * @more: the details, whole lines, or NULL
 * @grammar: of the statement that may follow, or NULL; its words are explained
 * @run: does it; @argv begins after the verb
 */
struct verb {
	const char *name;
	const char *args;
	const char *brief;
	const char *more;
	const struct grammar *grammar;
	int (*run)(struct ctx *ctx, int argc, char **argv);
};

/**
 * struct noun - a thing that the tool knows of
 * @name: the word
 * @verbs: ends with one that has no name; the first is the default
 */
struct noun {
	const char *name;
	const struct verb *verbs;
};

/**
 * struct ctx - one run of the tool
 * @json: print JSON
 * @netns: name or path of the network namespace to work in, or NULL
 * @noun: what the command line names, NULL for the status
 * @verb: likewise
 * @nl: the connection to the kernel, NULL until the first request
 */
struct ctx {
	bool json;
	const char *netns;
	const struct noun *noun;
	const struct verb *verb;
	struct nl *nl;
};

extern const struct noun policy_noun;
extern const struct noun dest_noun;
extern const struct noun flow_noun;
extern const struct noun stats_noun;
extern const struct noun limit_noun;
extern const struct noun load_noun;
extern const struct noun save_noun;
extern const struct noun check_noun;
extern const struct noun monitor_noun;
extern const struct noun top_noun;

/* status.c */
int status_run(struct ctx *ctx, int argc, char **argv);

/* netns.c */
int netns_enter(const char *name);

/* policy.c */
bool policy_read(struct policy *policy, const struct nlmsghdr *msg);
json_t *policy_json(const struct policy *policy);

/* dest.c */
bool dest_read(struct dest *dest, const struct nlmsghdr *msg);

/* peer.c */
#define PEER_SIZE (INET6_ADDRSTRLEN + sizeof("[]:65535/sctp"))

/**
 * struct peer - an address with a port
 * @family: AF_INET or AF_INET6
 * @port: the port
 * @proto: of a server the protocol, as in the IP header
 * @addr: the address in network byte order, the first 4 bytes for IPv4
 */
struct peer {
	uint16_t family;
	uint16_t port;
	uint16_t proto;
	uint8_t addr[16];
};

const char *peer_address(char buf[INET6_ADDRSTRLEN], const struct peer *peer);
const char *peer_format(char buf[PEER_SIZE], const struct peer *peer);

/* interface.c */
const char *interface_name(uint32_t index);
void interfaces_forget(void);

/* attempt.c */
#define FLOW_VLANS 4

/**
 * struct flow - an attempt as it was told
 * @given: bit (1 << SYNCOPATE_A_FLOW_...) for each member that was told
 * @client: who sent the SYN
 * @server: whom it went to
 * @vlans: how many VLAN tags there are
 * @vlan: the tags from the outside in
 * @pppoe: number of the PPPoE session
 * @zone: conntrack's zone
 * @bridge: interface number of the bridge
 * @vrf_in: interface number of the VRF where the SYN came in, 0 for none
 * @vrf_out: and where it went out
 * @iif: interface number of where the SYN came in
 * @oif: interface number of where it went out
 * @isn: its sequence number
 * @on: SYNCOPATE_ON_..., who opens it
 * @state: SYNCOPATE_FLOW_STATE_...
 * @action: what is next, SYNCOPATE_FLOW_ACTION_...
 * @retransmitted: how often the SYN was repeated
 * @interval: from one SYN to the next, as all times in nanoseconds
 * @age: since the first SYN
 * @next: until @action
 * @policy: name of the policy that selected the SYN
 */
struct flow {
	uint32_t given;
	struct peer client;
	struct peer server;
	unsigned int vlans;
	uint16_t vlan[FLOW_VLANS];
	uint16_t pppoe;
	uint16_t zone;
	uint32_t bridge;
	uint32_t vrf_in;
	uint32_t vrf_out;
	uint32_t iif;
	uint32_t oif;
	uint32_t isn;
	uint32_t on;
	uint32_t state;
	uint32_t action;
	uint32_t retransmitted;
	uint64_t interval;
	uint64_t age;
	uint64_t next;
	char policy[SYNCOPATE_NAME_LEN];
};

void flow_read(struct flow *flow, const void *attrs, size_t len);
void flow_print_ends(FILE *out, const struct flow *flow);
void flow_print_progress(FILE *out, const struct flow *flow);
void flow_print_place(FILE *out, const struct flow *flow);
void domain_print(FILE *out, uint32_t vrf_in, uint32_t vrf_out, uint16_t zone);
json_t *flow_json(const struct flow *flow);

static inline bool flow_has(const struct flow *flow, int attr)
{
	return flow->given & (1u << attr);
}

/* learned.c */

/**
 * struct learned - a destination, as its answers show it
 * @given: bit (1 << SYNCOPATE_A_LEARNED_...) for each member that was told
 * @peer: its address and port
 * @vlans: how many VLAN tags there are
 * @vlan: the tags from the outside in
 * @zone: conntrack's zone
 * @bridge: interface number of the bridge
 * @vrf_in: interface number of the VRF where attempts come in, 0 for none
 * @vrf_out: and where they go out
 * @loss: how many of a million SYNs have no answer
 * @silent: attempts in a row without an answer
 * @srtt: round-trip time, as all times in nanoseconds
 * @rttvar: its variation
 * @down: for how long it has been down
 * @probe: until it gets a SYN again
 * @last_answer: since its last answer
 * @last_used: since the last attempt
 * @p50: half of the last connections were set up in this time
 * @p90: nine tenths of them
 * @p99: all but a hundredth of them
 * @attempts: how many there were
 * @answered: how many showed that it lives
 * @oif: interface number of where the last one went that ended
 * @elsewhere: how many were established since its last answer by here
 */
struct learned {
	uint32_t given;
	struct peer peer;
	unsigned int vlans;
	uint16_t vlan[FLOW_VLANS];
	uint16_t zone;
	uint32_t bridge;
	uint32_t vrf_in;
	uint32_t vrf_out;
	uint32_t loss;
	uint32_t silent;
	uint64_t srtt;
	uint64_t rttvar;
	uint64_t down;
	uint64_t probe;
	uint64_t last_answer;
	uint64_t last_used;
	uint64_t p50;
	uint64_t p90;
	uint64_t p99;
	uint64_t attempts;
	uint64_t answered;
	uint32_t oif;
	uint32_t elsewhere;
};

void learned_read(struct learned *learned, const void *attrs, size_t len);
void learned_print(FILE *out, const struct learned *learned);
json_t *learned_json(const struct learned *learned);
void learned_dest(struct dest *dest, const struct learned *learned);

/* lessons.c */

/**
 * struct learned_list - destinations
 * @entry: the destinations
 * @count: how many
 * @room: for how many there is room
 */
struct learned_list {
	struct learned *entry;
	size_t count;
	size_t room;
};

int learned_get(struct ctx *ctx, const struct endpoint *where, struct learned_list *list);
int learned_look(struct ctx *ctx, struct learned_list *list, bool *denied);

/* gaps.c */
/**
 * struct gaps - which numbers of events are missing
 * @known: whether an event has come
 * @next: the first number that is missing
 * @seen: bit n for each number @next + n that has come before its time
 * @since: when the first of them came
 */
struct gaps {
	bool known;
	uint64_t next;
	uint64_t seen;
	uint64_t since;
};

uint64_t gaps_event(struct gaps *gaps, uint64_t seq, uint64_t now);
uint64_t gaps_wait(const struct gaps *gaps, uint64_t now);
uint64_t gaps_close(struct gaps *gaps);

/* event.c */
/**
 * struct event - something that happened
 * @kind: what, SYNCOPATE_EVENT_KIND_...
 * @seq: its number in the namespace
 * @time: when, in nanoseconds since 1970
 * @has_flow: it happened to an attempt; else something was set
 * @flow: the attempt
 * @policy: name of the policy that was changed, or empty
 * @dest: the profile that was set or deleted; nothing is given if it was another event
 * @learned: the destination that went down or came up; likewise
 */
struct event {
	uint32_t kind;
	uint64_t seq;
	uint64_t time;
	bool has_flow;
	struct flow flow;
	char policy[SYNCOPATE_NAME_LEN];
	struct dest dest;
	struct learned learned;
};

void event_read(struct event *event, const struct nlmsghdr *msg);
void event_print(FILE *out, const struct event *event);
json_t *event_json(const struct event *event);
void event_print_time(FILE *out, uint64_t ns);

/* ways.c */

/**
 * struct stray - the last SYN-ACK to which no SYN came by
 * @peer: who sent it; of no family if there was none
 * @iif: interface number of where it came in
 * @age: how long ago, in nanoseconds
 */
struct stray {
	struct peer peer;
	uint32_t iif;
	uint64_t age;
};

/**
 * enum oneway - how it shows that only one direction comes by
 * @ONEWAY_ELSEWHERE: clients get connected without an answer
 * @ONEWAY_NONE: nothing behind an interface has ever answered
 * @ONEWAY_STRAY: there are answers to SYNs that did not come by
 * @ONEWAY_SOME: something behind an interface has answered, but not these
 */
enum oneway {
	ONEWAY_ELSEWHERE,
	ONEWAY_NONE,
	ONEWAY_STRAY,
	ONEWAY_SOME,
};

#define WAY_NAMED 100

/**
 * struct way - something that goes only one way by here
 * @what: how it shows
 * @interface: number of the interface, behind which the destinations are, or where
 *	the answers came in
 * @count: how many destinations, or answers
 * @attempts: attempts at the destinations, of ONEWAY_ELSEWHERE the established ones
 * @age: of ONEWAY_STRAY, how long ago the last one was, in nanoseconds
 * @named: how many of the destinations there are here
 * @peer: these, the most often asked first
 */
struct way {
	enum oneway what;
	uint32_t interface;
	uint64_t count;
	uint64_t attempts;
	uint64_t age;
	size_t named;
	struct peer peer[WAY_NAMED];
};

/**
 * struct way_list - what goes only one way by here
 * @entry: the findings
 * @count: how many
 */
struct way_list {
	struct way *entry;
	size_t count;
};

struct learned_list;
int ways_find(struct way_list *list, const struct learned_list *learned,
	      const struct stray *stray, uint64_t strays);
const char *way_format(char *buf, size_t size, const struct way *way);
json_t *ways_json(const struct way_list *list);

/* limit.c */
struct limits {
	char version[32];
	uint32_t policies;
	uint32_t dests;
	uint32_t flows;
	uint32_t flows_limit;
	uint32_t flows_limit_default;
	uint32_t learned;
	uint32_t learned_limit;
	uint32_t learned_limit_default;
	uint32_t repeats_limit;
	uint32_t repeats_limit_default;
	uint32_t generation;
	struct stray stray;
};

int limits_get(struct ctx *ctx, struct limits *limits);

/* stats.c */
struct stats {
	uint64_t value[SYNCOPATE_A_STATS_MAX + 1];
};

int stats_get(struct ctx *ctx, struct stats *stats);
void stats_json(json_t *object, const struct stats *stats, int attr);
const char *stats_name(int attr);
const char *stats_doc(int attr);

/* output.c */
void complain_after(void (*fn)(void));
int fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
int usage(const struct ctx *ctx, const char *format, ...) __attribute__((format(printf, 2, 3)));
int no_words(const struct ctx *ctx, int argc, char **argv);
void printable(char *buf, size_t size, const char *text);
int output_error(void);
void json_pretty(void);
void json_put(json_t *object);
void json_list_put(bool *any, json_t *object);
void json_list_end(bool any);

/* help.c */
void help_all(const struct noun *const *nouns);
void help_noun(const struct noun *noun);
void help_verb(const struct noun *noun, const struct verb *verb);

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* The name of a constant, from a table of names.h; a newer module may have more. */
#define NAME_OF(names, value) ((value) < ARRAY_SIZE(names) ? names[value] : "?")

/* The text of a constant, for help that can not go stale. */
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

#endif /* SYNCOPATE_TOOL_H */
