/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/extra.h"

#include <string.h>

#include "base/chase.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/path.h"
#include "base/root.h"
#include "pyc/leak.h"
#include "pyc/peek.h"
#include "tree/site.h"
#include "tree/staged.h"
#include "tree/visit.h"
#include "workers/interp.h"

static const char DAMAGED[] = "it has no source, and is damaged";
static const char LEAKS[] = "it has no source, and the path of DESTDIR in it";

bool pcs_extra_is_pyc(const char *name)
{
	if (pcs_ends_with(name, ".pyc"))
		return true;
	/* The importer appends a number (importlib's _write_atomic). */
	const char *dot = strrchr(name, '.');
	return dot && dot - name > 4 && memcmp(dot - 4, ".pyc", 4) == 0 && dot[1] &&
	       dot[1 + strspn(dot + 1, "0123456789")] == '\0';
}

/* Why a file that is called a pyc cannot be taken for one; 0 where it can, or is not there. */
static int refuse(int fd, const char *name, const char *shown, struct pcs_buf *words)
{
	uint8_t head[PCS_PYC_HEADER];
	struct stat st;
	ssize_t n = pcs_fs_peek(fd, name, head, sizeof(head), &st);
	if (n == -ENOENT)
		return 0;
	const bool special = n == -EINVAL || n == -ELOOP || n == -ENXIO || n == -EISDIR;
	if (n >= 0 && pcs_pyc_looks_like_one(head, (size_t)n))
		return 0;
	int r = pcs_buf_printf(words, "%s%s; it is left alone", shown,
			       special ? "not a regular file" :
			       n < 0   ? pcs_strerror((int)n) :
					 pcs_reason_text(PCS_WHY_NO_PYC_FILE));
	return r < 0 ? r : special ? PCS_WHY_NO_FILE : n < 0 ? PCS_WHY_FAILED : PCS_WHY_NO_PYC_FILE;
}

int pcs_extra_look(struct pcs_visit *v, const char *name, struct pcs_buf *words)
{
	PCS_BUF struct pcs_buf shown = { 0 };
	int r = pcs_buf_printf(&shown, "%s/%s: ", PCS_CACHE_DIR, name);
	if (r == 0)
		r = pcs_dir_act_in_cache(&v->scan.dir);
	if (r == 0)
		r = refuse(v->scan.dir.cache_fd, name, shown.data, words);
	return r ? r : PCS_WHY_EXTRA;
}

/* The interpreter that takes the pyc, or NULL where there are some and none does. */
static const struct pcs_interp *taker(const struct pcs_visit *v, uint32_t magic,
				      const struct pcs_want *wants, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (wants[i].interp != PCS_NO_INTERP && wants[i].magic == magic)
			return &v->site->interps->list[wants[i].interp];
	return NULL;
}

/* What is wrong with the body, or NULL. `path` is that of the source, if it were there: what was
 * compiled in the root records it with a directory of the host in front. */
static const char *fault_of_body(const struct pcs_buf *pyc, unsigned minor, const char *path)
{
	struct pcs_peek peek = { 0 };
	const char *fault = NULL;
	size_t len = strlen(path);
	enum pcs_body body =
		pcs_peek_body(&peek, minor, pyc->data + PCS_PYC_HEADER, pyc->len - PCS_PYC_HEADER);
	if (body != PCS_BODY_WHOLE && body != PCS_BODY_UNKNOWN)
		fault = DAMAGED;
	else if (body == PCS_BODY_WHOLE && peek.filename_len > len &&
		 memcmp(peek.filename + peek.filename_len - len, path, len) == 0)
		fault = LEAKS;
	pcs_peek_done(&peek);
	return fault;
}

/* What the importer does not take, or what shows where the package was built; or NULL. */
static const char *fault_of(const struct pcs_visit *v, const struct pcs_buf *pyc, const char *path,
			    const struct pcs_want *wants, size_t n)
{
	const char *host = v->site->staged->host, *fault;
	struct pcs_pyc_header h;
	if (!pcs_pyc_header_get((const uint8_t *)pyc->data, pyc->len, &h))
		return DAMAGED;
	const struct pcs_interp *in = taker(v, h.magic, wants, n);
	if (!in && n && wants[0].interp != PCS_NO_INTERP)
		return "it has no source, and no interpreter that the policy has for it takes it";
	fault = in ? fault_of_body(pyc, in->minor, path) : NULL;
	if (!fault && pcs_pyc_shows_dir(pyc, host, path))
		fault = LEAKS;
	return fault;
}

/* Whether a package that has no source takes the place of the module beside it. 1, 0 or -errno. */
static int takes_place(const struct pcs_visit *v, const char *name)
{
	PCS_BUF struct pcs_buf module = { 0 };
	struct stat st;
	if (strcmp(name, "__init__.pyc") != 0 || strcmp(v->path, "/") == 0)
		return 0;
	int r = pcs_buf_printf(&module, "%s.py", v->path);
	if (r == 0)
		r = pcs_root_stat(v->site->root, module.data, &st);
	return r == 0 ? 1 : pcs_is_absence(r) ? 0 : r;
}

/* What is wrong with a pyc that has no source, or NULL. */
static const char *judge_sourceless(struct pcs_visit *v, const char *name, const char *path,
				    const struct pcs_want *wants, size_t n)
{
	PCS_BUF struct pcs_buf pyc = { 0 };
	struct stat st;
	int r = takes_place(v, name);
	if (r > 0)
		return "it is imported in the place of the module that has its directory's name";
	if (r == 0)
		r = pcs_dir_act(&v->scan.dir); /* a path of the root may have come between */
	if (r == 0)
		r = pcs_fs_read(v->scan.dir.fd, name, PCS_SOURCE_MAX, &pyc, &st);
	return r < 0 ? pcs_strerror(r) : fault_of(v, &pyc, path, wants, n);
}

int pcs_extra_look_beside(struct pcs_visit *v, const char *name, struct pcs_settings *settings,
			  struct pcs_buf *words)
{
	struct pcs_want wants[PCS_INTERPS_MAX] = { 0 };
	PCS_BUF struct pcs_buf path = { 0 };
	const struct pcs_source_facts none = { 0 };
	struct stat st;
	bool no_interp;
	char *source = strndupa(name, strlen(name) - strlen("c"));
	int r = pcs_path_join(&path, v->path, source);
	if (r < 0)
		return r;
	r = pcs_visit_wants(v, source, &none, wants, &no_interp);
	if (r < 0)
		return r;
	size_t n = (size_t)r;
	*settings = wants[0].settings;
	if (!settings->compile)
		return 0;
	r = pcs_dir_act(&v->scan.dir);
	if (r == 0)
		r = refuse(v->scan.dir.fd, name, "", words);
	if (r)
		return r < 0 ? r : PCS_WHY_LEGACY;
	r = pcs_fs_lstat(v->scan.dir.fd, source, &st);
	if (r == 0)
		return PCS_WHY_BESIDE;
	const char *fault = pcs_is_absence(r) ? judge_sourceless(v, name, path.data, wants, n) :
						pcs_strerror(r);
	r = fault ? pcs_buf_adds(words, fault) : 0;
	return r < 0 ? r : fault ? PCS_WHY_LEGACY : 0;
}
