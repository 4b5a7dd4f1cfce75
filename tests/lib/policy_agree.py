# SPDX-License-Identifier: LGPL-2.1-or-later
"""Does sync do what policy explain says, for random policies and trees?

policy_agree.py PYCSYNC DIRECTORY SEED ROUNDS

Each round makes a tree and a policy, asks explain, runs sync, and compares: the same pycs compiled and
removed, the same sources left; then the levels and modes of what is on the disk with the settings that
explain has printed. A second explain must have nothing more to do but for what cannot be compiled.
"""

import json
import os
import random
import shutil
import subprocess
import sys

GOOD = ["x = 1\n", "def f():\n    'doc'\n    assert f\n", "", "import os\n" * 40]
BAD = ["def\n", "x = (\n"]
WARNS = ["x = 1\ny = x is 1\n"]
MODES = {0: "timestamp", 3: "checked-hash", 1: "unchecked-hash"}
DIRS = ["", "a", "a/b", "test", "a/test/x", "{{t}}/y", "python3.11", "python3.12/z"]


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def cache_of(path, rng):
    level = rng.choice(["", ".opt-1", ".opt-2"])
    tag = rng.choice(["cpython-311"] * 3 + ["cpython-38", "cpython-399"])
    head, tail = os.path.split(path)
    return f"{head}/__pycache__/{tail[:-3]}.{tag}{level}.pyc"


def make_tree(rng, top):
    for where in rng.sample(DIRS, rng.randint(1, 5)):
        for number in range(rng.randint(1, 4)):
            path = os.path.join(top, where, f"m{number}.py")
            kind = rng.random()
            write(path, rng.choice(BAD if kind < 0.1 else WARNS if kind < 0.25 else GOOD))
            if rng.random() < 0.3:
                magic = b"\xa7\r\r\n" if rng.random() < 0.8 else b"junk"
                write(cache_of(path, rng), magic + bytes(12) + b"N")
            if rng.random() < 0.2:
                os.unlink(path)


def flow(value):
    return json.dumps(value)


def settings(rng, tree=False):
    chosen = {}
    if rng.random() < 0.5:
        chosen[rng.choice(["optimize", "optimize+"])] = rng.sample([0, 1, 2], rng.randint(1, 3))
    if rng.random() < 0.4:
        chosen["invalidation"] = rng.choice(["auto", *MODES.values()])
    if rng.random() < 0.3:
        chosen["warnings"] = rng.choice(["ignore", "show", "error"])
    if rng.random() < 0.3:
        chosen["hardlink-dupes"] = rng.choice([True, False])
    if rng.random() < 0.2:
        chosen["on-error"] = rng.choice(["warn", "fail"])
    if rng.random() < 0.3 and not tree:
        chosen["compile"] = rng.random() < 0.3
    return chosen


def make_policy(rng, top):
    policy = {"version": 1, "interpreters": ["3.11"]}
    policy["defaults"] = {key: value for key, value in settings(rng, tree=True).items()}
    policy["trees"] = []
    for where in rng.sample(["/t", "/t/a", "/t/test", "/t/python{version}"], rng.randint(0, 3)):
        tree = {"path": where, **settings(rng)}
        if rng.random() < 0.2:
            tree["interpreters"] = rng.choice(["auto", ["3.12"], {"exclude": ["3.11"]}])
        policy["trees"].append(tree)
    rules = []
    for _ in range(rng.randint(0, 5)):
        rule = settings(rng) or {"compile": False}
        condition = rng.choice(["match", "regex", "size-over"])
        rule[condition] = {
            "match": rng.choice(["/t/**", "**/m0.py", "/t/a/*.py", "**/test/**", "/t/python{version}/**", "**/m[12]*"]),
            "regex": rng.choice(["m[0-2]", "/a/", r"\.py\Z", "z|y"]),
            "size-over": rng.choice([0, 6, "1KiB"]),
        }[condition]
        if rng.random() < 0.3:
            rule["name"] = rng.choice(["one", "two"])
        rules.append(rule)
    policy[rng.choice(["rules", "rules+"])] = rules
    if rng.random() < 0.3:
        policy["disable-rules"] = [rng.choice(["one", "two", "cookiecutter-templates"])]
    if rng.random() < 0.25:
        policy["pycache-prefix"] = "/prefix/deep"
    with open(f"{top}/policy.yaml", "w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(key)}: {flow(value)}\n" for key, value in policy.items())
    return policy


def ask(pycsync, top, *command):
    full = [pycsync, *command, "--root", f"{top}/root", "--policy", f"{top}/policy.yaml", "--json", "/t"]
    done = subprocess.run(full, capture_output=True, text=True, check=False)
    assert "Sanitizer" not in done.stderr and "runtime error" not in done.stderr, done.stderr
    return done, [json.loads(line) for line in done.stdout.splitlines()]


def planned(topics):
    """(action, path, pyc) of all that explain would do."""
    found = set()
    for topic in topics:
        for action in topic["actions"] + [a for i in topic["interpreters"] for a in i["actions"]]:
            if action["action"] in ("compile", "remove", "rmdir"):
                found.add((action["action"], topic["path"], action["pyc"]))
    return found


def carried_out(objects):
    done, refused = set(), set()
    for action in objects:
        if action.get("action") in ("compile", "remove", "rmdir"):
            done.add((action["action"], action["path"], action["pyc"]))
            if not action["ok"]:
                refused.add(action["path"])
    return done, refused


def check_disk(root, topics, refused):
    """What lies on the disk against the settings that explain has printed."""
    for topic in topics:
        for interpreter in topic["interpreters"]:
            values = {key: pair["value"] for key, pair in interpreter["settings"].items()}
            if values["compile"] != "true" or topic["path"] in refused:
                continue
            wanted = {a["pyc"]: a["level"] for a in interpreter["actions"]
                      if a["action"] in ("compile", "fresh")}
            assert sorted(wanted.values()) == json.loads(values["optimize"]), topic
            for pyc in wanted:
                with open(root + pyc, "rb") as file:
                    flags = int.from_bytes(file.read(8)[4:], "little")
                mode = values["invalidation"].replace("auto", "timestamp")
                assert MODES[flags] == mode, (pyc, flags, mode)


def one_round(pycsync, top, seed):
    rng = random.Random(seed)
    shutil.rmtree(top, ignore_errors=True)
    os.makedirs(f"{top}/root/t")
    make_tree(rng, f"{top}/root/t")
    make_policy(rng, top)
    for _ in range(2):
        explained, topics = ask(pycsync, top, "policy", "explain")
        assert explained.returncode == 0, explained.stderr
        synced, objects = ask(pycsync, top, "sync", "-j", str(rng.randint(1, 3)))
        done, refused = carried_out(objects)
        assert synced.returncode == (1 if refused else 0), synced
        assert planned(topics) == done, f"not both: {planned(topics) ^ done}"
        check_disk(f"{top}/root", topics, refused)
        again = {step for step in planned(ask(pycsync, top, "policy", "explain")[1]) if step[1] not in refused}
        assert not again, f"still to do: {again}"
        # Something changes, and it is asked once more.
        sources = sorted(topic["path"] for topic in topics if topic["interpreters"])
        for path in rng.sample(sources, min(2, len(sources))):
            if rng.random() < 0.5:
                os.unlink(f"{top}/root{path}")
            else:
                write(f"{top}/root{path}", rng.choice(GOOD) + "# changed\n")
        make_policy(rng, top)
    return len(done)


def main(pycsync, top, seed, rounds):
    actions = 0
    for number in range(seed, seed + rounds):
        try:
            actions += one_round(pycsync, top, number)
        except AssertionError:
            print(f"seed {number}:", file=sys.stderr)
            with open(f"{top}/policy.yaml", encoding="utf-8") as file:
                print(file.read(), file=sys.stderr)
            raise
    assert actions > rounds, f"only {actions} actions in {rounds} rounds"
    print(f"note: seeds {seed} to {seed + rounds - 1}, {actions} actions in the last runs")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
