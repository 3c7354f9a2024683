/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NFQUEUE_H
#define NFQUEUE_H

#include <arpa/inet.h>
#include <err.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>

/* A request of this type about this queue of nftables' begins in @buf. */
static inline struct nlmsghdr *queue_begin(char *buf, int type, unsigned int queue)
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

static inline void queue_give(struct mnl_socket *nl, const struct nlmsghdr *nlh)
{
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		err(1, "netlink");
}

/* Binds the queue; what @nlh says beside, its begin and attributes, is how. */
static inline void queue_bind(struct mnl_socket *nl, unsigned int queue, struct nlmsghdr *nlh)
{
	struct nfqnl_msg_config_cmd cmd = { .command = NFQNL_CFG_CMD_BIND };
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *bind = queue_begin(buf, NFQNL_MSG_CONFIG, queue);

	mnl_attr_put(bind, NFQA_CFG_CMD, sizeof(cmd), &cmd);
	queue_give(nl, bind);
	nlh->nlmsg_flags |= NLM_F_ACK;
	queue_give(nl, nlh);
	if (mnl_socket_recvfrom(nl, buf, sizeof(buf)) < 0)
		err(1, "queue %u", queue);
	if (((struct nlmsgerr *)mnl_nlmsg_get_payload((void *)buf))->error)
		errx(1, "queue %u is refused", queue);
}

static inline void queue_verdict(struct mnl_socket *nl, unsigned int queue, int type,
				 uint32_t id, int verdict)
{
	struct nfqnl_msg_verdict_hdr hdr = { .verdict = htonl(verdict), .id = htonl(id) };
	char buf[256];
	struct nlmsghdr *nlh = queue_begin(buf, type, queue);

	mnl_attr_put(nlh, NFQA_VERDICT_HDR, sizeof(hdr), &hdr);
	queue_give(nl, nlh);
}

#endif
