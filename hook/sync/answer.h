/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What a worker answered, as an action takes it. */

#include <stdbool.h>
#include <stdint.h>

struct pcs_action;
struct pcs_buf;
struct pcs_result;
struct pcs_site;

/* Fail an action: the message, then CPython's lines but for the one that names the file, which we
 * name ourselves. False when there was no memory for them. */
bool pcs_answer_fail(struct pcs_action *a, const struct pcs_result *r);

/* Fail an action whose policy takes warnings for errors, with CPython's text of them. */
void pcs_answer_warned(const struct pcs_site *site, struct pcs_action *a, const char *text);

/* Put the code's canonical form into its place, kept in `buf`. False when the action failed. Where
 * the form of an interpreter is not known, as PyPy's, its own bytes stay. */
bool pcs_answer_canonicalize(struct pcs_action *a, uint32_t magic, struct pcs_result *r,
			     struct pcs_buf *buf);
