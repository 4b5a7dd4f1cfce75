/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* pycsync policy: check, show or explain the policy.
 * `argv` begins with the name of the command. Returns an exit status (base/exit.h). */
int pcs_cmd_policy(int argc, char **argv);
