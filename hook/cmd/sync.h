/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* pycsync sync: make the bytecode of paths agree with their sources.
 * `argv` begins with the name of the command. Returns an exit status (base/exit.h). */
int pcs_cmd_sync(int argc, char **argv);

/* pycsync clean: remove caches, those whose source is gone or more. As pcs_cmd_sync(). */
int pcs_cmd_clean(int argc, char **argv);
