/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pkg/owner.h"

#include <dirent.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/chase.h"
#include "base/err.h"
#include "base/root.h"
#include "base/listing.h"
#include "base/fs.h"
#include "base/path.h"
#include "base/thread.h"
#include "pkg/manager.h"
#include "pkg/memo.h"
#include "pkg/places.h"

struct pcs_owner {
	const struct pcs_root *root;
	const struct pcs_manager *const *managers;
	const struct pcs_manager *teller; /* who told where its database is: in `told` */
	struct pcs_buf told;
	struct pcs_memo memo; /* all NULL: nothing is remembered */
	struct pcs_places places;
	struct pcs_claims claims, released;
	bool begun;
	bool failed;               /* a question had no answer */
	struct pcs_buf why, stray; /* why nobody knows: anything; of the source that is named */
	pthread_mutex_t lock;      /* several threads plan */
	pthread_t ahead;
	char *ahead_dir; /* what `ahead` reads, or NULL: it does not run */
};

int pcs_owner_new(const struct pcs_root *root, const struct pcs_manager *const *managers,
		  struct pcs_owner **ret)
{
	struct pcs_owner *o = calloc(1, sizeof(*o));
	if (!o)
		return -ENOMEM;
	o->root = root;
	o->managers = managers;
	pthread_mutex_init(&o->lock, NULL);
	*ret = o;
	return 0;
}

void pcs_owner_remember(struct pcs_owner *o, const struct pcs_memo *memo)
{
	o->memo = *memo;
}

int pcs_owner_tell(struct pcs_owner *o, const struct pcs_manager *m, const char *place)
{
	size_t skip = strlen(o->root->path);
	if (place[0] != '/' || !pcs_path_within(place, o->root->path))
		return 0;
	o->teller = m;
	int r = pcs_path_normalize(place + skip, strlen(place + skip), "/", &o->told);
	return r == -ENOMEM ? r : 0;
}

/* As if no database had been read. */
static void forget(struct pcs_owner *o)
{
	pcs_places_done(&o->places);
	pcs_claims_done(&o->claims);
	o->why.len = 0;
	o->begun = false;
}

void pcs_owner_renew(struct pcs_owner *o)
{
	if (!o->ahead_dir)
		return;
	pthread_join(o->ahead, NULL);
	free(o->ahead_dir);
	o->ahead_dir = NULL;
	forget(o);
}

void pcs_owner_free(struct pcs_owner *o)
{
	if (!o)
		return;
	pcs_owner_renew(o);
	forget(o);
	pcs_claims_done(&o->released);
	pcs_buf_done(&o->told);
	pcs_buf_done(&o->why);
	pcs_buf_done(&o->stray);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

/* To no directory, or to none that is followed: nothing that is ours can be below it. */
static bool leads_nowhere(int error)
{
	return pcs_is_absence(error) || error == -ELOOP || error == -PCS_EPSEUDO ||
	       error == -PCS_EUNSAFE || (error == -EACCES && geteuid() != 0);
}

static int say_unread(struct pcs_owner *o, const char *path, int error)
{
	if (error < 0)
		pcs_buf_printf(&o->why, "package databases cannot be read: %s: %s", path,
			       pcs_strerror(error));
	return error;
}

static int note_link(struct pcs_owner *o, const char *dir, const char *name)
{
	PCS_CLOSE int fd = -1;
	PCS_BUF struct pcs_buf link = { 0 };
	PCS_FREE char *target = NULL;
	int r = pcs_path_join(&link, dir, name);
	if (r < 0)
		return r;
	r = pcs_root_open_dir(o->root, link.data, link.len, &fd);
	if (leads_nowhere(r))
		return 0;
	if (r == 0)
		r = pcs_root_real_path(o->root, fd, &target);
	if (r == 0 && strcmp(target, "/") != 0)
		r = pcs_claims_alias(&o->claims, link.data, target);
	return say_unread(o, link.data, r);
}

/* Links to directories in / and /usr: packages may use them in their paths. */
static int note_links(struct pcs_owner *o, const char *dir)
{
	PCS_CLOSE int fd = -1;
	struct pcs_listing l = { 0 };
	int r = pcs_root_open_dir(o->root, dir, strlen(dir), &fd);
	if (pcs_is_absence(r))
		return 0;
	if (r == 0)
		r = pcs_fs_list(fd, &l);
	if (r < 0)
		return say_unread(o, dir, r);
	for (size_t i = 0; i < l.n && r == 0; i++) {
		struct stat st;
		const char *name = l.entries[i].name;
		unsigned char type = l.entries[i].type;
		if (type == DT_LNK ||
		    (type == DT_UNKNOWN && pcs_fs_lstat(fd, name, &st) == 0 && S_ISLNK(st.st_mode)))
			r = note_link(o, dir, name);
	}
	pcs_listing_done(&l);
	return r;
}

static int begin(struct pcs_owner *o)
{
	int r = 0;
	o->begun = true;
	for (const struct pcs_manager *const *m = o->managers; *m && r == 0; m++)
		r = pcs_places_find(o->root, *m, *m == o->teller ? o->told.data : NULL, &o->places,
				    &o->why);
	if (r < 0 || !o->places.n)
		return r;
	r = note_links(o, "/");
	return r < 0 ? r : note_links(o, "/usr");
}

/* Have the databases read for a question. Whether the claims can be relied on then. */
static bool learn(struct pcs_owner *o, enum pcs_ask_kind kind, const char *dir,
		  const struct pcs_memo *memo)
{
	o->claims.sources |= kind == PCS_ASK_SOURCES || kind == PCS_ASK_FILE;
	for (size_t i = 0; i < o->places.n && o->why.len == 0; i++) {
		struct pcs_place *p = &o->places.list[i];
		const struct pcs_question ask = {
			.root = o->root,
			.place = p->dir,
			.kind = kind,
			.dir = dir,
			.memo = memo->is_barren ? memo : NULL,
		};
		int r = p->manager->learn(&p->state, &ask, &o->claims, &o->why);
		if (r < 0 && !o->why.len)
			pcs_buf_printf(&o->why, "%s's database cannot be read: %s",
				       p->manager->name, pcs_strerror(r));
	}
	return o->why.len == 0;
}

static void begin_once(struct pcs_owner *o)
{
	int r = o->begun ? 0 : begin(o);
	if (r < 0 && !o->why.len)
		pcs_buf_printf(&o->why, "package databases cannot be read: %s", pcs_strerror(r));
}

static const char *look_up(struct pcs_owner *o, enum pcs_ask_kind kind, const char *dir,
			   const char *name, bool *ret_unknown)
{
	PCS_BUF struct pcs_buf real = { 0 };
	begin_once(o);
	*ret_unknown = !dir || pcs_claims_real(&o->claims, dir, strlen(dir), &real) < 0 ||
		       !learn(o, kind, real.data, &o->memo);
	if (*ret_unknown || pcs_claims_find(&o->released, kind, real.data, name, ret_unknown))
		return NULL;
	return pcs_claims_find(&o->claims, kind, real.data, name, ret_unknown);
}

/* The package that claims what is asked. *ret_unknown tells that nobody can know. */
static const char *ask(struct pcs_owner *o, enum pcs_ask_kind kind, const char *dir,
		       const char *name, bool *ret_unknown)
{
	pthread_mutex_lock(&o->lock);
	const char *package = look_up(o, kind, dir, name, ret_unknown);
	o->failed |= *ret_unknown;
	pthread_mutex_unlock(&o->lock);
	return package;
}

static enum pcs_owned owned(struct pcs_owner *o, enum pcs_ask_kind kind, const char *dir,
			    const char *name)
{
	bool unknown = false;
	const char *package = ask(o, kind, dir, name, &unknown);
	return unknown ? PCS_OWNED_UNKNOWN : package ? PCS_OWNED_YES : PCS_OWNED_NO;
}

static bool is_not_known(void *ctx, const char *dir, const struct stat *st)
{
	(void)ctx;
	(void)dir;
	(void)st;
	return false;
}

static void *read_ahead(void *owner)
{
	struct pcs_owner *o = owner;
	PCS_BUF struct pcs_buf real = { 0 };
	struct pcs_memo memo = o->memo; /* another run may still write what is to be asked */
	memo.is_barren = memo.is_barren ? is_not_known : NULL;
	pthread_mutex_lock(&o->lock);
	if (!o->begun) {
		begin_once(o);
		if (pcs_claims_real(&o->claims, o->ahead_dir, strlen(o->ahead_dir), &real) == 0)
			learn(o, PCS_ASK_BYTECODE, real.data, &memo);
		if (o->why.len) /* nobody has asked yet; who does may find it otherwise */
			forget(o);
	}
	pthread_mutex_unlock(&o->lock);
	return NULL;
}

void pcs_owner_prepare(struct pcs_owner *o, const char *dir)
{
	if (o->ahead_dir)
		return;
	o->ahead_dir = strdup(dir);
	if (o->ahead_dir && !pcs_thread_start(&o->ahead, read_ahead, o)) {
		free(o->ahead_dir);
		o->ahead_dir = NULL;
	}
}

enum pcs_owned pcs_owner_of_bytecode(struct pcs_owner *o, const char *dir, const char *name)
{
	return owned(o, PCS_ASK_BYTECODE, dir, name);
}

enum pcs_owned pcs_owner_of_pyc(struct pcs_owner *o, const char *dir, const char *pyc)
{
	char *source = strndupa(pyc, strlen(pyc) - 1);
	return pcs_owner_of_bytecode(o, dir, source);
}

void pcs_owner_doubt(struct pcs_owner *o, const char *dir, int error)
{
	pthread_mutex_lock(&o->lock);
	if (!o->stray.len)
		pcs_buf_printf(&o->stray, "%s: its real path cannot be had: %s", dir,
			       pcs_strerror(error));
	o->failed = true;
	pthread_mutex_unlock(&o->lock);
}

enum pcs_owned pcs_owner_of_source(struct pcs_owner *o, const char *dir, const char *name)
{
	enum pcs_owned known = owned(o, PCS_ASK_SOURCES, dir, name);
	if (known != PCS_OWNED_NO)
		return known;
	pthread_mutex_lock(&o->lock);
	if (!o->stray.len)
		pcs_buf_printf(&o->stray, "%s/%s is listed, and no database that is known has it",
			       strcmp(dir, "/") == 0 ? "" : dir, name);
	pthread_mutex_unlock(&o->lock);
	return PCS_OWNED_UNKNOWN;
}

enum pcs_owned pcs_owner_of_dir(struct pcs_owner *o, const char *dir)
{
	return owned(o, PCS_ASK_DIR, dir, "");
}

enum pcs_owned pcs_owner_of_file(struct pcs_owner *o, const char *dir, const char *name)
{
	return owned(o, PCS_ASK_FILE, dir, name);
}

const char *pcs_owner_package(struct pcs_owner *o, const char *dir, const char *name)
{
	bool unknown = false;
	return ask(o, PCS_ASK_SOURCES, dir, name, &unknown);
}

int pcs_owner_release(struct pcs_owner *o, const char *path)
{
	PCS_BUF struct pcs_buf real = { 0 };
	pthread_mutex_lock(&o->lock);
	begin_once(o);
	int r = pcs_claims_real(&o->claims, path, strlen(path), &real);
	if (r == 0 && !o->released.n_packages)
		r = (int)pcs_claims_package(&o->released, "", 0);
	if (r == 0)
		r = pcs_claims_add(&o->released, real.data, real.len, PCS_CLAIM_ANY, 0);
	pthread_mutex_unlock(&o->lock);
	return r;
}

bool pcs_owner_released(struct pcs_owner *o, const char *path)
{
	PCS_BUF struct pcs_buf real = { 0 };
	bool unknown = false;
	pthread_mutex_lock(&o->lock);
	bool known = pcs_claims_real(&o->claims, path, strlen(path), &real) == 0;
	bool released =
		known && pcs_claims_find(&o->released, PCS_ASK_DIR, real.data, "", &unknown);
	o->failed |= !known || unknown;
	pthread_mutex_unlock(&o->lock);
	return released;
}

const char *pcs_owner_problem(struct pcs_owner *o)
{
	const char *problem = NULL;
	if (!o)
		return NULL;
	pthread_mutex_lock(&o->lock);
	if (o->why.len || o->stray.len)
		problem = o->why.len ? o->why.data : o->stray.data;
	else if (o->failed)
		problem = "package databases cannot be asked: out of memory";
	pthread_mutex_unlock(&o->lock);
	return problem;
}
