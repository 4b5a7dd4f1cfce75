# A source that takes longer than policy allows costs one file.
# slow
. "$LIB/case.sh"

policy <<-END
	version: 1
	defaults:
	  limits: {seconds: 1}
END
bulk t 4
slow_src t/slow.py
try 1 "$PY" -I "$LIB/proc.py" --within 8 --gone 0.5 \
	"$PYCSYNC" sync --python "$PY" --policy policy.yaml --json t
once "$T/t/slow.py"
totals compiled=4 failed=1
check --except "$T/t/slow.py" t
