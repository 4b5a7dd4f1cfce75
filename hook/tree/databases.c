/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree/databases.h"

#include "pkg/memo.h"
#include "pkg/owner.h"
#include "state/memory.h"

/* The row of a directory of lists: its quick index tells what state that was in. */
static const char BARREN[] = "names-no-bytecode";

static bool is_barren(void *memory, const char *dir, const struct stat *st)
{
	PCS_CLEANUP(pcs_rows_done) struct pcs_rows rows = { 0 };
	PCS_BUF struct pcs_buf bytes = { 0 };
	if (pcs_memory_rows(memory, dir, &bytes, &rows) < 0)
		return false;
	const struct pcs_row *row = pcs_rows_find(&rows, BARREN);
	return row && row->kind == PCS_ROW_LISTS && row->quick == pcs_row_quick(st);
}

static void note_barren(void *memory, const char *dir, const struct stat *st)
{
	const struct pcs_row row = { .name = BARREN,
				     .kind = PCS_ROW_LISTS,
				     .quick = pcs_row_quick(st) };
	pcs_memory_note(memory, dir, &row);
}

void pcs_databases_remember(struct pcs_memory *memory, struct pcs_owner *o)
{
	const struct pcs_memo memo = { .is_barren = is_barren,
				       .note_barren = note_barren,
				       .ctx = memory };
	pcs_owner_remember(o, &memo);
}
