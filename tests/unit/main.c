/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All unit tests in one binary; each file has a table of cases. */

#include "units.h"

int main(void)
{
	int failed = 0;
	failed += pcs_test_path();
	failed += pcs_test_name();
	failed += pcs_test_header();
	failed += pcs_test_canon();
	failed += pcs_test_peek();
	failed += pcs_test_judge();
	failed += pcs_test_changes();
	failed += pcs_test_plan();
	failed += pcs_test_poll();
	failed += pcs_test_compileall();
	failed += pcs_test_json();
	failed += pcs_test_map();
	failed += pcs_test_match();
	failed += pcs_test_policy();
	failed += pcs_test_exceptions();
	failed += pcs_test_keys();
	failed += pcs_test_owner();
	failed += pcs_test_stage();
	failed += pcs_test_jobserver();
	failed += pcs_test_memory();
	failed += pcs_test_regex();
	failed += pcs_test_trust();
	failed += pcs_test_store();
	failed += pcs_test_runs();
	failed += pcs_test_tags();
	failed += pcs_test_lock();
	failed += pcs_test_flusher();
	failed += pcs_test_debian();
	failed += pcs_test_build();
	return failed != 0;
}
