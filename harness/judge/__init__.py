"""Judging: verdicts from a journal, the coverage of requirements, the exit code, and the self-test."""
