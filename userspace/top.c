// SPDX-License-Identifier: GPL-2.0
/* A live screen: rates, destinations that are dead or slow, and the oldest attempts. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nl.h"
#include "screen.h"
#include "view.h"

#define MS UINT64_C(1000000)
#define INTERVAL_MIN_MS 100
#define INTERVAL_MAX_MS 60000

/* With more attempts than this, finding the oldest would cost too much each time. */
#define FLOWS_MAX 10000

/* Lines of what is no screen: so many that nothing is left out that counts. */
#define ROWS 100

/**
 * struct top - what it takes
 * @ctx: run of the tool
 * @live: there is a screen
 * @interval: from one look to the next
 * @last: when the last look was
 * @listener: hears of events
 * @signals: tells when to end
 * @tally: what is known from events
 * @view: what there is to see
 */
struct top {
	struct ctx *ctx;
	bool live;
	uint64_t interval;
	uint64_t last;
	struct listener listener;
	int signals;
	struct tally *tally;
	struct view *view;
};

static void hear(const struct event *event, uint64_t lost, void *data)
{
	struct top *top = data;

	if (lost == LOST_UNKNOWN)
		top->view->lost_more = true;
	else
		top->view->lost += lost;
	if (event)
		tally_event(top->tally, event, clock_now());
}

static int read_flow(const struct nlmsghdr *msg, void *data)
{
	struct flow flow;

	flow_read(&flow, nl_payload(msg), nl_payload_len(msg));
	view_flow(data, &flow);
	return 0;
}

static int read_flows(struct top *top)
{
	struct view *view = top->view;
	struct nl_request req;

	view->pending = 0;
	view->oldest_count = 0;
	view->pending_unknown = view->limits.flows > FLOWS_MAX;
	if (view->pending_unknown)
		return DONE;
	nl_request(&req, SYNCOPATE_CMD_FLOW_GET);
	req.loose = true;
	mnl_attr_put_u32(req.nlh, SYNCOPATE_A_FLOW_STATE, SYNCOPATE_FLOW_STATE_PENDING);
	return nl_dump_request(top->ctx, &req, read_flow, view);
}

/* Brings the view up to date. */
static int look(struct top *top)
{
	struct view *view = top->view;
	uint64_t now;
	int ret;

	view->before = view->now;
	ret = limits_get(top->ctx, &view->limits);
	if (!ret)
		ret = stats_get(top->ctx, &view->now);
	if (!ret)
		ret = read_flows(top);
	if (ret)
		return ret;
	now = clock_now();
	view->elapsed = top->last ? now - top->last : 0;
	top->last = now;
	view->forgotten = tally_forgotten(top->tally);
	view->dead_count = tally_dead(top->tally, now, view->dead);
	view->slow_count = tally_slow(top->tally, now, view->slow);
	return DONE;
}

static int draw(const struct top *top)
{
	char interval[TIME_SIZE];
	char *text = NULL;
	size_t size;
	FILE *out;

	out = open_memstream(&text, &size);
	if (!out)
		return fail("out of memory");
	fprintf(out, "syncopate top, every %s, q quits\n", time_format(interval, top->interval));
	view_print(out, top->view, screen_rows() ? screen_rows() - 1 : 0);
	if (fclose(out)) {
		free(text);
		return fail("out of memory");
	}
	screen_draw(text);
	free(text);
	return DONE;
}

static int show(const struct top *top)
{
	if (top->live)
		return draw(top);
	if (top->ctx->json)
		json_put(view_json(top->view));
	else
		view_print(stdout, top->view, ROWS);
	return DONE;
}

/* Milliseconds until something has to be done. */
static int time_left(const struct top *top)
{
	uint64_t passed = clock_now() - top->last;
	int left = passed < top->interval ? (top->interval - passed + MS - 1) / MS : 0;
	int wait = listener_timeout(&top->listener);

	return wait >= 0 && wait < left ? wait : left;
}

static int watch(struct top *top)
{
	struct pollfd fds[] = {
		{ .fd = mnl_socket_get_fd(top->listener.events), .events = POLLIN },
		{ .fd = mnl_socket_get_fd(top->listener.control), .events = POLLIN },
		{ .fd = top->signals, .events = POLLIN },
		{ .fd = top->live ? STDIN_FILENO : -1, .events = POLLIN },
	};
	bool stale = top->live;
	int ret;

	ret = look(top);
	while (!ret) {
		if (stale)
			ret = draw(top);
		stale = false;
		if (ret || (poll(fds, ARRAY_SIZE(fds), time_left(top)) < 0 && errno != EINTR))
			return ret ? ret : fail("cannot wait: %s", strerror(errno));
		ret = listener_hear(&top->listener, false, hear, top);
		if (ret)
			return ret;
		if (fds[2].revents)
			return top->live ? DONE : fail("interrupted");
		/* Or the terminal has gone. */
		if (top->live && (screen_quit(&stale) || fds[3].revents & (POLLHUP | POLLERR)))
			return DONE;
		if (clock_now() - top->last < top->interval)
			continue;
		ret = look(top);
		if (!ret)
			ret = show(top);
		if (!top->live)
			break;
	}
	return ret;
}

static int run_top(struct top *top)
{
	int ret;

	ret = listener_open(top->ctx, &top->listener);
	if (!ret && top->live)
		ret = screen_open();
	if (!ret)
		ret = watch(top);
	screen_close();
	listener_close(&top->listener);
	return ret;
}

static int parse(struct top *top, int argc, char **argv)
{
	const char *why;

	top->interval = 1000 * MS;
	if (!argc || strcmp(argv[0], "interval"))
		return no_words(top->ctx, argc, argv);
	if (argc < 2)
		return usage(top->ctx, "interval needs a value");
	why = time_parse(argv[1], &top->interval);
	if (why)
		return usage(top->ctx, "interval: %s", why);
	if (top->interval < INTERVAL_MIN_MS * MS || top->interval > INTERVAL_MAX_MS * MS)
		return usage(top->ctx, "interval: %s is not " TEXT(INTERVAL_MIN_MS) "ms to "
			     TEXT(INTERVAL_MAX_MS) "ms", argv[1]);
	return no_words(top->ctx, argc - 2, argv + 2);
}

static int run(struct ctx *ctx, int argc, char **argv)
{
	struct top top = { .ctx = ctx };
	int ret;

	ret = parse(&top, argc, argv);
	if (ret)
		return ret;
	top.live = !ctx->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	top.signals = signals_catch();
	if (top.signals < 0)
		return fail("cannot catch signals: %s", strerror(errno));
	top.tally = tally_new();
	top.view = calloc(1, sizeof(*top.view));
	ret = top.tally && top.view ? run_top(&top) : fail("out of memory");
	free(top.view);
	tally_free(top.tally);
	close(top.signals);
	return ret;
}

static const struct verb verbs[] = {
	{
		.name = "",
		.args = "[interval TIME]",
		.brief = "watch rates, dead and slow destinations, the oldest attempts",
		.more =
"Destinations are known from events: what was before is not shown. 'in a row'\n"
"counts the attempts given up since the last answer; 'median' is that of the\n"
"latest 64 answers. The key q quits. Without a terminal, or with -j, it prints\n"
"once what happened in one interval.\n"
"\n"
"  interval TIME  from one look to the next, " TEXT(INTERVAL_MIN_MS) "ms to "
	TEXT(INTERVAL_MAX_MS) "ms [1s]\n",
		.run = run,
	},
	{ 0 }
};

const struct noun top_noun = { "top", verbs };
