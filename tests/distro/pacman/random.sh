#!/bin/sh
# A random walk over four real libraries in two editions each.
# slow
. "${0%/*}/../pacman.sh"
with_pycsync

database() {
	intact
}

real_libraries
random_walk
