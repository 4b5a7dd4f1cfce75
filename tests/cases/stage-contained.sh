# SPDX-License-Identifier: LGPL-2.1-or-later
# stage works for ordinary users, under fakeroot and in a read-only build tree, for roots of another
# architecture; it reads and writes nothing but DESTDIR, the policy and the interpreter.
. "$LIB/case.sh"

SITE=usr/lib/python3.11/site-packages
src build/d/$SITE/a.py
src outside/b.py
ln -s "$T/outside" build/d/$SITE/link
ln -s "$T/outside/b.py" build/d/$SITE/b.py
mkdir -p build/d/usr/bin build/d/lib
# Of another architecture: an interpreter that is not even ELF for us.
head -c 100 /dev/urandom >build/d/usr/bin/python3.11
head -c 100 /dev/urandom >build/d/usr/lib/libpython3.11.so.1.0
chmod 755 build/d/usr/bin/python3.11
settle
touch marker
settle
try 0 "$PYCSYNC" stage build/d
absent outside/__pycache__
there "$(pyc build/d/$SITE/a.py)"
[ "$(find build/d -newer marker -type d | sort | tr '\n' ' ')" = \
	"build/d/$SITE build/d/$SITE/__pycache__ " ] || fail "other directories changed"
rm -r build/d/$SITE/__pycache__
# What it opens.
if command -v strace >/dev/null; then
	ASAN_OPTIONS=detect_leaks=0 try 0 strace -qq -f -e trace=openat,openat2,open,creat,mkdirat,mkdir,renameat -o trace "$PYCSYNC" stage build/d
	grep -E 'O_(WRONLY|RDWR|CREAT)|^[0-9]+ +(mkdir|creat)' trace | grep -vE '/dev/null|\.pycsync-|AT_FDCWD, "/dev/' |
		grep -vE 'mkdirat\([0-9]+, "__pycache__"|"/proc/' >written || :
	[ ! -s written ] || fail "opened for writing: $(cat written)"
	if grep -E '/var/lib/(dpkg|pacman|rpm|pycsync)|/run/pycsync' trace; then
		fail "asked databases, or for a lock"
	fi
	rm -r build/d/$SITE/__pycache__
fi
give_away build
chmod -R a-w build
chmod u+w build/d/$SITE
cd build
try 0 as_nobody "$PYCSYNC" stage d
check --root d --except "$T/build/d/$SITE/b.py" d/usr
there "$(pyc d/$SITE/a.py)"
[ "$(stat -c %u "$(pyc d/$SITE/a.py)")" = "$(stat -c %u d/$SITE/a.py)" ] || fail "another owner"
rm -r d/$SITE/__pycache__
chmod a-w d/$SITE
is_root || {
	try 1 "$PYCSYNC" stage d
	says a.py
}
chmod u+w d/$SITE
cd ..
need fakeroot
# AddressSanitizer insists on being the first library, and so does fakeroot.
try 0 as_nobody env HOME=/nonexistent ASAN_OPTIONS=verify_asan_link_order=0 fakeroot -- "$PYCSYNC" stage build/d
there "$(pyc build/d/$SITE/a.py)"
cp "$(pyc build/d/$SITE/a.py)" first
rm -r build/d/$SITE/__pycache__
try 0 "$PYCSYNC" stage build/d
cmp first "$(pyc build/d/$SITE/a.py)" || fail "other bytes under fakeroot"
