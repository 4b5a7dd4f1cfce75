#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Trees anywhere, in /opt and /usr/share.
# shellcheck source=../pacman.sh
. "${0%/*}.sh"
with_pycsync
trees_anywhere
