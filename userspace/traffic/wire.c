// SPDX-License-Identifier: GPL-2.0
/*
 * Frames onto an interface, by a ring that is shared with the kernel (packet(7),
 * PACKET_TX_RING), past the queueing discipline.
 *
 * The kernel sends what is in the ring without copying it, and a frame that crosses into
 * another network namespace is given back here while it is still being read there. So
 * each is said to be a header as a whole (PACKET_VNET_HDR): those are copied.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "traffic.h"

#define SLOT 256
#define BLOCK (1 << 16)
#define BLOCKS 4
#define SLOTS (BLOCKS * BLOCK / SLOT)
/* How long to wait for a device that has no room. */
#define BUSY_NS 50000

/**
 * struct wire - an interface to send by
 * @fd: the packet socket
 * @mac: its station's address
 * @ring: the slots
 * @next: the slot of the next frame
 * @waiting: how many frames are put there and not sent
 * @stuck: it has been told that the device takes nothing
 * @error: what went wrong for good, an errno
 */
struct wire {
	int fd;
	uint8_t mac[6];
	uint8_t *ring;
	unsigned int next;
	unsigned int waiting;
	bool stuck;
	int error;
};

static struct tpacket2_hdr *slot_of(const struct wire *wire, unsigned int number)
{
	return (void *)(wire->ring + (size_t)(number % SLOTS) * SLOT);
}

static bool to_be_sent(const struct wire *wire, unsigned int number)
{
	return __atomic_load_n(&slot_of(wire, number)->tp_status, __ATOMIC_ACQUIRE) ==
	       TP_STATUS_SEND_REQUEST;
}

static int read_interface(struct wire *wire, const char *interface, int *index)
{
	struct ifreq request = { 0 };

	if (strlen(interface) >= IFNAMSIZ)
		return fail("%.60s: no such interface", interface);
	strcpy(request.ifr_name, interface);
	if (ioctl(wire->fd, SIOCGIFINDEX, &request))
		return fail("%s: %s", interface,
			    errno == ENODEV ? "no such interface" : strerror(errno));
	*index = request.ifr_ifindex;
	if (ioctl(wire->fd, SIOCGIFHWADDR, &request))
		return fail("%s: %s", interface, strerror(errno));
	if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return fail("%s is no Ethernet interface", interface);
	memcpy(wire->mac, request.ifr_hwaddr.sa_data, 6);
	if (ioctl(wire->fd, SIOCGIFFLAGS, &request))
		return fail("%s: %s", interface, strerror(errno));
	return request.ifr_flags & IFF_UP ? DONE : fail("%s is down", interface);
}

static bool set(const struct wire *wire, int option, const void *value, size_t len)
{
	return !setsockopt(wire->fd, SOL_PACKET, option, value, len);
}

static int make_ring(struct wire *wire, const char *interface, int index)
{
	static const struct tpacket_req size = {
		.tp_block_size = BLOCK, .tp_block_nr = BLOCKS,
		.tp_frame_size = SLOT, .tp_frame_nr = SLOTS,
	};
	/* Questions for IPv6 addresses come to groups. */
	const struct packet_mreq groups = { .mr_ifindex = index, .mr_type = PACKET_MR_ALLMULTI };
	const struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = index };
	const int version = TPACKET_V2, yes = 1, room = SLOTS * 4096;

	/* Refused without privilege, and then there is less of it. */
	setsockopt(wire->fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	if (!set(wire, PACKET_VERSION, &version, sizeof(version)) ||
	    !set(wire, PACKET_VNET_HDR, &yes, sizeof(yes)) ||
	    !set(wire, PACKET_QDISC_BYPASS, &yes, sizeof(yes)) ||
	    !set(wire, PACKET_ADD_MEMBERSHIP, &groups, sizeof(groups)) ||
	    !set(wire, PACKET_TX_RING, &size, sizeof(size)))
		return fail("%s: no ring to send by: %s", interface, strerror(errno));
	wire->ring = mmap(NULL, BLOCKS * BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED, wire->fd, 0);
	if (wire->ring == MAP_FAILED) {
		wire->ring = NULL;
		return fail("%s: no ring to send by: %s", interface, strerror(errno));
	}
	if (bind(wire->fd, (const void *)&address, sizeof(address)))
		return fail("%s: %s", interface, strerror(errno));
	return DONE;
}

/**
 * wire_open() - open an interface to send by
 * @interface: its name
 *
 * Return: it, or NULL and has said why not
 */
struct wire *wire_open(const char *interface)
{
	struct wire *wire = calloc(1, sizeof(*wire));
	int index = 0;

	if (!wire) {
		fail("no memory");
		return NULL;
	}
	/* Without a protocol it receives nothing. */
	wire->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (wire->fd < 0)
		fail("no packet socket: %s", strerror(errno));
	else if (!read_interface(wire, interface, &index) && !make_ring(wire, interface, index))
		return wire;
	wire_close(wire);
	return NULL;
}

/**
 * wire_mac() - the station that sends
 * @wire: the interface
 *
 * Return: its address
 */
const uint8_t *wire_mac(const struct wire *wire)
{
	return wire->mac;
}

/**
 * wire_full() - do so many frames wait that they should be sent?
 * @wire: the interface
 *
 * Return: whether they have to be, before the next one is put there
 */
bool wire_full(const struct wire *wire)
{
	return wire->waiting == WIRE_BATCH;
}

/**
 * wire_put() - put a frame there that the next wire_flush() will send
 * @wire: the interface, which is not full
 * @frame: the frame
 * @len: its length
 */
void wire_put(struct wire *wire, const uint8_t *frame, size_t len)
{
	struct virtio_net_hdr header = { .hdr_len = len };
	struct tpacket2_hdr *slot = slot_of(wire, wire->next);
	uint8_t *data = (uint8_t *)slot + TPACKET_ALIGN(sizeof(*slot));

	/* Only a device that holds back frames by the hundreds has it still. */
	while (__atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE) != TP_STATUS_AVAILABLE)
		clock_sleep_until(clock_now() + BUSY_NS);
	memcpy(data, &header, sizeof(header));
	memcpy(data + sizeof(header), frame, len);
	slot->tp_len = sizeof(header) + len;
	__atomic_store_n(&slot->tp_status, TP_STATUS_SEND_REQUEST, __ATOMIC_RELEASE);
	wire->next++;
	wire->waiting++;
}

/**
 * wire_flush() - send what was put there
 * @wire: the interface
 * @stop: becomes true when there is no use in waiting any longer, or NULL
 *
 * Waits while the device has no room. Any other error is for good: see wire_error().
 *
 * Return: how many of the frames were sent, those put there first
 */
unsigned int wire_flush(struct wire *wire, const atomic_bool *stop)
{
	unsigned int first = wire->next - wire->waiting, sent;
	uint64_t begun = 0, now;

	while (!wire->error && to_be_sent(wire, wire->next - 1)) {
		if (send(wire->fd, NULL, 0, MSG_DONTWAIT) >= 0)
			continue;
		if (errno != EAGAIN && errno != ENOBUFS && errno != EINTR) {
			wire->error = errno;
		} else if (to_be_sent(wire, wire->next - 1)) {
			if (stop && atomic_load(stop))
				break;
			now = clock_now();
			begun = begun ? begun : now;
			if (now - begun > SECOND && !wire->stuck) {
				say("the interface takes nothing: is its other end up?");
				wire->stuck = true;
			}
			clock_sleep_until(now + BUSY_NS);
		}
	}
	for (sent = 0; sent < wire->waiting && !to_be_sent(wire, first + sent); sent++)
		continue;
	wire->waiting = 0;
	return sent;
}

/**
 * wire_error() - why nothing is sent any more
 * @wire: the interface
 *
 * Return: an errno, 0 if all is well
 */
int wire_error(const struct wire *wire)
{
	return wire->error;
}

/**
 * wire_close() - close it
 * @wire: the interface, or NULL
 */
void wire_close(struct wire *wire)
{
	if (!wire)
		return;
	if (wire->ring)
		munmap(wire->ring, BLOCKS * BLOCK);
	if (wire->fd >= 0)
		close(wire->fd);
	free(wire);
}
