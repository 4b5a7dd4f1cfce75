# SPDX-License-Identifier: LGPL-2.1-or-later
# The worked examples: each is valid beyond doubt, and does what its comments say.
. "$LIB/case.sh"

examples=$LIB/../../config/examples
for file in "$examples"/*.yaml; do
	try 0 "$PYCSYNC" policy check "$file"
	[ ! -s err ] || fail "doubts: $(cat err)"
	try 0 "$PYCSYNC" policy show --policy "$file"
done

# use NAME PATH...: a root with these sources, synchronised.
use() {
	rm -rf root
	name=$1
	shift
	for path in "$@"; do
		src "root$path" 'x = 1'
	done
	status=0
	"$PYCSYNC" sync --root root --policy "$examples/$name.yaml" ${python+--python "$PY"} >out 2>err ||
		status=$?
	[ $status = 0 ] || fail "status $status"
}
# made LIST: the bytecode of 3.11 that is there now, and no other of it
made() {
	found=$(cd root && find . -name "*.$TAG*.pyc" | sed "s|^\.||; s|__pycache__/||; s|\.$TAG||; s|\.pyc$||" | sort | tr '\n' ' ')
	[ "$found" = "$1 " ] || fail "$name: $found, not: $1"
}
lib=/usr/lib/python3.11
python=
use arch $lib/a.py $lib/site-packages/x/project_templates/b.py
made "$lib/a $lib/a.opt-1"
[ "$(stat -c %h root$lib/__pycache__/a.$TAG.pyc)" = 2 ] || fail "no link"
use fedora $lib/a.py $lib/site-packages/b.py /usr/lib64/python3.11/c.py
made "$lib/site-packages/b $lib/site-packages/b.opt-1 /usr/lib64/python3.11/c /usr/lib64/python3.11/c.opt-1"
use debian /usr/lib/python3/dist-packages/a.py /usr/local/lib/python3.11/dist-packages/b.py /usr/local/c.py
made "/usr/lib/python3/dist-packages/a /usr/local/lib/python3.11/dist-packages/b"
use read-only-usr $lib/a.py
made "/var/cache/python$lib/a"
use container /app/a.py /app/tests/test_a.py /app/tests/data.py /app/test/x/conftest.py
made "/app/a /app/tests/data"
check --mode unchecked-hash --root root --except "$T/root/app/tests/test_a.py" --except "$T/root/app/test/x/conftest.py" root
use build-root $lib/a.py
made "$lib/a $lib/a.opt-1 $lib/a.opt-2"
# With interpreters of its own: the first level asks them, as no --python says otherwise.
unset python
use opensuse $lib/site-packages/a.py /usr/share/app-python/b.py
made "$lib/site-packages/a $lib/site-packages/a.opt-1"
