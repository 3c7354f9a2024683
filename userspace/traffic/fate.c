// SPDX-License-Identifier: GPL-2.0
/*
 * What happens to a SYN. All draws are hashes of the seed and of what is drawn for, so that
 * the order in which SYNs arrive changes nothing.
 */
#include <netinet/in.h>
#include <string.h>

#include "reply.h"

static uint64_t hash_bytes(uint64_t hash, const uint8_t *bytes, size_t len)
{
	uint64_t word;

	for (; len >= 8; len -= 8, bytes += 8) {
		memcpy(&word, bytes, 8);
		hash = mix(hash + UINT64_C(0x9e3779b97f4a7c15)) ^ word;
	}
	if (len) {
		word = 0;
		memcpy(&word, bytes, len);
		hash = mix(hash + UINT64_C(0x9e3779b97f4a7c15)) ^ word;
	}
	return mix(hash);
}

/**
 * fate_hash() - tell attempts apart
 * @seed: other seeds, other numbers
 * @syn: its SYN
 *
 * Return: a number that all SYNs of an attempt have
 */
uint64_t fate_hash(uint64_t seed, const struct segment *syn)
{
	size_t len = syn->family == AF_INET ? 4 : 16;
	uint64_t ends[2] = {
		(uint64_t)syn->src_port << 16 | syn->dst_port,
		syn->seq,
	};

	seed = hash_bytes(seed, syn->src, len);
	seed = hash_bytes(seed, syn->dst, len);
	return hash_bytes(seed, (const uint8_t *)ends, sizeof(ends));
}

static bool holds(const struct prefix *prefix, const struct segment *syn)
{
	struct prefix server = { .family = syn->family };

	server.len = 8 * prefix_bytes(&server);
	memcpy(server.addr, syn->dst, sizeof(server.addr));
	return prefix->len <= server.len && prefix_overlaps(prefix, &server);
}

/* The rule of the longest prefix that says anything of this kind, NULL if none does. */
static const struct rule *find_rule(const struct fate *fate, const struct segment *syn, int kind)
{
	const struct rule *best = NULL, *rule;

	for (rule = fate->rule; rule < fate->rule + fate->rules; rule++) {
		if (rule->given & 1u << kind && holds(&rule->prefix, syn) &&
		    (!best || rule->prefix.len >= best->prefix.len))
			best = rule;
	}
	return best;
}

/* The address's own fate: 0 for none, which leaves it to the rules. */
static bool of_address(const struct fate *fate, const struct segment *syn, enum outcome *outcome)
{
	size_t len = syn->family == AF_INET ? 4 : 16;
	uint32_t draw;

	if (!fate->dead && !fate->refusing)
		return false;
	draw = hash_bytes(fate->seed, syn->dst, len) >> 32;
	*outcome = in_share(draw, 0, fate->dead) ? OUTCOME_DROP : OUTCOME_REFUSE;
	return in_share(draw, 0, fate->dead + fate->refusing);
}

/**
 * fate_decide() - what happens to a SYN
 * @fate: what happens to whom
 * @syn: the SYN
 * @repeat: how often it has been seen before
 * @delay: how long the answer takes
 *
 * Return: how it is answered
 */
enum outcome fate_decide(const struct fate *fate, const struct segment *syn, unsigned int repeat,
			 uint64_t *delay)
{
	struct random random = { .state = fate_hash(~fate->seed, syn) + repeat };
	const struct rule *drop = find_rule(fate, syn, RULE_DROP);
	const struct rule *refuse = find_rule(fate, syn, RULE_REFUSE);
	const struct rule *wait = find_rule(fate, syn, RULE_DELAY);
	uint32_t dropped = drop ? drop->drop : 0;
	uint32_t draw = random_next(&random) >> 32;
	enum outcome outcome;

	*delay = wait ? wait->delay - wait->jitter + random_up_to(&random, 2 * wait->jitter) : 0;
	if (of_address(fate, syn, &outcome))
		return outcome;
	if (in_share(draw, 0, dropped))
		return OUTCOME_DROP;
	return refuse && in_share(draw, dropped, refuse->refuse) ? OUTCOME_REFUSE : OUTCOME_ACCEPT;
}
