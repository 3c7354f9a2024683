// SPDX-License-Identifier: GPL-2.0
/*
 * frames POINT... -- FRAME...
 *
 * Sends frames that are made up byte for byte.  A POINT is LABEL=[NETNS/]IFACE,MAC: an
 * interface and whom it sends to.  A FRAME is written as timeline prints it:
 *
 *   [@MS] LABEL SRC > DST FLAGS [seq N] [ack N] [len N] [OPTION...]
 *   [@MS] LABEL SRC > DST ICMP3/1 SRC > DST FLAGS [seq N] [OPTION...]
 *
 * In place of FLAGS the name of a chunk of SCTP makes a packet of SCTP, INIT, INIT-ACK,
 * ABORT, ABORT,T or COOKIE-ECHO; `seq` is its initiate tag then, `ack` the tag in the
 * header, `len` so many bytes at the end of the chunk.
 *
 * SRC and DST are ADDR:PORT, in the first half of an ICMP error ADDR alone; FLAGS is
 * `SYN`, `SYN,ACK`, `none` and so on.  They are sent in the order of @MS, milliseconds
 * after the start (0 if not given).  The options:
 *
 *   vlan TAGS     5, s100.5 (s: 802.1ad), from the outside in, at last perhaps a PPPoE
 *                 session, 5.p17; - for none
 *   count N       so many frames, each from the next source port
 *   count-to N    so many frames, each to the next destination port
 *   pad           fill the frame to the 60 bytes of Ethernet, not with zeroes
 *   mss N, wscale N, ts VALUE ECHO, sack, fastopen, mptcp, md5, ao
 *                 TCP options (the signatures are made up, too; mptcp is MP_CAPABLE)
 *   ipoption      four bytes of IP options; a destination options header in IPv6
 *   exts          in IPv6 hop-by-hop options and a routing header that is used up
 *   label N       flow label of IPv6
 *   fragment      the first fragment of more to come
 *   nodf          may be fragmented (IPv4)
 *   address ADDR  of an INIT or INIT-ACK: list this address
 *   offset N      claim a TCP header of N words instead of what it has, a chunk of N bytes
 *   cut N         send the first N bytes of the frame alone
 *   spoiled       with a wrong TCP checksum
 *   apart         all but the Ethernet header in a page, if the frame is longer than one
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "helper.h"

#define FRAME_MAX 8192
#define OPTIONS_MAX 40
#define POINTS_MAX 16

/**
 * struct segment - a TCP segment as it is asked for
 * @src: from where
 * @dst: to where
 * @chunk: of SCTP, -1 for TCP
 * @flags: FIN first, as in the header; AE is the ninth; of the chunk
 * @seq: sequence number
 * @ack: acknowledgement number
 * @len: bytes of payload
 * @options: bytes of TCP options, padded to words
 * @options_len: how many
 * @offset: header length to claim in words, of a chunk in bytes, 0 for the true one
 * @ipoption: add an IP option or an extension header
 * @fragment: more fragments to come
 * @exts: more extension headers
 * @nodf: routers may fragment it
 * @label: flow label
 * @spoiled: a wrong checksum
 */
struct segment {
	struct endpoint src;
	struct endpoint dst;
	int chunk;
	unsigned int flags;
	uint32_t seq;
	uint32_t ack;
	unsigned int len;
	uint8_t options[OPTIONS_MAX];
	unsigned int options_len;
	unsigned int offset;
	int ipoption;
	int fragment;
	int exts;
	int nodf;
	uint32_t label;
	int spoiled;
};

/**
 * struct point - an interface to send from
 * @label: what frames call it
 * @fd: packet socket
 * @eth: destination and source MAC address
 */
struct point {
	const char *label;
	int fd;
	uint8_t eth[12];
};

/**
 * struct frame - what is to be sent
 * @point: from where
 * @segment: the TCP segment, sent or quoted
 * @icmp: type << 8 | code of the ICMP error around it, -1 for none
 * @src: sender of the ICMP error
 * @dst: receiver of the ICMP error
 * @tags: VLAN tags as text, NULL for none
 * @pad: fill to 60 bytes
 * @cut: leave so many bytes, 0 for all
 * @apart: not in one piece
 * @count: how many
 * @src_step: what the source port grows by from one to the next
 * @dst_step: what the destination port grows by
 * @at: when, in milliseconds after the start
 * \: of those at the same time the lower goes first
 */
struct frame {
	const struct point *point;
	struct segment segment;
	int icmp;
	struct endpoint src;
	struct endpoint dst;
	const char *tags;
	int pad;
	unsigned int cut;
	int apart;
	unsigned int count;
	int src_step;
	int dst_step;
	long at;
	int number;
};

static struct point points[POINTS_MAX];
static int n_points;

/* Bytes being written one after the other. */
struct writer {
	uint8_t data[FRAME_MAX];
	size_t len;
};

static void put(struct writer *w, const void *data, size_t len)
{
	if (w->len + len > sizeof(w->data))
		die("frame too long");
	memcpy(w->data + w->len, data, len);
	w->len += len;
}

static void put8(struct writer *w, unsigned int value)
{
	put(w, &(uint8_t){ value }, 1);
}

static void put16(struct writer *w, unsigned int value)
{
	put(w, &(uint16_t){ htons(value) }, 2);
}

static void put32(struct writer *w, uint32_t value)
{
	put(w, &(uint32_t){ htonl(value) }, 4);
}

/* Sets a checksum that was written as zero. */
static void complete(struct writer *w, size_t from, size_t field, uint32_t pseudo)
{
	uint16_t sum = csum_fold(csum_add(pseudo, w->data + from, w->len - from));

	sum = htons(~sum);
	memcpy(w->data + field, &sum, 2);
}

static void put_tcp(struct writer *w, const struct segment *s)
{
	unsigned int i, words = 5 + s->options_len / 4;
	size_t from = w->len;
	uint32_t pseudo;

	put16(w, s->src.port);
	put16(w, s->dst.port);
	put32(w, s->seq);
	put32(w, s->ack);
	put8(w, (s->offset ? s->offset : words) << 4 | s->flags >> 8);
	put8(w, s->flags);
	put16(w, 64240);
	put16(w, 0);
	put16(w, 0);
	put(w, s->options, s->options_len);
	for (i = 0; i < s->len; i++)
		put8(w, 'a' + i % 26);
	pseudo = csum_pseudo(&s->src, &s->dst, IPPROTO_TCP, w->len - from);
	complete(w, from, from + 16, pseudo);
	w->data[from + 16] ^= s->spoiled;
}

static void put_sctp(struct writer *w, const struct segment *s)
{
	size_t from = w->len, field, length;
	unsigned int i, claimed;
	uint32_t sum;

	put16(w, s->src.port);
	put16(w, s->dst.port);
	put32(w, s->ack);
	field = w->len;
	put32(w, 0);
	put8(w, s->chunk);
	put8(w, s->flags);
	length = w->len;
	put16(w, 0);
	if (s->chunk == CHUNK_INIT || s->chunk == CHUNK_INIT_ACK) {
		put32(w, s->seq);
		put32(w, 65536);	/* window */
		put16(w, 10);		/* streams out */
		put16(w, 10);		/* streams in */
		put32(w, s->seq);	/* TSN */
	}
	put(w, s->options, s->options_len);
	for (i = 0; i < s->len; i++)
		put8(w, 'a' + i % 26);
	claimed = s->offset ? s->offset : w->len - length + 2;
	w->data[length] = claimed >> 8;
	w->data[length + 1] = claimed;
	while ((w->len - from) % 4)
		put8(w, 0);
	sum = crc32c(w->data + from, w->len - from);
	for (i = 0; i < 4; i++)
		w->data[field + i] = sum >> 8 * i;
}

static void put_ip(struct writer *w, const struct endpoint *src, const struct endpoint *dst,
		   uint8_t proto, const struct segment *s, const struct writer *payload)
{
	static const uint8_t v4_nops[4] = { 1, 1, 1, 0 };
	static const uint8_t v6_padding[6] = { 1, 4 };
	uint8_t next = s->ipoption ? IPPROTO_DSTOPTS : s->fragment ? IPPROTO_FRAGMENT : proto;
	size_t from = w->len, extra = 0;

	if (src->family == AF_INET) {
		extra = s->ipoption ? sizeof(v4_nops) : 0;
		put8(w, 0x45 + extra / 4);
		put8(w, 0);
		put16(w, 20 + extra + payload->len);
		put16(w, s->seq & 0xffff);
		put16(w, s->fragment ? 0x2000 : s->nodf ? 0 : 0x4000);
		put8(w, 64);
		put8(w, proto);
		put16(w, 0);
		put(w, src->addr, 4);
		put(w, dst->addr, 4);
		put(w, v4_nops, extra);
		complete(w, from, from + 10, 0);
	} else {
		extra = (2 * s->exts + s->ipoption + s->fragment) * 8;
		put32(w, 0x60000000 | s->label);
		put16(w, extra + payload->len);
		put8(w, s->exts ? IPPROTO_HOPOPTS : next);
		put8(w, 64);
		put(w, src->addr, 16);
		put(w, dst->addr, 16);
		if (s->exts) {
			put8(w, IPPROTO_ROUTING);
			put8(w, 0);
			put(w, v6_padding, sizeof(v6_padding));
			/* Of RFC 6275's type, without a segment that is left. */
			put8(w, next);
			put8(w, 0);
			put16(w, 0x0200);
			put32(w, 0);
		}
		if (s->ipoption) {
			put8(w, s->fragment ? IPPROTO_FRAGMENT : proto);
			put8(w, 0);
			put(w, v6_padding, sizeof(v6_padding));
		}
		if (s->fragment) {
			put16(w, proto << 8);
			put16(w, 1);
			put32(w, s->seq);
		}
	}
	put(w, payload->data, payload->len);
}

static void put_icmp(struct writer *w, const struct frame *f, const struct writer *quoted)
{
	size_t from = w->len;
	uint32_t pseudo = 0;

	put16(w, f->icmp);
	put16(w, 0);
	put32(w, 0);
	put(w, quoted->data, quoted->len);
	if (f->src.family == AF_INET6)
		pseudo = csum_pseudo(&f->src, &f->dst, IPPROTO_ICMPV6, w->len - from);
	complete(w, from, from + 2, pseudo);
}

/* Returns where a PPPoE header is, 0 if there is none. */
static size_t put_vlans(struct writer *w, const char *tags)
{
	unsigned int type;

	while (tags && *tags && *tags != '-') {
		if (*tags == 'p') {
			put16(w, ETH_P_PPP_SES);
			put16(w, 0x1100);
			put16(w, strtoul(tags + 1, NULL, 10));
			put16(w, 0);
			return w->len - 6;
		}
		type = *tags == 's' ? ETH_P_8021AD : ETH_P_8021Q;
		tags += *tags == 's';
		put16(w, type);
		put16(w, strtoul(tags, (char **)&tags, 10));
		tags += *tags == '.';
	}
	return 0;
}

/* What PPPoE says of the length of what it carries. */
static void end_session(struct writer *w, size_t at)
{
	uint16_t size = htons(w->len - at - 6);

	memcpy(w->data + at + 4, &size, 2);
}

static void build(struct writer *w, const struct frame *f)
{
	struct writer tcp = { .len = 0 }, ip = { .len = 0 }, icmp = { .len = 0 };
	const struct segment *s = &f->segment, plain = { .seq = 0 };
	size_t session;

	w->len = 0;
	put(w, f->point->eth, 12);
	session = put_vlans(w, f->tags);
	if (session)
		put16(w, s->src.family == AF_INET ? 0x0021 : 0x0057);
	else
		put16(w, s->src.family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	if (s->chunk < 0)
		put_tcp(&tcp, s);
	else
		put_sctp(&tcp, s);
	put_ip(&ip, &s->src, &s->dst, s->chunk < 0 ? IPPROTO_TCP : IPPROTO_SCTP, s, &tcp);
	if (f->icmp >= 0) {
		put_icmp(&icmp, f, &ip);
		put_ip(w, &f->src, &f->dst,
		       f->src.family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6, &plain, &icmp);
	} else {
		put(w, ip.data, ip.len);
	}
	if (session)
		end_session(w, session);
	while (f->pad && w->len < ETH_ZLEN)
		put8(w, 0xa5);
	if (f->cut && f->cut < w->len)
		w->len = f->cut;
}

static const char *next(char **line)
{
	char *word;

	do
		word = strsep(line, " \t\n");
	while (word && !*word);
	return word;
}

static unsigned long number(char **line)
{
	const char *word = next(line);
	unsigned long value;
	char *end;

	if (!word)
		die("a value is missing");
	value = strtoul(word, &end, 0);
	if (*end)
		die("%s is no value", word);
	return value;
}

static void parse_endpoint(const char *word, struct endpoint *ep)
{
	if (!word || endpoint_parse(word, ep))
		die("no address: %s", word ? word : "");
}

static void parse_path(char **line, const char *first, struct endpoint *src, struct endpoint *dst)
{
	const char *arrow;

	parse_endpoint(first, src);
	arrow = next(line);
	if (!arrow || strcmp(arrow, ">"))
		die("no > after %s", first);
	parse_endpoint(next(line), dst);
	if (src->family != dst->family)
		die("two address families");
}

static unsigned int parse_flags(const char *word)
{
	static const char names[][4] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE",
	};
	unsigned int i, flags = 0;
	size_t len;

	if (word && !strcmp(word, "none"))
		return 0;
	for (; word; word = word[len] ? word + len + 1 : NULL) {
		len = strcspn(word, ",");
		for (i = 0; i < 9 && (strlen(names[i]) != len || strncmp(word, names[i], len)); i++)
			continue;
		if (i == 9)
			die("no TCP flag: %s", word);
		flags |= 1 << i;
	}
	return flags;
}

/* Flags of TCP, or a chunk of SCTP. */
static void parse_what(struct segment *s, char *word)
{
	char *comma = word ? strstr(word, ",T") : NULL;

	s->chunk = -1;
	if (comma && !comma[2])
		*comma = '\0';
	else
		comma = NULL;
	if (word)
		s->chunk = chunk_type(word);
	if (s->chunk >= 0)
		s->flags = comma ? CHUNK_T : 0;
	else
		s->flags = parse_flags(word);
}

static void add_option(struct segment *s, const void *data, size_t len)
{
	if (s->options_len + len > OPTIONS_MAX)
		die("too many TCP options");
	memcpy(s->options + s->options_len, data, len);
	s->options_len += len;
}

/* Each option is written with what fills it to words. Returns 0 if it is none. */
static int parse_tcp_option(struct segment *s, const char *word, char **line)
{
	static const uint8_t sack[4] = { 1, 1, 4, 2 };
	static const uint8_t fastopen[12] = { 1, 1, 34, 10, 1, 2, 3, 4, 5, 6, 7, 8 };
	static const uint8_t mptcp[4] = { 30, 4, 1, 1 };
	static const uint8_t md5[20] = { 1, 1, 19, 18 };
	static const uint8_t ao[16] = { 29, 16, 1, 1 };
	uint32_t ts[3];
	uint32_t one;

	if (!strcmp(word, "mss")) {
		one = htonl(2 << 24 | 4 << 16 | number(line));
		add_option(s, &one, 4);
	} else if (!strcmp(word, "wscale")) {
		one = htonl(1 << 24 | 3 << 16 | 3 << 8 | number(line));
		add_option(s, &one, 4);
	} else if (!strcmp(word, "ts")) {
		ts[0] = htonl(1 << 24 | 1 << 16 | 8 << 8 | 10);
		ts[1] = htonl(number(line));
		ts[2] = htonl(number(line));
		add_option(s, ts, 12);
	} else if (!strcmp(word, "sack")) {
		add_option(s, sack, sizeof(sack));
	} else if (!strcmp(word, "fastopen")) {
		add_option(s, fastopen, sizeof(fastopen));
	} else if (!strcmp(word, "mptcp")) {
		add_option(s, mptcp, sizeof(mptcp));
	} else if (!strcmp(word, "md5")) {
		add_option(s, md5, sizeof(md5));
	} else if (!strcmp(word, "ao")) {
		add_option(s, ao, sizeof(ao));
	} else {
		return 0;
	}
	return 1;
}

/* An address parameter (RFC 9260, 3.3.2.1). */
static void add_address(struct segment *s, const char *word)
{
	uint8_t header[4] = { 0, 5, 0, 8 };
	struct endpoint ep;

	parse_endpoint(word, &ep);
	if (ep.family == AF_INET6) {
		header[1] = 6;
		header[3] = 20;
	}
	add_option(s, header, sizeof(header));
	add_option(s, ep.addr, addr_len(ep.family));
}

static void parse_count(struct frame *f, const char *word, char **line)
{
	f->count = number(line);
	if (!strcmp(word, "count"))
		f->src_step = 1;
	else
		f->dst_step = 1;
}

static void parse_detail(struct frame *f, const char *word, char **line)
{
	struct segment *s = &f->segment;

	if (!strcmp(word, "seq"))
		s->seq = number(line);
	else if (!strcmp(word, "ack"))
		s->ack = number(line);
	else if (!strcmp(word, "len"))
		s->len = number(line);
	else if (!strcmp(word, "vlan"))
		f->tags = next(line);
	else if (!strcmp(word, "count") || !strcmp(word, "count-to"))
		parse_count(f, word, line);
	else if (!strcmp(word, "pad"))
		f->pad = 1;
	else if (!strcmp(word, "cut"))
		f->cut = number(line);
	else if (!strcmp(word, "apart"))
		f->apart = 1;
	else if (!strcmp(word, "address"))
		add_address(s, next(line));
	else if (!strcmp(word, "ipoption"))
		s->ipoption = 1;
	else if (!strcmp(word, "fragment"))
		s->fragment = 1;
	else if (!strcmp(word, "nodf"))
		s->nodf = 1;
	else if (!strcmp(word, "exts"))
		s->exts = 1;
	else if (!strcmp(word, "label"))
		s->label = number(line);
	else if (!strcmp(word, "spoiled"))
		s->spoiled = 1;
	else if (!strcmp(word, "offset"))
		s->offset = number(line);
	else if (!parse_tcp_option(s, word, line))
		die("what is %s?", word);
}

static void parse(struct frame *f, char *line)
{
	const char *word = next(&line);
	int i;

	f->icmp = -1;
	f->count = 1;
	if (word && *word == '@') {
		f->at = atol(word + 1);
		word = next(&line);
	}
	for (i = 0; i < n_points && word && strcmp(word, points[i].label); i++)
		continue;
	if (i == n_points || !word)
		die("no such point: %s", word ? word : "");
	f->point = &points[i];

	parse_path(&line, next(&line), &f->segment.src, &f->segment.dst);
	word = next(&line);
	if (word && !strncmp(word, "ICMP", 4)) {
		unsigned int type, code;

		if (sscanf(word, "ICMP%u/%u", &type, &code) != 2)
			die("no type and code: %s", word);
		f->icmp = type << 8 | code;
		f->src = f->segment.src;
		f->dst = f->segment.dst;
		parse_path(&line, next(&line), &f->segment.src, &f->segment.dst);
		word = next(&line);
	}
	parse_what(&f->segment, (char *)word);
	while ((word = next(&line)))
		parse_detail(f, word, &line);
}

static void wait_until(const struct timespec *start, long ms)
{
	struct timespec when = *start;

	when.tv_sec += ms / 1000;
	when.tv_nsec += ms % 1000 * 1000000;
	if (when.tv_nsec >= 1000000000) {
		when.tv_nsec -= 1000000000;
		when.tv_sec++;
	}
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
}

/* With a header of its own in front the kernel is told how much is to be in one piece. */
static ssize_t send_apart(int fd, struct writer *w)
{
	struct virtio_net_hdr hint = { .flags = 0 };
	struct iovec parts[] = { { &hint, sizeof(hint) }, { w->data, w->len } };
	ssize_t sent;
	int on = 1;

	if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)))
		die("PACKET_VNET_HDR: %m");
	sent = writev(fd, parts, 2);
	on = 0;
	if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)))
		die("PACKET_VNET_HDR: %m");
	return sent;
}

static void transmit(struct frame *f)
{
	static struct writer w;

	for (; f->count; f->count--) {
		build(&w, f);
		while ((f->apart ? send_apart(f->point->fd, &w) :
				   send(f->point->fd, w.data, w.len, 0)) < 0) {
			if (errno != ENOBUFS)
				die("send: %m");
			poll(NULL, 0, 1);
		}
		f->segment.src.port += f->src_step;
		f->segment.dst.port += f->dst_step;
	}
}

static int earlier(const void *a, const void *b)
{
	const struct frame *fa = a, *fb = b;

	if (fa->at != fb->at)
		return fa->at < fb->at ? -1 : 1;
	return fa->number - fb->number;
}

static void open_point(char *text, int home)
{
	struct sockaddr_ll addr = { .sll_family = AF_PACKET };
	char *iface = strchr(text, '='), *mac, *slash;
	struct point *p = &points[n_points++];
	struct ifreq req = { .ifr_flags = 0 };

	mac = iface ? strchr(iface, ',') : NULL;
	if (!mac || n_points > POINTS_MAX)
		die("no point: %s", text);
	*iface++ = '\0';
	*mac++ = '\0';
	p->label = text;
	if (sscanf(mac, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &p->eth[0], &p->eth[1],
		   &p->eth[2], &p->eth[3], &p->eth[4], &p->eth[5]) != 6)
		die("no MAC address: %s", mac);

	slash = strchr(iface, '/');
	if (slash) {
		*slash = '\0';
		enter_netns(iface);
		iface = slash + 1;
	} else if (setns(home, CLONE_NEWNET)) {
		die("setns: %m");
	}
	/* No protocol: it sends only. */
	p->fd = socket(AF_PACKET, SOCK_RAW, 0);
	addr.sll_ifindex = if_nametoindex(iface);
	snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", iface);
	if (p->fd < 0 || bind(p->fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	    ioctl(p->fd, SIOCGIFHWADDR, &req))
		die("interface %s: %m", iface);
	memcpy(p->eth + 6, req.ifr_hwaddr.sa_data, 6);
}

int main(int argc, char **argv)
{
	int i, n, home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct timespec start;
	struct frame *frames;

	settle();
	for (i = 1; i < argc && strcmp(argv[i], "--"); i++)
		open_point(argv[i], home);
	n = argc - i - 1;
	if (n < 0)
		die("usage: frames POINT... -- FRAME...");
	frames = calloc(n + 1, sizeof(*frames));
	if (!frames)
		die("no memory");
	for (i = 0; i < n; i++) {
		frames[i].number = i;
		parse(&frames[i], argv[argc - n + i]);
	}
	qsort(frames, n, sizeof(*frames), earlier);

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (i = 0; i < n; i++) {
		wait_until(&start, frames[i].at);
		transmit(&frames[i]);
	}
	return 0;
}
