/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/lists.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <time.h>

#include "base/chase.h"
#include "base/listing.h"
#include "base/fs.h"
#include "base/err.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/time.h"
#include "pkg/memo.h"
#include "pyc/name.h"

enum {
	WINDOW = 128 << 10,  /* holds nearly every list, and stays in the processor's cache */
	KEPT_MAX = 64 << 20, /* of a list that is kept as a whole: a million paths */
	/* A question costs a pass through all lists. So the first pass is for the directory
	 * asked about and what is below it, a few more are for whole trees
	 * ("/usr/lib/python3.11"), and then everything is kept. */
	NARROW_READS = 1,
	TREE_READS = 5,
	TREE_DEPTH = 3,
};

/* What one pass through the lists looks for: claims, or all paths of one package. */
struct pass {
	const struct pcs_lists_format *format;
	const char *dir;
	void *ctx;
	const char *package; /* or NULL */
	const struct pcs_path_sink *to;
	int known;             /* 1: there is such a package */
	bool bytecode, unsure; /* a list names some; one is not there that should be */
	struct pcs_claims *claims;
	const char *names[PCS_NAMES_MAX]; /* of the scope; one empty name: everything */
	size_t n_names;
	const char *needles[PCS_NAMES_MAX]; /* one of them is in each line that is wanted */
	size_t n_needles;
	struct pcs_buf text, file, path;
	const char *entry; /* the list that is read */
	ssize_t owner;     /* its package among the claims; -1: not there yet */
};

static void pass_done(struct pass *p)
{
	pcs_buf_done(&p->text);
	pcs_buf_done(&p->file);
	pcs_buf_done(&p->path);
}

void pcs_lists_done(struct pcs_lists *l)
{
	pcs_buf_done(&l->scopes);
}

/* Read on behind what `ret` holds, though a file system may give less at a time. 1, 0 at the end,
 * -EINVAL when this is not a file, -PCS_ESIGNAL, or another -errno. */
static int read_window(int fd, struct pcs_buf *ret)
{
	const size_t start = ret->len;
	struct stat st;
	ssize_t n;
	int r = pcs_buf_reserve(ret, WINDOW);
	if (r < 0)
		return r;
	do {
		if (pcs_signal_seen())
			return -PCS_ESIGNAL;
		n = read(fd, ret->data + ret->len, start + WINDOW - ret->len);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			ret->len += (size_t)n;
		if (ret->len - start == WINDOW)
			return 1;
	} while (n != 0);
	return ret->len == 0 && fstat(fd, &st) == 0 && !S_ISREG(st.st_mode) ? -EINVAL : 0;
}

static bool is_asked(const struct pass *p, const char *path, size_t len)
{
	for (size_t i = 0; i < p->n_names; i++) {
		size_t n = strlen(p->names[i]);
		if (len >= n && memcmp(path, p->names[i], n) == 0 && (len == n || path[n] == '/'))
			return true;
	}
	return false;
}

static int take_line(struct pass *p, const char *line, size_t len)
{
	const struct pcs_lists_format *f = p->format;
	enum pcs_claim kind = PCS_CLAIM_ANY;
	if (len >= PATH_MAX) /* no file has such a path */
		return 0;
	p->path.len = 0;
	int r = f->relative ? pcs_buf_adds(&p->path, "/") : 0;
	if (f->relative)
		kind = len && line[len - 1] == '/' ? PCS_CLAIM_DIR : PCS_CLAIM_FILE;
	if (r == 0)
		r = pcs_buf_add(&p->path, line, len - (kind == PCS_CLAIM_DIR));
	if (r == 0 && p->package)
		return p->to->each(p->to->ctx, p->path.data);
	if (r < 0 || !is_asked(p, p->path.data, p->path.len))
		return r;
	if (p->owner < 0)
		p->owner = pcs_claims_package(p->claims, p->entry, f->package_len(p->entry));
	if (p->owner < 0)
		return (int)p->owner;
	size_t owner = (size_t)p->owner;
	if (!f->take)
		return pcs_claims_add(p->claims, p->path.data, p->path.len, kind, owner);
	return f->take(p->ctx, p->claims, p->entry, p->path.data, p->path.len, kind, owner);
}

/* As memmem(), for needles that most texts do not have: as all of every list is looked at, their
 * last letters are looked for first, in such a way that the compiler takes many bytes at once. */
static const char *search(const char *text, size_t len, const char *needle)
{
	enum { BLOCK = 256, LAST = 3 };
	size_t n = strlen(needle), at = 0;
	if (n < LAST)
		return memmem(text, len, needle, n);
	const char a = needle[n - 3], b = needle[n - 2], c = needle[n - 1];
	for (; len - at >= BLOCK + n; at += BLOCK) {
		const char *p = text + at + n - LAST;
		unsigned char hit = 0;
		for (size_t i = 0; i < BLOCK; i++)
			hit |= (p[i] == a) & (p[i + 1] == b) & (p[i + 2] == c);
		const char *found = hit ? memmem(text + at, BLOCK + n - 1, needle, n) : NULL;
		if (found)
			return found;
	}
	return memmem(text + at, len - at, needle, n);
}

/* Every line of the text that the needle is in. */
static int take_lines(struct pass *p, const char *text, size_t len, const char *needle)
{
	int r = 0;
	for (const char *at = text, *stop = text + len; at < stop && r == 0;) {
		const char *hit = search(at, (size_t)(stop - at), needle);
		if (!hit)
			break;
		const char *before = memrchr(at, '\n', (size_t)(hit - at));
		const char *line = before ? before + 1 : at;
		const char *end = memchr(hit, '\n', (size_t)(stop - hit)) ?: stop;
		if (end > line)
			r = take_line(p, line, (size_t)(end - line));
		at = end + 1;
	}
	return r;
}

/* By its name, or by that and the architecture. */
static bool is_named(const struct pcs_lists_format *f, const char *entry, const char *package)
{
	size_t n = f->package_len(entry), len = strlen(package);
	size_t full = strlen(entry) - strlen(f->suffix);
	return strncmp(entry, package, len) == 0 && (len == n || (len == full && entry[n] == ':'));
}

static int take_text(struct pass *p, const char *text, size_t len)
{
	int r = 0;
	p->bytecode = p->bytecode || search(text, len, ".pyc");
	for (size_t i = 0; i < p->n_needles && r == 0; i++) {
		const char *paths = text;
		size_t n = len;
		if (p->format->narrow && search(text, len, p->needles[i]))
			p->format->narrow(&paths, &n);
		r = take_lines(p, paths, n, p->needles[i]);
	}
	return r;
}

/* Length of those lines that are there as a whole. */
static size_t lines_len(const struct pcs_buf *text)
{
	const char *end = memrchr(text->data, '\n', text->len);
	return end ? (size_t)(end - text->data) + 1 : 0;
}

/*
 * Leave what is behind the first `len` bytes for the next window. That is part of a line; where
 * this is too long for a path, however it goes on, what tells so is enough of it: else a list
 * without lines would be kept as a whole, and searched anew with each window.
 */
static void keep_rest(struct pcs_buf *text, size_t len)
{
	size_t rest = text->len - len;
	text->len = len + (rest < PATH_MAX ? rest : PATH_MAX);
	pcs_buf_consume(text, len);
}

/* Lists of tens of thousands of lines are taken a window at a time: there, lines need no others. */
static int take_file(struct pass *p, int fd)
{
	const struct pcs_lists_format *f = p->format;
	size_t total = 0;
	int more;
	p->text.len = 0;
	do {
		size_t kept = p->text.len;
		more = read_window(fd, &p->text);
		if (more < 0)
			return more;
		total += p->text.len - kept;
		if (total > (f->narrow ? KEPT_MAX : PCS_SOURCE_MAX))
			return -EFBIG;
		if (!more && p->text.len && !f->whole(p->text.data, p->text.len))
			return -ENODATA;
		if (more && f->narrow)
			continue;
		size_t len = more ? lines_len(&p->text) : p->text.len;
		int r = take_text(p, p->text.data, len);
		if (r < 0)
			return r;
		keep_rest(&p->text, len);
	} while (more);
	return 0;
}

static int take_list(struct pass *p, int dirfd, const char *entry)
{
	const struct pcs_lists_format *f = p->format;
	if (!pcs_ends_with(entry, f->suffix) || (p->package && !is_named(f, entry, p->package)))
		return 0;
	p->entry = entry;
	p->owner = -1;
	p->file.len = 0;
	int r = pcs_buf_adds(&p->file, entry);
	if (r == 0 && f->inside)
		r = pcs_buf_printf(&p->file, "/%s", f->inside);
	if (r < 0)
		return r;
	PCS_CLOSE int fd = openat(dirfd, p->file.data,
				  O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) { /* no package, or gone meanwhile */
		p->unsure |= errno == ENOENT;
		return 0;
	}
	if (fd < 0)
		return -errno;
	p->known = 1;
	return take_file(p, fd);
}

/* Whether a directory has been as it is for so long that its next change will show in its times. */
static bool is_settled(const struct stat *st)
{
	enum { SLACK_SECONDS = 2 }; /* the coarsest times that a file system has */
	struct timespec since;
	clock_gettime(CLOCK_REALTIME, &since);
	since.tv_sec -= SLACK_SECONDS;
	return pcs_time_earlier(&st->st_ctim, &since) && pcs_time_earlier(&st->st_mtim, &since);
}

static int stat_lists(const struct pcs_lists *l, const struct pcs_root *root, struct stat *ret)
{
	PCS_CLOSE int fd = -1;
	int r = pcs_root_open_dir(root, l->dir, strlen(l->dir), &fd);
	return r < 0 ? r : pcs_fs_stat(fd, ret);
}

static int take_all(struct pass *p, const struct pcs_root *root, struct pcs_buf *ret_why)
{
	const struct pcs_lists_format *f = p->format;
	PCS_CLOSE int fd = -1;
	struct pcs_listing l = { 0 };
	const char *at = "";
	int r = pcs_root_open_dir(root, p->dir, strlen(p->dir), &fd);
	if (r == 0)
		r = pcs_fs_list(fd, &l);
	for (size_t i = 0; i < l.n && r == 0; i++) {
		at = l.entries[i].name;
		r = take_list(p, fd, at);
	}
	if (r < 0)
		pcs_buf_printf(ret_why, "%s's database cannot be read: %s%s%s: %s", f->manager,
			       p->dir, *at ? "/" : "", at,
			       r == -ENODATA ? "it is not whole" : pcs_strerror(r));
	pcs_listing_done(&l);
	return r;
}

/* Length of what all names end in, from a slash on; all of a single name. */
static size_t common_tail(const struct pass *p)
{
	const char *first = p->names[0];
	size_t n = strlen(first);
	if (p->n_names == 1)
		return n;
	for (size_t i = 1; i < p->n_names; i++) {
		size_t k = 0, len = strlen(p->names[i]);
		while (k < n && k < len && first[strlen(first) - 1 - k] == p->names[i][len - 1 - k])
			k++;
		n = k;
	}
	const char *tail = memchr(first + strlen(first) - n, '/', n);
	return tail ? strlen(tail) : 0;
}

/* The names of a directory mostly end alike ("/lib/python3" and "/usr/lib/python3"): then a list is
 * searched once for them all. */
static void choose_needles(struct pass *p)
{
	size_t tail = common_tail(p);
	p->n_needles = tail ? 1 : p->n_names;
	for (size_t i = 0; i < p->n_needles; i++) {
		p->needles[i] = p->names[i];
		if (tail)
			p->needles[i] += strlen(p->names[i]) - tail;
		if (p->format->relative && *p->needles[i] == '/')
			p->needles[i]++; /* a line may begin there */
	}
}

static bool is_same_state(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       pcs_time_same(&a->st_mtim, &b->st_mtim) && pcs_time_same(&a->st_ctim, &b->st_ctim);
}

static int read_scope(struct pcs_lists *l, const struct pcs_question *ask, const char *scope,
		      struct pcs_claims *claims, struct pcs_buf *ret_why)
{
	PCS_BUF struct pcs_buf names = { 0 };
	struct pass p = { .format = l->format, .dir = l->dir, .ctx = l->ctx, .claims = claims };
	int r = pcs_claims_names(claims, scope, &names);
	if (r <= 0)
		return r;
	p.n_names = (size_t)r;
	for (size_t i = 0, at = 0; i < p.n_names; i++, at += strlen(names.data + at) + 1)
		p.names[i] = names.data + at;
	choose_needles(&p);
	struct stat before, after;
	bool settled = stat_lists(l, ask->root, &before) == 0 && is_settled(&before);
	r = take_all(&p, ask->root, ret_why);
	pass_done(&p);
	l->barren = r == 0 && !p.bytecode && !p.unsure;
	if (l->barren && ask->memo && settled && stat_lists(l, ask->root, &after) == 0 &&
	    is_same_state(&before, &after))
		ask->memo->note_barren(ask->memo->ctx, l->dir, &before);
	return r;
}

/* Whether nothing that a list may have answers the question. Asking costs two system calls. */
static bool is_barren(struct pcs_lists *l, const struct pcs_question *ask)
{
	struct stat st;
	if (ask->kind != PCS_ASK_BYTECODE)
		return false;
	if (!l->barren && !l->memo_asked && ask->memo && stat_lists(l, ask->root, &st) == 0)
		l->barren = ask->memo->is_barren(ask->memo->ctx, l->dir, &st);
	l->memo_asked = true;
	return l->barren;
}

static bool is_known(const struct pcs_lists *l, const char *dir)
{
	for (size_t at = 0; at < l->scopes.len; at += strlen(l->scopes.data + at) + 1)
		if (pcs_path_within(dir, l->scopes.data + at))
			return true;
	return l->all;
}

static size_t scope_len(const struct pcs_lists *l, const char *dir)
{
	static const char cache[] = "/" PCS_CACHE_DIR;
	if (l->reads >= TREE_READS)
		return 0;
	if (l->reads < NARROW_READS)
		return strlen(dir) - (pcs_ends_with(dir, cache) ? strlen(cache) : 0);
	const char *end = dir;
	for (int depth = 0; depth < TREE_DEPTH && *end; depth++)
		end += 1 + strcspn(end + 1, "/");
	return (size_t)(end - dir);
}

int pcs_lists_learn(struct pcs_lists *l, const struct pcs_question *ask, struct pcs_claims *claims,
		    struct pcs_buf *ret_why)
{
	if (claims->sources && !l->files) { /* what was read before was read without them */
		l->scopes.len = 0;
		l->all = false;
		l->files = true;
		l->reads = l->reads ? NARROW_READS : 0;
	}
	if (is_known(l, ask->dir) || is_barren(l, ask))
		return 0;
	PCS_FREE char *scope = strndup(ask->dir, scope_len(l, ask->dir));
	if (!scope)
		return -ENOMEM;
	int r = read_scope(l, ask, scope, claims, ret_why);
	if (r < 0)
		return r;
	l->reads++;
	l->all |= !*scope;
	return pcs_buf_add(&l->scopes, scope, strlen(scope) + 1);
}

int pcs_lists_files(const struct pcs_lists *l, const struct pcs_root *root, const char *package,
		    const struct pcs_path_sink *to, struct pcs_buf *ret_why)
{
	struct pass p = { .format = l->format,
			  .dir = l->dir,
			  .package = package,
			  .to = to,
			  .needles = { "" },
			  .n_needles = 1 };
	int r = take_all(&p, root, ret_why);
	pass_done(&p);
	return r < 0 ? r : p.known;
}
