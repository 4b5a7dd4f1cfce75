# SPDX-License-Identifier: LGPL-2.1-or-later
# For python.c and worker.py, when it is first needed: what CPython says of a source, and which levels of one are
# the same. Apart from the imports here and in the functions marked "may import", no file can be opened: what
# CPython looks for under the name of the source is taken from the bytes that were compiled. The names are none
# that a source would have: see load_compileall_modules().

import io as _pcs_io, sys as _pcs_sys
from sys import version_info as _pcs_version
_pcs_version = _pcs_version[:2]
_pcs_mark = b'\xef\xbb\xbf'
_pcs_tokenizer = ('invalid non-', 'invalid char', 'invalid dec', 'invalid hex', 'invalid oct',
                  'invalid bin', 'invalid imag', 'invalid digit', 'unterminated', 'unmatched',
                  'closing', 'leading zeros', 'too many nested', 'Non-UTF-8')


def _pcs_move(_pcs_error, _pcs_old, _pcs_new):
    for _pcs_name in ('offset', 'end_offset'):
        _pcs_n = getattr(_pcs_error, _pcs_name, None) or 0
        if _pcs_n > 0:
            _pcs_n = len(_pcs_old[:_pcs_n - 1].encode()) + 1
            _pcs_n = len((_pcs_new + '\0').encode()[:_pcs_n].decode('utf-8', 'replace'))  # it counts the end
            setattr(_pcs_error, _pcs_name, _pcs_n)


def _pcs_declared(_pcs_source):
    """Whether a mark or a cookie names its encoding."""
    import re
    _pcs_all = _pcs_source.splitlines()[:2]
    if _pcs_all and not re.match(b'[ \\t\\f]*(#|$)', _pcs_all[0]):
        del _pcs_all[1:]
    _pcs_cookie = re.compile(b'[ \\t\\f]*#.*?coding[:=][ \\t]*[-\\w.]')
    return _pcs_source.startswith(_pcs_mark) or any(map(_pcs_cookie.match, _pcs_all))


def _pcs_encoding(_pcs_source):
    from tokenize import detect_encoding
    try:
        return detect_encoding(_pcs_io.BytesIO(_pcs_source).readline)[0].replace('utf-8-sig', 'utf-8')
    except SyntaxError:
        return 'utf-8'


def _pcs_in_memory(_pcs_error, _pcs_source, _pcs_name):
    """Whether it quotes what the compiler has in memory: of the tokenizer's errors, and of parts of f-strings.
    From 3.12 on the tokenizer reads f-strings, too. It marks a place, where the parser marks a part."""
    _pcs_old, _pcs_said = _pcs_error.text, _pcs_error.msg
    if _pcs_old is None or not _pcs_said.startswith(('f-string', 't-string')):
        return _pcs_old is not None and (_pcs_said.startswith(_pcs_tokenizer)
                                         or _pcs_said.endswith('prefixes are incompatible'))
    if _pcs_version >= (3, 12):
        return _pcs_error.end_offset == _pcs_error.offset
    return _pcs_name != 'utf-8' or _pcs_old.rstrip('\n').encode('utf-8', 'replace') not in _pcs_source


# The line of the file: 999 bytes' worth of it (cpython:Python/errors.c, PyErr_ProgramText), up to
# 3.13.4, which is a `cut` of 1, the last ones, and a byte order mark is a character, though the parser counts
# bytes without it; from 3.13.5 on, which is 2, the first. A line that cannot be decoded is taken from memory.
# The compiler knows no cookie, nor does the parser of 3.9.
def _pcs_set_raw(_pcs_error, _pcs_source, _pcs_cut, _pcs_differs):
    _pcs_old = _pcs_error.text
    _pcs_name, _pcs_known = 'utf-8', _pcs_version == (3, 9)
    _pcs_how = 'strict'
    if _pcs_cut == 2 or (_pcs_old is not None and _pcs_version >= (3, 10)):
        _pcs_name, _pcs_known = _pcs_encoding(_pcs_source), _pcs_declared(_pcs_source)
        _pcs_how = 'replace' if _pcs_known or _pcs_cut == 2 else 'strict'
        _pcs_known = _pcs_known or (_pcs_version == (3, 13) and _pcs_cut == 1)  # it counts characters always
    if (not _pcs_differs and _pcs_name == 'utf-8') or _pcs_in_memory(_pcs_error, _pcs_source, _pcs_name):
        return
    _pcs_line = _pcs_source.replace(b'\r\n', b'\n').replace(b'\r', b'\n').split(b'\n')[_pcs_error.lineno - 1]
    _pcs_line = _pcs_part(_pcs_line + b'\n', _pcs_cut)
    if _pcs_cut == 2 and _pcs_error.lineno == 1 and _pcs_line.startswith(_pcs_mark):
        _pcs_line = _pcs_line[3:]
    _pcs_line = _pcs_line.decode(_pcs_name, _pcs_how)
    if _pcs_old is not None and _pcs_known:
        _pcs_move(_pcs_error, _pcs_old, _pcs_line)
    _pcs_error.text = _pcs_line


def _pcs_part(_pcs_line, _pcs_cut):
    _pcs_n = (len(_pcs_line) - 1) // 999 * 999 if _pcs_cut == 1 else 0
    return _pcs_line[_pcs_n:_pcs_n + 999]


def _pcs_text(_pcs_error, _pcs_source):
    from importlib.util import decode_source
    try:
        return decode_source(_pcs_source)
    except (UnicodeDecodeError, SyntaxError):
        pass
    _pcs_how = _pcs_error.text is not None and _pcs_declared(_pcs_source)
    _pcs_all = _pcs_source[3 * _pcs_source.startswith(_pcs_mark):]
    _pcs_all = _pcs_all.decode('utf-8', 'replace' if _pcs_how else 'surrogateescape')
    return _pcs_all.replace('\r\n', '\n').replace('\r', '\n')


def _pcs_stays(_pcs_error, _pcs_all):
    if _pcs_error.text is None:
        return False
    _pcs_all = _pcs_all.encode('utf-8', 'surrogateescape').decode('utf-8', 'replace')
    return _pcs_error.text.rstrip('\n') not in _pcs_all


# The line that a SyntaxError quotes: for py_compile, with a `cut`, as CPython reads it from the file.
def _pcs_set_line(_pcs_error, _pcs_source, _pcs_cut, _pcs_differs):
    if _pcs_cut:
        _pcs_set_raw(_pcs_error, _pcs_source, _pcs_cut, _pcs_differs)
        return
    if not _pcs_differs:
        return
    _pcs_all = _pcs_text(_pcs_error, _pcs_source)
    if _pcs_stays(_pcs_error, _pcs_all):
        return
    _pcs_error.text = _pcs_all.split('\n')[_pcs_error.lineno - 1] + '\n'


def _pcs_differs(_pcs_text_, _pcs_source, _pcs_line, _pcs_whole):
    """Whether the line that the parser has in memory is another one in the file: a long one, the last of
    several, or the first, which the file may begin with a mark. The parser of 3.9 looks into the file."""
    if _pcs_text_ is None or _pcs_version == (3, 9):
        return True
    return bool(_pcs_whole) and (len(_pcs_text_.encode('utf-8', 'replace')) > 999
                                 or '\n' in _pcs_text_[:-1]
                                 or (_pcs_line == 1 and _pcs_source.startswith(_pcs_mark)))


def _pcs_let_guess(_pcs_traceback, _pcs_source):
    """May import. From 3.14 on, an error's text may guess at a keyword, which is looked for in the file. What that
    takes is imported when it is first done, and from 3.15 on, so is what the text of any error takes."""
    def _pcs_open(_pcs_name):
        if _pcs_source is None:
            raise OSError
        return _pcs_io.TextIOWrapper(_pcs_io.BytesIO(_pcs_source), 'utf-8')
    if not hasattr(_pcs_traceback, 'open'):
        try:
            compile('imprt _pcs\n', '', 'exec')
        except SyntaxError as _pcs_error:
            _pcs_traceback.format_exception_only(SyntaxError, _pcs_error)
    _pcs_traceback.open = _pcs_open


def _pcs_quote(_pcs_error, _pcs_source, _pcs_ask):
    """May import. Prepare an exception for _pcs_words(). What py_compile would not find, under another
    name than the file's, stays away."""
    try:
        import traceback
        if not isinstance(_pcs_error, SyntaxError):
            # From 3.15 on, what that takes is imported when it is first done.
            traceback.format_exception_only(type(_pcs_error), _pcs_error)
            return
        _pcs_whole = _pcs_ask & 1
        if _pcs_version >= (3, 14):
            _pcs_let_guess(traceback, _pcs_source if _pcs_ask & 2 else None)
        _pcs_line = _pcs_error.lineno or 0
        _pcs_cut = 0 if not _pcs_whole else 1 if _pcs_sys.version_info < (3, 13, 5) else 2
        _pcs_other = _pcs_differs(_pcs_error.text, _pcs_source, _pcs_line, _pcs_whole)
        if _pcs_line > 0 and (_pcs_ask & 2 if _pcs_whole else _pcs_other):
            _pcs_set_line(_pcs_error, _pcs_source, _pcs_cut, _pcs_other)
    except Exception:
        pass


def _pcs_text_of(_pcs_error, _pcs_whole):
    # PyCompileError has a traceback's words for SyntaxError itself, and others for its kinds.
    if _pcs_whole and type(_pcs_error) is not SyntaxError:
        return 'Sorry: {}: {}'.format(type(_pcs_error).__name__, _pcs_error), True
    try:
        from traceback import format_exception_only
        return ''.join(format_exception_only(type(_pcs_error), _pcs_error)), True
    except Exception:
        return str(_pcs_error), False


def _pcs_words(_pcs_error, _pcs_ask):
    """Line, last line of its words, and those before it; with PCS_ASK_PY_COMPILE, all are before it;
    and whether it is what CPython says of it."""
    _pcs_whole = _pcs_ask & 1
    _pcs_line = max(getattr(_pcs_error, 'lineno', None) or 0, 0)
    _pcs_all, _pcs_said = _pcs_text_of(_pcs_error, _pcs_whole)
    try:
        _pcs_all = _pcs_all.encode('utf-8', 'backslashreplace' if _pcs_whole else 'surrogateescape')
    except UnicodeEncodeError:
        _pcs_all = _pcs_all.encode('utf-8', 'backslashreplace')
    if _pcs_whole:
        return _pcs_line, b'', _pcs_all, _pcs_said
    _pcs_all = _pcs_all.rstrip(b'\n')
    _pcs_n = _pcs_all.rfind(b'\n') + 1
    return _pcs_line, _pcs_all[_pcs_n:], _pcs_all[:_pcs_n], _pcs_said


# --- what compiling needs ----------------------------------------------------------------------

def _pcs_cookie(_pcs_source):
    """The encoding that it names (PEP 263), or None; perhaps one that CPython would not see."""
    for _pcs_line in _pcs_source.splitlines()[:2]:
        for _pcs_part in _pcs_line.split(b'coding')[1:]:
            _pcs_n = 1
            _pcs_part = _pcs_part[:1] + _pcs_part[1:].lstrip(b' \t')
            while _pcs_part[_pcs_n:_pcs_n + 1].isalnum() or _pcs_part[_pcs_n:_pcs_n + 1] in (
                    b'-', b'_', b'.'):
                _pcs_n += 1
            if _pcs_part[:1] in (b':', b'=') and _pcs_n > 1:
                return _pcs_part[1:_pcs_n].decode()
    return None


def _pcs_need(_pcs_source):
    """May import what compiling may import: the codec of a source, the table of characters, and from 3.13
    on what warns. Whether any was missing, or may have been."""
    _pcs_n = len(_pcs_sys.modules)
    _pcs_name = _pcs_cookie(_pcs_source)
    try:
        import warnings
        if not _pcs_source.isascii() or b'\\N' in _pcs_source:
            import unicodedata
        ''.encode(_pcs_name or 'utf-8')
    except Exception:
        pass
    return _pcs_name is not None or len(_pcs_sys.modules) > _pcs_n


# --- warnings ----------------------------------------------------------------------------------

class _pcs_Lines:
    """Those of a source, decoded when linecache gives one to somebody. Form feeds end none."""

    def __init__(_pcs_self, _pcs_source):
        _pcs_self._pcs_source, _pcs_self._pcs_all = _pcs_source, None

    def __len__(_pcs_self):
        if _pcs_self._pcs_all is None:
            try:
                _pcs_all = _pcs_self._pcs_source
                _pcs_all = _pcs_all.decode(_pcs_detect(_pcs_io.BytesIO(_pcs_all).readline)[0])
                _pcs_self._pcs_all = _pcs_all.replace('\r\n', '\n').replace('\r', '\n').split('\n')
            except Exception:
                _pcs_self._pcs_all = []
        return len(_pcs_self._pcs_all)

    def __getitem__(_pcs_self, _pcs_n):
        return len(_pcs_self) and _pcs_self._pcs_all[_pcs_n] + '\n'


def _pcs_lines():
    """May import. What the text of a warning takes its line from, and codecs that the compiler needs no
    module for, though tokenize does."""
    global _pcs_cache, _pcs_detect
    from linecache import cache as _pcs_cache
    from tokenize import detect_encoding as _pcs_detect
    import encodings.ascii, encodings.latin_1, encodings.utf_8_sig


def _pcs_warned(_pcs_kept, _pcs_name, _pcs_source, _pcs_ask):
    """What is printed for the warnings that were kept."""
    from warnings import _formatwarnmsg
    _pcs_cache.clear()
    _pcs_shown = _pcs_ask & 2 or not _pcs_ask & 1
    _pcs_cache[_pcs_name] = 0, None, _pcs_Lines(_pcs_source) if _pcs_shown else [], _pcs_name
    # A copy: the codec that decodes the lines may warn as well, which is not of the source.
    return ''.join(map(_formatwarnmsg, _pcs_kept[:])).encode('utf-8', 'backslashreplace')


# --- levels ----------------------------------------------------------------------------------

def _pcs_may_assert(_pcs_source):
    """Whether the statement may be there: the names of unittest's methods begin with the word, and
    comments have it in their middle."""
    _pcs_parts = _pcs_source.split(b'assert')
    return any(_pcs_may_begin(_pcs_a) and not (_pcs_b[:1].isalnum() or _pcs_b[:1] == b'_')
               for _pcs_a, _pcs_b in zip(_pcs_parts, _pcs_parts[1:]))


def _pcs_may_begin(_pcs_before):
    """After a line's end, a semicolon or a colon, or a mark."""
    _pcs_last = _pcs_before.rstrip(b' \t\f')[-1:]
    return _pcs_last in b'\n\r;:' or _pcs_before[:3] == _pcs_mark


def _pcs_is_utf8(_pcs_source):
    """A cookie may name an encoding in which ASCII bytes are other words (PEP 263)."""
    _pcs_end = _pcs_source.find(b'\n')
    _pcs_end = _pcs_source.find(b'\n', _pcs_end + 1) if _pcs_end >= 0 else _pcs_end
    _pcs_head = _pcs_source[:_pcs_end] if _pcs_end >= 0 else _pcs_source
    _pcs_n = _pcs_head.count(b'coding')
    return _pcs_n == 0 or _pcs_n == sum(map(_pcs_head.count, (
        b'coding: utf-8', b'coding:utf-8', b'coding=utf-8')))


# CPython normalizes names by NFKC (PEP 3131), and then a wide "__\uff44ebug__" is __debug__. Characters that
# become a letter or a low line of that word are in these ranges, and in those of letters that Unicode may
# yet add the like to.
_pcs_lookalikes = (
    range(0x1d00, 0x1e00), range(0x2040, 0x2200), range(0x2440, 0x2500), range(0x3200, 0x3400),
    range(0xa69c, 0xa69e), range(0xa7f0, 0xa800), range(0xab5c, 0xab70), range(0xf900, 0x10000),
    range(0x10780, 0x107c0), range(0x1c000, 0x1e100), range(0x1f100, 0x1f200),
    range(0xe0000, 0x110000))


def _pcs_is_literal(_pcs_source):
    """Whether names are what they look like."""
    if _pcs_source.isascii():
        return True
    try:
        _pcs_used = set(_pcs_source[3 * _pcs_source.startswith(_pcs_mark):].decode())
    except ValueError:
        return False
    return not any(ord(_pcs_c) in _pcs_range for _pcs_c in _pcs_used if _pcs_c >= '\u0800'
                   for _pcs_range in _pcs_lookalikes)


def _pcs_may_have_docstring(_pcs_code):
    """Whether a code object or one inside it may: a false alarm only costs time. That of a module or class
    is assigned to __doc__, perhaps a nonlocal; a function has it as its first constant, where a class has
    its name."""
    _pcs_consts = _pcs_code.co_consts
    if '__doc__' in _pcs_code.co_names or '__doc__' in _pcs_code.co_freevars:
        return True
    if _pcs_code.co_flags & 1 and _pcs_consts and isinstance(_pcs_consts[0], str):
        return True
    return any(_pcs_may_have_docstring(_pcs_c) for _pcs_c in _pcs_consts
               if isinstance(_pcs_c, type(_pcs_code)))


def _pcs_same_at(_pcs_source, _pcs_code, _pcs_last, _pcs_level):
    """Whether compiling for `level` provably gives `code`, which is that for `last`: level 1 leaves out assert
    statements and __debug__, level 2 docstrings as well."""
    if _pcs_last == 0 and (_pcs_may_assert(_pcs_source) or b'__debug__' in _pcs_source
                           or not _pcs_is_utf8(_pcs_source) or not _pcs_is_literal(_pcs_source)):
        return False
    return _pcs_level < 2 or not _pcs_may_have_docstring(_pcs_code)
