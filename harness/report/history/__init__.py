"""Many runs of a bridge, read from their reports, on one page."""
