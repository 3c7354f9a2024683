#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""send.py ROUNDS: how many SYNs synbomb sends on one processor, by this machine's kernel, as
JSON with all samples; with 0 rounds it is only tried whether that works. For a network namespace
of its own (`unshare --net`), as root."""

import json
import os
import platform
import resource
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cost"))
# pylint: disable=wrong-import-position
from measure import log, machine, run

TERMINALS = {4: ("10.20.1.128/25", "10.20.2.128/25"), 6: ("fd01::/64", "fd02::/64")}


def lay_out():
    """A device that drops what it sends, and a pair with nobody at its other end. Returns the
    names of those that send."""
    for kind in ("dummy", "ifb"):
        if not subprocess.run(["ip", "link", "add", kind, "type", kind], check=False,
                              stderr=subprocess.DEVNULL).returncode:
            break
    else:
        raise SystemExit("send.py: this kernel has neither dummy nor ifb")
    run("ip", "-batch", "-", input="\n".join([
        "link add veth type veth peer name peer",
        *(f"link set {device} addrgenmode none up" for device in (kind, "veth", "peer")), ""]))
    return kind, "veth"


def taken(device):
    """Frames that the device has counted: an ifb as received."""
    link = json.loads(run("ip", "-j", "-s", "link", "show", device))[0]
    return link["stats64"]["rx" if device == "ifb" else "tx"]["packets"]


def send(device, family, number):
    """One run. Returns how fast, and what of the processor each SYN has taken, in ns."""
    before, used = taken(device), resource.getrusage(resource.RUSAGE_CHILDREN)
    lines = run("synbomb", "-j", "-i", "1000s", "-s", "1", "-m", "02:00:00:00:00:51", "-g", "0s",
                "-c", str(number), "-w", "0s", device, *TERMINALS[family])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = json.loads(lines.splitlines()[-1])
    # Others may send as well, though here is nobody who does.
    if result["sent"] != number or taken(device) - before < number:
        raise SystemExit(f"send.py: {device} has taken {taken(device) - before} of {result}")
    return {"device": device, "family": family, "sent": number,
            "per_second": round(number * 1e9 / result["sending_ns"]),
            "user_ns": round((after.ru_utime - used.ru_utime) * 1e9 / number),
            "system_ns": round((after.ru_stime - used.ru_stime) * 1e9 / number)}


def main():
    rounds = int(sys.argv[1])
    number = 3000000 if rounds else 20000
    # All of it, the other end's part of a pair included.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    devices, rows = lay_out(), []
    for device in devices:
        send(device, 4, number // 10)
    for i in range(rounds or 1):
        for family in TERMINALS:
            for device in devices if i % 2 else devices[::-1]:
                rows.append({"round": i} | send(device, family, number))
        log(f"round {i}: {rows[-4:]}")
    # What else is in the name of a machine's own kernel tells others nothing.
    kernel = ".".join(platform.release().split(".")[:2])
    json.dump({"machine": machine() | {"kernel": kernel}, "rows": rows}, sys.stdout)
    print()


main()
