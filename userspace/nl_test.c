// SPDX-License-Identifier: GPL-2.0
/*
 * Requests and lists, where the kernel's part is played here: a list that changes while it
 * is read, one that may not be read, and what comes after it on the same connection.
 */
#include <errno.h>
#include <string.h>

#include "nl.h"
#include "tap.h"

#define FAMILY 77
#define PIECES 3		/* of a list, of an entry each */
#define TRIES 10		/* as many as there may be */

/* What is asked of the kernel, and what it is about to answer. */
static struct kernel {
	struct nlmsghdr request;
	uint8_t cmd;
	int sent;
	unsigned int lists;
	unsigned int changing;	/* so many lists change while they are read */
	bool denies;		/* to show lists */
	int open;
} kernel;

static int no_socket;		/* its address is one */

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	(void)bus;
	(void)flags;
	kernel.open++;
	return (struct mnl_socket *)&no_socket;
}

int mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	(void)groups;
	(void)pid;
	return nl ? 0 : -1;
}

int mnl_socket_setsockopt(const struct mnl_socket *nl, int type, void *buf, socklen_t len)
{
	(void)type;
	(void)buf;
	(void)len;
	return nl ? 0 : -1;
}

/* Who asks without a socket asks for a fault. */
int mnl_socket_get_fd(const struct mnl_socket *nl)
{
	return *(const int *)nl - 1;
}

int mnl_socket_close(struct mnl_socket *nl)
{
	kernel.open--;
	return nl ? 0 : -1;
}

ssize_t mnl_socket_sendto(const struct mnl_socket *nl, const void *req, size_t size)
{
	const struct nlmsghdr *nlh = req;

	(void)nl;
	kernel.request = *nlh;
	kernel.cmd = ((const struct genlmsghdr *)mnl_nlmsg_get_payload(nlh))->cmd;
	kernel.sent = 0;
	kernel.lists += !!(nlh->nlmsg_flags & NLM_F_DUMP);
	return size;
}

static struct nlmsghdr *answer(void *buf, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = kernel.request.nlmsg_seq;
	return nlh;
}

static size_t answer_error(void *buf, int error)
{
	struct nlmsghdr *nlh = answer(buf, NLMSG_ERROR, NLM_F_CAPPED);
	struct nlmsgerr *err = mnl_nlmsg_put_extra_header(nlh, sizeof(*err));

	err->error = error;
	err->msg = kernel.request;
	return nlh->nlmsg_len;
}

static size_t answer_family(void *buf)
{
	struct nlmsghdr *nlh = answer(buf, GENL_ID_CTRL, 0);

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, FAMILY);
	return nlh->nlmsg_len;
}

/* An entry a piece, and the end: all but the first say so if the list has changed since. */
static size_t answer_list(void *buf)
{
	bool changed = kernel.sent > 1 && kernel.lists <= kernel.changing;
	uint16_t flags = NLM_F_MULTI | (changed ? NLM_F_DUMP_INTR : 0);
	struct nlmsghdr *nlh;

	if (kernel.sent > PIECES) {
		nlh = answer(buf, NLMSG_DONE, flags);
		memset(mnl_nlmsg_put_extra_header(nlh, sizeof(int)), 0, sizeof(int));
		return nlh->nlmsg_len;
	}
	nlh = answer(buf, FAMILY, flags);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	mnl_attr_put_u32(nlh, SYNCOPATE_A_POLICY_POSITION, kernel.sent);
	return nlh->nlmsg_len;
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf, size_t size)
{
	(void)nl;
	memset(buf, 0, size);
	kernel.sent++;
	if (kernel.request.nlmsg_type == GENL_ID_CTRL && kernel.sent == 1)
		return answer_family(buf);
	if (!(kernel.request.nlmsg_flags & NLM_F_DUMP))
		return answer_error(buf, 0);
	return kernel.denies ? answer_error(buf, -EPERM) : answer_list(buf);
}

/* The entries that were handed on, as decimal digits. */
static int note(const struct nlmsghdr *msg, void *data)
{
	const struct nlattr *tb[SYNCOPATE_A_POLICY_MAX + 1];
	unsigned int *seen = data;

	nl_attrs(msg, tb, SYNCOPATE_A_POLICY_MAX);
	*seen = 10 * *seen + nl_uint(tb[SYNCOPATE_A_POLICY_POSITION]);
	return 0;
}

struct wish {
	bool loose;
	bool modest;
	unsigned int changing;
	bool denies;
};

/* A list, and then an ordinary request. */
static void lists(const char *text, struct wish wish, int status, unsigned int entries,
		  unsigned int tries)
{
	struct ctx ctx = { 0 };
	struct nl_request req;
	unsigned int seen = 0;
	int ret;

	memset(&kernel, 0, sizeof(kernel));
	kernel.changing = wish.changing;
	kernel.denies = wish.denies;
	nl_request(&req, SYNCOPATE_CMD_POLICY_GET);
	req.loose = wish.loose;
	req.modest = wish.modest;
	ret = nl_dump_request(&ctx, &req, note, &seen);
	ok(ret == status && seen == entries && kernel.lists == tries,
	   "%s: status %d, entries %u, read %u times", text, ret, seen, kernel.lists);
	ok(req.denied == (wish.modest && wish.denies), "%s: denied or not", text);

	nl_request(&req, SYNCOPATE_CMD_STATS_RESET);
	ret = nl_call(&ctx, &req, NULL, NULL);
	ok(ret == DONE && kernel.cmd == SYNCOPATE_CMD_STATS_RESET &&
	   kernel.request.nlmsg_type == FAMILY, "%s: then it goes on", text);
	nl_close(&ctx);
	ok(!kernel.open, "%s: no socket is left", text);
}

int main(void)
{
	lists("a list", (struct wish) { 0 }, DONE, 123, 1);
	lists("it changes once", (struct wish) { .changing = 1 }, DONE, 123, 2);
	lists("it changes always", (struct wish) { .changing = TRIES }, FAILED, 0, TRIES);
	lists("it changes once and may", (struct wish) { .loose = true, .changing = 1 },
	      DONE, 123, 2);
	lists("it changes always and may", (struct wish) { .loose = true, .changing = TRIES },
	      DONE, 123, TRIES);
	lists("it is denied", (struct wish) { .denies = true }, FAILED, 0, 1);
	lists("it is denied and may be", (struct wish) { .modest = true, .denies = true },
	      DONE, 0, 1);
	return tap_end();
}
