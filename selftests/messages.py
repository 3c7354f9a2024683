#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
messages.py SPEC: prints the tables of messages.h, as the specification has them.  Ranges
are those of the definitions: `interval-min-ms` is the least that `interval` may be.
"""
import sys

import yaml

spec = yaml.load(open(sys.argv[1]), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
constants = {d["name"]: d["value"] for d in spec["definitions"] if d["type"] == "const"}
enums = {d["name"]: len(d["entries"]) for d in spec["definitions"] if d["type"] == "enum"}
sets = {s["name"]: s for s in spec["attribute-sets"]}

# What the specification says in words.
RANGE_OF = {"floor": "interval", "ceiling": "interval", "flows-limit": "flows", "learned-limit": "learned"}
FROM_ONE = ("shard", "shards", "port", "dport-min", "dport-max", "server-port", "breaker", "position")
NEEDS = {"dst-len": "dst", "src-len": "src", "dport-max": "dport-min", "mark-mask": "mark",
         "floor": "timing", "ceiling": "timing", "confidence": "timing", "probe": "breaker", "shard": "shards",
         "detached": "iif",
         "server-len": "server", "len": "addr"}
REQUIRED = {"policy-del": ["name"], "policy-replace": ["name"], "dest-set": ["addr"],
            "dest-del": ["addr"], "dest-down": ["addr"], "dest-up": ["addr"],
            "dest-entry": ["addr"]}
# What a good request says, where not all that is allowed fits the rest of it.
USUAL = {"dport-min": (80, 80), "dport-max": (80, 65535), "mark": (0, 15), "mark-mask": (15, 15),
         "proto": (6, 6), "floor": (10**7, 10**8), "ceiling": (10**8, 10**10), "timing": (1, 2),
         "position": (1, 2), "shard": (1, 1), "shards": (1, 256), "flows-limit": (1000, 16777216), "retries": (0, 16)}
# Of 16 good requests, so many have it: 5 unless it is here.
CHANCE = {"addr": 15, "rtt": 14, "name": 12, "timing": 8, "position": 2, "iif": 2, "src": 2, "policy": 15,
          "dest": 10, "down": 2, "pad": 0}
UNITS = (("", 1), ("-us", 1000), ("-ms", 1000000))
BITS = {"u8": 8, "u16": 16, "u32": 32, "u64": 64}


def symbol(*words):
    return "_".join(words).upper().replace("-", "_")


def bound(name, end, otherwise):
    for unit, factor in UNITS:
        if name + end + unit in constants:
            return constants[name + end + unit] * factor
    return otherwise


def limits(owner, attr):
    name, kind = attr["name"], attr["type"]
    if kind == "string":
        return 0, attr.get("checks", {}).get("max-len", 65535)
    if kind not in BITS:
        return 0, 0
    most = (1 << BITS[kind]) - 1
    if "enum" in attr:
        return 0, enums[attr["enum"]] - 1
    if owner not in ("policy", "dest", "status", "config"):
        return int(name in FROM_ONE), most
    if name == "len" or name.endswith("-len"):
        return 0, 128
    if name == "proto":
        return 6, 6
    # The number of policies is no range of policies.
    if owner in ("status", "config") and name not in RANGE_OF:
        return 0, most
    about = RANGE_OF.get(name, name)
    return bound(about, "-min", int(name in FROM_ONE)), bound(about, "-max", most)


def table(variable, name, names, required=()):
    """Of the attributes of those names that the set has, and returns what refers to it."""
    owner = sets[name].get("subset-of", name)
    known = {a["name"]: a for a in sets[owner]["attributes"]}
    names = list(dict.fromkeys(names))
    for attr in (known[n] for n in names):
        nested = attr.get("nested-attributes")
        if nested and nested not in done:
            done.add(nested)
            of = [a["name"] for a in sets[nested]["attributes"]]
            print(f"static const struct set {symbol(nested).lower()} ="
                  f" {table(symbol(nested).lower() + '_attrs', nested, of, REQUIRED.get(nested, ()))};")
    if not names:
        return "{ 0 }"
    print(f"static const struct attribute {variable}[] = {{")
    for attr in (known[n] for n in names):
        low, high = limits(owner, attr)
        usual = USUAL.get(attr["name"], (low, high)) if owner in ("policy", "config", "status") else (low, high)
        need = NEEDS.get(attr["name"]) if owner in ("policy", "dest") or variable.endswith("request") else None
        nested = attr.get("nested-attributes")
        print(f'\t{{ .name = "{attr["name"]}", .type = {symbol("syncopate-a", owner, attr["name"])},'
              f' .kind = {symbol("kind", attr["type"])}, .min = {low}ULL, .max = {high}ULL,'
              f' .low = {usual[0]}ULL, .high = {usual[1]}ULL, .chance = {CHANCE.get(attr["name"], 5)},'
              + (f' .needs = {symbol("syncopate-a", owner, need)},' if need else "")
              + (" .required = true," if attr["name"] in required else "")
              + (" .multi = true," if attr.get("multi-attr") else "")
              + (f' .nest = &{symbol(nested).lower()},' if nested else "") + " },")
    print("};")
    return f"{{ {variable}, {len(names)} }}"


done = set()
print("/* Generated from uapi/syncopate.yaml by messages.py. */")
print("#include <linux/syncopate.h>\n\n#include \"messages.h\"\n")
rows = []
for op in spec["operations"]["list"]:
    name, way = op["name"], next(w for w in ("do", "dump", "event") if w in op)
    variable = symbol(name).lower()
    request = op[way].get("request", {}).get("attributes", [])
    reply = (op[way] if way == "event" else op[way].get("reply", {})).get("attributes", [])
    rows.append(f'\t{{ "{name}", {symbol("syncopate-cmd", name)}, WAY_{way.upper()},'
                f' {str("uns-admin-perm" in op.get("flags", [])).lower()},'
                f'\n\t  {table(variable + "_request", op["attribute-set"], request, REQUIRED.get(name, ()))},'
                f'\n\t  {table(variable + "_reply", op["attribute-set"], reply)} }},')
print("\nconst struct command commands[] = {", *rows, "};", sep="\n")
print(f"const unsigned int num_commands = {len(rows)};")
