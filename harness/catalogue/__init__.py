"""The requirements, the conditions under which they apply, and the verdicts on them."""
