"""Runs an interpreter's own test_compileall with pycsync in the place of compileall.

    python3.X -B stand_in.py PYCSYNC SCRATCH [NAME]...

The module "compileall" that the tests import is the one below: each call of its functions becomes a
command line, by the table of docs/COMPILEALL.md. Where the tests start "python -m compileall", they
start pycsync. Prints a JSON line for each test, and a last one that counts how often pycsync ran.

Runs in every Python from 3.9 on.
"""

import json
import os
import py_compile
import subprocess
import sys
import types
import unittest

BINARY, SCRATCH = (os.path.abspath(word) for word in sys.argv[1:3])
MODES = {py_compile.PycInvalidationMode.TIMESTAMP: "timestamp",
         py_compile.PycInvalidationMode.CHECKED_HASH: "checked-hash",
         py_compile.PycInvalidationMode.UNCHECKED_HASH: "unchecked-hash"}

# What a process cannot be asked: the last part of each test's name, and why.
POOL = "replaces ProcessPoolExecutor inside of the module"
NOT_ASKED = {
    "test_compile_pool_called": POOL,
    "test_compile_workers_cpu_count": POOL,
    "test_compile_one_worker": POOL,
    "test_compile_missing_multiprocessing": POOL,
    "test_workers_available_cores": "replaces compile_dir() and looks at the keywords that main() gives it",
}
RUNS = 0


# --- the functions of the module, as command lines --------------------------------------------------

def pycsync(words, env=None, cwd=None):
    """Runs it and prints what it prints; True or False as the functions return it."""
    env = dict(os.environ if env is None else env)
    # A function sees the state of its process; a process is told by its environment.
    env.setdefault("PYTHONOPTIMIZE", str(sys.flags.optimize))
    if sys.pycache_prefix:
        env["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
    done = subprocess.run(command(words), env=env, check=False, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(done.stdout.decode().encode(encoding, "backslashreplace").decode(encoding))
    if done.returncode not in (0, 1) or b"compile: " in done.stderr or b"Traceback" in done.stderr:
        raise ValueError(done.stderr.decode())
    return done.returncode == 0


def command(words):
    global RUNS     # pylint: disable=global-statement
    RUNS += 1
    return [BINARY, "compile", "--python", sys.executable, *map(os.fspath, words)]


def value(letter, given):
    return [letter, os.fspath(given)] if given is not None else []


def options(force, rx, quiet, legacy, optimize, invalidation_mode):
    words = ["-f"] * bool(force) + ["-q"] * int(quiet) + ["-b"] * bool(legacy)
    words += value("-x", rx and rx.pattern)
    if optimize != -1:
        for level in [optimize] if isinstance(optimize, int) else optimize:
            words += ["-o", str(level)]
    if invalidation_mode is not None:
        words += ["--invalidation-mode", MODES[invalidation_mode]]
    return words


def names(ddir, stripdir, prependdir, limit_sl_dest, hardlink_dupes):
    return (value("-d", ddir) + value("-s", stripdir) + value("-p", prependdir)
            + value("-e", limit_sl_dest) + ["--hardlink-dupes"] * bool(hardlink_dupes))


def compile_dir(dir, maxlevels=None, ddir=None, force=False, rx=None, quiet=0, legacy=False, optimize=-1,
                workers=1, invalidation_mode=None, *, stripdir=None, prependdir=None, limit_sl_dest=None,
                hardlink_dupes=False):   # pylint: disable=redefined-builtin
    depth = [] if maxlevels is None else ["-r", str(maxlevels)]
    return pycsync(options(force, rx, quiet, legacy, optimize, invalidation_mode)
                   + names(ddir, stripdir, prependdir, limit_sl_dest, hardlink_dupes)
                   + depth + ["-j", str(workers), "--", dir])


def compile_file(fullname, ddir=None, force=False, rx=None, quiet=0, legacy=False, optimize=-1,
                 invalidation_mode=None, *, stripdir=None, prependdir=None, limit_sl_dest=None,
                 hardlink_dupes=False):
    return pycsync(options(force, rx, quiet, legacy, optimize, invalidation_mode)
                   + names(ddir, stripdir, prependdir, limit_sl_dest, hardlink_dupes) + ["--", fullname])


def compile_path(skip_curdir=1, maxlevels=0, force=False, quiet=0, legacy=False, optimize=-1,
                 invalidation_mode=None):   # pylint: disable=unused-argument
    """No path on the command line. The process adds its own working directory and library to
    sys.path, so that one is empty and the caches of the other go elsewhere."""
    empty = os.path.join(SCRATCH, "empty")
    os.makedirs(empty, exist_ok=True)
    env = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    env.setdefault("PYTHONPYCACHEPREFIX", os.path.join(SCRATCH, "prefix"))
    return pycsync(options(force, None, quiet, legacy, optimize, invalidation_mode), env, empty)


def stand_in():
    module = types.ModuleType("compileall")
    module.compile_dir, module.compile_file, module.compile_path = compile_dir, compile_file, compile_path
    return module


# --- the processes that the tests start -------------------------------------------------------------

class Redirected:
    """The module subprocess, for test.support.script_helper."""

    def __getattr__(self, name):
        return getattr(subprocess, name)

    @staticmethod
    def Popen(words, env=None, **more):     # pylint: disable=invalid-name
        if "compileall" not in words:
            return subprocess.Popen(without_caches(words), env=env, **more)
        at = words.index("compileall")
        flags, rest = words[1:at - 1], words[at + 1:]
        assert words[0] == sys.executable and words[at - 1] == "-m", words
        env = dict(os.environ if env is None else env)
        if "-I" in flags or "-E" in flags:
            env = {name: text for name, text in env.items() if not name.startswith("PYTHON")}
        level = sum(flag.count("O") for flag in flags if flag in ("-O", "-OO"))
        if level:
            env["PYTHONOPTIMIZE"] = str(level)
        return subprocess.Popen(command(rest), env=env, **more)


def without_caches(words):
    """An interpreter's command line so that it writes no cache of its own library."""
    words = [words[0], "-B", *words[1:]]
    if "-c" in words:
        at = words.index("-c") + 1
        words[at] = "import sys; sys.dont_write_bytecode = False; " + words[at]
    return words


# --- the tests --------------------------------------------------------------------------------------

class Result(unittest.TestResult):
    def tell(self, test, outcome, words=""):
        print(json.dumps({"test": test.id(), "outcome": outcome, "words": words}), file=sys.__stdout__,
              flush=True)

    def startTest(self, test):
        super().startTest(test)
        self.faults = []    # pylint: disable=attribute-defined-outside-init

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.faults.append(self._exc_info_to_string(err, test))

    def addSuccess(self, test):
        self.tell(test, "passed")

    def addFailure(self, test, err):
        self.faults.append(self._exc_info_to_string(err, test))

    addError = addFailure

    def addSkip(self, test, reason):
        self.tell(test, "skipped", reason)

    def stopTest(self, test):
        super().stopTest(test)
        if self.faults:
            self.tell(test, "failed", "\n".join(self.faults))


def flat(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flat(test)
        else:
            yield test


def main(wanted):
    sys.modules["compileall"] = stand_in()
    try:
        from test.support import script_helper  # pylint: disable=import-outside-toplevel
        from test import test_compileall        # pylint: disable=import-outside-toplevel
    except ImportError as error:
        print(json.dumps({"missing": str(error)}))
        return
    script_helper.subprocess = Redirected()
    result = Result()
    for test in flat(unittest.defaultTestLoader.loadTestsFromModule(test_compileall)):
        last = test.id().rpartition(".")[2]
        if wanted and last not in wanted:
            continue
        if last in NOT_ASKED:
            result.tell(test, "skipped", NOT_ASKED[last])
        else:
            test.run(result)
    print(json.dumps({"runs": RUNS}))


main(sys.argv[3:])
