/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd/operands.h"

#include <limits.h>
#include <string.h>

#include "base/err.h"
#include "base/exit.h"
#include "base/log.h"
#include "base/path.h"
#include "base/proc.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "policy/query.h"
#include "pyc/name.h"
#include "tree/changes.h"
#include "tree/named.h"

/* Where relative paths start: inside the root that is its "/", else the working directory. */
static void set_cwd(struct pcs_session *s, struct pcs_changes *changes)
{
	char cwd[PATH_MAX];
	if (s->root.path[0])
		pcs_changes_set_cwd(changes, "/");
	else if (getcwd(cwd, sizeof(cwd)) && cwd[0] == '/')
		pcs_changes_set_cwd(changes, cwd);
}

void pcs_session_init_changes(struct pcs_session *s, unsigned flags, struct pcs_changes *ret)
{
	flags |= s->options->nul ? PCS_CHANGES_NUL : 0u;
	flags |= s->staging ? PCS_CHANGES_STAGED : 0u;
	pcs_changes_init(ret, &s->root, flags);
	ret->prefix = s->site.prefix;
	ret->trees = s->staging ? NULL : pcs_policy_trees(s->policy);
}

/* Those that the policy has no more: what was made in them goes with its source. */
static int add_former_trees(struct pcs_session *s, struct pcs_changes *changes)
{
	size_t len;
	int r = 0;
	changes->former = true;
	for (const char *line = s->turnover.gone.data; line && *line && r == 0; line += len + 1) {
		PCS_BUF struct pcs_buf tree = { 0 };
		len = strcspn(line, "\n");
		if (line[0] != '/')
			continue;
		r = pcs_buf_add(&tree, line, len);
		if (r == 0)
			r = pcs_changes_add_tree(changes, tree.data);
	}
	changes->former = false;
	return r;
}

int pcs_session_trees(struct pcs_session *s, struct pcs_changes *changes)
{
	const char *const *trees = pcs_policy_trees(s->policy);
	int r = 0;
	for (size_t i = 0; trees[i] && r == 0; i++)
		r = pcs_changes_add_tree(changes, trees[i]);
	s->whole = true;
	return pcs_session_status(r);
}

int pcs_session_all_trees(struct pcs_session *s, struct pcs_changes *changes)
{
	int r = pcs_session_trees(s, changes);
	return r ? r : pcs_session_status(add_former_trees(s, changes));
}

int pcs_session_list(struct pcs_changes *changes)
{
	int r = pcs_changes_read(changes, STDIN_FILENO);
	if (r == 0)
		return 0;
	if (pcs_signal_seen())
		return pcs_session_status(-PCS_ESIGNAL);
	return pcs_fail(PCS_EXIT_USAGE, "standard input: %s", pcs_strerror(r));
}

/* Whether there is anything that a path of the command line may stand for. 1, 0 or -ENOMEM. */
static int is_there(const struct pcs_session *s, const struct pcs_changes *changes,
		    const char *operand)
{
	PCS_BUF struct pcs_buf path = { 0 };
	const size_t len = strlen(operand);
	if (len == 0 || len >= PATH_MAX)
		return 0;
	/* Where a __pycache__ went with its last cache, nothing is left to clean. */
	if (pcs_goal_is_removal(&s->goal) && strcmp(pcs_path_base(operand), PCS_CACHE_DIR) == 0)
		return 1;
	int r = pcs_path_normalize(operand, len, changes->cwd ? changes->cwd : "/", &path);
	return r < 0 ? r : pcs_named_is_there(&s->site, path.data, s->options->strict);
}

/* What somebody typed may be a slip of the pen. 0 or an exit status. */
static int report_absent(struct pcs_session *s, const char *operand)
{
	const char *shown = *operand ? operand : "''";
	if (s->options->strict)
		return pcs_fail(PCS_EXIT_USAGE, "%s is not there", shown);
	pcs_warning("%s is not there", shown);
	s->flawed = true;
	return 0;
}

/* Whether a path that is no directory may have meant something all the same. */
static bool speaks(const char *path)
{
	struct pcs_pyc_name name;
	const char *base = pcs_path_base(path);
	return pcs_source_stem_len(base) || pcs_pyc_name_parse(base, &name) ||
	       strcmp(base, PCS_CACHE_DIR) == 0 || strcmp(base, "") == 0;
}

/* 0 or an exit status. */
static int add_operand(struct pcs_session *s, struct pcs_changes *changes, const char *operand)
{
	size_t before = changes->n_found + changes->n_failures;
	int r = pcs_changes_add(changes, operand, strlen(operand));
	if (r < 0)
		return pcs_fail(PCS_EXIT_USAGE, "%s: %s", operand,
				r == -EINVAL ? "the working directory is not there any more" :
					       pcs_strerror(r));
	r = is_there(s, changes, operand);
	if (r <= 0)
		return r < 0 ? pcs_session_status(r) : report_absent(s, operand);
	if (s->options->strict && changes->n_found + changes->n_failures == before &&
	    !speaks(operand))
		return pcs_fail(PCS_EXIT_USAGE, "%s: no directory, source or package is there",
				operand);
	return 0;
}

int pcs_session_changes(struct pcs_session *s, struct pcs_changes *changes)
{
	const struct pcs_options *o = s->options;
	int r = 0;
	set_cwd(s, changes);
	for (size_t i = 0; i < o->n_operands && r == 0; i++)
		r = add_operand(s, changes, o->operands[i]);
	return r == 0 && o->from_stdin ? pcs_session_list(changes) : r;
}
