/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* pycsync trigger: sync with a package manager's list of changes.
 * `argv` begins with the name of the command. Returns an exit status (base/exit.h). */
int pcs_cmd_trigger(int argc, char **argv);
