#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""measure.py MODULE.ko PROTOTYPE burst|load|proxy|data ROUNDS SCALE: what goes through a box
from end to end, on the kernel that runs, as JSON with all samples. For a throw-away machine,
which scripts/bench boots. SCALE is how much is sent, 1 on a native kernel; with 0
rounds it is only tried whether all works."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cost"))
# pylint: disable=wrong-import-position
import measure as cost
from measure import inside, log, read, run, tool, write

# What a box does with handshakes. All are there at once, each in a namespace of its own.
SUBJECTS = ("bridge", "bridge-syncopate", "bridge-queue", "bridge-prototype", "bridge-third-syn",
            "bridge-conntrack", "router", "router-syncopate")
QUEUE = ("table bridge t {{ chain c {{ type filter hook forward priority 0; "
         "ether type ip tcp flags & (syn|rst) != 0 queue flags bypass to {queues}; }}; }}")
# The two in user space: packets are accepted, or attempts cared for. Rules come with them.
PROTOTYPES = {"bridge-queue": "accept", "bridge-prototype": "care"}
RULES = {
    "bridge-conntrack": "table bridge t { chain c { type filter hook forward priority 0; "
                        "ct state established accept; }; }",
    # As README has it.
    "bridge-third-syn": "table bridge t { set syns { typeof ip saddr . tcp sport . ip daddr . "
                        "tcp dport . tcp sequence; size 1048576; flags dynamic; timeout 10s; }; "
                        "chain c { type filter hook prerouting priority 0; "
                        "tcp flags & (syn|ack) == syn add @syns { ip saddr . tcp sport . "
                        "ip daddr . tcp dport . tcp sequence limit rate over 2/minute burst 2 "
                        "packets } reject with tcp reset; }; }",
}
# The average bursts that the first design was measured with, and larger ones that a box is at
# its best with.
BURSTS = (1, 5, 10, 20, 30, 40, 50, 256, 1024)
# Its patterns: SYNs in a burst and ms from one to the next.
PATTERNS = ((10, 100), (50, 100), (5, 50), (20, 50), (30, 50), (40, 50), (50, 50))


class Prototype:
    """The peer in user space. @settings: how many queues, how many packets at a time."""

    def __init__(self, path, program, settings):
        queues, batch = settings
        self.path = path
        inside(path, "nft", QUEUE.format(queues=f"0-{queues - 1}" if queues > 1 else "0"))
        self.process = subprocess.Popen(
            ["nsenter", f"--net=/run/netns/{path}", "--", program, PROTOTYPES[path], str(queues),
             str(batch)], stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise SystemExit(f"{program}: not ready")

    def end(self):
        """Returns its numbers."""
        self.process.send_signal(signal.SIGTERM)
        numbers = json.loads(self.process.stdout.readline())
        self.process.wait()
        inside(self.path, "nft", "flush ruleset")
        return numbers


def prepare(path):
    """Sets up what is to be measured there."""
    if path in RULES:
        inside(path, "nft", RULES[path])
    if path.endswith("-syncopate"):
        tool(path, "policy", "add", "all")
        # What is repeated stays limited, as it is by default: where a box can do no more, that
        # keeps it from doing each SYN four times.
        tool(path, "limit", "set", "flows", "4000000")


# --- from within the kernel ---------------------------------------------------

def histogram(words):
    """How many, mean, median, 99th percentile and longest, in us."""
    buckets = [tuple(map(int, word.split("="))) for word in words[2:]]
    number = int(words[0])
    row = {"num": number, "max_us": int(words[1]) / 1000,
           "mean_us": round(sum(low * count for low, count in buckets) / number / 1000, 3)}
    for name, part in (("p50_us", 0.5), ("p99_us", 0.99)):
        left = part * number
        for low, count in buckets:
            left -= count
            if left <= 0:
                row[name] = low / 1000
                break
    return row


def offer(path, burst, number):
    number = max(number // burst, 2) * burst
    write("offer", cost.PAIR[path], burst, number)
    lines = {line.split()[0]: line.split()[1:] for line in read("offer").splitlines()}
    all_ns, build_ns, done = map(int, lines["time"])
    return {"burst": burst, "per_second": round(done * 1e9 / (all_ns - build_ns)),
            "syn": histogram(lines["syn"]), "synack": histogram(lines["synack"])}


def started(path):
    return json.loads(tool(path, "-j", "stats", "show", "--all"))["started"]


def tune(program, rounds, scale):
    """Handshakes per second with each of the prototype's settings; the best of them count."""
    rows, best = [], {}
    for path, kind in PROTOTYPES.items():
        for settings in itertools.product((1, 2), (16, 64, 256) if rounds else (64,)):
            prototype = Prototype(path, program, settings)
            offer(path, 256, 2560)
            rate = max(offer(path, burst, int(10000 * scale))["per_second"]
                       for burst in (256, 1024))
            numbers = prototype.end()
            rows.append({"kind": kind, "queues": settings[0], "batch": settings[1],
                         "per_second": rate,
                         "packets_per_call": numbers["packets"] / max(numbers["calls"], 1)})
            if rate > best.get(path, (0,))[0]:
                best[path] = (rate, settings)
    return rows, {path: settings for path, (_, settings) in best.items()}


def measure_burst(program, rounds, scale):
    tuned, best = tune(program, rounds, scale)
    log(f"prototype: {tuned}")
    rows = []
    for number in range(rounds or 1):
        for i in range(len(SUBJECTS)):
            path = SUBJECTS[(i + number) % len(SUBJECTS)]
            prototype = path in best and Prototype(path, program, best[path])
            before = started(path) if path.endswith("-syncopate") else 0
            # What is touched for the first time takes long, above all in user mode.
            sent = offer(path, 256, 2560)["syn"]["num"]
            for burst in BURSTS if rounds else (1, 1024):
                quantity = 20000 if burst > 50 else 4000 if burst > 1 else 1000
                row = offer(path, burst, int(quantity * scale))
                sent += row["syn"]["num"]
                rows.append({"round": number, "path": path} | row)
            if path.endswith("-syncopate") and started(path) - before != sent:
                raise SystemExit(f"{path}: {started(path) - before} attempts of {sent}")
            numbers = prototype.end() if prototype else None
            if PROTOTYPES.get(path) == "care" and numbers["started"] != sent:
                raise SystemExit(f"{path}: {numbers} of {sent}")
        log(f"round {number}")
    return {"tuned": tuned, "best": best, "rows": rows}


# --- by synbomb and synreply --------------------------------------------------

def wire(path):
    """Replaces the ports of the path by wires to a namespace of clients and one of servers."""
    lines = []
    for side in ("client", "server"):
        lines += [f"netns add {path}-{side}",
                  f"link add {side} netns {path} type veth peer name eth netns {path}-{side}"]
    run("ip", "-batch", "-", input="\n".join([f"netns add {path}", *lines, ""]))
    for side, station in (("client", "c1"), ("server", "51")):
        run("ip", "-n", f"{path}-{side}", "-batch", "-", input="\n".join([
            f"link set eth address 02:00:00:00:00:{station} addrgenmode none up",
            "link set lo up", ""]))
        run("ip", "-n", path, "link", "set", side, "addrgenmode", "none", "up")
    if path == "none":
        return
    if path.startswith("bridge"):
        run("ip", "-n", path, "-batch", "-", input="\n".join([
            "link add br0 type bridge mcast_snooping 0 forward_delay 0",
            "link set client master br0", "link set server master br0",
            "link set br0 addrgenmode none up", ""]))
    else:
        run("ip", "-n", path, "-batch", "-", input="\n".join([
            "addr add 10.20.1.1/24 dev client", "addr add 10.20.2.1/24 dev server", ""]))
        inside(path, "sysctl", "-qw", "net.ipv4.ip_forward=1")


def bomb(path, burst, rate, seconds, seed):
    """One run. Returns what synbomb says, and how many attempts were cared for."""
    to = ["-G", "10.20.1.1"] if path.startswith("router") else ["-m", "02:00:00:00:00:51"]
    lines = inside(f"{path}-client", "synbomb", "-j", "-i", "100s", "-s", str(seed),
                   *to, "-t", "262144", "-b", str(burst), "-r", str(rate),
                   "-d", f"{seconds}s", "-w", "1s",
                   "eth", "10.20.1.128/25", "10.20.2.128/25")
    result = json.loads(lines.splitlines()[-1])
    setup = result["setup"]
    row = {"burst": burst, "offered": rate, "sent": result["sent"],
           "per_second": round(result["sent"] * 1e9 / max(result["sending_ns"], 1)),
           "answered": result["syn_acks"], "refused": result["rsts"],
           "late_max_ms": result["late_max_ns"] / 1e6}
    if setup["count"]:
        row |= {"p50_us": setup["p50_ns"] / 1000, "p99_us": setup["p99_ns"] / 1000}
    return row


class Box:
    """A path with its servers. No two runs have a SYN in common, for the peers remember some: what
    comes for the third time within 10 s is what the third SYN's rule refuses."""

    def __init__(self, path, program):
        self.path, self.program = path, program
        self.seeds = itertools.count()
        self.reply = subprocess.Popen(
            ["nsenter", f"--net=/run/netns/{path}-server", "--", "synreply", "-i", "1000s", "eth",
             "10.20.2.128/25"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.reply.stderr.readline()
        self.rows = []

    def run(self, burst, rate, seconds):
        prototype = self.path in PROTOTYPES and Prototype(self.path, self.program, (1, 64))
        before = started(self.path) if self.path.endswith("-syncopate") else 0
        row = bomb(self.path, burst, rate, seconds, next(self.seeds))
        if self.path.endswith("-syncopate"):
            row["cared"] = started(self.path) - before
        if prototype:
            numbers = prototype.end()
            row["cared"] = (numbers["started"] if PROTOTYPES[self.path] == "care" else
                            numbers["packets"] // 2)
        self.rows.append(row)
        return row


def is_carried(row):
    """Less than one in a thousand is lost, or passed without being cared for, and no burst was
    begun more than 0.2 s late: what shares a processor with the box falls behind first."""
    enough = 0.999 * row["sent"]
    return (row["answered"] >= enough and row.get("cared", enough) >= enough and
            row["late_max_ms"] < 200)


def search(box, seconds, low):
    """The highest rate that is carried: it is doubled, then halved between."""
    high = None
    while high is None or high > 1.1 * low:
        rate = round(2 * low if high is None else (low * high) ** 0.5)
        if is_carried(box.run(50, rate, seconds)):
            low = rate
        else:
            high = rate
    return low


def measure_load(program, rounds, scale):
    subjects = ("none",) + SUBJECTS
    for path in subjects:
        wire(path)
        prepare(path)
    # The bare wire: the two namespaces are each other's neighbours.
    run("ip", "-n", "none-client", "link", "del", "eth")
    run("ip", "-n", "none-server", "link", "del", "eth")
    run("ip", "link", "add", "eth", "netns", "none-client", "address", "02:00:00:00:00:c1",
        "type", "veth", "peer", "name", "eth", "address", "02:00:00:00:00:51",
        "netns", "none-server")
    for side in ("client", "server"):
        run("ip", "-n", f"none-{side}", "link", "set", "eth", "addrgenmode", "none", "up")
    boxes = [Box(path, program) for path in subjects]
    # Here as well.
    for box in boxes:
        box.run(50, max(round(10000 * scale), 200), 2 if rounds else 1)
    seconds, result = 2 if scale >= 1 else 4, []
    if not rounds:
        result = [{"path": box.path, "row": box.run(50, 200, 1)} for box in boxes]
    for number in range(rounds):
        for i in range(len(boxes)):
            box = boxes[(i + number) % len(boxes)]
            box.rows = []
            carried = search(box, seconds, max(round(500 * scale), 50))
            patterns = []
            for burst, gap in PATTERNS:
                row = box.run(burst, burst * 1000 // gap, seconds)
                patterns.append(row | {"gap_ms": gap, "carried": is_carried(row)})
            half = box.run(50, carried // 2, seconds)
            result.append({"round": number, "path": box.path, "carried": carried,
                           "patterns": patterns, "half": half, "rows": box.rows})
            log(f"round {number}: {box.path} {carried}/s, half {half}")
    for box in boxes:
        box.reply.terminate()
    return {"rows": result}


# --- real sockets: HAProxy, and failover --------------------------------------

HAPROXY = """global
    maxconn 20000
    nbthread {threads}
defaults
    mode tcp
    timeout connect 500ms
    timeout client 30s
    timeout server 30s
    retries 3
    option redispatch
frontend f
    bind 10.20.1.1:80
    default_backend b
backend b
    balance roundrobin
{servers}
"""


def real_ends(path):
    """Addresses, and a program that echoes, at both ends."""
    wire(path)
    router = path.startswith("router")
    for side, net in (("client", 1), ("server", 2)):
        lines = [f"addr add 10.20.{net}.{host}/{24 if router else 16} dev eth"
                 for host in ((2,) if side == "client" else (2, 3))]
        if router:
            lines.append(f"route add default via 10.20.{net}.1")
        run("ip", "-n", f"{path}-{side}", "-batch", "-", input="\n".join([*lines, ""]))
        inside(f"{path}-{side}", "sysctl", "-qw", "net.ipv4.tcp_syn_linear_timeouts=0")
    # 10.20.2.4 is nobody: silent, not unreachable.
    run("ip", "-n", path if router else f"{path}-client", "neigh", "add", "10.20.2.4", "lladdr",
        "02:00:00:00:00:51", "dev", "server" if router else "eth")
    server = subprocess.Popen(["server", "-n", f"{path}-server", "80"], stdout=subprocess.PIPE,
                              text=True)
    server.stdout.readline()
    return server


def connect(path, patience_ms, *servers, echo=True):
    lines = run("connect", "-n", f"{path}-client", "-t", str(patience_ms),
                *(("-w", "0") if echo else ()), *servers)
    return [line.split() for line in lines.splitlines()]


def haproxy(path, servers):
    name = f"/tmp/haproxy-{path}.cfg"
    with open(name, "w", encoding="ascii") as out:
        out.write(HAPROXY.format(threads=os.cpu_count(), servers="\n".join(
            f"    server s{i} {server}" for i, server in enumerate(servers))))
    process = subprocess.Popen(["nsenter", f"--net=/run/netns/{path}", "--", "haproxy", "-db",
                                "-f", name], stderr=subprocess.DEVNULL)
    for _ in range(100):
        if connect(path, 200, "10.20.1.1:80", echo=False)[0][1] == "connected":
            return process
        time.sleep(0.1)
    raise SystemExit("haproxy does not listen")


def echoes(path, server, number):
    """Connections one after the other, in one program: until the first bytes are back."""
    program = ("import socket,sys,time\n"
               "for _ in range(int(sys.argv[2])):\n"
               " t=time.monotonic_ns(); s=socket.create_connection((sys.argv[1],80))\n"
               " c=time.monotonic_ns(); s.sendall(b'x'); s.recv(1); e=time.monotonic_ns()\n"
               " s.close(); print(c-t,e-t)\n")
    lines = inside(f"{path}-client", sys.executable, "-c", program, server, str(number))
    rows = [tuple(map(int, line.split())) for line in lines.splitlines()]
    sums = sum(row[1] for row in rows)
    return {"connect_us": [round(row[0] / 1000, 1) for row in rows],
            "echo_us": [round(row[1] / 1000, 1) for row in rows],
            "per_second": round(number * 1e9 / sums)}


def fail_over(path, servers):
    """A client that goes on to the next server as soon as it is refused. In ms, None if it is
    not refused for 12 s."""
    begin = time.monotonic()
    for server in servers:
        answer = connect(path, 12000, server)[0]
        if answer[1] == "connected":
            return round((time.monotonic() - begin) * 1000)
        if answer[1] == "timeout":
            break
    return None


def measure_proxy(_program, rounds, scale):
    paths = {"router": None, "router-syncopate": None, "router-haproxy": None,
             "bridge-third-syn": None}
    servers = [real_ends(path) for path in paths]
    for path in paths:
        prepare(path)
    rows, number = [], max(int(200 * scale), 20)
    for i in range(rounds or 1):
        for path in paths:
            proxy = None
            if path.endswith("haproxy"):
                proxy = haproxy(path, ["10.20.2.2:80", "10.20.2.3:80"])
            row = {"round": i, "path": path} | echoes(
                path, "10.20.1.1" if proxy else "10.20.2.2", number)
            if proxy:
                proxy.terminate()
                proxy.wait()
                proxy = haproxy(path, ["10.20.2.4:80", "10.20.2.3:80"])
                times = []
                for _ in range(2):
                    begin = time.monotonic()
                    answer = connect(path, 12000, "10.20.1.1:80")[0]
                    if answer[-1] == "echoed":
                        times.append(round((time.monotonic() - begin) * 1000))
                row["failover_ms"] = max(times, default=None)
                proxy.terminate()
                proxy.wait()
            else:
                row["failover_ms"] = fail_over(path, ["10.20.2.4:80", "10.20.2.3:80"])
            rows.append(row)
            log(f"{path}: {row['per_second']}/s, failover {row['failover_ms']} ms")
    for server in servers:
        server.terminate()
    return {"rows": rows}


# --- the data path ------------------------------------------------------------

def measure_data(_program, rounds, scale):
    paths = ("bridge", "router")
    policies = "".join(f"policy p{i} dst 10.{100 + i // 250}.{i % 250}.0/24 dport 5060\n"
                       for i in range(999)) + "policy last dst 10.20.0.0/16\n"
    file = "/tmp/policies"
    with open(file, "w", encoding="ascii") as out:
        out.write(policies)
    listeners = []
    for path in paths:
        listeners.append(real_ends(path))
        listeners.append(subprocess.Popen(
            ["nsenter", f"--net=/run/netns/{path}-server", "--", "iperf3", "-s"],
            stdout=subprocess.DEVNULL))
    time.sleep(1)
    rows, seconds = [], max(round(2 * scale), 1)
    for i in range(rounds or 1):
        for path in paths:
            for state in (("without", "with"), ("with", "without"))[i % 2]:
                if state == "with":
                    tool(path, "load", file)
                    if len(tool(path, "policy", "show").splitlines()) < 1000:
                        raise SystemExit("not a thousand policies")
                answer = json.loads(inside(
                    f"{path}-client", "iperf3", "-J", "-c", "10.20.2.2", "-t",
                    str(seconds)))
                if state == "with":
                    tool(path, "policy", "flush")
                rows.append({"round": i, "path": path, "state": state,
                             "mbit": round(answer["end"]["sum_received"]["bits_per_second"] / 1e6,
                                           1)})
        log(f"round {i}: {rows[-4:]}")
    for process in listeners:
        process.terminate()
    return {"rows": rows}


def main():
    module, program, part, rounds, scale = sys.argv[1:]
    top = os.path.dirname(os.path.abspath(program))
    os.environ["PATH"] = f"{top}/../selftests:{os.environ['PATH']}"
    run("modprobe", "nf_conntrack")
    # Room for as many as there is for Syncopate: it need not look for one to drop.
    with open("/sys/module/nf_conntrack/parameters/hashsize", "w", encoding="ascii") as out:
        out.write("1048576")
    run("sysctl", "-qw", "net.netfilter.nf_conntrack_max=4194304")
    run("modprobe", "syncopate")
    cost.PAIR.clear()
    if part == "burst":
        run("insmod", module)
        for pair, path in enumerate(SUBJECTS):
            cost.PAIR[path] = pair
            cost.lay_out(path)
            prepare(path)
    result = {"machine": cost.machine()} | {
        "burst": measure_burst, "load": measure_load, "proxy": measure_proxy,
        "data": measure_data}[part](program, int(rounds), float(scale))
    json.dump(result, sys.stdout)
    print()


main()
