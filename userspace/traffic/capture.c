// SPDX-License-Identifier: GPL-2.0
/* Frames that come in by an interface, by libpcap. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "traffic.h"

#define BUFFER (32 << 20)

/**
 * struct capture - an interface to receive by
 * @pcap: the library's
 * @fn: what to call for each frame
 * @data: with this
 */
struct capture {
	pcap_t *pcap;
	capture_fn fn;
	void *data;
};

static int set_filter(struct capture *capture, const char *interface, const char *filter)
{
	struct bpf_program program;
	int failed;

	if (pcap_compile(capture->pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN))
		return fail("filter '%s': %s", filter, pcap_geterr(capture->pcap));
	failed = pcap_setfilter(capture->pcap, &program);
	pcap_freecode(&program);
	if (failed)
		return fail("%s: %s", interface, pcap_geterr(capture->pcap));
	return DONE;
}

static int activate(struct capture *capture, const char *interface)
{
	pcap_t *pcap = capture->pcap;
	char why[PCAP_ERRBUF_SIZE];
	int result;

	pcap_set_snaplen(pcap, FRAME_MAX);
	pcap_set_buffer_size(pcap, BUFFER);
	pcap_set_immediate_mode(pcap, 1);
	pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	result = pcap_activate(pcap);
	if (result < 0)
		return fail("%s: %s", interface,
			    *pcap_geterr(pcap) ? pcap_geterr(pcap) : pcap_statustostr(result));
	if (pcap_get_tstamp_precision(pcap) != PCAP_TSTAMP_PRECISION_NANO)
		return fail("%s: no time stamps in nanoseconds", interface);
	if (pcap_datalink(pcap) != DLT_EN10MB)
		return fail("%s is no Ethernet interface", interface);
	if (pcap_setdirection(pcap, PCAP_D_IN))
		return fail("%s: %s", interface, pcap_geterr(pcap));
	if (pcap_setnonblock(pcap, 1, why))
		return fail("%s: %s", interface, why);
	return DONE;
}

/**
 * capture_open() - begin to receive
 * @interface: name of the interface
 * @filter: what to receive, see pcap-filter(7)
 *
 * Return: it, or NULL and has said why not
 */
struct capture *capture_open(const char *interface, const char *filter)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	char why[PCAP_ERRBUF_SIZE];

	if (!capture) {
		fail("no memory");
		return NULL;
	}
	capture->pcap = pcap_create(interface, why);
	if (!capture->pcap)
		fail("%s: %s", interface, why);
	else if (!activate(capture, interface) && !set_filter(capture, interface, filter))
		return capture;
	capture_close(capture);
	return NULL;
}

static void take(u_char *data, const struct pcap_pkthdr *header, const u_char *frame)
{
	const struct capture *capture = (const void *)data;

	/* Opened for nanoseconds, the field for microseconds holds them. */
	capture->fn(capture->data, header->ts.tv_sec * SECOND + header->ts.tv_usec, frame,
		    header->caplen);
}

/**
 * capture_read() - take what has come in
 * @capture: the interface
 * @timeout: how long to wait for a frame if there is none, in nanoseconds
 * @fn: called for each frame, with the time at which the kernel had it
 * @data: for @fn
 *
 * Return: how many there were, or -1 and has said what is wrong
 */
int capture_read(struct capture *capture, uint64_t timeout, capture_fn fn, void *data)
{
	struct pollfd fd = { .fd = pcap_get_selectable_fd(capture->pcap), .events = POLLIN };
	struct timespec wait = { .tv_sec = timeout / SECOND, .tv_nsec = timeout % SECOND };
	int count;

	capture->fn = fn;
	capture->data = data;
	count = pcap_dispatch(capture->pcap, CAPTURE_BATCH, take, (u_char *)capture);
	if (!count && timeout) {
		ppoll(&fd, 1, &wait, NULL);
		count = pcap_dispatch(capture->pcap, CAPTURE_BATCH, take, (u_char *)capture);
	}
	if (count < 0)
		fail("can not receive: %s", pcap_geterr(capture->pcap));
	return count;
}

/**
 * capture_missed() - how many frames there was no room for
 * @capture: the interface
 *
 * Return: their number, since it was opened
 */
uint64_t capture_missed(struct capture *capture)
{
	struct pcap_stat stat;

	return pcap_stats(capture->pcap, &stat) ? 0 : stat.ps_drop;
}

/**
 * capture_close() - no longer receive
 * @capture: the interface, or NULL
 */
void capture_close(struct capture *capture)
{
	if (!capture)
		return;
	if (capture->pcap)
		pcap_close(capture->pcap);
	free(capture);
}
