/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* pycsync store status|prune|verify. Returns an exit status. */
int pcs_cmd_store(int argc, char **argv);
