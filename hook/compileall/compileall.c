/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compileall/compileall.h"

#include "base/err.h"
#include "base/proc.h"
#include "compileall/compile.h"
#include "compileall/walk.h"

int pcs_compileall_run(const struct pcs_compileall *o)
{
	struct pcs_ca ca = { .o = o, .guarded = geteuid() == 0 && !o->strict };
	int r = 0;
	for (size_t i = 0; i < o->n_dests && r == 0 && !pcs_signal_seen(); i++) {
		if (o->stop_early && ca.failed && !pcs_ca_is_skipped(o, o->dests[i]))
			continue;
		r = pcs_ca_walk(&ca, o->dests[i]);
		if (r == 0 && o->stop_early)
			r = pcs_ca_flush(&ca);
	}
	if (r == 0 || r == -EINVAL) { /* what came before a bad path is done */
		int done = pcs_signal_seen() ? -PCS_ESIGNAL : pcs_ca_flush(&ca);
		r = done < 0 ? done : r;
	}
	pcs_ca_done(&ca);
	return r < 0 ? r : !ca.failed;
}
