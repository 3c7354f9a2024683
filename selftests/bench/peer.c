// SPDX-License-Identifier: GPL-2.0
/*
 * peer [-i MS] [-r N] [-l LENGTH] FIRST[-LAST]
 *
 * The architecture of an earlier prototype, which Syncopate is measured against: a
 * program on a bridge that reads handshakes from nftables' queues FIRST to LAST, repeats
 * a SYN that is not answered N times (3), every MS milliseconds (500), and resets the
 * client after the last of them. It is at its best settings: a thread for each queue,
 * many packets a system call, one verdict for all of them, the length of a queue set by
 * LENGTH (65536), packets cut to what is needed, and what does not fit into a queue is
 * forwarded. It is used with
 *
 *   nft 'add table bridge peer'
 *   nft 'add chain bridge peer f { type filter hook forward priority 0; }'
 *   nft 'add rule bridge peer f tcp flags & (syn | rst) != 0 queue flags bypass,fanout to 0-3'
 *
 * It says `ready` when all queues are its own, and at the end what it did.
 *
 *   queue --> turn() --> pending_decide() --> verdict
 *                                 |
 *                          table, list of what is due
 *                                 |
 *                       pending_expire() --> packet socket: SYN onward, RST back
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <libmnl/libmnl.h>
#include <linux/if_packet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "peer.h"

#define THREADS_MAX 16
#define BATCH 64
#define MESSAGE 512

static struct worker workers[THREADS_MAX];
static uint32_t length = 65536;
static atomic_bool end;

static struct nlmsghdr *begin(char *buf, int type, int queue)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfg;

	nlh->nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | type;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->version = NFNETLINK_V0;
	nfg->res_id = htons(queue);
	return nlh;
}

static void verdict(const struct worker *worker, int type, uint32_t id, int what)
{
	struct nfqnl_msg_verdict_hdr header = { .verdict = htonl(what), .id = htonl(id) };
	char buf[MESSAGE];
	struct nlmsghdr *nlh = begin(buf, type, worker->queue);

	mnl_attr_put(nlh, NFQA_VERDICT_HDR, sizeof(header), &header);
	if (mnl_socket_sendto(worker->nl, nlh, nlh->nlmsg_len) < 0)
		err(1, "verdict");
}

static void copy_in(struct packet *packet, const struct nlattr *attr)
{
	unsigned int len = mnl_attr_get_payload_len(attr);

	if (len > sizeof(packet->frame) - packet->len)
		len = sizeof(packet->frame) - packet->len;
	memcpy(packet->frame + packet->len, mnl_attr_get_payload(attr), len);
	packet->len += len;
}

/* Attributes come in the order of this file: the header of layer 2 before the packet. */
static bool read_packet(const struct nlmsghdr *nlh, struct packet *packet)
{
	const struct nfqnl_msg_packet_hdr *header;
	const struct nlattr *attr;
	bool found = false;

	if (nlh->nlmsg_type != (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET))
		return false;
	packet->len = 0;
	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg)) {
		switch (mnl_attr_get_type(attr)) {
		case NFQA_PACKET_HDR:
			header = mnl_attr_get_payload(attr);
			packet->id = ntohl(header->packet_id);
			found = true;
			break;
		case NFQA_IFINDEX_PHYSINDEV:
			packet->in = ntohl(mnl_attr_get_u32(attr));
			break;
		case NFQA_IFINDEX_PHYSOUTDEV:
			packet->out = ntohl(mnl_attr_get_u32(attr));
			break;
		case NFQA_L2HDR:
		case NFQA_PAYLOAD:
			copy_in(packet, attr);
			break;
		}
	}
	return found;
}

/* Reads what is there, at most a batch; one verdict for all that is forwarded. */
static void turn(struct worker *worker)
{
	static _Thread_local char buffer[BATCH][MESSAGE];
	struct iovec part[BATCH];
	struct mmsghdr message[BATCH] = { 0 };
	struct packet packet;
	bool any = false;
	uint32_t last = 0;
	int i, count;

	for (i = 0; i < BATCH; i++) {
		part[i] = (struct iovec){ buffer[i], MESSAGE };
		message[i].msg_hdr.msg_iov = &part[i];
		message[i].msg_hdr.msg_iovlen = 1;
	}
	count = recvmmsg(mnl_socket_get_fd(worker->nl), message, BATCH, MSG_DONTWAIT, NULL);
	if (count < 0 && errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
		err(1, "queue %u", worker->queue);
	for (i = 0; i < count; i++) {
		const struct nlmsghdr *nlh = (const void *)buffer[i];

		if (!mnl_nlmsg_ok(nlh, message[i].msg_len) || !read_packet(nlh, &packet))
			continue;
		last = packet.id;
		any = true;
		if (!pending_decide(worker, &packet))
			verdict(worker, NFQNL_MSG_VERDICT, packet.id, NF_DROP);
	}
	if (any)
		verdict(worker, NFQNL_MSG_VERDICT_BATCH, last, NF_ACCEPT);
}

static void *work(void *data)
{
	struct worker *worker = data;
	struct pollfd fd = { .fd = mnl_socket_get_fd(worker->nl), .events = POLLIN };
	int wait;

	while (!atomic_load(&end)) {
		wait = pending_expire(worker);
		poll(&fd, 1, wait);
		turn(worker);
	}
	return NULL;
}

static void ask(const struct worker *worker, struct nlmsghdr *nlh)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];

	nlh->nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(worker->nl, nlh, nlh->nlmsg_len) < 0 ||
	    mnl_socket_recvfrom(worker->nl, buf, sizeof(buf)) < 0)
		err(1, "queue %u", worker->queue);
	errno = -((struct nlmsgerr *)mnl_nlmsg_get_payload((void *)buf))->error;
	if (errno)
		err(1, "queue %u", worker->queue);
}

static void open_queue(struct worker *worker)
{
	struct nfqnl_msg_config_params params = {
		.copy_range = htonl(FRAME_MAX), .copy_mode = NFQNL_COPY_PACKET,
	};
	struct nfqnl_msg_config_cmd bind_it = { .command = NFQNL_CFG_CMD_BIND };
	int room = 64 << 20, yes = 1;
	char buf[MESSAGE];
	struct nlmsghdr *nlh;

	worker->tail = &worker->head;
	worker->raw = socket(AF_PACKET, SOCK_RAW, 0);
	worker->nl = mnl_socket_open(NETLINK_NETFILTER);
	if (worker->raw < 0 || !worker->nl || mnl_socket_bind(worker->nl, 0, MNL_SOCKET_AUTOPID))
		err(1, "sockets");
	setsockopt(worker->raw, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes));
	setsockopt(mnl_socket_get_fd(worker->nl), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	setsockopt(mnl_socket_get_fd(worker->nl), SOL_NETLINK, NETLINK_NO_ENOBUFS, &yes,
		   sizeof(yes));

	nlh = begin(buf, NFQNL_MSG_CONFIG, worker->queue);
	mnl_attr_put(nlh, NFQA_CFG_CMD, sizeof(bind_it), &bind_it);
	ask(worker, nlh);
	nlh = begin(buf, NFQNL_MSG_CONFIG, worker->queue);
	mnl_attr_put(nlh, NFQA_CFG_PARAMS, sizeof(params), &params);
	mnl_attr_put_u32(nlh, NFQA_CFG_QUEUE_MAXLEN, htonl(length));
	mnl_attr_put_u32(nlh, NFQA_CFG_FLAGS, htonl(NFQA_CFG_F_FAIL_OPEN));
	mnl_attr_put_u32(nlh, NFQA_CFG_MASK, htonl(NFQA_CFG_F_FAIL_OPEN | NFQA_CFG_F_GSO));
	ask(worker, nlh);
}

static void tell(unsigned int count)
{
	uint64_t sum[6] = { 0 };
	unsigned int i;

	for (i = 0; i < count; i++) {
		sum[0] += workers[i].packets;
		sum[1] += workers[i].started;
		sum[2] += workers[i].answered;
		sum[3] += workers[i].repeated;
		sum[4] += workers[i].gave_up;
		sum[5] += workers[i].no_memory;
	}
	printf("{\"packets\":%lu,\"started\":%lu,\"answered\":%lu,\"retransmitted\":%lu,"
	       "\"gave_up\":%lu,\"no_memory\":%lu}\n", sum[0], sum[1], sum[2], sum[3], sum[4],
	       sum[5]);
}

int main(int argc, char **argv)
{
	static const char usage[] = "usage: peer [-i MS] [-r N] [-l LENGTH] FIRST[-LAST]";
	unsigned int first, last, i, count;
	sigset_t signals;
	int option, got;

	while ((option = getopt(argc, argv, "i:r:l:")) != -1) {
		switch (option) {
		case 'i':
			interval = strtoul(optarg, NULL, 10) * MILLION;
			break;
		case 'r':
			retries = strtoul(optarg, NULL, 10);
			break;
		case 'l':
			length = strtoul(optarg, NULL, 10);
			break;
		default:
			errx(2, "%s", usage);
		}
	}
	got = optind + 1 == argc ? sscanf(argv[optind], "%u-%u", &first, &last) : 0;
	if (got == 1)
		last = first;
	if (!got || !interval || last < first || last - first >= THREADS_MAX || last > UINT16_MAX)
		errx(2, "%s", usage);
	count = last - first + 1;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	pending_init();
	for (i = 0; i < count; i++) {
		workers[i].queue = first + i;
		open_queue(&workers[i]);
	}
	for (i = 0; i < count; i++) {
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			errx(1, "no thread");
	}
	puts("ready");
	fflush(stdout);
	sigwait(&signals, &got);
	atomic_store(&end, true);
	for (i = 0; i < count; i++)
		pthread_join(workers[i].thread, NULL);
	tell(count);
	return 0;
}
