// SPDX-License-Identifier: GPL-2.0
/* Events, printed as they happen. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "nl.h"

/**
 * struct monitor - what is printed
 * @json: as JSON
 * @flow: what happens to attempts
 * @dest: destinations that go down or come up
 * @config: what is set
 */
struct monitor {
	bool json;
	bool flow;
	bool dest;
	bool config;
};

static uint64_t time_of_day(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
}

static void print_lost(const struct monitor *monitor, uint64_t lost, uint64_t when)
{
	bool known = lost != LOST_UNKNOWN;

	if (monitor->json) {
		json_put(json_pack("{s:s, s:o}", "kind", "lost", "count",
				   known ? json_integer(lost) : json_null()));
		return;
	}
	event_print_time(stdout, when);
	if (known)
		printf(" lost %" PRIu64 " event%s\n", lost, lost == 1 ? "" : "s");
	else
		puts(" lost events");
}

static void print_event(const struct event *event, uint64_t lost, void *data)
{
	const struct monitor *monitor = data;

	if (lost)
		print_lost(monitor, lost, event ? event->time : time_of_day());
	if (!event || !(event->has_flow ? monitor->flow :
			event->learned.given ? monitor->dest : monitor->config))
		return;
	if (monitor->json)
		json_put(event_json(event));
	else
		event_print(stdout, event);
}

/* Prints until it is told to end, or nobody reads any more. */
static int watch(struct listener *listener, struct monitor *monitor, int signals)
{
	struct pollfd fds[] = {
		{ .fd = mnl_socket_get_fd(listener->events), .events = POLLIN },
		{ .fd = mnl_socket_get_fd(listener->control), .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
		{ .fd = STDOUT_FILENO },
	};
	bool last = false;
	int ret = DONE;

	while (!ret && !last) {
		if (poll(fds, ARRAY_SIZE(fds), listener_timeout(listener)) < 0 && errno != EINTR)
			return fail("cannot wait for events: %s", strerror(errno));
		last = fds[2].revents || fds[3].revents;
		ret = listener_hear(listener, last, print_event, monitor);
		fflush(stdout);
		if (output_error())
			break;
	}
	return ret;
}

static int run(struct ctx *ctx, int argc, char **argv)
{
	struct monitor monitor = { .json = ctx->json, .flow = !argc, .dest = !argc,
				   .config = !argc };
	struct listener listener;
	int ret, signals;

	if (argc && !strcmp(argv[0], "flow"))
		monitor.flow = true;
	else if (argc && !strcmp(argv[0], "dest"))
		monitor.dest = true;
	else if (argc && !strcmp(argv[0], "config"))
		monitor.config = true;
	else if (argc)
		return no_words(ctx, argc, argv);
	ret = argc ? no_words(ctx, argc - 1, argv + 1) : DONE;
	if (ret)
		return ret;
	signals = signals_catch();
	if (signals < 0)
		return fail("cannot catch signals: %s", strerror(errno));
	ret = listener_open(ctx, &listener);
	if (!ret)
		ret = watch(&listener, &monitor, signals);
	listener_close(&listener);
	close(signals);
	return ret;
}

static const struct verb verbs[] = {
	{
		.name = "",
		.args = "[flow|dest|config]",
		.brief = "print events as they happen, until it is interrupted",
		.more =
"Each line begins with the time at which the module saw it. Events that were\n"
"lost, because they came faster than they were read, are told of as well.\n"
"\n"
"  flow    only what happens to attempts\n"
"  dest    only destinations that go down or come up\n"
"  config  only what is set: policies, profiles, limits\n",
		.run = run,
	},
	{ 0 }
};

const struct noun monitor_noun = { "monitor", verbs };
