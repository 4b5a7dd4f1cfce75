# SPDX-License-Identifier: LGPL-2.1-or-later
# A run that was killed is finished by the next one, whatever that is told to look at: also a trigger with the list of
# another package, and what lies outside of the trees.
# slow
. "$LIB/case.sh"

mkdir -p root/var/lib/pycsync
policy <<-'END'
	version: 1
	trees: [/t]
END
# killed ARGUMENT...: a run that is killed as soon as it has begun to compile.
killed() {
	slow_src root/t/slow.py 40000
	"$PYCSYNC" "$@" --root root --policy policy.yaml --python "$PY" -j 1 <list >/dev/null 2>&1 &
	main=$!
	tries=0
	until ls root/var/lib/pycsync/unfinished-* >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 500 ] || fail "no mark was set"
		sleep 0.01
	done
	kill -9 $main
	wait $main || :
	rm root/t/slow.py
}
next() {
	printf '/other/x.py\n' >list
	trigger 0 rpm-in --root root --policy policy.yaml --python "$PY" <list
}
for n in 1 2 3 4 5 6; do
	src root/t/p/m$n.py "x = $n"
	echo "/t/p/m$n.py"
done >list
run 0 --root root --policy policy.yaml /t/p
for n in 1 2 3; do
	settle
	src root/t/p/m$n.py "x = -$n"
done
rm root/t/p/m4.py
echo /t/slow.py >>list
killed trigger rpm-in
next
check --root root root/t
absent "$(pyc root/t/p/m4.py)" root/t/__pycache__
absent root/var/lib/pycsync/unfinished-*
unchanged next

# Outside of the trees, by a sync.
src root/out/a.py
printf '/out/a.py\n/t/slow.py\n' >list
killed sync --stdin
next
check --root root root/out
absent root/var/lib/pycsync/unfinished-*

# What is no mark does no harm. Of one that is damaged, the paths that are whole count: here the first of four.
for n in 1 2 3 5; do
	settle
	src root/t/p/m$n.py "x = 1$n"
	echo /t/p/m$n.py
done >list
echo /t/slow.py >>list
killed trigger rpm-in
"$PY" - root/var/lib/pycsync/unfinished-* <<-'END'
	import sys
	with open(sys.argv[1], "rb") as file:
	    paths = [line for line in file.read().split(b"\0") if b"/p/" in line]
	first, second, third, fourth = paths[:4]
	assert first.endswith(b"/t/p/m1.py"), first
	with open(sys.argv[1], "wb") as file:
	    flipped = second[:-4] + bytes([second[-4] ^ 4]) + second[-3:]
	    file.write(b"rubbish\0" + first + b"\0" + flipped + b"\0/t/p/m3.py\0" + third[:-1] + b"\0" + fourth)
END
src root/t/p/m6.py
mkdir root/var/lib/pycsync/unfinished-2
mkfifo root/var/lib/pycsync/unfinished-3
ln -s /etc/passwd root/var/lib/pycsync/unfinished-4
rm -r root/t/p/__pycache__
next
there "$(pyc root/t/p/m1.py)" root/var/lib/pycsync/unfinished-4
for n in 2 3 5 6; do
	absent "$(pyc root/t/p/m$n.py)"
done
rm root/var/lib/pycsync/unfinished-4
rmdir root/var/lib/pycsync/unfinished-2
rm root/var/lib/pycsync/unfinished-3
absent root/var/lib/pycsync/unfinished-*
