# SPDX-License-Identifier: LGPL-2.1-or-later
# interpreters lists version, tag, magic number and path; one that cannot be started with the reason.
. "$LIB/case.sh"

try 0 "$PYCSYNC" interpreters
grep cpython-311 out | grep 3495 | grep -q "python3.11.*: its .* serves" || fail "no 3.11"
grep -q "^ */usr/lib/python3.11$" out || fail "not its tree"
! command -v pypy3 >/dev/null || grep -q " pypy3.* /usr/bin/pypy3.*: the policy does not choose it" out || fail "no PyPy"
try 0 "$PYCSYNC" interpreters --json
"$PY" -I - out <<-'END' || fail "--json"
	import json, os, sys
	with open(sys.argv[1], encoding="utf-8") as lines:
	    found = [json.loads(line) for line in lines]
	one = next(entry for entry in found if entry["tag"] == "cpython-311")
	assert one["version"].startswith("3.11") and one["magic"] == 3495, one
	assert os.path.isfile(one["libpython"]), one
	assert one["worker"] in ("libpython", "executable"), one
	assert one["use"] == "serves" and "/usr/lib/python3.11" in one["trees"], one
	for entry in found:
	    if entry["tag"] and entry["tag"].startswith("pypy"):
	        assert (entry["use"], entry["trees"]) == ("unused", []), entry
END
echo garbage >libpython3.12.so.1.0
policy <<-END
	version: 1
	interpreters: [$T/libpython3.12.so.1.0, $PY]
END
try 0,1 "$PYCSYNC" interpreters --policy policy.yaml
grep -F "$T/libpython3.12.so.1.0" out | grep -q .... || fail "the broken one is not listed"
grep -q cpython-311 out || fail "no 3.11"
try 0,1 "$PYCSYNC" interpreters --policy policy.yaml --json
"$PY" -I - out "$T" <<-'END' || fail "--json"
	import json, sys
	with open(sys.argv[1], encoding="utf-8") as lines:
	    found = [json.loads(line) for line in lines]
	assert len(found) == len({entry["libpython"] for entry in found}), f"one listed twice: {found}"
	(bad,) = [entry for entry in found if sys.argv[2] in json.dumps(entry)]
	assert bad["ok"] is False and bad["reason"], bad
END
src t/a.py
try 0,1 "$PYCSYNC" sync --policy policy.yaml t
there "$(pyc t/a.py)"
