# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs an interpreter's own test_compileall with pycsync in the place of compileall.

    python3.X -B stand_in.py PYCSYNC SCRATCH [NAME]...

The test module is the interpreter's own, but that it imports pycsync.compileall as compileall. Where
it starts "python -m compileall", the program is started. Prints a JSON line for each test, and a last
one that counts how often pycsync ran. Tests in NOT_HELD must fail: what cannot hold, with the reason.

Runs in every Python from 3.9 on.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
import unittest

BINARY, SCRATCH = (os.path.abspath(word) for word in sys.argv[1:3])
PACKAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../packaging/python")
IMPORT, OURS = re.compile("^import compileall$", re.MULTILINE), "import pycsync.compileall as compileall"

# What cannot hold, by the last part of each test's name, and why: each must fail.
POOL = "looks for ProcessPoolExecutor in the module, which has none"
FILE = "waits for compile_dir() to call compile_file(), where one run of the program does all"
NOT_HELD = {
    "test_compile_pool_called": POOL,
    "test_compile_workers_cpu_count": POOL,
    "test_compile_one_worker": FILE,
    "test_compile_missing_multiprocessing": FILE,
    "test_workers_available_cores": "calls main(), and the command line is the program's",
}
RUNS = 0


def command(words):
    global RUNS     # pylint: disable=global-statement
    RUNS += 1
    return [BINARY, "compile", "--python", sys.executable, *map(os.fspath, words)]


class Counted:
    """The module subprocess, for pycsync.compileall."""

    PIPE = subprocess.PIPE

    @staticmethod
    def Popen(words, **more):   # pylint: disable=invalid-name
        global RUNS     # pylint: disable=global-statement
        RUNS += 1
        return subprocess.Popen(words, **more)


def stand_in():
    os.environ["PYCSYNC_PROGRAM"] = BINARY
    sys.path.insert(0, PACKAGE)
    import pycsync.compileall as compileall     # pylint: disable=import-outside-toplevel
    sys.path.remove(PACKAGE)
    compileall.subprocess = Counted()


def changed(test):
    """The test module of this interpreter, in which one line is another."""
    spec = importlib.util.find_spec(test)
    source, found = IMPORT.subn(OURS, spec.loader.get_source(test))
    assert found == 1, test
    module = importlib.util.module_from_spec(spec)
    sys.modules[test] = module
    exec(compile(source, spec.origin, "exec"), module.__dict__)   # pylint: disable=exec-used
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
        if test.id().rpartition(".")[2] in NOT_HELD:
            self.tell(test, "failed", "passes, though it is listed as one that cannot")
        else:
            self.tell(test, "passed")

    def addFailure(self, test, err):
        self.faults.append(self._exc_info_to_string(err, test))

    addError = addFailure

    def addSkip(self, test, reason):
        self.tell(test, "skipped", reason)

    def stopTest(self, test):
        super().stopTest(test)
        why = NOT_HELD.get(test.id().rpartition(".")[2])
        if self.faults and why:
            self.tell(test, "skipped", why)
        elif self.faults:
            self.tell(test, "failed", "\n".join(self.faults))


def flat(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flat(test)
        else:
            yield test


def main(wanted):
    stand_in()
    try:
        from test.support import script_helper  # pylint: disable=import-outside-toplevel
        test_compileall = changed("test.test_compileall")
    except ImportError as error:
        print(json.dumps({"missing": str(error)}))
        return
    script_helper.subprocess = Redirected()
    result = Result()
    for test in flat(unittest.defaultTestLoader.loadTestsFromModule(test_compileall)):
        last = test.id().rpartition(".")[2]
        if wanted and last not in wanted:
            continue
        test.run(result)
    print(json.dumps({"runs": RUNS}))


main(sys.argv[3:])
