#pragma once
/* rpm's database, asked through librpm, which is loaded then. */

#include "pkg/manager.h"

extern const struct pcs_manager pcs_rpm;

/* The value that the text of a macro file gives `%_dbpath`, if it is a plain path: appended. 1, 0:
 * it gives none, or -ENOMEM. */
int pcs_rpm_dbpath(const char *text, struct pcs_buf *ret);
