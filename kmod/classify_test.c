// SPDX-License-Identifier: GPL-2.0
/* Tests of classify.c. */
#include "classify.h"
#include "test.h"

#define N(n)	((struct classify_value) { 0, n })
#define PORT	BIT_ULL(CLASSIFY_DPORT)
#define DST	BIT_ULL(CLASSIFY_DST)
#define MARK	BIT_ULL(CLASSIFY_MARK)
#define MOST	CLASSIFY_RULES_MAX
#define ALL	~0U

/* Of the address sanitizer, whose header not every compiler finds. */
size_t __sanitizer_get_current_allocated_bytes(void);

/* The linker puts these in the place of the ones that classify.c calls. */
void *__real_calloc(size_t num, size_t size);
void *__wrap_calloc(size_t num, size_t size);
void *__real_reallocarray(void *p, size_t num, size_t size);
void *__wrap_reallocarray(void *p, size_t num, size_t size);

static const struct classify_value top = { ~0ULL, ~0ULL };
/* How many are good before one fails. */
static int allocations = -1;

void *__wrap_calloc(size_t num, size_t size)
{
	return allocations-- ? __real_calloc(num, size) : NULL;
}

void *__wrap_reallocarray(void *p, size_t num, size_t size)
{
	return allocations-- ? __real_reallocarray(p, num, size) : NULL;
}

static struct classify_rule rules[MOST];

/* xorshift64*: the same numbers everywhere. */
static u64 seed = 1;

static u64 rnd(u64 below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * 0x2545f4914f6cdd1dULL >> 16) % below;
}

static struct classify_value rnd_value(void)
{
	return (struct classify_value) {
		rnd(1ULL << 32) << 32 | rnd(1ULL << 32),
		rnd(1ULL << 32) << 32 | rnd(1ULL << 32),
	};
}

static struct classify_value before(struct classify_value v)
{
	v.hi -= !v.lo--;
	return v;
}

static bool linear_match(const struct classify_rule *rule,
			 const struct classify_value *value)
{
	int f;

	for (f = 0; f < CLASSIFY_FIELDS; f++)
		if (rule->given & BIT_ULL(f) &&
		    (classify_less(value[f], rule->range[f].first) ||
		     classify_less(rule->range[f].last, value[f])))
			return false;
	return true;
}

/* Are the rules found the ones that a loop finds, to the last one? */
static bool same(const struct classify *c, unsigned int num,
		 const struct classify_value *value)
{
	struct classify_cursor cursor;
	unsigned int i;

	classify_begin(c, value, &cursor);
	for (i = 0; i < num; i++)
		if (linear_match(&rules[i], value) &&
		    classify_next(&cursor) != (int)i)
			return false;
	return classify_next(&cursor) == -1 && classify_next(&cursor) == -1;
}

static int first(const struct classify *c, const struct classify_value *value)
{
	struct classify_cursor cursor;

	classify_begin(c, value, &cursor);
	return classify_next(&cursor);
}

static int first_port(const struct classify *c, u16 port)
{
	struct classify_value value[CLASSIFY_FIELDS] = {};

	value[CLASSIFY_DPORT].lo = port;
	return first(c, value);
}

static struct classify_rule port_rule(u16 from, u16 to)
{
	struct classify_rule rule = { .given = PORT };

	rule.range[CLASSIFY_DPORT].first.lo = from;
	rule.range[CLASSIFY_DPORT].last.lo = to;
	return rule;
}

static void test_numbers(void)
{
	u8 bytes[17] = "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20";
	struct classify_value v = classify_bytes(bytes + 1);

	check(v.hi == 0x0102030405060708ULL && v.lo == 0x090a0b0c0d0e0f10ULL,
	      "16 bytes are a number, the first byte the highest");
	v = classify_after((struct classify_value) { 7, ~0ULL });
	check(v.hi == 8 && !v.lo, "the number after carries");
	v = classify_after(top);
	check(!v.hi && !v.lo, "0 comes after the last number");
	check(classify_less((struct classify_value) { 1, 9 },
			    (struct classify_value) { 2, 3 }) &&
	      !classify_less(top, top) && classify_less(N(3), N(4)),
	      "the upper half decides, then the lower one");
}

static void test_small(void)
{
	struct classify *c = classify_build(rules, 0);
	struct classify_cursor cursor;
	int f, used = 0;

	check(first_port(c, 80) == -1, "no rules: nothing matches");
	classify_free(c);
	classify_free(NULL);

	rules[0] = (struct classify_rule) {};
	c = classify_build(rules, 1);
	for (f = 0; f < CLASSIFY_FIELDS; f++)
		used += classify_uses(c, f);
	classify_begin(c, NULL, &cursor);
	check(!used && classify_next(&cursor) == 0 &&
	      classify_next(&cursor) == -1,
	      "a rule for all: matches, and no value is read");
	classify_free(c);

	rules[0] = port_rule(80, 90);
	c = classify_build(rules, 1);
	check(classify_uses(c, CLASSIFY_DPORT) && !classify_uses(c, CLASSIFY_DST),
	      "a table for the field that is restricted, for no other");
	check(first_port(c, 79) == -1 && first_port(c, 80) == 0 &&
	      first_port(c, 90) == 0 && first_port(c, 91) == -1,
	      "the ends of a range are of it");
	classify_free(c);

	rules[0] = port_rule(90, 80);
	rules[1] = port_rule(85, 85);
	c = classify_build(rules, 1);
	check(classify_uses(c, CLASSIFY_DPORT) && first_port(c, 85) == -1,
	      "a range from behind its end matches nothing");
	classify_free(c);
	c = classify_build(rules, 2);
	check(first_port(c, 85) == 1 && first_port(c, 81) == -1,
	      "nor does it hide another rule");
	classify_free(c);
}

static void test_order(void)
{
	struct classify_value value[CLASSIFY_FIELDS] = {};
	struct classify_cursor cursor;
	struct classify *c;

	rules[0] = port_rule(443, 443);
	rules[1] = port_rule(0, 1023);
	rules[2] = port_rule(1000, 65535);
	rules[3] = (struct classify_rule) {};
	c = classify_build(rules, 4);
	check(first_port(c, 443) == 0 && first_port(c, 0) == 1 &&
	      first_port(c, 1010) == 1 && first_port(c, 1024) == 2 &&
	      first_port(c, 65535) == 2, "the first match wins");
	value[CLASSIFY_DPORT] = N(1010);
	classify_begin(c, value, &cursor);
	check(classify_next(&cursor) == 1 && classify_next(&cursor) == 2 &&
	      classify_next(&cursor) == 3 && classify_next(&cursor) == -1,
	      "then the next one, to the last");
	value[CLASSIFY_DPORT] = N(65536);
	check(first(c, value) == 3, "beyond the last range: the rule for all");
	classify_free(c);
}

/* 2001:db8::/32, the first half of its addresses, a host with a mark. */
static void test_fields(void)
{
	struct classify_value value[CLASSIFY_FIELDS] = {};
	const u64 net = 0x20010db8ULL << 32;
	struct classify *c;

	rules[0] = (struct classify_rule) { .given = DST | MARK };
	rules[0].range[CLASSIFY_DST].first =
		(struct classify_value) { net, ~0ULL };
	rules[0].range[CLASSIFY_DST].last =
		(struct classify_value) { net, ~0ULL };
	rules[0].range[CLASSIFY_MARK] = (struct classify_range) { N(7), N(7) };
	rules[1] = (struct classify_rule) { .given = DST };
	rules[1].range[CLASSIFY_DST].first = (struct classify_value) { net, 0 };
	rules[1].range[CLASSIFY_DST].last =
		(struct classify_value) { net | ~0U, ~0ULL };
	c = classify_build(rules, 2);

	value[CLASSIFY_DST] = (struct classify_value) { net, ~0ULL };
	value[CLASSIFY_MARK] = N(7);
	check(first(c, value) == 0, "both fields match");
	value[CLASSIFY_MARK] = N(8);
	check(first(c, value) == 1, "another mark: the rule that wants none");
	value[CLASSIFY_MARK] = N(7);
	value[CLASSIFY_DST] = (struct classify_value) { net + 1, 0 };
	check(first(c, value) == 1, "the address after, across the halves");
	value[CLASSIFY_DST] = (struct classify_value) { net - 1, ~0ULL };
	check(first(c, value) == -1, "the address before the prefix");
	value[CLASSIFY_DST] = (struct classify_value) { net + ~0U + 1, 0 };
	check(first(c, value) == -1, "the address after the prefix");
	classify_free(c);
}

/* Every allocation fails once; the sanitizer sees what is left behind. */
static void test_no_memory(void)
{
	struct classify *c = NULL;
	int i, n = -1;

	for (i = 0; i < 8; i++) {
		rules[i] = port_rule(i, 2 * i);
		rules[i].given |= DST;
		rules[i].range[CLASSIFY_DST] =
			(struct classify_range) { N(i), top };
	}
	while (!c) {
		allocations = ++n;
		c = classify_build(rules, 8);
	}
	allocations = -1;
	/* The index itself; in each table edges, firsts, ats, and the vectors. */
	check(n == 1 + 2 * 6, "no memory: none at any of %d places", n);
	classify_free(c);
}

/* How many bytes does the index of the rules take? */
static size_t bytes(unsigned int num)
{
	size_t had = __sanitizer_get_current_allocated_bytes();
	struct classify *c = classify_build(rules, num);
	size_t has = __sanitizer_get_current_allocated_bytes();

	classify_free(c);
	return has - had;
}

static void test_memory(void)
{
	size_t apart, nested, same_port, worst;
	unsigned int i;
	int f;

	for (i = 0; i < MOST; i++)
		rules[i] = port_rule(9 * i, 9 * i);
	apart = bytes(MOST);
	check(apart > 200000 && apart < 240000,
	      "a small vector for each value: %zu bytes", apart);

	/* Between the single ones the vector of the first is back. */
	rules[0] = port_rule(0, 65535);
	nested = bytes(MOST);
	check(nested > apart && nested < apart + 9 * MOST,
	      "the same vectors are stored once: %zu bytes", nested);

	for (i = 0; i < MOST; i++)
		rules[i] = port_rule(443, 443);
	same_port = bytes(MOST);
	check(same_port < 1200, "one port for all: %zu bytes", same_port);

	for (i = 0; i < MOST; i++) {
		rules[i].given = BIT_ULL(CLASSIFY_FIELDS) - 1;
		for (f = 0; f < CLASSIFY_FIELDS; f++)
			rules[i].range[f] = (struct classify_range) {
				{ i, 0 }, { MOST + i * 2654435761ULL % MOST, 0 }
			};
	}
	worst = bytes(MOST);
	check(worst > 10000000 && worst < 22200000,
	      "all overlap in all fields: %zu bytes", worst);
}

/*
 * Values that meet: few bits at one of the places where a mistake shows, that
 * is at both ends and around the border of the halves.
 */
static struct classify_value near_value(unsigned int spread)
{
	struct classify_value v = N(rnd(spread));

	switch (rnd(4)) {
	case 0:
		return v;
	case 1:
		return (struct classify_value) { ~0ULL, ~v.lo };
	case 2:
		return (struct classify_value) { 5, ~v.lo };
	default:
		return (struct classify_value) { 6, v.lo };
	}
}

static struct classify_range near_range(unsigned int spread)
{
	struct classify_range range = {
		near_value(spread), near_value(spread)
	};

	if (classify_less(range.last, range.first) && rnd(16))
		return (struct classify_range) { range.last, range.first };
	return range;
}

/* A prefix of one of two addresses, so that they nest. */
static struct classify_range prefix_range(unsigned int spread)
{
	unsigned int len = rnd(129);
	struct classify_value v = {
		rnd(2) ? 0x20010db800000000ULL : 0, spread * 0x123456789abcdefULL
	};
	struct classify_value mask = {
		len >= 64 ? 0 : ~0ULL >> len,
		len == 128 ? 0 : len <= 64 ? ~0ULL : ~0ULL >> (len - 64),
	};

	return (struct classify_range) {
		{ v.hi & ~mask.hi, v.lo & ~mask.lo },
		{ v.hi | mask.hi, v.lo | mask.lo },
	};
}

static struct classify_range single_range(unsigned int spread)
{
	struct classify_value v = near_value(spread);

	return (struct classify_range) { v, v };
}

static struct classify_range random_range(unsigned int spread)
{
	struct classify_value a = rnd_value(), b = rnd_value();

	(void)spread;
	if (classify_less(b, a))
		return (struct classify_range) { b, a };
	return (struct classify_range) { a, b };
}

/* The ends of all ranges of a field and the numbers beside them, by number. */
static struct classify_value edge(unsigned int n, int field)
{
	struct classify_range *range = &rules[n / 6].range[field];
	struct classify_value v = n & 1 ? range->first : range->last;

	switch (n / 2 % 3) {
	case 0:
		return before(v);
	case 1:
		return v;
	default:
		return classify_after(v);
	}
}

/*
 * A set of @num rules against the loop.  The keys are all edges of each field,
 * or as many as are wanted, in an order that differs from field to field.
 */
static bool matches_loop(unsigned int num, unsigned int fields,
			 struct classify_range (*range)(unsigned int),
			 unsigned int spread, unsigned int keys)
{
	struct classify_value value[CLASSIFY_FIELDS];
	unsigned int start[CLASSIFY_FIELDS];
	unsigned int i, edges = 6 * num;
	const unsigned int prime = 7919;
	struct classify *c;
	bool good;
	int f;

	for (i = 0; i < num; i++) {
		rules[i].given = fields;
		if (num <= 150 && rnd(2))
			rules[i].given &= rnd(1 << CLASSIFY_FIELDS);
		for (f = 0; f < CLASSIFY_FIELDS; f++)
			rules[i].range[f] = range(spread);
	}
	c = classify_build(rules, num);

	for (f = 0; f < CLASSIFY_FIELDS; f++) {
		value[f] = near_value(spread);
		start[f] = rnd(edges + 1);
	}
	good = same(c, num, value);
	for (i = 0; good && i < edges && i < keys; i++) {
		for (f = 0; f < CLASSIFY_FIELDS; f++)
			value[f] = edge((start[f] + i * prime) % edges, f);
		good = same(c, num, value);
	}
	classify_free(c);
	return good;
}

static void test_random(void)
{
	struct classify_range (*const kinds[])(unsigned int) = {
		near_range, prefix_range, single_range, random_range,
	};
	unsigned int i, num, sets = 12000;
	bool good = true;

	for (i = 0; good && i < sets; i++) {
		num = rnd(i % 16 ? 8 : 150);
		good = matches_loop(num, i & 31, kinds[i / 32 % 4],
				    1 + rnd(i % 3 ? 6 : 40), ALL);
	}
	check(good, "%u random sets like the loop (stopped at %u)", sets, i);

	for (i = 62, good = true; good && i < 132; i++)
		good = matches_loop(i, PORT, near_range, 1000, ALL) &&
		       matches_loop(i, 0, near_range, 1, 2);
	check(good, "sets around one and two words (stopped at %u)", i);

	check(matches_loop(MOST, DST, near_range, 100000, 1000),
	      "the most rules, one field");
	check(matches_loop(MOST, DST, single_range, 1000000, ALL),
	      "the most rules, single values");
	check(matches_loop(MOST, DST, prefix_range, 1, 1000),
	      "the most rules, nested");
	check(matches_loop(MOST, 31, random_range, 1, 2000),
	      "the most rules, all fields: the worst case");
	check(matches_loop(MOST, 0, near_range, 1, 2),
	      "the most rules, no field");
}

int main(void)
{
	test_numbers();
	test_small();
	test_order();
	test_fields();
	test_no_memory();
	test_memory();
	test_random();
	return check_done();
}
