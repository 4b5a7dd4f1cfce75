# SPDX-License-Identifier: LGPL-2.1-or-later
# A small RECORD that names a large file again and again, in many ways, has it read once; and a signal ends the
# run between two rows.
# slow
. "$LIB/case.sh"
need strace

SITE=d/usr/lib/python3.11/site-packages
RECORD=$SITE/a-1.dist-info/RECORD
src $SITE/a.py
mkdir -p $SITE/a-1.dist-info d/srv
fake_pyc d/srv/big.pyc
truncate -s 4M d/srv/big.pyc
ln d/srv/big.pyc d/srv/same.pyc
ln -s . d/srv/here
ln -s big.pyc d/srv/link.pyc
hash=$("$PY" -I - d/srv/big.pyc <<-'END'
	import base64, hashlib, sys
	with open(sys.argv[1], "rb") as file:
	    print(base64.urlsafe_b64encode(hashlib.sha256(file.read()).digest()).decode().rstrip("="))
END
)
for path in big same here/big here/here/big here/../here/same; do
	for i in 1 2 3 4 5 6 7 8; do
		printf '/srv/%s.pyc,sha256=%s,4194304\n' $path "$hash"
	done
done >$RECORD
cp $RECORD right
# Another hash, and a link, which has none.
printf '/srv/%s\n' 'big.pyc,sha256=aaaa,1' 'big.pyc,md5=aaaa,1' "link.pyc,sha256=$hash,4194304" >>$RECORD
# What is no pyc is told of, and left alone.
try 1 strace -f -o calls -e trace=openat,openat2 "$PYCSYNC" stage d
{ cat right && printf '/srv/%s.pyc,,\n' big big link; } | cmp - $RECORD || fail "RECORD"
n=$(grep -E '"(big|same)\.pyc"' calls | grep -vc O_PATH)
# Whether it goes is asked of each name, too.
[ "$n" -lt 10 ] || fail "opened $n times"

# ended: by a signal, soon.
ended() {
	got=0 want=143
	"$PY" -I "$LIB/proc.py" --signal TERM --after 1 --within 2 "$PYCSYNC" stage d "$@" >out 2>err || got=$?
	judge "$@"
	once "ended by SIGTERM"
}
for i in $(seq 100); do
	fake_pyc d/srv/big$i.pyc
	truncate -s 64M d/srv/big$i.pyc
	echo "/srv/big$i.pyc,sha256=aaaa,1"
done >$RECORD
cp $RECORD before
ended
cmp before $RECORD || fail "half a RECORD"
seq -f 'none/%.0f.py,,' 4000000 >$RECORD
ended $RECORD
