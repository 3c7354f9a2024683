// SPDX-License-Identifier: GPL-2.0
/*
 * Handshakes by the burst, through paths that may keep packets for a while: a queue to a
 * program, for instance.
 *
 *   offer  PAIR BURST NUMBER: so many handshakes.  A burst's SYNs come in one after the
 *          other; when the last of them has left, their SYN-ACKs do; then the next
 *          burst's.  Read, it tells the ns of all, of building the packets, and how
 *          long each was on its way.
 */
#include <linux/debugfs.h>
#include <linux/tcp.h>
#include <linux/wait.h>

#include "bench.h"

#define BURST_MAX	4096

/* What is not through by then is lost. */
#define PATIENCE	(2 * HZ)

static DEFINE_SPINLOCK(lock);	/* all below until the blank line */
static DECLARE_WAIT_QUEUE_HEAD(through);
static struct histogram syn_delay, synack_delay;
static u64 came_in[BURST_MAX];	/* when; 0 if it has left */
static u32 first_id;
static unsigned int on_its_way;

static u64 offer_ns, build_ns, handshakes;

static void left(u32 i, struct histogram *delay)
{
	u64 now = ktime_get_ns();

	spin_lock_bh(&lock);
	if (i < BURST_MAX && came_in[i]) {
		histogram_add(delay, now - came_in[i]);
		came_in[i] = 0;
		if (!--on_its_way)
			wake_up(&through);
	}
	spin_unlock_bh(&lock);
}

static void offer_seen_syn(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		left(ntohl(tcp_of(skb)->seq) - first_id, &syn_delay);
}

static void offer_seen_synack(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP) && tcp_of(skb)->syn)
		left(ntohl(tcp_of(skb)->ack_seq) - 1 - first_id, &synack_delay);
}

/* Return: 0, -ETIMEDOUT if some did not get through, or another negative error. */
static int offer_kind(unsigned int pair, enum frame_kind kind, unsigned int burst)
{
	struct sk_buff *skbs[BATCH];
	unsigned int i, k, n;
	u64 begin;

	spin_lock_bh(&lock);
	on_its_way = burst;
	spin_unlock_bh(&lock);
	for (i = 0; i < burst; i += n) {
		n = min_t(unsigned int, burst - i, BATCH);
		begin = ktime_get_ns();
		for (k = 0; k < n; k++) {
			skbs[k] = frame_build(pair, kind, first_id + i + k);
			if (!skbs[k])
				return -ENOMEM;
		}
		build_ns += ktime_get_ns() - begin;
		local_bh_disable();
		for (k = 0; k < n; k++) {
			WRITE_ONCE(came_in[i + k], ktime_get_ns());
			netif_receive_skb(skbs[k]);
		}
		local_bh_enable();
		cond_resched();
	}
	if (!wait_event_timeout(through, !READ_ONCE(on_its_way), PATIENCE))
		return -ETIMEDOUT;
	return 0;
}

static int offer(unsigned int pair, unsigned int burst, unsigned int number)
{
	struct port *server = port_of(pair, SERVER), *client = port_of(pair, CLIENT);
	u64 begin = ktime_get_ns();
	unsigned int i;
	int err = 0;

	memset(&syn_delay, 0, sizeof(syn_delay));
	memset(&synack_delay, 0, sizeof(synack_delay));
	memset(came_in, 0, sizeof(came_in));
	build_ns = 0;
	server->seen = offer_seen_syn;
	client->seen = offer_seen_synack;
	for (i = 0; i < number && !err; i += burst) {
		first_id = frame_ids(pair, burst);
		err = offer_kind(pair, FRAME_SYN, burst) ?:
		      offer_kind(pair, FRAME_SYNACK, burst);
	}
	offer_ns = ktime_get_ns() - begin;
	handshakes = i;
	server->seen = NULL;
	client->seen = NULL;
	synchronize_net();
	return err;
}

static ssize_t offer_write(struct file *file, const char __user *from,
			   size_t len, loff_t *pos)
{
	unsigned int pair, burst, number;
	char text[64] = {};
	int err;

	if (simple_write_to_buffer(text, sizeof(text) - 1, pos, from, len) != len ||
	    sscanf(text, "%u %u %u", &pair, &burst, &number) != 3 ||
	    pair >= PAIRS || !burst || burst > BURST_MAX)
		return -EINVAL;
	err = offer(pair, burst, number);
	return err ?: len;
}

static int offer_show(struct seq_file *out, void *unused)
{
	seq_printf(out, "time %llu %llu %llu\n", offer_ns, build_ns, handshakes);
	histogram_show(out, "syn", &syn_delay);
	histogram_show(out, "synack", &synack_delay);
	return 0;
}

static int offer_open(struct inode *inode, struct file *file)
{
	return single_open(file, offer_show, NULL);
}

static const struct file_operations offer_fops = {
	.owner = THIS_MODULE,
	.open = offer_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
	.write = offer_write,
};

void offer_init(struct dentry *dir)
{
	debugfs_create_file("offer", 0600, dir, NULL, &offer_fops);
}
