/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* pycsync py3clean, also called as py3clean: do what the program of python3-minimal does.
 * `argv` begins with the name of the command. Returns an exit status, of base/exit.h or, where an
 * interpreter cannot be asked for its tag, 4. */
int pcs_cmd_py3clean(int argc, char **argv);
