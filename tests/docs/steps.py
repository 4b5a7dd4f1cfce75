# SPDX-License-Identifier: LGPL-2.1-or-later
"""What must be there before a command of the documents, and what must hold after it. It runs as root in a copy of the
system that is thrown away: see run."""

import dataclasses
import glob
import os
import re
import shutil
import subprocess

import documents

APP = "/srv/app"
STAGE = "/tmp/stage"
SITE = "usr/lib/python3.11/site-packages"
TREE = "/tmp/pycsync"  # a copy of the source tree, to build in


def environment(text):
    """That of root's shell. Only a command that names the staging root has it: make would install there."""
    staging = {name: STAGE for name in ("DESTDIR", "pkgdir") if f"${name}" in text}
    return dict(os.environ, **staging, PATH="/usr/local/sbin:/usr/local/bin:" + os.environ["PATH"],
                DEBIAN_FRONTEND="noninteractive", HOME="/root", GIT_CONFIG_COUNT="1",
                GIT_CONFIG_KEY_0="safe.directory", GIT_CONFIG_VALUE_0="*")


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def sh(command, cwd="/"):
    return subprocess.run(["/bin/sh", "-ec", command], cwd=cwd, env=environment(command), text=True, check=True,
                          stdout=subprocess.PIPE).stdout


def pycs(directory):
    return sorted(os.path.basename(path) for path in glob.glob(f"{directory}/__pycache__/*.pyc"))


def scene():
    """A tree of somebody's own; the policy that README.md has for it is not there yet."""
    write(f"{APP}/web.py", "x = 1\n")
    write(f"{APP}/util.py", "def check(x):\n    assert x, x\n")
    write(f"{APP}/bad.py", "y = (\n")
    write(f"{APP}/templates/view.py", "{{ name }}\n")


def all_well():
    """Nothing is missing, whatever packages of this system were never compiled."""
    sh("pycsync sync -q")


def readme_policy():
    policy = [lines for _, language, lines in documents.blocks("README.md") if language == "yaml"]
    assert len(policy) == 1 and "/etc/pycsync/policy.d/app.yaml" in documents.read("README.md")
    write("/etc/pycsync/policy.d/app.yaml", "\n".join(policy[0]) + "\n")


def manual_policies():
    """The policies that the manual shows are valid ones."""
    for number, block in enumerate(documents.literal(documents.sections("docs/pycsync.yaml.5")["EXAMPLES"])):
        write(f"/tmp/policy-{number}.yaml", "\n".join(block) + "\n")
        sh(f"pycsync policy check /tmp/policy-{number}.yaml")


def staged():
    """A staging root without bytecode, with a wheel that an installer put there."""
    shutil.rmtree(STAGE, ignore_errors=True)
    write(f"{STAGE}/{SITE}/x/__init__.py", "x = 1\n")
    write(f"{STAGE}/{SITE}/y.py", "def check(y):\n    assert y, y\n")
    write(f"{STAGE}/{SITE}/x-1.0.dist-info/RECORD", "x/__init__.py,,\nx-1.0.dist-info/RECORD,,\n")


def made():
    return "" if pycs(f"{STAGE}/{SITE}") else "nothing was compiled"


def skeletons():
    """A file that is named like a source fails the build, until the manual's rules exclude it."""
    staged()
    write(f"{STAGE}/{SITE}/x/skeletons/view.py", "{% if name %}\n")
    rules = [block for block in documents.literal(documents.sections("docs/pycsync-stage.8")["EXAMPLES"])
             if block[0] == "version: 1"]
    assert len(rules) == 1
    write("/tmp/build/rules.yaml", "\n".join(rules[0]) + "\n")
    assert "skeletons/view.py:1: " in sh('pycsync stage "$pkgdir" 2>&1 && exit 1; rm -r "$pkgdir"/usr/lib/*/*/__pycache__')


def built_package():
    """foo-1.0-1-any.pkg.tar.zst, made as the manual says that packages are."""
    staged()
    sh('pycsync stage "$DESTDIR" && bsdtar --zstd -cf /tmp/foo-1.0-1-any.pkg.tar.zst -C "$DESTDIR" usr')


def repository():
    """Two commits, the second of which changes a source."""
    sh(f"""rm -rf .git; git init -q; git config user.email a@b; git config user.name a
        git add -A; git commit -qm one; echo 'x = 22' >web.py; git commit -qam two""", cwd=APP)


def image():
    write("/mnt/image/usr/lib/python3.11/mod.py", "m = 1\n")


def compiled_in_image():
    return "" if pycs("/mnt/image/usr/lib/python3.11") == ["mod.cpython-311.pyc"] else "no pyc in the image"


def broken():
    write(f"{APP}/bad.py", "y = [\n")


def cleaned():
    return "caches are left" if pycs(APP) else ""


def work_tree():
    write("/tmp/checkout/app/web.py", "x = 1\n")
    write("/tmp/checkout/app/tests/t.py", "t = (\n")


def of_the_wheel():
    """Bytecode of what the RECORD lists, and of nothing else."""
    if pycs(f"{STAGE}/{SITE}"):
        return "more than the wheel was compiled"
    return "" if pycs(f"{STAGE}/{SITE}/x") else "the wheel was not compiled"


def without_pycsync():
    """No pycsync is installed: neither the copy's own one nor that of a package. The source tree is one that somebody
    has cloned."""
    sh("""if dpkg -s pycsync; then dpkg --purge pycsync >&2; fi
        if pacman -Q pycsync; then pacman -R --noconfirm pycsync >&2; fi
        if rpm -q pycsync; then rpm -e $(rpm -qa '*pycsync*') >&2; fi
        make -s -C /t/source PREFIX=/usr uninstall
        rm -rf /usr/bin/pycsync-worker /var/lib/pycsync""")
    if not os.path.exists(TREE):
        sh(f"git clone -q /t/source {TREE}")


def pacman_needs():
    """pacman's database has what the package depends on: here it is Debian's."""
    without_pycsync()
    depends = sh("bsdtar -xOf build/pycsync-*.pkg.tar.zst .PKGINFO | sed -n 's/^depend = //p'", cwd=TREE)
    write("/var/lib/pacman/local/ALPM_DB_VERSION", "9\n")
    write("/var/lib/pacman/local/system-1-1/desc", "%NAME%\nsystem\n\n%VERSION%\n1-1\n\n%PROVIDES%\n" + depends + "\n")
    write("/var/lib/pacman/local/system-1-1/files", "")


def rpm_needs():
    """The same for rpm's."""
    without_pycsync()
    provides = sh("rpm -qp --requires build/pycsync-*.rpm | grep -v -e ^rpmlib -e ^pycsync | sort -u", cwd=TREE)
    write("/tmp/system.spec", "Name: system\nVersion: 1\nRelease: 1\nSummary: s\nLicense: none\nBuildArch: noarch\n" +
          "".join(f"Provides: {line}\n" for line in provides.splitlines()) + "%description\n%files\n")
    sh("rpmbuild -bb --nodeps --define '_topdir /tmp/rpm' /tmp/system.spec >&2")
    sh("rpm -i --nodeps /tmp/rpm/RPMS/noarch/system-*.rpm")


def installed():
    """A tree that a package would bring is served from now on, so the program works, and its state has a place."""
    told = sh("pycsync --version || true")
    return "" if told.startswith("pycsync ") and os.path.isdir("/var/lib/pycsync") else f"not installed: {told}"


def nothing():
    return ""


@dataclasses.dataclass
class Step:
    pattern: str             # the whole command
    document: str = ""       # where two documents have it
    before: object = nothing
    after: object = nothing  # what is wrong, or ""
    status: tuple = (0,)
    says: tuple = ()
    cwd: str = "/"
    answer: str = "y\n"
    needs: str = ""
    packages: bool = False
    prepared: object = str   # what the shell gets, of a command that some other program expands
    used: bool = False

    def possible(self):
        return all(shutil.which(tool) for tool in self.needs.split())


def by_rpm(text):
    return sh(f"rpm --define 'buildroot {STAGE}' --eval '{text}'")


def by_make(text):
    write("/tmp/Makefile", f"all:\n\t{text}\n")
    return f"make -s -f /tmp/Makefile DESTDIR={STAGE} pythondir=/{SITE}"


BUILD = {"cwd": TREE, "packages": True, "before": without_pycsync}
STEPS = [
    Step("apt-get install debhelper .*", **BUILD, needs="dh apt-get"),
    Step("make deb", **BUILD, needs="dh", says=("build/pycsync_.*deb",)),
    Step(r"apt-get install \./build/pycsync_\*\.deb", **BUILD, after=installed),
    Step("make arch", **BUILD, needs="makepkg bsdtar", says=("pkg.tar.zst",)),
    Step(r"pacman -U build/pycsync-\*\.pkg\.tar\.zst", **dict(BUILD, before=pacman_needs), after=installed, needs="pacman makepkg"),
    Step("make rpm", **BUILD, needs="rpmbuild", says=(r"\.rpm",)),
    Step(r"dnf install \./build/pycsync-\*\.rpm", **dict(BUILD, before=rpm_needs), after=installed, needs="dnf rpmbuild"),
    Step("make", **BUILD),
    Step("make install", **BUILD, after=installed, says=("No trigger of dpkg or rpm",)),
    Step("pycsync interpreters", says=(r"3\.11",)),
    Step("pycsync sync -n", says=("dry run: ",)),
    Step("pycsync status", status=(0, 1), says=("interpreters", "trees", "needs you")),
    Step("pycsync verify", before=all_well, says=("nothing wrong",)),
    Step("pycsync policy check", document="README.md", before=readme_policy, says=("app.yaml",)),
    Step("pycsync sync /srv/app", status=(1,)),
    Step("sed -i .*"),
    Step("pycsync sync --explain /srv/app"),
    Step('pycsync stage "\\$DESTDIR"', before=staged, after=made),
    Step('pycsync verify --stage "\\$DESTDIR"', says=("nothing wrong",),
         before=lambda: sh('pycsync stage "$DESTDIR"')),
    Step("pycsync compile -q -j0 .*", before=staged, after=made),
    Step("pycsync compile -f .*", before=work_tree, cwd="/tmp/checkout", says=("Compiling 'app/web.py'",)),
    Step("pycsync compile -q -x .*", before=work_tree, cwd="/tmp/checkout"),
    Step('pycsync stage "\\$pkgdir"', before=staged, after=made),
    Step(r"pycsync stage -o 0,1 %\{buildroot\}", before=staged, after=made, needs="rpm", prepared=by_rpm),
    Step(r"\+pycsync stage .*", before=staged, after=made, needs="make", prepared=by_make),
    Step('pycsync verify --stage "\\$pkgdir" -o 0,1', says=("nothing wrong",),
         before=lambda: sh('pycsync stage -o 0,1 "$DESTDIR"')),
    Step('pycsync stage --policy rules.yaml "\\$pkgdir"', before=skeletons, after=made, cwd="/tmp/build"),
    Step('pycsync verify --stage "\\$pkgdir" --policy rules.yaml', says=("nothing wrong",), cwd="/tmp/build"),
    Step('pycsync stage "\\$pkgdir" --record .*', before=staged, after=of_the_wheel),
    Step("pycsync verify --fail-on .*", before=built_package, cwd="/tmp", says=("2 sources.*nothing wrong",), needs="bsdtar"),
    Step("pycsync verify --json .*", needs="jq"),
    Step("pycsync sync", says=("0 removed",)),
    Step("pycsync sync -n --explain /srv/app", says=("dry run: ", "fresh /srv/app/web.py")),
    Step("git diff .*", before=repository, cwd=APP, says=("[12] compiled",), needs="git"),
    Step("pycsync sync --root /mnt/image .*", before=image, after=compiled_in_image),
    Step("pycsync sync --json .*", before=broken, says=("^/srv/app/bad.py$",), needs="jq"),
    Step("pycsync clean --all /srv/app", after=cleaned),
    Step("pycsync policy check", document="docs/pycsync.yaml.5", before=manual_policies, says=("app.yaml",)),
    Step("pycsync policy show", says=("version: 1", "/srv/app")),
    Step("pycsync policy explain .*", says=("os.py",)),
]


def find(command):
    for step in STEPS:
        if re.fullmatch(step.pattern, command.text) and step.document in ("", command.document):
            step.used = True
            return step
    return None


def unused():
    return [f"no document has the command of the step '{step.pattern}'" for step in STEPS if not step.used]


def figures():
    """What is wrong with README.md's figures: they are those of the disk in docs/bench.md, rounded."""
    rows = re.findall(r"^\| (.*) \| (\d+) \| (\d+) \|$", documents.read("README.md"), re.M)
    measured = {(what, round(float(ours)), round(float(theirs))) for what, ours, theirs in
                re.findall(r"^\| disk \| (.*?) \| CPU \| ([\d.]+) \| compileall[ j\d-]* \| ([\d.]+) \|",
                           documents.read("docs/bench.md"), re.M)}
    wrong = [f"docs/bench.md has not {row}" for row in rows
             if (row[0], int(row[1]), int(row[2])) not in measured]
    return wrong if rows else ["README.md has no figures"]
