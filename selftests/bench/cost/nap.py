#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""nap.py: sleeps for 5 ms again and again until it is told to end, and prints as JSON how late
it woke.  So late does the machine itself wake those that sleep, whatever they run."""

import ctypes
import json
import signal
import sys
import time

PERIOD = 0.005
PR_SET_TIMERSLACK = 29


def main():
    late = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1)
    try:
        while True:
            begin = time.monotonic_ns()
            time.sleep(PERIOD)
            late.append(time.monotonic_ns() - begin - int(PERIOD * 1e9))
    finally:
        counts = {}
        for ns in late:
            # Exact to 1 us, as rounded down as the histograms of the kernel's side are.
            counts[ns // 1000 * 1000] = counts.get(ns // 1000 * 1000, 0) + 1
        json.dump({"num": len(late), "max_ns": max(late), "buckets": sorted(counts.items())},
                  sys.stdout)
        print()


main()
