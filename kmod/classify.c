// SPDX-License-Identifier: GPL-2.0
/*
 * An index of an ordered set of rules in which the first match wins, so that a
 * thousand rules are not a thousand comparisons.  Built once, never changed.
 *
 * This is the bit vector scheme of Lakshman and Stiliadis (SIGCOMM 1998).  In
 * each field the ends of all rules' ranges cut the numbers into spans.  A span
 * has a vector with a bit for each rule, set where the rule matches there.  A
 * packet has one span in each field; the lowest bit that is set in the vectors
 * of all its spans is its first rule.
 *
 * A vector is stored as a summary, which has a bit for each word that is not
 * zero, and those words alone.  The and of the summaries leaves few words to
 * look at, and 4096 rules are just 64 words.  Spans whose vectors are equal
 * share one: behind a prefix inside another the outer one's vector is back.
 *
 * 4096 rules take at most 22.1 MB, where all their ranges overlap in all five
 * fields: a field has 8193 spans of 16 + 4 bytes, each with a vector of 65
 * words.  To build that takes 4.7 MB more for a while.  Of single addresses, or
 * ports, they take 230 kB.
 */
#include "classify.h"

#define WORD_BITS	64
#define WORDS		(CLASSIFY_RULES_MAX / WORD_BITS)

/**
 * struct table - the spans of a field
 * @num: how many, 0 if no rule restricts the field
 * @first: the lowest value of each span, ascending from 0
 * @at: where the vector of each span is
 * @vectors: all of them: summary, words, summary, words, ...
 */
struct table {
	unsigned int num;
	struct classify_value *first;
	u32 *at;
	u64 *vectors;
};

struct classify {
	unsigned int num;
	struct table table[CLASSIFY_FIELDS];
};

/* At @value begins or ends what matches @rule. */
struct edge {
	struct classify_value value;
	u32 rule;
};

/* The rules that match in a span, and which words of that are not 0. */
struct rule_set {
	u64 summary;
	u64 word[WORDS];
};

/* Vectors, no two the same, and a hash table of where each begins, plus 1. */
struct pool {
	u64 *vectors;
	u32 used;
	u32 *slots;
	u32 mask;
};

static int edge_compare(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	return classify_less(y->value, x->value) -
	       classify_less(x->value, y->value);
}

/*
 * A range to the very end has one edge only, and one whose last is before its
 * first, which matches nothing, has none.
 */
static unsigned int edges_collect(struct edge *edges,
				  const struct classify_rule *rules,
				  unsigned int num, enum classify_field field)
{
	struct classify_value after;
	unsigned int i, n = 0;

	for (i = 0; i < num; i++) {
		const struct classify_range *range = &rules[i].range[field];

		if (!(rules[i].given & BIT_ULL(field)) ||
		    classify_less(range->last, range->first))
			continue;
		edges[n++] = (struct edge) { range->first, i };
		after = classify_after(range->last);
		if (after.hi || after.lo)
			edges[n++] = (struct edge) { after, i };
	}
	sort(edges, n, sizeof(*edges), edge_compare, NULL);
	return n;
}

/* A span begins at 0, and wherever there are edges. */
static unsigned int edges_spans(const struct edge *edges, unsigned int num)
{
	struct classify_value value = {};
	unsigned int i, spans = 1;

	for (i = 0; i < num; i++) {
		spans += classify_less(value, edges[i].value);
		value = edges[i].value;
	}
	return spans;
}

static void rule_set_toggle(struct rule_set *set, unsigned int rule)
{
	unsigned int i = rule / WORD_BITS;

	set->word[i] ^= BIT_ULL(rule % WORD_BITS);
	if (set->word[i])
		set->summary |= BIT_ULL(i);
	else
		set->summary &= ~BIT_ULL(i);
}

static bool pool_init(struct pool *pool, unsigned int spans, unsigned int rules)
{
	unsigned int slots = 4;

	while (slots < 2 * spans)
		slots *= 2;
	pool->used = 0;
	pool->mask = slots - 1;
	pool->slots = kvcalloc(slots, sizeof(*pool->slots), GFP_KERNEL_ACCOUNT);
	/* At most 8193 * 66, so that neither this nor the u32 overflows. */
	pool->vectors = kvmalloc_array(spans * (rules / WORD_BITS + 2),
				       sizeof(*pool->vectors),
				       GFP_KERNEL_ACCOUNT);
	return pool->slots && pool->vectors;
}

/* Return: where the vector of @set is. */
static u32 pool_add(struct pool *pool, const struct rule_set *set)
{
	u64 *vector = pool->vectors + pool->used;
	u64 left, hash = set->summary;
	unsigned int len = 1;
	u32 slot;

	/* Written where it would stay, to be dropped if there is one. */
	vector[0] = set->summary;
	for (left = set->summary; left; left &= left - 1) {
		vector[len] = set->word[__ffs64(left)];
		hash = (hash ^ vector[len++]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}

	for (slot = hash & pool->mask; pool->slots[slot];
	     slot = (slot + 1) & pool->mask) {
		u32 at = pool->slots[slot] - 1;

		/* The summary comes first, and it tells the length. */
		if (!memcmp(pool->vectors + at, vector, len * sizeof(*vector)))
			return at;
	}
	pool->slots[slot] = pool->used + 1;
	pool->used += len;
	return pool->slots[slot] - 1;
}

/* The walk over all spans: toggle what begins and ends, write down the rest. */
static void table_fill(struct table *table, struct pool *pool,
		       struct rule_set *set, const struct edge *edges,
		       unsigned int num)
{
	struct classify_value value = {};
	unsigned int i = 0, n = 0;

	for (;;) {
		while (i < num && !classify_less(value, edges[i].value))
			rule_set_toggle(set, edges[i++].rule);
		table->first[n] = value;
		table->at[n++] = pool_add(pool, set);
		if (i == num)
			break;
		value = edges[i].value;
	}
}

static bool table_build(struct table *table, const struct classify_rule *rules,
			unsigned int num, enum classify_field field)
{
	unsigned int i, num_edges, given = 0;
	struct rule_set set = {};
	struct pool pool = {};
	struct edge *edges;
	bool done = false;

	for (i = 0; i < num; i++) {
		if (rules[i].given & BIT_ULL(field))
			given++;
		else
			rule_set_toggle(&set, i);
	}
	if (!given)
		return true;

	edges = kvmalloc_array(2 * given, sizeof(*edges), GFP_KERNEL_ACCOUNT);
	if (!edges)
		return false;
	num_edges = edges_collect(edges, rules, num, field);

	table->num = edges_spans(edges, num_edges);
	table->first = kvmalloc_array(table->num, sizeof(*table->first),
				      GFP_KERNEL_ACCOUNT);
	table->at = kvmalloc_array(table->num, sizeof(*table->at),
				   GFP_KERNEL_ACCOUNT);
	if (!table->first || !table->at ||
	    !pool_init(&pool, table->num, num))
		goto out;
	table_fill(table, &pool, &set, edges, num_edges);

	table->vectors = kvmalloc_array(pool.used, sizeof(*table->vectors),
					GFP_KERNEL_ACCOUNT);
	if (!table->vectors)
		goto out;
	memcpy(table->vectors, pool.vectors,
	       pool.used * sizeof(*table->vectors));
	done = true;
out:
	kvfree(pool.vectors);
	kvfree(pool.slots);
	kvfree(edges);
	return done;
}

/**
 * classify_build - index a set of rules
 * @rules: in the order of asking; not needed after
 * @num: how many, at most %CLASSIFY_RULES_MAX
 *
 * May sleep.
 * Return: the index, or NULL if there is no memory.
 */
struct classify *classify_build(const struct classify_rule *rules,
				unsigned int num)
{
	enum classify_field field;
	struct classify *c;

	c = kvcalloc(1, sizeof(*c), GFP_KERNEL_ACCOUNT);
	if (!c)
		return NULL;
	c->num = num;
	for (field = 0; field < CLASSIFY_FIELDS; field++) {
		if (!table_build(&c->table[field], rules, num, field)) {
			classify_free(c);
			return NULL;
		}
		cond_resched();
	}
	return c;
}

/**
 * classify_free - the end of an index
 * @c: the index, or NULL; nobody may be using it
 */
void classify_free(struct classify *c)
{
	enum classify_field field;

	if (!c)
		return;
	for (field = 0; field < CLASSIFY_FIELDS; field++) {
		kvfree(c->table[field].first);
		kvfree(c->table[field].at);
		kvfree(c->table[field].vectors);
	}
	kvfree(c);
}

/**
 * classify_uses - does a field matter?
 * @c: the index
 * @field: the field
 *
 * Return: false if no rule restricts it, and classify_begin() reads no value.
 */
bool classify_uses(const struct classify *c, enum classify_field field)
{
	return c->table[field].num;
}

/* The vector of the last span that does not begin after @value. */
static const u64 *table_find(const struct table *table,
			     struct classify_value value)
{
	unsigned int low = 0, high = table->num, mid;

	while (high - low > 1) {
		mid = (low + high) / 2;
		if (classify_less(value, table->first[mid]))
			high = mid;
		else
			low = mid;
	}
	return table->vectors + table->at[low];
}

/**
 * classify_begin - look a packet up
 * @c: the index; must stay as long as the cursor is used
 * @value: of the packet, in each field that classify_uses()
 * @cursor: for classify_next()
 */
void classify_begin(const struct classify *c,
		    const struct classify_value value[CLASSIFY_FIELDS],
		    struct classify_cursor *cursor)
{
	unsigned int words = (c->num + WORD_BITS - 1) / WORD_BITS;
	enum classify_field field;

	cursor->num = 0;
	cursor->word = 0;
	cursor->rules = c->num;
	/* A shift by 64 would do nothing. */
	cursor->summary = words ? ~0ULL >> (WORDS - words) : 0;
	for (field = 0; field < CLASSIFY_FIELDS && cursor->summary; field++) {
		const struct table *table = &c->table[field];
		const u64 *vector;

		if (!table->num)
			continue;
		vector = table_find(table, value[field]);
		cursor->vector[cursor->num++] = vector;
		cursor->summary &= vector[0];
	}
}

/* The rules that match among those of word @i. */
static u64 cursor_word(const struct classify_cursor *cursor, unsigned int i)
{
	unsigned int left = cursor->rules - i * WORD_BITS, v;
	u64 word = left < WORD_BITS ? BIT_ULL(left) - 1 : ~0ULL;
	u64 before = BIT_ULL(i) - 1;

	for (v = 0; v < cursor->num; v++) {
		const u64 *vector = cursor->vector[v];

		word &= vector[1 + hweight64(vector[0] & before)];
	}
	return word;
}

/**
 * classify_next - the next rule that matches a packet
 * @cursor: from classify_begin()
 *
 * Return: its number, more than the one before, or -1 if there is none left.
 */
int classify_next(struct classify_cursor *cursor)
{
	unsigned int i;

	while (!cursor->word) {
		if (!cursor->summary)
			return -1;
		i = __ffs64(cursor->summary);
		cursor->summary &= cursor->summary - 1;
		cursor->base = i * WORD_BITS;
		cursor->word = cursor_word(cursor, i);
	}
	i = cursor->base + __ffs64(cursor->word);
	cursor->word &= cursor->word - 1;
	return i;
}
