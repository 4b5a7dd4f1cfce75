# SPDX-License-Identifier: LGPL-2.1-or-later
# 'make help' lists the targets. Variables: PREFIX, DESTDIR, B (build directory), CC, PKG_CONFIG, CFLAGS, V=1.
VERSION := $(shell cat VERSION)

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBEXECDIR ?= $(PREFIX)/lib/pycsync
# Where packages of the distribution put policies, whatever the prefix is.
VENDORDIR ?= /usr/lib/pycsync
# Elsewhere, the vendor's policy is an example: it is built in.
POLICYDIR = $(if $(filter $(VENDORDIR),$(LIBEXECDIR)),$(VENDORDIR),$(DOCDIR)/examples)
SCHEMADIR ?= $(LIBEXECDIR)
STATEDIR := /var/lib/pycsync
DATADIR ?= $(PREFIX)/share
DOCDIR ?= $(DATADIR)/doc/pycsync
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
UNITDIR ?= $(PREFIX)/lib/systemd/system
COMPLETIONS = bash-completion/completions/pycsync zsh/site-functions/_pycsync fish/vendor_completions.d/pycsync.fish
HOOKDIR ?= $(DATADIR)/libalpm/hooks
RPMMACRODIR ?= $(PREFIX)/lib/rpm/macros.d
PERLDIR ?= $(DATADIR)/perl5
MAKEPKGDIR ?= $(DATADIR)/makepkg
DHDIR ?= $(BINDIR)
PYTHONDIR ?= $(PREFIX)/lib/python3/dist-packages
B ?= build
comma := ,
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config
# For a cross compiler, that of its target.
ifeq ($(origin AR),default)
AR := $(shell $(CC) -print-prog-name=ar)
endif

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef \
	-Wwrite-strings -Wpointer-arith -Wconversion -Wformat=2 -Wno-format-nonliteral -Wno-missing-field-initializers
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)
# With 32 bits as well, files may be large and of times after 2038.
DEFS := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -DPCS_VERSION='"$(VERSION)"' \
	-DPCS_VENDORDIR='"$(VENDORDIR)"' -DPCS_MULTIARCH='"$(MULTIARCH)"'

# Hardening, as far as the compiler takes it; what the caller asks for comes later and wins.
takes = $(shell for flags in '$(1)' $(1); do echo 'int main(void) { return 0; }' | \
	$(CC) -Werror $(2) $$flags -x c - -o /dev/null 2>/dev/null && echo $$flags && \
	[ "$$flags" = '$(1)' ] && break; done)
HARDEN := $(call takes,-fstack-protector-strong -fstack-clash-protection -fcf-protection,-c)
HARDEN_LINK := $(call takes,-Wl$(comma)-z$(comma)relro -Wl$(comma)-z$(comma)now)
ifeq (,$(filter -static%,$(CFLAGS) $(LDFLAGS)))
HARDEN += $(call takes,-fPIE,-c)
HARDEN_LINK += $(call takes,-pie,-fPIE)
endif
# Needs an optimizer, and gets into the way of sanitizers.
ifeq (,$(SAN)$(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)))
ifneq (,$(filter-out -O0,$(lastword $(filter -O%,$(CFLAGS)))))
HARDEN += -U_FORTIFY_SOURCE $(firstword $(call takes,-D_FORTIFY_SOURCE=3,\
	-O2 -U_FORTIFY_SOURCE -include stdio.h) -D_FORTIFY_SOURCE=2)
endif
endif

# What the build needs, and what Debian calls it.
NEEDS := yaml-0.1:libyaml-dev libseccomp:libseccomp-dev libpcre2-8:libpcre2-dev libarchive:libarchive-dev
needed = $(foreach n,$(NEEDS),$(firstword $(subst :, ,$(n))))
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(needed) 2>/dev/null)
ALL_CFLAGS := -std=gnu17 $(WARN) $(DEFS) -Ihook -MMD -MP $(PKG_CFLAGS) $(SAN) $(HARDEN) $(CPPFLAGS) $(CFLAGS)
LINK = $(CC) $(SAN) $(CFLAGS) $(HARDEN_LINK) $(LDFLAGS)
V ?= 0
Q := $(if $(filter 0,$(V)),@)

WORKER := $(filter-out hook/worker/protocol.c,$(wildcard hook/worker/*.c))
LIBSRC := $(filter-out hook/main.c $(WORKER),$(wildcard hook/*/*.c))
UNITS := $(wildcard tests/unit/*.c)
SCRIPTS := $(patsubst hook/worker/%.py,$(B)/gen/%_script.o,$(wildcard hook/worker/*.py))
obj = $(patsubst %.c,$(B)/%.o,$(1))

all: $(B)/pycsync $(B)/pycsync-worker

# One line that names all that is missing, before a compiler says it in a hundred: $(call need,NAME:PACKAGE ...).
lacking = $(foreach n,$(1),$(if $(shell $(PKG_CONFIG) --exists $(firstword $(subst :, ,$(n))) && echo yes),,$(n)))
missing = $(if $(strip $(1)),$(error missing: $(foreach n,$(1),$(firstword $(subst :, ,$(n)))); \
	on Debian: apt-get install $(foreach n,$(1),$(lastword $(subst :, ,$(n)))), or make deps))
tool = $(call missing,$(foreach n,$(1),$(if $(shell command -v $(firstword $(subst :, ,$(n)))),,$(n))))
need = $(call tool,$(firstword $(PKG_CONFIG)):pkg-config)$(call missing,$(call lacking,$(1)))
yaml = $(shell $(PKG_CONFIG) --libs yaml-0.1)
seccomp = $(shell $(PKG_CONFIG) --libs libseccomp)
cmocka = $(call need,cmocka:libcmocka-dev)$(shell $(PKG_CONFIG) --libs cmocka)

$(B)/pycsync: $(call obj,hook/main.c) $(B)/libpycsync.a
	@echo "  LINK  $@"
	$(Q)$(LINK) -o $@ $^ $(yaml) -ldl

$(B)/pycsync-worker: $(call obj,$(WORKER)) $(SCRIPTS) $(B)/libpycsync.a
	@echo "  LINK  $@"
	$(Q)$(LINK) -o $@ $^ $(seccomp) -ldl

$(B)/libpycsync.a: $(call obj,$(LIBSRC)) $(B)/gen/default_policy.o
	@echo "  AR    $@"
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/units: $(call obj,$(UNITS)) $(B)/libpycsync.a
	@echo "  LINK  $@"
	$(Q)$(LINK) -o $@ $^ $(yaml) $(cmocka) -ldl

$(B)/canon: $(call obj,tests/canon/canon.c) $(B)/libpycsync.a
	@echo "  LINK  $@"
	$(Q)$(LINK) -o $@ $^

# A fuzzer each, in tests/fuzz.
FUZZERS := pyc archive policy protocol state lists rpmheader record patterns

# Hostile bytes are tried under the sanitizers in every build.
FUZZED := tests/fuzz/marshal.c $(wildcard hook/pyc/*.c) hook/base/buf.c hook/base/err.c hook/base/utf8.c
$(B)/fuzz-marshal: $(FUZZED) $(wildcard hook/pyc/*.h hook/base/*.h) $(B)/flags
	@echo "  FUZZ  $@"
	$(Q)$(CC) $(filter-out -MMD -MP $(SAN) $(HARDEN) $(CFLAGS),$(ALL_CFLAGS)) -O1 -g \
		-fsanitize=address,undefined -fno-sanitize-recover=all -o $@ $(FUZZED)

$(B)/%.o: %.c $(B)/flags
	@echo "  CC    $<"
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/gen/%.o: $(B)/gen/%.c
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# Texts that are compiled in, byte for byte: $(call embed,HEADER,NAME).
embed = $(Q)mkdir -p $(@D) && { echo '\#include "$(1)"'; echo 'const char $(2)[] = {'; \
	od -An -v -tu1 $< | sed 's/[0-9][0-9]*/&,/g'; echo '0 };'; \
	echo 'const size_t $(2)_len = sizeof($(2)) - 1;'; } >$@

$(B)/gen/default_policy.c: config/policy.yaml
	$(call embed,policy/load.h,pcs_default_policy)

$(B)/gen/%_script.c: hook/worker/%.py
	$(call embed,worker/scripts.h,pcs_$*_script)

# The one file that knows where the program is installed: an installation elsewhere compiles no other anew.
$(B)/hook/workers/link.o: private ALL_CFLAGS += -DPCS_LIBEXECDIR='"$(LIBEXECDIR)"'
$(B)/hook/workers/link.o: $(B)/place

$(B)/place: FORCE
	@mkdir -p $(@D)
	@echo '$(LIBEXECDIR)' | cmp -s - $@ || echo '$(LIBEXECDIR)' >$@

# Rebuild everything when the flags change.
$(B)/flags: FORCE
	@mkdir -p $(@D)$(call need,$(NEEDS))
	@echo '$(CC) $(subst ','\'',$(ALL_CFLAGS))' | cmp -s - $@ || echo '$(CC) $(subst ','\'',$(ALL_CFLAGS))' >$@

# --- tests -------------------------------------------------------------------------------------

# What every test and demo needs on Debian; a no-op where it is there.
deps:
	@tests/deps

# Changes nothing outside of the build directory and those for temporary files.
check-fast: all $(B)/units
	tests/run-all --fast $(B)

check: deps
	$(Q)$(MAKE) --no-print-directory check-installed

check-installed: all $(B)/units $(B)/canon $(B)/fuzz-marshal $(FUZZERS:%=$(B)/fuzz-%)
	tests/run-all $(B)

check-units: $(B)/units
	$(B)/units

check-cases: all
	PYCSYNC=$(B)/pycsync tests/run-cases

check-compileall: all
	PYCSYNC=$(B)/pycsync tests/compileall/run
	PYCSYNC=$(B)/pycsync tests/compileall/sweep
	PYCSYNC=$(B)/pycsync tests/compileall/share
	PYCSYNC=$(B)/pycsync tests/compileall/cpython

check-canon: all $(B)/canon $(B)/fuzz-marshal
	B=$(B) tests/canon/run

# What the fuzzers found before, and seeds that are damaged in every place, in a bounded time.
check-fuzz: $(FUZZERS:%=$(B)/fuzz-%)
	$(Q)for f in $(FUZZERS); do echo "  FUZZ  $$f"; $(B)/fuzz-$$f tests/fuzz/corpus/$$f/* || exit 1; done

$(B)/fuzz-%: $(B)/tests/fuzz/%.o $(B)/tests/fuzz/replay.o $(B)/libpycsync.a
	@echo "  LINK  $@"
	$(Q)$(LINK) -o $@ $^ $(yaml) -ldl

# New faults, with clang's libFuzzer: FUZZ=NAME of FUZZERS, SECONDS=60. What it finds is in build-fuzz.
FUZZ ?= pyc
SECONDS ?= 60
fuzz:
	$(Q)$(MAKE) --no-print-directory B=build-fuzz CC=clang CFLAGS='-O1 -g' \
		SAN='-fsanitize=address,undefined,fuzzer-no-link -DPCS_SANITIZE -DPCS_DEBUG' \
		build-fuzz/libpycsync.a build-fuzz/tests/fuzz/$(FUZZ).o
	clang -fsanitize=address,undefined,fuzzer -o build-fuzz/$(FUZZ) build-fuzz/tests/fuzz/$(FUZZ).o \
		build-fuzz/libpycsync.a $(yaml) -ldl
	mkdir -p build-fuzz/corpus-$(FUZZ)
	build-fuzz/$(FUZZ) -max_total_time=$(SECONDS) -max_len=16384 -timeout=10 -rss_limit_mb=2048 \
		-malloc_limit_mb=8192 -artifact_prefix=build-fuzz/ build-fuzz/corpus-$(FUZZ) tests/fuzz/corpus/$(FUZZ)

# Each system call and each allocation fails once, and each is a run's last; the state is damaged at random.
check-faults: all
	PYCSYNC=$(B)/pycsync tests/faults/run

# A million restamps and hits of the store, beside writers, under faults and kills.
check-content: all
	PYCSYNC=$(B)/pycsync tests/content/run

# The power is cut while pycsync runs, on disks that lose what was not flushed: ext4, xfs, btrfs. As root.
check-powercut: all
	PYCSYNC=$(B)/pycsync tests/powercut/run

check-distro: all
	PYCSYNC=$(B)/pycsync tests/distro/run

# DEBS: how many packages are downloaded (150), or .deb files.
check-debs: all
	PYCSYNC=$(B)/pycsync tests/verify/debs $(DEBS)

# The commands that verify names, of every two faults on one source.
check-pairs: all
	$(Q)T=$$(mktemp -d) PYCSYNC=$(CURDIR)/$(B)/pycsync PY=$${PYCSYNC_PYTHON:-/usr/bin/python3.11} \
		sh -c 'trap "rm -rf $$T" EXIT; "$$PY" -I -X utf8 tests/verify/pairs.py fix-tree-pairs fix-stage-pairs'
# pycsync in the place of py3compile: all combinations of options, and real packages by apt in a root of
# Debian 12, which is kept in DEBIAN. As root, with network the first time.
DEBIAN ?= $(B)/debian
check-debian: all
	PYCSYNC=$(abspath $(B)/pycsync) tests/debian/run $(DEBIAN)

# The commands of README and manuals, as they are written there, with the packages built and installed. As root.
check-docs: all
	PYCSYNC=$(B)/pycsync tests/docs/run --packages

# One system with 3.11, 3.13, a free-threaded 3.13 and PyPy, in a throw-away root: tests/pythons/build makes
# those that no package has. As root.
check-pythons: all
	PYCSYNC=$(B)/pycsync tests/pythons/run

# pycsync's packages as builders use them: the same twice, lint, debian/tests, packages of others, in a minimal
# Debian 12 that is kept in BUILDERS. As root, with network the first time.
BUILDERS ?= $(B)/builders
check-builders:
	tests/builders/run $(BUILDERS)

# With CPython, managers and libraries of Debian sid, in a root that is kept in NEWEST.
NEWEST ?= $(B)/newest
check-newest:
	tests/newest/run $(NEWEST)

# With 32 bits, in a root that is kept in I386: as root, with network the first time. The other two run under qemu:
# the units alone.
I386 ?= $(B)/i386
check-i386:
	tests/arch/run i386 $(I386)

check-armhf check-s390x: check-%:
	tests/arch/run $* $(B)/$*

# No compiler warns of anything, and the units pass with each.
COMPILERS ?= gcc clang
check-compilers:
	$(Q)for c in $(COMPILERS); do $(MAKE) --no-print-directory B=build-$$c CC=$$c CFLAGS='-O2 -g -Werror' \
		all build-$$c/canon $(FUZZERS:%=build-$$c/fuzz-%) check-units || exit 1; done

check-asan:
	$(Q)LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lib/lsan.supp:print_suppressions=0 $(MAKE) --no-print-directory B=build-asan SAN='-fsanitize=address -DPCS_SANITIZE -DPCS_DEBUG' CFLAGS='-O1 -g' \
		check-units check-fuzz check-cases

check-ubsan:
	$(Q)$(MAKE) --no-print-directory B=build-ubsan \
		SAN='-fsanitize=undefined -fno-sanitize-recover=all -DPCS_DEBUG' CFLAGS='-O1 -g' check-units check-cases

demo: deps
	$(Q)$(MAKE) --no-print-directory all
	tests/demo.sh

bench: all
	PYCSYNC=$(B)/pycsync tests/bench/bench
	PYCSYNC=$(B)/pycsync tests/bench/table

# --- the order of the program ------------------------------------------------------------------

layers:
	@tests/layers

SPDX = SPDX-License-Identifier: LGPL-2.1-or-later
C_FILES = $(wildcard hook/*.c hook/*/*.c)
SHELL_FILES = $(shell grep -rlE --exclude-dir=corpus '^\#!/bin/sh|^\# shellcheck shell=' .ci packaging tests triggers)
# A linter that may not be installed here.
where_installed = command -v $(1) >/dev/null || { echo "lint: $(1) is not installed"; exit 0; };
lint:
	clang-format --dry-run -Werror $(wildcard hook/*.[ch] hook/*/*.[ch] tests/unit/*.[ch] tests/canon/*.c tests/fuzz/*.c)
	cppcheck --quiet --std=c11 --enable=warning,portability --inline-suppr --error-exitcode=1 \
		--suppress=nullPointerRedundantCheck --suppress=internalAstError \
		--suppress=ctuuninitvar -D_GNU_SOURCE -Ihook hook
	@# Of manuals that are referred to, it knows those only that are installed here.
	$(call where_installed,mandoc) ! mandoc -T lint docs/*.[1578] 2>/dev/null | grep -v 'referenced manual not found'
	$(call where_installed,codespell) codespell
	! find Makefile hook tests packaging config triggers docs -path tests/fuzz/corpus -prune -o -type f \( -name Makefile \
		-o -name '*.[ch]' -o -name '*.py' -o -name '*.sh' -o -name '*.yaml' -o -name '*.install' -o -name '*.conf' \
		-o -name '*.in' -o -name '*.rpmlintrc' -o -name '*.[1578]' \) -print | xargs grep -L '$(SPDX)' | sed 's/$$/: expected the line "$(SPDX)"/' | grep .

# What takes minutes: scripts, and the analyzers of the compilers. Clang's does not know the attribute cleanup: what is freed
# by it leaks, and what is stored for it is never read; nor that what a function sets is set where it says so, and that a
# pointer is there where its count is not 0. gcc 12 loses sight of memory that an element of an array holds, of what a function
# sets, and of pointers that are only there together with others: a key of settings and its origin.
GCC_GUESSES := -Wno-analyzer-malloc-leak -Wno-analyzer-use-of-uninitialized-value -Wno-analyzer-null-dereference
comma := ,
CLANG_GUESSES := $(subst $(eval) ,$(comma),unix.Malloc deadcode.DeadStores core.uninitialized.Assign core.CallAndMessage \
	core.UndefinedBinaryOperatorResult core.NonNullParamChecker)
lint-deep:
	$(call where_installed,shellcheck) echo $(SHELL_FILES) | xargs -n 16 -P 2 shellcheck -x -P SCRIPTDIR -S warning
	$(call where_installed,gcc) for f in $(C_FILES); do echo "  GCC   $$f"; \
		gcc $(filter-out -MMD -MP,$(ALL_CFLAGS)) -DPCS_LIBEXECDIR='""' -Werror -fanalyzer $(GCC_GUESSES) -c -o /dev/null $$f || exit 1; done
	$(call where_installed,clang) for f in $(C_FILES); do echo "  CLANG $$f"; \
		clang --analyze -Xclang -analyzer-werror -Xclang -analyzer-disable-checker -Xclang $(CLANG_GUESSES) \
			--analyzer-output text $(filter -std=% -D% -I%,$(ALL_CFLAGS)) -DPCS_LIBEXECDIR='""' -o /dev/null $$f || exit 1; done

# --- installation ------------------------------------------------------------------------------

# Of the manual.
SECTIONS := 1 5 7 8
INSTALLED = $(BINDIR)/pycsync $(LIBEXECDIR)/pycsync-worker $(POLICYDIR)/policy.yaml \
	$(SCHEMADIR)/policy.schema.json $(SYSUSERSDIR)/pycsync.conf \
	$(addprefix $(DATADIR)/,$(COMPLETIONS)) \
	$(addprefix $(UNITDIR)/,$(notdir $(wildcard packaging/systemd/*))) \
	$(addprefix $(DOCDIR)/examples/,$(notdir $(wildcard config/examples/*.yaml))) \
	$(SCHEMADIR)/verify.schema.json \
	$(addprefix $(HOOKDIR)/,$(notdir $(wildcard triggers/alpm/*.hook))) \
	$(foreach n,$(SECTIONS),$(addprefix $(DATADIR)/man/man$n/,$(notdir $(wildcard docs/*.$n)))) \
	$(LIBEXECDIR)/brp-pycsync $(RPMMACRODIR)/macros.pycsync $(DHDIR)/dh_pycsync \
	$(PERLDIR)/Debian/Debhelper/Sequence/pycsync.pm \
	$(MAKEPKGDIR)/tidy/pycsync.sh $(DOCDIR)/examples/build/PKGBUILD $(DOCDIR)/examples/build/Makefile \
	$(addprefix $(PYTHONDIR)/pycsync/,$(notdir $(wildcard packaging/python/pycsync/*.py)))

install: all
	install -Dm755 $(B)/pycsync '$(DESTDIR)$(BINDIR)/pycsync'
	install -Dm755 $(B)/pycsync-worker '$(DESTDIR)$(LIBEXECDIR)/pycsync-worker'
	install -Dm644 config/policy.yaml '$(DESTDIR)$(POLICYDIR)/policy.yaml'
	install -Dm644 config/policy.schema.json '$(DESTDIR)$(SCHEMADIR)/policy.schema.json'
	install -Dm644 docs/verify.schema.json '$(DESTDIR)$(SCHEMADIR)/verify.schema.json'
	install -Dm644 packaging/sysusers.d/pycsync.conf '$(DESTDIR)$(SYSUSERSDIR)/pycsync.conf'
	install -Dm644 packaging/completions/pycsync.bash '$(DESTDIR)$(DATADIR)/bash-completion/completions/pycsync'
	install -Dm644 packaging/completions/_pycsync '$(DESTDIR)$(DATADIR)/zsh/site-functions/_pycsync'
	install -Dm644 packaging/completions/pycsync.fish '$(DESTDIR)$(DATADIR)/fish/vendor_completions.d/pycsync.fish'
	install -Dm644 packaging/systemd/pycsync.timer '$(DESTDIR)$(UNITDIR)/pycsync.timer'
	sed 's|@bindir@|$(BINDIR)|' packaging/systemd/pycsync.service >'$(DESTDIR)$(UNITDIR)/pycsync.service'
	chmod 644 '$(DESTDIR)$(UNITDIR)/pycsync.service'
	install -d '$(DESTDIR)$(DOCDIR)/examples'
	install -m644 config/examples/*.yaml '$(DESTDIR)$(DOCDIR)/examples'
	install -d '$(DESTDIR)$(HOOKDIR)'
	for h in triggers/alpm/*.hook; do \
		sed 's|@bindir@|$(BINDIR)|' "$$h" >'$(DESTDIR)$(HOOKDIR)'/"$${h##*/}" && \
		chmod 644 '$(DESTDIR)$(HOOKDIR)'/"$${h##*/}" || exit 1; done
	for n in $(SECTIONS); do install -d '$(DESTDIR)$(DATADIR)'/man/man$$n && \
		install -m644 docs/*.$$n '$(DESTDIR)$(DATADIR)'/man/man$$n || exit 1; done
	install -d '$(DESTDIR)$(STATEDIR)'
	@echo "No trigger of dpkg or rpm is installed: they take them from packages only ('make deb', 'make rpm')."
	$(if $(filter /usr/share/libalpm/hooks /etc/pacman.d/hooks,$(HOOKDIR)),,@echo \
		"pacman does not look for hooks in $(HOOKDIR): HOOKDIR=/etc/pacman.d/hooks installs them for it.")

# What the builds of other packages use, for each build tool.
install-build: install-build-rpm install-build-deb install-build-arch
	install -Dm644 packaging/examples/Makefile '$(DESTDIR)$(DOCDIR)/examples/build/Makefile'

install-build-rpm:
	install -Dm755 packaging/rpm/brp-pycsync '$(DESTDIR)$(LIBEXECDIR)/brp-pycsync'
	install -d '$(DESTDIR)$(RPMMACRODIR)'
	sed 's|%{_prefix}/lib/pycsync|$(LIBEXECDIR)|' packaging/rpm/macros.pycsync \
		>'$(DESTDIR)$(RPMMACRODIR)/macros.pycsync'
	chmod 644 '$(DESTDIR)$(RPMMACRODIR)/macros.pycsync'

install-build-deb:
	install -Dm755 packaging/debhelper/dh_pycsync '$(DESTDIR)$(DHDIR)/dh_pycsync'
	install -Dm644 packaging/debhelper/pycsync.pm \
		'$(DESTDIR)$(PERLDIR)/Debian/Debhelper/Sequence/pycsync.pm'

install-build-arch:
	install -Dm644 packaging/makepkg/pycsync.sh '$(DESTDIR)$(MAKEPKGDIR)/tidy/pycsync.sh'
	install -Dm644 packaging/makepkg/PKGBUILD '$(DESTDIR)$(DOCDIR)/examples/build/PKGBUILD'

# The module for programs that import it, where PYTHONDIR says: a package of its own.
install-python:
	install -d '$(DESTDIR)$(PYTHONDIR)/pycsync'
	install -m644 packaging/python/pycsync/*.py '$(DESTDIR)$(PYTHONDIR)/pycsync'

# Removes what 'install', 'install-build' and 'install-python' made, and directories of pycsync's that are empty then;
# of a DESTDIR, all that are empty.
uninstall:
	$(Q)rm -f $(foreach f,$(INSTALLED),'$(DESTDIR)$(f)')
	$(Q)cd '$(or $(DESTDIR),/)' && printf '.%s\n' $(sort $(dir $(INSTALLED)) $(STATEDIR)) | sort -r | \
		$(if $(DESTDIR),xargs -d '\n' rmdir -p,grep pycsync | xargs -d '\n' rmdir) 2>/dev/null || :

# Packages of the last commit, in the build directory. TARBALL=FILE has rpm build from another one.
arch: dist
	@mkdir -p $(B)
	packaging/arch/build pycsync-$(VERSION).tar.gz $(B)

rpm: $(if $(TARBALL),,dist)
	@mkdir -p $(B)
	packaging/rpm/build $(or $(TARBALL),pycsync-$(VERSION).tar.gz) $(B)

# The last commit; without git, the files that are here.
NAME := pycsync-$(VERSION)
dist:
ifneq (,$(wildcard .git))
	git archive --prefix=$(NAME)/ -o $(NAME).tar.gz HEAD
else
	$(Q)rm -rf $(B)/dist && packaging/export $(B)/dist/$(NAME)
	tar -C $(B)/dist --sort=name --mode=u=rwX,go=rX --mtime=@$$(packaging/epoch) --owner=0 --group=0 --numeric-owner -cf - $(NAME) | gzip -n >$(NAME).tar.gz
endif

# A Debian package of the files as they are now: $(B)/pycsync_*.deb. The inner make shall see nothing of
# this one's variables.
deb:
	$(call tool,dpkg-buildpackage:dpkg-dev dh:debhelper)
	$(Q)rm -rf $(B)/deb $(B)/*pycsync*.deb
	$(Q)packaging/export $(B)/deb/pycsync && cp -R packaging/debian $(B)/deb/pycsync
	$(Q)cd $(B)/deb/pycsync && env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL \
		dpkg-buildpackage -b -us -uc --jobs=auto --ignore-builtin-builddeps >../log 2>&1 || { cat ../log; exit 1; }
	$(Q)cp $(B)/deb/pycsync_*.deb $(B)/deb/pycsync-py3compile_*.deb $(B)/deb/python3-pycsync_*.deb $(B)/deb/dh-pycsync_*.deb $(B)
	@ls $(B)/pycsync_*.deb

# Debian's source package of the last commit, or of TARBALL: $(B)/pycsync_*.dsc and what it names.
deb-src: $(if $(TARBALL),,dist)
	@mkdir -p $(B)
	packaging/source-deb $(or $(TARBALL),$(NAME).tar.gz) $(B)

clean:
	rm -rf build build-asan build-ubsan build-fuzz $(COMPILERS:%=build-%)

help:
	@echo 'all          build/pycsync and build/pycsync-worker (default)'
	@echo 'check-fast   what takes about a minute: units, quick cases, layers, lint; changes nothing on the system'
	@echo 'deps         install what the tests and the demo need (Debian, as root)'
	@echo 'check        deps, then every test'
	@echo 'demo         deps, then the hook at work with the real pacman'
	@echo 'check-units check-cases check-compileall check-canon check-fuzz check-distro    parts of it'
	@echo 'fuzz         look for new faults, with clang: FUZZ=pyc (archive, policy, ...) SECONDS=60'
	@echo 'check-compilers  no warnings with gcc and clang, and the units with each; some minutes'
	@echo 'check-asan check-ubsan    units and cases with sanitizers'
	@echo 'check-faults each call and allocation fails once, killed at each, damaged state: half an hour, as root'
	@echo 'check-content a million proofs by content, beside writers, under faults and kills: half an hour, as root'
	@echo 'check-powercut  pycs after a power cut, on the file systems that can be made: some minutes, as root'
	@echo 'check-debs   verify against Python, over DEBS: some (150) packages of Debian, downloaded, or files'
	@echo 'check-pairs  what verify names to fix every two faults on one source fixes them; some minutes'
	@echo 'check-debian py3compile beside the original: options, and 61 real packages by apt, in a root kept in DEBIAN'
	@echo 'check-docs   the commands of README and manuals, the packages among them; some minutes, as root'
	@echo 'check-pythons four interpreters on one system: 3.11, 3.13, 3.13t, PyPy; tests/pythons/build makes them; root'
	@echo 'check-builders  packages made twice, lint, autopkgtest, and packages of builders, in a root kept in BUILDERS'
	@echo 'check-newest the same on Debian sid, made by debootstrap in NEWEST (build/newest)'
	@echo 'check-i386   units and cases with 32 bits, in a root made by debootstrap in I386 (build/i386)'
	@echo 'check-armhf check-s390x    units under qemu: 32 bits, and big-endian'
	@echo 'bench        side by side with compileall and py3compile'
	@echo 'layers lint  which folder may include which; clang-format, cppcheck, mandoc, codespell'
	@echo 'lint-deep    shellcheck, and the analyzers of gcc and clang; some minutes'
	@echo 'install uninstall    with DESTDIR and PREFIX'
	@echo 'install-build        the parts for rpmbuild, debhelper and makepkg; -rpm, -deb, -arch: one of them'
	@echo 'install-python       the module pycsync.compileall, in PYTHONDIR'
	@echo 'arch         build/pycsync-*.pkg.tar.zst, with makepkg'
	@echo 'deb          build/pycsync_*.deb, with dpkg-buildpackage'
	@echo 'deb-src      build/pycsync_*.dsc, with dpkg-source'
	@echo 'rpm          build/pycsync-*.rpm, with rpmbuild'
	@echo 'dist clean'

.PHONY: all deps fuzz demo bench layers lint lint-deep uninstall arch deb deb-src rpm dist clean help FORCE
.PHONY: check-fast check check-installed check-units check-cases check-compileall check-canon
.PHONY: check-builders check-distro check-newest check-docs check-pythons check-debs check-pairs check-debian
.PHONY: check-asan check-ubsan check-compilers check-fuzz check-faults check-content check-powercut
.PHONY: check-i386 check-armhf check-s390x
.PHONY: install install-build install-build-rpm install-build-deb install-build-arch install-python
.SECONDARY:

-include $(shell find $(B)/hook $(B)/tests $(B)/gen -type f -name '*.d' 2>/dev/null)
