# SPDX-License-Identifier: LGPL-2.1-or-later
# Ignored or blocked signals of the caller change nothing.
# slow
. "$LIB/case.sh"

policy <<-END
	version: 1
	defaults:
	  limits: {seconds: 1}
END
src t/a.py
src t/b.py
proc() {
	"$PY" -I "$LIB/proc.py" "$@" "$PYCSYNC" sync --python "$PY" --policy policy.yaml t
}
all=HUP,INT,QUIT,PIPE,ALRM,TERM,CHLD,USR1,USR2,XFSZ,IO
for how in --ignore --block; do
	rm -rf t/__pycache__
	try 0 proc --within 10 $how $all
	check t
done
rm -r t/__pycache__
slow_src t/slow.py
try 1 proc --within 10 --ignore CHLD,PIPE,TERM --block ALRM,INT,USR1
once "$T/t/slow.py"
check --except "$T/t/slow.py" t
