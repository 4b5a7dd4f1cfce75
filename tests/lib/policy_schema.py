# SPDX-License-Identifier: LGPL-2.1-or-later
"""Do config/policy.schema.json and the program agree on what a policy is?

policy_schema.py PYCSYNC CONFIG-DIRECTORY SEED ROUNDS

Compares the keys of every mapping, then the verdicts on the files there are, on each key with good and
bad values, and on random documents of such values. A document is written as JSON, which is YAML too.
What takes more than one value to be wrong (trees that overlap, and the like) is the program's alone.
"""

import glob
import json
import random
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

SETTINGS = {
    "optimize": ([0, 2, [0], [2, 1, 0]], [3, -1, [], [0, 0], "0", [0, 3], None, {}, True]),
    "optimize+": ([1, [1, 2]], [4, []]),
    "invalidation": (["auto", "timestamp", "checked-hash", "unchecked-hash"], ["hash", 0, []]),
    "reproducible": ([True, False], ["true", 1, None]),
    "hardlink-dupes": ([True, False], ["no", 0]),
    "on-error": (["warn", "fail"], ["ignore", [], True]),
    "warnings": (["ignore", "show", "error"], ["warn", {}]),
    "owned": (["leave", "complete"], ["yes", {}]),
    "limits": ([{"seconds": 1}, {"memory": 67108864}, {"seconds": 86400, "memory": "1024GiB"}, {"memory": "64MiB"},
                {"total": 0}, {"total": 604800}],
               [{"seconds": 0}, {"seconds": 86401}, {"memory": 1}, {"memory": "1GB"}, {"second": 1}, 60,
                {"memory": 1099511627777}, {"seconds": "60"}, {"total": -1}, {"total": 604801}]),
}
INTERPRETERS = (["auto", ["auto"], [3.11], ["3.10", "/opt/libpython3.12.so.1.0"], {"use": "auto"}, {"use+": ["3.9"]},
                 {"use": ["3.9"], "exclude": ["3.8"]}, {"exclude": []}, {"exclude+": ["3.13t"]}],
                ["all", [], {}, [2.7], ["3.7"], ["3.11", "3.11"], ["python3"], {"exclude": "3.9"}, {"uses": "auto"},
                 {"use": "auto", "use+": "auto"}, 3.11, None])
COMPILE = {"compile": ([True, False], ["false", 0, None])}
RULE = {
    "match": (["/a/**", "**/b.py", "/a/[b]?.py"], ["a/b", "/a//b", "/a/", 1.5, [], "**"]),
    "regex": (["a.*b", "/x"], ["", [], {}]),
    "package": (["python-foo", "py*"], ["a/b", "", "a b", []]),
    "size-over": ([0, 10, "3KiB", "1GiB"], [-1, "3KB", [], "x"]),
    "name": (["a", "a.b-c_1"], ["", "a b", "é", [], "x" * 65]),
    **COMPILE, **SETTINGS,
}
TREE = {"path": (["/a", "/usr/lib/python{version}"], ["a", 1, None]),
        "interpreters": (INTERPRETERS[0], INTERPRETERS[1]), **COMPILE, **SETTINGS}
TOP = {
    "interpreters": INTERPRETERS,
    "interpreters+": (["auto", ["3.9"]], [{"use": "auto"}, [], 1]),
    "source-date-epoch": ([{}, {"use": "honor"}, {"use": "require", "clamp-mtime": True}, {"clamp-mtime": False}],
                          [{"use": "ignore", "clamp-mtime": True}, "honor", {"use": True}, {"clamp": True}]),
    "staging": ([{}, {"strip-dir": "auto"}, {"strip-dir": "none"}, {"strip-dir": "/x", "prepend-dir": "/y"},
                 {"extra": "fix"}, {"extra": "remove"}, {"extra": "keep"}, {"extra": "fail"}],
                [{"strip-dir": "x"}, {"prepend-dir": "auto"}, [], {"strip": "/"}, {"extra": "drop"}]),
    "disable-rules": ([[], ["a", "b"]], [["a", "a"], ["a b"], "a", [[]]]),
    "disable-rules+": ([["c"]], [None]),
    "keep-caches": ([[], ["3.11", 3.9], ["3.13t"]], [["3.9", "3.9"], ["x"], "3.9", [[]], None]),
    "keep-caches+": ([["3.7"]], [None]),
    "pycache-prefix": (["none", "/var/cache/python"], ["/", "cache", [], None]),
    "store": (["none", {"path": "/s"}, {"path": "/s", "size": 1048576}, {"path": "/s", "size": "10GiB", "read": []},
               {"path": "/s", "read": ["/a", "/b"]}],
              ["/s", {}, {"size": "1GiB"}, {"path": "s"}, {"path": "/s", "size": 1048575}, {"path": "/s", "size": "1TB"},
               {"path": "/s", "read": "/a"}, {"path": "/s", "read": ["/a", "/a"]}, {"path": "/s", "read": ["a"]},
               {"path": "/s", "read+": ["/a"]}, [], None]),
    "trees": ([[], ["/a"], ["/a", {"path": "/b/c"}]], [["a"], [{}], {}, [[]], "/a"]),
    "trees+": ([[], ["/q"]], [None, 1]),
    "rules": ([[]], [{}, None, ["/a"], [{"match": "/a"}], [{"compile": False}]]),
    "rules+": ([[]], [0]),
}
PLACES = {"defaults": SETTINGS, "trees": TREE, "rules": RULE}
SENSIBLE = {"defaults": {}, "trees": {"path": "/t"}, "rules": {"match": "/t/*.py", "compile": True}}


def verdicts(pycsync, documents):
    """Whether the program takes each document, and what it said."""
    with tempfile.TemporaryDirectory() as top:
        names = []
        for number, document in enumerate(documents):
            names.append(f"{top}/{number}.yaml")
            with open(names[-1], "w", encoding="utf-8") as file:
                json.dump(document, file, ensure_ascii=False)
        said = []
        for start in range(0, len(names), 200):
            done = subprocess.run([pycsync, "policy", "check", *names[start:start + 200]],
                                  capture_output=True, text=True, check=False)
            assert done.returncode in (0, 2), done
            said += done.stderr.splitlines()
    found = []
    for name in names:
        faults = [line for line in said if line.startswith(f"pycsync: {name}:")]
        found.append((not faults, faults))
    return found


def known_keys(pycsync, document):
    """What the program lists for a key that is like none."""
    (_, faults), = verdicts(pycsync, [document])
    listed = [re.search(r"known here: (.*)", line) for line in faults]
    return {name for match in listed if match for name in match[1].split(", ")}


def at(place, value):
    """A document with a mapping at a place of the policy."""
    return {"version": 1, place: value if place == "defaults" else [value]}


def compare_keys(pycsync, schema):
    odd = {"qqqqqqqqqqqqqqqqqqqqqqqqqqqqqq": 1}
    defs = schema["$defs"]
    pairs = [
        (odd, schema),
        (at("defaults", odd), defs["defaults"]),
        (at("defaults", {"limits": odd}), defs["limits"]),
        (at("trees", odd), defs["trees"]["items"]["anyOf"][1]),
        (at("rules", odd), defs["rules"]["items"]),
        ({"staging": odd}, schema["properties"]["staging"]),
        ({"source-date-epoch": odd}, schema["properties"]["source-date-epoch"]),
        ({"store": odd}, schema["properties"]["store"]["anyOf"][1]),
        ({"interpreters": odd}, defs["interpreters"]["anyOf"][1]),
    ]
    for document, part in pairs:
        keys = known_keys(pycsync, document)
        named = {key for key in part["properties"] if not key.endswith("+")}
        assert keys == named, f"{document}: only one of them knows {keys ^ named}"
        added = {key[:-1] for key in part["properties"] if key.endswith("+")}
        adds = set()
        for key in keys:
            probe = json.loads(json.dumps(document).replace(json.dumps(odd), json.dumps({key + "+": None})))
            (_, faults), = verdicts(pycsync, [probe])
            if not any("is not a list, and cannot be added to" in line for line in faults):
                adds.add(key)
        assert adds == added, f"{document}: only one of them adds to {adds ^ added}"
    assert set(TOP) | {"version", "defaults"} == set(schema["properties"]), "this test lacks a key"


def single(places):
    """Each value of each key, alone, with what the program has to say of it."""
    for key, (good, bad) in TOP.items():
        for value in good + bad:
            yield {"version": 1, key: value}, value in good and not any(value is b for b in bad)
    for place, keys in places.items():
        for key, (good, bad) in keys.items():
            for verdict, values in ((True, good), (False, bad)):
                for value in values:
                    mapping = dict(SENSIBLE[place])
                    if key == "optimize+":
                        mapping.pop("optimize", None)
                    mapping[key] = value
                    yield at(place, mapping), verdict


def chosen(rng, keys, must=()):
    """A mapping of a few keys with mostly good values."""
    mapping = {}
    for key in {*must, *rng.sample(sorted(keys), rng.randint(0, 4))}:
        good, bad = keys[key]
        mapping[key] = rng.choice(bad if rng.random() < 0.08 else good)
    return mapping


def random_document(rng):
    document = {"version": 1, **{key: value for key, value in chosen(rng, TOP).items()}}
    if rng.random() < 0.7:
        document["defaults"] = chosen(rng, SETTINGS)
    if rng.random() < 0.7 and "trees" not in document and "trees+" not in document:
        document["trees"] = []
        for number in range(rng.randint(0, 3)):
            tree = chosen(rng, TREE, ["path"])
            if isinstance(tree["path"], str) and tree["path"].startswith("/"):
                tree["path"] = f"/tree{number}"
            document["trees"].append(tree)
    if rng.random() < 0.7 and "rules" not in document and "rules+" not in document:
        document["rules"] = [chosen(rng, RULE, rng.choice([["match"], ["regex"], ["match", "compile"]]))
                             for _ in range(rng.randint(0, 3))]
    return document


def main(pycsync, config, seed, rounds):
    with open(f"{config}/policy.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    compare_keys(pycsync, schema)
    for name in [f"{config}/policy.yaml", *glob.glob(f"{config}/examples/*.yaml")]:
        with open(name, encoding="utf-8") as file:
            validator.validate(yaml.safe_load(file))
    rng = random.Random(seed)
    cases = list(single(PLACES)) + [(random_document(rng), None) for _ in range(rounds)]
    bad, valid = 0, 0
    for (document, wanted), (taken, faults) in zip(cases, verdicts(pycsync, [c[0] for c in cases])):
        fits = validator.is_valid(document)
        valid += taken
        if fits != taken or wanted not in (None, taken):
            bad += 1
            if bad <= 5:
                print(f"{json.dumps(document)}: schema {fits}, program {taken}, wanted {wanted} {faults}")
    assert not bad, f"{bad} of {len(cases)} differ (seed {seed})"
    assert len(cases) // 10 < valid < len(cases) * 9 // 10, f"{valid} of {len(cases)} valid"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
