/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* Compile what the walk found, and print in its order whatever order it is done in. */

#include "compileall/item.h"

/* Compile and print all items, and forget them. 0, -PCS_ESIGNAL or another negative code. */
int pcs_ca_flush(struct pcs_ca *ca);
