/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/debian.h"

#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/chase.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/listing.h"
#include "base/log.h"
#include "base/path.h"
#include "base/root.h"
#include "debian/excludes.h"
#include "debian/maintscript.h"
#include "debian/modules.h"
#include "debian/versions.h"
#include "pkg/dpkg.h"
#include "pkg/places.h"

#define SHARE "/usr/share/python3"

/* ---- versions ---- */

bool pcs_debian_has_python(unsigned version)
{
	char path[64];
	snprintf(path, sizeof(path), "/usr/bin/python%u.%u", pcs_deb_major(version),
		 pcs_deb_minor(version));
	return access(path, F_OK) == 0;
}

/* A value of the environment, or else of the file. malloc'ed; NULL where there is none. */
static char *value_of(const char *variable, const char *text, const char *key)
{
	const char *set = getenv(variable);
	if (set && *set)
		return strdup(set);
	size_t len = 0;
	const char *value = text ? pcs_deb_default(text, key, &len) : NULL;
	return value ? strndup(value, len) : NULL;
}

/* Whether it is installed in the root. */
static bool has_python(const struct pcs_root *root, uint32_t version)
{
	char path[64];
	struct stat st;
	snprintf(path, sizeof(path), "/usr/bin/python%u.%u", pcs_deb_major(version),
		 pcs_deb_minor(version));
	return pcs_root_stat(root, path, &st) == 0;
}

int pcs_debian_versions(const struct pcs_root *root, struct pcs_debian *d)
{
	PCS_BUF struct pcs_buf text = { 0 };
	struct stat st;
	int r = pcs_root_read(root, SHARE "/debian_defaults", &text, &st);
	if (r == 0)
		r = pcs_buf_add(&text, "", 1);
	PCS_FREE char *supported =
		value_of("DEBPYTHON3_SUPPORTED", text.data, "supported-versions");
	PCS_FREE char *standard = value_of("DEBPYTHON3_DEFAULT", text.data, "default-version");
	if (!supported || !standard)
		return r < 0 ? r : -EINVAL;
	r = pcs_deb_read_versions(&d->versions, supported, standard);
	for (size_t i = 0; i < d->versions.n && r == 0; i++)
		if (has_python(root, d->versions.list[i]))
			d->versions.installed |= UINT32_C(1) << i;
	return r;
}

/* ---- exclusions ---- */

static int read_patterns(struct pcs_debian *d, const char *name, const char *text)
{
	unsigned number = 0;
	for (const char *line = text; line && *line;) {
		PCS_BUF struct pcs_buf why = { 0 };
		const char *end = strchrnul(line, '\n');
		number++;
		int r = pcs_deb_excludes_add_line(&d->excludes, &d->versions, line,
						  (size_t)(end - line), &why);
		if (r == -ENOMEM)
			return r;
		if (r < 0)
			pcs_warning(SHARE "/bcep/%s:%u: skipped: %s", name, number,
				    why.data ? why.data : "");
		line = *end ? end + 1 : end;
	}
	return 0;
}

static int read_excludes(int dir, struct pcs_debian *d)
{
	enum { FILE_MAX = 1 << 20 };
	struct pcs_listing l = { 0 };
	int r = pcs_fs_list(dir, &l);
	for (size_t i = 0; i < l.n && r == 0; i++) {
		PCS_BUF struct pcs_buf text = { 0 };
		struct stat st;
		const char *name = l.entries[i].name;
		if (name[0] == '.')
			continue;
		r = pcs_fs_read(dir, name, FILE_MAX, &text, &st);
		if (r == 0)
			r = pcs_buf_add(&text, "", 1);
		if (r == 0)
			r = read_patterns(d, name, text.data);
		else if (r != -ENOMEM)
			pcs_warning(SHARE "/bcep/%s: skipped: %s", name, pcs_strerror(r));
		r = r == -ENOMEM ? r : 0;
	}
	pcs_listing_done(&l);
	return r;
}

int pcs_debian_excludes(const struct pcs_root *root, struct pcs_debian *d)
{
	static const char path[] = SHARE "/bcep";
	PCS_CLOSE int dir = -1;
	int r = pcs_root_open_dir(root, path, strlen(path), &dir);
	if (r == 0)
		r = read_excludes(dir, d);
	if (r < 0 && r != -ENOMEM && !pcs_is_absence(r))
		pcs_warning("%s: skipped: %s", path, pcs_strerror(r));
	return r == -ENOMEM ? r : 0;
}

int pcs_debian_rules(const struct pcs_root *root, struct pcs_debian *d)
{
	struct stat st;
	if (pcs_root_stat(root, SHARE "/bcep", &st) < 0)
		return 0;
	int r = pcs_debian_versions(root, d);
	if (r == 0)
		r = pcs_debian_excludes(root, d);
	return r == -ENOMEM ? r : d->excludes.n > 0;
}

bool pcs_debian_is_excluded(const void *rules, const char *path, const char *version)
{
	const struct pcs_debian *d = rules;
	size_t len;
	uint32_t number = pcs_deb_parse_version(version, &len);
	uint32_t set = number && !version[len] ? pcs_deb_find(&d->versions, number) : 0;
	return set && pcs_deb_excluded(&d->excludes, "/", path, set) > 0;
}

bool pcs_debian_may_exclude(const void *rules, const char *dir)
{
	const struct pcs_debian *d = rules;
	return pcs_deb_may_exclude(&d->excludes, dir);
}

void pcs_debian_done(struct pcs_debian *d)
{
	pcs_deb_excludes_done(&d->excludes);
}

/* ---- sources ---- */

static int tell_source(void *ctx, const char *path)
{
	const struct pcs_deb_sink *to = ctx;
	return pcs_deb_is_source(path) ? to->each(to->ctx, path) : 0;
}

static int read_package(const struct pcs_root *root, const char *name,
			const struct pcs_deb_sink *to, int *ret_known, struct pcs_buf *ret_why)
{
	struct pcs_deb_sink copy = *to;
	const struct pcs_path_sink sink = { .each = tell_source, .ctx = &copy };
	PCS_CLEANUP(pcs_places_done) struct pcs_places places = { 0 };
	int r = pcs_places_find(root, &pcs_dpkg, getenv(pcs_dpkg.variable), &places, ret_why);
	for (size_t i = 0; i < places.n && r >= 0 && !*ret_known; i++) {
		r = pcs_dpkg.files(root, places.list[i].dir, name, &sink, ret_why);
		*ret_known = r > 0;
	}
	return r < 0 ? r : 0;
}

int pcs_debian_package(const char *name, const struct pcs_deb_sink *to)
{
	PCS_BUF struct pcs_buf why = { 0 };
	PCS_FREE char *plain = strndup(name, strcspn(name, ":"));
	struct pcs_root root;
	int known = 0;
	int r = plain ? pcs_root_open("/", &root) : -ENOMEM;
	if (r == 0) {
		r = read_package(&root, name, to, &known, &why);
		/* Only where several architectures can be installed, a list's name tells which. */
		if (r == 0 && !known && strcmp(plain, name) != 0)
			r = read_package(&root, plain, to, &known, &why);
		pcs_root_done(&root);
	}
	if (r == 0 && known)
		return 0;
	if (r == -ENOMEM)
		return r;
	return pcs_fail(-PCS_EUSAGE, "package %s: %s", name,
			why.data ? why.data :
			r < 0    ? pcs_strerror(r) :
				   "dpkg does not know it");
}

/* A link counts as what it leads to; one that leads nowhere is a file. */
static bool is_file(const FTSENT *e)
{
	struct stat st;
	if (e->fts_info == FTS_SL || e->fts_info == FTS_SLNONE)
		return stat(e->fts_path, &st) < 0 || !S_ISDIR(st.st_mode);
	return e->fts_info == FTS_F || e->fts_info == FTS_DEFAULT;
}

static int walk(char *top, const struct pcs_deb_sink *to)
{
	char *const tops[] = { top, NULL };
	int r = 0;
	FTS *fts = fts_open(tops, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
	if (!fts)
		return -errno;
	for (FTSENT *e; r == 0 && (e = fts_read(fts));)
		if (e->fts_level > 0 && pcs_deb_is_source(e->fts_name) && is_file(e))
			r = to->each(to->ctx, e->fts_path);
	fts_close(fts);
	return r;
}

int pcs_debian_path(const char *path, const struct pcs_deb_sink *to)
{
	PCS_BUF struct pcs_buf full = { 0 };
	char cwd[PATH_MAX];
	struct stat st;
	if (!getcwd(cwd, sizeof(cwd)))
		return -errno;
	int r = pcs_path_normalize(*path ? path : ".", strlen(*path ? path : "."), cwd, &full);
	if (r < 0)
		return r;
	if (pcs_deb_is_source(path) && stat(full.data, &st) == 0 && S_ISREG(st.st_mode))
		return to->each(to->ctx, full.data);
	return walk(full.data, to);
}

/* ---- scripts ---- */

/* The command line of who runs us; appended. 0 or -errno. */
static int read_caller(struct pcs_buf *ret)
{
	enum { MAX = 4096 };
	char path[32];
	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)getppid());
	PCS_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	int r = fd < 0 ? -errno : pcs_buf_reserve(ret, MAX);
	ssize_t n = r == 0 ? read(fd, ret->data, MAX) : 0;
	ret->len = n > 0 ? (size_t)n : 0;
	return r < 0 ? r : n < 0 ? -errno : 0;
}

bool pcs_debian_upgrades(const char *package)
{
	PCS_BUF struct pcs_buf caller = { 0 };
	PCS_BUF struct pcs_buf trigger = { 0 };
	const char *name = getenv("DPKG_MAINTSCRIPT_NAME"), *admin = getenv(pcs_dpkg.variable);
	if (!name || strcmp(name, "prerm") != 0 || read_caller(&caller) < 0 ||
	    !pcs_deb_is_upgrade(caller.data, caller.len, package))
		return false;
	return pcs_path_join(&trigger, admin ? admin : pcs_dpkg.places[0],
			     "info/pycsync.triggers") == 0 &&
	       access(trigger.data, F_OK) == 0;
}
