// SPDX-License-Identifier: GPL-2.0
/*
 * queue NUMBER: accepts every packet that nftables puts into this queue.  Says
 * `ready` when it does.
 */
#include <arpa/inet.h>
#include <err.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <stdio.h>
#include <stdlib.h>

#include "helper.h"

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

static void give(struct mnl_socket *nl, const struct nlmsghdr *nlh)
{
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		err(1, "netlink");
}

static void configure(struct mnl_socket *nl, int queue)
{
	struct nfqnl_msg_config_params params = {
		.copy_range = 0,
		.copy_mode = NFQNL_COPY_META,
	};
	struct nfqnl_msg_config_cmd cmd = { .command = NFQNL_CFG_CMD_BIND };
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh;

	nlh = begin(buf, NFQNL_MSG_CONFIG, queue);
	mnl_attr_put(nlh, NFQA_CFG_CMD, sizeof(cmd), &cmd);
	give(nl, nlh);
	nlh = begin(buf, NFQNL_MSG_CONFIG, queue);
	mnl_attr_put(nlh, NFQA_CFG_PARAMS, sizeof(params), &params);
	nlh->nlmsg_flags |= NLM_F_ACK;
	give(nl, nlh);
	if (mnl_socket_recvfrom(nl, buf, sizeof(buf)) < 0)
		err(1, "queue %d", queue);
	if (((struct nlmsgerr *)mnl_nlmsg_get_payload((void *)buf))->error)
		errx(1, "queue %d is refused", queue);
}

static void accept_packet(struct mnl_socket *nl, const struct nlmsghdr *nlh,
			  int queue)
{
	struct nfqnl_msg_verdict_hdr verdict = { .verdict = htonl(NF_ACCEPT) };
	const struct nfqnl_msg_packet_hdr *hdr;
	char buf[MNL_SOCKET_BUFFER_SIZE];
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg)) {
		if (mnl_attr_get_type(attr) != NFQA_PACKET_HDR)
			continue;
		hdr = mnl_attr_get_payload(attr);
		verdict.id = hdr->packet_id;
		nlh = begin(buf, NFQNL_MSG_VERDICT, queue);
		mnl_attr_put((void *)buf, NFQA_VERDICT_HDR, sizeof(verdict),
			     &verdict);
		give(nl, nlh);
		return;
	}
}

int main(int argc, char **argv)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	const struct nlmsghdr *nlh;
	struct mnl_socket *nl;
	int len, queue;

	if (argc != 2)
		errx(2, "usage: queue NUMBER");
	settle();
	queue = atoi(argv[1]);
	nl = mnl_socket_open(NETLINK_NETFILTER);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		err(1, "netlink");
	configure(nl, queue);
	puts("ready");
	fflush(stdout);
	for (;;) {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (len < 0)
			err(1, "netlink");
		for (nlh = (void *)buf; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len))
			accept_packet(nl, nlh, queue);
	}
}
