# What is named to fix a finding fixes it.
. "$LIB/case.sh"
export T
"$PY" -I -X utf8 "$LIB/../verify/faults.py" fix || fail "see above"
