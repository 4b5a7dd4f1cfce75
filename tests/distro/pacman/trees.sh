#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Trees anywhere: one that the administrator adds to the policy, and one of a package that brings its own file
# for the policy, which counts in the same transaction. What has no Python in it is passed over.
# shellcheck source=../pacman.sh
. "${0%/*}.sh"
with_pycsync
add_tree /opt/app

stage app-1
put opt/app/main.py 'value = 1'
put opt/app/sub/old.py
package app 1
cp -a "$staged" /t/app-2
staged=/t/app-2
rm "$staged/opt/app/sub/old.py"
put opt/app/main.py 'value = 2'
put opt/app/sub/new.py
package app 2
stage tool-1
put usr/share/tool/main.py
put usr/lib/pycsync/policy.d/tool.yaml "$(printf 'version: 1\ntrees+: [/usr/share/tool]')"
package tool 1
stage paper-1
put usr/share/paper/page.txt
put opt/paper/page.txt
package paper 1

install app-1 tool-1
agree /opt/app /usr/share/tool
there opt/app/sub/__pycache__/old.cpython-311.pyc usr/share/tool/__pycache__/main.cpython-311.pyc
caches /opt/app /usr/share/tool >/t/before
install paper-1
said 0 pycsync:
caches /opt/app /usr/share/tool >/t/after
cmp /t/before /t/after || fail "caches were made anew"
install app-2
agree /opt/app /usr/share/tool
gone opt/app/sub/__pycache__/old.cpython-311.pyc
there opt/app/sub/__pycache__/new.cpython-311.pyc
remove app
gone opt/app
remove tool paper
gone usr/share/tool
