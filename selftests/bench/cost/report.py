#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""report.py DIR PART.json...: puts what `measure.py` has measured into DIR/cost.json and
writes its tables into DIR/cost.md, below the line that says so; what is of the part idle,
into DIR/idle.json and DIR/idle.md. Parts that are not given stay as they were."""

import json
import os
import statistics
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
# pylint: disable=wrong-import-position
from report import STYLE, Scale, Svg, axes, table

MARK = "<!-- from here on written by scripts/bench -->\n"
KINDS = ("udp", "data", "ack", "syn", "syn-middle", "synack", "synack-middle")
HELD = {"0": "0", "100000": "100 000", "1000000": "1 000 000"}
FORGED = {"syn": "forged SYN, of the bare path",
          "flood": "forged SYN after SYN, of the bare path"}
FULL = {f"{held} full": f"{name}, and no room" for held, name in HELD.items()}


def thousands(number):
    return f"{number:,}".replace(",", " ")


def verdict(met):
    return "met" if met else "**missed**"


# --- cost --------------------------------------------------------------------

def added(samples, base):
    """What one row takes more than another: by minima, and the median of the
    differences in each round with its 95 % interval (order statistics)."""
    differences = sorted(a - b for a, b in zip(samples, base))
    number = len(differences)
    off = round(0.98 * number ** 0.5)
    low, high = max(number // 2 - off, 0), min(number // 2 + off, number - 1)
    return (min(samples) - min(base), statistics.median(differences),
            differences[low], differences[high])


def base_of(path):
    return path.split("-")[0]


def cost_rows(phase, paths, kinds=KINDS):
    for kind in kinds:
        for path in paths:
            samples, base = phase[path][kind], phase[base_of(path)][kind]
            row = [kind, path, f"{min(samples):.0f}", f"{statistics.median(samples):.0f}"]
            if path == base_of(path):
                yield row + ["", "", ""]
                continue
            least, median, low, high = added(samples, base)
            yield row + [f"{least:+.0f}", f"{median:+.0f} ({low:+.0f} to {high:+.0f})",
                         f"{statistics.median(a / b for a, b in zip(samples, base)):.2f}"]


def rate(phase, path, base):
    """Handshakes per second, relative to another path: the best, and the median of
    those that were measured one after the other."""
    one, other = phase[path]["handshake"], phase[base]["handshake"]
    return (min(other) / min(one),
            statistics.median(b / a for a, b in zip(one, other)))


def goals_of_cost(cost):
    phases = cost["phases"]
    rows = []

    def most(name, held, path, kind, limit):
        phase = phases[held]
        least, median, low, high = added(phase[path][kind], phase[base_of(path)][kind])
        rows.append([name, HELD[held], path, f"at most +{limit} ns", f"{least:+.0f}",
                     f"{median:+.0f} ({low:+.0f} to {high:+.0f})", verdict(least <= limit)])

    def most_times(held, path, limit, kind="syn"):
        phase = phases[held]
        one, base = phase[path][kind], phase[base_of(path)][kind]
        times = min(one) / min(base)
        rows.append([FORGED[kind], (HELD | FULL)[held], path,
                     f"at most {limit} times", f"{times:.2f}",
                     f"{statistics.median(a / b for a, b in zip(one, base)):.2f}",
                     verdict(times <= limit)])

    def least_rate(name, held, path, base, limit):
        best, median = rate(phases[held], path, base)
        rows.append([name, HELD[held], path, f"at least {limit}", f"{best:.2f}",
                     f"{median:.2f}", verdict(best >= limit)])

    for path in ("bridge", "router"):
        without, loaded = phases["not loaded"], phases["no policy"]
        worst = max((added(loaded[path][kind], without[path][kind]) for kind in KINDS),
                    key=lambda values: values[0])
        noise = max(abs(added(phases["0"]["bridge-again"][kind],
                              phases["0"]["bridge"][kind])[0]) for kind in KINDS)
        rows.append(["loaded, no policy", "0", path, "0 hooks, 0 ns",
                     f"{cost['hooks']['no policy'][path]} hooks, {worst[0]:+.0f}",
                     f"{worst[1]:+.0f} ({worst[2]:+.0f} to {worst[3]:+.0f})",
                     verdict(cost["hooks"]["no policy"][path] == 0 and
                             worst[0] <= max(noise, 0.03 * min(without[path]["syn"])))])
    for path in ("bridge-policy", "router-policy"):
        for held in HELD:
            for kind in ("udp", "data", "ack"):
                most("no handshake: " + kind, held, path, kind, 30)
        for held, syn, synack in (("0", 450, 250), ("1000000", 900, 300)):
            for kind in ("syn", "syn-middle"):
                most(kind, held, path, kind, syn)
            most("synack", held, path, "synack", synack)
        for held, limit in (("0", 0.48), ("1000000", 0.36)):
            least_rate("handshakes/s, of the bare path", held, path, base_of(path), limit)
            least_rate("handshakes/s, of conntrack", held, path,
                       base_of(path) + "-conntrack", 1.4)
        for held, limit in (("0", 4), ("1000000", 4)):
            most_times(held, path, limit)
        for held in FULL:
            for kind in FORGED if held in phases else ():
                most_times(held, path, 2, kind)
    return table(["", "pending", "path", "goal", "by minima", "median (95 %)", ""], rows)


def cost_tables(cost):
    paths = [path for path in cost["phases"]["0"] if path != "bridge-again"]
    head = ["packet", "path", "minimum", "median", "added, minima",
            "added, median of rounds (95 %)", "ratio"]
    parts = ["## Cost: goals\n", goals_of_cost(cost),
             "![What a packet takes more than on a bare bridge](cost.svg)\n",
             "## Cost of a packet, ns\n"]
    for held, name in HELD.items():
        phase = cost["phases"][held]
        parts += [f"### {name} pending\n",
                  table(head, cost_rows(phase, paths)),
                  "A complete handshake, soft interrupts and RCU included:\n",
                  table(["path", "best, ns", "median, ns", "handshakes/s, best",
                         "of the bare path", "of conntrack"],
                        [[path, f"{min(phase[path]['handshake']):.0f}",
                          f"{statistics.median(phase[path]['handshake']):.0f}",
                          thousands(round(1e9 / min(phase[path]["handshake"]))),
                          f"{rate(phase, path, base_of(path))[0]:.2f}",
                          f"{rate(phase, path, base_of(path) + '-conntrack')[0]:.2f}"]
                         for path in paths])]
    phase = cost["phases"]["0"]
    control = max((added(phase["bridge-again"][kind], phase["bridge"][kind])
                   for kind in KINDS), key=lambda values: abs(values[0]))
    parts += ["Two bare bridges differ by up to "
              f"{control[0]:+.0f} ns (minima), {control[1]:+.0f} (median). To build a packet, "
              "which is in none of these figures, takes "
              f"{min(phase['bridge']['build']):.0f} ns, to read the clock "
              f"{min(phase['bridge']['clock']):.0f}.\n"]
    return parts


# Path and packet, and how it is drawn.
LINES = {
    "bridge-policy-syn": ("SYN, Syncopate", "#06c"),
    "bridge-policy-synack": ("SYN-ACK, Syncopate", "#06c; stroke-dasharray: 6 3"),
    "bridge-policy-data": ("data, Syncopate", "#06c; stroke-dasharray: 2 2"),
    "bridge-conntrack-syn": ("SYN, conntrack", "#b60"),
    "bridge-conntrack-synack": ("SYN-ACK, conntrack", "#b60; stroke-dasharray: 6 3"),
    "bridge-conntrack-data": ("data, conntrack", "#b60; stroke-dasharray: 2 2"),
}


def cost_picture(out, cost):
    """What packets of each kind take more than on a bare bridge, by minima."""
    names = {line: name for line, (name, _) in LINES.items()}
    style = STYLE + "".join(f".{line} {{ stroke: {colour} }}"
                            for line, (_, colour) in LINES.items())
    seen = {line: [added(cost["phases"][held][line.rpartition("-")[0]][line.rpartition("-")[2]],
                         cost["phases"][held]["bridge"][line.rpartition("-")[2]])[0]
                   for held in HELD] for line in LINES}
    svg = Svg(1080, 420, "Added to a packet over the bare bridge, by minima", names, style)
    top = max(max(values) for values in seen.values())
    across, up = Scale(0, len(HELD) - 1, 900), Scale(0, 500 * (top // 500 + 1), 300)
    axes(svg, 90, 40, across, up, list(enumerate(HELD.values())), "ns")
    svg.text(540, 374, "attempts pending", "middle")
    for line, values in seen.items():
        svg.path([(90 + across(i), 340 - up(value)) for i, value in enumerate(values)],
                 f"line {line}")
    svg.key(20, 408, names)
    svg.write(os.path.join(out, "cost.svg"))


# --- memory ------------------------------------------------------------------

def memory_tables(memory):
    rows, stalls = [], []
    for row in memory["rows"]:
        number = row["pending"]
        each = {key: (row["before"][key] - row["with"][key]) / number
                for key in ("MemAvailable", "MemFree", "Slab")}
        back = (row["before"]["MemAvailable"] - row["after"]["MemAvailable"]) / number
        rows.append([thousands(number), f"{each['MemAvailable']:.0f}",
                     f"{-each['Slab']:.0f}", "at most 1126",
                     verdict(each["MemAvailable"] <= 1126), f"{back:+.0f}"])
        waits = [row[name]["tasklet"]["max_ns"] / 1e6
                 for name in ("fill_stall", "drain_stall")]
        stalls.append([thousands(number), f"{row['fill_s']:.2f}", f"{row['drain_s']:.2f}",
                       f"{waits[0]:.2f} / {waits[1]:.2f}", "at most 10",
                       verdict(max(waits) <= 10), f"{row['shown_s']:.2f}",
                       verdict(row["shown_s"] < 5 and row["shown"] == number)])
    objects = [[name, str(slab["object_size"]), str(slab["objs_per_slab"]),
                str(4096 << slab["order"]),
                f"{(4096 << slab['order']) / slab['objs_per_slab']:.0f}"]
               for name, slab in memory["slabs"].items()]
    return ["## Memory: goals\n",
            table(["pending", "bytes each (MemAvailable)", "of it slabs", "goal", "",
                   "not back after the drain, bytes each"], rows),
            "What an attempt consists of, and the table's 8 to 16 bytes:\n",
            table(["slab", "bytes asked for", "objects", "in so many bytes",
                   "bytes each"], objects),
            "## Many pending: filled, shown, drained\n",
            table(["pending", "filled, s", "drained, s",
                   "longest wait of a tasklet, ms: filling / draining", "goal", "",
                   "flow show, s", "under 5"], stalls)]


# --- timers ------------------------------------------------------------------

def percentile(histogram, part):
    """In us, the upper bound of its bucket's place."""
    left = part * histogram["num"]
    for low, count in histogram["buckets"]:
        left -= count
        if left <= 0:
            return low / 1000
    return histogram["max_ns"] / 1000


def timer_tables(timers):
    cells = {}
    for row in timers["rows"]:
        cells.setdefault((row["pending"], row["interval_ms"]), []).append(row)

    def us(value):
        return f"{value:.0f}" if value < 10000 else f"{value / 1000:.0f} ms"

    rows, waits = [], []
    for (number, interval), runs in cells.items():
        ways = {"syn": [], "rst": []}
        for kind, seen in ways.items():
            for run in runs:
                if not run[kind]["num"]:
                    seen.append((float("inf"),) * 3)
                    continue
                seen.append((percentile(run[kind], 0.5), percentile(run[kind], 0.99),
                             run[kind]["max_ns"] / 1000))
        best = min(ways["syn"], key=lambda values: values[1])
        if number <= 300000:
            goal, met = "p99 at most 100", best[1] <= 100
        else:
            goal, met = "max at most 100 ms", best[2] <= 100000
        lost = max(3 * number - run["counters"]["retransmitted"] for run in runs)
        rows.append([thousands(number), str(interval),
                     " / ".join(map(us, best)),
                     "; ".join(" / ".join(map(us, one)) for one in ways["syn"]),
                     goal, verdict(met),
                     " / ".join(map(us, min(ways["rst"], key=lambda values: values[1]))),
                     thousands(lost),
                     f"{max(run['arrivals_behind_percent'] for run in runs)} %"])
        waits.append([thousands(number), str(interval)] + [
            "; ".join(" / ".join([us(percentile(run[name], 0.5)),
                                  us(percentile(run[name], 0.99)),
                                  us(run[name]["max_ns"] / 1000)]) for run in runs)
            for name in ("timer", "tasklet")])
    return ["## Timers: goals\n",
            "Lateness in us: p50 / p99 / max.\n",
            table(["pending", "interval, ms", "SYNs repeated, best of the runs", "each run",
                   "goal", "", "RSTs, best", "SYNs missing, worst", "arrivals behind"],
                  rows),
            "Others meanwhile, by a beat each millisecond. A timer of the hard kind is "
            "late by what the machine does, or because interrupts were off; the tasklet "
            "that it asks for has to wait for soft interrupts as well.\n",
            table(["pending", "interval, ms", "timer, each run", "tasklet, each run"],
                  waits)]


# --- idle --------------------------------------------------------------------

def idle_tables(data):
    limit = 2000000
    rows = []

    def line(kernel, held, what, one, goal=False):
        more = sum(count for low, count in one["buckets"] if low >= limit)
        rows.append([kernel, held, what, f"{percentile(one, 0.5):.0f}",
                     f"{percentile(one, 0.99):.0f}", f"{one['max_ns'] / 1000:.0f}", str(more),
                     verdict(one["max_ns"] <= limit) if goal else ""])

    for name in (name for name in data if name.startswith("idle-")):
        part, nap = data[name], data[name.replace("idle-", "nap-")]
        kernel = part["machine"]["kernel"]
        for row in part["rows"]:
            number, period = row["pending"], f"{500 / row['pending']:g} ms"
            held = thousands(number)
            lost = 3 * number * row["rounds"] - row["syn"]["num"]
            line(kernel, held, f"{thousands(row['syn']['num'])} SYNs repeated, {lost} missing",
                 row["syn"], True)
            line(kernel, held, f"{thousands(row['rst']['num'])} RSTs", row["rst"], True)
            line(kernel, "", f"{thousands(row['timer']['num'])} bare timers, one every {period}",
                 row["timer"])
            line(kernel, "", "tasklets that these ask for", row["tasklet"])
        line("the host's, meanwhile", "", f"{thousands(nap['num'])} sleeps of 5 ms", nap)
    return ["## Lateness, us\n",
            table(["kernel", "attempts pending", "what", "p50", "p99", "longest",
                   "over 2 ms", "goal: none over 2 ms"], rows)]


# --- all ---------------------------------------------------------------------

def update(out, name, sources, tables):
    """Takes sources over into NAME.json and writes NAME.md anew, below the mark."""
    store, page = (os.path.join(out, f"{name}.{kind}") for kind in ("json", "md"))
    data = {}
    if os.path.exists(store):
        with open(store, encoding="ascii") as text:
            data = json.load(text)
    for source in sources:
        with open(source, encoding="ascii") as text:
            data[os.path.basename(source).removesuffix(".json")] = json.load(text)
    with open(store, "w", encoding="ascii") as text:
        json.dump(data, text, separators=(",", ":"))
        text.write("\n")

    parts = tables(data)
    with open(page, encoding="utf-8") as text:
        words = text.read().split(MARK)[0]
    with open(page, "w", encoding="utf-8") as text:
        text.write(words + MARK + "\n" + "\n".join(parts))
    return data


def cost_page(data):
    parts = []
    for name, tables in (("cost", cost_tables), ("memory", memory_tables),
                         ("timers", timer_tables)):
        if name in data:
            parts += tables(data[name])
    return parts


def main():
    out, *sources = sys.argv[1:]
    idle = [one for one in sources if os.path.basename(one).startswith(("idle-", "nap-"))]
    cost = [one for one in sources if one not in idle]
    if idle:
        update(out, "idle", idle, idle_tables)
    if cost:
        data = update(out, "cost", cost, cost_page)
        if "cost" in data:
            cost_picture(out, data["cost"])


main()
