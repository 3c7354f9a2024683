// SPDX-License-Identifier: GPL-2.0
/* What goes only one way by here, found in what was learned of destinations. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "syncopate.h"

/* A stray SYN-ACK is not told of any longer. */
#define STRAY_AGE (600 * UINT64_C(1000000000))

/* How many destinations a text names. */
#define NAMED 2

/* What a destination shows. */
enum sign {
	SIGN_ELSEWHERE,		/* it is answered another way */
	SIGN_SILENT,		/* it has never answered */
	SIGN_SEEN,		/* it has answered by here */
	SIGN_NONE,		/* no attempt at it has ended yet */
};

static enum sign sign(const struct learned *learned)
{
	if (!learned->oif)
		return SIGN_NONE;
	if (learned->elsewhere)
		return SIGN_ELSEWHERE;
	if (learned->given & 1u << SYNCOPATE_A_LEARNED_SEEN)
		return SIGN_SEEN;
	return learned->silent ? SIGN_SILENT : SIGN_NONE;
}

/* By interface, sign, and how often they were asked; equals keep their order. */
static int compare(const void *a, const void *b)
{
	const struct learned *one = *(const struct learned *const *)a;
	const struct learned *other = *(const struct learned *const *)b;
	int order;

	if (one->oif != other->oif)
		return one->oif < other->oif ? -1 : 1;
	order = (int)sign(one) - (int)sign(other);
	if (order)
		return order;
	if (one->attempts != other->attempts)
		return one->attempts > other->attempts ? -1 : 1;
	return one < other ? -1 : one > other;
}

/* The worst first, and of that what concerns most. */
static int compare_ways(const void *a, const void *b)
{
	const struct way *one = a, *other = b;

	if (one->what != other->what)
		return (int)one->what - (int)other->what;
	if (one->attempts != other->attempts)
		return one->attempts > other->attempts ? -1 : 1;
	return one->interface < other->interface ? -1 : one->interface > other->interface;
}

static struct way *add(struct way_list *list, enum oneway what, uint32_t interface)
{
	struct way *more = reallocarray(list->entry, list->count + 1, sizeof(*more));
	struct way *way;

	if (!more)
		return NULL;
	list->entry = more;
	way = &more[list->count++];
	memset(way, 0, sizeof(*way));
	way->what = what;
	way->interface = interface;
	return way;
}

static void name(struct way *way, const struct peer *peer)
{
	if (way->named < WAY_NAMED)
		way->peer[way->named++] = *peer;
}

/* Adds destinations of one sign behind one interface. Returns false without memory. */
static bool add_run(struct way_list *list, const struct learned *const *run, size_t count,
		    enum oneway what)
{
	struct way *way = add(list, what, run[0]->oif);
	size_t i;

	if (!way)
		return false;
	way->count = count;
	for (i = 0; i < count; i++) {
		way->attempts += what == ONEWAY_ELSEWHERE ? run[i]->elsewhere : run[i]->attempts;
		name(way, &run[i]->peer);
	}
	return true;
}

/* How many there are of one sign from @at on. */
static size_t run_length(const struct learned *const *at, const struct learned *const *end,
			 enum sign want)
{
	size_t count = 0;

	while (at + count < end && sign(at[count]) == want)
		count++;
	return count;
}

/* What is behind one interface, in the order of the signs. Returns false without memory. */
static bool add_interface(struct way_list *list, const struct learned *const *at,
			  const struct learned *const *end)
{
	size_t elsewhere = run_length(at, end, SIGN_ELSEWHERE);
	size_t silent = run_length(at + elsewhere, end, SIGN_SILENT);
	bool seen = at + elsewhere + silent < end;

	return (!elsewhere || add_run(list, at, elsewhere, ONEWAY_ELSEWHERE)) &&
	       (!silent || add_run(list, at + elsewhere, silent,
				   seen ? ONEWAY_SOME : ONEWAY_NONE));
}

/* An older module does not tell the protocol of a stray. */
static bool was_asked(const struct learned_list *learned, const struct peer *peer)
{
	const struct peer *other;
	size_t i;

	for (i = 0; i < learned->count; i++) {
		other = &learned->entry[i].peer;
		if (other->family == peer->family && other->port == peer->port &&
		    (!peer->proto || other->proto == peer->proto) &&
		    !memcmp(other->addr, peer->addr, sizeof(peer->addr)))
			return true;
	}
	return false;
}

/**
 * ways_find() - find what goes only one way by here
 * @list: the result; its entries are to be freed
 * @learned: all that was learned of destinations
 * @stray: the last SYN-ACK to which no SYN came by
 * @strays: how many there were
 *
 * Return: 0, or -1 without memory
 */
int ways_find(struct way_list *list, const struct learned_list *learned,
	      const struct stray *stray, uint64_t strays)
{
	size_t i, first, count = 0;
	const struct learned **order;
	bool good = true;
	struct way *way;

	memset(list, 0, sizeof(*list));
	order = calloc(learned->count + 1, sizeof(*order));
	if (!order)
		return -1;
	for (i = 0; i < learned->count; i++) {
		if (sign(&learned->entry[i]) != SIGN_NONE)
			order[count++] = &learned->entry[i];
	}
	qsort(order, count, sizeof(*order), compare);
	for (first = 0; good && first < count; first = i) {
		for (i = first; i < count && order[i]->oif == order[first]->oif; i++)
			;
		good = add_interface(list, order + first, order + i);
	}
	free(order);
	if (!good)
		return -1;

	/* Whoever was asked by here since then answers as he should. */
	if (strays && stray->peer.family && stray->age < STRAY_AGE &&
	    !was_asked(learned, &stray->peer)) {
		way = add(list, ONEWAY_STRAY, stray->iif);
		if (!way)
			return -1;
		way->count = strays;
		way->age = stray->age;
		name(way, &stray->peer);
	}
	if (list->count)
		qsort(list->entry, list->count, sizeof(*list->entry), compare_ways);
	return 0;
}

/* The first of them, and how many others there are. */
static void format_named(char *buf, size_t size, const struct way *way)
{
	size_t named = way->named < NAMED ? way->named : NAMED;
	char peer[PEER_SIZE];
	size_t i, len = 0;

	buf[0] = '\0';
	for (i = 0; i < named && len < size; i++)
		len += snprintf(buf + len, size - len, "%s%s",
				!i ? "" : way->count > named ? ", " : " and ",
				peer_format(peer, &way->peer[i]));
	if (way->count > named && len < size)
		snprintf(buf + len, size - len, " and %" PRIu64 " more", way->count - named);
}

/**
 * way_format() - write what goes only one way, in words
 * @buf: room for it
 * @size: how much
 * @way: what
 *
 * Return: @buf
 */
const char *way_format(char *buf, size_t size, const struct way *way)
{
	char named[NAMED * PEER_SIZE + 40];
	char peer[PEER_SIZE], age[TIME_SIZE];
	const char *interface = interface_name(way->interface);
	const char *plural = way->attempts == 1 ? "" : "s";

	format_named(named, sizeof(named), way);
	switch (way->what) {
	case ONEWAY_ELSEWHERE:
		snprintf(buf, size, "none seen behind %s, though %" PRIu64 " attempt%s got through "
			 "to %s: answers take another way", interface, way->attempts, plural, named);
		break;
	case ONEWAY_NONE:
		snprintf(buf, size, "none ever seen behind %s, in %" PRIu64 " attempt%s at %s: "
			 "dead, or answers take another way",
			 interface, way->attempts, plural, named);
		break;
	case ONEWAY_SOME:
		snprintf(buf, size, "none ever seen behind %s, where others answer, in %" PRIu64
			 " attempt%s at %s: dead, or answers take another way",
			 interface, way->attempts, plural, named);
		break;
	case ONEWAY_STRAY:
		snprintf(buf, size, "%" PRIu64 " to SYNs that did not come by, the last %s ago by "
			 "%s from %s: SYNs take another way", way->count,
			 time_format_short(age, way->age), interface,
			 peer_format(peer, &way->peer[0]));
		break;
	}
	return buf;
}

static json_t *way_json(const struct way *way)
{
	json_t *object = json_object();
	json_t *named = json_array();
	char address[INET6_ADDRSTRLEN];
	size_t i;

	for (i = 0; i < way->named; i++)
		json_array_append_new(named, json_pack("{s:s, s:i, s:s}", "address",
						       peer_address(address, &way->peer[i]),
						       "port", way->peer[i].port, "proto",
						       proto_name(way->peer[i].proto)));
	json_object_set_new(object, "kind",
			    json_string(way->what == ONEWAY_ELSEWHERE ? "elsewhere" :
					way->what == ONEWAY_STRAY ? "stray" : "silent"));
	json_object_set_new(object, "interface", json_string(interface_name(way->interface)));
	json_object_set_new(object, "interface_index", json_integer(way->interface));
	if (way->what == ONEWAY_STRAY) {
		json_object_set_new(object, "answers", json_integer(way->count));
		json_object_set_new(object, "last_ns", json_integer(way->age));
	} else {
		json_object_set_new(object, "destinations", json_integer(way->count));
		json_object_set_new(object, "attempts", json_integer(way->attempts));
	}
	if (way->what == ONEWAY_NONE || way->what == ONEWAY_SOME)
		json_object_set_new(object, "others_answer",
				    json_boolean(way->what == ONEWAY_SOME));
	json_object_set_new(object, "named", named);
	return object;
}

/**
 * ways_json() - what goes only one way by here, as JSON
 * @list: what
 *
 * Return: an array
 */
json_t *ways_json(const struct way_list *list)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < list->count; i++)
		json_array_append_new(array, way_json(&list->entry[i]));
	return array;
}
