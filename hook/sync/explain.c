/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/explain.h"

#include "base/chase.h"
#include "base/err.h"
#include "base/root.h"
#include "base/json.h"
#include "base/log.h"
#include "sync/actions.h"
#include "tree/site.h"
#include "workers/interp.h"
#include "pkg/owner.h"
#include "policy/query.h"
#include "policy/value.h"

/* One source, or something else that actions are about. */
struct topic {
	const struct pcs_site *site;
	bool as_json;
	FILE *out;
	struct pcs_json json;
	const struct pcs_action *actions; /* all that are about it */
	size_t n;
	struct pcs_buf path;
	struct pcs_tree_hit hit;
	struct pcs_subject subject;
};

/* ---- facts, as the plan had them ---- */

static const char *package_of(void *ctx)
{
	struct topic *t = ctx;
	const struct pcs_place *place = t->actions->place;
	PCS_CLOSE int fd = -1;
	PCS_FREE char *real = NULL;
	if (!t->site->owner)
		return NULL;
	int r = pcs_root_open_dir(t->site->root, place->path, place->follow_len, &fd);
	if (pcs_is_absence(r))
		return pcs_owner_package(t->site->owner, place->path, t->actions->source);
	if (r == 0)
		r = pcs_root_real_path(t->site->root, fd, &real);
	if (r < 0)
		pcs_owner_doubt(t->site->owner, place->path, r);
	return pcs_owner_package(t->site->owner, real, t->actions->source);
}

/* Whether it is a source that is there. */
static bool look_at_source(struct topic *t)
{
	struct stat st;
	if (!t->actions->source || pcs_root_stat(t->site->root, t->path.data, &st) < 0)
		return false;
	t->subject = (struct pcs_subject){ .path = t->path.data,
					   .size = (uint64_t)st.st_size,
					   .tree = t->hit.tree,
					   .package = package_of,
					   .ctx = t };
	return true;
}

/* ---- output ---- */

static void json_origin(struct topic *t, const char *key, struct pcs_origin at)
{
	PCS_BUF struct pcs_buf b = { 0 };
	if (pcs_policy_add_origin(t->site->policy, at, &b) == 0)
		pcs_json_bytes(&t->json, key, b.data, b.len);
}

static void text_origin(struct topic *t, struct pcs_origin at)
{
	PCS_BUF struct pcs_buf b = { 0 };
	if (pcs_policy_add_origin(t->site->policy, at, &b) == 0)
		fprintf(t->out, "  # %s\n", b.data);
}

static void put_action(struct topic *t, const struct pcs_action *a, const char *indent)
{
	PCS_BUF struct pcs_buf pyc = { 0 };
	PCS_BUF struct pcs_buf shown = { 0 };
	const char *act = pcs_act_name(a->act);
	const char *why = a->words ? a->words : pcs_reason_text(a->reason);
	if (pcs_action_pyc(t->site, a, &pyc) < 0 ||
	    pcs_buf_add_shown(&shown, pyc.data, pyc.len) < 0)
		return;
	if (!t->as_json) {
		fprintf(t->out, "%s%s%s%s: %s\n", indent, act, pyc.len ? " " : "",
			pyc.len ? shown.data : "", why);
		return;
	}
	pcs_json_begin(&t->json, NULL, '{');
	pcs_json_string(&t->json, "action", act);
	pcs_json_filled(&t->json, "pyc", pyc.data);
	if (a->interp != PCS_NO_INTERP)
		pcs_json_number(&t->json, "level", a->level);
	pcs_json_string(&t->json, "reason", why);
	pcs_json_end(&t->json);
}

/* The actions for one interpreter, or those that are for none. */
static void put_actions(struct topic *t, unsigned interp, const char *indent)
{
	if (t->as_json)
		pcs_json_begin(&t->json, "actions", '[');
	for (size_t i = 0; i < t->n; i++)
		if (t->actions[i].interp == interp)
			put_action(t, &t->actions[i], indent);
	if (t->as_json)
		pcs_json_end(&t->json);
}

static void json_setting(struct topic *t, enum pcs_key key, const struct pcs_settings *s,
			 const struct pcs_origin *origins)
{
	PCS_BUF struct pcs_buf value = { 0 };
	if (pcs_policy_add_value(s, key, &value) < 0)
		return;
	pcs_json_begin(&t->json, pcs_policy_key_name(key), '{');
	pcs_json_string(&t->json, "value", value.data);
	json_origin(t, "origin", origins[key]);
	pcs_json_end(&t->json);
}

static void text_setting(struct topic *t, enum pcs_key key, const struct pcs_settings *s,
			 const struct pcs_origin *origins)
{
	PCS_BUF struct pcs_buf line = { 0 };
	int r = pcs_buf_printf(&line, "%s: ", pcs_policy_key_name(key));
	if (r == 0)
		r = pcs_policy_add_value(s, key, &line);
	if (r < 0)
		return;
	fprintf(t->out, "    %-32s", line.data);
	text_origin(t, origins[key]);
}

static void put_interp(struct topic *t, size_t i)
{
	const struct pcs_interp *interp = &t->site->interps->list[i];
	struct pcs_settings s;
	struct pcs_origin origins[PCS_N_KEYS];
	t->subject.version = interp->version;
	pcs_policy_settings(t->site->policy, &t->subject, &s, origins);
	if (!t->as_json) {
		fprintf(t->out, "  %s\n", interp->version);
		for (enum pcs_key key = 0; key < PCS_N_KEYS; key++)
			text_setting(t, key, &s, origins);
		return put_actions(t, (unsigned)i, "    ");
	}
	pcs_json_begin(&t->json, NULL, '{');
	pcs_json_string(&t->json, "interpreter", interp->version);
	pcs_json_begin(&t->json, "settings", '{');
	for (enum pcs_key key = 0; key < PCS_N_KEYS; key++)
		json_setting(t, key, &s, origins);
	pcs_json_end(&t->json);
	put_actions(t, (unsigned)i, "");
	pcs_json_end(&t->json);
}

static void put_interps(struct topic *t)
{
	for (size_t i = 0; i < t->site->interps->n; i++)
		if (pcs_site_serves(t->site, i, &t->hit))
			put_interp(t, i);
}

static void text_head(struct topic *t, const char *tree, bool known)
{
	PCS_BUF struct pcs_buf line = { 0 };
	if (pcs_buf_add_shown(&line, t->path.data, t->path.len) < 0)
		return;
	fprintf(t->out, "%s\n", line.data);
	if (!tree && known)
		fputs("  in no tree of the policy: triggers leave it alone\n", t->out);
	if (!tree)
		return;
	fprintf(t->out, "  in the tree %s", tree);
	text_origin(t, pcs_policy_tree_origin(t->site->policy, t->hit.tree));
}

static void json_topic(struct topic *t, const char *tree, bool known)
{
	pcs_json_begin(&t->json, NULL, '{');
	pcs_json_bytes(&t->json, "path", t->path.data, t->path.len);
	pcs_json_string(&t->json, "tree", tree);
	if (tree)
		json_origin(t, "tree-origin", pcs_policy_tree_origin(t->site->policy, t->hit.tree));
	else
		pcs_json_string(&t->json, "tree-origin", NULL);
	pcs_json_begin(&t->json, "interpreters", '[');
	if (known)
		put_interps(t);
	pcs_json_end(&t->json);
	put_actions(t, PCS_NO_INTERP, "");
	pcs_json_end(&t->json);
}

static int put_topic(struct topic *t)
{
	t->path.len = 0;
	int r = pcs_action_path(t->actions, &t->path);
	if (r < 0)
		return r;
	pcs_site_tree(t->site, t->actions->place->path, &t->hit);
	const char *tree = t->hit.tree < 0 ? NULL : pcs_policy_trees(t->site->policy)[t->hit.tree];
	bool known = look_at_source(t);
	if (t->as_json) {
		json_topic(t, tree, known);
		return 0;
	}
	text_head(t, tree, known);
	if (known)
		put_interps(t);
	put_actions(t, PCS_NO_INTERP, "  ");
	return 0;
}

int pcs_explain(const struct pcs_site *site, const struct pcs_actions *l, bool json, FILE *out)
{
	struct topic t = { .site = site, .as_json = json, .out = out, .json.out = out };
	int r = 0;
	for (size_t i = 0; i < l->n && r == 0; i += t.n) {
		t.actions = &l->list[i];
		t.n = 1; /* what is about no source is a topic of its own */
		while (i + t.n < l->n && pcs_action_same_source(t.actions, &t.actions[t.n]))
			t.n++;
		r = put_topic(&t);
	}
	pcs_buf_done(&t.path);
	int e = pcs_json_done(&t.json);
	return r < 0 ? r : e;
}
