#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""compare.py JSON TIMING RTT JITTER LOSS OF SEEN: are the outcomes that `connect` has
seen those of the simulation?  The median is to be the same but for 5 ms and 5 %, and so
many as the simulation says are to take no longer than its p99, or to be given up, within
four standard deviations."""

import json
import math
import sys


def main():
    source, timing, rtt, jitter, loss, of, seen = sys.argv[1:]
    with open(source, encoding="ascii") as text:
        cell = next(c for c in json.load(text)["cells"]
                    if c["contender"] == timing and
                    [c["rtt_ms"], c["jitter_percent"], c["loss_percent"]] ==
                    [int(rtt), int(jitter), int(loss)] and c["loss_of"] == of)
    times = []
    with open(seen, encoding="ascii") as text:
        for line in text:
            _, result, time = line.split()[:3]
            times.append(float(time) if result == "connected" else math.inf)
    times.sort()
    count = len(times)
    half, most = times[(count - 1) // 2], times[math.ceil(count * 0.99) - 1]
    gave_up = sum(math.isinf(time) for time in times)
    print(f"{count} connections: p50 {half:.1f} ms ({cell['setup_ms'][0]:.1f}), "
          f"p99 {most:.1f} ms ({cell['setup_ms'][1]}), "
          f"given up {gave_up} ({cell['gave_up_rate'] * count:.1f})")

    def far(hits, chance):
        return abs(hits - chance * count) > \
            4 * math.sqrt(count * chance * (1 - chance)) + 1

    late = sum(time > (cell["setup_ms"][1] or math.inf) * 1.05 + 5 for time in times)
    wrong = abs(half - cell["setup_ms"][0]) > 5 + cell["setup_ms"][0] / 20
    wrong |= far(gave_up, cell["gave_up_rate"])
    wrong |= late > count * 0.01 + 4 * math.sqrt(count * 0.01) + 1
    sys.exit(bool(wrong))


main()
