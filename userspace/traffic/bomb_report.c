// SPDX-License-Identifier: GPL-2.0
/* What synbomb tells: each period, and at the end. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "bomb.h"

/* A number of the last period: those of the thread that receives may be newer. */
static uint64_t difference(uint64_t now, uint64_t before)
{
	return now > before ? now - before : 0;
}

/**
 * bomb_outstanding() - how many requests have no answer
 * @numbers: what has come of it
 *
 * Return: their number
 */
uint64_t bomb_outstanding(const struct bomb_numbers *numbers)
{
	uint64_t answered = counter_get(&numbers->syn_acks) + counter_get(&numbers->rsts);

	/* The first answers of a batch may be counted before it is. */
	return difference(counter_get(&numbers->sent), answered);
}

static uint64_t duplicates(const struct bomb_numbers *numbers)
{
	return counter_get(&numbers->duplicate_syn_acks) + counter_get(&numbers->duplicate_rsts);
}

/**
 * bomb_report_begin() - tell what is about to be done
 * @options: what that is
 */
void bomb_report_begin(const struct bomb_options *options)
{
	if (options->json)
		return;
	printf("seed %" PRIu64 "\n", options->seed);
	printf("%9s %10s %10s %10s %10s %9s %9s %9s\n", "time", "sent", "SYN-ACK", "RST",
	       "open", "duplicate", "p50", "p99");
	fflush(stdout);
}

/**
 * bomb_report_period() - tell what has come since the last time
 * @options: what is done
 * @numbers: what has come of it
 * @time: since the start
 */
void bomb_report_period(const struct bomb_options *options, const struct bomb_numbers *numbers,
			uint64_t time)
{
	static uint64_t sent_before, accepted_before, refused_before, duplicates_before;
	static struct histogram before, setup;
	uint64_t sent = counter_get(&numbers->sent), accepted = counter_get(&numbers->syn_acks);
	uint64_t refused = counter_get(&numbers->rsts), twice = duplicates(numbers);
	char p50[TIME_SIZE], p99[TIME_SIZE];
	json_t *object;

	histogram_since(&setup, &numbers->setup, &before);
	if (options->json) {
		object = json_pack("{s:s}", "kind", "period");
		json_number(object, "time_ns", time);
		json_number(object, "sent", sent - sent_before);
		json_number(object, "syn_acks", accepted - accepted_before);
		json_number(object, "rsts", refused - refused_before);
		json_number(object, "duplicates", twice - duplicates_before);
		json_number(object, "outstanding", bomb_outstanding(numbers));
		json_object_set_new(object, "setup", histogram_json(&setup, false));
		json_line(object);
	} else {
		time_format_short(p50, histogram_percentile(&setup, 50));
		time_format_short(p99, histogram_percentile(&setup, 99));
		progress_clear();
		printf("%8.2fs %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %9" PRIu64
		       " %9s %9s\n", (double)time / SECOND, sent - sent_before,
		       accepted - accepted_before, refused - refused_before,
		       bomb_outstanding(numbers), twice - duplicates_before,
		       counter_get(&setup.count) ? p50 : "-",
		       counter_get(&setup.count) ? p99 : "-");
		fflush(stdout);
	}
	sent_before = sent;
	accepted_before = accepted;
	refused_before = refused;
	duplicates_before = twice;
}

/**
 * bomb_report_progress() - tell who watches how far it is
 * @numbers: what has come of it
 * @time: since the start
 */
void bomb_report_progress(const struct bomb_numbers *numbers, uint64_t time)
{
	progress("%.1f s: %" PRIu64 " sent, %" PRIu64 " SYN-ACK, %" PRIu64 " RST, %" PRIu64 " open",
		 (double)time / SECOND, counter_get(&numbers->sent),
		 counter_get(&numbers->syn_acks), counter_get(&numbers->rsts),
		 bomb_outstanding(numbers));
}

static void print_times(const char *name, const struct histogram *histogram)
{
	static const unsigned int percents[] = { 50, 90, 99 };
	char time[TIME_SIZE];
	unsigned int i;

	if (!counter_get(&histogram->count))
		return;
	printf("%-12s", name);
	for (i = 0; i < ARRAY_SIZE(percents); i++) {
		time_format_short(time, histogram_percentile(histogram, percents[i]));
		printf(" p%u %s ", percents[i], time);
	}
	time_format_short(time, counter_get(&histogram->max));
	printf(" max %s\n", time);
}

static void print_end(const struct bomb_numbers *numbers, uint64_t sending, uint64_t missed)
{
	uint64_t sent = counter_get(&numbers->sent);
	char late[TIME_SIZE];

	progress_clear();
	time_format_short(late, counter_get(&numbers->late));
	printf("\nsent         %" PRIu64 " in %.3f s, %.0f/s; a burst was %s late at most\n", sent,
	       (double)sending / SECOND, sending ? (double)sent * SECOND / sending : 0, late);
	printf("SYN-ACK      %" PRIu64 "\n", counter_get(&numbers->syn_acks));
	printf("RST          %" PRIu64 "\n", counter_get(&numbers->rsts));
	printf("outstanding  %" PRIu64 "\n", bomb_outstanding(numbers));
	printf("duplicates   %" PRIu64 " SYN-ACK, %" PRIu64 " RST; %" PRIu64 " SYN came back\n",
	       counter_get(&numbers->duplicate_syn_acks), counter_get(&numbers->duplicate_rsts),
	       counter_get(&numbers->returned));
	if (counter_get(&numbers->unfit))
		printf("unfit        %" PRIu64 "\n", counter_get(&numbers->unfit));
	if (counter_get(&numbers->left_out))
		printf("left out     %" PRIu64 " requests: no room in the table (--table)\n",
		       counter_get(&numbers->left_out));
	if (missed)
		printf("missed       %" PRIu64 " frames came faster than they were read\n", missed);
	print_times("set-up", &numbers->setup);
	print_times("refusal", &numbers->refusal);
}

static json_t *json_end(const struct bomb_options *options, const struct bomb_numbers *numbers,
			uint64_t sending, uint64_t time, uint64_t missed)
{
	char clients[PREFIX_SIZE], servers[PREFIX_SIZE];
	const struct sequence *sequence = &options->sequence;
	json_t *object = json_pack("{s:s, s:s}", "kind", "result", "interface", options->interface);

	prefix_format(clients, &sequence->clients.prefix);
	prefix_format(servers, &sequence->servers.prefix);
	json_object_set_new(object, "clients_prefix", json_string(clients));
	json_object_set_new(object, "servers_prefix", json_string(servers));
	json_number(object, "clients", sequence->clients.count);
	json_number(object, "servers", sequence->servers.count);
	json_number(object, "seed", options->seed);
	json_number(object, "burst", options->burst);
	json_number(object, "gap_ns", options->gap);
	json_number(object, "time_ns", time);
	json_number(object, "sending_ns", sending);
	json_number(object, "late_max_ns", counter_get(&numbers->late));
	json_number(object, "sent", counter_get(&numbers->sent));
	json_number(object, "syn_acks", counter_get(&numbers->syn_acks));
	json_number(object, "rsts", counter_get(&numbers->rsts));
	json_number(object, "outstanding", bomb_outstanding(numbers));
	json_number(object, "duplicate_syn_acks", counter_get(&numbers->duplicate_syn_acks));
	json_number(object, "duplicate_rsts", counter_get(&numbers->duplicate_rsts));
	json_number(object, "returned_syns", counter_get(&numbers->returned));
	json_number(object, "unfit", counter_get(&numbers->unfit));
	json_number(object, "left_out", counter_get(&numbers->left_out));
	json_number(object, "missed_frames", missed);
	json_object_set_new(object, "setup", histogram_json(&numbers->setup, true));
	json_object_set_new(object, "refusal", histogram_json(&numbers->refusal, true));
	return object;
}

/**
 * bomb_report_end() - tell all
 * @options: what was done
 * @numbers: what came of it
 * @sending: for how long requests were made
 * @time: since the start
 * @missed: frames that came faster than they were read
 */
void bomb_report_end(const struct bomb_options *options, const struct bomb_numbers *numbers,
		     uint64_t sending, uint64_t time, uint64_t missed)
{
	if (options->json)
		json_line(json_end(options, numbers, sending, time, missed));
	else
		print_end(numbers, sending, missed);
	if (counter_get(&numbers->left_out))
		say("the table was full: %" PRIu64 " requests were not made (--table)",
		    counter_get(&numbers->left_out));
	if (missed)
		say("%" PRIu64 " frames came faster than they were read: answers may be missing",
		    missed);
}
