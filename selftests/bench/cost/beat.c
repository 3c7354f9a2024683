// SPDX-License-Identifier: GPL-2.0
/*
 * How long others have to wait: again and again a hard timer fires and asks for
 * a tasklet.  What the timer is late is the machine's fault or that of whoever
 * had interrupts off; what the tasklet is late above that is the time in which
 * no soft interrupt could run.
 *
 * Written a period in ns it begins anew, 0 it stops; read it tells.
 */
#include <linux/debugfs.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>

#include "bench.h"

static struct hrtimer beat_timer;
static struct histogram timer_late, tasklet_late;
static u64 beat_due, period;
static bool beat_asked;

static void beat_tasklet(struct tasklet_struct *unused)
{
	histogram_add(&tasklet_late, ktime_get_ns() - READ_ONCE(beat_due));
	WRITE_ONCE(beat_asked, false);
}

static DECLARE_TASKLET(tasklet, beat_tasklet);

static enum hrtimer_restart beat_fire(struct hrtimer *timer)
{
	u64 now = ktime_get_ns(), due = ktime_to_ns(hrtimer_get_expires(timer));

	histogram_add(&timer_late, now - due);
	/* One that still waits has waited since it was asked for first. */
	if (!READ_ONCE(beat_asked)) {
		WRITE_ONCE(beat_due, due);
		WRITE_ONCE(beat_asked, true);
		tasklet_schedule(&tasklet);
	}
	hrtimer_forward(timer, ns_to_ktime(now), period);
	return HRTIMER_RESTART;
}

static void beat_stop(void)
{
	hrtimer_cancel(&beat_timer);
	tasklet_kill(&tasklet);
}

static int beat_set(void *data, u64 ns)
{
	beat_stop();
	if (!ns)
		return 0;
	period = ns;
	memset(&timer_late, 0, sizeof(timer_late));
	memset(&tasklet_late, 0, sizeof(tasklet_late));
	beat_asked = false;
	hrtimer_start(&beat_timer, ktime_add_ns(ktime_get(), period),
		      HRTIMER_MODE_ABS_HARD);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(beat_fops, NULL, beat_set, "%llu\n");

static int beats_show(struct seq_file *out, void *unused)
{
	histogram_show(out, "timer", &timer_late);
	histogram_show(out, "tasklet", &tasklet_late);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(beats);

void beat_init(struct dentry *dir)
{
	hrtimer_init(&beat_timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	beat_timer.function = beat_fire;
	debugfs_create_file_unsafe("beat", 0200, dir, NULL, &beat_fops);
	debugfs_create_file("beats", 0400, dir, NULL, &beats_fops);
}

void beat_exit(void)
{
	beat_stop();
}
