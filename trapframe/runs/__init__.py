"""One run, from what was chosen to its report."""
