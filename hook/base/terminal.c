/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool colored[STDERR_FILENO + 1];

bool pcs_is_terminal(int fd)
{
	const char *term = getenv("TERM");
	return term && *term && strcmp(term, "dumb") != 0 && isatty(fd);
}

void pcs_color_start(enum pcs_when when)
{
	const char *no_color = getenv("NO_COLOR");
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		colored[fd] =
			when == PCS_WHEN_ALWAYS ||
			(when == PCS_WHEN_AUTO && !(no_color && *no_color) && pcs_is_terminal(fd));
}

const char *pcs_color(int fd, enum pcs_hue hue)
{
	static const char *const codes[] = {
		[PCS_PLAIN] = "\033[0m",  [PCS_RED] = "\033[1;31m", [PCS_YELLOW] = "\033[33m",
		[PCS_GREEN] = "\033[32m", [PCS_FAINT] = "\033[2m",
	};
	return colored[fd] ? codes[hue] : "";
}
