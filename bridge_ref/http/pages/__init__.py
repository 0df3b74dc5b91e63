"""Pages for the people who run a bridge."""
