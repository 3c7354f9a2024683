// SPDX-License-Identifier: GPL-2.0
/*
 * stalled: begins to read the attempts in care and then reads no more, until it
 * is ended.  Says `ready` when the dump stands.
 */
#include <err.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/syncopate.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "helper.h"
#include "request.h"

static int family(struct mnl_socket *nl)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	const struct nlattr *attr;
	struct nlmsghdr *nlh;

	nlh = begin(buf, GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, SYNCOPATE_FAMILY_NAME);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0 ||
	    mnl_socket_recvfrom(nl, buf, sizeof(buf)) < 0)
		err(1, "netlink");
	if (nlh->nlmsg_type != GENL_ID_CTRL)
		errx(1, "no module");
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			return mnl_attr_get_u16(attr);
	errx(1, "no family");
}

int main(void)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_GENERIC);
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh;

	settle();
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		err(1, "netlink");
	nlh = begin(buf, family(nl), NLM_F_DUMP, SYNCOPATE_CMD_FLOW_GET);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		err(1, "netlink");
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}
