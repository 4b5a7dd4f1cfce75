/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* pycsync status: see pycsync(8). Exit status. */
int pcs_cmd_status(int argc, char **argv);
