#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""flood.py ROUNDS: what a box takes for each SYN of a flood that synbomb sends through it, as
JSON with all samples; with 0 rounds it is only tried whether that works. For a machine with one
processor whose clock counts instructions (scripts/vm --count), which scripts/bench boots."""

import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cost"))
# pylint: disable=wrong-import-position
from measure import inside, log, machine, run, tool

STATION = "02:00:00:00:00:51"
# Nobody is answered, so that all are pending to the end.
CARE = "all retries 0 deadline 600s".split()
ROOM = 4000000
FULL = 50000
# None of them is a neighbour of the box: it forwards, and is no more.
CLIENTS, CLIENT_COUNT, SERVERS = "11.0.0.0/8", str((1 << 24) - 2), "10.20.2.128/25"
PORTS = {"one port of 126 servers": "80", "any port of theirs": "1-65535"}
# What is between synbomb and the servers' device: nothing, and a bridge.
PATHS = ("none", "bridge", "bridge-room", "bridge-full")


def wire(path):
    run("ip", "-batch", "-", input=f"netns add {path}-client\nnetns add {path}-server\n")
    if path == "none":
        run("ip", "link", "add", "eth", "netns", "none-client", "type", "veth",
            "peer", "name", "eth", "netns", "none-server")
    else:
        run("ip", "netns", "add", path)
        run("ip", "-n", path, "-batch", "-", input="\n".join([
            "link add br0 type bridge mcast_snooping 0 forward_delay 0",
            *(f"link add {side} type veth peer name eth netns {path}-{side}\n"
              f"link set {side} master br0 addrgenmode none up" for side in ("client", "server")),
            "link set br0 addrgenmode none up", ""]))
        run("bridge", "-n", path, "fdb", "add", STATION, "dev", "server", "master", "static")
    for side, station in (("client", "02:00:00:00:00:c1"), ("server", STATION)):
        run("ip", "-n", f"{path}-{side}", "link", "set", "eth", "address", station,
            "addrgenmode", "none", "up")


def come(path):
    """Frames that the servers' device has received."""
    link = json.loads(run("ip", "-n", f"{path}-server", "-j", "-s", "link", "show", "eth"))[0]
    return link["stats64"]["rx"]["packets"]


def counters(path):
    return json.loads(tool(path, "-j", "stats", "show", "--all"))


def cleared():
    """Bytes of all pages that were allocated since the machine began."""
    with open("/proc/vmstat", encoding="ascii") as text:
        return os.sysconf("SC_PAGE_SIZE") * sum(
            int(line.split()[1]) for line in text if line.startswith("pgalloc_"))


def flood(path, ports, number, seed):
    """Returns how many instructions each SYN took, whoever's they were, and the bytes of new
    pages: Debian's kernels clear these, by an instruction that is counted for each byte."""
    before, pages = come(path), cleared()
    lines = inside(f"{path}-client", "synbomb", "-j", "-i", "1000s", "-s", str(seed),
                   "-m", STATION, "-C", CLIENT_COUNT, "-P", ports, "-g", "0s", "-b", "64",
                   "-c", str(number), "-w", "0s", "eth", CLIENTS, SERVERS)
    result = json.loads(lines.splitlines()[-1])
    if result["sent"] != number or come(path) - before != number:
        raise SystemExit(f"flood.py: {path}: {come(path) - before} SYNs came of {result}")
    return {"sent": number, "instructions": round(result["sending_ns"] / number),
            "cleared": round((cleared() - pages) / number)}


def measure(path, aim, number, seed):
    """One run. Raises an error if a SYN did not take the way that it is to."""
    if path.startswith("bridge-"):
        tool(path, "stats", "reset")
    taken = flood(path, PORTS[aim], number, seed)
    if path.startswith("bridge-"):
        seen = counters(path)
        refused = seen["table-full"] + seen["share-full"]
        if (seen["started"], refused) != ((number, 0) if path == "bridge-room" else (0, number)):
            raise SystemExit(f"flood.py: {path}: of {number} SYNs {seen}")
        # Those for which there is no room make no destinations, but for the few that the filter
        # takes for ones in care.
        if path == "bridge-full" and seen["learned-evicted"] > number // 20:
            raise SystemExit(f"flood.py: {path}: the usual way was taken: {seen}")
    return {"aim": aim, "path": path} | taken


def main():
    rounds = int(sys.argv[1])
    number = 100000 if rounds else 2000
    run("modprobe", "syncopate")
    for path in PATHS:
        wire(path)
        if not path.startswith("bridge-"):
            continue
        tool(path, "policy", "add", *CARE)
        tool(path, "limit", "set", "flows", str(ROOM if path == "bridge-room" else FULL))
    # From then on there is no room, and what is made when there is none was made.
    while counters("bridge-full")["share-full"] < FULL // 10:
        flood("bridge-full", "80", FULL, 1000 + counters("bridge-full")["started"])
    inside("bridge-full", "sleep", "3")
    rows, seeds = [], iter(range(1000))
    for aim in PORTS:
        for path in PATHS:
            measure(path, aim, 2000, next(seeds))
    for i in range(rounds or 1):
        for aim in PORTS:
            for path in PATHS:
                rows.append({"round": i} | measure(path, aim, number, next(seeds)))
        log(f"round {i}: {rows[-2 * len(PATHS):]}")
    json.dump({"machine": machine(), "rows": rows}, sys.stdout)
    print()


main()
