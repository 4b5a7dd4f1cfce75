/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* One function a file: it runs its group and returns the number of failures. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int pcs_test_path(void);
int pcs_test_name(void);
int pcs_test_header(void);
int pcs_test_canon(void);
int pcs_test_peek(void);
int pcs_test_judge(void);
int pcs_test_changes(void);
int pcs_test_plan(void);
int pcs_test_poll(void);
int pcs_test_compileall(void);
int pcs_test_json(void);
int pcs_test_map(void);
int pcs_test_match(void);
int pcs_test_policy(void);
int pcs_test_exceptions(void);
int pcs_test_keys(void);
int pcs_test_owner(void);
int pcs_test_stage(void);
int pcs_test_jobserver(void);
int pcs_test_memory(void);
int pcs_test_regex(void);
int pcs_test_trust(void);
int pcs_test_store(void);
int pcs_test_runs(void);
int pcs_test_tags(void);
int pcs_test_lock(void);
int pcs_test_flusher(void);
int pcs_test_debian(void);
int pcs_test_build(void);
