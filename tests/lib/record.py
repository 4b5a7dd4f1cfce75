# SPDX-License-Identifier: LGPL-2.1-or-later
"""record.py RECORD: it lists each file of its wheel, none that is not there, and no hash that is wrong."""

import base64
import csv
import hashlib
import os
import sys

info = os.path.dirname(sys.argv[1])
site = os.path.dirname(info)
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    rows = list(csv.reader(file))
assert rows and all(len(row) == 3 for row in rows), rows
for path, digest, size in rows:
    full = os.path.join(site, path)
    assert os.path.isfile(full), f"{path} is not there"
    if not digest:
        continue
    with open(full, "rb") as file:
        data = file.read()
    name, value = digest.split("=", 1)
    found = base64.urlsafe_b64encode(hashlib.new(name, data).digest()).rstrip(b"=").decode()
    assert value == found and int(size) == len(data), f"{path} has another hash"
listed = {os.path.normpath(os.path.join(site, path)) for path, _, _ in rows}
for top, _, names in os.walk(os.path.join(site, "example")):
    for name in names:
        full = os.path.join(top, name)
        assert full in listed or name.endswith(".pyc"), f"{full} is not listed"
