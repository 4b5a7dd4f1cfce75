/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pycsync interpreters: what was found, what serves which trees, and why something does not. */

#include "cmd/interpreters.h"

#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/exit.h"
#include "cmd/operands.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "policy/query.h"
#include "tree/changes.h"
#include "workers/find.h"
#include "workers/ask.h"

/* What becomes of an interpreter that is there, where the command line names none. */
enum use { SERVES, SPARE, UNUSED, REFUSED };
static const char *const use_names[] = { "serves", "spare", "unused", "refused" };

/* The interpreters, and the trees of the policy that are there. */
struct listing {
	struct pcs_session *s;
	struct pcs_changes trees;
	struct pcs_json j;
};

static bool is_served(const struct listing *l, size_t i)
{
	size_t tree = 0;
	bool served = false;
	for (; pcs_policy_trees(l->s->policy)[tree]; tree++)
		served |= l->s->served[tree] >> i & 1;
	return served || l->s->served[tree] >> i & 1;
}

static enum use use_of(const struct listing *l, size_t i)
{
	const struct pcs_interps *all = &l->s->interps;
	if (all->list[i].reason)
		return REFUSED;
	if (i >= all->n)
		return all->list[i].barred ? UNUSED : SPARE;
	return i < PCS_INTERPS_MAX && is_served(l, i) ? SERVES : UNUSED;
}

/* Whether tree number `tree` of those that are there is compiled by number `i`. */
static bool has_tree(const struct listing *l, size_t i, size_t tree)
{
	struct pcs_tree_hit hit;
	pcs_site_tree(&l->s->site, l->trees.walks[tree].path, &hit);
	return use_of(l, i) == SERVES && pcs_site_serves(&l->s->site, i, &hit);
}

static void print_json(struct listing *l, size_t at)
{
	const struct pcs_interp *i = &l->s->interps.list[at];
	struct pcs_json *j = &l->j;
	pcs_json_begin(j, NULL, '{');
	pcs_json_filled(j, "version", i->full ? i->full : i->version);
	pcs_json_filled(j, "tag", i->tag);
	pcs_json_number_if(j, "magic", i->magic != 0, i->magic & 0xffff);
	pcs_json_number_if(j, "marshal", i->full != NULL, i->marshal);
	pcs_json_filled(j, "libpython", i->libpython);
	pcs_json_filled(j, "executable", i->executable);
	pcs_json_string(j, "worker", i->by_itself ? "executable" : "libpython");
	pcs_json_string(j, "use", use_names[use_of(l, at)]);
	pcs_json_begin(j, "trees", '[');
	for (size_t t = 0; t < l->trees.n_walks; t++)
		if (has_tree(l, at, t))
			pcs_json_string(j, NULL, l->trees.walks[t].path);
	pcs_json_end(j);
	pcs_json_bool(j, "ok", !i->reason);
	pcs_json_filled(j, "reason", i->reason);
	pcs_json_end(j);
}

static void print_text(const struct listing *l, size_t at)
{
	const struct pcs_interp *i = &l->s->interps.list[at];
	const char *words[] = {
		[SERVES] = i->by_itself ? "its executable serves" : "its library serves",
		[SPARE] = "another one of its version serves",
		[UNUSED] = "the policy does not choose it",
		[REFUSED] = i->reason,
	};
	enum use use = use_of(l, at);
	if (i->reason)
		printf("%-8s %-14s %5s  %s: %s\n", i->version, "-", "-", pcs_interp_path(i),
		       i->reason);
	else
		printf("%-8s %-14s %5u  %s: %s\n", i->full, i->tag, i->magic & 0xffff,
		       i->by_itself ? i->executable : i->libpython, words[use]);
	for (size_t t = 0; t < l->trees.n_walks; t++)
		if (has_tree(l, at, t))
			printf("%31s%s\n", "", l->trees.walks[t].path);
}

/* Those that have the name of an interpreter, and are scripts. */
static void print_scripts(struct listing *l)
{
	size_t len;
	for (char *path = l->s->interps.scripts.data; path && *path; path += len + 1) {
		len = strcspn(path, "\n");
		path[len] = '\0';
		if (!l->s->options->json) {
			printf("%-8s %-14s %5s  %s: %s\n", "-", "-", "-", path, PCS_INTERP_SCRIPT);
			continue;
		}
		pcs_json_begin(&l->j, NULL, '{');
		pcs_json_string(&l->j, "executable", path);
		pcs_json_string(&l->j, "use", use_names[REFUSED]);
		pcs_json_bool(&l->j, "ok", false);
		pcs_json_string(&l->j, "reason", PCS_INTERP_SCRIPT);
		pcs_json_end(&l->j);
	}
}

/* Those of PyPy that the policy does not name are asked, too. 0 or -ENOMEM. */
static int add_pypys(struct pcs_interps *l)
{
	size_t len;
	int r = 0;
	for (const char *line = l->pypys.data; line && *line && r != -ENOMEM; line += len + 1) {
		PCS_BUF struct pcs_buf path = { 0 };
		PCS_BUF struct pcs_buf why = { 0 };
		len = strcspn(line, "\n");
		r = pcs_buf_add(&path, line, len);
		if (r == 0)
			r = pcs_interps_add(l, path.data, &why);
	}
	return r == -ENOMEM ? r : 0;
}

/* Find the system's, and beside them those that the policy or the command line names; and who of
 * them would serve, were none named. 0 or a negative code; *ret_bad tells what was reported. */
static int find(struct pcs_session *s, int *ret_bad)
{
	bool automatic;
	*ret_bad = pcs_session_add_choices(s, true, &automatic);
	int r = pcs_interps_discover(&s->interps);
	if (r == 0)
		r = add_pypys(&s->interps);
	for (size_t i = 0; i < s->options->n_pythons; i++)
		*ret_bad |= pcs_session_add_interp(s, s->options->pythons[i], true);
	if (r == 0)
		r = pcs_interps_ask(&s->interps, PCS_ASK_ALL, NULL);
	if (r < 0)
		return r;
	pcs_interps_keep_usable(&s->interps);
	s->site.served = s->served = pcs_served(s->policy, &s->interps);
	return s->served ? 0 : -ENOMEM;
}

/* 0 or a negative code. */
static int print(struct listing *l)
{
	const struct pcs_interps *all = &l->s->interps;
	const char *const *tree = pcs_policy_trees(l->s->policy);
	int r = 0;
	for (; *tree && r == 0; tree++)
		r = pcs_changes_add_tree(&l->trees, *tree);
	for (size_t i = 0; i < all->n + all->n_rest && r == 0; i++) {
		if (l->s->options->json)
			print_json(l, i);
		else
			print_text(l, i);
	}
	if (r == 0)
		print_scripts(l);
	int written = pcs_json_done(&l->j);
	return r < 0 ? r : written;
}

static int list(struct pcs_session *s)
{
	struct listing l = { .s = s, .j = { .out = stdout } };
	int bad, r = find(s, &bad);
	if (r < 0)
		return pcs_session_status(r);
	if (s->interps.unseen)
		pcs_error("%s", s->interps.unseen);
	bad |= s->interps.unseen != NULL;
	pcs_session_init_changes(s, 0, &l.trees);
	r = print(&l);
	for (size_t i = 0; i < l.trees.n_failures; i++)
		pcs_error("%s: %s", l.trees.failures[i].path,
			  pcs_strerror(l.trees.failures[i].error));
	bad |= l.trees.n_failures > 0;
	pcs_changes_done(&l.trees);
	if (r < 0)
		return pcs_session_status(r);
	return bad ? PCS_EXIT_FAILED : PCS_EXIT_OK;
}

static int interpreters(struct pcs_options *o)
{
	struct pcs_session s;
	const struct pcs_goal none = { .kind = PCS_GOAL_CLEAN };
	if (o->n_operands)
		return pcs_fail(PCS_EXIT_USAGE, "interpreters: unexpected argument '%s'",
				o->operands[0]);
	int r = pcs_session_open(o, &none, 0, &s);
	if (r == 0)
		r = list(&s);
	pcs_session_done(&s);
	return r;
}

int pcs_cmd_interpreters(int argc, char **argv)
{
	return pcs_options_run(argc, argv, PCS_INTERPRETERS, "[options]", interpreters);
}
