# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash disable=SC2034,SC2154
# For makepkg: the option "pycsync" compiles the Python modules of a package, after package() and
# before anything is packed. makepkg fails if a module does not compile.
#
#   OPTIONS+=(pycsync)             in makepkg.conf: for all packages but those with options=(!pycsync)
#   options=(pycsync)              in a PKGBUILD: for this one
#   pycsync_options=(-o 0,1)       in either: options of 'pycsync stage'
#
# makepkg reads this file and the options before it installs what a PKGBUILD needs. Where pycsync comes with
# makedepends, package() calls 'pycsync stage "$pkgdir"' instead.

[[ -n $LIBMAKEPKG_TIDY_PYCSYNC_SH ]] && return
LIBMAKEPKG_TIDY_PYCSYNC_SH=1

# makepkg's own name of it since 6.1, and before.
MAKEPKG_LIBRARY=${MAKEPKG_LIBRARY:-${LIBRARY:-'/usr/share/makepkg'}}

source "$MAKEPKG_LIBRARY/util/error.sh"
source "$MAKEPKG_LIBRARY/util/message.sh"
source "$MAKEPKG_LIBRARY/util/option.sh"

packaging_options+=('pycsync')
tidy_modify+=('tidy_pycsync')

tidy_pycsync() {
	check_option "pycsync" "y" || return 0
	msg2 "Byte-compiling Python modules..."
	pycsync stage "${pycsync_options[@]}" -- "$pkgdir" || exit "$E_PACKAGE_FAILED"
}
