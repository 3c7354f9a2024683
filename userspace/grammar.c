// SPDX-License-Identifier: GPL-2.0
/* What statements may say: policies, profiles of destinations and limits. */
#include <string.h>

#include "syncopate.h"

#define MS 1000000ull
#define US 1000ull

#define POLICY(member) offsetof(struct policy, member)
#define DEST(member) offsetof(struct dest, member)

static const struct keyword policy_keywords[] = {
	{
		.word = "position", .value = "N",
		.doc = "the policy's place in the order of asking, from 1",
		.attr = SYNCOPATE_A_POLICY_POSITION,
		.kind = KIND_NUMBER, .offset = POLICY(position),
		.command = true,
	}, {
		.word = "dst", .value = "PREFIX",
		.doc = "the server's address, as 10.20.0.0/16 or 2001:db8::/32",
		.otherwise = "all",
		.attr = SYNCOPATE_A_POLICY_DST,
		.kind = KIND_PREFIX, .offset = POLICY(dst),
	}, {
		.word = "src", .value = "PREFIX",
		.doc = "the client's address, of the same family",
		.otherwise = "all",
		.attr = SYNCOPATE_A_POLICY_SRC,
		.kind = KIND_PREFIX, .offset = POLICY(src),
	}, {
		.word = "dport", .value = "PORT[-PORT]",
		.doc = "the server's port, or the first and the last of a range",
		.otherwise = "all",
		.attr = SYNCOPATE_A_POLICY_DPORT_MIN,
		.kind = KIND_PORTS, .offset = POLICY(dport),
	}, {
		.word = "iif", .value = "DEV",
		.doc = "the interface where the SYN comes in, on a bridge the port; "
		       "it need not exist",
		.otherwise = "all",
		.attr = SYNCOPATE_A_POLICY_IIF,
		.kind = KIND_INTERFACE, .offset = POLICY(iif),
	}, {
		.word = "mark", .value = "V[/M]",
		.doc = "the packet's mark, as nftables sets it, where the bits of M are set",
		.otherwise = "all",
		.attr = SYNCOPATE_A_POLICY_MARK,
		.kind = KIND_MARK, .offset = POLICY(mark),
	}, {
		.word = "proto", .value = "tcp|sctp",
		.doc = "the protocol; what is said of SYN and RST holds for the INIT and ABORT "
		       "of SCTP",
		.otherwise = "tcp",
		.attr = SYNCOPATE_A_POLICY_PROTO,
		.kind = KIND_PROTO, .offset = POLICY(proto),
	}, {
		.word = "on", .value = "forward|host",
		.doc = "forward: of the connections that this machine forwards; host: of those "
		       "that it opens itself",
		.otherwise = "forward",
		.attr = SYNCOPATE_A_POLICY_ON,
		.kind = KIND_ON, .offset = POLICY(on),
	}, {
		.word = "timing", .value = "fixed|rtt|adaptive",
		.doc = "fixed: the interval is as given here; rtt: it is 1.5 x the round-trip "
		       "time of the destination, as far as that is known (syncopate dest); "
		       "adaptive: it follows from that time and its variation and doubles up to "
		       "half a second, and there are as many retries as the loss asks for",
		.otherwise = "fixed",
		.attr = SYNCOPATE_A_POLICY_TIMING,
		.kind = KIND_TIMING, .offset = POLICY(timing),
	}, {
		.word = "retries", .value = "N",
		.doc = "how often the SYN is repeated, with timing adaptive at most",
		.otherwise = TEXT(SYNCOPATE_RETRIES_DEFAULT) "; as many as it takes",
		.attr = SYNCOPATE_A_POLICY_RETRIES,
		.kind = KIND_NUMBER, .offset = POLICY(retries),
		.max = SYNCOPATE_RETRIES_MAX,
	}, {
		.word = "interval", .value = "TIME",
		.doc = "from one SYN to the next",
		.otherwise = TEXT(SYNCOPATE_INTERVAL_DEFAULT_MS) "ms",
		.attr = SYNCOPATE_A_POLICY_INTERVAL,
		.kind = KIND_TIME, .offset = POLICY(interval),
		.min = SYNCOPATE_INTERVAL_MIN_MS * MS, .max = SYNCOPATE_INTERVAL_MAX_MS * MS,
	}, {
		.word = "floor", .value = "TIME",
		.doc = "with timing rtt or adaptive: the shortest interval that follows from what is "
		       "known",
		.otherwise = TEXT(SYNCOPATE_FLOOR_DEFAULT_MS) "ms",
		.attr = SYNCOPATE_A_POLICY_FLOOR,
		.kind = KIND_TIME, .offset = POLICY(floor),
		.min = SYNCOPATE_INTERVAL_MIN_MS * MS, .max = SYNCOPATE_INTERVAL_MAX_MS * MS,
	}, {
		.word = "ceiling", .value = "TIME",
		.doc = "with timing rtt or adaptive: the longest such interval",
		.otherwise = TEXT(SYNCOPATE_CEILING_DEFAULT_MS) "ms",
		.attr = SYNCOPATE_A_POLICY_CEILING,
		.kind = KIND_TIME, .offset = POLICY(ceiling),
		.min = SYNCOPATE_INTERVAL_MIN_MS * MS, .max = SYNCOPATE_INTERVAL_MAX_MS * MS,
	}, {
		.word = "confidence", .value = "PERCENT%",
		.doc = "with timing adaptive: how many attempts at a living server are to be "
		       "answered",
		.otherwise = "99.99%",
		.attr = SYNCOPATE_A_POLICY_CONFIDENCE,
		.kind = KIND_LOSS, .offset = POLICY(confidence),
		.min = SYNCOPATE_CONFIDENCE_MIN, .max = SYNCOPATE_CONFIDENCE_MAX,
	}, {
		.word = "deadline", .value = "TIME",
		.doc = "from the first SYN to the RST, with timing adaptive at most",
		.otherwise = "(retries + 1) x interval",
		.attr = SYNCOPATE_A_POLICY_DEADLINE,
		.kind = KIND_TIME, .offset = POLICY(deadline),
		.min = SYNCOPATE_DEADLINE_MIN_MS * MS, .max = SYNCOPATE_DEADLINE_MAX_MS * MS,
	}, {
		.word = "linger", .value = "TIME",
		.doc = "how long a late answer is awaited after the RST",
		.otherwise = TEXT(SYNCOPATE_LINGER_DEFAULT_MS) "ms",
		.attr = SYNCOPATE_A_POLICY_LINGER,
		.kind = KIND_TIME, .offset = POLICY(linger),
		.max = SYNCOPATE_LINGER_MAX_MS * MS,
	}, {
		.word = "breaker", .value = "N",
		.doc = "so many attempts in a row without an answer bring a destination down: "
		       "further ones are refused at once",
		.otherwise = "never",
		.attr = SYNCOPATE_A_POLICY_BREAKER,
		.kind = KIND_NUMBER, .offset = POLICY(breaker),
		.min = 1, .max = SYNCOPATE_BREAKER_MAX,
	}, {
		.word = "probe", .value = "TIME",
		.doc = "with breaker: from one attempt that a destination that is down gets, to "
		       "find out whether it still is, to the next",
		.otherwise = TEXT(SYNCOPATE_PROBE_DEFAULT_MS) "ms",
		.attr = SYNCOPATE_A_POLICY_PROBE,
		.kind = KIND_TIME, .offset = POLICY(probe),
		.min = SYNCOPATE_PROBE_MIN_MS * MS, .max = SYNCOPATE_PROBE_MAX_MS * MS,
	}, {
		.word = "require-answers", .value = "auto|always|never",
		.doc = "of which destinations an answer must have come by here, unless they have a "
		       "profile, before a RST is sent in their name; auto: on a bridge of those "
		       "that let a client in by another way in the last minute, routed of none; "
		       "always: of all; never: of none",
		.otherwise = "auto",
		.attr = SYNCOPATE_A_POLICY_REQUIRE_ANSWERS,
		.kind = KIND_REQUIRE, .offset = POLICY(require),
	}, {
		.word = "shard", .value = "I/N",
		.doc = "those that by their hash fall to the I-th of N boxes, up to "
		       TEXT(SYNCOPATE_SHARDS_MAX),
		.otherwise = "all",
		.attr = SYNCOPATE_A_POLICY_SHARDS,
		.kind = KIND_SHARD, .offset = POLICY(shard),
	}, {
		.word = "offset", .value = "TIME",
		.doc = "repeat and give up so much later, as another box keeps the time",
		.otherwise = "0s",
		.attr = SYNCOPATE_A_POLICY_OFFSET,
		.kind = KIND_TIME, .offset = POLICY(offset),
		.max = SYNCOPATE_OFFSET_MAX_MS * MS,
	}, {
		.word = "detached",
		.doc = "what comes in by iif are copies: no segment of a handshake goes on from "
		       "here",
		.attr = SYNCOPATE_A_POLICY_DETACHED,
		.kind = KIND_FLAG,
	}, {
		.word = "observe",
		.doc = "follow and count, but change nothing on the wire",
		.attr = SYNCOPATE_A_POLICY_OBSERVE,
		.kind = KIND_FLAG,
	}, {
		.word = "comment", .value = "TEXT",
		.doc = "for people, one word of the shell, up to 127 bytes",
		.attr = SYNCOPATE_A_POLICY_COMMENT,
		.kind = KIND_TEXT, .offset = POLICY(comment),
	},
	{ 0 }
};

static const char *check_policy(const void *object, int *attr)
{
	const struct policy *policy = object;
	uint64_t floor = SYNCOPATE_FLOOR_DEFAULT_MS * MS;
	uint64_t ceiling = SYNCOPATE_CEILING_DEFAULT_MS * MS;

	*attr = SYNCOPATE_A_POLICY_SRC;
	if (policy->dst.family && policy->src.family && policy->dst.family != policy->src.family)
		return "dst and src are of different families, IPv4 and IPv6";

	*attr = SYNCOPATE_A_POLICY_IIF;
	if (policy->on == SYNCOPATE_ON_HOST && policy_has(policy, SYNCOPATE_A_POLICY_IIF))
		return "iif needs on forward: what this machine opens itself comes in nowhere";

	*attr = SYNCOPATE_A_POLICY_CEILING;
	if (policy_has(policy, SYNCOPATE_A_POLICY_CEILING))
		ceiling = policy->ceiling;
	if (policy_has(policy, SYNCOPATE_A_POLICY_FLOOR)) {
		*attr = SYNCOPATE_A_POLICY_FLOOR;
		floor = policy->floor;
	}
	if (policy->timing == SYNCOPATE_TIMING_FIXED &&
	    (policy_has(policy, SYNCOPATE_A_POLICY_FLOOR) ||
	     policy_has(policy, SYNCOPATE_A_POLICY_CEILING)))
		return "floor and ceiling need timing rtt or adaptive";
	if (floor > ceiling) {
		char text[2][TIME_SIZE];

		return wrong("the floor, %s, is above the ceiling, %s",
			     time_format(text[0], floor), time_format(text[1], ceiling));
	}

	*attr = SYNCOPATE_A_POLICY_CONFIDENCE;
	if (policy->timing != SYNCOPATE_TIMING_ADAPTIVE &&
	    policy_has(policy, SYNCOPATE_A_POLICY_CONFIDENCE))
		return "confidence needs timing adaptive";
	*attr = SYNCOPATE_A_POLICY_PROBE;
	if (policy_has(policy, SYNCOPATE_A_POLICY_PROBE) &&
	    !policy_has(policy, SYNCOPATE_A_POLICY_BREAKER))
		return "probe needs breaker";
	*attr = SYNCOPATE_A_POLICY_DETACHED;
	if (policy_has(policy, SYNCOPATE_A_POLICY_DETACHED) &&
	    !policy_has(policy, SYNCOPATE_A_POLICY_IIF))
		return "detached needs iif, where the copies come in";
	return NULL;
}

const struct grammar policy_grammar = {
	.noun = "policy",
	.subject = {
		.value = "NAME",
		.doc = "up to 31 letters, digits, '_', '.' and '-'",
		.otherwise = "p1, p2, ...",
		.attr = SYNCOPATE_A_POLICY_NAME,
		.kind = KIND_NAME, .offset = POLICY(name),
	},
	.keywords = policy_keywords,
	.check = check_policy,
};

static const struct keyword dest_keywords[] = {
	{
		.word = "rtt", .value = "TIME",
		.doc = "the round-trip time",
		.attr = SYNCOPATE_A_DEST_RTT,
		.kind = KIND_TIME, .offset = DEST(rtt),
		.min = SYNCOPATE_RTT_MIN_US * US, .max = SYNCOPATE_RTT_MAX_MS * MS,
	}, {
		.word = "loss", .value = "PERCENT%",
		.doc = "how many segments are lost there and back, with up to 4 decimals",
		.otherwise = "0%",
		.attr = SYNCOPATE_A_DEST_LOSS,
		.kind = KIND_LOSS, .offset = DEST(loss),
		.max = SYNCOPATE_LOSS_MAX,
	}, {
		.word = "down",
		.doc = "nobody is to get there: attempts that a policy selects are refused at once",
		.attr = SYNCOPATE_A_DEST_DOWN,
		.kind = KIND_FLAG,
	}, {
		.word = "comment", .value = "TEXT",
		.doc = "for people, one word of the shell, up to 127 bytes",
		.attr = SYNCOPATE_A_DEST_COMMENT,
		.kind = KIND_TEXT, .offset = DEST(comment),
	},
	{ 0 }
};

static const char *check_dest(const void *object, int *attr)
{
	const struct dest *dest = object;
	bool rtt = dest->given & 1ull << SYNCOPATE_A_DEST_RTT;

	*attr = 0;
	if (!rtt && !(dest->given & 1ull << SYNCOPATE_A_DEST_DOWN))
		return "rtt is missing";
	*attr = SYNCOPATE_A_DEST_LOSS;
	if (!rtt && dest->given & 1ull << SYNCOPATE_A_DEST_LOSS)
		return "loss needs rtt";
	return NULL;
}

const struct grammar dest_grammar = {
	.noun = "dest",
	.subject = {
		.value = "DEST",
		.doc = "ADDRESS[/LEN][:PORT]; one of IPv6 with a port is in brackets: "
		       "[2001:db8::/32]:5060",
		.attr = SYNCOPATE_A_DEST_ADDR,
		.kind = KIND_DEST, .offset = DEST(where),
		.required = true,
	},
	.keywords = dest_keywords,
	.check = check_dest,
};

static const struct keyword limit_keywords[] = {
	{
		.word = "flows", .value = "N",
		.doc = "how many attempts may be in care at a time",
		.attr = SYNCOPATE_A_STATUS_FLOWS_LIMIT,
		.kind = KIND_NUMBER, .offset = offsetof(struct limit, flows),
		.min = SYNCOPATE_FLOWS_MIN, .max = SYNCOPATE_FLOWS_MAX,
	}, {
		.word = "learned", .value = "N",
		.doc = "of how many destinations to remember what their answers taught",
		.attr = SYNCOPATE_A_STATUS_LEARNED_LIMIT,
		.kind = KIND_NUMBER, .offset = offsetof(struct limit, learned),
		.min = SYNCOPATE_LEARNED_MIN, .max = SYNCOPATE_LEARNED_MAX,
	}, {
		.word = "repeats", .value = "N",
		.doc = "how many SYNs may be repeated in a second to silent destinations",
		.attr = SYNCOPATE_A_STATUS_REPEATS_LIMIT,
		.kind = KIND_NUMBER, .offset = offsetof(struct limit, repeats),
		.min = SYNCOPATE_REPEATS_MIN, .max = SYNCOPATE_REPEATS_MAX,
	},
	{ 0 }
};

static const char *check_limit(const void *object, int *attr)
{
	const struct limit *limit = object;

	*attr = 0;
	return limit->given ? NULL : "flows, learned or repeats is missing";
}

const struct grammar limit_grammar = {
	.noun = "limit",
	.keywords = limit_keywords,
	.check = check_limit,
};

/**
 * selection_format() - write which SYNs a policy selects
 * @buf: room for it
 * @policy: the policy
 *
 * Return: @buf with words that each follow a space, empty if all SYNs
 */
const char *selection_format(char buf[SELECTION_SIZE], const struct policy *policy)
{
	struct policy selection = *policy;
	char statement[STATEMENT_SIZE];

	selection.given &= 1ull << SYNCOPATE_A_POLICY_DST | 1ull << SYNCOPATE_A_POLICY_SRC |
			   1ull << SYNCOPATE_A_POLICY_DPORT_MIN | 1ull << SYNCOPATE_A_POLICY_IIF |
			   1ull << SYNCOPATE_A_POLICY_MARK | 1ull << SYNCOPATE_A_POLICY_PROTO |
			   1ull << SYNCOPATE_A_POLICY_ON | 1ull << SYNCOPATE_A_POLICY_SHARDS;
	statement_format(statement, &policy_grammar, &selection);
	snprintf(buf, SELECTION_SIZE, "%.*s", SELECTION_SIZE - 1,
		 statement + strlen(policy_grammar.noun));
	return buf;
}
