# SPDX-License-Identifier: LGPL-2.1-or-later
"""compileall, over the program pycsync: import pycsync.compileall as compileall.

The functions have the parameters, defaults, return values and printed output of CPython 3.14's. Each
call is one run of the program, which compiles for the interpreter that calls, in parallel where
workers says so. What differs is in COMPILEALL.md.

The program is the one that PYCSYNC_PROGRAM names, else the first in PATH or beside its own library.
"""

import os
import shutil
import subprocess
import sys
import tempfile

__all__ = ["compile_dir", "compile_file", "compile_path"]

_PLACES = ("/usr/bin", "/usr/local/bin", "/usr/lib/pycsync", "/usr/libexec/pycsync")
_BOTH = "Destination dir (ddir) cannot be used in combination with stripdir or prependdir"
_ONE_LEVEL = "Hardlinking of duplicated bytecode makes sense only for more than one optimization level"


def _program():
    given = None if sys.flags.ignore_environment else os.environ.get("PYCSYNC_PROGRAM")
    places = os.pathsep.join((os.environ.get("PATH", os.defpath),) + _PLACES)
    found = given or shutil.which("pycsync", path=places)
    if not found:
        raise FileNotFoundError("the program pycsync is not in PATH")
    return found


def _environment():
    """What a process hears of the state of this one."""
    env = dict(os.environ)
    if sys.flags.ignore_environment:
        env = {name: text for name, text in env.items() if not name.startswith("PYTHON")}
    env["PYTHONOPTIMIZE"] = str(sys.flags.optimize)
    env["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix or ""
    env["PYTHONWARNINGS"] = ",".join(sys.warnoptions)
    if "no_debug_ranges" in sys._xoptions:
        env["PYTHONNODEBUGRANGES"] = "1"
    if hasattr(sys, "get_int_max_str_digits"):
        env["PYTHONINTMAXSTRDIGITS"] = str(sys.get_int_max_str_digits())
    return env


def _run(words, skipped=()):
    """Run the program and print what it prints. Whether it compiled everything."""
    encoding = getattr(sys.stdout, "encoding", None) or sys.getdefaultencoding()
    with tempfile.TemporaryFile() as names, tempfile.TemporaryFile() as errors:
        names.write(b"".join(os.fsencode(name) + b"\0" for name in skipped))
        names.seek(0)
        command = [_program(), "compile", "--python", sys.executable, *words]
        with subprocess.Popen(command, env=_environment(), stdin=names, stdout=subprocess.PIPE,
                              stderr=errors) as process:
            for line in process.stdout:
                if sys.stdout is None:
                    continue
                text = line.decode("utf-8", "surrogateescape")
                sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        errors.seek(0)
        said = errors.read().decode("utf-8", "backslashreplace")
    if process.returncode not in (0, 1):
        raise OSError(said.strip() or f"pycsync ended with status {process.returncode}")
    if said and sys.stderr is not None:
        sys.stderr.write(said)
    return process.returncode == 0


def _value(letter, given):
    text = None if given is None else os.fspath(given)
    return [] if text is None else [letter + text] if text.startswith("-") else [letter, text]


def _levels(optimize):
    return [optimize] if isinstance(optimize, int) else sorted(set(optimize))


def _options(force, quiet, legacy, levels, invalidation_mode):
    words = ["-f"] * bool(force) + ["-q"] * int(quiet) + ["-b"] * bool(legacy)
    for level in levels:
        words += ["-o", str(int(level))]
    if invalidation_mode is not None:
        words += ["--invalidation-mode", invalidation_mode.name.lower().replace("_", "-")]
    return words


def _names(ddir, stripdir, prependdir, limit_sl_dest, hardlink_dupes, levels):
    if ddir is not None and (stripdir is not None or prependdir is not None):
        raise ValueError(_BOTH)
    if hardlink_dupes and len(levels) < 2:
        raise ValueError(_ONE_LEVEL)
    return (_value("-d", ddir) + _value("-s", stripdir) + _value("-p", prependdir)
            + _value("-e", limit_sl_dest) + ["--hardlink-dupes"] * bool(hardlink_dupes))


def _files(top, levels):
    """All paths that compile_dir() considers."""
    try:
        names = sorted(os.listdir(top))
    except OSError:
        return
    for name in names:
        path = os.path.join(top, name)
        if name == "__pycache__":
            continue
        if not os.path.isdir(path):
            yield path
        elif levels > 0 and not os.path.islink(path):
            yield from _files(path, levels - 1)


def _skip(rx, levels, paths):
    """The words and the names by which the program skips what `rx` finds, and everything for no level."""
    if not levels:
        return ["--skip-stdin"], list(paths)
    if rx is None:
        return [], []
    return ["--skip-stdin"], [path for path in paths if rx.search(path)]


def compile_dir(dir, maxlevels=None, ddir=None, force=False, rx=None, quiet=0, legacy=False, optimize=-1,
                workers=1, invalidation_mode=None, *, stripdir=None, prependdir=None, limit_sl_dest=None,
                hardlink_dupes=False):
    """Byte-compile all modules in the given directory tree."""
    levels = _levels(optimize)
    words = _names(ddir, stripdir, prependdir, limit_sl_dest, hardlink_dupes, levels)
    if workers < 0:
        raise ValueError("workers must be greater or equal to 0")
    if maxlevels is None:
        maxlevels = sys.getrecursionlimit()
    dir = os.fspath(dir)
    skip, skipped = _skip(rx, levels, _files(dir, maxlevels))
    return _run(_options(force, quiet, legacy, levels, invalidation_mode) + words + skip
                + ["-j", str(workers), "-r", str(maxlevels), "--call", "dir", "--", dir], skipped)


def compile_file(fullname, ddir=None, force=False, rx=None, quiet=0, legacy=False, optimize=-1,
                 invalidation_mode=None, *, stripdir=None, prependdir=None, limit_sl_dest=None,
                 hardlink_dupes=False):
    """Byte-compile one file."""
    levels = _levels(optimize)
    words = _names(ddir, stripdir, prependdir, limit_sl_dest, hardlink_dupes, levels)
    fullname = os.fspath(fullname)
    skip, skipped = _skip(rx, levels, [fullname])
    return _run(_options(force, quiet, legacy, levels, invalidation_mode) + words + skip
                + ["--call", "file", "--", fullname], skipped)


def compile_path(skip_curdir=1, maxlevels=0, force=False, quiet=0, legacy=False, optimize=-1,
                 invalidation_mode=None):
    """Byte-compile all modules on sys.path."""
    if not sys.path:
        return True
    levels, dirs = _levels(optimize), [os.fspath(path) for path in sys.path]
    skip, skipped = _skip(None, levels, (name for path in dirs for name in _files(path, maxlevels)))
    return _run(_options(force, quiet, legacy, levels, invalidation_mode) + skip
                + ["-r", str(maxlevels), "--call", "path" if skip_curdir else "dir", "--", *dirs], skipped)
