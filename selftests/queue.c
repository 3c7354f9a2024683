// SPDX-License-Identifier: GPL-2.0
/*
 * queue NUMBER: accepts every packet that nftables puts into this queue.  Says
 * `ready` when it does.
 */
#include <stdio.h>
#include <stdlib.h>

#include "helper.h"
#include "nfqueue.h"

static void configure(struct mnl_socket *nl, unsigned int queue)
{
	struct nfqnl_msg_config_params params = { .copy_mode = NFQNL_COPY_META };
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh = queue_begin(buf, NFQNL_MSG_CONFIG, queue);

	mnl_attr_put(nlh, NFQA_CFG_PARAMS, sizeof(params), &params);
	queue_bind(nl, queue, nlh);
}

static void accept_packet(struct mnl_socket *nl, const struct nlmsghdr *nlh, unsigned int queue)
{
	const struct nfqnl_msg_packet_hdr *hdr;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg)) {
		if (mnl_attr_get_type(attr) != NFQA_PACKET_HDR)
			continue;
		hdr = mnl_attr_get_payload(attr);
		queue_verdict(nl, queue, NFQNL_MSG_VERDICT, ntohl(hdr->packet_id), NF_ACCEPT);
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
