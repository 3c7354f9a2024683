#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""compare.py BASELINE.json NOW.json: has a packet become more costly, in instructions?
Ends with 1 if one takes over 5 % more than it did. What a packet takes on a bare bridge
differs by 2 % from boot to boot: its tables are hashed with secrets."""

import json
import sys

KINDS = ("syn", "syn-middle", "synack", "synack-middle", "ack", "data", "udp")


def read(path):
    with open(path, encoding="ascii") as text:
        return json.load(text)


def main():
    before, now = map(read, sys.argv[1:])
    worse = False
    for held in (key for key in before if key != "machine" and key in now):
        for path in (path for path in before[held] if path.endswith("-policy")):
            for kind in KINDS:
                old, new = (one[held][path][kind] for one in (before, now))
                up = new > old * 1.05
                worse |= up
                print(f"{held:>6} pending, {path}, {kind}: {old} -> {new}"
                      f"{'   MORE' if up else ''}")
    sys.exit(worse)


main()
