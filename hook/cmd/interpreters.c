/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pycsync interpreters: what was found, and why something that was found is of no use. */

#include "cmd/interpreters.h"

#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/exit.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "policy/query.h"
#include "workers/find.h"
#include "workers/ask.h"

static void print_json(const struct pcs_interp *i, struct pcs_json *j)
{
	pcs_json_begin(j, NULL, '{');
	pcs_json_filled(j, "version", i->full ? i->full : i->version);
	pcs_json_filled(j, "tag", i->tag);
	pcs_json_number_if(j, "magic", i->magic != 0, i->magic & 0xffff);
	pcs_json_number_if(j, "marshal", i->full != NULL, i->marshal);
	pcs_json_filled(j, "libpython", i->libpython);
	pcs_json_filled(j, "executable", i->executable);
	pcs_json_string(j, "worker", i->by_itself ? "executable" : "libpython");
	pcs_json_bool(j, "ok", !i->reason);
	pcs_json_filled(j, "reason", i->reason);
	pcs_json_end(j);
}

static void print_text(const struct pcs_interp *i)
{
	if (i->reason)
		printf("%-8s %-14s %5s  %s: %s\n", i->version, "-", "-", pcs_interp_path(i),
		       i->reason);
	else
		printf("%-8s %-14s %5u  %s\n", i->full, i->tag, i->magic & 0xffff,
		       i->by_itself ? i->executable : i->libpython);
}

static bool is_listed(const struct pcs_interps *l, const char *version)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->list[i].version, version) == 0)
			return true;
	return false;
}

/* The system's, and beside them those that the policy or the command line names by path. */
static int list(struct pcs_session *s)
{
	const char *const *names, *const *exclude;
	bool automatic;
	struct pcs_json j = { .out = stdout };
	int r = pcs_interps_discover(&s->interps), bad = 0;
	pcs_policy_choice(s->policy, PCS_NO_TREE, &automatic, &names, &exclude);
	for (size_t i = 0; names[i]; i++)
		if (!is_listed(&s->interps, names[i]))
			bad |= pcs_session_add_interp(s, names[i], true);
	for (size_t i = 0; i < s->options->n_pythons; i++)
		bad |= pcs_session_add_interp(s, s->options->pythons[i], true);
	if (r == 0)
		r = pcs_interps_ask(&s->interps, PCS_ASK_ALL);
	if (r < 0)
		return pcs_session_status(r);
	if (s->interps.unseen)
		pcs_error("%s", s->interps.unseen);
	bad |= s->interps.unseen != NULL;
	for (size_t i = 0; i < s->interps.n; i++) {
		if (s->options->json)
			print_json(&s->interps.list[i], &j);
		else
			print_text(&s->interps.list[i]);
	}
	r = pcs_json_done(&j);
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
