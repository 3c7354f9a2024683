#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
ynl.py CLI SPEC: calls the kernel's own command-line client for generic netlink (CLI, its
cli.py) again and again without starting Python anew, which takes seconds in an emulator.
Each line of standard input has the options of one call as a shell writes them; what the
client prints comes back as one line.  Where it would sleep, to listen for a while, it says
`listening` and goes on with the next line of input.
"""
import contextlib
import importlib.util
import io
import os
import shlex
import sys
import traceback

import yaml

cli_path, spec = sys.argv[1:]
sys.path.insert(0, os.path.dirname(cli_path))
module = importlib.util.spec_from_file_location("cli", cli_path)
cli = importlib.util.module_from_spec(module)
module.loader.exec_module(cli)
# The same parser, but compiled.
yaml.SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)



def listen(_):
    print("listening", file=sys.__stdout__, flush=True)
    sys.stdin.readline()


cli.time.sleep = listen
# The one of an interactive Python closes the input.
cli.exit = sys.exit
for line in iter(sys.stdin.readline, ""):
    sys.argv = [cli_path, "--spec", spec, "--no-schema", "--output-json", *shlex.split(line)]
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            cli.main()
        except SystemExit:
            pass
        except Exception:
            traceback.print_exc()
    print(" ".join(said.getvalue().split()), flush=True)
