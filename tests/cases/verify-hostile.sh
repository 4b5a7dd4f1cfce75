# slow
# Hostile archives: escapes, bombs, endless members, absurd sizes, links to links, cut anywhere.
. "$LIB/case.sh"
need zstd
need ar
export T
"$PY" -I -X utf8 "$LIB/../verify/hostile.py" || fail "see above"
