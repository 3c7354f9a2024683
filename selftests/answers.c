// SPDX-License-Identifier: GPL-2.0
/*
 * What came of requests: of each there is an answer where one is due and no other, what must be
 * refused is, and nothing changes that was not to.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/syncopate.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "messages.h"

/* So many answers are fetched at once. */
#define ANSWERS_MAX	16
/* Of what one buffer is seen as, if its messages are cut in the wrong places. */
#define REQUESTS_MAX	256
/* So many faults are told in full. */
#define TOLD_MAX	20

/**
 * struct request - a message as the kernel sees it
 * @nlh: it
 * @done: it was answered, or its dump has ended
 * @err: how, 0 or a negative error
 * @text: there were words
 */
struct request {
	struct nlmsghdr *nlh;
	bool done;
	int err;
	bool text;
};

struct sender sender = { .admin = true };

static struct request requests[REQUESTS_MAX];
static unsigned int num_requests;
static uint8_t answers[ANSWERS_MAX][MESSAGE_MAX + 4096];

void fault(const struct nlmsghdr *nlh, const char *what, int number)
{
	unsigned int i, len;

	if (++sender.faults > TOLD_MAX)
		return;
	printf("FAULT: %s (%d)\n", what, number);
	len = !nlh ? 0 : nlh->nlmsg_len < 400 ? nlh->nlmsg_len : 400;
	for (i = 0; i < len; i++)
		printf("%02x%s", ((uint8_t *)nlh)[i], i % 32 == 31 || i == len - 1 ? "\n" : " ");
}

/**
 * take_apart - find the requests in a buffer that is about to be sent
 * @buf: it
 * @len: of it
 *
 * As the kernel does, who may see other ones than were meant.
 * Returns their number.
 */
unsigned int take_apart(void *buf, size_t len)
{
	struct nlmsghdr *nlh;
	uint8_t *at = buf;
	size_t step;

	num_requests = 0;
	while (len >= sizeof(*nlh) && num_requests < REQUESTS_MAX) {
		nlh = (struct nlmsghdr *)at;
		if (nlh->nlmsg_len < sizeof(*nlh) || nlh->nlmsg_len > len)
			break;
		requests[num_requests++] = (struct request){ .nlh = nlh };
		step = NLMSG_ALIGN(nlh->nlmsg_len);
		at += step;
		len = step < len ? len - step : 0;
	}
	return num_requests;
}

/** request_at - one of those that take_apart() has found */
struct nlmsghdr *request_at(unsigned int i)
{
	return requests[i].nlh;
}

static struct request *request_of(uint32_t seq)
{
	unsigned int i;

	for (i = 0; i < num_requests; i++)
		if (requests[i].nlh->nlmsg_seq == seq && !requests[i].done)
			return &requests[i];
	return NULL;
}

static bool is_dump(const struct nlmsghdr *nlh)
{
	return (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
}

/* --- answers ----------------------------------------------------------------- */

static void read_error(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(nlh);
	struct request *request = request_of(nlh->nlmsg_seq);
	const struct nlattr *attr;
	size_t skip = sizeof(*error);

	if (!request) {
		fault(nlh, "an answer that nobody waits for", error->error);
		return;
	}
	request->done = true;
	request->err = error->error;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += request->nlh->nlmsg_len - sizeof(*nlh);
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	mnl_attr_for_each(attr, nlh, skip) {
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
			request->text = *mnl_attr_get_str(attr);
		else if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_OFFS &&
			 mnl_attr_get_u32(attr) >= request->nlh->nlmsg_len)
			fault(request->nlh, "what is wrong lies outside of the message",
			      mnl_attr_get_u32(attr));
	}
}

static void read_answer(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh), *asked;
	struct request *request;
	const char *wrong;

	if (nlh->nlmsg_type == NLMSG_ERROR) {
		read_error(nlh);
		return;
	}
	request = request_of(nlh->nlmsg_seq);
	if (!request) {
		fault(nlh, "an answer to nothing", nlh->nlmsg_type);
		return;
	}
	if (nlh->nlmsg_type == NLMSG_DONE) {
		request->done = true;
		if (!is_dump(request->nlh) || *(int *)mnl_nlmsg_get_payload(nlh))
			fault(request->nlh, "a dump ends in a wrong way", 0);
		return;
	}
	asked = (const struct genlmsghdr *)(request->nlh + 1);
	wrong = verdict_reply(nlh);
	if (wrong)
		fault(nlh, wrong, 0);
	else if (nlh->nlmsg_type != sender.family || genl->cmd != asked->cmd)
		fault(nlh, "an answer to something else", genl->cmd);
	sender.shown++;
	sender.attempts += genl->cmd == SYNCOPATE_CMD_FLOW_GET;
}

/** read_answers - read all that are there, or can be had at once */
void read_answers(int fd)
{
	static struct mmsghdr msgs[ANSWERS_MAX];
	static struct iovec iov[ANSWERS_MAX];
	const struct nlmsghdr *nlh;
	int i, n, len;

	for (;;) {
		for (i = 0; i < ANSWERS_MAX; i++) {
			iov[i] = (struct iovec){ answers[i], sizeof(answers[i]) };
			msgs[i].msg_hdr = (struct msghdr){ .msg_iov = &iov[i], .msg_iovlen = 1 };
		}
		n = recvmmsg(fd, msgs, ANSWERS_MAX, MSG_DONTWAIT, NULL);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			fault(NULL, "answers can not be read", errno);
		for (i = 0; i < n; i++) {
			if (msgs[i].msg_hdr.msg_flags & MSG_TRUNC)
				fault(NULL, "an answer that is longer than all requests", 0);
			nlh = (const struct nlmsghdr *)answers[i];
			for (len = msgs[i].msg_len; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
				read_answer(nlh);
		}
	}
}

/* --- what came of each --------------------------------------------------------- */

static bool is_sane(int error)
{
	static const int sane[] = { 0, EINVAL, ERANGE, ENOENT, EEXIST, EOPNOTSUPP, EPERM, EBUSY,
				    ENOSPC };
	unsigned int i;

	for (i = 0; i < sizeof(sane) / sizeof(*sane); i++)
		if (error == -sane[i])
			return true;
	return false;
}

/* EPERM and EOPNOTSUPP are said by those who look at no more than the command. */
static bool needs_text(const struct nlmsghdr *nlh, int error)
{
	if (is_dump(nlh) && !sender.dump_text)
		return false;
	return nlh->nlmsg_len >= NLMSG_LENGTH(GENL_HDRLEN) && error && error != -EPERM &&
	       error != -EOPNOTSUPP;
}

/* Returns whether the family did what was asked. */
static bool check_request(const struct request *request, bool dumps)
{
	const struct nlmsghdr *nlh = request->nlh;
	int verdict;

	if (nlh->nlmsg_flags & NLM_F_ACK && !request->done)
		fault(nlh, "no answer", 0);
	if (!is_sane(request->err))
		fault(nlh, "a strange error", request->err);
	if (!(nlh->nlmsg_flags & NLM_F_REQUEST) || nlh->nlmsg_type < NLMSG_MIN_TYPE) {
		if (request->err)
			fault(nlh, "what is no request is refused", request->err);
		return false;
	}
	if (nlh->nlmsg_type != sender.family) {
		if (request->err != -ENOENT)
			fault(nlh, "a family that is not there", request->err);
		return false;
	}
	/* On one socket there is one dump at a time. */
	if (dumps && is_dump(nlh) && request->err == -EBUSY)
		return false;
	verdict = verdict_request(nlh, sender.admin);
	if (verdict < 0 && request->err != verdict)
		fault(nlh, "another error than it must be", request->err);
	if (verdict > 0 && !request->err)
		fault(nlh, "nonsense is taken", request->err);
	if (needs_text(nlh, request->err) && !request->text)
		fault(nlh, "refused without a word", request->err);
	if (request->err) {
		sender.refused++;
		return false;
	}
	if (is_dump(nlh) && !request->done)
		fault(nlh, "a dump without an end", 0);
	sender.taken++;
	return true;
}

static unsigned int count(const struct nlmsghdr *nlh, uint16_t type)
{
	const struct nlattr *attr;
	unsigned int n = 0;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		n += mnl_attr_get_type(attr) == type;
	return n;
}

/**
 * check_requests - whether each request came to what it must
 * @before: what was set then
 * @after: and what now
 */
void check_requests(const struct status *before, const struct status *after)
{
	const struct nlmsghdr *last = NULL;
	const struct command *command;
	const struct genlmsghdr *genl;
	bool dumps = false;
	unsigned int i;

	for (i = 0; i < num_requests; i++) {
		if (!check_request(&requests[i], dumps))
			continue;
		genl = mnl_nlmsg_get_payload(requests[i].nlh);
		command = command_of(genl->cmd);
		dumps |= command->way == WAY_DUMP;
		if (command->admin && command->way == WAY_DO)
			last = requests[i].nlh;
	}
	if (!last && after->generation != before->generation)
		fault(requests[0].nlh, "something changed, and nothing was to", after->generation);
	if (!last || ((const struct genlmsghdr *)(last + 1))->cmd != SYNCOPATE_CMD_CONFIG_SET)
		return;
	if (after->policies != count(last, SYNCOPATE_A_CONFIG_POLICY) ||
	    after->dests != count(last, SYNCOPATE_A_CONFIG_DEST))
		fault(last, "a configuration is set in part", after->policies);
}

/** read_events - read all that were told */
void read_events(int fd)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)answers[0];
	const char *wrong;
	ssize_t len;

	for (;;) {
		len = recv(fd, answers[0], sizeof(answers[0]), MSG_DONTWAIT);
		if (len < 0 && errno == EAGAIN)
			return;
		/* Who listens seldom misses some, and is told. */
		if (len < 0)
			continue;
		wrong = verdict_reply(nlh);
		if (wrong)
			fault(nlh, wrong, 0);
		sender.events++;
	}
}
