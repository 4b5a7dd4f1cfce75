#pragma once
/* The commands: each parses its options, calls the engine and prints. No decisions are made here.
 */

#include "base/exit.h"

/* Each is given argv from its own name on and returns an exit status. */
int pcs_cmd_sync(int argc, char **argv);
int pcs_cmd_stage(int argc, char **argv);
int pcs_cmd_compile(int argc, char **argv);
int pcs_cmd_clean(int argc, char **argv);
int pcs_cmd_trigger(int argc, char **argv);
int pcs_cmd_verify(int argc, char **argv);
int pcs_cmd_interpreters(int argc, char **argv);
int pcs_cmd_policy(int argc, char **argv);
