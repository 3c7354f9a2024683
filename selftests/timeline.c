// SPDX-License-Identifier: GPL-2.0
/*
 * timeline [-v] [-a] [-t SECONDS] [-o FILE] POINT...
 * timeline [-v] [-a] -r FILE...
 *
 * Watches several interfaces at once, or reads pcap files, and prints one line
 * per TCP segment, SCTP packet or ICMP error in the order of time:
 *
 *      0.000 client/eth0 out 10.1.0.1:40000 > 10.1.0.3:80 SYN
 *   2000.118 client/eth0 in 10.1.0.3:80 > 10.1.0.1:40000 RST,ACK
 *      0.240 client/eth0 in 10.1.0.254 > 10.1.0.1 ICMP3/1 about 10.1.0.1:40000 > 10.1.0.3:80
 *
 * With -a there is a line of any other frame as well, between MAC addresses and with OTHER
 * in place of the flags.
 *
 * Of an SCTP packet the first chunk is printed in place of the flags: INIT, INIT-ACK,
 * ABORT (ABORT,T with the T bit), COOKIE-ECHO and so on.
 *
 * Time is in milliseconds since the first packet.  A POINT is [NETNS/]IFACE, or
 * LABEL=[NETNS/]IFACE to have it printed as LABEL.  It says `ready` when it
 * watches; the lines come when it is ended by SIGTERM or SIGINT, or after -t, and go
 * to FILE if there is one.
 *
 * -v adds, as pairs of name and value (the number in an ICMP error is that of
 * the segment it quotes):
 *
 *   seq ack len   numbers and length of the payload; of SCTP the initiate tag, the tag in
 *                 the header and the length of all chunks
 *   vlan          tags from the outside in: 5, s100.5 (s: 802.1ad), 5.p17 (p: a PPPoE
 *                 session), or -
 *   sum           checksums: ok, bad, or partial (left to the device to complete); bad,
 *                 too, if a PPPoE session's length is wrong
 *   ip tcp        hashes over the bytes from layer 3, from layer 4; of another frame over all
 *   eth           MAC addresses
 *
 * and at the end a line `# stall MS`: for how long at most this process, which asks for
 * nothing but the processor, did not get it.  Where that is much, a machine that is a
 * guest stood still, and the times of that time say nothing about who sent the packets.
 */
#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "helper.h"

#define POINTS_MAX 32
#define VLANS_MAX 4
#define SNAPLEN 2048
#define BUFFER (4 << 20)
#define TICK_MS 20

#define ETH_IPV4 0x0800
#define ETH_IPV6 0x86dd
#define ETH_8021Q 0x8100
#define ETH_8021AD 0x88a8
#define ETH_PPPOE 0x8864
#define TAG_8021AD (1 << 16)
#define TAG_PPPOE (1 << 17)
#define FLAG_ACK 0x10

/**
 * struct packet - what is to be told of a packet
 * @time: when it was seen, nanoseconds
 * @number: in the order in which they were read
 * @source: where it was seen
 * @eth: destination and source MAC address
 * @vlan: tags, with TAG_8021AD or TAG_PPPOE
 * @vlans: how many
 * @src: from where, without a port for ICMP
 * @dst: to where, the same
 * @icmp: type << 8 | code, or -1 for TCP
 * @quoted_src: what the ICMP error is about
 * @quoted_dst: what the ICMP error is about
 * @chunk: the name of the first chunk of SCTP, NULL for TCP
 * @flags: of TCP, FIN first; AE is the ninth; of the chunk
 * @seq: also the quoted one
 * @ack: acknowledgement number
 * @len: of the payload
 * @sum: what is to be said of the checksums
 * @ip_hash: over all from layer 3, padding excluded
 * @tcp_hash: over all from layer 4
 * @other: no more is known of it than its addresses and hashes
 */
struct packet {
	int64_t time;
	int number;
	const struct source *source;
	uint8_t eth[12];
	uint32_t vlan[VLANS_MAX];
	int vlans;
	struct endpoint src;
	struct endpoint dst;
	int icmp;
	struct endpoint quoted_src;
	struct endpoint quoted_dst;
	const char *chunk;
	unsigned int flags;
	uint32_t seq;
	uint32_t ack;
	unsigned int len;
	const char *sum;
	uint32_t ip_hash;
	uint32_t tcp_hash;
	int other;
};

/* An interface in one direction, or a file. */
struct source {
	const char *label;
	const char *direction;
	pcap_t *pcap;
};

static struct source sources[2 * POINTS_MAX];
static int n_sources;
static struct packet *packets;
static size_t n_packets, room;
static int64_t stall;

/* When all points were watched: what came before may have been seen at some of them. */
static int64_t since;
static int all;

static unsigned int get16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

/* FNV-1a */
static uint32_t hash(const uint8_t *p, size_t len)
{
	uint32_t h = 2166136261U;

	while (len--)
		h = (h ^ *p++) * 16777619U;
	return h;
}

/* A device that completes the checksum finds the pseudo header's sum in its place. */
static const char *checksum(const struct packet *pk, const uint8_t *l4, size_t len,
			    uint8_t proto, size_t field)
{
	uint32_t pseudo = 0;

	if (proto != IPPROTO_ICMP)
		pseudo = csum_pseudo(&pk->src, &pk->dst, proto, len);
	if (csum_fold(csum_add(pseudo, l4, len)) == 0xffff)
		return "ok";
	if (get16(l4 + field) == csum_fold(pseudo))
		return "partial";
	return "bad";
}

/**
 * network_header - read an IPv4 or IPv6 header
 * @p: where it begins
 * @len: bytes there are; on return without what follows the packet (padding)
 * @src: source address
 * @dst: destination address
 * @proto: of layer 4
 *
 * Returns the header's length, 0 if there is no layer 4 to be read.
 */
static size_t network_header(const uint8_t *p, size_t *len, struct endpoint *src,
			     struct endpoint *dst, uint8_t *proto)
{
	size_t total, head;

	memset(src, 0, sizeof(*src));
	memset(dst, 0, sizeof(*dst));
	if (*len >= 20 && p[0] >> 4 == 4) {
		src->family = AF_INET;
		dst->family = AF_INET;
		memcpy(src->addr, p + 12, 4);
		memcpy(dst->addr, p + 16, 4);
		head = (p[0] & 15) * 4;
		total = get16(p + 2);
		*proto = p[9];
		if (get16(p + 6) & 0x1fff)
			return 0;
	} else if (*len >= 40 && p[0] >> 4 == 6) {
		src->family = AF_INET6;
		dst->family = AF_INET6;
		memcpy(src->addr, p + 8, 16);
		memcpy(dst->addr, p + 24, 16);
		head = 40;
		total = get16(p + 4) + 40;
		*proto = p[6];
		while (*proto == IPPROTO_HOPOPTS || *proto == IPPROTO_DSTOPTS ||
		       *proto == IPPROTO_ROUTING || *proto == IPPROTO_FRAGMENT) {
			if (head + 8 > *len)
				return 0;
			*proto = p[head];
			head += (p[head + 1] + 1) * 8;
		}
	} else {
		return 0;
	}
	if (total < *len)
		*len = total;
	return head <= *len ? head : 0;
}

/* Returns 0 if there is a chunk of a known type. */
static int sctp_packet(struct packet *pk, const uint8_t *p, size_t len)
{
	if (len < 16)
		return -1;
	pk->icmp = -1;
	pk->src.port = get16(p);
	pk->dst.port = get16(p + 2);
	pk->ack = get32(p + 4);
	pk->chunk = chunk_name(p[12]);
	pk->flags = p[13];
	pk->len = len - 12;
	if ((p[12] == CHUNK_INIT || p[12] == CHUNK_INIT_ACK) && len >= 20)
		pk->seq = get32(p + 16);
	return pk->chunk ? 0 : -1;
}

/* A device that completes the checksum finds none. */
static const char *sctp_checksum(const uint8_t *p, size_t len)
{
	uint32_t sum = p[8] | p[9] << 8 | p[10] << 16 | (uint32_t)p[11] << 24;
	uint8_t copy[SNAPLEN];

	if (len > sizeof(copy))
		return "bad";
	memcpy(copy, p, len);
	memset(copy + 8, 0, 4);
	if (crc32c(copy, len) == sum)
		return "ok";
	return sum ? "bad" : "partial";
}

/* Returns 0 if this is an ICMP error that quotes a TCP segment or an SCTP packet. */
static int icmp_error(struct packet *pk, const uint8_t *p, size_t len)
{
	size_t head, inner;
	uint8_t proto;

	if (len < 8)
		return -1;
	pk->icmp = p[0] << 8 | p[1];
	inner = len - 8;
	head = network_header(p + 8, &inner, &pk->quoted_src, &pk->quoted_dst, &proto);
	if (!head || (proto != IPPROTO_TCP && proto != IPPROTO_SCTP) || inner < head + 8)
		return -1;
	p += 8 + head;
	pk->quoted_src.port = get16(p);
	pk->quoted_dst.port = get16(p + 2);
	pk->seq = get32(p + 4);
	if (proto == IPPROTO_SCTP)
		pk->seq = inner >= head + 20 ? get32(p + 16) : 0;
	return 0;
}

static int tcp_segment(struct packet *pk, const uint8_t *p, size_t len)
{
	size_t head;

	if (len < 20)
		return -1;
	head = (p[12] >> 4) * 4;
	pk->icmp = -1;
	pk->src.port = get16(p);
	pk->dst.port = get16(p + 2);
	pk->seq = get32(p + 4);
	pk->ack = get32(p + 8);
	pk->flags = (p[12] & 1) << 8 | p[13];
	pk->len = head <= len ? len - head : 0;
	return 0;
}

/* Returns 0 if the frame is to be told of. */
static int parse(struct packet *pk, const uint8_t *p, size_t len)
{
	unsigned int type, size = 0;
	uint8_t proto;
	size_t head;

	if (len < 14)
		return -1;
	memcpy(pk->eth, p, 12);
	type = get16(p + 12);
	p += 14;
	len -= 14;
	while ((type == ETH_8021Q || type == ETH_8021AD) && len >= 4) {
		if (pk->vlans < VLANS_MAX)
			pk->vlan[pk->vlans++] = (get16(p) & 0xfff) |
						(type == ETH_8021AD ? TAG_8021AD : 0);
		type = get16(p + 2);
		p += 4;
		len -= 4;
	}
	if (type == ETH_PPPOE && len >= 8 && pk->vlans < VLANS_MAX) {
		pk->vlan[pk->vlans++] = get16(p + 2) | TAG_PPPOE;
		size = get16(p + 4);
		type = get16(p + 6) == 0x0021 ? ETH_IPV4 : get16(p + 6) == 0x0057 ? ETH_IPV6 : 0;
		p += 8;
		len -= 8;
	}
	if (type != ETH_IPV4 && type != ETH_IPV6)
		return -1;

	head = network_header(p, &len, &pk->src, &pk->dst, &proto);
	if (!head)
		return -1;
	pk->ip_hash = hash(p, len);
	pk->tcp_hash = hash(p + head, len - head);
	if (proto == IPPROTO_TCP) {
		if (tcp_segment(pk, p + head, len - head))
			return -1;
		pk->sum = checksum(pk, p + head, len - head, proto, 16);
	} else if (proto == IPPROTO_SCTP) {
		if (sctp_packet(pk, p + head, len - head))
			return -1;
		pk->sum = sctp_checksum(p + head, len - head);
	} else if (proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6) {
		if (icmp_error(pk, p + head, len - head))
			return -1;
		pk->sum = checksum(pk, p + head, len - head, proto, 2);
	} else {
		return -1;
	}
	if (pk->src.family == AF_INET && csum_fold(csum_add(0, p, (p[0] & 15) * 4)) != 0xffff)
		pk->sum = "bad";
	/* What a session says of its length, its protocol included. */
	if (size && size != len + 2)
		pk->sum = "bad";
	return 0;
}

static void seen(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct packet *pk;
	/* Opened for nanoseconds, the field for microseconds holds them. */
	int64_t time = header->ts.tv_sec * 1000000000LL + header->ts.tv_usec;

	if (time < since)
		return;
	if (n_packets == room) {
		room = room ? room * 2 : 256;
		packets = realloc(packets, room * sizeof(*packets));
		if (!packets)
			die("no memory");
	}
	pk = &packets[n_packets];
	memset(pk, 0, sizeof(*pk));
	pk->number = n_packets;
	pk->source = (const struct source *)user;
	pk->time = time;
	if (!parse(pk, bytes, header->caplen)) {
		n_packets++;
	} else if (all && header->caplen >= 14) {
		memcpy(pk->eth, bytes, 12);
		pk->other = 1;
		pk->sum = "-";
		pk->ip_hash = hash(bytes, header->caplen);
		pk->tcp_hash = pk->ip_hash;
		n_packets++;
	}
}

/* Does it say that something came before? An INIT has no tag. */
static int answers(const struct packet *pk)
{
	return pk->chunk ? pk->ack != 0 : (pk->flags & FLAG_ACK) != 0;
}

static int earlier(const void *a, const void *b)
{
	const struct packet *pa = a, *pb = b;

	if (pa->time != pb->time)
		return pa->time < pb->time ? -1 : 1;
	/* Where time is virtual it stands still while a SYN or an INIT is being answered. */
	if (!pa->other && !pb->other && !pa->chunk == !pb->chunk && answers(pa) != answers(pb))
		return answers(pa) - answers(pb);
	return pa->number - pb->number;
}

static void print_flags(unsigned int flags)
{
	static const char * const names[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE",
	};
	/* As they are spoken: SYN,ACK and RST,ACK. */
	static const uint8_t order[] = { 1, 2, 0, 3, 4, 5, 6, 7, 8 };
	const char *comma = " ";
	unsigned int i;

	for (i = 0; i < 9; i++) {
		if (flags & 1 << order[i]) {
			printf("%s%s", comma, names[order[i]]);
			comma = ",";
		}
	}
	if (!flags)
		printf(" none");
}

static void print_mac(const uint8_t *mac)
{
	printf("%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

static void print_details(const struct packet *pk)
{
	int i;

	printf(" seq %u ack %u len %u vlan ", pk->seq, pk->ack, pk->len);
	for (i = 0; i < pk->vlans; i++)
		printf("%s%s%u", i ? "." : "", pk->vlan[i] & TAG_8021AD ? "s" :
		       pk->vlan[i] & TAG_PPPOE ? "p" : "", pk->vlan[i] & 0xffff);
	printf("%s sum %s ip %08x tcp %08x", pk->vlans ? "" : "-", pk->sum,
	       pk->ip_hash, pk->tcp_hash);
	printf(" eth ");
	print_mac(pk->eth + 6);
	putchar('>');
	print_mac(pk->eth);
}

static void print(const struct packet *pk, int verbose)
{
	char src[ENDPOINT_LEN], dst[ENDPOINT_LEN];

	printf("%9.3f %s %s ", (pk->time - packets[0].time) / 1e6,
	       pk->source->label, pk->source->direction);
	if (pk->other) {
		print_mac(pk->eth + 6);
		printf(" > ");
		print_mac(pk->eth);
	} else {
		printf("%s > %s", endpoint_str(&pk->src, src), endpoint_str(&pk->dst, dst));
	}
	if (pk->other)
		printf(" OTHER");
	else if (pk->icmp >= 0)
		printf(" ICMP%d/%d about %s > %s", pk->icmp >> 8, pk->icmp & 0xff,
		       endpoint_str(&pk->quoted_src, src),
		       endpoint_str(&pk->quoted_dst, dst));
	else if (pk->chunk)
		printf(" %s%s", pk->chunk,
		       !strcmp(pk->chunk, "ABORT") && pk->flags & CHUNK_T ? ",T" : "");
	else
		print_flags(pk->flags);
	if (verbose)
		print_details(pk);
	putchar('\n');
}

static void open_direction(const char *label, const char *iface, pcap_direction_t direction)
{
	struct source *s = &sources[n_sources++];
	char err[PCAP_ERRBUF_SIZE];

	s->label = label;
	s->direction = direction == PCAP_D_IN ? "in" : "out";
	s->pcap = pcap_create(iface, err);
	if (!s->pcap)
		die("%s", err);
	pcap_set_snaplen(s->pcap, SNAPLEN);
	pcap_set_buffer_size(s->pcap, BUFFER);
	pcap_set_immediate_mode(s->pcap, 1);
	pcap_set_promisc(s->pcap, 1);
	pcap_set_tstamp_precision(s->pcap, PCAP_TSTAMP_PRECISION_NANO);
	if (pcap_activate(s->pcap) < 0)
		die("%s: %s", label, pcap_geterr(s->pcap));
	if (pcap_setdirection(s->pcap, direction) || pcap_setnonblock(s->pcap, 1, err))
		die("%s: %s", label, pcap_geterr(s->pcap));
}

static void open_point(char *text, int home)
{
	char *label = text, *equals = strchr(text, '='), *slash;

	if (n_sources + 2 > (int)(sizeof(sources) / sizeof(*sources)))
		die("too many points");
	if (equals) {
		*equals = '\0';
		text = equals + 1;
	}
	slash = strchr(text, '/');
	if (slash) {
		label = strdup(label);
		*slash = '\0';
		enter_netns(text);
		text = slash + 1;
	} else if (setns(home, CLONE_NEWNET)) {
		die("setns: %m");
	}
	open_direction(label, text, PCAP_D_IN);
	open_direction(label, text, PCAP_D_OUT);
}

static void open_file(const char *name)
{
	struct source *s = &sources[n_sources++];
	char err[PCAP_ERRBUF_SIZE];

	s->label = name;
	s->direction = "-";
	s->pcap = pcap_open_offline_with_tstamp_precision(name, PCAP_TSTAMP_PRECISION_NANO, err);
	if (!s->pcap)
		die("%s", err);
	if (pcap_datalink(s->pcap) != DLT_EN10MB)
		die("%s: not from an Ethernet interface", name);
}

static void drain(struct source *s)
{
	while (pcap_dispatch(s->pcap, -1, seen, (u_char *)s) > 0)
		continue;
}

/* Watches until a signal comes, or for so many milliseconds. */
static void watch(int ms)
{
	int64_t now, before = now_ns(), end = before + ms * 1000000LL;
	struct pollfd fds[2 * POINTS_MAX + 1];
	struct sched_param urgent = { .sched_priority = 1 };
	struct timespec real;
	sigset_t signals;
	int i;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	for (i = 0; i < n_sources; i++) {
		fds[i].fd = pcap_get_selectable_fd(sources[i].pcap);
		fds[i].events = POLLIN;
	}
	fds[n_sources].fd = signalfd(-1, &signals, SFD_CLOEXEC);
	fds[n_sources].events = POLLIN;
	fds[n_sources].revents = 0;
	sched_setscheduler(0, SCHED_FIFO, &urgent);
	/* The clock that packets have their times from. */
	clock_gettime(CLOCK_REALTIME, &real);
	since = real.tv_sec * 1000000000LL + real.tv_nsec;
	puts("ready");
	fflush(stdout);

	while (!fds[n_sources].revents) {
		if (poll(fds, n_sources + 1, TICK_MS) < 0 && errno != EINTR)
			die("poll: %m");
		for (i = 0; i < n_sources; i++)
			drain(&sources[i]);
		now = now_ns();
		if (now - before - TICK_MS * 1000000LL > stall)
			stall = now - before - TICK_MS * 1000000LL;
		before = now;
		if (ms >= 0 && now >= end)
			break;
	}
	for (i = 0; i < n_sources; i++)
		drain(&sources[i]);
}

int main(int argc, char **argv)
{
	int i, c, home, verbose = 0, ms = -1, files = 0;
	const char *output = NULL;

	settle();
	while ((c = getopt(argc, argv, "vart:o:")) != -1) {
		switch (c) {
		case 'a':
			all = 1;
			break;
		case 'v':
			verbose = 1;
			break;
		case 'r':
			files = 1;
			break;
		case 't':
			ms = atof(optarg) * 1000;
			break;
		case 'o':
			output = optarg;
			break;
		default:
			die("usage: timeline [-v] [-a] [-t SECONDS] [-o FILE] POINT... | -r FILE...");
		}
	}
	if (optind == argc || argc - optind > POINTS_MAX)
		die("usage: timeline [-v] [-a] [-t SECONDS] [-o FILE] POINT... | -r FILE...");

	if (files) {
		for (i = optind; i < argc; i++) {
			open_file(argv[i]);
			drain(&sources[n_sources - 1]);
		}
	} else {
		home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
		for (i = optind; i < argc; i++)
			open_point(argv[i], home);
		watch(ms);
	}

	/* Who reads the old output sees its end when all is written. */
	if (output && (dup(STDOUT_FILENO) < 0 || !freopen(output, "w", stdout)))
		die("%s: %m", output);
	qsort(packets, n_packets, sizeof(*packets), earlier);
	for (i = 0; i < (int)n_packets; i++)
		print(&packets[i], verbose);
	if (verbose && !files)
		printf("# stall %.3f\n", stall / 1e6);
	return 0;
}
