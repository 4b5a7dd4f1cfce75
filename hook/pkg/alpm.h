/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* pacman's local database: its lists are read, or, where their format is another one than we know,
 * asked for through libalpm, which is loaded then. */

#include "pkg/manager.h"

extern const struct pcs_manager pcs_alpm;
