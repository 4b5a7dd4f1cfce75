#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# File names are bytes: blanks, quotes, patterns, another encoding, and prefixes of each other.
# shellcheck source=../pacman.sh
. "${0%/*}.sh"
with_pycsync

latin=$(printf 'caf\351.py')
tab=$(printf 'tab\there.py')
case $0 in */rpm/*) tab=tab.py ;; esac # rpmbuild refuses control characters
stage lib-1
# shellcheck disable=SC2016 # nothing is to expand
for name in 'with blank.py' ' leading.py' 'trailing .py' "single'quote.py" 'double"quote.py' \
	"$tab" "$latin" 'ünïcode-中.py' '-dash.py' '--help.py' '.hidden.py' 'a.py' 'a.b.py' \
	'x.py.py' '%s%n.py' '$(HOME).py' '*.py' 'back\slash.py' '[a].py' '#hash.py' 'semi;colon.py' \
	'@at.py' 'cpython-311.py' 'm.cpython-311.py' 'm.cpython-311.opt-1.py'; do
	module "odd/$name" 'value = 1'
	module "dir $name.d/mod.py"
done
package lib 1
cp -a /t/lib-1 /t/lib-2
stage lib-2
rm "$staged/$site/odd/a.py" "$staged/$site/odd/$latin" "$staged/$site/odd/with blank.py"
package lib 2

install lib-1
[ -e "/$site/odd/$latin" ] || fail "the package lost a name"
agree
install lib-2
agree
there "$site/odd/__pycache__/a.b.cpython-311.pyc"
gone "$site/odd/__pycache__/a.cpython-311.pyc"
remove lib
gone "$site"
