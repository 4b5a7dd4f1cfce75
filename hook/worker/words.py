# For python.c and worker.py: _pcs_quote() sets the line that a SyntaxError quotes.
#
# CPython's compiler takes that line from the file, which was out of its reach. With `cut`, the line is
# as CPython reads it there: 999 bytes' worth of it (cpython:Python/errors.c, PyErr_ProgramText), up to
# 3.13, which is 1, the last ones, and a byte order mark is a character, though the parser counts bytes
# without it; from 3.14 on, which is 2, the first. Where a cookie names another encoding than UTF-8, the
# parser of 3.10 to 3.13 has other bytes than the file, and may take the wrong line. A part of an f-string
# stays. The names are none that a source would have: see load_company().

from sys import version_info as _pcs_version
_pcs_version = _pcs_version[:2]
_pcs_mark = b'\xef\xbb\xbf'
_pcs_tokenizer = ('invalid non-', 'invalid char', 'invalid dec', 'invalid hex', 'invalid oct',
                  'invalid bin', 'invalid imag', 'invalid digit', 'unterminated', 'unmatched',
                  'closing', 'leading zeros', 'f-string: ')


def _pcs_recoded(_pcs_source):
    import io
    from tokenize import detect_encoding
    try:
        _pcs_name = detect_encoding(io.BytesIO(_pcs_source).readline)[0]
    except SyntaxError:
        return False
    return (3, 10) <= _pcs_version < (3, 14) and not _pcs_name.startswith('utf-8')


def _pcs_move(_pcs_error, _pcs_old, _pcs_new):
    for _pcs_name in ('offset', 'end_offset'):
        _pcs_n = getattr(_pcs_error, _pcs_name, None) or 0
        if _pcs_n > 0:
            _pcs_n = len(_pcs_old[:_pcs_n - 1].encode()) + 1
            _pcs_n = len(_pcs_new.encode()[:_pcs_n].decode('utf-8', 'replace'))
            setattr(_pcs_error, _pcs_name, _pcs_n)


def _pcs_declared(_pcs_source):
    import re
    _pcs_cookie = re.compile(b'[ \\t\\f]*#.*?coding[:=][ \\t]*[-\\w.]')
    return (_pcs_source.startswith(_pcs_mark)
            or any(map(_pcs_cookie.match, _pcs_source.splitlines()[:2])))


def _pcs_text(_pcs_error, _pcs_source, _pcs_cut):
    from importlib.util import decode_source
    if _pcs_cut != 1 or _pcs_error.text is not None:  # where the compiler looked, no cookie counted
        try:
            return decode_source(_pcs_source)
        except (UnicodeDecodeError, SyntaxError):
            pass
    _pcs_how = _pcs_error.text is not None and _pcs_declared(_pcs_source)
    _pcs_all = _pcs_source[3 * _pcs_source.startswith(_pcs_mark):]
    _pcs_all = _pcs_all.decode('utf-8', 'replace' if _pcs_how else 'surrogateescape')
    return _pcs_all.replace('\r\n', '\n').replace('\r', '\n')


def _pcs_stays(_pcs_error, _pcs_all, _pcs_moved):
    if _pcs_error.text is None:
        return False
    if _pcs_moved:
        return _pcs_error.msg.startswith('f-string')
    _pcs_all = _pcs_all.encode('utf-8', 'surrogateescape').decode('utf-8', 'replace')
    return _pcs_error.text.rstrip('\n') not in _pcs_all


def _pcs_quote(_pcs_error, _pcs_source, _pcs_cut, _pcs_differs):
    _pcs_old = _pcs_error.text
    _pcs_moved = _pcs_cut and _pcs_old is not None and _pcs_recoded(_pcs_source)
    if not _pcs_differs and not _pcs_moved:
        return
    _pcs_all = _pcs_text(_pcs_error, _pcs_source, _pcs_cut)
    if _pcs_stays(_pcs_error, _pcs_all, _pcs_moved):
        return
    _pcs_line = _pcs_all.split('\n')[_pcs_error.lineno - 1] + '\n'
    if _pcs_moved:
        _pcs_move(_pcs_error, _pcs_old, _pcs_line)
    if (_pcs_cut == 1 and _pcs_error.lineno == 1
            and _pcs_source.startswith(_pcs_mark)):
        if _pcs_old is not None and _pcs_error.msg.startswith(_pcs_tokenizer):
            return
        if _pcs_old is not None:
            _pcs_move(_pcs_error, _pcs_line, '\ufeff' + _pcs_line)
        _pcs_line = '\ufeff' + _pcs_line
    if _pcs_cut:
        _pcs_line = _pcs_line.encode()
        _pcs_n = (len(_pcs_line) - 1) // 999 * 999 if _pcs_cut == 1 else 0
        _pcs_line = _pcs_line[_pcs_n:_pcs_n + 999].decode('utf-8', 'replace')
    _pcs_error.text = _pcs_line
