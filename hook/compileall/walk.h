/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The files that compileall would come by, and which of them are fresh. */

#include "compileall/item.h"

/* Walk one file or directory as it was named. 0, -EINVAL (reported), -ENOMEM. Calls pcs_ca_flush()
 * when what was found before has to be compiled first. */
int pcs_ca_walk(struct pcs_ca *ca, const char *dest);

/* Whether `dest` is the current directory in a sys.path, which is named and not compiled. Pure. */
bool pcs_ca_is_skipped(const struct pcs_compileall *o, const char *dest);
