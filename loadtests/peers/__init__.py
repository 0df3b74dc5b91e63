"""Benchmarks that compare the reference bridge with a bare HTTP server and with other SCIM servers, as ratios."""
