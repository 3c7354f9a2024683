// SPDX-License-Identifier: GPL-2.0
/*
 * A queue of the kernel's, asked for packets in the cheapest way there is: the messages of
 * libnetfilter_queue by libmnl, on which that is built, many of them in one call, and one
 * verdict for all. Where the kernel's queue is full, packets pass it by (fail open).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "../../nfqueue.h"
#include "prototype.h"

#define BATCH_MAX	256
#define MESSAGE		1024
#define QUEUE_LEN	65536
#define ROOM		(64 << 20)

/** clock_now() - the time. Return: in nanoseconds */
uint64_t clock_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

static void configure(struct mnl_socket *nl, unsigned int queue, unsigned int copy)
{
	struct nfqnl_msg_config_params params = {
		.copy_range = htonl(copy), .copy_mode = NFQNL_COPY_PACKET,
	};
	const uint32_t flags = NFQA_CFG_F_FAIL_OPEN | NFQA_CFG_F_GSO;
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh = queue_begin(buf, NFQNL_MSG_CONFIG, queue);

	mnl_attr_put(nlh, NFQA_CFG_PARAMS, sizeof(params), &params);
	mnl_attr_put_u32(nlh, NFQA_CFG_QUEUE_MAXLEN, htonl(QUEUE_LEN));
	mnl_attr_put_u32(nlh, NFQA_CFG_FLAGS, htonl(flags));
	mnl_attr_put_u32(nlh, NFQA_CFG_MASK, htonl(flags));
	queue_bind(nl, queue, nlh);
}

static struct mnl_socket *open_queue(unsigned int number, unsigned int copy)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	const struct timeval tick = { .tv_usec = 10000 };
	const int room = ROOM, yes = 1;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		err(1, "netlink");
	configure(nl, number, copy);
	setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof(tick));
	mnl_socket_setsockopt(nl, NETLINK_NO_ENOBUFS, (void *)&yes, sizeof(yes));
	return nl;
}

static uint32_t number_of(const struct nlattr *attr)
{
	return ntohl(mnl_attr_get_u32(attr));
}

static void read_packet(struct packet *packet, const struct nlmsghdr *nlh)
{
	const struct nfqnl_msg_packet_hdr *hdr;
	const struct nlattr *attr;
	size_t len;

	packet->len = 0;
	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg)) {
		switch (mnl_attr_get_type(attr)) {
		case NFQA_PACKET_HDR:
			hdr = mnl_attr_get_payload(attr);
			packet->id = ntohl(hdr->packet_id);
			break;
		case NFQA_IFINDEX_PHYSINDEV:
			packet->in = number_of(attr);
			break;
		case NFQA_IFINDEX_PHYSOUTDEV:
			packet->out = number_of(attr);
			break;
		case NFQA_L2HDR:
			memcpy(packet->frame, mnl_attr_get_payload(attr), 14);
			break;
		case NFQA_PAYLOAD:
			len = mnl_attr_get_payload_len(attr);
			if (len > FRAME_MAX - 14)
				len = FRAME_MAX - 14;
			memcpy(packet->frame + 14, mnl_attr_get_payload(attr), len);
			packet->len = 14 + len;
			break;
		}
	}
}

/**
 * queue_run() - serve a queue, for ever
 * @number: of the queue
 * @settings: how
 * @numbers: where to count
 * @ready: called once it is
 */
void queue_run(unsigned int number, const struct settings *settings, struct numbers *numbers,
	       void (*ready)(void))
{
	static __thread char room[BATCH_MAX][MESSAGE] __attribute__((aligned(8)));
	static __thread struct mmsghdr messages[BATCH_MAX];
	static __thread struct iovec parts[BATCH_MAX];
	struct mnl_socket *nl = open_queue(number, settings->copy);
	struct pending *pending = pending_new(numbers);
	struct packet packet = { 0 };
	uint64_t now;
	int i, count;

	for (i = 0; i < BATCH_MAX; i++) {
		parts[i] = (struct iovec){ room[i], MESSAGE };
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &parts[i], .msg_iovlen = 1 };
	}
	memset(room, 1, sizeof(room));
	ready();
	for (;;) {
		count = recvmmsg(mnl_socket_get_fd(nl), messages, settings->batch, MSG_WAITFORONE,
				 NULL);
		if (count < 0 && errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
			err(1, "netlink");
		now = clock_now();
		for (i = 0; i < count; i++) {
			read_packet(&packet, (const void *)room[i]);
			if (settings->care && !pending_packet(pending, &packet, now))
				queue_verdict(nl, number, NFQNL_MSG_VERDICT, packet.id,
					      NF_DROP);
		}
		if (count > 0) {
			queue_verdict(nl, number, NFQNL_MSG_VERDICT_BATCH, packet.id, NF_ACCEPT);
			numbers->packets += count;
			numbers->calls++;
		}
		if (settings->care)
			pending_timers(pending, now);
	}
}
