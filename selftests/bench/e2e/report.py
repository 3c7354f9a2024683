#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""report.py DIR PART-KERNEL.json...: puts what `measure.py` has measured into DIR/endtoend.json,
draws it as DIR/endtoend-*.svg and writes its tables into DIR/endtoend.md, below the line that
says so. Parts that are not given stay as they were."""

import json
import os
import statistics
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
# pylint: disable=wrong-import-position
from report import STYLE, Scale, Svg, axes, table

MARK = "<!-- from here on written by scripts/bench -->\n"
NAMES = {
    "none": "no box",
    "bridge": "bare bridge",
    "bridge-syncopate": "Syncopate",
    "bridge-queue": "queue, accept only",
    "bridge-prototype": "queue, prototype",
    "bridge-third-syn": "third SYN",
    "bridge-conntrack": "conntrack",
    "router": "bare router",
    "router-syncopate": "router, Syncopate",
    "router-haproxy": "HAProxy",
    "bridge-room": "Syncopate, with room",
    "bridge-full": "Syncopate, without",
}
COLOURS = {"bridge": "#777", "bridge-syncopate": "#06c", "bridge-queue": "#c70",
           "bridge-prototype": "#c00", "bridge-third-syn": "#084", "bridge-conntrack": "#80a"}


def median(values):
    return statistics.median(values)


def thousands(number):
    return f"{number:,.0f}".replace(",", " ")


def us(value):
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def verdict(met):
    return "met" if met else "**missed**"


def both(values, form, best=min):
    """The median, and the best."""
    return f"{form(median(values))} ({form(best(values))})"


# --- bursts, from within the kernel --------------------------------------------

def by_path(rows, value, **wanted):
    """Values of all rounds, by path."""
    seen = {}
    for row in rows:
        if all(row[key] == wish for key, wish in wanted.items()):
            seen.setdefault(row["path"], []).append(value(row))
    return seen


def best_rates(rows, most=5000):
    """Of each round, with whatever burst it was best, of those with @most SYNs or less."""
    best = {}
    for row in rows:
        if row["burst"] > most:
            continue
        rates = best.setdefault(row["path"], {})
        rates[row["round"]] = max(rates.get(row["round"], 0), row["per_second"])
    return {path: list(rates.values()) for path, rates in best.items()}


def ratios(one, other):
    return [a / b for a, b in zip(one, other)]


def delay(row):
    """Of a handshake: its SYN and its SYN-ACK on their way."""
    return row["syn"]["mean_us"] + row["synack"]["mean_us"]


def burst_goals(rows):
    goals = []
    for name, most in (("any burst", 5000), ("bursts of 50 and less", 50)):
        best = best_rates(rows, most)
        one, other = best["bridge-syncopate"], best["bridge-prototype"]
        faster = max(one) / max(other)
        goals.append([f"handshakes/s, of the prototype's: {name}", "at least 10",
                      f"{faster:.1f}", f"{median(ratios(one, other)):.1f}", verdict(faster >= 10)])
    delays = by_path(rows, delay, burst=1)
    added = {path: [a - b for a, b in zip(delays[path], delays["bridge"])] for path in delays}
    share = ratios(added["bridge-syncopate"], added["bridge-prototype"])
    least = min(delays["bridge-syncopate"]) - min(delays["bridge"])
    most = min(delays["bridge-prototype"]) - min(delays["bridge"])
    goals.append(["delay added to a handshake, one at a time, of the prototype's",
                  "at most 1/20", f"1/{most / max(least, 1e-3):.0f} (+{least:.2f} us, "
                  f"+{most:.1f} us)", f"1/{1 / max(median(share), 1e-3):.0f}",
                  verdict(20 * least <= most)])
    return goals


def burst_tables(name, data):
    rows = data["rows"]
    best = best_rates(rows)
    bare = best["bridge"]
    bursts = sorted({row["burst"] for row in rows})
    parts = [f"### Bursts, from within the kernel: {name}\n",
             table(["", "handshakes/s, best burst: median of rounds (best)", "of the bare bridge",
                    "of the prototype"],
                   [[NAMES[path], both(rates, thousands, max), f"{median(ratios(rates, bare)):.3f}",
                     f"{median(ratios(rates, best['bridge-prototype'])):.1f}"]
                    for path, rates in best.items()]),
             "Delay of a SYN / of a SYN-ACK, mean, us (median of the rounds), by SYNs in a "
             "burst:\n"]
    lines = []
    for path in best:
        line = [NAMES[path]]
        for burst in bursts:
            syn = by_path(rows, lambda row: row["syn"]["mean_us"], burst=burst)[path]
            synack = by_path(rows, lambda row: row["synack"]["mean_us"], burst=burst)[path]
            line.append(f"{us(median(syn))} / {us(median(synack))}")
        lines.append(line)
    parts.append(table([""] + list(map(str, bursts)), lines))
    parts += ["99th percentiles likewise:\n"]
    lines = []
    for path in best:
        line = [NAMES[path]]
        for burst in bursts:
            syn = by_path(rows, lambda row: row["syn"]["p99_us"], burst=burst)[path]
            synack = by_path(rows, lambda row: row["synack"]["p99_us"], burst=burst)[path]
            line.append(f"{us(median(syn))} / {us(median(synack))}")
        lines.append(line)
    parts.append(table([""] + list(map(str, bursts)), lines))
    parts += ["The prototype's settings:\n",
              table(["", "queues", "packets at most", "handshakes/s", "packets in a call"],
                    [[row["kind"], str(row["queues"]), str(row["batch"]),
                      thousands(row["per_second"]), f"{row['packets_per_call']:.1f}"]
                     for row in data["tuned"]])]
    return parts


def burst_picture(out, name, data):
    rows = data["rows"]
    bursts = sorted({row["burst"] for row in rows})
    style = STYLE + "".join(f".{path} {{ stroke: {colour} }}" for path, colour in COLOURS.items())
    for what, value, unit, low, high in (
            ("delay", delay, "us", 0.1, 1e5),
            ("rate", lambda row: row["per_second"], "handshakes/s", 1e3, 1e7)):
        svg = Svg(980, 430, {"delay": "Delay of a handshake's SYN and SYN-ACK together, mean, ",
                             "rate": "Handshakes per second, "}[what] + name, NAMES, style)
        across, up = Scale(0, len(bursts) - 1, 860), Scale(low, high, 300, True)
        axes(svg, 90, 40, across, up, [(i, str(burst)) for i, burst in enumerate(bursts)], unit)
        svg.text(520, 374, "SYNs in a burst", "middle")
        for path in COLOURS:
            svg.path([(90 + across(i),
                       340 - up(median(by_path(rows, value, burst=burst)[path])))
                      for i, burst in enumerate(bursts)], f"line {path}")
        svg.key(40, 408, COLOURS)
        svg.write(os.path.join(out, f"endtoend-{what}-{name}.svg"))


# --- by synbomb and synreply --------------------------------------------------

def load_tables(name, data):
    paths = {}
    for row in data["rows"]:
        paths.setdefault(row["path"], []).append(row)
    lines = [[NAMES[path], both([row["carried"] for row in rows], thousands, max),
              both([row["half"].get("p50_us", 0) for row in rows], us),
              both([row["half"].get("p99_us", 0) for row in rows], us)]
             for path, rows in paths.items()]
    parts = [f"### synbomb, box, synreply: {name}\n",
             table(["", "SYN/s carried: median of rounds (best)",
                    "set-up at half of that, p50, us", "p99, us"], lines),
             "Set-up time p50 / p99, us, with the first design's bursts (SYNs in one / ms between "
             "two); in brackets where that was not carried:\n"]
    patterns = [(row["burst"], row["gap_ms"]) for row in data["rows"][0]["patterns"]]
    lines = []
    for path, rows in paths.items():
        line = [NAMES[path]]
        for i in range(len(patterns)):
            cells = [row["patterns"][i] for row in rows]
            text = (f"{us(median([cell.get('p50_us', 0) for cell in cells]))} / "
                    f"{us(median([cell.get('p99_us', 0) for cell in cells]))}")
            line.append(text if all(cell["carried"] for cell in cells) else f"({text})")
        lines.append(line)
    return parts + [table([""] + [f"{burst}/{gap}" for burst, gap in patterns], lines)]


# --- real sockets -------------------------------------------------------------

def proxy_tables(name, data):
    paths = {}
    for row in data["rows"]:
        paths.setdefault(row["path"], []).append(row)
    lines = []
    for path, rows in paths.items():
        connects = sorted(value for row in rows for value in row["connect_us"])
        echoes = sorted(value for row in rows for value in row["echo_us"])
        lines.append([NAMES[path]] + [
                      f"{us(median(times))} / {us(times[-1 - len(times) // 100])}"
                      for times in (connects, echoes)] + [
                      both([row["per_second"] for row in rows], thousands, max),
                      ", ".join("not within 12 s" if (row["failover_ms"] or 12000) >= 12000 else
                                str(row["failover_ms"]) for row in rows)])
    return [f"### Real sockets: {name}\n",
            table(["", "connect(), p50 / p99, us", "first bytes back, p50 / p99, us",
                   "connections/s, one after the other", "failover, ms, each round"], lines)]


# --- synbomb alone ------------------------------------------------------------

SINKS = {"dummy": "a device that drops it", "ifb": "a device that drops it",
         "veth": "veth, dropped by the other end's kernel"}


def by_device(rows, family, value):
    """Values of all rounds, by device."""
    seen = {}
    for row in rows:
        if row["family"] == family:
            seen.setdefault(row["device"], []).append(value(row))
    return dict(sorted(seen.items()))


def send_goals(rows):
    """By the device that does nothing: what another end does is not sending."""
    goals = []
    for family in (4, 6):
        for device, rates in by_device(rows, family, lambda row: row["per_second"]).items():
            if device != "veth":
                goals.append([f"SYN/s sent by synbomb on one core, IPv{family}",
                              "at least 1 000 000", thousands(max(rates)),
                              thousands(median(rates)), verdict(median(rates) >= 1e6)])
    return goals


def send_tables(name, data):
    rows, lines = data["rows"], []
    for family in (4, 6):
        rates = by_device(rows, family, lambda row: row["per_second"])
        times = by_device(rows, family, lambda row: (row["user_ns"] + row["system_ns"],
                                                     row["user_ns"]))
        for device, values in rates.items():
            least = min(times[device])
            lines.append([f"IPv{family}, {SINKS[device]}",
                          f"{thousands(median(values))} ({thousands(min(values))} to "
                          f"{thousands(max(values))})",
                          f"{median([total for total, _ in times[device]]):.0f} ({least[0]})",
                          f"{median([user for _, user in times[device]]):.0f} ({least[1]})"])
    return [f"### synbomb alone: {name}\n",
            table(["to whom", "SYN/s on one core: median (least to most)",
                   "its time for each, ns: median (least)", "of that not the kernel's"], lines)]


# --- a flood ------------------------------------------------------------------

def of_box(rows, path, value):
    """What a box takes for each SYN, in each round: all that the run took, without what it takes
    where there is no box."""
    taken = [[value(row) for row in rows if row["path"] == name] for name in (path, "none")]
    return [a - b for a, b in zip(*taken)]


def aims(rows):
    for aim in sorted({row["aim"] for row in rows}, reverse=True):
        yield aim, [row for row in rows if row["aim"] == aim]


def times(one, other):
    return [a / b for a, b in zip(one, other)]


def flood_goals(rows):
    goals = []
    for path, most in (("bridge-room", 4), ("bridge-full", 2)):
        for aim, part in aims(rows):
            ratio = times(of_box(part, path, lambda row: row["instructions"]),
                          of_box(part, "bridge", lambda row: row["instructions"]))
            room = "with" if path == "bridge-room" else "without"
            goals.append([f"a flood's SYN {room} room, {aim}: instructions, of the bare bridge's",
                          f"at most {most}", f"{min(ratio):.2f}", f"{median(ratio):.2f}",
                          verdict(median(ratio) <= most)])
    return goals


def flood_tables(name, data):
    lines = []
    for aim, part in aims(data["rows"]):
        bare = of_box(part, "bridge", lambda row: row["instructions"])
        for path in ("none", "bridge", "bridge-room", "bridge-full"):
            taken = [row["instructions"] for row in part if row["path"] == path]
            line = [f"{aim}: {NAMES[path]}", thousands(median(taken))]
            if path != "none":
                box = of_box(part, path, lambda row: row["instructions"])
                pages = of_box(part, path, lambda row: row["cleared"])
                line += [thousands(median(box)), f"{median(times(box, bare)):.2f}",
                         thousands(median(pages)),
                         f"{median(times([a - b for a, b in zip(box, pages)], bare)):.2f}"]
            lines.append(line + [""] * (6 - len(line)))
    return [f"### A flood, in instructions: {name}\n",
            table(["at whom, through what", "for each SYN, whoever's", "of these the box's",
                   "of the bare bridge's", "of these to clear new pages, a byte each",
                   "of the bare bridge's, without these"], lines)]


# --- the data path ------------------------------------------------------------

def interval(values):
    """Mean and half of its 95 % interval (Student's)."""
    freedom, z = len(values) - 1, 1.959964
    t = z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2)
    return statistics.mean(values), t * statistics.stdev(values) / len(values) ** 0.5


def data_tables(name, data):
    lines = []
    for path in ("bridge", "router"):
        speeds = {state: [row["mbit"] for row in data["rows"]
                          if row["path"] == path and row["state"] == state]
                  for state in ("without", "with")}
        mean, half = interval([100 * (a / b - 1)
                               for a, b in zip(speeds["with"], speeds["without"])])
        lines.append([path, both(speeds["without"], thousands, max),
                      both(speeds["with"], thousands, max),
                      f"{mean:+.1f} % ({mean - half:+.1f} to {mean + half:+.1f})",
                      verdict(mean + half >= 0)])
    return [f"### Data path: {name}\n",
            table(["", "without, Mbit/s: median (best)", "with 1000 policies",
                   "difference, mean of rounds (95 %)", "none that can be measured"], lines)]


def main():
    out, *sources = sys.argv[1:]
    store, page = os.path.join(out, "endtoend.json"), os.path.join(out, "endtoend.md")
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

    goals, parts = [], []
    for key in sorted(data, key=lambda key: (key.split("-")[1] != "uml", key)):
        part, kernel = key.split("-", 1)
        name = {"uml": "user-mode kernel", "native": "natively"}.get(kernel, kernel)
        machine = data[key]["machine"]
        parts += {"burst": burst_tables, "load": load_tables, "proxy": proxy_tables,
                  "data": data_tables, "send": send_tables, "flood": flood_tables}[part](name, data[key])
        parts.append(f"Linux {machine['kernel']}, {machine['processors']} processor(s), "
                     f"{machine['cpu']}.\n")
        if part == "burst":
            goals += [[name] + row for row in burst_goals(data[key]["rows"])]
            burst_picture(out, kernel, data[key])
            parts.append(f"![Delay](endtoend-delay-{kernel}.svg)\n"
                         f"![Rate](endtoend-rate-{kernel}.svg)\n")
        if part == "flood":
            goals += [[name] + row for row in flood_goals(data[key]["rows"])]
        if key == "send-native":
            goals += [[name] + row for row in send_goals(data[key]["rows"])]
    if goals:
        goals = ["### Goals\n",
                 table(["", "", "goal", "by the best rounds", "median", ""], goals)]
    with open(page, encoding="utf-8") as text:
        words = text.read().split(MARK)[0]
    with open(page, "w", encoding="utf-8") as text:
        text.write(words + MARK + "\n" + "\n".join(goals + parts))


main()
