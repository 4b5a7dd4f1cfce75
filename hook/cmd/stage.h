/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* pycsync stage: sync the staging root of a package build.
 * `argv` begins with the name of the command. Returns an exit status (base/exit.h). */
int pcs_cmd_stage(int argc, char **argv);
