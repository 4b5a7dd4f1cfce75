# SPDX-License-Identifier: LGPL-2.1-or-later
"""pycsync from Python: see pycsync.compileall."""
