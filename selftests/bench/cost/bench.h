/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNCOPATE_BENCH_H
#define SYNCOPATE_BENCH_H

#include <linux/ip.h>
#include <linux/netdevice.h>
#include <linux/seq_file.h>
#include <linux/tcp.h>

struct dentry;

/* A pair of ports is a path through the kernel: a bridge's, or a router's. */
#define PAIRS		8

/* Packets that are timed together: a NAPI poll's worth. */
#define BATCH		64

/* --- port.c: the network devices ----------------------------------------- */

/**
 * struct port - what a device of ours has
 * @sent: packets that left by it
 * @seen: is told of each of them, or NULL
 */
struct port {
	unsigned long sent;
	void (*seen)(const struct sk_buff *skb);
};

enum side { CLIENT, SERVER, SIDES };

struct net_device *port_dev(unsigned int pair, enum side side);
struct port *port_of(unsigned int pair, enum side side);
int ports_create(void);
void ports_destroy(void);

/* --- frame.c: the packets ------------------------------------------------ */

enum frame_kind {
	FRAME_SYN,
	FRAME_SYNACK,
	FRAME_ACK,
	FRAME_DATA,
	FRAME_UDP,
	FRAME_SYN_MIDDLE,
	FRAME_SYNACK_MIDDLE,
	FRAME_KINDS,
};

const char *frame_name(enum frame_kind kind);
enum side frame_from(enum frame_kind kind);
struct sk_buff *frame_build(unsigned int pair, enum frame_kind kind, u32 id);
u32 frame_ids(unsigned int pair, u32 num);

static inline const struct tcphdr *tcp_of(const struct sk_buff *skb)
{
	const struct iphdr *ip = ip_hdr(skb);

	return (const struct tcphdr *)((const u8 *)ip + ip->ihl * 4);
}

/* --- histogram.c --------------------------------------------------------- */

/* Of times in ns: 64 buckets for each power of two, so exact to 1.6 %. */
#define HISTOGRAM_BUCKETS	(64 * 32)

/**
 * struct histogram - how often a time was seen
 * @num: how many times are in it
 * @max: the longest
 * @count: by bucket
 */
struct histogram {
	u64 num;
	u64 max;
	u32 count[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *h, s64 ns);
void histogram_show(struct seq_file *out, const char *name,
		    const struct histogram *h);

/* --- what is asked for, each with files in debugfs ----------------------- */

int cost_init(struct dentry *dir);
void cost_exit(void);
void late_init(struct dentry *dir);
void offer_init(struct dentry *dir);
void beat_init(struct dentry *dir);
void beat_exit(void);

/* --- time ---------------------------------------------------------------- */

/*
 * The processor's own count: the clock of a kernel in user mode is 256 ns coarse.
 * The machines that this runs in are all x86.
 */
static inline u64 ticks(void)
{
	u32 low, high;

	asm volatile("lfence; rdtsc; lfence" : "=a" (low), "=d" (high) :: "memory");
	return (u64)high << 32 | low;
}

#endif /* SYNCOPATE_BENCH_H */
