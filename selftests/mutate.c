// SPDX-License-Identifier: GPL-2.0
/*
 * mutate [-s SEED] [-f FIRST] [-n FRAMES] [-p FAULT] CLIENT BOX SERVER
 *
 * Sends frames, good ones and broken ones, over bridge and router in both directions, and
 * compares what arrives: first without any policy (idle), then with one that does nothing
 * for a long time (held), then with one that soon repeats and resets (quick).  The same has
 * to arrive, but for what Syncopate is for:
 *
 *   held	a repeat of a SYN is swallowed
 *   quick	the same; a SYN comes once more, as it was sent; RSTs answer SYNs, and
 *		SYN-ACKs which are swallowed then
 *
 * Tells each difference with its frame's number, at the end how many there were of each, and
 * fails if there was one that may not be.  A number alone is told again by -f NUMBER -n 1, or
 * a few before it, where it depends on them.
 *
 * -p plants a fault: of the frames that come while there is a policy one is lost, doubled or
 * altered, in one byte.  It has to be told of.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "helper.h"
#include "mutate.h"

/*
 * To set a policy and to wait for its timers takes as long as some thousand frames, and each
 * burst a few system calls, which are dear in a machine: so there are many frames to each.
 */
#define BATCH 32768
#define BURST 128
#define CHAINS 16384
#define TOLD_MAX 8

enum pass {
	IDLE,
	HELD,
	QUICK,
	PASSES,
};

/* A frame that was sent. */
struct sent {
	uint64_t name;
	uint64_t number;
	enum station from;
	struct verdict verdict;
	struct sent *next;	/* with the same ends, maybe */
};

/* A frame that came; @data if it has not been sent as it is. */
struct came {
	uint64_t print;
	uint64_t name;
	enum station at;
	struct verdict verdict;
	uint8_t *data;
	size_t len;
};

static const char *const pass_name[] = { "idle", "held", "quick" };
static const char *const station_name[] = {
	"client/bridged", "client/routed", "server/bridged", "server/routed",
};

static struct sent sent[BATCH];
static struct sent *by_name[BATCH];
static struct sent *by_ends[CHAINS];	/* SYNs and SYN-ACKs */
static unsigned int n_sent;
static struct came *came[2];
static unsigned int n_came[2], room_came[2];
static enum pass pass;
static uint64_t seed = 1;
static const char *fault = "";

static uint64_t refused, arrived, swallowed, repeats, resets;
static unsigned int findings;

static int compare_names(const void *a, const void *b)
{
	const struct sent *x = *(struct sent *const *)a, *y = *(struct sent *const *)b;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* The place in @by_name of the first frame with a name, @n_sent if there is none. */
static unsigned int find_name(uint64_t name)
{
	unsigned int low = 0, high = n_sent, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (by_name[middle]->name < name)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n_sent && by_name[low]->name == name ? low : n_sent;
}

static void on_frame(enum station at, const uint8_t *data, size_t len);

/*
 * Plants the fault, once. It is a small frame, so that its middle is nothing that a router
 * may change. Return: is that all that there is to do with it?
 */
static bool plant(enum station at, const uint8_t *data, size_t len)
{
	const char *what = fault;
	uint8_t altered[90];

	if (!*what || pass != HELD || len < 60 || len > sizeof(altered))
		return false;
	fault = "";
	if (!strcmp(what, "doubled"))
		on_frame(at, data, len);
	if (!strcmp(what, "altered")) {
		memcpy(altered, data, len);
		altered[len / 2] ^= 1;
		on_frame(at, altered, len);
	}
	return strcmp(what, "doubled");
}

static void on_frame(enum station at, const uint8_t *data, size_t len)
{
	bool working = pass != IDLE;
	struct came *c;

	if (is_routed(at) && of_the_box(data, len))
		return;
	if (plant(at, data, len))
		return;
	if (n_came[working] == room_came[working]) {
		room_came[working] += 2 * BATCH;
		came[working] = realloc(came[working], room_came[working] * sizeof(*c));
		if (!came[working])
			die("no memory");
	}
	c = &came[working][n_came[working]++];
	c->at = at;
	c->print = frame_print(data, len, is_routed(at));
	c->name = frame_name(data, len, is_routed(at));
	judge(&c->verdict, data, len, is_routed(at));
	c->data = NULL;
	c->len = len;
	if (find_name(c->name) == n_sent) {
		c->data = malloc(len);
		if (!c->data)
			die("no memory");
		memcpy(c->data, data, len);
		forget_ident(c->data, len, is_routed(at));
		c->print = frame_print(c->data, len, is_routed(at));
	}
}

static void hex(const uint8_t *data, size_t len)
{
	size_t i;

	printf("#  ");
	for (i = 0; i < len; i++)
		printf(i % 2 ? "%02x" : " %02x", data[i]);
	putchar('\n');
}

static void finding(const char *what, unsigned int n, const struct came *c)
{
	unsigned int i = find_name(c->name);
	static struct mutant m;

	if (findings++ >= TOLD_MAX)
		return;
	printf("# seed %llu, %s: %s %u times at %s: ", (unsigned long long)seed, pass_name[pass],
	       what, n, station_name[c->at]);
	if (i < n_sent) {
		printf("frame %llu, %zu bytes\n", (unsigned long long)by_name[i]->number, c->len);
		mutant_make(&m, seed, by_name[i]->number);
		hex(m.data, m.len);
	} else {
		printf("not a frame that was sent, %zu bytes\n", c->len);
		hex(c->data, c->len);
	}
}

/* Where those begin that have the same addresses and ports, in this direction or in the other. */
static struct sent **chain_of(const struct verdict *v)
{
	return &by_ends[ends_hash(v) % CHAINS];
}

/* Has the SYN of an attempt been sent before? */
static bool is_repeat(const struct sent *s)
{
	const struct sent *other;

	if (s->verdict.kind != SYN)
		return false;
	for (other = *chain_of(&s->verdict); other; other = other->next) {
		if (other < s && other->verdict.kind == SYN && !other->verdict.is_signed &&
		    other->verdict.seq == s->verdict.seq && other->from == s->from &&
		    same_ends(&other->verdict, &s->verdict))
			return true;
	}
	return false;
}

/* Does it answer the SYN of an attempt, which may have been given up by then? */
static bool is_late(const struct sent *s)
{
	const struct sent *other;

	if (s->verdict.kind != SYNACK)
		return false;
	for (other = *chain_of(&s->verdict); other; other = other->next) {
		if (other->verdict.kind == SYN && answers(&s->verdict, &other->verdict) &&
		    s->verdict.ack_seq - other->verdict.seq - 1 <=
		    other->verdict.next - other->verdict.seq - 1)
			return true;
	}
	return false;
}

/* It has come @n times less often than without a policy. */
static void missing(unsigned int n, const struct came *c)
{
	unsigned int i, may = 0;

	for (i = find_name(c->name); i < n_sent && by_name[i]->name == c->name; i++)
		may += is_repeat(by_name[i]) || (pass == QUICK && is_late(by_name[i]));
	if (n > may)
		finding("missing", n, c);
	else
		swallowed += n;
}

/* How often may the SYN be repeated: so often as one of its attempt has been sent. */
static unsigned int attempts(const struct verdict *v)
{
	const struct sent *s;
	unsigned int n = 0;

	if (v->kind != SYN)
		return 0;
	for (s = *chain_of(v); s; s = s->next)
		n += s->verdict.kind == SYN && s->verdict.seq == v->seq &&
		     same_ends(&s->verdict, v);
	return n;
}

/* Is it what a SYN or a late SYN-ACK is answered by, to him who sent that? */
static bool is_reset(const struct came *c)
{
	const struct verdict *v = &c->verdict;
	const struct sent *s;

	if (v->kind != RST)
		return false;
	for (s = *chain_of(v); s; s = s->next) {
		if (s->from != c->at || !answers(v, &s->verdict) || s->verdict.link != v->link)
			continue;
		if (s->verdict.kind == SYN && v->ack && !v->seq && v->ack_seq == s->verdict.next)
			return true;
		if (s->verdict.kind == SYNACK && !v->ack && v->seq == s->verdict.ack_seq)
			return true;
	}
	return false;
}

/* It has come @n times more often. */
static void added(unsigned int n, const struct came *c)
{
	if (pass == QUICK && !c->data && n <= attempts(&c->verdict))
		repeats += n;
	else if (pass == QUICK && is_reset(c))
		resets += n;
	else
		finding("too many,", n, c);
}

static int compare_came(const void *a, const void *b)
{
	const struct came *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->print < y->print ? -1 : x->print > y->print;
}

/* How many from @c on are the same frame. */
static unsigned int same(const struct came *c, const struct came *end)
{
	const struct came *first = c;

	while (c < end && !compare_came(c, first))
		c++;
	return c - first;
}

static void compare(void)
{
	const struct came *a = came[0], *a_end = a + n_came[0];
	const struct came *b = came[1], *b_end = b + n_came[1];
	unsigned int n, m;
	int order;

	qsort(came[1], n_came[1], sizeof(*b), compare_came);
	while (a < a_end || b < b_end) {
		order = a == a_end ? 1 : b == b_end ? -1 : compare_came(a, b);
		n = order <= 0 ? same(a, a_end) : 0;
		m = order >= 0 ? same(b, b_end) : 0;
		if (n > m)
			missing(n - m, a);
		else if (m > n)
			added(m - n, b);
		a += n;
		b += m;
	}
}

static void forget(bool working)
{
	while (n_came[working])
		free(came[working][--n_came[working]].data);
}

/* The names of a batch have to be known before the first frame comes. */
static void prepare(uint64_t first, unsigned int n)
{
	static struct mutant m;
	struct sent **chain;
	unsigned int i;

	n_sent = n;
	memset(by_ends, 0, sizeof(by_ends));
	for (i = 0; i < n; i++) {
		struct sent *s = &sent[i];

		mutant_make(&m, seed, first + i);
		s->number = first + i;
		s->from = m.from;
		s->name = frame_name(m.data, m.len, is_routed(m.from));
		judge(&s->verdict, m.data, m.len, is_routed(m.from));
		by_name[i] = s;
		if (s->verdict.kind == SYN || s->verdict.kind == SYNACK) {
			chain = chain_of(&s->verdict);
			s->next = *chain;
			*chain = s;
		}
	}
	qsort(by_name, n, sizeof(*by_name), compare_names);
}

/* Sends all of the batch. */
static void run(enum pass this)
{
	static struct mutant m;
	enum station at;
	enum way way;
	unsigned int i;

	pass = this;
	for (i = 0; i < n_sent; i++) {
		way = mix(seed ^ sent[i].number / BURST) % WAYS;
		mutant_make(&m, seed, sent[i].number);
		station_send(&m, way);
		if (i + 1 < n_sent && sent[i + 1].number % BURST)
			continue;
		for (at = 0; at < STATIONS; at++)
			refused += station_flush(at, way) * (pass == IDLE);
		stations_wait(on_frame);
	}
}

/* Sets the policy of the box. */
static void policy(const char *box, const char *words)
{
	char command[256];

	snprintf(command, sizeof(command), "syncopate -n %s policy %s > /dev/null", box, words);
	if (system(command))
		die("failed: %s", command);
}

static void batch(const char *box, uint64_t first, unsigned int n)
{
	prepare(first, n);
	run(IDLE);
	qsort(came[0], n_came[0], sizeof(*came[0]), compare_came);
	arrived += n_came[0];

	policy(box, "add retries 1 interval 60s");
	run(HELD);
	policy(box, "flush");
	compare();
	forget(true);

	policy(box, "add retries 1 interval 50ms");
	run(QUICK);
	stations_drain(150, on_frame);
	policy(box, "flush");
	stations_drain(1, on_frame);
	compare();
	forget(true);
	forget(false);
}

static void tell(const char *what, uint64_t n)
{
	printf("%s %llu\n", what, (unsigned long long)n);
}

int main(int argc, char **argv)
{
	uint64_t first = 0, frames = 1000, done = 0;
	unsigned int n;
	int option;

	while ((option = getopt(argc, argv, "s:f:n:p:")) != -1) {
		switch (option) {
		case 's':
			seed = strtoull(optarg, NULL, 0);
			break;
		case 'f':
			first = strtoull(optarg, NULL, 0);
			break;
		case 'n':
			frames = strtoull(optarg, NULL, 0);
			break;
		case 'p':
			fault = optarg;
			break;
		default:
			return 2;
		}
	}
	if (argc - optind != 3)
		die("usage: mutate [-s SEED] [-f FIRST] [-n FRAMES] [-p lost|doubled|altered] CLIENT BOX SERVER");
	stations_open(argv[optind], argv[optind + 2]);
	for (; done < frames; done += n) {
		n = frames - done < BATCH ? frames - done : BATCH;
		batch(argv[optind + 1], first + done, n);
	}
	tell("frames", frames);
	tell("refused", refused);
	tell("arrived", arrived);
	tell("swallowed", swallowed);
	tell("repeats", repeats);
	tell("resets", resets);
	tell("findings", findings);
	return findings > 0;
}
