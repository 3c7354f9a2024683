#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""compare.py BASELINE.json NOW.json: has a packet become more costly, in instructions?
Ends with 1 if one takes over 5 % more than the bare path than it did, and 20 at least."""

import json
import sys

KINDS = ("syn", "syn-middle", "synack", "synack-middle", "ack", "data", "udp")


def added(measured, held, path, kind):
    rows = measured[held]
    return rows[path][kind] - rows[path.split("-")[0]][kind]


def main():
    before, now = (json.load(open(path, encoding="ascii")) for path in sys.argv[1:])
    worse = False
    for held in (key for key in before if key.isdigit()):
        for path in (path for path in before[held] if path.endswith("-policy")):
            for kind in KINDS:
                old, new = (added(one, held, path, kind) for one in (before, now))
                up = new > old * 1.05 and new > old + 20
                worse |= up
                print(f"{held:>6} pending, {path}, {kind}: {old:+} -> {new:+}"
                      f"{'   MORE' if up else ''}")
    sys.exit(worse)


main()
