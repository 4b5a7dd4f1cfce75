/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* pycsync py3compile, also called as py3compile: do what the program of python3-minimal does.
 * `argv` begins with the name of the command. Returns an exit status, of base/exit.h or, where no
 * version that is asked for is installed, 3. */
int pcs_cmd_py3compile(int argc, char **argv);
