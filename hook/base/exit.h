/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/* The exit statuses of the program, as its manual has them. */

enum pcs_exit {
	PCS_EXIT_OK = 0,
	PCS_EXIT_FAILED = 1, /* some paths failed */
	PCS_EXIT_USAGE = 2,  /* usage or policy error: nothing was done */
};
