// SPDX-License-Identifier: GPL-2.0
/*
 * Sends and receives frames at the four ends of the two paths, and knows when all that was
 * sent has arrived or never will: one more frame goes after it, and frames do not overtake
 * each other on one processor.
 */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "helper.h"
#include "mutate.h"

#define SLOT 16384
#define TX_SLOTS 256	/* more than there are frames in a burst */
#define RX_SLOTS 2048
#define TX_HEADER TPACKET_ALIGN(sizeof(struct tpacket2_hdr))

/**
 * struct ends - what there is at a station
 * @fd: sends, by way
 * @burst: what is to be sent in another way than PAGED
 * @part: a frame of that each
 * @queued: how many
 * @tx: what is sent PAGED
 * @next_tx: where in it the next frame goes
 * @rx_fd: receives
 * @rx: what was received
 * @next_rx: where in it the next frame is
 * @waiting: for the last frame of this number, 0 for none
 */
static struct ends {
	int fd[WAYS];
	uint8_t *burst;
	struct iovec part[TX_SLOTS];
	unsigned int queued;
	uint8_t *tx;
	unsigned int next_tx;
	int rx_fd;
	uint8_t *rx;
	unsigned int next_rx;
	uint64_t waiting;
} stations[STATIONS];

/* How such a last frame ends: a mark that no other has, and a number. */
static uint64_t last[2] = { 0x636f707970617374 };

static void attach(int fd, const char *device, int proto)
{
	struct sockaddr_ll addr = { .sll_family = AF_PACKET, .sll_protocol = htons(proto) };

	addr.sll_ifindex = if_nametoindex(device);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		die("interface %s: %m", device);
}

static void option(int fd, int name, int value)
{
	if (setsockopt(fd, SOL_PACKET, name, &value, sizeof(value)))
		die("packet socket's option %d: %m", name);
}

static uint8_t *ring(int fd, int name, unsigned int slots)
{
	struct tpacket_req req = {
		.tp_block_size = 4 * SLOT, .tp_block_nr = slots / 4,
		.tp_frame_size = SLOT, .tp_frame_nr = slots,
	};
	void *memory;

	option(fd, PACKET_VERSION, TPACKET_V2);
	if (name == PACKET_TX_RING)
		option(fd, PACKET_LOSS, 1);
	if (setsockopt(fd, SOL_PACKET, name, &req, sizeof(req)))
		die("ring: %m");
	memory = mmap(NULL, slots * SLOT, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		die("ring: %m");
	return memory;
}

/**
 * stations_open - begin to listen everywhere
 * @client: the client's namespace
 * @server: the server's
 */
void stations_open(const char *client, const char *server)
{
	enum station at;
	enum way way;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		die("one processor: %m");
	for (at = 0; at < STATIONS; at++) {
		const char *device = is_routed(at) ? "routed" : "bridged";
		struct ends *s = &stations[at];

		enter_netns(is_server(at) ? server : client);
		for (way = 0; way < WAYS; way++) {
			s->fd[way] = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
			attach(s->fd[way], device, 0);
		}
		option(s->fd[HINTED], PACKET_VNET_HDR, 1);
		s->tx = ring(s->fd[PAGED], PACKET_TX_RING, TX_SLOTS);
		s->burst = malloc(TX_SLOTS * SLOT);
		if (!s->burst)
			die("no memory");

		s->rx_fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
		s->rx = ring(s->rx_fd, PACKET_RX_RING, RX_SLOTS);
		option(s->rx_fd, PACKET_IGNORE_OUTGOING, 1);
		attach(s->rx_fd, device, ETH_P_ALL);
	}
}

/**
 * station_send - take a frame to be sent
 * @m: the frame
 * @way: how
 *
 * It leaves with station_flush().
 */
void station_send(const struct mutant *m, enum way way)
{
	struct ends *s = &stations[m->from];
	struct tpacket2_hdr *slot;
	uint8_t *frame;

	if (way == PAGED) {
		slot = (void *)(s->tx + (size_t)s->next_tx * SLOT);
		if (__atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE) != TP_STATUS_AVAILABLE)
			die("a frame was not taken");
		memcpy((uint8_t *)slot + TX_HEADER, m->data, m->len);
		slot->tp_len = m->len;
		__atomic_store_n(&slot->tp_status, TP_STATUS_SEND_REQUEST, __ATOMIC_RELEASE);
		s->next_tx = (s->next_tx + 1) % TX_SLOTS;
		return;
	}
	frame = s->burst + (size_t)s->queued * SLOT;
	s->part[s->queued++] = (struct iovec){ frame, m->len };
	if (way == HINTED) {
		memcpy(frame, &m->hints, sizeof(m->hints));
		frame += sizeof(m->hints);
		s->part[s->queued - 1].iov_len += sizeof(m->hints);
	}
	memcpy(frame, m->data, m->len);
}

/* Returns how many the kernel did not take. */
static unsigned int send_burst(struct ends *s, int fd)
{
	struct mmsghdr messages[TX_SLOTS] = { 0 };
	unsigned int i, refused = 0;
	int n;

	for (i = 0; i < s->queued; i++) {
		messages[i].msg_hdr.msg_iov = &s->part[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	for (i = 0; i < s->queued; i += n) {
		n = sendmmsg(fd, messages + i, s->queued - i, 0);
		if (n < 0 && errno == ENOBUFS) {
			poll(NULL, 0, 1);
			n = 0;
		} else if (n < 0) {
			refused++;
			n = 1;
		}
	}
	s->queued = 0;
	return refused;
}

/**
 * station_flush - send a burst, and the last frame after it
 * @from: who
 * @way: how
 *
 * Returns how many frames the kernel did not take because their hints contradict themselves.
 */
unsigned int station_flush(enum station from, enum way way)
{
	struct ends *s = &stations[from];
	struct mutant m = { .from = from };

	last[1]++;
	specimen_last(&m, last, sizeof(last));
	station_send(&m, way);
	stations[opposite(from)].waiting = last[1];
	if (way != PAGED)
		return send_burst(s, s->fd[way]);
	if (send(s->fd[PAGED], NULL, 0, 0) < 0)
		die("send: %m");
	return 0;
}

/* The tag that the kernel has taken out goes back to where it was. */
static size_t restore(const struct tpacket2_hdr *slot, uint8_t *frame)
{
	const uint8_t *data = (const uint8_t *)slot + slot->tp_mac;
	size_t len = slot->tp_snaplen;
	uint16_t tag[2] = { htons(ETH_P_8021Q), htons(slot->tp_vlan_tci) };

	if (slot->tp_len != len || len > FRAME_MAX || len < 12)
		die("a frame of %u bytes came, and %zu of them", slot->tp_len, len);
	if (!(slot->tp_status & TP_STATUS_VLAN_VALID)) {
		memcpy(frame, data, len);
		return len;
	}
	if (slot->tp_status & TP_STATUS_VLAN_TPID_VALID)
		tag[0] = htons(slot->tp_vlan_tpid);
	memcpy(frame, data, 12);
	memcpy(frame + 12, tag, 4);
	memcpy(frame + 16, data + 12, len - 12);
	return len + 4;
}

static void receive_at(enum station at, receiver *receive)
{
	static uint8_t frame[FRAME_MAX + 4];
	struct ends *s = &stations[at];
	struct tpacket2_hdr *slot;
	size_t len;

	for (;;) {
		slot = (void *)(s->rx + (size_t)s->next_rx * SLOT);
		if (!(__atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
			return;
		len = restore(slot, frame);
		if (len < sizeof(last) || memcmp(frame + len - sizeof(last), last, sizeof(last[0])))
			receive(at, frame, len);
		else if (!memcmp(frame + len - sizeof(last[1]), &s->waiting, sizeof(last[1])))
			s->waiting = 0;
		__atomic_store_n(&slot->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		s->next_rx = (s->next_rx + 1) % RX_SLOTS;
	}
}

static void receive_all(receiver *receive)
{
	enum station at;

	for (at = 0; at < STATIONS; at++)
		receive_at(at, receive);
}

/* Returns false when nothing has come for so long. */
static bool wait_all(int ms, receiver *receive)
{
	struct pollfd fds[STATIONS];
	enum station at;
	int n;

	for (at = 0; at < STATIONS; at++)
		fds[at] = (struct pollfd){ .fd = stations[at].rx_fd, .events = POLLIN };
	n = poll(fds, STATIONS, ms);
	receive_all(receive);
	return n > 0;
}

/**
 * stations_wait - until the last frame of a burst has arrived
 * @receive: told of all others
 */
void stations_wait(receiver *receive)
{
	enum station at;

	/* Mostly all of it has come when the sender's system call is over. */
	receive_all(receive);
	for (at = 0; at < STATIONS; at++) {
		while (stations[at].waiting) {
			if (!wait_all(5000, receive) && stations[at].waiting)
				die("the last frame of a burst has not come to station %d", at);
		}
	}
}

/**
 * stations_drain - receive for a time
 * @ms: how long
 * @receive: told of each frame
 */
void stations_drain(int ms, receiver *receive)
{
	int64_t end = now_ns() + ms * 1000000LL;
	struct tpacket_stats stats;
	socklen_t len = sizeof(stats);
	enum station at;

	while (now_ns() < end)
		wait_all((end - now_ns()) / 1000000 + 1, receive);
	for (at = 0; at < STATIONS; at++) {
		if (getsockopt(stations[at].rx_fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len))
			die("statistics: %m");
		if (stats.tp_drops)
			die("there was no room for %u frames at station %d", stats.tp_drops, at);
	}
}
