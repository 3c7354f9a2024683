// SPDX-License-Identifier: GPL-2.0
/*
 * prototype accept|care QUEUES BATCH: what Syncopate does, done in user space, as well as
 * that can be done: handshake segments come by queues of the kernel's, a thread for each,
 * which has a table of the attempts that wait. With `accept` there is no table: what
 * the queues alone can do. Says `ready` when it is, and at the end (SIGTERM) its numbers
 * as JSON.
 */
#include <err.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prototype.h"

#define QUEUES_MAX	16

static struct settings settings = { .copy = 120 };
static struct numbers numbers[QUEUES_MAX];
static unsigned int queues;
static atomic_uint running;

static void one_is_ready(void)
{
	if (atomic_fetch_add(&running, 1) + 1 < queues)
		return;
	puts("ready");
	fflush(stdout);
}

static void *run(void *data)
{
	unsigned int number = (uintptr_t)data;

	queue_run(number, &settings, &numbers[number], one_is_ready);
	return NULL;
}

static void tell(void)
{
	struct numbers all = { 0 };
	unsigned int i;

	for (i = 0; i < queues; i++) {
		all.packets += numbers[i].packets;
		all.calls += numbers[i].calls;
		all.started += numbers[i].started;
		all.answered += numbers[i].answered;
		all.repeated += numbers[i].repeated;
		all.gave_up += numbers[i].gave_up;
		all.dropped += numbers[i].dropped;
	}
	printf("{\"packets\": %" PRIu64 ", \"calls\": %" PRIu64 ", \"started\": %" PRIu64
	       ", \"answered\": %" PRIu64 ", \"repeated\": %" PRIu64 ", \"gave_up\": %" PRIu64
	       ", \"dropped\": %" PRIu64 "}\n", all.packets, all.calls, all.started, all.answered,
	       all.repeated, all.gave_up, all.dropped);
}

int main(int argc, char **argv)
{
	pthread_t thread;
	sigset_t signals;
	uintptr_t i;
	int signal;

	if (argc != 4 || (strcmp(argv[1], "accept") && strcmp(argv[1], "care")))
		errx(2, "usage: prototype accept|care QUEUES BATCH");
	settings.care = !strcmp(argv[1], "care");
	queues = strtoul(argv[2], NULL, 10);
	settings.batch = strtoul(argv[3], NULL, 10);
	if (!queues || queues > QUEUES_MAX || !settings.batch || settings.batch > 256)
		errx(2, "1 to %d queues, 1 to 256 packets at a time", QUEUES_MAX);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	for (i = 0; i < queues; i++)
		if (pthread_create(&thread, NULL, run, (void *)i))
			errx(1, "no thread");
	sigwait(&signals, &signal);
	tell();
	return 0;
}
