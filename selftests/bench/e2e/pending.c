// SPDX-License-Identifier: GPL-2.0
/*
 * The attempts that wait for an answer. They all wait equally long for the next repeat, so
 * that for each number of repeats a list in the order of arrival is all the timer there
 * has to be: less than any timer of the kernel's costs.
 */
#include <arpa/inet.h>
#include <err.h>
#include <linux/if_packet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "prototype.h"

#define ETHERNET	14
#define BUCKETS		(1 << 18)
/* So many need no memory that was not there from the beginning. */
#define PREPARED	(1 << 15)

/**
 * struct attempt - one that waits
 * @chain: the next in its bucket
 * @next: the one behind it in the list of those repeated as often
 * @before: and the one before
 * @due: when something is to be done
 * @repeated: how often the SYN was
 * @syn: it
 */
struct attempt {
	struct attempt *chain;
	struct attempt *next;
	struct attempt *before;
	uint64_t due;
	unsigned int repeated;
	struct packet syn;
};

struct list {
	struct attempt *first;
	struct attempt *last;
};

struct pending {
	struct attempt *bucket[BUCKETS];
	struct list waiting[REPEATS + 1];
	struct attempt *unused;
	struct numbers *numbers;
	int wire;
};

static const struct iphdr *ip_of(const struct packet *packet)
{
	return (const void *)(packet->frame + ETHERNET);
}

static const struct tcphdr *tcp_of(const struct packet *packet)
{
	return (const void *)(packet->frame + ETHERNET + 4 * ip_of(packet)->ihl);
}

/* The same for both directions. */
static struct attempt **bucket_of(struct pending *pending, const struct packet *packet)
{
	const struct iphdr *ip = ip_of(packet);
	const struct tcphdr *tcp = tcp_of(packet);
	uint32_t hash = (ip->saddr ^ ip->daddr) + 0x9e3779b1u * (tcp->source ^ tcp->dest);

	hash *= 0x85ebca6bu;
	return &pending->bucket[(hash ^ hash >> 15) % BUCKETS];
}

static bool is_of(const struct attempt *attempt, const struct packet *packet, bool back)
{
	const struct iphdr *ip = ip_of(packet), *own = ip_of(&attempt->syn);
	const struct tcphdr *tcp = tcp_of(packet), *syn = tcp_of(&attempt->syn);

	return back ? ip->saddr == own->daddr && ip->daddr == own->saddr &&
		      tcp->source == syn->dest && tcp->dest == syn->source :
		      ip->saddr == own->saddr && ip->daddr == own->daddr &&
		      tcp->source == syn->source && tcp->dest == syn->dest;
}

static struct attempt *find(struct pending *pending, const struct packet *packet, bool back)
{
	struct attempt *attempt;

	for (attempt = *bucket_of(pending, packet); attempt; attempt = attempt->chain)
		if (is_of(attempt, packet, back))
			return attempt;
	return NULL;
}

static void enqueue(struct pending *pending, struct attempt *attempt, uint64_t now)
{
	struct list *list = &pending->waiting[attempt->repeated];

	attempt->due = now + INTERVAL;
	attempt->next = NULL;
	attempt->before = list->last;
	*(list->last ? &list->last->next : &list->first) = attempt;
	list->last = attempt;
}

static void dequeue(struct pending *pending, struct attempt *attempt)
{
	struct list *list = &pending->waiting[attempt->repeated];

	*(attempt->before ? &attempt->before->next : &list->first) = attempt->next;
	*(attempt->next ? &attempt->next->before : &list->last) = attempt->before;
}

static void forget(struct pending *pending, struct attempt *attempt)
{
	struct attempt **at = bucket_of(pending, &attempt->syn);

	while (*at != attempt)
		at = &(*at)->chain;
	*at = attempt->chain;
	dequeue(pending, attempt);
	attempt->chain = pending->unused;
	pending->unused = attempt;
}

static void begin(struct pending *pending, const struct packet *packet, uint64_t now)
{
	struct attempt **bucket = bucket_of(pending, packet);
	struct attempt *attempt = pending->unused;

	if (attempt)
		pending->unused = attempt->chain;
	else
		attempt = malloc(sizeof(*attempt));
	if (!attempt)
		return;
	attempt->syn = *packet;
	attempt->repeated = 0;
	attempt->chain = *bucket;
	*bucket = attempt;
	enqueue(pending, attempt, now);
	pending->numbers->started++;
}

/**
 * pending_packet() - look at a packet
 * @pending: what waits
 * @packet: it
 * @now: the time
 *
 * Return: whether it may go on
 */
bool pending_packet(struct pending *pending, const struct packet *packet, uint64_t now)
{
	const struct tcphdr *tcp;
	struct attempt *attempt;

	if (packet->len < ETHERNET + sizeof(struct iphdr) + sizeof(*tcp) ||
	    packet->len < ETHERNET + 4u * ip_of(packet)->ihl + sizeof(*tcp) ||
	    ip_of(packet)->version != 4 || ip_of(packet)->protocol != IPPROTO_TCP)
		return true;
	tcp = tcp_of(packet);
	if (tcp->syn && !tcp->ack) {
		attempt = find(pending, packet, false);
		if (attempt && tcp_of(&attempt->syn)->seq == tcp->seq) {
			pending->numbers->dropped++;
			return false;
		}
		if (attempt)
			forget(pending, attempt);
		begin(pending, packet, now);
	} else if (tcp->syn || tcp->rst) {
		attempt = find(pending, packet, true);
		if (attempt && ntohl(tcp->ack_seq) == ntohl(tcp_of(&attempt->syn)->seq) + 1) {
			forget(pending, attempt);
			pending->numbers->answered++;
		}
	}
	return true;
}

static void transmit(struct pending *pending, uint32_t port, const void *frame, size_t len)
{
	const struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = port };

	sendto(pending->wire, frame, len, 0, (const void *)&address, sizeof(address));
}

static uint16_t checksum(const void *data, size_t len, uint32_t sum)
{
	const uint8_t *bytes = data;
	size_t i;

	for (i = 0; i < len; i += 2)
		sum += bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum);
}

static void refuse(struct pending *pending, const struct packet *syn)
{
	struct iphdr ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP,
			    .saddr = ip_of(syn)->daddr, .daddr = ip_of(syn)->saddr };
	struct tcphdr tcp = { .source = tcp_of(syn)->dest, .dest = tcp_of(syn)->source,
			      .doff = 5, .rst = 1, .ack = 1 };
	uint8_t frame[ETHERNET + sizeof(ip) + sizeof(tcp)];
	uint32_t sum = IPPROTO_TCP + sizeof(tcp);

	ip.tot_len = htons(sizeof(ip) + sizeof(tcp));
	ip.check = checksum(&ip, sizeof(ip), 0);
	tcp.ack_seq = htonl(ntohl(tcp_of(syn)->seq) + 1);
	sum += (ntohl(ip.saddr) >> 16) + (ntohl(ip.saddr) & 0xffff);
	sum += (ntohl(ip.daddr) >> 16) + (ntohl(ip.daddr) & 0xffff);
	tcp.check = checksum(&tcp, sizeof(tcp), sum);
	memcpy(frame, syn->frame + 6, 6);
	memcpy(frame + 6, syn->frame, 6);
	memcpy(frame + 12, syn->frame + 12, 2);
	memcpy(frame + ETHERNET, &ip, sizeof(ip));
	memcpy(frame + ETHERNET + sizeof(ip), &tcp, sizeof(tcp));
	transmit(pending, syn->in, frame, sizeof(frame));
}

/**
 * pending_timers() - do what is due
 * @pending: what waits
 * @now: the time
 */
void pending_timers(struct pending *pending, uint64_t now)
{
	struct attempt *attempt;
	unsigned int i;

	for (i = REPEATS + 1; i--; ) {
		while ((attempt = pending->waiting[i].first) && attempt->due <= now) {
			if (i == REPEATS) {
				refuse(pending, &attempt->syn);
				pending->numbers->gave_up++;
				forget(pending, attempt);
				continue;
			}
			transmit(pending, attempt->syn.out, attempt->syn.frame, attempt->syn.len);
			pending->numbers->repeated++;
			dequeue(pending, attempt);
			attempt->repeated++;
			enqueue(pending, attempt, now);
		}
	}
}

/**
 * pending_new() - an empty table
 * @numbers: where to count
 *
 * Return: it
 */
struct pending *pending_new(struct numbers *numbers)
{
	struct pending *pending = malloc(sizeof(*pending));
	struct attempt *attempts = malloc(PREPARED * sizeof(*attempts));
	size_t i;

	if (!pending || !attempts)
		errx(1, "no memory");
	/* All of it is touched here: a page that is new takes long, in user mode above all. */
	memset(pending, 0, sizeof(*pending));
	memset(attempts, 1, PREPARED * sizeof(*attempts));
	for (i = 0; i < PREPARED; i++) {
		attempts[i].chain = pending->unused;
		pending->unused = &attempts[i];
	}
	pending->numbers = numbers;
	pending->wire = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (pending->wire < 0)
		err(1, "no packet socket");
	return pending;
}
