#pragma once
/* Why a source is treated as it is: what applies to it, which line says so, and the plan. */

#include <stdbool.h>
#include <stdio.h>

struct pcs_run;

/*
 * Write what the plan of `run`, made with PCS_RUN_TELL_ALL, is based on: for each source and
 * interpreter the settings with their origins, and the actions that pcs_run_apply() would carry
 * out. With `json` one object a source and line. 0, -ENOMEM or -errno of writing.
 */
int pcs_explain(const struct pcs_run *run, bool json, FILE *out);
