# SPDX-License-Identifier: LGPL-2.1-or-later
# The worker for interpreters that are served by themselves: the same talk as main.c and python.c.
#
# Given to the interpreter as its program by exec.c, with the mode as a bare number in `MODE`. What is
# said on descriptor 0 is in protocol.h; why things are as they are is told in python.c. What most
# runs never need is in `WORDS`, the text below the line "# On demand" and words.py behind it, and
# compiled when it is called for: compiling all of this takes a third of the time that the interpreter
# starts in.
import sys

sys.path[:] = [p for p in sys.path if p]  # not from the working directory

from _frozen_importlib import _call_with_frames_removed as call
from marshal import dumps, version as marshal_version
from posix import close, dup, write

HELLO, FAILED, COMPILE, CODE, ERROR, WARNING = range(1, 7)
MODE_WARN = 2
ASK_PY_COMPILE = 1
collector = None
spare = []
kept = []  # warnings of the source at hand

given = open(0, "rb", closefd=False)


def send(kind, arg1=0, arg2=0, arg3=0, text=b"", body=b""):
    head = b"".join(n.to_bytes(4, "little") for n in (kind, arg1, arg2, arg3))
    head += len(text).to_bytes(8, "little") + len(body).to_bytes(8, "little")
    left = memoryview(head + text + body)
    while left:
        left = left[write(0, left):]


def receive():
    """A COMPILE as levels, limit, ask, name, source; None when there are no more."""
    head = given.read(32)
    if len(head) < 32:
        return None
    kind, levels, limit, ask = (int.from_bytes(head[i:i + 4], "little") for i in range(0, 16, 4))
    name_len, source_len = (int.from_bytes(head[i:i + 8], "little") for i in (16, 24))
    name, source = given.read(name_len), given.read(source_len)
    if kind != COMPILE or len(source) < source_len:
        sys.exit(1)
    return levels, limit, ask, name, source


def no_files():
    """Use up the numbers that exec.c left: what CPython opens to quote a line is out of its reach."""
    try:
        while True:
            spare.append(dup(0))
    except OSError:
        pass


def files():
    while spare:
        try:
            close(spare.pop())
        except OSError:
            pass  # the number is free all the same


def need_words():
    global WORDS
    if not WORDS:
        return
    files()
    exec(compile(WORDS, "worker.py", "exec"), globals())
    WORDS = None
    no_files()


def body_of(code):
    """Marshalled with as many references to the code as py_compile has to it; see python.c."""
    held = [code] if sys.version_info < (3, 15) else None
    body = dumps(code, marshal_version)
    del held
    return body


def attempt(level, ask, name, source):
    """Code and its body, or None and the exception."""
    kept.clear()
    try:
        code = call(compile, source, name, "exec", 0, True, level)  # see compile_once() of python.c
        return code, body_of(code)
    except Exception as error:
        return None, error


def serve(levels, limit, ask, name, source):
    code = body = None
    warned = b""
    last = 0
    name = name.decode("utf-8", "surrogateescape")
    if limit != MEMORY:
        need_words()
        limit_memory(limit)
    for level in range(3):
        if not levels & 1 << level:
            continue
        if code:
            need_words()
        if not code or not _pcs_same_at(source, code, last, level):
            code = None
            code, body = attempt(level, ask, name, source)
            if not code:
                need_words()
                if needs_more(body, source):
                    code, body = attempt(level, ask, name, source)
            warned = b""
            if kept:
                need_words()
                warned = words_of_warnings(name, source, ask)
        if warned:
            send(WARNING, level, text=warned)
        if code:
            send(CODE, level, body=body)
        else:
            send_error(body, level, source, ask)
            body = None
            if collector:
                collector.collect()
        last = level


def stop_collector():
    global collector
    if sys.version_info >= (3, 11) and sys.implementation.name == "cpython":
        import gc as collector
        collector.disable()


def keep_warnings():
    """They are put into words where there are any: that takes modules which most runs never need."""
    import warnings
    warnings._showwarnmsg = kept.append


def main():
    try:
        if MODE & MODE_WARN:
            keep_warnings()
        from _frozen_importlib_external import MAGIC_NUMBER
        text = "\n".join((sys.version.split()[0], sys.implementation.cache_tag, sys.abiflags))
        close(2)  # the loader's words end here; from now on it is /dev/null
        dup(1)
        send(HELLO, int.from_bytes(MAGIC_NUMBER, "little"), marshal_version, 2, text.encode())
    except Exception as error:
        send(FAILED, text=str(error).encode("utf-8", "replace"))
        return
    stop_collector()
    no_files()
    try:
        while request := receive():
            serve(*request)
    except Exception as error:  # none is foreseen: let it be known, before the end
        trace = error.__traceback__
        while trace.tb_next:
            trace = trace.tb_next
        send(FAILED, text=f"{error!r} in line {trace.tb_lineno} of its program".encode("utf-8", "replace"))
        raise


main()

# On demand

COMPILE_ERROR, COMPILE_MEMORY, COMPILE_UNSAID = 1, 2, 3


def needs_more(error, source):
    """Whether it may have failed for lack of something that could not be imported, and now can."""
    if isinstance(error, MemoryError):
        return False
    files()
    more = _pcs_need(source)
    no_files()
    return more


def ran_full(error):
    """Whether the heap did. The parser's own limit is a MemoryError, too, which from 3.12 on has a text."""
    return isinstance(error, MemoryError) and not error.args


def send_error(error, level, source, ask):
    kind = COMPILE_MEMORY if ran_full(error) else COMPILE_ERROR
    try:
        files()
        _pcs_quote(error, source, ask)
        no_files()
        line, message, detail, said = _pcs_words(error, ask)
    except Exception:
        line, message, detail, said = 0, b"", b"an error whose message Python could not make", False
        if not ask & ASK_PY_COMPILE:
            message, detail = detail, message
    if kind == COMPILE_ERROR and not said:
        kind = COMPILE_UNSAID
    send(ERROR, level, line, kind, message, detail)


def words_of_warnings(name, source, ask):
    try:
        files()
        _pcs_lines()
        no_files()
        return _pcs_warned(kept, name, source, ask)
    except Exception:
        return b"a warning whose message Python could not make\n"


# --- limits ------------------------------------------------------------------------------------

def limit_memory(mib):
    global MEMORY
    MEMORY = mib
    files()
    try:
        from resource import RLIMIT_AS, RLIM_INFINITY, getrlimit, setrlimit
        hard = getrlimit(RLIMIT_AS)[1]
        want = mib << 20
        soft = want if mib and (hard == RLIM_INFINITY or want < hard) else hard
        setrlimit(RLIMIT_AS, (soft, hard))
    except (ImportError, OSError, ValueError):
        pass  # the time limit still holds
    no_files()
