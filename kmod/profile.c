// SPDX-License-Identifier: GPL-2.0
/*
 * An index of the profiles of destinations: the longest prefix wins, of two as
 * long the one with a port.  Built once, never changed.
 *
 * Profiles of one family and port are a group.  In a group the prefixes, which
 * nest, are cut into spans that do not, each with the longest prefix that holds
 * it.  To look an address up is a binary search for the group of its port, one
 * in that group, and the same for the group of no port.
 *
 * A profile takes two spans of 24 bytes, a group one more and 8 bytes: 65536
 * profiles are 3.1 MB, or 5.2 MB where each has a port of its own.  To build
 * that takes 0.8 MB more for a while.
 */
#include "classify.h"
#include "profile.h"

#define DEPTH	129	/* of prefixes, one inside the other: 0 to 128 bits */
#define KEYS	(2U << 16)	/* two families, and all ports */

/* From @first to the next span @profile holds, or none if it is NULL. */
struct span {
	struct classify_value first;
	const struct profile *profile;
};

/* The spans of one key begin at @span and end where the next group's begin. */
struct group {
	u32 key;
	u32 span;
};

/**
 * struct profile_index - the profiles, to be searched
 * @num: of groups; there is one more for the end of the last one's spans
 * @groups: ascending by key
 * @spans: of all groups; those of a group ascend from 0
 */
struct profile_index {
	unsigned int num;
	struct group *groups;
	struct span *spans;
};

/**
 * struct sweep - the walk over a group's prefixes
 * @end: behind the last span so far
 * @depth: of @stack
 * @stack: the prefixes that hold where we are, the longest on top
 */
struct sweep {
	struct span *end;
	unsigned int depth;
	const struct profile *stack[DEPTH];
};

/**
 * profile_compare - the order of profiles
 * @a: a profile
 * @b: another
 *
 * Return: as a compare function of sort(): IPv4 first, then by address, length
 * and port. 0 is for the same destination.
 */
int profile_compare(const void *a, const void *b)
{
	const struct profile *x = a, *y = b;
	int order;

	if (x->family != y->family)
		return x->family == AF_INET ? -1 : 1;
	order = memcmp(&x->addr, &y->addr, sizeof(x->addr));
	if (order)
		return order;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return (int)x->port - y->port;
}

/**
 * struct build - what is needed for a while
 * @sweep: the walk
 * @start: of each key, where the next of its profiles goes in @order
 * @order: the numbers of the profiles, sorted by key
 */
struct build {
	struct sweep sweep;
	u32 start[KEYS];
	u32 order[];
};

/* A family is apart, so that no prefix of IPv6 holds a mapped address. */
static u32 group_key(bool ipv4, u16 port)
{
	return (ipv4 ? 0 : 1U << 16) | port;
}

static u32 profile_key(const struct profile *profile)
{
	return group_key(profile->family == AF_INET, profile->port);
}

static struct classify_value profile_last(const struct profile *profile)
{
	struct classify_value v = classify_bytes(&profile->addr);

	/* No shift by 64, which would do nothing. */
	if (profile->len < 64)
		v.hi |= ~0ULL >> profile->len;
	if (profile->len <= 64)
		v.lo = ~0ULL;
	else if (profile->len < 128)
		v.lo |= ~0ULL >> (profile->len - 64);
	return v;
}

/* Of two spans that begin at the same place the later is right, and found. */
static void sweep_span(struct sweep *sweep, struct classify_value first,
		       const struct profile *profile)
{
	*sweep->end++ = (struct span) { first, profile };
}

static void sweep_begin(struct sweep *sweep, struct span *spans)
{
	sweep->end = spans;
	sweep->depth = 0;
	sweep_span(sweep, (struct classify_value) {}, NULL);
}

/* Leaves the longest prefix: behind it goes on the one that holds it. */
static void sweep_leave(struct sweep *sweep)
{
	const struct profile *gone = sweep->stack[--sweep->depth], *outer = NULL;
	struct classify_value after = classify_after(profile_last(gone));

	if (sweep->depth)
		outer = sweep->stack[sweep->depth - 1];
	if (after.hi || after.lo)
		sweep_span(sweep, after, outer);
}

static void sweep_enter(struct sweep *sweep, const struct profile *profile)
{
	struct classify_value first = classify_bytes(&profile->addr);

	while (sweep->depth &&
	       classify_less(profile_last(sweep->stack[sweep->depth - 1]),
			     first))
		sweep_leave(sweep);
	/* Given twice: the first holds, and the stack is deep enough. */
	if (sweep->depth &&
	    sweep->stack[sweep->depth - 1]->len >= profile->len)
		return;
	sweep_span(sweep, first, profile);
	sweep->stack[sweep->depth++] = profile;
}

static struct span *sweep_end(struct sweep *sweep)
{
	while (sweep->depth)
		sweep_leave(sweep);
	return sweep->end;
}

static bool is_kind(const struct profile *profile, enum profile_kind kind)
{
	return kind == PROFILE_DOWN ? profile->down : profile->rtt;
}

/*
 * Sorts the profiles of the kind by key, those of a key stay as they are.  By
 * counting: sort() would take its time.
 * Return: how many keys there are; and in @num how many such profiles.
 */
static unsigned int build_order(struct build *build,
				const struct profile *profiles,
				unsigned int *num, enum profile_kind kind)
{
	unsigned int i, n, keys = 0, sum = 0;

	for (i = 0; i < *num; i++)
		if (is_kind(&profiles[i], kind))
			build->start[profile_key(&profiles[i])]++;
	for (i = 0; i < KEYS; i++) {
		n = build->start[i];
		keys += !!n;
		build->start[i] = sum;
		sum += n;
	}
	for (i = 0; i < *num; i++)
		if (is_kind(&profiles[i], kind))
			build->order[build->start[profile_key(&profiles[i])]++] = i;
	*num = sum;
	return keys;
}

static void build_spans(struct build *build, struct profile_index *index,
			const struct profile *profiles, unsigned int num)
{
	struct group *group = index->groups;
	struct span *end = index->spans;
	unsigned int i = 0;

	while (i < num) {
		group->key = profile_key(&profiles[build->order[i]]);
		group->span = end - index->spans;
		sweep_begin(&build->sweep, end);
		do {
			sweep_enter(&build->sweep, &profiles[build->order[i]]);
		} while (++i < num && group->key ==
			 profile_key(&profiles[build->order[i]]));
		end = sweep_end(&build->sweep);
		group++;
	}
	group->span = end - index->spans;
}

/**
 * profile_index_build - index the profiles
 * @profiles: sorted by profile_compare(), no two the same; must stay as long
 *	      as the index is used
 * @num: how many, at most %PROFILES_MAX
 * @kind: which of them
 *
 * May sleep.
 * Return: the index, or NULL if there is no memory.
 */
struct profile_index *profile_index_build(const struct profile *profiles,
					  unsigned int num,
					  enum profile_kind kind)
{
	struct profile_index *index;
	struct build *build;

	build = kvcalloc(1, struct_size(build, order, num), GFP_KERNEL_ACCOUNT);
	index = kvcalloc(1, sizeof(*index), GFP_KERNEL_ACCOUNT);
	if (!build || !index)
		goto failed;

	index->num = build_order(build, profiles, &num, kind);
	index->groups = kvcalloc(index->num + 1, sizeof(*index->groups),
				 GFP_KERNEL_ACCOUNT);
	index->spans = kvcalloc(2 * num + index->num, sizeof(*index->spans),
				GFP_KERNEL_ACCOUNT);
	if (!index->groups || !index->spans)
		goto failed;

	build_spans(build, index, profiles, num);
	kvfree(build);
	return index;

failed:
	kvfree(build);
	profile_index_free(index);
	return NULL;
}

/**
 * profile_index_free - the end of an index
 * @index: the index, or NULL; nobody may be using it
 */
void profile_index_free(struct profile_index *index)
{
	if (!index)
		return;
	kvfree(index->groups);
	kvfree(index->spans);
	kvfree(index);
}

/* The group of @key, or NULL. */
static const struct group *find_group(const struct profile_index *index,
				      u32 key)
{
	unsigned int low = 0, high = index->num, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (index->groups[mid].key < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low < index->num && index->groups[low].key == key ?
	       &index->groups[low] : NULL;
}

/* The longest prefix of a group that holds @value, or NULL. */
static const struct profile *find_longest(const struct profile_index *index,
					  u32 key, struct classify_value value)
{
	const struct group *group = find_group(index, key);
	unsigned int low, high, mid;

	if (!group)
		return NULL;
	low = group[0].span;
	high = group[1].span;
	while (high - low > 1) {
		mid = (low + high) / 2;
		if (classify_less(value, index->spans[mid].first))
			high = mid;
		else
			low = mid;
	}
	return index->spans[low].profile;
}

/**
 * profile_find - what is said of a destination
 * @index: where to look
 * @addr: its address; IPv4 is mapped
 * @port: its port, host order
 *
 * Return: the profile with the longest prefix, of two as long the one with the
 * port; or NULL.
 */
const struct profile *profile_find(const struct profile_index *index,
				   const struct in6_addr *addr, u16 port)
{
	struct classify_value value = classify_bytes(addr);
	bool ipv4 = !value.hi && value.lo >> 32 == 0xffff;
	const struct profile *of_port, *of_any;

	of_port = find_longest(index, group_key(ipv4, port), value);
	of_any = find_longest(index, group_key(ipv4, 0), value);
	if (!of_port || (of_any && of_any->len > of_port->len))
		return of_any;
	return of_port;
}
