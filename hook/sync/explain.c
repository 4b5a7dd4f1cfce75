#include "sync/explain.h"

#include <string.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/path.h"
#include "sync/report.h"
#include "sync/actions.h"
#include "tree/site.h"
#include "workers/interp.h"
#include "pkg/owner.h"
#include "policy/query.h"
#include "policy/value.h"

/* One source, or something else that actions are about. */
struct topic {
	const struct pcs_site *site;
	bool json;
	FILE *out;
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
	if (pcs_root_open_dir(t->site->root, place->path, place->follow_len, &fd) < 0 ||
	    pcs_root_real_path(t->site->root, fd, &real) < 0)
		return pcs_owner_package(t->site->owner, place->path, t->actions->source);
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

static void put_json(struct topic *t, const char *key, const char *value)
{
	fprintf(t->out, "\"%s\": ", key);
	if (value)
		pcs_json_string(t->out, value, strlen(value));
	else
		fputs("null", t->out);
}

static void put_origin(struct topic *t, struct pcs_origin at)
{
	PCS_BUF struct pcs_buf b = { 0 };
	if (pcs_policy_add_origin(t->site->policy, at, &b) < 0)
		return;
	if (t->json)
		pcs_json_string(t->out, b.data, b.len);
	else
		fprintf(t->out, "  # %s\n", b.data);
}

static void put_action(struct topic *t, const struct pcs_action *a, const char *before)
{
	PCS_BUF struct pcs_buf pyc = { 0 };
	PCS_BUF struct pcs_buf shown = { 0 };
	const char *act = pcs_act_name(a->act);
	const char *why = a->words ? a->words : pcs_reason_text(a->reason);
	if (pcs_action_pyc(t->site, a, &pyc) < 0 ||
	    pcs_buf_add_shown(&shown, pyc.data, pyc.len) < 0)
		return;
	if (!t->json) {
		fprintf(t->out, "%s%s%s%s: %s\n", before, act, pyc.len ? " " : "",
			pyc.len ? shown.data : "", why);
		return;
	}
	fprintf(t->out, "%s{", before);
	put_json(t, "action", act);
	fputs(", ", t->out);
	put_json(t, "pyc", pyc.len ? pyc.data : NULL);
	fputs(", ", t->out);
	if (a->interp != PCS_NO_INTERP)
		fprintf(t->out, "\"level\": %u, ", a->level);
	put_json(t, "reason", why);
	fputc('}', t->out);
}

/* The actions for one interpreter, or those that are for none. */
static void put_actions(struct topic *t, unsigned interp, const char *indent)
{
	const char *before = t->json ? "" : indent;
	for (size_t i = 0; i < t->n; i++) {
		if (t->actions[i].interp != interp)
			continue;
		put_action(t, &t->actions[i], before);
		before = t->json ? ", " : indent;
	}
}

static void json_setting(struct topic *t, enum pcs_key key, const struct pcs_settings *s,
			 const struct pcs_origin *origins)
{
	PCS_BUF struct pcs_buf value = { 0 };
	if (pcs_policy_add_value(s, key, &value) < 0)
		return;
	fprintf(t->out, "%s\"%s\": {", key ? ", " : "", pcs_policy_key_name(key));
	put_json(t, "value", value.data);
	fputs(", \"origin\": ", t->out);
	put_origin(t, origins[key]);
	fputc('}', t->out);
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
	put_origin(t, origins[key]);
}

static void put_interp(struct topic *t, size_t i, const char *before)
{
	const struct pcs_interp *interp = &t->site->interps->list[i];
	struct pcs_settings s;
	struct pcs_origin origins[PCS_N_KEYS];
	t->subject.version = interp->version;
	pcs_policy_settings(t->site->policy, &t->subject, &s, origins);
	if (t->json) {
		fprintf(t->out, "%s{\"interpreter\": \"%s\", \"settings\": {", before,
			interp->version);
		for (enum pcs_key key = 0; key < PCS_N_KEYS; key++)
			json_setting(t, key, &s, origins);
		fputs("}, \"actions\": [", t->out);
		put_actions(t, (unsigned)i, "");
		fputs("]}", t->out);
		return;
	}
	fprintf(t->out, "  %s\n", interp->version);
	for (enum pcs_key key = 0; key < PCS_N_KEYS; key++)
		text_setting(t, key, &s, origins);
	put_actions(t, (unsigned)i, "    ");
}

static void put_interps(struct topic *t)
{
	const char *before = "";
	for (size_t i = 0; i < t->site->interps->n; i++) {
		if (!pcs_site_serves(t->site, i, &t->hit))
			continue;
		put_interp(t, i, before);
		before = ", ";
	}
}

static void put_head(struct topic *t, bool known)
{
	const char *tree = t->hit.tree < 0 ? NULL : pcs_policy_trees(t->site->policy)[t->hit.tree];
	PCS_BUF struct pcs_buf line = { 0 };
	if (t->json) {
		fputc('{', t->out);
		put_json(t, "path", t->path.data);
		fputs(", ", t->out);
		put_json(t, "tree", tree);
		fputs(", \"tree-origin\": ", t->out);
		if (tree)
			put_origin(t, pcs_policy_tree_origin(t->site->policy, t->hit.tree));
		else
			fputs("null", t->out);
		fputs(", \"interpreters\": [", t->out);
		return;
	}
	if (pcs_buf_add_shown(&line, t->path.data, t->path.len) < 0)
		return;
	fprintf(t->out, "%s\n", line.data);
	if (!tree && known)
		fputs("  in no tree of the policy: triggers leave it alone\n", t->out);
	if (!tree)
		return;
	fprintf(t->out, "  in the tree %s", tree);
	put_origin(t, pcs_policy_tree_origin(t->site->policy, t->hit.tree));
}

static int put_topic(struct topic *t)
{
	t->path.len = 0;
	int r = pcs_action_path(t->actions, &t->path);
	if (r < 0)
		return r;
	pcs_site_tree(t->site, t->actions->place->path, &t->hit);
	bool known = look_at_source(t);
	put_head(t, known);
	if (known)
		put_interps(t);
	if (t->json)
		fputs("], \"actions\": [", t->out);
	put_actions(t, PCS_NO_INTERP, "  ");
	if (t->json)
		fputs("]}\n", t->out);
	return 0;
}

int pcs_explain(const struct pcs_site *site, const struct pcs_actions *l, bool json, FILE *out)
{
	struct topic t = { .site = site, .json = json, .out = out };
	int r = 0;
	for (size_t i = 0; i < l->n && r == 0; i += t.n) {
		t.actions = &l->list[i];
		t.n = 1; /* what is about no source is a topic of its own */
		while (i + t.n < l->n && pcs_action_same_source(t.actions, &t.actions[t.n]))
			t.n++;
		r = put_topic(&t);
	}
	pcs_buf_done(&t.path);
	return r;
}
