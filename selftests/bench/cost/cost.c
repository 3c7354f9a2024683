// SPDX-License-Identifier: GPL-2.0
/*
 * What a packet costs.  A batch is built, and then timed from the first packet's
 * netif_receive_skb() to the last one's end in port_xmit(), freed; soft
 * interrupts are off, as in a driver's poll.
 *
 *   round    ROUNDS PAIR...: so many rounds, in each of which every pair has a batch
 *            of each kind; read, it tells all samples in ticks
 *   sustain  PAIR HANDSHAKES: one handshake after the other with soft interrupts
 *            and RCU at work in between; read, it tells the ticks of all and of
 *            building the packets
 *   flood    PAIR SYNS: likewise one SYN after the other, each of a client of its own
 *   fill     PAIR NUMBER KIND: so many packets, each of an attempt of its own
 *   forget   PAIR: conntrack forgets what is set up, which nothing else ends here
 */
#include <linux/debugfs.h>
#include <linux/vmalloc.h>
#include <net/netfilter/nf_conntrack_core.h>

#include "bench.h"

#define ROUNDS_MAX	2000

/* Rows without a packet: what building one takes, and what reading the clock. */
#define ROW_BUILD	FRAME_KINDS
#define ROW_CLOCK	(FRAME_KINDS + 1)
#define ROWS		(FRAME_KINDS + 2)

static u32 *samples;		/* [ROUNDS_MAX][PAIRS][ROWS] */
static unsigned int rounds;
static bool measured[PAIRS];
static u64 round_ticks, round_ns;

/* Of handshakes without end, or of a flood. */
struct endless {
	u64 ticks, build;
	int (*batch)(struct endless *endless, unsigned int pair);
};

static u32 *sample(unsigned int round, unsigned int pair, unsigned int row)
{
	return &samples[(round * PAIRS + pair) * ROWS + row];
}

static void free_batch(struct sk_buff **skbs)
{
	unsigned int i;

	for (i = 0; i < BATCH; i++)
		kfree_skb(skbs[i]);
}

static int build_batch(struct sk_buff **skbs, unsigned int pair,
		       enum frame_kind kind, u32 id)
{
	unsigned int i;

	for (i = 0; i < BATCH; i++)
		skbs[i] = frame_build(pair, kind, id + i);
	for (i = 0; i < BATCH; i++)
		if (!skbs[i]) {
			free_batch(skbs);
			return -ENOMEM;
		}
	return 0;
}

/* Return: 0, or -EIO if not all of them came out at the other end. */
static int time_batch(unsigned int pair, enum frame_kind kind, u32 id,
		      u32 *row)
{
	const struct port *out = port_of(pair, !frame_from(kind));
	struct sk_buff *skbs[BATCH];
	unsigned long sent;
	unsigned int i;
	u64 begin, end;
	int err;

	err = build_batch(skbs, pair, kind, id);
	if (err)
		return err;
	local_bh_disable();
	sent = out->sent;
	begin = ticks();
	for (i = 0; i < BATCH; i++)
		netif_receive_skb(skbs[i]);
	end = ticks();
	sent = out->sent - sent;
	local_bh_enable();
	row[kind] = min_t(u64, end - begin, U32_MAX);
	return sent == BATCH ? 0 : -EIO;
}

static int time_others(unsigned int pair, u32 *row)
{
	struct sk_buff *skbs[BATCH];
	unsigned int i;
	u64 begin;
	int err;

	local_bh_disable();
	begin = ticks();
	err = build_batch(skbs, pair, FRAME_SYN, 0);
	row[ROW_BUILD] = min_t(u64, ticks() - begin, U32_MAX);
	begin = ticks();
	for (i = 0; i < BATCH; i++)
		ktime_get();
	row[ROW_CLOCK] = min_t(u64, ticks() - begin, U32_MAX);
	local_bh_enable();
	if (!err)
		free_batch(skbs);
	return err;
}

static int one_round(unsigned int round, unsigned int pair)
{
	u32 *row = sample(round, pair, 0), id = frame_ids(pair, 2 * BATCH);

	return time_batch(pair, FRAME_SYN, id, row) ?:
	       time_batch(pair, FRAME_SYNACK, id, row) ?:
	       time_batch(pair, FRAME_ACK, id, row) ?:
	       time_batch(pair, FRAME_DATA, id, row) ?:
	       time_batch(pair, FRAME_UDP, id, row) ?:
	       time_batch(pair, FRAME_SYN_MIDDLE, id + BATCH, row) ?:
	       time_batch(pair, FRAME_SYNACK_MIDDLE, id + BATCH, row) ?:
	       time_others(pair, row);
}

static int measure(unsigned int num, const int *pairs)
{
	u64 begin_ns = ktime_get_ns(), begin = ticks();
	unsigned int i, round;
	int err;

	memset(measured, 0, sizeof(measured));
	rounds = 0;
	for (round = 0; round < num; round++) {
		/* Whoever comes first in a round finds what the last left behind. */
		for (i = 0; i < pairs[0]; i++) {
			int pair = pairs[1 + (i + round) % pairs[0]];

			err = one_round(round, pair);
			if (err)
				return err;
			measured[pair] = true;
			cond_resched();
		}
	}
	rounds = num;
	round_ticks = ticks() - begin;
	round_ns = ktime_get_ns() - begin_ns;
	return 0;
}

static int round_show(struct seq_file *out, void *unused)
{
	static const char *const others[] = { "build", "clock" };
	unsigned int pair, row, round;

	seq_printf(out, "time %llu %llu\n", round_ticks, round_ns);
	for (pair = 0; pair < PAIRS; pair++)
		for (row = 0; row < ROWS && measured[pair]; row++) {
			seq_printf(out, "%u %s", pair, row < FRAME_KINDS ?
				   frame_name(row) : others[row - FRAME_KINDS]);
			for (round = 0; round < rounds; round++)
				seq_printf(out, " %u", *sample(round, pair, row));
			seq_putc(out, '\n');
		}
	return 0;
}

static ssize_t round_write(struct file *file, const char __user *from,
			   size_t len, loff_t *pos)
{
	int pairs[1 + PAIRS] = {}, num, i, err;
	char text[128] = {}, *numbers = text;

	if (simple_write_to_buffer(text, sizeof(text) - 1, pos, from, len) != len)
		return -EINVAL;
	if (kstrtoint(strsep(&numbers, " "), 0, &num) ||
	    num < 1 || num > ROUNDS_MAX)
		return -EINVAL;
	for (i = 0; numbers && i < PAIRS; i++) {
		err = kstrtoint(strim(strsep(&numbers, " ")), 0, &pairs[1 + i]);
		if (err || pairs[1 + i] < 0 || pairs[1 + i] >= PAIRS)
			return -EINVAL;
	}
	pairs[0] = i;
	err = measure(num, pairs);
	return err ?: len;
}

static int round_open(struct inode *inode, struct file *file)
{
	return single_open_size(file, round_show, NULL, 1 << 20);
}

static const struct file_operations round_fops = {
	.owner = THIS_MODULE,
	.open = round_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
	.write = round_write,
};

/* --- without end --------------------------------------------------------- */

/* Each answered before the next begins. Return: 0 or a negative error. */
static int handshake_batch(struct endless *endless, unsigned int pair)
{
	struct sk_buff *syn[BATCH], *synack[BATCH], *ack[BATCH];
	const struct port *server = port_of(pair, SERVER);
	u32 id = frame_ids(pair, BATCH);
	unsigned long sent;
	unsigned int i;
	u64 begin;
	int err;

	local_bh_disable();
	begin = ticks();
	err = build_batch(syn, pair, FRAME_SYN, id) ?:
	      build_batch(synack, pair, FRAME_SYNACK, id) ?:
	      build_batch(ack, pair, FRAME_ACK, id);
	endless->build += ticks() - begin;
	sent = server->sent;
	for (i = 0; i < BATCH && !err; i++) {
		netif_receive_skb(syn[i]);
		netif_receive_skb(synack[i]);
		netif_receive_skb(ack[i]);
	}
	if (!err && server->sent - sent != 2 * BATCH)
		err = -EIO;
	local_bh_enable();
	return err;
}

/* SYNs, which nobody answers. */
static int flood_batch(struct endless *endless, unsigned int pair)
{
	const struct port *server = port_of(pair, SERVER);
	struct sk_buff *syn[BATCH];
	unsigned long sent;
	unsigned int i;
	u64 begin;
	int err;

	local_bh_disable();
	begin = ticks();
	err = build_batch(syn, pair, FRAME_SYN, frame_ids(pair, BATCH));
	endless->build += ticks() - begin;
	sent = server->sent;
	for (i = 0; i < BATCH && !err; i++)
		netif_receive_skb(syn[i]);
	if (!err && server->sent - sent != BATCH)
		err = -EIO;
	local_bh_enable();
	return err;
}

static struct endless sustain = { .batch = handshake_batch };
static struct endless flood = { .batch = flood_batch };

static ssize_t endless_write(struct file *file, const char __user *from,
			    size_t len, loff_t *pos)
{
	struct endless *endless = ((struct seq_file *)file->private_data)->private;
	unsigned int pair, num, i;
	char text[64] = {};
	u64 begin;
	int err = 0;

	if (simple_write_to_buffer(text, sizeof(text) - 1, pos, from, len) != len ||
	    sscanf(text, "%u %u", &pair, &num) != 2 || pair >= PAIRS)
		return -EINVAL;
	endless->build = 0;
	begin = ticks();
	for (i = 0; i < num && !err; i += BATCH) {
		err = endless->batch(endless, pair);
		cond_resched();
	}
	endless->ticks = ticks() - begin;
	return err ?: len;
}

static int endless_show(struct seq_file *out, void *unused)
{
	const struct endless *endless = out->private;

	seq_printf(out, "%llu %llu\n", endless->ticks, endless->build);
	return 0;
}

static int endless_open(struct inode *inode, struct file *file)
{
	return single_open(file, endless_show, inode->i_private);
}

static const struct file_operations endless_fops = {
	.owner = THIS_MODULE,
	.open = endless_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
	.write = endless_write,
};

/* --- many at once -------------------------------------------------------- */

static ssize_t fill_write(struct file *file, const char __user *from,
			  size_t len, loff_t *pos)
{
	unsigned int pair, num, kind, i;
	struct sk_buff *skb;
	char text[64] = {};
	u32 id;

	if (simple_write_to_buffer(text, sizeof(text) - 1, pos, from, len) != len ||
	    sscanf(text, "%u %u %u", &pair, &num, &kind) != 3 ||
	    pair >= PAIRS || kind >= FRAME_KINDS)
		return -EINVAL;
	id = frame_ids(pair, num);
	for (i = 0; i < num; i++) {
		skb = frame_build(pair, kind, id + i);
		if (!skb)
			return -ENOMEM;
		local_bh_disable();
		netif_receive_skb(skb);
		local_bh_enable();
		cond_resched();
	}
	return len;
}

static const struct file_operations fill_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = fill_write,
};

static int is_set_up(struct nf_conn *ct, void *unused)
{
	return test_bit(IPS_SEEN_REPLY_BIT, &ct->status);
}

static int forget_set(void *data, u64 pair)
{
	struct nf_ct_iter_data iter = {};

	if (pair >= PAIRS)
		return -EINVAL;
	iter.net = dev_net(port_dev(pair, CLIENT));
	nf_ct_iterate_cleanup_net(is_set_up, &iter);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(forget_fops, NULL, forget_set, "%llu\n");

int cost_init(struct dentry *dir)
{
	samples = vcalloc(ROUNDS_MAX * PAIRS * ROWS, sizeof(*samples));
	if (!samples)
		return -ENOMEM;
	debugfs_create_file("round", 0600, dir, NULL, &round_fops);
	debugfs_create_file("sustain", 0600, dir, &sustain, &endless_fops);
	debugfs_create_file("flood", 0600, dir, &flood, &endless_fops);
	debugfs_create_file("fill", 0200, dir, NULL, &fill_fops);
	debugfs_create_file_unsafe("forget", 0200, dir, NULL, &forget_fops);
	return 0;
}

void cost_exit(void)
{
	vfree(samples);
}
