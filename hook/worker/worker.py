# The worker for interpreters that are served by themselves: the same talk as main.c and python.c.
#
# Given to the interpreter as its program by exec.c, with the mode as a bare number in `MODE`. What is
# said on descriptor 0 is in protocol.h; why things are as they are is told in python.c. What most
# runs never need is in `WORDS`, the text below the line "# On demand" and quote.py behind it, and
# compiled when it is called for: compiling all of this takes a third of the time that the interpreter
# starts in.
import sys

sys.path[:] = [p for p in sys.path if p]  # not from the working directory

from marshal import dumps, version as marshal_version
from posix import write

HELLO, FAILED, COMPILE, CODE, ERROR, WARNING = range(1, 7)
MODE_WARN = 2
collector = None

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


def need_words():
    if WORDS:
        exec(compile(WORDS, "worker.py", "exec"), globals())
        globals()["WORDS"] = None


def body_of(code):
    """Marshalled with as many references to the code as py_compile has to it; see python.c."""
    held = [code] if sys.version_info < (3, 15) else None
    body = dumps(code, marshal_version)
    del held
    return body


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
        failed = None
        if code:
            need_words()
        if not code or not is_same_at(source, code, last, level):
            code = None
            if MODE & MODE_WARN:
                need_words()
                prepare_warnings(name, source, ask)
            try:
                code = compile(source, name, "exec", 0, True, level)
                body = body_of(code)
            except Exception as error:
                need_words()
                failed = error_of(error, source, name, level)
            if MODE & MODE_WARN:
                warned = collect_warnings()
        if warned:
            send(WARNING, level, text=warned)
        if failed:
            send_error(failed, level, source, ask)
            failed = None
            if collector:
                collector.collect()
        else:
            send(CODE, level, body=body)
        last = level


def stop_collector():
    global collector
    if sys.version_info >= (3, 11) and sys.implementation.name == "cpython":
        import gc as collector
        collector.disable()


def main():
    try:
        from _frozen_importlib_external import MAGIC_NUMBER
        text = sys.version.split()[0] + "\n" + sys.implementation.cache_tag
        send(HELLO, int.from_bytes(MAGIC_NUMBER, "little"), marshal_version, 1, text.encode())
    except Exception as error:
        send(FAILED, text=str(error).encode("utf-8", "replace"))
        return
    stop_collector()
    while True:
        request = receive()
        if request is None:
            return
        serve(*request)


main()

# On demand

ASK_PY_COMPILE, ASK_OWN_NAME = 1, 2
COMPILE_ERROR, COMPILE_MEMORY = 1, 2
NOWHERE = "/dev/null/no file"  # cannot be opened

BOM = b"\xef\xbb\xbf"
# How CPython reads a line from the file up to 3.13: with the mark, and the end of one that is long.
AS_IT_WAS = sys.version_info < (3, 14)


def differs_in_file(source, text, line):
    return (len(text.encode("utf-8", "replace")) > 999 or "\n" in text[:-1]
            or (line == 1 and source.startswith(BOM)))


def quote_line(error, source, ask):
    as_py_compile = ask & ASK_PY_COMPILE
    line = error.lineno or 0
    cut = 0 if not as_py_compile else 1 if AS_IT_WAS else 2
    differs = (error.text is None or sys.version_info[:2] == (3, 9)
               or (as_py_compile and differs_in_file(source, error.text, line)))
    if line > 0 and (ask & ASK_OWN_NAME if as_py_compile else differs):
        try:
            _pcs_quote(error, source, cut, differs)
        except Exception:
            pass


def words_of(error, ask):
    if ask & ASK_PY_COMPILE and type(error) is not SyntaxError:
        return "Sorry: {}: {}".format(type(error).__name__, error)
    try:
        from traceback import format_exception_only
        return "".join(format_exception_only(type(error), error))
    except Exception:
        return str(error)


def encoded(words, whole):
    if not whole:
        try:
            return words.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            pass
    return words.encode("utf-8", "backslashreplace")


def error_of(error, source, name, level):
    """What CPython says of a syntax error must not come from a file of that name; see python.c."""
    if not isinstance(error, SyntaxError):
        return error
    import io
    kept, sys.stderr = sys.stderr, io.StringIO()  # it has warned of all once
    try:
        compile(source, NOWHERE, "exec", 0, True, level)
    except Exception as again:
        error = again
    sys.stderr = kept
    if isinstance(error, SyntaxError) and error.filename == NOWHERE:
        error.filename = name
    return error


def send_error(error, level, source, ask):
    line = getattr(error, "lineno", None) or 0
    if isinstance(error, SyntaxError):
        quote_line(error, source, ask)
    kind = COMPILE_MEMORY if isinstance(error, MemoryError) else COMPILE_ERROR
    whole = ask & ASK_PY_COMPILE
    try:
        words = encoded(words_of(error, ask), whole)
    except Exception:
        words = b"an error that Python could not put into words"
    if whole:
        message, detail = b"", words
    else:
        words = words.rstrip(b"\n")
        cut = words.rfind(b"\n") + 1
        message, detail = words[cut:], words[:cut]
    send(ERROR, level, max(line, 0), kind, message, detail)


# --- levels ----------------------------------------------------------------------------------

def may_assert(source):
    """Whether the statement may be there: the names of unittest's methods begin with the word, and
    comments have it in their middle."""
    parts = source.split(b"assert")
    return any(may_begin(a) and not (b[:1].isalnum() or b[:1] == b"_")
               for a, b in zip(parts, parts[1:]))


def may_begin(before):
    last = before.rstrip(b" \t\f")[-1:]
    return last in b"\n\r;:" or before[:3] == b"\xef\xbb\xbf"


def is_utf8(source):
    end = source.find(b"\n")
    end = source.find(b"\n", end + 1) if end >= 0 else end
    head = source[:end] if end >= 0 else source
    known = b"coding: utf-8", b"coding:utf-8", b"coding=utf-8"
    return b"coding" not in head or head.count(b"coding") == sum(map(head.count, known))


LOOKALIKES = (range(0x1d00, 0x1e00), range(0x2040, 0x2200), range(0x2440, 0x2500),
              range(0x3200, 0x3400), range(0xa69c, 0xa69e), range(0xa7f0, 0xa800),
              range(0xab5c, 0xab70), range(0xf900, 0x10000), range(0x10780, 0x107c0),
              range(0x1c000, 0x1e100), range(0x1f100, 0x1f200), range(0xe0000, 0x110000))


def is_literal(source):
    if source.isascii():
        return True
    try:
        used = set(source.decode("utf-8-sig"))
    except ValueError:
        return False
    return not any(ord(c) in r for c in used if c >= "\u0800" for r in LOOKALIKES)


def may_have_docstring(code):
    consts = code.co_consts
    if "__doc__" in code.co_names or "__doc__" in code.co_freevars:
        return True
    if code.co_flags & 1 and consts and isinstance(consts[0], str):
        return True
    return any(may_have_docstring(c) for c in consts if isinstance(c, type(code)))


def is_same_at(source, code, last, level):
    """Whether the code for `last` provably is that for `level`; see python.c."""
    if last == 0 and (may_assert(source) or b"__debug__" in source or not is_utf8(source)
                      or not is_literal(source)):
        return False
    return level < 2 or not may_have_docstring(code)


# --- warnings ----------------------------------------------------------------------------------

class Text(str):
    """linecache takes form feeds for ends of lines in a text, as it does not in a file."""

    def splitlines(self):
        return self.split("\n")


def prepare_warnings(name, source, ask):
    import io
    import linecache
    import warnings  # else CPython quotes lines from the file of that name

    def lines():
        from importlib.util import decode_source
        return Text(decode_source(source))
    linecache.cache.clear()
    if ask & ASK_OWN_NAME:
        linecache.cache[name] = (lines,)
    sys.stderr = io.StringIO()


def collect_warnings():
    return sys.stderr.getvalue().encode("utf-8", "backslashreplace")


# --- limits ------------------------------------------------------------------------------------

def limit_memory(mib):
    global MEMORY
    MEMORY = mib
    try:
        from resource import RLIMIT_AS, RLIM_INFINITY, getrlimit, setrlimit
        hard = getrlimit(RLIMIT_AS)[1]
        want = mib << 20
        soft = want if mib and (hard == RLIM_INFINITY or want < hard) else hard
        setrlimit(RLIMIT_AS, (soft, hard))
    except (ImportError, OSError, ValueError):
        pass  # the time limit still holds
