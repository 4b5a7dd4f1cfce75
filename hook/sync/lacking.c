/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/lacking.h"

#include <string.h>

#include "sync/actions.h"
#include "tree/site.h"
#include "tree/staged.h"
#include "workers/interp.h"

static bool is_lacking(const struct pcs_action *a)
{
	return a->state == PCS_FAILED && a->reason == PCS_WHY_NO_INTERP;
}

/* Length of the part of a path up to and with the directory that has the version in its name; with
 * none, of all. */
static size_t tree_len(const char *path, const char **ret_version, size_t *ret_len)
{
	*ret_len = pcs_staged_version(path, ret_version);
	return *ret_len ? (size_t)(*ret_version + *ret_len - path) : strlen(path);
}

/* Turn the failure at `first` into that of its whole tree. */
static int merge_tree(struct pcs_actions *l, size_t first)
{
	const char *version = "", *path = l->list[first].place->path;
	size_t version_len, len = tree_len(path, &version, &version_len), n = 0;
	for (size_t i = first; i < l->n; i++) {
		struct pcs_action *a = &l->list[i];
		if (!is_lacking(a) || strncmp(a->place->path, path, len) != 0 ||
		    (a->place->path[len] != '/' && a->place->path[len]))
			continue;
		n++;
		if (i != first)
			a->state = PCS_SKIPPED;
	}
	char *tree = strndupa(path, len);
	const struct pcs_step lacks = { .act = PCS_LEAVE,
					.reason = PCS_WHY_NO_INTERP,
					.interp = PCS_NO_INTERP };
	struct pcs_place *place = pcs_actions_place(l, tree, len, 0);
	struct pcs_action *a = pcs_actions_add(l, place, &lacks, NULL, NULL);
	if (!place || !a)
		return -ENOMEM;
	a->settings = l->list[first].settings;
	l->list[first].state = PCS_SKIPPED;
	pcs_action_fail(a, "there is no interpreter%s%.*s to compile it for (sources: %zu)",
			version_len ? " " : "", (int)version_len, version, n);
	return 0;
}

int pcs_merge_lacking(struct pcs_actions *l)
{
	size_t n = l->n;
	int r = 0;
	for (size_t i = 0; i < n && r == 0; i++)
		if (is_lacking(&l->list[i]))
			r = merge_tree(l, i);
	return r;
}

int pcs_note_formless(const struct pcs_site *site, struct pcs_actions *l)
{
	for (unsigned i = 0; i < site->interps->n; i++) {
		bool said = l->formless_said & UINT32_C(1) << i;
		const char *path = pcs_interp_path(&site->interps->list[i]);
		const struct pcs_step step = { .act = PCS_LEAVE,
					       .reason = PCS_WHY_NO_FORM,
					       .interp = (uint8_t)i,
					       .level = PCS_LEVEL_OTHER };
		if (!said && !(site->staged && l->formless & UINT32_C(1) << i))
			continue;
		struct pcs_place *place = pcs_actions_place(l, path, strlen(path), 0);
		struct pcs_action *a = place ? pcs_actions_add(l, place, &step, NULL, NULL) : NULL;
		if (!a)
			return -ENOMEM;
		if (!said)
			continue;
		pcs_action_fail(a, "%s", pcs_reason_text(PCS_WHY_NO_FORM));
		a->flags = PCS_FAILED_FOR_GOOD;
	}
	return 0;
}
