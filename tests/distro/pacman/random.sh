#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A random walk over four real libraries in two editions each.
# slow
# shellcheck source=../pacman.sh
. "${0%/*}.sh"
with_pycsync

# Where it costs much, the database is looked at here alone.
case $0 in
*/pacman/*) database() { intact; } ;;
esac

real_libraries
random_walk
