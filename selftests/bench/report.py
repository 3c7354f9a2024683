#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""report.py JSON DIR: draws what `timing` has measured as DIR/*.svg, and writes its
tables into DIR/timing.md, below the line that says so."""

import json
import math
import os
import sys

NAMES = {
    "linux": "Linux 6.12 alone",
    "linux-before-6.5": "Linux before 6.5 alone",
    "fixed": "fixed",
    "rtt": "rtt",
    "adaptive": "adaptive",
}
MORE_NAMES = NAMES | {"adaptive-3-retries": "adaptive, 3 retries"}
LOSSES = (0, 1, 5, 10, 20)
RTTS = (1, 20, 100, 300)
MARK = "<!-- from here on written by scripts/bench-timing -->\n"

# Told apart by lightness and dash, too, not by hue alone.
STYLE = """
text { font: 12px sans-serif; fill: #222 }
.title { font-weight: bold; font-size: 14px }
.back { fill: #fff }
.grid { stroke: #ddd; fill: none }
.limit { stroke: #c00; stroke-dasharray: 2 3; fill: none }
.line { fill: none; stroke-width: 2 }
.linux { stroke: #777 } .linux-before-6-5 { stroke: #aaa; stroke-dasharray: 6 3 }
.fixed { stroke: #06c } .rtt { stroke: #b60; stroke-dasharray: 2 2 }
.adaptive { stroke: #084; stroke-width: 3 }
.adaptive-3-retries { stroke: #084; stroke-dasharray: 4 3 }
.mark { fill: none }
@media (prefers-color-scheme: dark) {
text { fill: #ddd } .back { fill: #161616 } .grid { stroke: #3a3a3a }
.limit { stroke: #f66 } .linux { stroke: #aaa } .linux-before-6-5 { stroke: #777 }
.fixed { stroke: #6af } .rtt { stroke: #fb6 } .adaptive, .adaptive-3-retries { stroke: #4d9 }
}
"""


class Scale:
    """From values to a length."""

    def __init__(self, low, high, size, log=False):
        self.low, self.high, self.size, self.log = low, high, size, log

    def __call__(self, value):
        if self.log:
            value = min(max(value, self.low), self.high)
            return self.size * (math.log(value / self.low) /
                                math.log(self.high / self.low))
        return self.size * (value - self.low) / (self.high - self.low)

    def ticks(self):
        if not self.log:
            steps = 5
            return [self.low + (self.high - self.low) * i / steps
                    for i in range(steps + 1)]
        first = math.ceil(math.log10(self.low) - 1e-9)
        last = math.floor(math.log10(self.high) + 1e-9)
        return [10.0 ** i for i in range(first, last + 1)]


class Svg:
    """A picture, in lines of text."""

    def __init__(self, width, height, title, names=None, style=STYLE):
        self.names = names or MORE_NAMES
        self.lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
            f'height="{height}" viewBox="0 0 {width} {height}" role="img">',
            f"<title>{title}</title>", f"<style>{style}</style>",
            f'<rect class="back" width="{width}" height="{height}"/>']
        self.text(width / 2, 20, title, "middle", "title")

    def text(self, x, y, text, anchor="start", kind="", turn=""):
        turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turn else ""
        kind = f' class="{kind}"' if kind else ""
        self.lines.append(f'<text x="{x:.1f}" y="{y:.1f}" '
                          f'text-anchor="{anchor}"{kind}{turn}>{text}</text>')

    def path(self, points, kind):
        if points:
            way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            self.lines.append(f'<polyline class="{kind}" points="{way}"/>')

    def key(self, x, y, names):
        for name in names:
            kind = name.replace(".", "-")
            self.path([(x, y - 4), (x + 28, y - 4)], f"line {kind}")
            self.text(x + 34, y, self.names[name])
            x += 56 + 7 * len(self.names[name])

    def write(self, path):
        with open(path, "w", encoding="ascii") as out:
            out.write("\n".join(self.lines + ["</svg>", ""]))


def number(value):
    if value and (value < 0.01 or value >= 1e6):
        return f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e")
    return f"{value:g}"


def axes(svg, left, top, across, up, labels, unit):
    """A frame with ticks: values from Scale @up, names @labels along @across."""
    right, bottom = left + across.size, top + up.size
    for tick in up.ticks():
        y = bottom - up(tick)
        svg.path([(left, y), (right, y)], "grid")
        if unit is not None:
            svg.text(left - 6, y + 4, number(tick), "end")
    for value, label in labels:
        svg.text(left + across(value), bottom + 18, label, "middle")
    if unit:
        svg.text(left - 52, top + up.size / 2, unit, "middle", turn=True)
    svg.path([(left, top), (left, bottom), (right, bottom)], "grid")


def panels(path, title, unit, cells, value, up, names, bounds=None, limit=None):
    """One frame for each round-trip time, loss along it, a line a contender."""
    width, height, left = 220, 240, 70
    svg = Svg(left + 4 * (width + 20), height + 130, title)
    for number_, rtt in enumerate(RTTS):
        x, y = left + number_ * (width + 20), 60
        across = Scale(-0.3, 4.3, width)
        up.size = height
        svg.text(x + width / 2, y - 10, f"round-trip time {rtt} ms", "middle")
        axes(svg, x, y, across, up,
             [(i, f"{loss}") for i, loss in enumerate(LOSSES)],
             unit if not number_ else None)
        svg.text(x + width / 2, y + height + 34,
                 "loss in each direction, %", "middle")
        if limit is not None:
            svg.path([(x, y + height - up(limit)),
                      (x + width, y + height - up(limit))], "limit")
        for name in names:
            kind = name.replace(".", "-")
            points = []
            for i, loss in enumerate(LOSSES):
                cell = cells.get((rtt, loss, name))
                seen = value(cell) if cell else None
                if seen is None:
                    svg.path(points, f"line {kind}")
                    points = []
                    continue
                at = (x + across(i), y + height - up(seen))
                points.append(at)
                if bounds:
                    low, high = bounds(cell)
                    svg.path([(at[0], y + height - up(low)),
                              (at[0], y + height - up(high))], f"line {kind}")
                else:
                    svg.path([(at[0] - 1, at[1]), (at[0] + 1, at[1])],
                             f"line {kind}")
            svg.path(points, f"line {kind}")
    svg.key(left, height + 118, names)
    svg.write(path)


def overload(path, data):
    """SYNs a second over time."""
    about = data["parameters"]
    step = about["step_ms"] / 1000
    width, height, left, top = 860, 300, 80, 50
    svg = Svg(left + width + 30, top + height + 80,
              "Load that a link for "
              f"{about['capacity_per_s']} SYN/s is offered; from "
              f"{about['too_many_s'][0]} to {about['too_many_s'][1]} s "
              f"{about['too_many_per_s']} connections/s, else "
              f"{about['usual_per_s']}")
    across, up = Scale(25, 60, width), Scale(0, 10000, height)
    axes(svg, left, top, across, up,
         [(s, f"{s}") for s in range(25, 61, 5)], "SYN/s")
    svg.text(left + width / 2, top + height + 34, "time, s", "middle")
    capacity = top + height - up(about["capacity_per_s"])
    svg.path([(left, capacity), (left + width, capacity)], "limit")
    for one in data["contenders"]:
        svg.path([(left + across((i + 0.5) * step), top + height - up(load))
                  for i, load in enumerate(one["offered_per_s"])
                  if 25 <= (i + 0.5) * step <= 60],
                 "line " + one["contender"].replace(".", "-"))
    svg.key(left, top + height + 68, MORE_NAMES)
    svg.write(path)


# --- tables ------------------------------------------------------------------

def ms(value):
    if value is None:
        return "never"
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


def rate(value):
    return f"{value * 1e4:.2f}"


def table(head, rows):
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(out + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def where(cell):
    return [f"{cell['rtt_ms']}", f"{cell['jitter_percent']}",
            f"{cell['loss_percent']}",
            "-" if not cell["loss_percent"] else cell["loss_of"]]


WHERE = ["RTT, ms", "jitter, %", "loss, %", "of"]


def by_cell(data):
    cells = {}
    for cell in data["cells"]:
        cells.setdefault(tuple(where(cell)), {})[cell["contender"]] = cell
    return cells


def contender_table(data, value):
    return table(WHERE + [f"{NAMES[name]}" for name in NAMES],
                 [list(key) + [value(cells[name]) for name in NAMES]
                  for key, cells in by_cell(data).items()])


def targets_table(data):
    rows = []
    for one in data["targets"]:
        misses = ", ".join("/".join(where(miss)) + f": {miss['value']:.3g}"
                           if miss["value"] is not None else
                           "/".join(where(miss)) + ": never"
                           for miss in one["misses"])
        rows.append([one["target"], number(round(one["limit"], 4)),
                     f"{one['met']} of {one['cells']}",
                     f"{one['worst']:.3g}" if one["worst"] is not None else "never",
                     misses or "-"])
    return table(["target", "at most", "cells that meet it", "worst",
                  "those that do not: RTT/jitter/loss/of: value"], rows)


def overload_table(data):
    rows = [[MORE_NAMES[one["contender"]], f"{one['during_per_s']:.0f}",
             f"{max(one['offered_per_s'])}", f"{one['recovered_ms'] / 1000:.1f}",
             f"{one['syns']}", f"{one['gave_up'] * 100 / one['connections']:.1f}"]
            for one in data["contenders"]]
    return table(["", "SYN/s during the overload, mean", "in the worst half second",
                  "until the last SYN is lost, s after it", "SYNs in all",
                  "given up, %"], rows)


def learned(cell):
    first, most = cell["stable_after"]
    return f"{first} ({most})"


def tables(data):
    parts = [
        "## Verdicts\n", targets_table(data),
        "## Set-up time, ms: p50 / p99 / p99.9\n",
        contender_table(data, lambda c: " / ".join(map(ms, c["setup_ms"]))),
        "## Time until a dead server is given up, ms: p50 / longest\n",
        contender_table(data, lambda c: " / ".join(map(ms, c["dead_ms"]))),
        "## Living servers given up, of 10 000 connections "
        "(Wilson's interval, 95 %)\n",
        contender_table(data, lambda c: f"{rate(c['gave_up_rate'])} "
                        f"({rate(c['gave_up_wilson'][0])}-"
                        f"{rate(c['gave_up_wilson'][1])})"),
        "## SYNs beyond the first: per connection / per segment lost\n",
        contender_table(data, lambda c: f"{c['extra_per_connection']:.4f} / " +
                        ("-" if c["extra_per_loss"] is None else
                         f"{c['extra_per_loss']:.2f}")),
        "## With a deadline of 3 s instead of 2 s\n",
        "Adaptive, where a round trip is long.\n",
        table(WHERE + ["given up, of 10 000", "with 2 s", "dead, ms: p50 / longest",
                       "with 2 s"],
              [list(key) + [rate(c["adaptive-3s"]["gave_up_rate"]),
                            rate(c["adaptive"]["gave_up_rate"]),
                            " / ".join(map(ms, c["adaptive-3s"]["dead_ms"])),
                            " / ".join(map(ms, c["adaptive"]["dead_ms"]))]
               for key, c in by_cell(data).items() if "adaptive-3s" in c]),
        "## What is learned\n",
        "How many connections it takes until the deadline is within 10 % of what "
        "it is in the end, the median of 101 destinations (and the most); and "
        "what is known in the end.\n",
        table(WHERE + ["rtt: connections", "adaptive: connections", "SRTT, ms",
                       "RTTVAR, ms", "loss, %"],
              [list(key) + [learned(c["rtt"]), learned(c["adaptive"]),
                            f"{c['adaptive']['srtt_ms']:.1f}",
                            f"{c['adaptive']['rttvar_ms']:.1f}",
                            f"{c['adaptive']['loss_ppm'] / 1e4:.1f}"]
               for key, c in by_cell(data).items()]),
        "## Overload\n", overload_table(data["overload"]),
    ]
    return "\n".join(parts)


def main():
    source, out = sys.argv[1:]
    with open(source, encoding="ascii") as text:
        data = json.load(text)
    # With jitter, and loss of both directions: what is hardest.
    cells = {(c["rtt_ms"], c["loss_percent"], c["contender"]): c
             for c in data["cells"] if c["jitter_percent"] == 30 and
             (c["loss_of"] == "both" or not c["loss_percent"])}
    box = ("fixed", "rtt", "adaptive")

    panels(os.path.join(out, "setup.svg"),
           "Time to set up a connection, p99, jitter 30 %; a line ends where "
           "one of a hundred is given up", "ms", cells,
           lambda c: c["setup_ms"][1], Scale(1, 10000, 0, True), NAMES)
    panels(os.path.join(out, "dead.svg"),
           "Time until a dead server is given up, p50, jitter 30 %", "ms", cells,
           lambda c: c["dead_ms"][0], Scale(10, 200000, 0, True), NAMES)
    panels(os.path.join(out, "gave-up.svg"),
           "Connections to living servers that are given up, with 95 % intervals (0 is drawn as 1e-6), "
           "jitter 30 %; dotted: 1 of 10 000", "part of all connections", cells,
           lambda c: max(c["gave_up_rate"], 1e-6), Scale(1e-6, 1, 0, True), box,
           lambda c: [max(b, 1e-6) for b in c["gave_up_wilson"]], 1e-4)
    panels(os.path.join(out, "extra.svg"),
           "SYNs beyond the first for each SYN or SYN-ACK lost, jitter 30 %; "
           "dotted: 1.3", "SYNs per loss", cells,
           lambda c: c["extra_per_loss"], Scale(0.5, 1.5, 0), NAMES, None, 1.3)
    overload(os.path.join(out, "overload.svg"), data["overload"])

    page = os.path.join(out, "timing.md")
    with open(page, encoding="utf-8") as text:
        words = text.read().split(MARK)[0]
    with open(page, "w", encoding="utf-8") as text:
        text.write(words + MARK + "\n" + tables(data))


if __name__ == "__main__":
    main()
