"""pycsync from Python: see pycsync.compileall."""
