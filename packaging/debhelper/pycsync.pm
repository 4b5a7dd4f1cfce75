# SPDX-License-Identifier: LGPL-2.1-or-later
# debhelper's addon "pycsync": dh --with pycsync, or Build-Depends: dh-sequence-pycsync.
use strict;
use warnings;

# After dh_fixperms, as a pyc has its source's mode, and before dh_md5sums.
insert_before('dh_installdeb', 'dh_pycsync');

1;
