// SPDX-License-Identifier: GPL-2.0
/*
 * Devices like dummy's: what is sent by them is counted and freed.  What they
 * receive is made in frame.c.  They come in pairs, bench0c and bench0s and so on,
 * and stay known here when they are moved to other namespaces.
 */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

#include "bench.h"

static struct net_device *devs[PAIRS][SIDES];

/** port_dev - the device of a side of a pair */
struct net_device *port_dev(unsigned int pair, enum side side)
{
	return devs[pair][side];
}

/** port_of - what that device has */
struct port *port_of(unsigned int pair, enum side side)
{
	return netdev_priv(devs[pair][side]);
}

static netdev_tx_t port_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct port *port = netdev_priv(dev);

	port->sent++;
	if (unlikely(port->seen))
		port->seen(skb);
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops port_ops = {
	.ndo_start_xmit = port_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static void port_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &port_ops;
	dev->priv_flags |= IFF_NO_QUEUE;
#ifdef NETIF_F_LLTX /* before 6.12 */
	dev->features |= NETIF_F_LLTX;
#else
	dev->lltx = true;
#endif
	eth_hw_addr_random(dev);
}

/** ports_create - make all pairs. Return: 0 or a negative error. */
int ports_create(void)
{
	char name[IFNAMSIZ];
	struct net_device *dev;
	unsigned int i;
	int err;

	for (i = 0; i < PAIRS * SIDES; i++) {
		snprintf(name, sizeof(name), "bench%u%c", i / SIDES,
			 i % SIDES == CLIENT ? 'c' : 's');
		dev = alloc_netdev(sizeof(struct port), name, NET_NAME_USER,
				   port_setup);
		if (!dev) {
			err = -ENOMEM;
			goto undo;
		}
		err = register_netdev(dev);
		if (err) {
			free_netdev(dev);
			goto undo;
		}
		devs[i / SIDES][i % SIDES] = dev;
	}
	return 0;

undo:
	ports_destroy();
	return err;
}

/** ports_destroy - undo ports_create() */
void ports_destroy(void)
{
	unsigned int i;

	for (i = 0; i < PAIRS * SIDES; i++) {
		struct net_device *dev = devs[i / SIDES][i % SIDES];

		if (!dev)
			continue;
		unregister_netdev(dev);
		free_netdev(dev);
		devs[i / SIDES][i % SIDES] = NULL;
	}
}
