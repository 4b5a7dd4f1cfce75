/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* What is for somebody at a terminal, and for no pipe, trigger or log: here, colors. */

#include <stdbool.h>

/* When to write for a terminal. */
enum pcs_when {
	PCS_WHEN_AUTO, /* where there is one that takes more than plain text */
	PCS_WHEN_ALWAYS,
	PCS_WHEN_NEVER,
};

enum pcs_hue { PCS_PLAIN, PCS_RED, PCS_YELLOW, PCS_GREEN, PCS_FAINT };

/* Whether a descriptor is a terminal, and one that TERM does not call dumb. */
bool pcs_is_terminal(int fd);

/* Use colors on stdout and stderr from now on; with PCS_WHEN_AUTO on a terminal, and not where
 * NO_COLOR has a value (https://no-color.org). Before this is called there are none. */
void pcs_color_start(enum pcs_when when);

/* What turns to a color, PCS_PLAIN to the end of them, on descriptor 1 or 2; "" where there are
 * none. */
const char *pcs_color(int fd, enum pcs_hue hue);
