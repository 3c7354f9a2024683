/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SELFTESTS_REQUEST_H
#define SELFTESTS_REQUEST_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

/* Begins a generic netlink request in a buffer. */
static inline struct nlmsghdr *begin(void *buf, int type, int flags, int cmd)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	return nlh;
}

#endif /* SELFTESTS_REQUEST_H */
