// SPDX-License-Identifier: GPL-2.0
/*
 * How late SYNs are repeated, and RSTs sent: by what leaves the ports.
 *
 *   late  PAIR NUMBER SPREAD INTERVAL RETRIES IDLE: so many attempts begin, evenly spread
 *         over SPREAD ns; returns when their deadline is over.  Read, it tells.
 *
 * With IDLE 0 the processor is kept awake meanwhile: how long it takes to wake is the affair
 * of whoever made it. With 1 it sleeps whenever there is nothing to do.
 */
#include <linux/debugfs.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/tcp.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>

#include "bench.h"

/* So many may be pushed with soft interrupts off. */
#define CHUNK	8

/* How long what is late is waited for. */
#define PATIENCE	(20 * NSEC_PER_SEC)

static struct histogram syn_late, rst_late;
static u64 *first;		/* when an attempt's first SYN came in */
static u8 *seen;		/* how many of its SYNs went out */
static u32 first_id, num_ids;
static u64 interval, retries;
static unsigned int resets, behind, idle;
static DECLARE_WAIT_QUEUE_HEAD(over);

static void late_seen_syn(const struct sk_buff *skb)
{
	u32 i = ntohl(tcp_of(skb)->seq) - first_id;
	u64 now = ktime_get_ns();

	if (skb->protocol != htons(ETH_P_IP) || i >= num_ids)
		return;
	if (seen[i])
		histogram_add(&syn_late, now - first[i] - seen[i] * interval);
	seen[i]++;
}

static void late_seen_rst(const struct sk_buff *skb)
{
	u32 i = ntohl(tcp_of(skb)->ack_seq) - 1 - first_id;
	u64 now = ktime_get_ns();

	if (skb->protocol != htons(ETH_P_IP) || i >= num_ids ||
	    !tcp_of(skb)->rst)
		return;
	histogram_add(&rst_late, now - first[i] - (retries + 1) * interval);
	if (++resets == num_ids)
		wake_up(&over);
}

static void sleep_until(u64 ns)
{
	ktime_t due = ns_to_ktime(ns);

	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_hrtimeout(&due, HRTIMER_MODE_ABS);
}

static int begin_attempts(unsigned int pair, u64 spread)
{
	u64 begin = ktime_get_ns();
	struct sk_buff *skbs[CHUNK];
	unsigned int i = 0, n, k;
	u64 due;

	while (i < num_ids) {
		due = min_t(u64, num_ids, spread ?
			    div64_u64((ktime_get_ns() - begin) * num_ids, spread) :
			    num_ids);
		for (n = 0; n < CHUNK && i + n < due; n++) {
			skbs[n] = frame_build(pair, FRAME_SYN, first_id + i + n);
			if (!skbs[n])
				return -ENOMEM;
		}
		local_bh_disable();
		for (k = 0; k < n; k++, i++) {
			first[i] = ktime_get_ns();
			netif_receive_skb(skbs[k]);
		}
		local_bh_enable();
		if (idle && spread && i < num_ids)
			sleep_until(begin + div64_u64((i + 1) * spread, num_ids) + 1);
		else
			cond_resched();
	}
	/* How much longer than it should it took, in percent. */
	behind = spread ? div64_u64((ktime_get_ns() - begin - spread) * 100, spread) : 0;
	return 0;
}

static int late_run(unsigned int pair, u64 spread)
{
	struct port *server = port_of(pair, SERVER), *client = port_of(pair, CLIENT);
	u64 end;
	int err;

	memset(&syn_late, 0, sizeof(syn_late));
	memset(&rst_late, 0, sizeof(rst_late));
	resets = 0;
	first_id = frame_ids(pair, num_ids);
	server->seen = late_seen_syn;
	client->seen = late_seen_rst;
	err = begin_attempts(pair, spread);
	end = ktime_get_ns() + (retries + 1) * interval + PATIENCE;
	if (!err && idle)
		wait_event_timeout(over, READ_ONCE(resets) >= num_ids,
				   nsecs_to_jiffies(end - ktime_get_ns()));
	while (!err && !idle && READ_ONCE(resets) < num_ids && ktime_get_ns() < end)
		cond_resched();
	server->seen = NULL;
	client->seen = NULL;
	synchronize_net();
	return err;
}

static ssize_t late_write(struct file *file, const char __user *from,
			  size_t len, loff_t *pos)
{
	char text[128] = {};
	unsigned int pair;
	u64 spread;
	int err;

	if (simple_write_to_buffer(text, sizeof(text) - 1, pos, from, len) != len ||
	    sscanf(text, "%u %u %llu %llu %llu %u", &pair, &num_ids, &spread,
		   &interval, &retries, &idle) != 6 || pair >= PAIRS)
		return -EINVAL;
	first = vcalloc(num_ids, sizeof(*first));
	seen = vcalloc(num_ids, sizeof(*seen));
	err = first && seen ? late_run(pair, spread) : -ENOMEM;
	vfree(first);
	vfree(seen);
	num_ids = 0;
	return err ?: len;
}

static int late_show(struct seq_file *out, void *unused)
{
	histogram_show(out, "syn", &syn_late);
	histogram_show(out, "rst", &rst_late);
	seq_printf(out, "behind %u\n", behind);
	return 0;
}

static int late_open(struct inode *inode, struct file *file)
{
	return single_open(file, late_show, NULL);
}

static const struct file_operations late_fops = {
	.owner = THIS_MODULE,
	.open = late_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
	.write = late_write,
};

void late_init(struct dentry *dir)
{
	debugfs_create_file("late", 0600, dir, NULL, &late_fops);
}
