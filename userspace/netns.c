// SPDX-License-Identifier: GPL-2.0
/* Another network namespace, named as ip(8) names it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "syncopate.h"

#define NETNS_FOLDER "/run/netns/"

/**
 * netns_enter() - work in another network namespace from now on
 * @name: a name in /run/netns, or a path if it has a slash
 *
 * Return: exit status
 */
int netns_enter(const char *name)
{
	char path[PATH_MAX];
	int err;
	int fd;

	snprintf(path, sizeof(path), "%s%s", strchr(name, '/') ? "" : NETNS_FOLDER, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ENAMETOOLONG))
		return fail("no network namespace '%s'", name);
	if (fd < 0)
		return fail("network namespace '%s': %s", name, strerror(errno));
	err = setns(fd, CLONE_NEWNET) ? errno : 0;
	close(fd);
	if (err == EINVAL)
		return fail("'%s' is no network namespace", name);
	if (err == EPERM)
		return fail("permission denied: network namespace '%s' needs CAP_SYS_ADMIN", name);
	if (err)
		return fail("network namespace '%s': %s", name, strerror(err));
	return DONE;
}
