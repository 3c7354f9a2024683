// SPDX-License-Identifier: GPL-2.0
/* Random policies and profiles are written, read and written again. */
#include <stdlib.h>
#include <string.h>

#include "syncopate.h"
#include "tap.h"

#define ROUNDS 20000

static uint64_t seed = 0x9e3779b97f4a7c15;

/* The same in every run: what fails once fails again. */
static uint64_t any(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

static void any_text(char *text, size_t size, const char *const *letters, size_t count)
{
	size_t len = 1 + any(size - 1);

	memset(text, 0, size);
	while (strlen(text) < len) {
		const char *letter = letters[any(count)];

		if (strlen(text) + strlen(letter) >= size)
			break;
		strcat(text, letter);
	}
}

static void any_comment(char *text)
{
	static const char *const letters[] = {
		"a", "Z", " ", "\"", "\\", "#", "'", ";", "\xc3\xbc", "\xe2\x82\xac",
		"\xf0\x9f\x98\x80", "\xc2\xa0",
	};

	any_text(text, SYNCOPATE_COMMENT_LEN, letters, ARRAY_SIZE(letters));
}

static void any_interface(char *text)
{
	static const char *const letters[] = { "e", "0", ".", "-", "#", "\"", "\\", "\xc3\xbc", "@" };

	do
		any_text(text, INTERFACE_SIZE, letters, ARRAY_SIZE(letters));
	while (!strcmp(text, ".") || !strcmp(text, ".."));
}

static void any_name(char *text)
{
	static const char *const letters[] = { "1", ".", "_", "-", "z", "A" };
	static const char *const words[] = { "dst", "help", "timing", "10.0.0.1", "policy", "observe" };

	if (!any(8)) {
		strcpy(text, words[any(ARRAY_SIZE(words))]);
		return;
	}
	do
		any_text(text, SYNCOPATE_NAME_LEN, letters, ARRAY_SIZE(letters));
	while (text[0] == '-');
}

static void any_prefix(struct prefix *prefix, int family)
{
	size_t bits, i;

	memset(prefix, 0, sizeof(*prefix));
	prefix->family = family;
	bits = 8 * prefix_bytes(prefix);
	prefix->len = any(bits + 1);
	for (i = 0; i < prefix->len; i++)
		prefix->addr[i / 8] |= any(2) << (7 - i % 8);
}

static uint64_t any_time(uint64_t max)
{
	static const uint64_t units[] = { 1, 1000, 1000000, 1000000000, 60000000000 };

	return any(max / units[any(ARRAY_SIZE(units))] + 1) * units[any(3)] % (max + 1);
}

/* Values where bits of @given say so, and zeroes elsewhere. */
static void any_policy(struct policy *policy)
{
	int family = any(2) ? AF_INET : AF_INET6;
	uint64_t bound = any_time(3000000000);

	memset(policy, 0, sizeof(*policy));
	policy->given = any(UINT32_MAX) & ((1ull << (SYNCOPATE_A_POLICY_COMMENT + 1)) - 2);
	policy->given |= (uint64_t)any(16) << SYNCOPATE_A_POLICY_SHARDS;
	if (any(2)) {
		policy->given |= 1ull << SYNCOPATE_A_POLICY_REQUIRE_ANSWERS;
		policy->require = SYNCOPATE_REQUIRE_ALWAYS + any(2);
	}
	policy->given &= ~(1ull << SYNCOPATE_A_POLICY_DST_LEN | 1ull << SYNCOPATE_A_POLICY_SRC_LEN |
			   1ull << SYNCOPATE_A_POLICY_DPORT_MAX | 1ull << SYNCOPATE_A_POLICY_PAD |
			   1ull << SYNCOPATE_A_POLICY_MARK_MASK | 1ull << SYNCOPATE_A_POLICY_POSITION |
			   1ull << SYNCOPATE_A_POLICY_SHARD);
	if (any(2)) {
		policy->on = SYNCOPATE_ON_HOST;
		policy->given |= 1ull << SYNCOPATE_A_POLICY_ON;
		policy->given &= ~(1ull << SYNCOPATE_A_POLICY_IIF);
	}
	if (!policy_has(policy, SYNCOPATE_A_POLICY_IIF))
		policy->given &= ~(1ull << SYNCOPATE_A_POLICY_DETACHED);
	if (!policy_has(policy, SYNCOPATE_A_POLICY_TIMING))
		policy->given &= ~(1ull << SYNCOPATE_A_POLICY_FLOOR |
				   1ull << SYNCOPATE_A_POLICY_CEILING);
	else
		policy->timing = SYNCOPATE_TIMING_RTT + any(2);
	if (policy->timing != SYNCOPATE_TIMING_ADAPTIVE)
		policy->given &= ~(1ull << SYNCOPATE_A_POLICY_CONFIDENCE);
	if (!policy_has(policy, SYNCOPATE_A_POLICY_BREAKER))
		policy->given &= ~(1ull << SYNCOPATE_A_POLICY_PROBE);
	if (policy_has(policy, SYNCOPATE_A_POLICY_NAME))
		any_name(policy->name);
	if (policy_has(policy, SYNCOPATE_A_POLICY_DST))
		any_prefix(&policy->dst, family);
	if (policy_has(policy, SYNCOPATE_A_POLICY_SRC))
		any_prefix(&policy->src, family);
	if (policy_has(policy, SYNCOPATE_A_POLICY_DPORT_MIN)) {
		policy->dport.min = 1 + any(UINT16_MAX);
		policy->dport.max = policy->dport.min + any(UINT16_MAX + 1 - policy->dport.min);
	}
	if (policy_has(policy, SYNCOPATE_A_POLICY_IIF))
		any_interface(policy->iif);
	if (policy_has(policy, SYNCOPATE_A_POLICY_MARK)) {
		policy->mark.mask = any(2) ? UINT32_MAX : any(UINT32_MAX);
		policy->mark.value = any(UINT32_MAX) & policy->mark.mask;
	}
	if (policy_has(policy, SYNCOPATE_A_POLICY_PROTO))
		policy->proto = any(2) ? IPPROTO_TCP : IPPROTO_SCTP;
	if (policy_has(policy, SYNCOPATE_A_POLICY_RETRIES))
		policy->retries = any(17);
	if (policy_has(policy, SYNCOPATE_A_POLICY_INTERVAL))
		policy->interval = any_time(60000000000);
	if (policy_has(policy, SYNCOPATE_A_POLICY_FLOOR))
		policy->floor = any_time(bound);
	if (policy_has(policy, SYNCOPATE_A_POLICY_CEILING))
		policy->ceiling = bound + 20000000;
	if (policy_has(policy, SYNCOPATE_A_POLICY_DEADLINE))
		policy->deadline = any_time(1020000000000);
	if (policy_has(policy, SYNCOPATE_A_POLICY_LINGER))
		policy->linger = any_time(60000000000);
	if (policy_has(policy, SYNCOPATE_A_POLICY_CONFIDENCE))
		policy->confidence = any(SYNCOPATE_LOSS_MAX + 1);
	if (policy_has(policy, SYNCOPATE_A_POLICY_BREAKER))
		policy->breaker = any(UINT32_MAX);
	if (policy_has(policy, SYNCOPATE_A_POLICY_PROBE))
		policy->probe = any_time(3600000000000);
	if (policy_has(policy, SYNCOPATE_A_POLICY_SHARDS)) {
		policy->shard.of = 1 + any(SYNCOPATE_SHARDS_MAX);
		policy->shard.number = 1 + any(policy->shard.of);
	}
	if (policy_has(policy, SYNCOPATE_A_POLICY_OFFSET))
		policy->offset = any_time(60000000000);
	if (policy_has(policy, SYNCOPATE_A_POLICY_COMMENT))
		any_comment(policy->comment);
}

static void any_dest(struct dest *dest)
{
	memset(dest, 0, sizeof(*dest));
	dest->given = 1ull << SYNCOPATE_A_DEST_ADDR | 1ull << (any(2) ? SYNCOPATE_A_DEST_RTT :
							     SYNCOPATE_A_DEST_DOWN);
	any_prefix(&dest->where.prefix, any(2) ? AF_INET : AF_INET6);
	if (any(2))
		dest->where.port = 1 + any(UINT16_MAX);
	if (dest->given & 1ull << SYNCOPATE_A_DEST_RTT)
		dest->rtt = any_time(60000000000);
	if (any(2))
		dest->given |= 1ull << SYNCOPATE_A_DEST_DOWN;
	if (dest->given & 1ull << SYNCOPATE_A_DEST_RTT && any(2)) {
		dest->given |= 1ull << SYNCOPATE_A_DEST_LOSS;
		dest->loss = any(SYNCOPATE_LOSS_MAX + 1);
	}
	if (any(2)) {
		dest->given |= 1ull << SYNCOPATE_A_DEST_COMMENT;
		any_comment(dest->comment);
	}
}

/* Returns whether @object is read back as it is; @again has the size of it. */
static bool survives(const struct grammar *grammar, const void *object, void *again, size_t size)
{
	char text[STATEMENT_SIZE], second[STATEMENT_SIZE];
	const char *why;
	unsigned int column;
	struct line line;
	int at;

	statement_format(text, grammar, object);
	memset(again, 0, size);
	why = line_split(&line, text, strlen(text), &column);
	if (!why && strcmp(line.word[0].text, grammar->noun))
		why = "another noun";
	if (!why)
		why = statement_parse(grammar, again, line.word + 1, line.count - 1, &at);
	if (!why && memcmp(object, again, size))
		why = "another meaning";
	if (!why && strcmp(text, statement_format(second, grammar, again)))
		why = "another text";
	if (why)
		printf("# %s: %s\n", text, why);
	return !why;
}

int main(void)
{
	struct policy policy, other_policy;
	struct dest dest, other_dest;
	int i, good = 0;

	/* No bytes between the members may differ. */
	memset(&other_policy, 0, sizeof(other_policy));
	for (i = 0; i < ROUNDS; i++) {
		any_policy(&policy);
		good += survives(&policy_grammar, &policy, &other_policy, sizeof(policy));
	}
	ok(good == ROUNDS, "policies survive: %d of %d", good, ROUNDS);
	for (good = i = 0; i < ROUNDS; i++) {
		any_dest(&dest);
		good += survives(&dest_grammar, &dest, &other_dest, sizeof(dest));
	}
	ok(good == ROUNDS, "profiles survive: %d of %d", good, ROUNDS);
	return tap_end();
}
