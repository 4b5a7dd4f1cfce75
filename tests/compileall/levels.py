# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sources around everything that an optimization level changes: __debug__, assert and docstrings."""

import itertools
import os
import sys
import unicodedata

# Texts that mention what matters, where it matters and where it does not.
PARTS = {
    "empty": "",
    "comment": "# assert __debug__\n",
    "comment-only-nl": "\n\n",
    "string-in-middle": "x = 1\n'assert'\n",
    "name-only": "asserted = 1\nassert_ = 2\ndebug = 3\n",
    "attribute-debug": "import a\na.b = a.__debug__\n",
    "in-string": "x = 'assert 1'\ny = '__debug__'\n",
    "in-fstring": "x = 2\ny = f'{x}{__debug__}'\n",
    "in-nested-fstring": "x = f'{1:{__debug__}}'\n",
    "debug": "x = __debug__\n",
    "if-debug": "if __debug__:\n    x = 1\nelse:\n    x = 2\n",
    "not-debug": "if not __debug__:\n    x = 1\n",
    "while-debug": "while __debug__:\n    break\n",
    "debug-and": "x = 1\nif x and __debug__:\n    y = 2\n",
    "debug-lambda": "f = lambda: __debug__\n",
    "debug-default": "def f(a=__debug__): pass\n",
    "debug-comprehension": "x = [__debug__ for _ in ()]\n",
    "debug-class": "class A:\n    x = __debug__\n",
    "debug-decorator": "@(lambda f: __debug__)\ndef g(): pass\n",
    "debug-annotation": "def f(a: __debug__) -> __debug__: pass\nx: __debug__ = 1\n",
    "debug-future-annotation": "from __future__ import annotations\nx: __debug__ = 1\n",
    "debug-wide": "x = __ｄebug__\n",
    "assert": "assert 1\n",
    "assert-semicolon": "x = 1; assert x\n",
    "assert-colon": "if 1: assert x\n",
    "assert-continued": "assert \\\n    1\n",
    "assert-split": "x = 1\nif x:\n    y = 2 ; \\\nassert y\n",
    "assert-function": "def f(a):\n    assert a, 'no'\n    return a\n",
    "assert-only-function": "def f(a):\n    assert a\n",
    "assert-lambda-inside": "def f(a):\n    assert (lambda: a)()\n",
    "assert-names": "def f():\n    assert used_only_here\n",
    "assert-const": "def f():\n    assert 1, 'a constant'\n",
    "assert-tuple": "assert (1, 'always true')\n",
    "assert-yield": "def f():\n    assert (yield 1)\n",
    "assert-walrus": "def f():\n    assert (x := 1)\n    return x\n",
    "assert-await": "async def f(a):\n    assert await a\n",
    "assert-false": "def f():\n    assert False\n    return 1\n",
    "assert-in-try": "try:\n    assert 0\nexcept AssertionError:\n    x = 1\nfinally:\n    y = 2\n",
    "assert-in-with": "with open('f') as f:\n    assert f\n",
    "assert-in-match": "x = 1\nwhile x:\n    assert x\n    x -= 1\nelse:\n    assert not x\n",
    "assert-tab": "if 1:\n\tassert\t1\n",
    "assert-formfeed": "\fassert 1\n",
    "assert-parenthesis": "assert(1)\n",
    "assert-last": "assert 1",
    "assert-after-names": "asserts = assert_ = xassert = 1\nself.assertEqual(1)\nassert asserts\n",
    "assert-first-of-names": "assert assert_.asserted\n",
    "assert-in-comment": "x = 1  # we assert that\n# or assert\n",
    "assert-in-words": "x = \'\'\'they\n assert it\'\'\'\ny = 'a;assert'\n",
    "assert-bom-later": "x = 1\\\n;\\\n  assert x\n",
    "assert-after-lines": "if 1:\\\n assert 1\n",
    "assert-vertical": "x = 1\n \f assert x\n",
    "assert-cr": "x = 1\r\n\tassert x\r\n",
    "assert-doubled": "assertassert = 1\n",
    "assert-minus": "assert-1\n",
    "assert-string": "assert''\n",
    "assert-methods": "class T:\n    def test(self):\n        self.assertTrue(1)\n",
    "assert-wide": "ａssert = 1\n",
    "assert-accent": "asserté = 1\nassert asserté\n",
    "accents": "é = 'à'\nλ = '“–”'\n漢 = 1\n",
    "accents-assert": "é = 'à'\nassert é\n",
    "accents-debug": "é = __debug__\n",
    "debug-letterlike": "é = __ⅆℯbug__\n",
    "debug-math": "x = __𝐝𝐞𝐛𝐮𝐠__\n",
    "debug-low-line": "x = ﹍﹎debug﹏＿\n",
    "debug-modifier": "x = __dᵉbᵘᵍ__\n",
    "emoji": "x = '🐍 🇩'\n",
    "emoji-assert": "x = '🐍'\nassert x\n",
    "emoji-debug": "x = '🐍', __debug__\n",
    "scripts": "ḁ = '→─ァ한'\nदे = 'ꙁ𐐨𠀀'\n",
    "scripts-assert": "ḁ = 'ァ한'\nassert ḁ\n",
    "doc-module": "'doc'\n",
    "doc-module-only-bytes": "b'doc'\n",
    "doc-module-fstring": "f'doc'\n",
    "doc-module-concat": "'a' 'b'\n",
    "doc-module-parenthesis": "('doc')\n",
    "doc-module-unicode": "u'doc'\n",
    "doc-module-raw": "r'''doc'''\n",
    "doc-module-ellipsis": "...\n",
    "doc-module-number": "1\n",
    "doc-module-after-future": "'doc'\nfrom __future__ import annotations\n",
    "doc-module-semicolon": "'doc'; x = 1\n",
    "doc-function": "def f():\n    'doc'\n",
    "doc-function-line": "def f(): 'doc'\n",
    "doc-function-two": "def f():\n    'doc'\n    'two'\n",
    "doc-function-bytes": "def f():\n    b'doc'\n",
    "doc-function-fstring": "def f():\n    f'doc'\n",
    "doc-function-after-pass": "def f():\n    pass\n    'none'\n",
    "doc-function-return": "def f():\n    'doc'\n    return 'doc'\n",
    "doc-async": "async def f():\n    'doc'\n",
    "doc-generator": "def f():\n    'doc'\n    yield\n",
    "doc-lambda": "f = lambda: 'no doc'\n",
    "doc-class": "class A:\n    'doc'\n",
    "doc-class-line": "class A: 'doc'\n",
    "doc-class-method": "class A:\n    x = 1\n    def m(self):\n        'doc'\n",
    "doc-nested": "def f():\n    def g():\n        'doc'\n    return g\n",
    "doc-nested-class": "def f():\n    class A:\n        'doc'\n    return A\n",
    "doc-none-in-class": "class A:\n    x = 1\n    'none'\n",
    "doc-none-in-method": "x = 'a'\nclass A:\n    def m(self): return 'b'\n",
    "doc-assigned": "class A:\n    __doc__ = 'doc'\n",
    "doc-nonlocal": "def f():\n    __doc__ = 1\n    class C:\n        'doc'\n        nonlocal __doc__\n"
                    "    return __doc__\n",
    "doc-global": "def f():\n    class C:\n        'doc'\n        global __doc__\n",
    "doc-cell": "class C:\n    'doc'\n    def m(self):\n        return __doc__, __class__\n",
    "doc-in-class-of-function": "def f():\n    class A:\n        x = lambda: 'a'\n        'none'\n",
    "doc-in-if": "if 1:\n    'none'\n",
    "doc-decorated": "@staticmethod\ndef f():\n    'doc'\n",
    "doc-empty": "def f():\n    ''\n",
    "doc-continued": "def f():\n    'a' \\\n    'b'\n",
    "doc-comment-before": "# c\n\ndef f():\n    # c\n\n    'doc'\n",
    "doc-uses-doc": "def f():\n    'doc'\nx = f.__doc__\n",
    "doc-slots": "class A:\n    'doc'\n    __slots__ = ()\n",
    "unreachable": "def f():\n    return 1\n    assert 0\n",
    "if-zero": "if 0:\n    assert 1\n    'x'\n",
    "if-zero-doc": "if 0:\n    def f():\n        'doc'\n",
    "if-zero-class-doc": "if 0:\n    class A:\n        'doc'\n",
    "while-zero-doc": "while 0:\n    def f():\n        'doc'\n    class A: 'doc'\n",
    "type-comment": "x = 1  # type: assert\n",
    "broken-assert": "assert\n",
    "broken-debug": "__debug__ = 1\n",
    "broken-debug-del": "del __debug__\n",
    "broken-debug-parameter": "def f(__debug__): pass\n",
    "broken-debug-attribute": "import a\na.__debug__ = 1\n",
    "broken-debug-keyword": "f(__debug__=1)\n",
    "broken-after-doc": "'doc'\n(\n",
    "broken-return-after-assert": "assert 1\nreturn\n",
    "warns": "x = 1\nx is 1\n",
    "warns-in-assert": "x = 1\nassert x is 1\n",
    "warns-in-debug": "x = 1\nif not __debug__:\n    x is 1\n",
    "warns-in-doc": "'\\d'\n",
    "warns-tuple": "def f():\n    assert (0, 'x')\n",
    "utf-16-debug": "x = '\U0001f40d'\ny = __debug__\n",
    "latin-assert": b"# coding: latin-1\nx = '\xe9'\nassert x\n",
    "utf-7-assert": b"# coding: utf-7\n+AGEAcwBzAGUAcgB0- 1\n",
    "utf-7-doc": b"# coding: utf-7\n+ACc-doc+ACc-\n",
    "utf-7-two-cookies": b"# coding: utf-7\n# coding: utf-8\n+AGEAcwBzAGUAcgB0- 1\n",
    "utf-7-one-line": b"# coding: utf-7 coding: utf-8\n+AGEAcwBzAGUAcgB0- 1\n",
    "bom-assert": b"\xef\xbb\xbfassert 1\n",
    "bom-blank-assert": b"\xef\xbb\xbf \fassert 1\n",
    "bom-accents": b"\xef\xbb\xbf\xc3\xa9 = 1\n",
    "bom-debug": b"\xef\xbb\xbfx = __debug__\n",
    "not-utf-8": b"x = '\xe9'\n",
    "rot13-like": b"# coding: raw_unicode_escape\nx = 1\n\\u0061ssert x\n",
    "escape-doc": b"# coding: unicode_escape\n\\x27doc\\x27\\nx = 1\n",
    "bom-doc": b"\xef\xbb\xbf'doc'\n",
    "cr-assert": b"x = 1\rassert x\r",
    "crlf-doc": b"'doc'\r\nx = 1\r\n",
    "cp037": "# coding: cp037\n",
}


def lookalikes():
    """Every character that NFKC makes a part of the name __debug__ (PEP 3131), and which part."""
    for code in range(0x80, sys.maxunicode + 1):
        part = unicodedata.normalize("NFKC", chr(code))
        if part in "__debug__" and chr(code).isprintable():
            yield code, part


def write(top):
    """Writes every part by itself, and the pairs that are short; their names."""
    os.makedirs(top)
    texts = {name: text if isinstance(text, bytes) else text.encode()
             for name, text in PARTS.items()}
    for code, part in lookalikes():
        texts[f"debug-{code:x}"] = f"x = {'__debug__'.replace(part, chr(code), 1)}\n".encode()
    plain = [name for name, text in PARTS.items()
             if isinstance(text, str) and text.isascii() and "broken" not in name
             and text.endswith("\n") and "future" not in name]
    for one, other in itertools.pairwise(plain):
        texts[f"{one}+{other}"] = texts[one] + texts[other]
    for name, text in texts.items():
        with open(os.path.join(top, name + ".py"), "wb") as file:
            file.write(text)
    return [name + ".py" for name in texts]
