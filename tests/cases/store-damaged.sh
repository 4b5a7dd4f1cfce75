# SPDX-License-Identifier: LGPL-2.1-or-later
# An entry that is damaged, cut short, empty, or another one's is not there: it is never published, `store
# verify` tells of it, and compiling replaces it.
. "$LIB/case.sh"

mkdir s
printf 'version: 1\ndefaults: {reproducible: true}\n' | policy
for i in 1 2 3 4 5 6 7; do
	src t/m$i.py "x = $i" 'def f(a): return a'
done
run 0 --policy policy.yaml t
mv t/__pycache__ right
run 0 --store s t
try 0 "$PYCSYNC" store verify --store s
says "$T/s: 7 entries, 0 wrong"
find "$T/s" -type f -path '*/s/??/*' | sort >entries
[ "$(wc -l <entries)" = 7 ] || fail "not one entry a source"
"$PY" -I - <<-'END'
	def change(name, make):
	    with open(name, "rb") as file:
	        data = bytearray(file.read())
	    with open(name, "wb") as file:
	        file.write(make(data))
	def flip(at):
	    def make(data):
	        data[at] ^= 1
	        return data
	    return make
	names = open("entries").read().split()
	other = open(names[6], "rb").read()
	for name, make in zip(names, [flip(-1), flip(64), lambda data: data[:-1], lambda data: b"", lambda data: other,
	                              flip(52)]):
	    change(name, make)
END
try 1 "$PYCSYNC" store verify --store s
says "$(sed -n 1p entries): its checksum is wrong"
says "$(sed -n 2p entries): its length is not what it says"
says "$(sed -n 3p entries): its length is not what it says"
says "$(sed -n 4p entries): it is cut short"
says "$(sed -n 5p entries): its name is that of another entry"
says "$(sed -n 6p entries): its checksum is wrong"
says "$T/s: 7 entries, 6 wrong"
try 1 "$PYCSYNC" store verify --store s --json
"$PY" -I -c 'import json; lines = [json.loads(line) for line in open("out")]
assert len(lines) == 7 and lines[-1]["wrong"] == 6 and all(line["entry"] and line["error"] for line in lines[:-1])'
rm -r t/__pycache__
run 0 --store s --json t
totals compiled=6 stored=1
diff -r right t/__pycache__ || fail "other bytes"
try 0 "$PYCSYNC" store verify --store s

# What is no regular file is passed over.
first=$(sed -n 1p entries)
rm "$first"
mkfifo "$first"
rm "$(sed -n 2p entries)"
ln -s /etc/passwd "$(sed -n 2p entries)"
rm -r t/__pycache__
run 0 --store s --json t
totals compiled=2 stored=5
diff -r right t/__pycache__ || fail "other bytes"
try 0 "$PYCSYNC" store verify --store s
