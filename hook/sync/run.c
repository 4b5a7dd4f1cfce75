#include "sync/run.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "base/path.h"
#include "tree/staged.h"
#include "policy/policy.h"

struct pcs_settings_table {
	pthread_mutex_t lock;
	struct pcs_settings *list; /* the first is all 0 */
	size_t n, cap;
};

int pcs_run_new_settings(struct pcs_run *run)
{
	struct pcs_settings_table *t = calloc(1, sizeof(*t));
	struct pcs_settings *list = t ? pcs_grow(NULL, &t->cap, 1, sizeof(*list)) : NULL;
	if (!list) {
		free(t);
		return -ENOMEM;
	}
	memset(list, 0, sizeof(*list));
	pthread_mutex_init(&t->lock, NULL);
	t->list = list;
	t->n = 1;
	run->settings = t;
	return 0;
}

static void settings_free(struct pcs_settings_table *t)
{
	if (!t)
		return;
	pthread_mutex_destroy(&t->lock);
	free(t->list);
	free(t);
}

static int find_settings(struct pcs_settings_table *t, const struct pcs_settings *settings)
{
	for (size_t i = 0; i < t->n; i++)
		if (memcmp(&t->list[i], settings, sizeof(*settings)) == 0)
			return (int)i;
	struct pcs_settings *list =
		t->n > UINT16_MAX ? NULL : pcs_grow(t->list, &t->cap, t->n + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	t->list = list;
	list[t->n] = *settings;
	return (int)t->n++;
}

int pcs_action_set_settings(struct pcs_run *run, struct pcs_action *a,
			    const struct pcs_settings *settings)
{
	pthread_mutex_lock(&run->settings->lock);
	int at = find_settings(run->settings, settings);
	pthread_mutex_unlock(&run->settings->lock);
	a->settings = (uint16_t)(at < 0 ? 0 : at);
	return at < 0 ? at : 0;
}

const struct pcs_settings *pcs_action_settings(const struct pcs_run *run,
					       const struct pcs_action *a)
{
	return &run->settings->list[a->settings];
}

void pcs_run_done(struct pcs_run *run)
{
	for (size_t i = 0; i < run->n_actions; i++) {
		free(run->actions[i].words);
	}
	free(run->actions);
	for (size_t i = 0; i < run->n_places; i++)
		free(run->places[i]);
	free(run->places);
	pcs_arena_done(&run->strings);
	settings_free(run->settings);
	pcs_early_stop(&run->early);
	*run = (struct pcs_run){ 0 };
}

struct pcs_place *pcs_run_place(struct pcs_run *run, const char *path, size_t follow_len,
				size_t root_len)
{
	struct pcs_place **places = pcs_grow(run->places, &run->cap_places, run->n_places + 1,
					     sizeof(struct pcs_place *));
	if (!places)
		return NULL;
	run->places = places;
	struct pcs_place *p = malloc(sizeof(*p) + strlen(path) + 1);
	if (!p)
		return NULL;
	*p = (struct pcs_place){ .follow_len = follow_len, .root_len = root_len };
	memcpy(p->path, path, strlen(path) + 1);
	places[run->n_places++] = p;
	return p;
}

/* Actions of one source come one after the other and share its name. */
static const char *keep(struct pcs_run *run, const char *s)
{
	const struct pcs_action *last = run->n_actions ? &run->actions[run->n_actions - 1] : NULL;
	if (last && last->source && strcmp(last->source, s) == 0)
		return last->source;
	return pcs_arena_dup(&run->strings, s, strlen(s));
}

struct pcs_action *pcs_run_add(struct pcs_run *run, struct pcs_place *place, enum pcs_act act,
			       enum pcs_reason why, const char *source, const char *entry)
{
	struct pcs_action *list =
		pcs_grow(run->actions, &run->cap_actions, run->n_actions + 1, sizeof(*list));
	if (!list)
		return NULL;
	run->actions = list;
	struct pcs_action a = {
		.place = place, .act = (uint8_t)act, .reason = (uint8_t)why, .interp = PCS_NO_INTERP
	};
	if (source && !(a.source = keep(run, source)))
		return NULL;
	if (entry && !(a.entry = keep(run, entry)))
		return NULL;
	list[run->n_actions] = a;
	return &list[run->n_actions++];
}

void pcs_action_fail(struct pcs_action *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *words = NULL;
	if (vasprintf(&words, fmt, ap) < 0)
		words = NULL;
	va_end(ap);
	free(a->words);
	a->words = words;
	a->state = PCS_FAILED;
}

int pcs_run_cache_dir(const struct pcs_run *run, const char *dir, struct pcs_buf *ret)
{
	if (!run->prefix)
		return pcs_path_join(ret, dir, PCS_CACHE_DIR);
	int r = pcs_buf_adds(ret, run->prefix);
	return r < 0 || strcmp(dir, "/") == 0 ? r : pcs_buf_adds(ret, dir);
}

/* A directory like that of the sources, beside them. */
static int open_pycache(const struct pcs_run *run, const struct pcs_place *place, bool create,
			int *ret_fd)
{
	PCS_CLOSE int dir = -1;
	struct stat st;
	int r = pcs_root_open_dir(run->root, place->path, place->follow_len, &dir);
	if (r == 0)
		r = pcs_fs_stat(dir, &st);
	return r < 0 ? r : pcs_fs_open_cache_dir(dir, PCS_CACHE_DIR, create ? &st : NULL, ret_fd);
}

int pcs_run_open_cache(const struct pcs_run *run, const struct pcs_place *place, bool create,
		       int *ret_fd)
{
	if (!run->prefix)
		return open_pycache(run, place, create, ret_fd);
	PCS_BUF struct pcs_buf path = { 0 };
	int r = pcs_run_cache_dir(run, place->path, &path);
	if (r == 0)
		r = pcs_root_open_dir(run->root, path.data, strlen(run->prefix), ret_fd);
	if (r == -ENOENT && create)
		r = pcs_root_make_dir_like(run->root, run->prefix, place->path, ret_fd);
	return r;
}

int pcs_action_path(const struct pcs_action *a, struct pcs_buf *ret)
{
	if (a->act == PCS_RMDIR)
		return pcs_path_join(ret, a->place->path, a->entry ? a->entry : "");
	return pcs_path_join(ret, a->place->path, a->source ? a->source : "");
}

int pcs_action_pyc(const struct pcs_run *run, const struct pcs_action *a, struct pcs_buf *ret)
{
	bool named = a->entry && a->act != PCS_RMDIR;
	if (!named && (a->interp == PCS_NO_INTERP || !a->source))
		return pcs_buf_adds(ret, "");
	int r = pcs_run_cache_dir(run, a->place->path, ret);
	if (r == 0)
		r = pcs_buf_adds(ret, "/");
	if (r < 0)
		return r;
	if (named)
		return pcs_buf_adds(ret, a->entry);
	return pcs_pyc_name_add(ret, a->source, run->interps->list[a->interp].tag, a->level);
}

int pcs_action_recorded(const struct pcs_run *run, const struct pcs_action *a, struct pcs_buf *ret)
{
	PCS_BUF struct pcs_buf path = { 0 };
	if (!run->stage)
		return pcs_action_path(a, ret);
	int r = pcs_action_path(a, &path);
	return r < 0 ? r : pcs_staged_recorded(run->stage, path.data, ret);
}

void pcs_run_tree(const struct pcs_run *run, const char *path, struct pcs_tree_hit *ret)
{
	pcs_policy_tree(run->policy, path, ret);
	if (run->stage && !ret->version)
		ret->version_len = pcs_staged_version(path, &ret->version);
}

uint32_t pcs_flags_of(unsigned invalidation)
{
	switch (invalidation) {
	case PCS_INVALIDATION_CHECKED_HASH:
		return PCS_PYC_CHECKED_HASH;
	case PCS_INVALIDATION_UNCHECKED_HASH:
		return PCS_PYC_UNCHECKED_HASH;
	default:
		return PCS_PYC_TIMESTAMP;
	}
}

/* As py_compile.py: who sets SOURCE_DATE_EPOCH wants nothing to depend on times. */
static uint32_t flags_of(const struct pcs_run *run, unsigned invalidation)
{
	if (invalidation == PCS_INVALIDATION_AUTO && run->stage && run->stage->has_epoch)
		return PCS_PYC_CHECKED_HASH;
	return pcs_flags_of(invalidation);
}

static bool is_bound(const struct pcs_interp *i, const struct pcs_tree_hit *hit)
{
	return !hit->version || (strlen(i->version) == hit->version_len &&
				 memcmp(i->version, hit->version, hit->version_len) == 0);
}

bool pcs_run_serves(const struct pcs_run *run, size_t i, const struct pcs_tree_hit *hit)
{
	size_t tree = 0;
	if (!is_bound(&run->interps->list[i], hit))
		return false;
	if (!run->served)
		return true;
	if (hit->tree >= 0)
		tree = (size_t)hit->tree;
	else
		while (pcs_policy_trees(run->policy)[tree])
			tree++;
	return run->served[tree] & UINT32_C(1) << i;
}

/* Nobody serves it. What nobody wants compiled is not lacking anything. */
static size_t wants_of_nobody(const struct pcs_run *run, struct pcs_subject *subject,
			      const struct pcs_tree_hit *hit, struct pcs_want *wants,
			      bool *ret_no_interp)
{
	*ret_no_interp = hit->version || (run->served && run->interps->n);
	if (!run->stage || !*ret_no_interp)
		return 0;
	PCS_FREE char *version = hit->version ? strndup(hit->version, hit->version_len) : NULL;
	subject->version = version ? version : "";
	wants[0] = (struct pcs_want){ .tag = "", .interp = PCS_NO_INTERP };
	pcs_policy_settings(run->policy, subject, &wants[0].settings, NULL);
	*ret_no_interp = wants[0].settings.compile;
	return wants[0].settings.compile ? 0 : 1;
}

size_t pcs_run_wants(const struct pcs_run *run, struct pcs_subject *subject,
		     const struct pcs_tree_hit *hit, struct pcs_want *wants, bool *ret_no_interp)
{
	size_t n = 0;
	subject->tree = hit->tree;
	for (size_t i = 0; i < run->interps->n && n < PCS_INTERPS_MAX; i++) {
		const struct pcs_interp *interp = &run->interps->list[i];
		struct pcs_settings s;
		if (!pcs_run_serves(run, i, hit))
			continue;
		subject->version = interp->version;
		pcs_policy_settings(run->policy, subject, &s, NULL);
		wants[n++] = (struct pcs_want){ .tag = interp->tag,
						.magic = interp->magic,
						.interp = (uint8_t)i,
						.levels = s.levels,
						.flags = flags_of(run, s.invalidation),
						.compile = s.compile,
						.settings = s };
	}
	return n ? n : wants_of_nobody(run, subject, hit, wants, ret_no_interp);
}

static void count_failed(struct pcs_run *run, const struct pcs_action *a,
			 const struct pcs_action *before)
{
	/* A source that fails for several interpreters or levels is one source. */
	bool again = before && before->state == PCS_FAILED && before->source && a->source &&
		     before->place == a->place && strcmp(before->source, a->source) == 0;
	run->counts.failed += !again;
}

void pcs_run_count(struct pcs_run *run)
{
	struct pcs_counts *c = &run->counts;
	c->compiled = c->removed = c->rmdirs = c->left = c->failed = 0;
	const struct pcs_action *failed = NULL;
	for (size_t i = 0; i < run->n_actions; i++) {
		const struct pcs_action *a = &run->actions[i];
		if (a->state == PCS_FAILED) {
			count_failed(run, a, failed);
			failed = a;
		} else if (a->state == PCS_DONE) {
			c->compiled += a->act == PCS_COMPILE;
			c->removed += a->act == PCS_REMOVE;
			c->rmdirs += a->act == PCS_RMDIR;
		}
		c->left += a->act == PCS_LEAVE;
	}
}
