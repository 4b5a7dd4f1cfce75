/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Virtual environments whose python is a copy. */

/*
 * Find the interpreter that `executable` was copied from: the one of the same name in the directory
 * that the pyvenv.cfg beside it, or above, calls its home (PEP 405); where that is missing, the
 * executable that the file names, or the python3.X there of the version that it tells. `*ret` is
 * malloc'ed; NULL where there is no such file, or it names none. 0, -ENOMEM, or -errno where it
 * cannot be read.
 */
int pcs_venv_base(const char *executable, char **ret);
