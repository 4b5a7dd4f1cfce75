/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* rpm's database, asked through librpm, which is loaded then. */

#include "pkg/manager.h"

extern const struct pcs_manager pcs_rpm;
