# What is named to mend a finding mends it.
. "$LIB/case.sh"
export T
"$PY" -I -X utf8 "$LIB/../verify/faults.py" mend || fail "see above"
