/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* pycsync verify: report what is wrong with bytecode, and change nothing.
 * `argv` begins with the name of the command. Returns an exit status (base/exit.h). */
int pcs_cmd_verify(int argc, char **argv);
