#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""measure.py MODULE.ko cost|instructions|memory|timers|idle [quick]: measures on the kernel that
runs and prints all samples as JSON.  For a throw-away machine, which scripts/bench boots: each
path through the kernel has a network namespace of its own, so that all are there at
once and can be measured in turn."""

import json
import os
import platform
import subprocess
import sys
import time

FILES = "/sys/kernel/debug/syncopate_bench/"
SYN, SYN_MIDDLE = 0, 5          # enum frame_kind
MILLISECOND = 1000000           # in ns

# A path's number is that of its pair of ports.
PATHS = ("bridge", "bridge-policy", "bridge-conntrack", "bridge-again",
         "router", "router-policy", "router-conntrack")
PAIR = {path: pair for pair, path in enumerate(PATHS)}

# New attempts at port 5061 expire in the middle of those that are pending.
PENDING = ("edge dport 5060 retries 0 deadline 600s",
           "middle dport 5061 retries 0 deadline 500s")

CONNTRACK = {
    "bridge": "table bridge t { chain c { type filter hook forward priority 0; "
              "ct state established accept; }; }",
    "router": "table ip t { chain c { type filter hook forward priority 0; "
              "ct state established accept; }; }",
}


def run(*words, **options):
    return subprocess.run(words, check=True, text=True, stdout=subprocess.PIPE,
                          **options).stdout


def inside(path, *words):
    return run("nsenter", f"--net=/run/netns/{path}", "--", *words)


def tool(path, *words):
    return run("syncopate", "-n", path, *words)


def write(name, *words):
    with open(FILES + name, "w", encoding="ascii") as out:
        out.write(" ".join(str(word) for word in words))


def read(name):
    with open(FILES + name, encoding="ascii") as text:
        return text.read()


def log(text):
    print(f"measure: {text}", file=sys.stderr, flush=True)


# --- paths -------------------------------------------------------------------

def lay_out(path):
    """Makes a namespace with a bridge or a router between two ports."""
    pair = PAIR[path]
    client, server = f"bench{pair}c", f"bench{pair}s"
    station = f"02:00:00:00:{pair:02x}:"
    lines = [f"link set {port} netns {path}" for port in (client, server)]
    run("ip", "-batch", "-", input="\n".join([f"netns add {path}", *lines, ""]))
    lines = [f"link set {port} addrgenmode none up" for port in (client, server)]
    if path.startswith("bridge"):
        lines += ["link add br0 type bridge mcast_snooping 0",
                  f"link set {client} master br0", f"link set {server} master br0",
                  "link set br0 addrgenmode none up"]
    else:
        lines += [f"addr add 192.0.2.1/24 dev {client}",
                  f"addr add 198.51.100.1/24 dev {server}",
                  f"neigh add 192.0.2.2 lladdr {station}00 nud permanent dev {client}",
                  f"neigh add 198.51.100.2 lladdr {station}01 nud permanent dev {server}",
                  "route add 10.0.0.0/9 via 192.0.2.2",
                  "route add 10.128.0.0/9 via 198.51.100.2"]
    run("ip", "-n", path, "-batch", "-", input="\n".join([*lines, ""]))
    if path.startswith("bridge"):
        for number, port in enumerate((client, server)):
            inside(path, "bridge", "fdb", "add", f"{station}{number:02x}", "dev", port,
                   "master", "static")
    else:
        inside(path, "sysctl", "-qw", "net.ipv4.ip_forward=1")


def make_room(path):
    tool(path, "limit", "set", "flows", "4000000", "repeats", "16777216")


def add_policies(path, *policies):
    for policy in policies:
        tool(path, "policy", "add", *policy.split())
    make_room(path)


def fill_up(*paths):
    """From now on there is no room for more attempts than are pending."""
    for path in paths:
        tool(path, "limit", "set", "flows", str(pending(path)))
        tool(path, "stats", "reset")


def shed(*paths):
    """Until the filter is there that is made when a SYN finds no room."""
    for path in paths:
        write("fill", PAIR[path], 1, SYN)
    time.sleep(3)
    for path in paths:
        tool(path, "stats", "reset")


def all_refused(path, number):
    """Had no SYN any room?"""
    counters = json.loads(tool(path, "-j", "stats", "show", "--all"))
    if counters["started"] or counters["table-full"] + counters["share-full"] != number:
        raise SystemExit(f"{path}: {number} SYNs without room, but {counters}")


def track(path):
    inside(path, "nft", CONNTRACK[path.split("-")[0]])
    inside(path, "sysctl", "-qw", "net.netfilter.nf_conntrack_tcp_timeout_syn_sent=600")


def hooks():
    rows = [line.split() for line in read("hooks").splitlines()]
    return {path: int(rows[PAIR[path]][1 if path.startswith("bridge") else 2])
            for path in PATHS}


def pending(path):
    return json.loads(tool(path, "-j"))["flows"]


def drained(path, patience=30):
    """Waits until no attempt is left. Returns how many are."""
    end = time.monotonic() + patience
    while pending(path) and time.monotonic() < end:
        time.sleep(0.1)
    return pending(path)


# --- 1: cost -----------------------------------------------------------------

class Samples:
    """Of rows: path and kind. In ns for each packet."""

    def __init__(self):
        self.rows = {}
        self.ns_per_tick = 0

    def round(self, number, paths):
        write("round", number, *(PAIR[path] for path in paths))
        lines = read("round").splitlines()
        _, ticks, ns = lines[0].split()
        self.ns_per_tick = int(ns) / int(ticks)
        for line in lines[1:]:
            pair, kind, *values = line.split()
            self.rows.setdefault(PATHS[int(pair)], {}).setdefault(kind, []).extend(
                round(int(value) * self.ns_per_tick / 64, 1) for value in values)

    def least(self):
        return {path: {kind: round(min(values)) for kind, values in kinds.items()}
                for path, kinds in self.rows.items()}

    def stream(self, file, kind, number, paths):
        """One after the other, without what it takes to build the packets."""
        for path in paths:
            write(file, PAIR[path], number)
            ticks, build = map(int, read(file).split())
            self.rows.setdefault(path, {}).setdefault(kind, []).append(
                round((ticks - build) * self.ns_per_tick / number, 1))

    def sustain(self, number, paths):
        for path in paths:
            self.stream("sustain", "handshake", number, [path])
            if "conntrack" in path:
                write("forget", PAIR[path])


def all_counted(path, rounds, handshakes):
    """Has each SYN begun an attempt? Otherwise all figures are of something else."""
    counters = json.loads(tool(path, "-j", "stats", "show", "--all"))
    begun = 128 * rounds + handshakes
    if counters["started"] != begun or counters["answered"] != begun:
        raise SystemExit(f"{path}: {begun} attempts, but {counters}")
    tool(path, "stats", "reset")


def measure_cost(quick):
    bare = ("bridge", "router")
    blocks, rounds, repeats, handshakes = (2, 10, 2, 6400) if quick else (10, 30, 12, 64000)
    result = {"phases": {}}

    without, loaded = Samples(), Samples()
    for _ in range(blocks):
        without.round(rounds, bare)
        run("modprobe", "syncopate")
        loaded.round(rounds, bare)
        result["hooks"] = {"no policy": hooks()}
        run("modprobe", "-r", "syncopate")
    result["phases"]["not loaded"] = without.rows
    result["phases"]["no policy"] = loaded.rows

    run("modprobe", "syncopate")
    with open("/sys/module/nf_conntrack/parameters/hashsize", "w", encoding="ascii") as out:
        out.write("1048576")
    run("sysctl", "-qw", "net.netfilter.nf_conntrack_max=4194304")
    for path in ("bridge-policy", "router-policy"):
        add_policies(path, *PENDING)
    for path in ("bridge-conntrack", "router-conntrack"):
        track(path)
    result["hooks"]["policy"] = hooks()

    held = 0
    for number in (0, 10000) if quick else (0, 100000, 1000000):
        begin = time.monotonic()
        for path in ("bridge-policy", "router-policy", "bridge-conntrack", "router-conntrack"):
            for kind in (SYN, SYN_MIDDLE):
                write("fill", PAIR[path], (number - held) // 2, kind)
        held = number
        log(f"{number} pending after {time.monotonic() - begin:.1f} s")
        for path in ("bridge-policy", "router-policy"):
            if pending(path) != number:
                raise SystemExit(f"{path}: {pending(path)} pending, not {number}")
            tool(path, "stats", "reset")
        samples = Samples()
        for _ in range(blocks):
            samples.round(rounds, PATHS)
        for _ in range(repeats):
            samples.sustain(handshakes, PATHS)
        for path in ("bridge-policy", "router-policy"):
            all_counted(path, blocks * rounds, repeats * handshakes)
        result["phases"][str(number)] = samples.rows
        log(f"measured after {time.monotonic() - begin:.1f} s")
        if not number:
            continue
        fill_up("bridge-policy", "router-policy")
        shed("bridge-policy", "router-policy")
        samples = Samples()
        for _ in range(blocks):
            samples.round(rounds, PATHS)
        flooded = ("bridge", "bridge-policy", "router", "router-policy")
        for _ in range(repeats):
            samples.stream("flood", "flood", handshakes, flooded)
        for path in ("bridge-policy", "router-policy"):
            all_refused(path, 128 * blocks * rounds + repeats * handshakes)
            make_room(path)
        # Until the filter is gone.
        time.sleep(8)
        result["phases"][f"{number} full"] = samples.rows
    return result


# --- 2: instructions ---------------------------------------------------------

def measure_instructions(quick):
    """Of each packet, in a machine whose clock counts them. Few rounds do; the one that
    took least had no tick of the kernel's in it, and no new page of a slab."""
    paths = ("bridge", "bridge-policy", "bridge-conntrack", "router", "router-policy")
    run("modprobe", "syncopate")
    track("bridge-conntrack")
    for path in ("bridge-policy", "router-policy"):
        add_policies(path, *PENDING)
    result = {}
    for number in (0,) if quick else (0, 10000):
        for path in ("bridge-policy", "router-policy"):
            for kind in (SYN, SYN_MIDDLE):
                write("fill", PAIR[path], number // 2, kind)
        samples = Samples()
        samples.round(15, paths)
        if not 0.99 < samples.ns_per_tick < 1.01:
            raise SystemExit("this clock does not count instructions")
        result[str(number)] = samples.least()
    if quick:
        return result
    fill_up("bridge-policy", "router-policy")
    shed("bridge-policy", "router-policy")
    samples = Samples()
    samples.round(15, paths)
    for path in ("bridge-policy", "router-policy"):
        all_refused(path, 128 * 15)
    result["full"] = samples.least()
    return result


# --- 4: memory ---------------------------------------------------------------

def meminfo():
    """After all that can be given back was, in bytes."""
    time.sleep(0.5)
    with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as out:
        out.write("3")
    with open("/proc/meminfo", encoding="ascii") as text:
        values = dict(line.split(":") for line in text)
    return {name: int(values[name].split()[0]) * 1024
            for name in ("MemFree", "MemAvailable", "Slab", "VmallocUsed")}


def slab(name):
    at = f"/sys/kernel/slab/{name}/"
    values = {}
    for key in ("object_size", "slab_size", "objs_per_slab", "order"):
        with open(at + key, encoding="ascii") as text:
            values[key] = int(text.read())
    return values


def stall():
    """The longest that a soft interrupt, and a hard one, had to wait, in ns."""
    lines = {line.split()[0]: line.split()[1:] for line in read("beats").splitlines()}
    return {name: {"beats": int(values[0]), "max_ns": int(values[1])}
            for name, values in lines.items()}


def measure_memory(quick):
    path = "bridge-policy"
    run("modprobe", "syncopate")
    add_policies(path, *PENDING)
    result = {"slabs": {name: slab(name) for name in
                        ("syncopate_flow", "skbuff_head_cache", "skbuff_small_head")}, "rows": []}
    # What is made once, by the first, is not what is asked for.
    write("fill", PAIR[path], 1000, SYN)
    shown(path)
    tool(path, "policy", "flush")
    for number in (10000,) if quick else (10000, 100000, 1000000):
        add_policies(path, *PENDING)
        row = {"pending": number, "before": meminfo()}
        write("beat", MILLISECOND)
        begin = time.monotonic()
        write("fill", PAIR[path], number, SYN)
        row["fill_s"] = time.monotonic() - begin
        write("beat", 0)
        row["fill_stall"] = stall()
        row["with"] = meminfo()
        if pending(path) != number:
            raise SystemExit(f"{pending(path)} pending, not {number}")
        row["shown_s"], row["shown"] = shown(path)
        write("beat", MILLISECOND)
        begin = time.monotonic()
        tool(path, "policy", "flush")
        row["drain_s"] = time.monotonic() - begin
        write("beat", 0)
        row["drain_stall"] = stall()
        if pending(path):
            raise SystemExit(f"{pending(path)} pending, after all policies went")
        time.sleep(1)
        row["after"] = meminfo()
        result["rows"].append(row)
        log(f"{number}: filled in {row['fill_s']:.1f} s, drained in {row['drain_s']:.1f} s")
    return result


def shown(path):
    """How long `flow show` takes for all, and how many lines it has."""
    begin = time.monotonic()
    lines = run("sh", "-c", f"syncopate -n {path} flow show | wc -l")
    return time.monotonic() - begin, int(lines)


# --- 5: timers ---------------------------------------------------------------

def histogram(words):
    return {"num": int(words[0]), "max_ns": int(words[1]),
            "buckets": [list(map(int, word.split("="))) for word in words[2:]]}


def late(path, number, interval_ms):
    time.sleep(0.2)
    interval = interval_ms * MILLISECOND
    add_policies(path, f"beat interval {interval_ms}ms retries 3 linger 0s")
    tool(path, "stats", "reset")
    write("beat", MILLISECOND)
    write("late", PAIR[path], number, interval, interval, 3, 0)
    write("beat", 0)
    lines = {line.split()[0]: line.split()[1:]
             for line in (read("late") + read("beats")).splitlines()}
    left = drained(path)
    counters = json.loads(tool(path, "-j", "stats", "show", "--all"))
    tool(path, "policy", "flush")
    row = {"pending": number, "interval_ms": interval_ms, "left": left,
           "arrivals_behind_percent": int(lines["behind"][0]),
           "counters": {name: counters[name] for name in
                        ("started", "retransmitted", "gave-up", "not-sent")}}
    for name in ("syn", "rst", "timer", "tasklet"):
        row[name] = histogram(lines[name])
    log(f"{number} / {interval_ms} ms: max {row['syn']['max_ns']} ns, {row['counters']}")
    return row


def measure_timers(quick):
    path = "bridge-policy"
    run("modprobe", "syncopate")
    rows = []
    # The last is far more than one processor can do: what becomes of the rest then?
    cells = ((1000, 500), (100000, 500), (300000, 500), (1000000, 2000), (1000000, 500))
    for number, interval_ms in cells[:1] if quick else cells * 2:
        rows.append(late(path, number, interval_ms))
    return {"rows": rows}


# --- 6: idle -----------------------------------------------------------------

def add(total, words):
    """Adds a histogram to the sum of those before."""
    one = histogram(words)
    buckets = dict(total.get("buckets", []))
    for low, count in one["buckets"]:
        buckets[low] = buckets.get(low, 0) + count
    total |= {"num": total.get("num", 0) + one["num"],
              "max_ns": max(total.get("max_ns", 0), one["max_ns"]),
              "buckets": sorted(map(list, buckets.items()))}


def measure_idle(quick):
    """The processor sleeps but for what is due. In turn: attempts, repeated and given up as
    without any settings, and as many beats of a bare timer without any attempt."""
    path, interval = "bridge-policy", 500 * MILLISECOND
    run("modprobe", "syncopate")
    add_policies(path, "beat interval 500ms retries 3 linger 0s")
    rows = []
    for number, rounds in ((1, 1),) if quick else ((1, 40), (100, 10), (1000, 10)):
        tool(path, "stats", "reset")
        row = {"pending": number, "rounds": rounds,
               "syn": {}, "rst": {}, "timer": {}, "tasklet": {}}
        for _ in range(rounds):
            time.sleep(0.2)
            write("beat", interval // number)
            time.sleep(4 * interval / 1e9)
            write("beat", 0)
            write("late", PAIR[path], number, interval - interval // number, interval, 3, 1)
            for line in (read("late") + read("beats")).splitlines():
                name, *words = line.split()
                if name in row:
                    add(row[name], words)
        counters = json.loads(tool(path, "-j", "stats", "show", "--all"))
        row["counters"] = {name: counters[name] for name in
                           ("started", "retransmitted", "gave-up", "not-sent")}
        rows.append(row)
        log(f"{number}: max {row['syn']['max_ns']} ns, {row['counters']}")
    return {"rows": rows}


# --- all ---------------------------------------------------------------------

def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as text:
        model = next((line.split(":")[1].strip() for line in text
                      if line.startswith(("model name", "host"))), "")
    return {"kernel": platform.release(), "cpu": model,
            "processors": os.cpu_count(), "memory": os.sysconf("SC_PHYS_PAGES") *
            os.sysconf("SC_PAGE_SIZE")}


def main():
    module, part = sys.argv[1:3]
    quick = sys.argv[3:] == ["quick"]
    run("modprobe", "nf_conntrack")
    run("insmod", module)
    for path in PATHS if part == "cost" else PATHS[:6]:
        lay_out(path)
    result = {"machine": machine()}
    result |= {"cost": measure_cost, "instructions": measure_instructions,
               "memory": measure_memory, "timers": measure_timers,
               "idle": measure_idle}[part](quick)
    json.dump(result, sys.stdout)
    print()


if __name__ == "__main__":
    main()
