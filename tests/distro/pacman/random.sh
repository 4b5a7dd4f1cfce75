#!/bin/sh
# A random walk over four real libraries in two editions each.
# slow
# shellcheck source=../pacman.sh
. "${0%/*}.sh"
with_pycsync

database() {
	intact
}

real_libraries
random_walk
