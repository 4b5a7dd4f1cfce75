/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pycsync store: what is kept there, making room, checking it. */

#include "cmd/store.h"

#include <inttypes.h>
#include <string.h>

#include "base/err.h"
#include "base/exit.h"
#include "base/json.h"
#include "base/log.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "cmd/storage.h"
#include "policy/query.h"
#include "store/entries.h"
#include "store/store.h"

/* One directory, and how what is found there is told. */
struct task {
	const struct pcs_store *store;
	const struct pcs_store_layer *layer;
	bool json;
	struct pcs_json j;
	size_t wrong;
};

static bool is_written(const struct task *t)
{
	return t->layer == &t->store->layers[0];
}

/* Why it is not used; NULL where it is. */
static const char *fault_of(const struct pcs_store_layer *l)
{
	return l->why ? l->why : l->error ? pcs_strerror(l->error) : NULL;
}

static int report_error(const struct task *t, int error)
{
	if (error < 0)
		pcs_error("the store %s: %s", t->layer->path, pcs_strerror(error));
	return error < 0 ? PCS_EXIT_FAILED : PCS_EXIT_OK;
}

/* ---- status ---- */

static int show_status(struct task *t)
{
	struct pcs_store_counts c = { 0 };
	const char *fault = fault_of(t->layer);
	int r = fault ? 0 : pcs_store_count(t->layer->fd, &c);
	if (t->json) {
		pcs_json_begin(&t->j, NULL, '{');
		pcs_json_string(&t->j, "store", t->layer->path);
		pcs_json_bool(&t->j, "written", is_written(t));
		pcs_json_number_if(&t->j, "entries", !fault, c.entries);
		pcs_json_number_if(&t->j, "bytes", !fault, c.bytes);
		pcs_json_number_if(&t->j, "size", is_written(t), t->store->size);
		pcs_json_string(&t->j, "error", fault);
		pcs_json_end(&t->j);
	} else if (fault) {
		printf("%s: not used: %s\n", t->layer->path, fault);
	} else if (is_written(t)) {
		printf("%s: %zu entries, %" PRIu64 " of %" PRIu64 " bytes\n", t->layer->path,
		       c.entries, c.bytes, t->store->size);
	} else {
		printf("%s: %zu entries, %" PRIu64 " bytes, only read\n", t->layer->path, c.entries,
		       c.bytes);
	}
	return report_error(t, r);
}

/* ---- prune ---- */

static int prune(struct task *t)
{
	struct pcs_store_counts c;
	if (!is_written(t))
		return PCS_EXIT_OK;
	if (fault_of(t->layer))
		return pcs_fail(PCS_EXIT_FAILED, "the store %s is not used: %s", t->layer->path,
				fault_of(t->layer));
	int r = pcs_store_prune(t->layer->fd, t->store->size, &c);
	if (t->json) {
		pcs_json_begin(&t->j, NULL, '{');
		pcs_json_string(&t->j, "store", t->layer->path);
		pcs_json_number(&t->j, "removed", c.gone);
		pcs_json_number(&t->j, "freed", c.freed);
		pcs_json_number(&t->j, "entries", c.entries - c.gone);
		pcs_json_number(&t->j, "bytes", c.bytes - c.freed);
		pcs_json_end(&t->j);
	} else {
		printf("%s: %zu entries removed, %zu left, %" PRIu64 " of %" PRIu64 " bytes\n",
		       t->layer->path, c.gone, c.entries - c.gone, c.bytes - c.freed,
		       t->store->size);
	}
	return report_error(t, r);
}

/* ---- verify ---- */

static void tell_wrong(void *ctx, const char *name, const char *why)
{
	struct task *t = ctx;
	t->wrong++;
	if (!t->json) {
		printf("%s/%s: %s\n", t->layer->path, name, why);
		return;
	}
	pcs_json_begin(&t->j, NULL, '{');
	pcs_json_string(&t->j, "store", t->layer->path);
	pcs_json_string(&t->j, "entry", name);
	pcs_json_string(&t->j, "error", why);
	pcs_json_end(&t->j);
}

static int verify(struct task *t)
{
	struct pcs_store_counts c;
	if (t->layer->fd < 0)
		return is_written(t) ? pcs_fail(PCS_EXIT_FAILED, "the store %s is not used: %s",
						t->layer->path, fault_of(t->layer)) :
				       PCS_EXIT_OK;
	t->wrong = 0;
	int r = pcs_store_verify(t->layer->fd, tell_wrong, t, &c);
	if (t->json) {
		pcs_json_begin(&t->j, NULL, '{');
		pcs_json_string(&t->j, "store", t->layer->path);
		pcs_json_number(&t->j, "entries", c.entries);
		pcs_json_number(&t->j, "wrong", t->wrong);
		pcs_json_end(&t->j);
	} else {
		printf("%s: %zu entries, %zu wrong\n", t->layer->path, c.entries, t->wrong);
	}
	r = report_error(t, r);
	return r ? r : t->wrong ? PCS_EXIT_FAILED : PCS_EXIT_OK;
}

/* ---- which of them ---- */

static const struct {
	const char *name;
	int (*run)(struct task *t);
} commands[] = {
	{ "status", show_status },
	{ "prune", prune },
	{ "verify", verify },
};

/* The worst status counts. */
static int run_all(const struct pcs_options *o, struct pcs_store *store, int (*run)(struct task *t))
{
	struct task t = { .store = store, .json = o->json, .j.out = stdout };
	int status = PCS_EXIT_OK;
	for (size_t i = 0; i < store->n; i++) {
		t.layer = &store->layers[i];
		int r = run(&t);
		status = r > status ? r : status;
	}
	return pcs_json_done(&t.j) < 0 ? PCS_EXIT_FAILED : status;
}

static int open_and_run(struct pcs_session *s, int (*run)(struct task *t))
{
	const struct pcs_options *o = s->options;
	int status = o->store ? pcs_storage_open(o->store, false, &s->storage) :
				pcs_storage_open_policy(s->policy, &s->root, false, &s->storage);
	if (status)
		return status;
	if (!s->storage)
		return pcs_fail(PCS_EXIT_USAGE, "store: none is set; --store or the policy names "
						"one");
	return run_all(o, pcs_storage_get(s->storage), run);
}

static int store(struct pcs_options *o)
{
	struct pcs_session s;
	const char *name = o->n_operands ? o->operands[0] : "";
	size_t i = 0;
	while (i < PCS_ARRAY_SIZE(commands) && strcmp(commands[i].name, name) != 0)
		i++;
	if (i == PCS_ARRAY_SIZE(commands))
		return pcs_fail(PCS_EXIT_USAGE, "store: expected one of status, prune, verify");
	if (o->n_operands > 1)
		return pcs_fail(PCS_EXIT_USAGE, "store %s: unexpected argument '%s'", name,
				o->operands[1]);
	int status = pcs_session_policy(o, 0, &s);
	if (status == PCS_EXIT_OK)
		status = open_and_run(&s, commands[i].run);
	pcs_session_done(&s);
	return status;
}

int pcs_cmd_store(int argc, char **argv)
{
	return pcs_options_run(argc, argv, PCS_STORE, "status|prune|verify [options]", store);
}
