#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Trees anywhere, in /opt and /usr/share.
. "${0%/*}/../dpkg.sh"
with_pycsync
trees_anywhere
