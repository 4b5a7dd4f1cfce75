#pragma once
/* pacman's local database, through libalpm, which is loaded when it is needed. */

#include "pkg/owner.h"

extern const struct pcs_owner_source pcs_alpm_source;
