/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pycsync verify: is the bytecode here right? For trees, packages that are installed, and files. */

#include "cmd/verify.h"

#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/progress.h"
#include "base/chase.h"
#include "base/exit.h"
#include "cmd/operands.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "cmd/staging.h"
#include "tree/changes.h"
#include "tree/distinct.h"
#include "verify/deep.h"
#include "verify/package.h"
#include "verify/report.h"
#include "verify/tree.h"
#include "verify/verify.h"
#include "pkg/installed.h"
#include "pkg/managers.h"
#include "pkg/owner.h"
#include "state/memory.h"
#include "state/state.h"
#include "workers/find.h"
#include "workers/interp.h"

static bool is_package(const char *operand)
{
	static const char *const ends[] = {
		".whl", ".zip", ".tar", ".tgz", ".tzst", ".txz", ".tbz2"
	};
	const char *base = pcs_path_base(operand);
	for (size_t i = 0; i < PCS_ARRAY_SIZE(ends); i++)
		if (pcs_ends_with(base, ends[i]))
			return true;
	const char *tar = strstr(base, ".tar.");
	return (tar && !strchr(tar + 5, '.') && tar[5]) || pcs_is_package_name(base);
}

static int print_findings(void)
{
	for (unsigned i = 0; i < PCS_FOUND_CODES; i++) {
		const struct pcs_code_info *info = pcs_code_info(i);
		printf("%-8s %-20s %s\n", pcs_severity_name(info->severity), info->name,
		       info->text);
	}
	return PCS_EXIT_OK;
}

/* "error", "missing,orphan", "never": what makes the run fail. 0 or -PCS_EUSAGE. */
static int read_fail_on(const char *text, bool fails[PCS_FOUND_CODES])
{
	PCS_FREE char *copy = strdup(text ? text : "warning");
	char *save = NULL;
	if (!copy) {
		pcs_error("out of memory");
		return -ENOMEM;
	}
	for (char *word = strtok_r(copy, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		enum pcs_finding_code code = pcs_code_named(word);
		unsigned severity = 0;
		while (severity < PCS_SEVERITIES && strcmp(pcs_severity_name(severity), word) != 0)
			severity++;
		if (code != PCS_FOUND_CODES) {
			fails[code] = true;
		} else if (severity < PCS_SEVERITIES) {
			for (unsigned i = 0; i < PCS_FOUND_CODES; i++)
				fails[i] |= pcs_code_info(i)->severity >= severity;
		} else if (strcmp(word, "never") != 0) {
			return pcs_fail(
				-PCS_EUSAGE,
				"verify: --fail-on: expected a severity or a finding, got '%s' "
				"('--fail-on help' lists them)",
				word);
		}
	}
	return 0;
}

/* Look at changes that are complete, and be done with them. */
static int look(struct pcs_verify *v, struct pcs_changes *changes, int status)
{
	if (status == 0)
		status = pcs_session_status(pcs_changes_finish(changes));
	if (status == 0)
		status = pcs_session_status(pcs_verify_changes(v, changes));
	pcs_changes_done(changes);
	return status;
}

static int verify_paths(struct pcs_session *s, struct pcs_staging_site *staging,
			struct pcs_verify *v)
{
	const struct pcs_options *o = s->options;
	struct pcs_changes changes;
	bool given = o->n_operands || o->from_stdin;
	if (!given && (o->n_packages || o->n_installed))
		return 0;
	pcs_session_init_changes(s, 0, &changes);
	if (s->staging)
		return look(v, &changes, pcs_staging_changes(staging, &changes, NULL));
	return look(v, &changes,
		    given ? pcs_session_changes(s, &changes) : pcs_session_trees(s, &changes));
}

static int add_path(void *ctx, const char *path)
{
	return pcs_changes_add(ctx, path, strlen(path));
}

static int verify_installed(struct pcs_session *s, struct pcs_verify *v, const char *name)
{
	struct pcs_changes changes;
	PCS_BUF struct pcs_buf why = { 0 };
	pcs_session_init_changes(s, PCS_CHANGES_TRIGGER, &changes);
	int r = pcs_installed_files(&s->root, name, add_path, &changes, &why);
	int status = 0;
	if (r <= 0) {
		pcs_error("%s: %s", name,
			  why.len ? why.data :
			  r < 0   ? pcs_strerror(r) :
				    "no such package");
		status = PCS_EXIT_USAGE;
	}
	v->flags |= PCS_VERIFY_IN_TREES;
	status = look(v, &changes, status);
	v->flags &= ~(unsigned)PCS_VERIFY_IN_TREES;
	return status;
}

static int verify_package(struct pcs_verify *v, const char *file)
{
	PCS_BUF struct pcs_buf why = { 0 };
	int r = pcs_verify_archive(v, file, &why);
	if (r == 0)
		r = pcs_verify_compile(v); /* what is kept of several would be too much */
	if (r == -PCS_ESIGNAL || r == 0)
		return pcs_session_status(r);
	return pcs_fail(PCS_EXIT_USAGE, "%s: %s", file, why.len ? why.data : pcs_strerror(r));
}

/* What was said to us is to be said to the commands that fix as well. NULL: out of memory. */
static const char **options_to_fix(const struct pcs_session *s)
{
	const struct pcs_options *o = s->options;
	const char **list = calloc(2 * (o->n_pythons + 2) + 1, sizeof(*list));
	size_t n = 0;
	if (list && s->root.path[0] && !s->staging) {
		list[n++] = "--root";
		list[n++] = s->root.path;
	}
	if (list && o->policy) {
		list[n++] = "--policy";
		list[n++] = o->policy;
	}
	for (size_t i = 0; list && i < o->n_pythons; i++) {
		list[n++] = "--python";
		list[n++] = o->pythons[i];
	}
	return list;
}

/* Where 'stage' made the root, a 'sync' would undo that: who asks without --stage may not know. A
 * system has the state of earlier runs, or will have. */
static bool may_be_staged(const struct pcs_session *s, const struct pcs_findings *found)
{
	struct stat st;
	bool staged = false;
	for (size_t i = 0; i < found->n && !staged; i++) {
		const struct pcs_finding *f = &found->list[i];
		staged = !f->archive[0] &&
			 (f->code == PCS_FOUND_WRONG_MODE || f->code == PCS_FOUND_WRONG_PATH ||
			  f->code == PCS_FOUND_STALE_MTIME || f->code == PCS_FOUND_STALE_CTIME);
	}
	return staged && s->root.path[0] && !s->staging &&
	       pcs_is_absence(pcs_root_stat(&s->root, PCS_STATE_DIR, &st));
}

static int report(const struct pcs_session *s, const struct pcs_verify *v,
		  const bool fails[PCS_FOUND_CODES])
{
	const struct pcs_options *o = s->options;
	PCS_FREE const char **options = options_to_fix(s);
	struct pcs_verify_report how = { .fix = { .root = s->root.path,
						  .options = options,
						  .destdir = s->staging ? s->root.path : NULL,
						  .stage_options = o->given,
						  .n_stage_options = o->n_given } };
	bool failed;
	if (!options)
		return pcs_session_status(-ENOMEM);
	if (o->json)
		how.flags |= PCS_VREPORT_JSON;
	if (o->json || !o->quiet)
		how.flags |= PCS_VREPORT_SUMMARY;
	memcpy(how.fails, fails, sizeof(how.fails));
	for (unsigned i = 0; i < PCS_FOUND_CODES; i++)
		how.shown[i] = o->verbose || fails[i] || pcs_code_info(i)->severity > PCS_NOTE;
	if (!o->json && !o->quiet && may_be_staged(s, &v->found))
		printf("pycsync: if 'pycsync stage' made this root, ask 'pycsync verify --stage "
		       "%s'; "
		       "a 'sync' in it would undo that\n",
		       o->root);
	int r = pcs_verify_report(&v->found, &how, stdout, &failed);
	if (r < 0)
		return pcs_fail(PCS_EXIT_FAILED, "standard output: %s", pcs_strerror(r));
	return failed ? PCS_EXIT_FAILED : PCS_EXIT_OK;
}

/* "PATH: REASON". 0 or -ENOMEM. */
static int add_unseen(struct pcs_verify *v, const char *unseen)
{
	const char *colon = unseen ? strstr(unseen, ": ") : NULL;
	if (!unseen)
		return 0;
	if (!colon) /* no memory for more */
		return pcs_findings_add_unexamined(&v->found, "", "/", "", unseen);
	return pcs_findings_add_unexamined(
		&v->found, "", strndupa(unseen, (size_t)(colon - unseen)), "", colon + 2);
}

/* What kept us from looking at more than one path. 0 or -ENOMEM. */
static int add_unexamined(const struct pcs_session *s, struct pcs_verify *v)
{
	const struct pcs_interps *l = &s->interps;
	const struct pcs_memory *memory = s->site.memory;
	const char *problem = pcs_owner_problem(s->site.owner);
	int error = memory ? pcs_memory_error(memory) : 0;
	int r = add_unseen(v, l->unseen);
	if (r == 0 && error && !pcs_memory_is_not_ours(memory, error))
		r = pcs_findings_add_unexamined(&v->found, "", PCS_STATE_DIR "/memory", "",
						pcs_strerror(error));
	if (r == 0)
		r = add_unseen(v, s->turnover.unseen);
	if (r == 0)
		r = add_unseen(v, v->known->unseen);
	for (size_t i = l->n; i < l->n + l->n_rest && r == 0; i++)
		if (pcs_session_lacks_interp(s, i))
			r = pcs_findings_add_unexamined(&v->found, "", pcs_interp_path(&l->list[i]),
							l->list[i].version, l->list[i].reason);
	return r == 0 && problem ? pcs_findings_add_unexamined(&v->found, "", "/", "", problem) : r;
}

static int run(struct pcs_session *s, struct pcs_staging_site *staging, struct pcs_verify *v,
	       const bool fails[PCS_FOUND_CODES])
{
	const struct pcs_options *o = s->options;
	pcs_progress_phase("looking at sources", 0, 0);
	int r = verify_paths(s, staging, v);
	for (size_t i = 0; i < o->n_installed && r == 0; i++)
		r = verify_installed(s, v, o->installed[i]);
	if (r == 0)
		r = pcs_session_status(pcs_verify_compile(v));
	for (size_t i = 0; i < o->n_packages && r == 0; i++) {
		pcs_progress_phase("looking at packages", 0, 0);
		pcs_progress_add(i, 0);
		pcs_progress_name(o->packages[i], NULL);
		r = verify_package(v, o->packages[i]);
	}
	pcs_progress_stop();
	if (r == 0)
		r = pcs_session_status(add_unexamined(s, v));
	if (r)
		return r;
	pcs_findings_sort(&v->found);
	return report(s, v, fails);
}

static int open_and_run(const struct pcs_options *o, const bool fails[PCS_FOUND_CODES])
{
	struct pcs_session s;
	struct pcs_staging_site staging = { 0 };
	struct pcs_interps known = { 0 };
	struct pcs_verify v = { .site = &s.site,
				.known = &known,
				.flags = (o->deep ? PCS_VERIFY_DEEP : 0u) |
					 (o->deep || o->no_state ? PCS_VERIFY_ANEW : 0u) |
					 (o->links ? PCS_VERIFY_LINKS : 0u) |
					 (o->n_pythons ? PCS_VERIFY_ANY_VERSION : 0u) };
	const struct pcs_goal goal = { .kind = PCS_GOAL_RECONCILE };
	int r = pcs_session_open(o, &goal, o->stage.destdir ? PCS_SESSION_STAGING : 0, &s);
	if (r == 0 && s.staging)
		r = pcs_staging_settle(&s, &staging);
	v.jobs = s.goal.jobs;
	if (r == 0)
		r = pcs_session_status(pcs_interps_discover(&known));
	if (r == 0)
		r = run(&s, &staging, &v, fails);
	if (r == 0 && (s.flawed || known.unseen))
		r = PCS_EXIT_FAILED;
	pcs_verify_done(&v);
	pcs_interps_done(&known);
	pcs_session_done(&s);
	pcs_staging_done(&staging);
	return r;
}

/* Whether what is asked of a staging root goes together. 0 or an exit status. */
static int check_stage(struct pcs_options *o)
{
	if (!o->stage.destdir)
		return o->n_given ? pcs_fail(PCS_EXIT_USAGE, "verify: --%s needs --stage DESTDIR",
					     o->given[0]) :
				    0;
	if (strcmp(o->root, "/") != 0)
		return pcs_fail(PCS_EXIT_USAGE, "verify: --stage cannot be combined with --root");
	if (o->n_packages || o->n_installed)
		return pcs_fail(PCS_EXIT_USAGE, "verify: --stage cannot be combined with packages");
	return pcs_staging_root(o, o->stage.destdir);
}

static int verify(struct pcs_options *o)
{
	bool fails[PCS_FOUND_CODES] = { false };
	o->strict = true;
	o->dry_run = true; /* nothing is written, so nobody has to wait */
	if (o->fail_on && strcmp(o->fail_on, "help") == 0)
		return print_findings();
	int r = pcs_options_pick_packages(o, is_package);
	if (r == 0)
		r = read_fail_on(o->fail_on, fails);
	if (r == 0)
		r = check_stage(o);
	return r ? PCS_EXIT_USAGE : open_and_run(o, fails);
}

int pcs_cmd_verify(int argc, char **argv)
{
	return pcs_options_run(argc, argv, PCS_VERIFY, "[options] [--] [PATH|PACKAGE...]", verify);
}
