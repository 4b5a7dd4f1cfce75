/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Bytecode that is hard to place: strays in __pycache__, and what strangers may own. */

#include "sync/plan.h"

struct pcs_goal;
struct pcs_visit;

/* Whether the bytecode that is there of a source may be a package's of which nobody here knows: a
 * manager lists the source, and no database that is found has it. Perhaps none is found, as the
 * manager was told on its command line where its own is. */
bool pcs_may_be_strangers(struct pcs_visit *v, const struct pcs_goal *goal, const char *name,
			  const struct pcs_source_facts *f);

/*
 * Why a stray .pyc in the __pycache__ at hand goes, as the cache of a source that is gone
 * (PCS_WHY_SOURCE_GONE, PCS_WHY_GOING), or why it stays. *ret_error is 0, or the -errno for which
 * nobody knows, with PCS_WHY_FAILED.
 */
enum pcs_reason pcs_judge_stray(struct pcs_visit *v, const struct pcs_goal *goal, const char *entry,
				int *ret_error);
