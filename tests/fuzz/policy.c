/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fuzzed: a layer of the policy, over the one that is built in; then what all come to is shown, and
 * shown text is a valid layer again. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "policy/diags.h"
#include "policy/load.h"
#include "policy/policy.h"
#include "policy/show.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void show(const struct pcs_policy *p)
{
	PCS_BUF struct pcs_buf text = { 0 };
	PCS_BUF struct pcs_buf json = { 0 };
	struct pcs_diags faults = { 0 };
	struct pcs_policy *again = NULL;
	if (pcs_policy_show(p, true, &json) < 0 || pcs_policy_show(p, false, &text) < 0)
		return;
	if (pcs_policy_load(NULL, "shown", text.data, text.len, &faults, &again) == -PCS_EPOLICY) {
		fprintf(stderr, "%s\n%s\n", faults.lines[0], text.data);
		abort();
	}
	pcs_policy_free(again);
	pcs_diags_done(&faults);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct pcs_policy *base;
	struct pcs_diags faults = { 0 };
	struct pcs_policy *p = NULL;
	if (!base && pcs_policy_builtin(&base) < 0)
		return 0;
	if (pcs_policy_load(base, "fuzzed", (const char *)data, len, &faults, &p) == 0)
		show(p);
	pcs_policy_free(p);
	pcs_diags_done(&faults);
	return 0;
}
