"""A journal in, verdicts out: judging, which checks cover which requirement, the exit code, the self-test."""
