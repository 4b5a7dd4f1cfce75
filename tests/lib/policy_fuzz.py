# SPDX-License-Identifier: LGPL-2.1-or-later
"""Broken policies by the thousand: no crash, no hang, no leak; each is valid, or status 2 with its place.

policy_fuzz.py PYCSYNC CONFIG-DIRECTORY SEED COUNT

The texts are those of CONFIG-DIRECTORY with bytes and lines changed, and trees of nodes of random form.
Whatever is valid must be shown and, shown, be valid again.
"""

import glob
import random
import re
import subprocess
import sys
import tempfile

BATCH = 50
SECONDS = 60
BYTES = b"[]{}:,-#&*!|>'\"%@`?\n\t /0129a+\x00\x80\xff\xef\xbb\xbf\r~"
WORDS = ["version: 1", "interpreters", "defaults", "trees", "rules", "match", "regex", "package", "size-over", "limits",
         "seconds", "memory", "optimize", "optimize+", "use", "exclude", "auto", "none", "1GiB", "-1", "99999999999999999999",
         "0x10", "1e9", "~", "null", "yes", "'", '"', "(?P<x>", "[[:alpha:]]", "(a*)*b", "**/", "/a/**", "&a", "*a", "!!map",
         "<<: *a", "|", ">-", "%YAML 9.9", "---", "...", "? ", "\ufeff", "é" * 70, "x" * 300, "disable-rules", "pycache-prefix",
         "{version}", "\\", "{a: {b: {c: {d: {e: {f: {g: {h: {i: {j: {k: {l: {m: {n: {o: {p: {q: 1}}}}}}}}}}}}}}}}}"]


def mutate(rng, text):
    data = bytearray(text)
    for _ in range(rng.choice([1, 1, 2, 4, 12])):
        at = rng.randrange(len(data) + 1)
        kind = rng.random()
        if kind < 0.3 and data:
            del data[at:at + rng.choice([1, 1, 3, 20, 400])]
        elif kind < 0.5:
            data[at:at] = bytes([rng.choice(BYTES)])
        elif kind < 0.7:
            data[at:at] = rng.choice(WORDS).encode()
        elif kind < 0.85:
            lines = bytes(data).split(b"\n")
            one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
            lines[one] = lines[other] if rng.random() < 0.5 else b"  " * rng.randint(0, 4) + lines[one].lstrip()
            data = bytearray(b"\n".join(lines))
        elif data:
            part = bytes(data[at:at + rng.randint(1, 60)])
            data[at:at] = part * rng.choice([1, 2, 50])
    return bytes(data)


def node(rng, depth):
    kind = rng.random()
    if depth == 0 or kind < 0.4:
        return rng.choice(WORDS + ["1", "true", "[]", "{}", "3.11"])
    items = [node(rng, depth - 1) for _ in range(rng.randint(0, 4))]
    if kind < 0.65:
        return "[" + ", ".join(items) + "]"
    return "{" + ", ".join(f"{rng.choice(WORDS)}: {item}" for item in items) + "}"


def structure(rng):
    keys = ["interpreters", "defaults", "source-date-epoch", "trees", "staging", "rules", "disable-rules", "pycache-prefix"]
    lines = ["version: 1"] + [f"{rng.choice(keys)}{rng.choice(['', '', '+'])}: {node(rng, rng.randint(0, 5))}"
                              for _ in range(rng.randint(0, 5))]
    return "\n".join(lines).encode()


def bombs():
    yield b"version: 1\na: &a [x,x,x,x]\n" + b"".join(
        b"%c: &%c [*%c,*%c,*%c,*%c]\n" % (n, n, n - 1, n - 1, n - 1, n - 1) for n in range(ord("b"), ord("m")))
    yield b"version: 1\nrules: " + b"[" * 100_000
    yield b"version: 1\nrules: " + b"{a: " * 50_000
    yield b"version: 1\nrules:\n" + b"- {match: /a, compile: false}\n" * 30_000
    yield b"version: 1\ntrees:\n" + b"".join(b"- /%d\n" % n for n in range(100_000))
    yield b"version: 1\n" + b"".join(b"k%d: 1\n" % n for n in range(80_000))
    yield b"version: 1\nrules: [{regex: '" + b"(" * 20_000 + b"', compile: false}]"
    yield b"version: 1\nrules: [{match: '" + b"**/" * 100_000 + b"', compile: false}]"
    yield b"version: 1\n#" + b"x" * (1 << 20)
    yield b"\n" * (1 << 20)
    yield b""


def run(command):
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        sys.exit(f"longer than {SECONDS} s: {command}")
    if b"Sanitizer" in done.stderr or b"runtime error:" in done.stderr:
        sys.exit(f"{command}:\n{done.stderr.decode(errors='replace')}")
    return done


def check_batch(pycsync, names, seed):
    """The number of valid ones."""
    done = run([pycsync, "policy", "check", *names])
    faulty = set()
    for line in done.stderr.split(b"\n"):
        found = re.match(rb"pycsync: (warning: )?(.*?/\d+\.yaml):(\d+):(\d+): (.+)", line)
        if not found:
            assert not line, f"seed {seed}: {line}"
        elif not found[1]:
            assert int(found[3]) and int(found[4]), line
            faulty.add(found[2].decode())
    assert done.returncode == (2 if faulty else 0), (seed, done.returncode, names[0])
    for name in set(names) - faulty:
        shown = run([pycsync, "policy", "show", "--policy", name])
        assert shown.returncode == 0, (name, shown.stderr)
        with open(name, "wb") as file:
            file.write(shown.stdout)
        again = run([pycsync, "policy", "show", "--policy", name])
        plain = [re.sub(rb"(?m) +# [^\n]*$", b"", text) for text in (shown.stdout, again.stdout)]
        assert again.returncode == 0 and plain[0] == plain[1], (name, again.stderr, plain)
    return len(names) - len(faulty)


def main(pycsync, config, seed, count):
    seeds = []
    for name in [f"{config}/policy.yaml", *sorted(glob.glob(f"{config}/examples/*.yaml"))]:
        with open(name, "rb") as file:
            seeds.append(b"\n".join(line for line in file.read().split(b"\n") if not line.lstrip().startswith(b"#")))
    rng = random.Random(seed)
    texts = list(bombs())
    while len(texts) < count:
        texts.append(structure(rng) if rng.random() < 0.3 else mutate(rng, rng.choice(seeds)))
    valid = 0
    with tempfile.TemporaryDirectory() as top:
        for start in range(0, len(texts), BATCH):
            names = []
            for number, text in enumerate(texts[start:start + BATCH], start):
                names.append(f"{top}/{number}.yaml")
                with open(names[-1], "wb") as file:
                    file.write(text)
            valid += check_batch(pycsync, names, seed)
    print(f"note: seed {seed}: {len(texts)} texts, {valid} of them valid")
    assert count // 50 < valid < count * 2 // 3, "the texts are no good test"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
