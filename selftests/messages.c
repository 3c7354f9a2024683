// SPDX-License-Identifier: GPL-2.0
/*
 * messages [-n NETNS] [-r admin|nobody|owner] [-s SEED] COUNT
 *
 * Sends requests to the module, most of them spoiled, until the kernel has seen so many, and
 * looks at each answer: that there is one where one is due, and no other; that what must be
 * refused is, for a reason and with words; that what is refused changes nothing; that what is
 * shown is as the specification has it.  Between them dumps are begun and left, one or two at a
 * time, and events are heard.
 *
 *   -r  who asks: root (the default); nobody, without any right; or nobody as the owner of a
 *       user namespace and a network namespace of its own
 *
 * The same seed gives the same messages: what was sent has a digest, which is printed at the
 * end.  Ends with 1 if something was wrong, and shows the message.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/syncopate.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "helper.h"
#include "messages.h"
#include "request.h"

/* Messages in one buffer at most. */
#define BATCH_MAX	16
#define FAULTS_MAX	20
#define BUFFER		(4 << 20)

static uint8_t batch[BATCH_MAX * MESSAGE_MAX];
static uint32_t group;

static struct mnl_socket *open_socket(bool listen)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_GENERIC, SOCK_NONBLOCK | SOCK_CLOEXEC);
	int size = BUFFER, one = 1;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID))
		err(2, "netlink");
	mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &one, sizeof(one));
	/* Who may not have that much room gets his requests not back. */
	if (setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		mnl_socket_setsockopt(nl, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	if (!listen)
		return nl;
	if (mnl_socket_setsockopt(nl, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group))) {
		if (sender.admin || errno != EPERM)
			fault(NULL, "events can not be heard", errno);
	} else if (!sender.admin) {
		fault(NULL, "events can be heard without a right", 0);
	}
	return nl;
}

/* Sends a request that is not to be refused at once, and fetches the first answer. */
static ssize_t ask(struct mnl_socket *nl, const struct nlmsghdr *nlh, void *buf, size_t size)
{
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		err(2, "send");
	return recv(mnl_socket_get_fd(nl), buf, size, 0);
}

static void find_family(void)
{
	struct mnl_socket *nl = mnl_socket_open(NETLINK_GENERIC);
	char buf[MNL_SOCKET_BUFFER_SIZE];
	const struct nlattr *attr, *one, *id;
	struct nlmsghdr *nlh = begin(buf, GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY);

	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, SYNCOPATE_FAMILY_NAME);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) || ask(nl, nlh, buf, sizeof(buf)) < 0)
		err(2, "netlink");
	if (nlh->nlmsg_type != GENL_ID_CTRL)
		errx(2, "no module");
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			sender.family = mnl_attr_get_u16(attr);
		if (mnl_attr_get_type(attr) != CTRL_ATTR_MCAST_GROUPS)
			continue;
		/* There is one group. */
		mnl_attr_for_each_nested(one, attr)
			mnl_attr_for_each_nested(id, one)
				if (mnl_attr_get_type(id) == CTRL_ATTR_MCAST_GRP_ID)
					group = mnl_attr_get_u32(id);
	}
	mnl_socket_close(nl);
}

/*
 * Asks the kernel's own family for a dump that it refuses as it begins: its words come with the
 * error, or are lost.
 */
static bool dump_text(void)
{
	struct mnl_socket *nl = open_socket(false);
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh = begin(buf, GENL_ID_CTRL, NLM_F_DUMP, CTRL_CMD_GETPOLICY);

	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, sender.family);
	mnl_attr_put_u32(nlh, CTRL_ATTR_OP, 255);
	if (ask(nl, nlh, buf, sizeof(buf)) < 0 || nlh->nlmsg_type != NLMSG_ERROR)
		errx(2, "a dump that must be refused is not");
	mnl_socket_close(nl);
	return nlh->nlmsg_flags & NLM_F_ACK_TLVS;
}

static struct status status(struct mnl_socket *nl)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh = begin(buf, sender.family, 0, SYNCOPATE_CMD_STATUS_GET);
	struct status now = {};
	const struct nlattr *attr;

	if (ask(nl, nlh, buf, sizeof(buf)) < 0 || nlh->nlmsg_type != sender.family)
		errx(2, "no status");
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case SYNCOPATE_A_STATUS_GENERATION:
			now.generation = mnl_attr_get_u32(attr);
			break;
		case SYNCOPATE_A_STATUS_POLICIES:
			now.policies = mnl_attr_get_u32(attr);
			break;
		case SYNCOPATE_A_STATUS_DESTS:
			now.dests = mnl_attr_get_u32(attr);
			break;
		}
	}
	return now;
}

/* Begins one and fetches its first answer; a small buffer makes many of it. */
static struct mnl_socket *begin_dump(char *buf, size_t size)
{
	static const uint8_t dumps[] = { SYNCOPATE_CMD_FLOW_GET, SYNCOPATE_CMD_POLICY_GET,
		SYNCOPATE_CMD_DEST_GET, SYNCOPATE_CMD_LEARNED_GET };
	struct mnl_socket *nl = open_socket(false);

	ask(nl, begin(buf, sender.family, NLM_F_DUMP, dumps[random_below(4)]), buf, size);
	sender.left++;
	return nl;
}

static void leave_dumps(void)
{
	char buf[4096];
	struct mnl_socket *one, *other;
	unsigned int i;

	one = begin_dump(buf, sizeof(buf));
	if (random_below(2)) {
		other = begin_dump(buf, sizeof(buf));
		for (i = random_below(4); i; i--) {
			recv(mnl_socket_get_fd(one), buf, sizeof(buf), MSG_DONTWAIT);
			recv(mnl_socket_get_fd(other), buf, sizeof(buf), MSG_DONTWAIT);
		}
		mnl_socket_close(other);
	}
	mnl_socket_close(one);
}

/* --- all of it ---------------------------------------------------------------------- */

static uint64_t digest = 0xcbf29ce484222325ULL;

/* FNV-1a, by the word. */
static void digest_add(const uint8_t *data, size_t len)
{
	uint32_t word;

	for (; len >= sizeof(word); len -= sizeof(word), data += sizeof(word)) {
		memcpy(&word, data, sizeof(word));
		digest = (digest ^ word) * 0x100000001b3ULL;
	}
}

/* Returns the length of it, and how many requests the kernel sees in it. */
static size_t make_batch(unsigned int num, uint32_t seq, unsigned int *seen)
{
	struct nlmsghdr *nlh;
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < num; i++)
		len += NLMSG_ALIGN(message_make(batch + len, seq + i));
	digest_add(batch, len);
	*seen = take_apart(batch, len);
	for (i = 0; i < *seen; i++) {
		nlh = request_at(i);
		if (nlh->nlmsg_type == FAMILY)
			nlh->nlmsg_type = sender.family;
		else if (nlh->nlmsg_type >= NLMSG_MIN_TYPE)
			/* Other families are there, and are not asked. */
			nlh->nlmsg_type = 0xffff;
	}
	return len;
}

static void storm(unsigned int total)
{
	struct mnl_socket *nl = open_socket(false), *other = open_socket(false);
	struct mnl_socket *hearing = open_socket(true);
	struct status before = status(other), after;
	unsigned int num, seen, seq = 1, sent = 0, pause = 0;
	size_t len;

	while (sent < total && sender.faults < FAULTS_MAX) {
		num = random_below(2) ? 1 : 1 + random_below(BATCH_MAX);
		num = num < total - sent ? num : total - sent;
		len = make_batch(num, seq, &seen);
		seq += num;
		sent += seen;
		if (send(mnl_socket_get_fd(nl), batch, len, 0) < 0)
			err(2, "send");
		read_answers(mnl_socket_get_fd(nl));
		after = status(other);
		check_requests(&before, &after);
		before = after;
		read_events(mnl_socket_get_fd(hearing));
		if (!random_below(32))
			leave_dumps();
		/* Where time is virtual, it goes on only when all wait. */
		if (sent / 100 != pause) {
			pause = sent / 100;
			nanosleep(&(struct timespec){ .tv_nsec = 3000000 }, NULL);
		}
	}
	printf("%u sent: %u taken, %u refused, %u shown (%u attempts), %u events, %u dumps left, "
	       "digest %016llx\n",
	       sent, sender.taken, sender.refused, sender.shown, sender.attempts, sender.events,
	       sender.left, (unsigned long long)digest);
}

static void become(const char *role)
{
	if (!strcmp(role, "admin"))
		return;
	if (setgroups(0, NULL) || setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		err(2, "%s", role);
	if (!strcmp(role, "nobody"))
		sender.admin = false;
	else if (strcmp(role, "owner"))
		errx(2, "no role %s", role);
	else if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		err(4, "no user namespaces");
}

int main(int argc, char **argv)
{
	const char *role = "admin", *netns = NULL;
	unsigned long long seed = now_ns();
	unsigned long total = 0;
	char *end = "";
	int c;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while ((c = getopt(argc, argv, "n:r:s:")) != -1) {
		if (c == 'n')
			netns = optarg;
		else if (c == 'r')
			role = optarg;
		else if (c == 's')
			seed = strtoull(optarg, NULL, 0);
		else
			optind = argc;
	}
	if (optind == argc - 1)
		total = strtoul(argv[optind], &end, 10);
	if (!total || total > UINT32_MAX / 2 || *end)
		errx(2, "usage: messages [-n NETNS] [-r admin|nobody|owner] [-s SEED] COUNT");
	if (netns)
		enter_netns(netns);
	become(role);
	printf("seed %llu\n", seed);
	random_seed(seed);
	find_family();
	sender.dump_text = dump_text();
	storm(total);
	return sender.faults ? 1 : 0;
}
