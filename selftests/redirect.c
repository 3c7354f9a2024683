// SPDX-License-Identifier: GPL-2.0
/*
 * redirect [-n NETNS] [-g] FROM TO
 *
 * Has XDP send all that comes in by the interface FROM out by TO, before a bridge or a
 * router sees it; with -g by the kernel's own XDP, which each interface has, and not the
 * driver's.  Says `ready` when it does.  It ends with its parent or by a signal.
 */
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper.h"

static int bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

/* return bpf_redirect(to, 0) */
static int load(unsigned int to)
{
	const struct bpf_insn program[] = {
		{ .code = BPF_ALU | BPF_MOV | BPF_K, .dst_reg = BPF_REG_1, .imm = to },
		{ .code = BPF_ALU | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (uintptr_t)program,
		.insn_cnt = sizeof(program) / sizeof(*program),
		.license = (uintptr_t)"GPL",
	};

	return bpf(BPF_PROG_LOAD, &attr);
}

/* It holds for as long as the process. */
static int attach(int program, unsigned int from, bool generic)
{
	union bpf_attr attr = {
		.link_create = {
			.prog_fd = program,
			.target_ifindex = from,
			.attach_type = BPF_XDP,
			.flags = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE,
		},
	};

	return bpf(BPF_LINK_CREATE, &attr);
}

int main(int argc, char **argv)
{
	unsigned int from, to;
	bool generic = false;
	int program, c;

	settle();
	while ((c = getopt(argc, argv, "n:g")) != -1) {
		if (c == 'n')
			enter_netns(optarg);
		else if (c == 'g')
			generic = true;
		else
			die("usage: redirect [-n NETNS] [-g] FROM TO");
	}
	if (argc - optind != 2)
		die("usage: redirect [-n NETNS] [-g] FROM TO");
	from = if_nametoindex(argv[optind]);
	to = if_nametoindex(argv[optind + 1]);
	if (!from || !to)
		die("%s, %s: no such interfaces", argv[optind], argv[optind + 1]);
	program = load(to);
	if (program < 0)
		die("program: %m");
	if (attach(program, from, generic) < 0)
		die("%s: %m", argv[optind]);
	puts("ready");
	fclose(stdout);
	for (;;)
		pause();
}
