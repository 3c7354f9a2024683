// SPDX-License-Identifier: GPL-2.0
/* The module and its share of each network namespace: begin and end. */
#include <linux/module.h>
#include <linux/netdevice.h>

#include "compat.h"
#include "config.h"
#include "dest.h"
#include "flow.h"
#include "hook.h"
#include "main.h"
#include "netlink.h"
#include "repeats.h"
#include "shed.h"

unsigned int syncopate_net_id __read_mostly;

static int __net_init syncopate_net_init(struct net *net)
{
	struct syncopate_net *sn = syncopate_net(net);

	sn->net = net;
	mutex_init(&sn->lock);
	atomic_set(&sn->flow_count, 0);
	sn->flow_limit = flow_limit_default();
	kept_room_set(&sn->long_syns, sn->flow_limit);
	atomic_set(&sn->long_syns.used, 0);
	spin_lock_init(&sn->dest_lock);
	INIT_LIST_HEAD(&sn->dests_strange);
	INIT_LIST_HEAD(&sn->dests_known);
	sn->dest_limit = dest_limit_default();
	shed_init(sn);
	repeats_init(sn);
	atomic64_set(&sn->events, 0);
	sn->generation = 1;
	sn->stats = netdev_alloc_pcpu_stats(struct stats);
	if (!sn->stats)
		return -ENOMEM;
	if (!config_create(sn)) {
		free_percpu(sn->stats);
		return -ENOMEM;
	}
	return 0;
}

/*
 * Before any other part of the namespace goes: a kept SYN references routes and
 * conntrack entries, and conntrack waits for the last of its entries.
 */
static void __net_exit syncopate_net_pre_exit(struct net *net)
{
	struct syncopate_net *sn = syncopate_net(net);

	mutex_lock(&sn->lock);
	hook_unregister(sn, sn->hooked);
	mutex_unlock(&sn->lock);
}

/* A grace period later: no timer callback uses what is freed here. */
static void __net_exit syncopate_net_exit(struct net *net)
{
	struct syncopate_net *sn = syncopate_net(net);

	flow_table_destroy(sn);
	dest_table_destroy(sn);
	config_destroy(sn);
	free_percpu(sn->stats);
}

static struct pernet_operations syncopate_net_ops = {
	.init = syncopate_net_init,
	.pre_exit = syncopate_net_pre_exit,
	.exit = syncopate_net_exit,
	.id = &syncopate_net_id,
	.size = sizeof(struct syncopate_net),
};

/*
 * A flow names its interfaces by index, but what its kept SYN references may
 * name them by address. No packet that came in or went out by an interface is
 * on its way any more when its end is announced.
 */
static int syncopate_netdev_event(struct notifier_block *nb,
				  unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct syncopate_net *sn = syncopate_net(dev_net(dev));
	struct netdev_notifier_changeupper_info *change = ptr;

	switch (event) {
	case NETDEV_UNREGISTER:
		flow_flush(sn, ~0U, dev->ifindex, 0);
		break;
	case NETDEV_CHANGEUPPER:
		if (!change->linking && netif_is_bridge_master(change->upper_dev))
			flow_flush(sn, ~0U, dev->ifindex,
				   change->upper_dev->ifindex);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block syncopate_netdev_notifier = {
	.notifier_call = syncopate_netdev_event,
};

static int __init syncopate_init(void)
{
	int err;

	err = flow_init();
	if (err)
		return err;

	err = register_pernet_subsys(&syncopate_net_ops);
	if (err)
		goto err_flow;

	err = register_netdevice_notifier(&syncopate_netdev_notifier);
	if (err)
		goto err_pernet;

	err = netlink_register();
	if (err)
		goto err_notifier;
	return 0;

err_notifier:
	unregister_netdevice_notifier(&syncopate_netdev_notifier);
err_pernet:
	unregister_pernet_subsys(&syncopate_net_ops);
err_flow:
	flow_exit();
	return err;
}

/*
 * In reverse. The family goes first: after it no policy can be added. That
 * waits for requests, and a dump holds the module. Then the hooks go and with
 * them all flows, while interfaces that go away are still announced to us.
 */
static void __exit syncopate_exit(void)
{
	struct syncopate_net *sn;
	struct net *net;

	netlink_unregister();

	/* A namespace that is not listed any more sees to itself. */
	down_read(&net_rwsem);
	for_each_net(net) {
		sn = syncopate_net(net);
		mutex_lock(&sn->lock);
		hook_unregister(sn, sn->hooked);
		mutex_unlock(&sn->lock);
	}
	up_read(&net_rwsem);

	unregister_netdevice_notifier(&syncopate_netdev_notifier);
	unregister_pernet_subsys(&syncopate_net_ops);
	flow_exit();
}

module_init(syncopate_init);
module_exit(syncopate_exit);

MODULE_DESCRIPTION("Sets the beat of TCP connection set-up");
MODULE_AUTHOR("The Syncopate authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(SYNCOPATE_VERSION);
