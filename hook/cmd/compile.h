/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* pycsync compile: do what 'python3 -m compileall' does, option for option.
 * `argv` begins with the name of the command. Returns an exit status (base/exit.h). */
int pcs_cmd_compile(int argc, char **argv);
