"""The gate: what its owner excuses, and for how long; what is new since a baseline; what counts for the exit code."""
