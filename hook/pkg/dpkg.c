/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/dpkg.h"

#include <string.h>

#include "base/chase.h"
#include "base/fs.h"
#include "base/listing.h"
#include "base/err.h"
#include "base/path.h"
#include "pkg/conf.h"
#include "pkg/lists.h"

/*
 * Overrides of owner and mode (dpkg-statoverride) do not matter here: a path belongs to the package
 * that has it in its list, whatever its mode.
 */

/* Values in `states`. Of a package that was removed but not purged, dpkg keeps the configuration,
 * and lists it together with every directory that was not empty: those may go. */
enum {
	REMOVED = 1,
	PRESENT = 2,
};

static const char suffix[] = ".list";
static const char removed[] = " config-files"; /* at the end of a status */

/* "name.list" or "name:arch.list" */
static size_t name_len(const char *entry)
{
	size_t len = strlen(entry) - strlen(suffix);
	const char *colon = memchr(entry, ':', len);
	return colon ? (size_t)(colon - entry) : len;
}

void pcs_dpkg_state_done(struct pcs_dpkg_state *s)
{
	pcs_map_done(&s->states);
	pcs_map_done(&s->diverted);
	free(s->diversions);
	pcs_arena_done(&s->words);
}

/* A field of a stanza, whose text begins at a line: its value, or NULL. */
static const char *field(const char *text, size_t len, const char *name, size_t *ret_len)
{
	size_t n = strlen(name);
	for (const char *at = text, *stop = text + len; at < stop;) {
		const char *end = memchr(at, '\n', (size_t)(stop - at)) ?: stop;
		if ((size_t)(end - at) > n && memcmp(at, name, n) == 0) {
			*ret_len = (size_t)(end - at) - n;
			return at + n;
		}
		at = end + 1;
	}
	return NULL;
}

static int set_state(struct pcs_dpkg_state *s, const char *key, uint32_t state, bool update)
{
	uint32_t *value = pcs_map_put(&s->states, key, state);
	if (!value)
		return -ENOMEM;
	if (update || state > *value)
		*value = state;
	return 0;
}

static int read_stanza(struct pcs_dpkg_state *s, const char *text, size_t len, bool update)
{
	PCS_BUF struct pcs_buf key = { 0 };
	size_t name_n, status_n, arch_n;
	const char *name = field(text, len, "Package: ", &name_n);
	const char *status = field(text, len, "Status: ", &status_n);
	if (!name || !status)
		return 0;
	uint32_t state = status_n > strlen(removed) && memcmp(status + status_n - strlen(removed),
							      removed, strlen(removed)) == 0 ?
				 REMOVED :
				 PRESENT;
	int r = pcs_buf_add(&key, name, name_n);
	if (r == 0)
		r = set_state(s, key.data, state, update);
	/* Most have a list without the architecture in its name. */
	const char *arch =
		state == REMOVED || update ? field(text, len, "Architecture: ", &arch_n) : NULL;
	if (r < 0 || !arch)
		return r;
	r = pcs_buf_adds(&key, ":");
	if (r == 0)
		r = pcs_buf_add(&key, arch, arch_n);
	return r < 0 ? r : set_state(s, key.data, state, update);
}

int pcs_dpkg_read_status(struct pcs_dpkg_state *s, const char *text, size_t len, bool update)
{
	int r = 0;
	if (!update && !memmem(text, len, removed, strlen(removed)))
		return 0; /* nothing but packages that are there: they need no mention */
	for (const char *at = text, *stop = text + len; at < stop && r == 0;) {
		const char *end = memmem(at, (size_t)(stop - at), "\n\n", 2) ?: stop;
		r = read_stanza(s, at, (size_t)(end - at), update);
		at = end + 2;
	}
	return r;
}

bool pcs_dpkg_is_removed(const struct pcs_dpkg_state *s, const char *entry)
{
	char *key = strndupa(entry, strlen(entry) - strlen(suffix));
	const uint32_t *state = pcs_map_get(&s->states, key);
	return state && *state == REMOVED;
}

static int add_diversion(struct pcs_dpkg_state *s, const char *const line[3], const size_t len[3])
{
	struct pcs_diversion *d = PCS_ROOM(s->diversions, s->n_diversions, s->cap_diversions);
	if (!d)
		return -ENOMEM;
	const char *from = pcs_arena_dup(&s->words, line[0], len[0]);
	d->to = pcs_arena_dup(&s->words, line[1], len[1]);
	d->package = pcs_arena_dup(&s->words, line[2], len[2]);
	if (!from || !d->to || !d->package ||
	    !pcs_map_put(&s->diverted, from, (uint32_t)s->n_diversions))
		return -ENOMEM;
	s->n_diversions++;
	return 0;
}

/* Three lines for each: the path, where it goes, and whose files stay where they are. */
int pcs_dpkg_read_diversions(struct pcs_dpkg_state *s, const char *text, size_t len)
{
	const char *line[3];
	size_t n[3], have = 0;
	int r = 0;
	for (const char *at = text, *stop = text + len; at < stop && r == 0;) {
		const char *end = memchr(at, '\n', (size_t)(stop - at));
		if (!end)
			return -EINVAL;
		line[have] = at;
		n[have++] = (size_t)(end - at);
		if (have == 3) {
			r = add_diversion(s, line, n);
			have = 0;
		}
		at = end + 1;
	}
	return r == 0 && have ? -EINVAL : r;
}

const char *pcs_dpkg_divert(const struct pcs_dpkg_state *s, const char *entry, const char *path)
{
	const uint32_t *i = pcs_map_get(&s->diverted, path);
	if (!i)
		return path;
	const struct pcs_diversion *d = &s->diversions[*i];
	size_t len = name_len(entry);
	bool own = strlen(d->package) == len && memcmp(d->package, entry, len) == 0;
	return own ? path : d->to;
}

/* dpkg itself takes a list without a newline at its end for a broken one. */
static bool is_whole(const char *text, size_t len)
{
	return text[len - 1] == '\n';
}

static int take(void *ctx, struct pcs_claims *claims, const char *entry, const char *path,
		size_t len, enum pcs_claim kind, size_t package)
{
	const struct pcs_dpkg_state *s = ctx;
	if (pcs_dpkg_is_removed(s, entry))
		kind = PCS_CLAIM_FILE;
	const char *at = pcs_dpkg_divert(s, entry, path);
	return pcs_claims_add(claims, at, at == path ? len : strlen(at), kind, package);
}

static const struct pcs_lists_format format = {
	.manager = "dpkg",
	.suffix = suffix,
	.package_len = name_len,
	.whole = is_whole,
	.take = take,
};

struct state {
	struct pcs_lists lists;
	struct pcs_buf info; /* where they are */
	struct pcs_dpkg_state dpkg;
};

static bool present(const struct pcs_root *root, const char *place)
{
	PCS_CLOSE int fd = -1;
	PCS_BUF struct pcs_buf info = { 0 };
	int r = pcs_path_join(&info, place, "info");
	if (r == 0)
		r = pcs_root_open_dir(root, info.data, info.len, &fd);
	return r != -ENOENT && r != -ENOTDIR;
}

static void say(struct pcs_buf *why, const char *place, const char *name, const char *words)
{
	pcs_buf_printf(why, "dpkg's database cannot be read: %s/%s: %s", place, name, words);
}

/* A file that need not be there. */
static int read_text(const struct pcs_question *ask, const char *name, struct pcs_buf *ret,
		     struct pcs_buf *ret_why)
{
	PCS_BUF struct pcs_buf path = { 0 };
	struct stat st;
	int r = pcs_path_join(&path, ask->place, name);
	if (r == 0)
		r = pcs_root_read(ask->root, path.data, ret, &st);
	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	if (r < 0)
		say(ret_why, ask->place, name, pcs_strerror(r));
	return r;
}

static int read_status(struct state *s, const struct pcs_question *ask, const char *name,
		       bool update, struct pcs_buf *ret_why)
{
	PCS_BUF struct pcs_buf text = { 0 };
	int r = read_text(ask, name, &text, ret_why);
	return r == 0 && text.len ? pcs_dpkg_read_status(&s->dpkg, text.data, text.len, update) : r;
}

/* While dpkg runs, what is new is in numbered files. */
static int read_updates(struct state *s, const struct pcs_question *ask, struct pcs_buf *ret_why)
{
	PCS_CLOSE int fd = -1;
	PCS_BUF struct pcs_buf dir = { 0 };
	struct pcs_listing l = { 0 };
	int r = pcs_path_join(&dir, ask->place, "updates");
	if (r == 0)
		r = pcs_root_open_dir(ask->root, dir.data, dir.len, &fd);
	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	if (r == 0)
		r = pcs_fs_list(fd, &l);
	for (size_t i = 0; i < l.n && r == 0; i++) {
		PCS_BUF struct pcs_buf path = { 0 };
		const char *name = l.entries[i].name;
		if (name[strspn(name, "0123456789")])
			continue; /* not yet whole */
		r = pcs_path_join(&path, "updates", name);
		if (r == 0)
			r = read_status(s, ask, path.data, true, ret_why);
	}
	pcs_listing_done(&l);
	return r;
}

static int read_diversions(struct state *s, const struct pcs_question *ask, struct pcs_buf *ret_why)
{
	PCS_BUF struct pcs_buf text = { 0 };
	int r = read_text(ask, "diversions", &text, ret_why);
	if (r == 0 && text.len)
		r = pcs_dpkg_read_diversions(&s->dpkg, text.data, text.len);
	if (r == -EINVAL && !ret_why->len)
		say(ret_why, ask->place, "diversions", "it is not whole");
	return r;
}

/* Format 1 came with lists of several architectures, 0 was before; an unknown one is not guessed.
 */
static int check_format(const struct pcs_question *ask, struct pcs_buf *ret_why)
{
	PCS_BUF struct pcs_buf text = { 0 };
	int r = read_text(ask, "info/format", &text, ret_why);
	if (r < 0 || !text.len || strcmp(text.data, "0\n") == 0 || strcmp(text.data, "1\n") == 0)
		return r;
	say(ret_why, ask->place, "info/format", "the format is not known");
	return -EINVAL;
}

/* What is diverted to a place where bytecode would be is some package's, whoever's. */
static int claim_diverted(const struct pcs_dpkg_state *s, struct pcs_claims *claims)
{
	int r = 0;
	for (size_t i = 0; i < s->n_diversions && r == 0; i++) {
		const struct pcs_diversion *d = &s->diversions[i];
		if (!pcs_ends_with(d->to, ".pyc"))
			continue;
		ssize_t package = pcs_claims_package(claims, d->package, strlen(d->package));
		r = package < 0 ? (int)package :
				  pcs_claims_add(claims, d->to, strlen(d->to), PCS_CLAIM_FILE,
						 (size_t)package);
	}
	return r;
}

static int begin(struct state *s, const struct pcs_question *ask, struct pcs_claims *claims,
		 struct pcs_buf *ret_why)
{
	int r = pcs_path_join(&s->info, ask->place, "info");
	s->lists.format = &format;
	s->lists.dir = s->info.data;
	s->lists.ctx = &s->dpkg;
	if (r == 0)
		r = check_format(ask, ret_why);
	if (r == 0)
		r = read_status(s, ask, "status", false, ret_why);
	if (r == 0)
		r = read_updates(s, ask, ret_why);
	if (r == 0)
		r = read_diversions(s, ask, ret_why);
	return r < 0 ? r : claim_diverted(&s->dpkg, claims);
}

static int learn(void **state, const struct pcs_question *ask, struct pcs_claims *claims,
		 struct pcs_buf *ret_why)
{
	struct state *s = *state;
	int r = 0;
	if (!s) {
		*state = s = calloc(1, sizeof(*s));
		r = s ? begin(s, ask, claims, ret_why) : -ENOMEM;
	}
	return r < 0 ? r : pcs_lists_learn(&s->lists, ask, claims, ret_why);
}

static int files(const struct pcs_root *root, const char *place, const char *package,
		 const struct pcs_path_sink *to, struct pcs_buf *ret_why)
{
	PCS_BUF struct pcs_buf info = { 0 };
	if (pcs_path_join(&info, place, "info") < 0)
		return -ENOMEM;
	const struct pcs_lists l = { .format = &format, .dir = info.data };
	return pcs_lists_files(&l, root, package, to, ret_why);
}

/* As dpkg chooses them. */
static bool is_conf(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-";
	return name[strspn(name, letters)] == '\0';
}

/* The option is written as on the command line, without its dashes. */
static int configured(const struct pcs_root *root, struct pcs_buf *ret, struct pcs_buf *ret_why)
{
	static const struct pcs_conf_dir dir = { "/etc/dpkg/dpkg.cfg.d", is_conf };
	int r = pcs_conf_files(root, &dir, "admindir", ret, ret_why);
	return r < 0 ? r : pcs_conf_file(root, "/etc/dpkg/dpkg.cfg", "admindir", ret, ret_why);
}

static void done(void *state)
{
	struct state *s = state;
	if (s) {
		pcs_lists_done(&s->lists);
		pcs_buf_done(&s->info);
		pcs_dpkg_state_done(&s->dpkg);
	}
	free(s);
}

/* As triggers/dpkg/triggers.in has them. */
static bool has_name(const char *path)
{
	enum { FIRST = 8, FIRST_FREE_THREADED = 13, LAST = 19 };
	static const char own[] = "/usr/lib/python3.";
	if (strncmp(path, own, sizeof(own) - 1) != 0)
		return pcs_path_within(path, "/usr/lib/python3/dist-packages");
	char *end;
	long minor = strtol(path + sizeof(own) - 1, &end, 10);
	bool free_threaded = *end == 't';
	end += free_threaded;
	return minor >= (free_threaded ? FIRST_FREE_THREADED : FIRST) && minor <= LAST &&
	       (*end == '\0' || *end == '/');
}

const struct pcs_manager pcs_dpkg = {
	.name = "dpkg",
	.triggers = { { "dpkg", PCS_TRIGGER_ROOTS | PCS_TRIGGER_NAMES | PCS_TRIGGER_NO_FAULT } },
	.wide = { "/usr", "/opt", "/srv" },
	.has_name = has_name,
	.archives = { ".deb", ".udeb" },
	.temporaries = { ".dpkg-new", ".dpkg-tmp", ".dpkg-dist" },
	.places = { "/var/lib/dpkg" },
	.configured = configured,
	.variable = "DPKG_ADMINDIR",
	.present = present,
	.learn = learn,
	.done = done,
	.files = files,
};
