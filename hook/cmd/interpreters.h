/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* pycsync interpreters: list the interpreters of the system.
 * `argv` begins with the name of the command. Returns an exit status (base/exit.h). */
int pcs_cmd_interpreters(int argc, char **argv);
