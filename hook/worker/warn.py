# Run once in an interpreter of python.c that keeps warnings. They go to sys.stderr, with the line of the
# source that linecache finds: the bytes that are being compiled, as the file itself may not be reachable
# from here. It takes form feeds for ends of lines in a text, as it does not in a file. The names are none
# that a source would have: see load_company().

import io, linecache, sys, warnings


class _pcs_Text(str):
    def splitlines(_pcs_self):
        return _pcs_self.split('\n')


def _pcs_prepare(_pcs_name, _pcs_source, _pcs_own):
    def _pcs_lines():
        from importlib.util import decode_source
        return _pcs_Text(decode_source(_pcs_source))
    linecache.cache.clear()
    if _pcs_own:
        linecache.cache[_pcs_name] = (_pcs_lines,)
    sys.stderr = io.StringIO()


def _pcs_collect():
    return sys.stderr.getvalue().encode('utf-8', 'backslashreplace')
