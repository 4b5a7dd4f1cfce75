/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Why a source is treated as it is: what applies to it, which line says so, and the plan. */

#include <stdbool.h>
#include <stdio.h>

struct pcs_actions;
struct pcs_site;

/*
 * Write what a plan, made with PCS_GOAL_TELL_ALL, is based on: for each source and
 * interpreter the settings with their origins, and the actions that pcs_apply() would carry
 * out. With `json` one object a source and line. 0, -ENOMEM or -errno of writing.
 */
int pcs_explain(const struct pcs_site *site, const struct pcs_actions *l, bool json, FILE *out);
