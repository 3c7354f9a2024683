// SPDX-License-Identifier: GPL-2.0
/*
 * A benchmark from inside the kernel: packets are made here, go through bridge or
 * router as if a network card had received them, and end here.  Driven by files
 * in debugfs, see measure.py.  It is no part of the product.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/netfilter_bridge.h>

#include "bench.h"

static struct dentry *dir;

static unsigned int entries(const struct nf_hook_entries __rcu *hooks)
{
	const struct nf_hook_entries *e = rcu_dereference(hooks);

	return e ? e->num_hook_entries : 0;
}

/* How many forward hooks each pair's packets pass: bridge, IPv4. */
static int hooks_show(struct seq_file *out, void *unused)
{
	const struct netns_nf *nf;
	unsigned int pair;

	rcu_read_lock();
	for (pair = 0; pair < PAIRS; pair++) {
		nf = &dev_net(port_dev(pair, CLIENT))->nf;
		seq_printf(out, "%u %u %u\n", pair,
			   entries(nf->hooks_bridge[NF_BR_FORWARD]),
			   entries(nf->hooks_ipv4[NF_INET_FORWARD]));
	}
	rcu_read_unlock();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(hooks);

static int __init bench_init(void)
{
	int err = ports_create();

	if (err)
		return err;
	dir = debugfs_create_dir("syncopate_bench", NULL);
	err = cost_init(dir);
	if (err) {
		debugfs_remove(dir);
		ports_destroy();
		return err;
	}
	late_init(dir);
	offer_init(dir);
	debugfs_create_file("hooks", 0400, dir, NULL, &hooks_fops);
	beat_init(dir);
	return 0;
}

static void __exit bench_exit(void)
{
	debugfs_remove(dir);
	beat_exit();
	cost_exit();
	ports_destroy();
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_DESCRIPTION("Measures what Syncopate costs");
MODULE_AUTHOR("The Syncopate authors");
MODULE_LICENSE("GPL");
