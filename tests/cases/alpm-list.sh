# SPDX-License-Identifier: LGPL-2.1-or-later
# A trigger takes its list as bytes, whatever is in it, and a broken one is no reason to fail.
. "$LIB/case.sh"

policy <<-'END'
	version: 1
	interpreters: [3.11]
	trees:
	  - path: /usr/lib/python{version}/site-packages
END
site=t/usr/lib/python3.11/site-packages
for name in 'a b' "q'" "$(printf '\351')" 'trail '; do
	src "$site/$name/m.py"
	src "$site/$name.py"
done
src t/usr/lib/evil.py
(cd t && find usr/lib/python3.11 -name '*.py') | sort >list
listed t
{
	printf '\n\n../../usr/lib/evil.py\n%s/../../evil.py\n/\n' "${site#t/}"
	head -c 9999 /dev/zero | tr '\0' y
	printf '\n%s/x\001.py' "${site#t/}"
} >>list
trigger 0 alpm-post --root t --policy policy.yaml <list
check --root t $site
absent "$(pyc t/usr/lib/evil.py)"
trigger 0 alpm-pre --root t --policy policy.yaml <list
[ -z "$(find t -name __pycache__)" ] || fail "$(find t)"
"$PY" -I -c 'for i in range(50000): print(f"usr/lib/python3.11/site-packages/p{i}/module.py")' >list
trigger 0 alpm-post --root t --policy policy.yaml <list
