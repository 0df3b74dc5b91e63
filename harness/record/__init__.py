"""What crossed the wire and what was noted beside it: exchanges, messages and the journal."""
