"""Benchmarks: our bridge beside a bare server and beside peers, in one run, told as ratios."""
