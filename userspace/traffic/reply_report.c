// SPDX-License-Identifier: GPL-2.0
/* What synreply tells: each period, and at the end. */
#include <inttypes.h>

#include "reply.h"

/**
 * reply_report_begin() - tell who waits for it that SYNs will be answered
 * @options: how
 * @mac: by which station
 */
void reply_report_begin(const struct reply_options *options, const uint8_t mac[6])
{
	char prefix[PREFIX_SIZE], text[18];

	prefix_format(prefix, &options->pool.prefix);
	say("answers for %u addresses of %s on %s, station %s", options->pool.count, prefix,
	    options->interface, mac_format(text, mac));
	if (options->json)
		return;
	printf("%9s %10s %10s %10s %10s %10s %10s\n", "time", "SYN", "repeated", "dropped",
	       "SYN-ACK", "RST", "waiting");
	fflush(stdout);
}

/* What has come since the last time. */
static uint64_t since(const counter_t *counter, uint64_t *before)
{
	uint64_t now = counter_get(counter), more = now - *before;

	*before = now;
	return more;
}

/**
 * reply_report_period() - tell what has come since the last time
 * @options: what is done
 * @numbers: what has come of it
 * @time: since the start
 */
void reply_report_period(const struct reply_options *options,
			 const struct reply_numbers *numbers, uint64_t time)
{
	static struct {
		uint64_t syns, repeats, dropped, accepted, refused;
	} before;
	uint64_t syns = since(&numbers->syns, &before.syns);
	uint64_t repeats = since(&numbers->repeats, &before.repeats);
	uint64_t dropped = since(&numbers->dropped, &before.dropped);
	uint64_t accepted = since(&numbers->accepted, &before.accepted);
	uint64_t refused = since(&numbers->refused, &before.refused);
	json_t *object;

	if (options->json) {
		object = json_pack("{s:s}", "kind", "period");
		json_number(object, "time_ns", time);
		json_number(object, "syns", syns);
		json_number(object, "repeats", repeats);
		json_number(object, "dropped", dropped);
		json_number(object, "syn_acks", accepted);
		json_number(object, "rsts", refused);
		json_number(object, "waiting", counter_get(&numbers->waiting));
		json_line(object);
		return;
	}
	progress_clear();
	printf("%8.2fs %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64
	       " %10" PRIu64 "\n", (double)time / SECOND, syns, repeats, dropped, accepted,
	       refused, counter_get(&numbers->waiting));
	fflush(stdout);
}

/**
 * reply_report_progress() - tell who watches how far it is
 * @numbers: what has come of it
 * @time: since the start
 */
void reply_report_progress(const struct reply_numbers *numbers, uint64_t time)
{
	progress("%.1f s: %" PRIu64 " SYN, %" PRIu64 " dropped, %" PRIu64 " SYN-ACK, %" PRIu64
		 " RST, %" PRIu64 " waiting", (double)time / SECOND, counter_get(&numbers->syns),
		 counter_get(&numbers->dropped), counter_get(&numbers->accepted),
		 counter_get(&numbers->refused), counter_get(&numbers->waiting));
}

static void print_end(const struct reply_numbers *numbers, uint64_t missed)
{
	char late[TIME_SIZE];

	time_format_short(late, counter_get(&numbers->late));
	progress_clear();
	printf("\nSYN          %" PRIu64 ", %" PRIu64 " of them repeated\n",
	       counter_get(&numbers->syns), counter_get(&numbers->repeats));
	printf("dropped      %" PRIu64 "\n", counter_get(&numbers->dropped));
	printf("SYN-ACK      %" PRIu64 "\n", counter_get(&numbers->accepted));
	printf("RST          %" PRIu64 "\n", counter_get(&numbers->refused));
	printf("waiting      %" PRIu64 "; an answer was %s late at most\n",
	       counter_get(&numbers->waiting), late);
	printf("came in      %" PRIu64 " RST, %" PRIu64 " other segments, %" PRIu64
	       " questions for a station\n", counter_get(&numbers->resets),
	       counter_get(&numbers->other), counter_get(&numbers->neighbours));
	if (counter_get(&numbers->no_room))
		printf("no room      %" PRIu64 " answers (--queue)\n",
		       counter_get(&numbers->no_room));
	if (missed)
		printf("missed       %" PRIu64 " frames came faster than they were read\n", missed);
}

static json_t *json_end(const struct reply_options *options, const struct reply_numbers *numbers,
			uint64_t time, uint64_t missed)
{
	json_t *object = json_pack("{s:s, s:s}", "kind", "result", "interface", options->interface);
	char prefix[PREFIX_SIZE];

	prefix_format(prefix, &options->pool.prefix);
	json_object_set_new(object, "servers_prefix", json_string(prefix));
	json_number(object, "servers", options->pool.count);
	json_number(object, "seed", options->fate.seed);
	json_number(object, "time_ns", time);
	json_number(object, "late_max_ns", counter_get(&numbers->late));
	json_number(object, "syns", counter_get(&numbers->syns));
	json_number(object, "repeats", counter_get(&numbers->repeats));
	json_number(object, "dropped", counter_get(&numbers->dropped));
	json_number(object, "syn_acks", counter_get(&numbers->accepted));
	json_number(object, "rsts", counter_get(&numbers->refused));
	json_number(object, "waiting", counter_get(&numbers->waiting));
	json_number(object, "no_room", counter_get(&numbers->no_room));
	json_number(object, "resets", counter_get(&numbers->resets));
	json_number(object, "other", counter_get(&numbers->other));
	json_number(object, "neighbours", counter_get(&numbers->neighbours));
	json_number(object, "missed_frames", missed);
	return object;
}

/**
 * reply_report_end() - tell all
 * @options: what was done
 * @numbers: what came of it
 * @time: since the start
 * @missed: frames that came faster than they were read
 */
void reply_report_end(const struct reply_options *options, const struct reply_numbers *numbers,
		      uint64_t time, uint64_t missed)
{
	if (options->json)
		json_line(json_end(options, numbers, time, missed));
	else
		print_end(numbers, missed);
	if (counter_get(&numbers->no_room))
		say("too many answers waited: %" PRIu64 " were not given (--queue)",
		    counter_get(&numbers->no_room));
	if (missed)
		say("%" PRIu64 " frames came faster than they were read", missed);
}
