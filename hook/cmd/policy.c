/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pycsync policy: check it, show what it comes to, explain what it does to a path. */

#include "cmd/policy.h"

#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/exit.h"
#include "cmd/operands.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "tree/changes.h"
#include "tree/distinct.h"
#include "tree/walks.h"
#include "sync/actions.h"
#include "sync/explain.h"
#include "sync/reconcile.h"
#include "workers/find.h"
#include "policy/check.h"
#include "policy/layers.h"
#include "policy/load.h"
#include "policy/policy.h"
#include "policy/query.h"
#include "policy/show.h"

/* ---- check ---- */

/* What is wrong, then what is doubtful about the layers from `first` on. */
static int judge_layers(const struct pcs_layers *l, uint32_t first)
{
	PCS_CLEANUP(pcs_diags_done) struct pcs_diags doubts = { 0 };
	for (size_t i = 0; i < l->faults.n; i++)
		pcs_error("%s", l->faults.lines[i]);
	int r = pcs_policy_doubts(l->policy, first, &doubts);
	for (size_t i = 0; i < doubts.n; i++)
		pcs_warning("%s", doubts.lines[i]);
	if (r < 0)
		pcs_error("%s", pcs_strerror(r));
	return l->broken.n || r < 0 ? PCS_EXIT_USAGE : PCS_EXIT_OK;
}

/* "WHAT PATH: HOW", for who wants to see what is right as well. */
static void tell(const char *what, const char *path, const char *how)
{
	PCS_BUF struct pcs_buf shown = { 0 };
	if (pcs_buf_add_shown(&shown, path, strlen(path)) == 0)
		printf("%s%s: %s\n", what, shown.data, how);
}

static int check_file(const char *file, bool verbose)
{
	struct pcs_layers l;
	int r = pcs_layers_read_file(file, &l), status = PCS_EXIT_USAGE;
	if (r < 0)
		pcs_error("%s: %s", file, pcs_strerror(r));
	else
		status = judge_layers(&l, 1); /* the built-in one is not the caller's */
	if (status == PCS_EXIT_OK && verbose)
		tell("", file, "valid");
	pcs_layers_done(&l);
	return status;
}

/* What a look at the system adds. */
struct looking {
	const struct pcs_policy *policy;
	struct pcs_interps interps;
	bool verbose;
};

static int look_at_interp(void *ctx, const char *name, struct pcs_origin at)
{
	struct looking *k = ctx;
	PCS_BUF struct pcs_buf why = { 0 };
	for (size_t i = 0; i < k->interps.n_names; i++)
		if (strcmp(k->interps.names[i].name, name) == 0)
			return 0;
	int r = pcs_interps_add(&k->interps, name, &why);
	if (r < 0 && r != -ENOMEM)
		pcs_warning("%s:%u:%u: the interpreter '%s' is not there: %s",
			    pcs_policy_layer(k->policy, at.layer), at.line, at.column, name,
			    why.len ? why.data : pcs_strerror(r));
	else if (r == 0 && k->verbose)
		tell("interpreter ", name, "there");
	return r == -ENOMEM ? r : 0;
}

/* The vendor's policy names the trees of many systems. */
static bool is_vendors(const char *layer)
{
	return pcs_path_within(layer, PCS_VENDORDIR);
}

static int look_at_trees(const struct pcs_policy *p, const struct pcs_root *root, bool verbose)
{
	const char *const *trees = pcs_policy_trees(p);
	int r = 0;
	for (int i = 0; trees[i] && r == 0; i++) {
		struct pcs_changes found;
		struct pcs_origin at = pcs_policy_tree_origin(p, i);
		const char *layer = pcs_policy_layer(p, at.layer);
		const bool usual = at.layer == 0 || is_vendors(layer);
		if (usual && !verbose)
			continue;
		pcs_changes_init(&found, root, 0);
		r = pcs_changes_add_tree(&found, trees[i]);
		if (r == 0 && verbose)
			tell("tree ", trees[i], found.n_walks ? "there" : "not there");
		if (r == 0 && !found.n_walks && !usual)
			pcs_warning("%s:%u:%u: the tree '%s' is not there", layer, at.line,
				    at.column, trees[i]);
		pcs_changes_done(&found);
	}
	return r;
}

/* What is not wrong in itself: it names what is not on this system, or lies where it is not read.
 */
static int look_around(const struct pcs_root *root, struct pcs_layers *l, bool verbose)
{
	PCS_CLEANUP(pcs_diags_done) struct pcs_diags doubts = { 0 };
	struct looking k = { .policy = l->policy, .verbose = verbose };
	int r = root->path[0] ? pcs_policy_forget_paths(l->policy, l->inside, &doubts) : 0;
	if (r == 0)
		r = pcs_layers_ignored(root, &doubts);
	for (size_t i = 0; i < doubts.n; i++)
		pcs_warning("%s", doubts.lines[i]);
	if (r == 0)
		r = pcs_policy_each_use(l->policy, look_at_interp, &k);
	pcs_interps_done(&k.interps);
	return r < 0 ? r : look_at_trees(l->policy, root, verbose);
}

static void list_read(const struct pcs_policy *p)
{
	for (uint32_t i = 1; i < pcs_policy_layers(p); i++) {
		PCS_BUF struct pcs_buf name = { 0 };
		const char *layer = pcs_policy_layer(p, i);
		if (pcs_buf_add_shown(&name, layer, strlen(layer)) == 0)
			printf("read %s\n", name.data);
	}
}

static int check_root(const struct pcs_options *o, const struct pcs_root *root)
{
	struct pcs_layers l;
	int r = pcs_layers_read(root, o->policy, &l), status = PCS_EXIT_USAGE;
	if (r == 0 && !o->quiet)
		list_read(l.policy);
	if (r == 0)
		status = judge_layers(&l, 1);
	if (r == 0)
		r = look_around(root, &l, o->verbose && !o->quiet);
	if (r < 0) {
		pcs_error("the policy: %s", pcs_strerror(r));
		status = PCS_EXIT_USAGE;
	}
	pcs_layers_done(&l);
	return status;
}

static int check_system(const struct pcs_options *o)
{
	struct pcs_root root;
	int r = pcs_root_open(o->root, &root);
	if (r < 0)
		return pcs_fail(PCS_EXIT_USAGE, "%s: %s", o->root, pcs_strerror(r));
	int status = check_root(o, &root);
	pcs_root_done(&root);
	return status;
}

static int check(struct pcs_options *o)
{
	int status = PCS_EXIT_OK;
	if (o->quiet)
		pcs_log_set_level(PCS_LOG_ERROR);
	if (o->n_operands == 0)
		return check_system(o);
	for (size_t i = 0; i < o->n_operands; i++)
		if (check_file(o->operands[i], o->verbose && !o->quiet) != PCS_EXIT_OK)
			status = PCS_EXIT_USAGE;
	return status;
}

/* ---- show ---- */

/* What --python asks for, as a layer of its own over the others. */
static int add_python_layer(struct pcs_session *s)
{
	PCS_BUF struct pcs_buf text = { 0 };
	PCS_CLEANUP(pcs_diags_done) struct pcs_diags diags = { 0 };
	struct pcs_policy *merged;
	int status = s->options->n_pythons ? pcs_session_interps(s) : PCS_EXIT_OK;
	if (!s->options->n_pythons || status)
		return status;
	int r = pcs_buf_adds(&text, "version: 1\ninterpreters: [");
	for (size_t i = 0; i < s->interps.n && r == 0; i++)
		r = pcs_buf_printf(&text, "%s'%s'", i ? ", " : "",
				   pcs_interp_path(&s->interps.list[i]));
	if (r == 0)
		r = pcs_buf_adds(&text, "]\n");
	if (r == 0)
		r = pcs_policy_load(s->policy, "--python", text.data, text.len, &diags, &merged);
	if (r < 0)
		return pcs_fail(PCS_EXIT_USAGE, "--python: %s",
				diags.n ? diags.lines[0] : pcs_strerror(r));
	pcs_policy_free(s->policy);
	s->policy = merged;
	return PCS_EXIT_OK;
}

static int show(struct pcs_options *o)
{
	struct pcs_session s;
	PCS_BUF struct pcs_buf text = { 0 };
	int status = pcs_session_policy(o, 0, &s);
	if (status == PCS_EXIT_OK && o->n_operands)
		status = pcs_fail(PCS_EXIT_USAGE, "policy show: unexpected argument '%s'",
				  o->operands[0]);
	if (status == PCS_EXIT_OK)
		status = add_python_layer(&s);
	if (status == PCS_EXIT_OK)
		status = pcs_session_status(pcs_policy_show(s.policy, o->json, &text));
	if (status == PCS_EXIT_OK)
		fwrite(text.data, 1, text.len, stdout);
	pcs_session_done(&s);
	return status;
}

/* ---- explain ---- */

/* The name without links, as far as its directories are there. 0 or -errno. */
static int add_real(struct pcs_changes *changes, const char *path, struct pcs_buf *ret)
{
	char *above = strdupa(path);
	const char *real;
	struct stat st = { 0 };
	int r = pcs_find_real(changes, above, &st, &real);
	while (r >= 0 && !S_ISDIR(st.st_mode) && strcmp(above, "/") != 0) {
		above[pcs_path_dir_len(above)] = '\0';
		r = pcs_find_real(changes, above, &st, &real);
	}
	const char *below = path + strlen(above);
	below += *below == '/';
	if (r < 0)
		return r;
	return *below ? pcs_path_join(ret, real, below) : pcs_buf_adds(ret, real);
}

/* What the actions are about: names of sources and caches, as they are and without links. */
struct answers {
	struct pcs_arena strings;
	const char **names;
	size_t n, cap;
};

static void answers_done(struct answers *x)
{
	pcs_arena_done(&x->strings);
	free(x->names);
}

static int add_answer(struct answers *x, const struct pcs_buf *name)
{
	const char **names = pcs_grow(x->names, &x->cap, x->n + 1, sizeof(*names));
	if (!names)
		return -ENOMEM;
	x->names = names;
	names[x->n] = pcs_arena_dup(&x->strings, name->data, name->len);
	return names[x->n] ? (x->n++, 0) : -ENOMEM;
}

/* The name of what lies in a directory whose name without links is `real`. */
static int add_both(struct answers *x, const struct pcs_buf *name, const char *dir,
		    const struct pcs_buf *real)
{
	PCS_BUF struct pcs_buf other = { 0 };
	if (!name->len)
		return 0;
	int r = add_answer(x, name);
	const size_t len = strlen(dir);
	if (r < 0 || name->len <= len || !pcs_path_within(name->data, dir) ||
	    strcmp(dir, real->data) == 0)
		return r;
	r = pcs_path_join(&other, real->data, name->data + len + 1);
	return r < 0 ? r : add_answer(x, &other);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int find_answers(const struct pcs_session *s, struct pcs_changes *changes,
			const struct pcs_actions *l, struct answers *ret)
{
	PCS_BUF struct pcs_buf real = { 0 };
	int r = 0;
	for (size_t i = 0; i < l->n && r == 0; i++) {
		const struct pcs_action *a = &l->list[i];
		PCS_BUF struct pcs_buf source = { 0 };
		PCS_BUF struct pcs_buf pyc = { 0 };
		const char *dir = a->place->path;
		if (i == 0 || a->place != l->list[i - 1].place) {
			real.len = 0;
			if (add_real(changes, dir, &real) < 0)
				r = pcs_buf_adds(&real, dir);
		}
		if (r == 0)
			r = pcs_action_path(a, &source);
		if (r == 0)
			r = add_both(ret, &source, dir, &real);
		if (r == 0)
			r = pcs_action_pyc(&s->site, a, &pyc); /* it speaks for its source */
		if (r == 0)
			r = add_both(ret, &pyc, dir, &real);
	}
	if (ret->n)
		qsort(ret->names, ret->n, sizeof(*ret->names), compare_names);
	return r;
}

static bool is_among(const struct answers *x, const char *path)
{
	return pcs_any_within(x->names, x->n, sizeof(*x->names), path);
}

/* Whether any action is about the operand or something below it, which the policy may have under
 * another name. */
static bool is_answered(const struct pcs_session *s, struct pcs_changes *changes,
			const struct answers *x, const char *operand)
{
	PCS_BUF struct pcs_buf path = { 0 };
	PCS_BUF struct pcs_buf name = { 0 };
	PCS_FREE char *cwd = s->root.path[0] ? strdup("/") : getcwd(NULL, 0);
	return pcs_path_normalize(operand, strlen(operand), cwd ? cwd : "/", &path) < 0 ||
	       is_among(x, path.data) || add_real(changes, path.data, &name) < 0 ||
	       is_among(x, name.data);
}

static int warn_of_unanswered(const struct pcs_session *s, struct pcs_changes *changes,
			      const struct pcs_actions *l)
{
	PCS_CLEANUP(answers_done) struct answers x = { 0 };
	int r = find_answers(s, changes, l, &x);
	for (size_t i = 0; i < s->options->n_operands && r == 0; i++)
		if (!is_answered(s, changes, &x, s->options->operands[i]))
			pcs_warning("%s: nothing to do: no source is there, and no cache of one",
				    s->options->operands[i]);
	return r;
}

static int explain_changes(struct pcs_session *s, struct pcs_changes *changes)
{
	struct pcs_actions l = { 0 };
	int r = pcs_changes_finish(changes);
	if (r == 0)
		r = pcs_reconcile(&s->site, &s->goal, changes, &l, &s->early);
	if (r == 0)
		r = pcs_explain(&s->site, &l, s->options->json, stdout);
	if (r == 0)
		r = warn_of_unanswered(s, changes, &l);
	pcs_actions_done(&l);
	return pcs_session_status(r);
}

static int explain(struct pcs_options *o)
{
	struct pcs_session s;
	struct pcs_changes changes;
	o->dry_run = o->explain = true; /* the plan of 'sync', all of it, and nothing carried out */
	if (!o->n_operands && !o->from_stdin)
		return pcs_fail(PCS_EXIT_USAGE, "policy explain: expected a path");
	const struct pcs_goal goal = { .kind = PCS_GOAL_RECONCILE };
	int status = pcs_session_open(o, &goal, 0, &s);
	if (status == PCS_EXIT_OK) {
		pcs_session_init_changes(&s, 0, &changes);
		status = pcs_session_changes(&s, &changes);
		if (status == PCS_EXIT_OK)
			status = explain_changes(&s, &changes);
		pcs_changes_done(&changes);
	}
	pcs_session_done(&s);
	return status;
}

/* ---- which of them ---- */

static const struct {
	const char *name;
	int (*run)(struct pcs_options *o);
	enum pcs_command command;
	const char *synopsis;
} commands[] = {
	{ "check", check, PCS_POLICY_CHECK, "[options] [--] [FILE...]" },
	{ "show", show, PCS_POLICY_SHOW, "[options]" },
	{ "explain", explain, PCS_POLICY_EXPLAIN, "[options] [--] PATH..." },
};

static int print_help(void)
{
	for (size_t i = 0; i < PCS_ARRAY_SIZE(commands); i++)
		printf("%s pycsync policy %s %s\n", i ? "      " : "usage:", commands[i].name,
		       commands[i].synopsis);
	puts("\n'pycsync help policy check' tells the options of the first, and so on.\n"
	     "The manuals are pycsync(8) and pycsync.yaml(5).");
	return PCS_EXIT_OK;
}

int pcs_cmd_policy(int argc, char **argv)
{
	char command[32];
	const char *name = argc > 1 ? argv[1] : "";
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return print_help();
	for (size_t i = 0; i < PCS_ARRAY_SIZE(commands); i++) {
		if (strcmp(commands[i].name, name) != 0)
			continue;
		snprintf(command, sizeof(command), "policy %s", name);
		argv[1] = command;
		return pcs_options_run(argc - 1, argv + 1, commands[i].command,
				       commands[i].synopsis, commands[i].run);
	}
	return pcs_fail(PCS_EXIT_USAGE, "policy: expected one of check, show, explain");
}
