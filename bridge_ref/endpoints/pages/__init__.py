"""Pages for the people who run a bridge: rendered here, read by any browser, without a script."""
